"""The text of a lesson as HTML: Markdown with formulas, and highlighted code.

Formulas become MathML, which browsers draw by themselves: a page with formulas needs nothing but
itself.
"""

import re

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

_MATH = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+(?:\n[^$\n]+)?)\$", re.DOTALL)
_TAG = re.compile(r"\\tag\{(\w+)\}")
# Stand for formulas while Markdown is read: characters that mean nothing to it.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARKDOWN = MarkdownIt("commonmark").enable("table")
_FORMATTER = HtmlFormatter(nobackground=True, cssclass="code", style="friendly")


def text(markdown: str) -> str:
    """Markdown with `$...$` and `$$...$$` as HTML; headings one level lower, beneath the page's."""
    formulas: list[str] = []

    def put_aside(match: re.Match) -> str:
        formulas.append(display(match[1]) if match[1] else inline(match[2]))
        return f"{_OPEN}{len(formulas) - 1}{_CLOSE}"

    lower = re.sub(r"^#", "##", markdown, flags=re.MULTILINE)
    html = _MARKDOWN.render(_MATH.sub(put_aside, lower))
    return re.sub(f"{_OPEN}(\\d+){_CLOSE}", lambda m: formulas[int(m[1])], html)


def display(latex: str) -> str:
    """A formula on a line of its own, with its number at the right."""
    tag = _TAG.search(latex)
    number = f'<span class="number">({tag[1]})</span>' if tag else ""
    math = convert(_TAG.sub("", latex).strip(), display="block")
    return f'<span class="formula">{math}{number}</span>'


def inline(latex: str) -> str:
    """A formula within a line."""
    return convert(latex.strip())


def code(python: str) -> str:
    """Python code as highlighted HTML."""
    return highlight(python, PythonLexer(), _FORMATTER)


def style() -> str:
    """The CSS of highlighted code."""
    return _FORMATTER.get_style_defs(".code")
