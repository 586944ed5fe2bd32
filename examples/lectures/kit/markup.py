"""The text of a lesson as HTML: Markdown with formulas, and highlighted code.

Formulas become MathML, which browsers draw by themselves: a page with formulas needs nothing but
itself.
"""

import re
from typing import NamedTuple

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

_MATH = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+(?:\n[^$\n]+)?)\$", re.DOTALL)
_TAG = re.compile(r"\\tag\{(\w+)\}")
_HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)
# Stand for formulas while Markdown is read: characters that mean nothing to it.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARKDOWN = MarkdownIt("commonmark").enable("table")
_LIGHT, _DARK = (
    HtmlFormatter(nobackground=True, cssclass="code", style=style)
    for style in ("friendly", "github-dark")
)


class Heading(NamedTuple):
    """A heading of a page: its level, from 1, its text as HTML, and the id that links lead to."""

    level: int
    html: str
    id: str


def text(markdown: str) -> str:
    """Markdown with `$...$` and `$$...$$` as HTML."""
    formulas: list[str] = []

    def put_aside(match: re.Match) -> str:
        formulas.append(display(match[1]) if match[1] else inline(match[2]))
        return f"{_OPEN}{len(formulas) - 1}{_CLOSE}"

    html = _MARKDOWN.render(_MATH.sub(put_aside, markdown))
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
    return highlight(python, PythonLexer(), _LIGHT)


def style() -> str:
    """The CSS of highlighted code, on light and on dark pages."""
    dark = _DARK.get_style_defs(".code")
    return f"{_LIGHT.get_style_defs('.code')}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}"


def with_ids(html: str) -> tuple[str, list[Heading]]:
    """A page whose headings have ids, each with a link to itself; and the headings, in order.

    An id is made of the heading's words, without its formulas; a second one of the same words ends
    in -2.
    """
    headings: list[Heading] = []

    def named(match: re.Match) -> str:
        words = re.sub(r"<math.*?</math>|<[^>]+>|&\w+;", " ", match[2], flags=re.DOTALL)
        slug = "-".join(re.findall(r"\w+", words.lower())) or "section"
        same = sum(re.fullmatch(rf"{re.escape(slug)}(-\d+)?", h.id) is not None for h in headings)
        name = f"{slug}-{same + 1}" if same else slug
        headings.append(Heading(int(match[1]), match[2], name))
        link = f'<a class="here" href="#{name}" aria-label="link to this heading">#</a>'
        return f'<h{match[1]} id="{name}">{match[2]} {link}</h{match[1]}>'

    return _HEADING.sub(named, html), headings
