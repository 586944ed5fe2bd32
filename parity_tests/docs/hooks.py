"""What MkDocs makes of a page's text before it is rendered.

Links that lead out of the site, to code, become text; formulas become MathML, which browsers show
without a script from elsewhere.
"""

import re
from typing import Any

from latex2mathml.converter import convert

_OUTSIDE = r"(?:\.\./)+(?:scratch|parity_tests|keras_models|\.ci)[^)]*"
_LEFT_OUT = r"[^):]*\.(?:py|json)(?:#[^)]*)?"  # `exclude_docs` in mkdocs.yml
_LINK = re.compile(rf"(?<!!)\[([^\]]+)\]\((?:{_OUTSIDE}|{_LEFT_OUT})\)")
_CODE_OR_FORMULA = re.compile(r"(```.*?```|`[^`\n]*`)|\$([^$\n]+)\$", re.DOTALL)


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Called by MkDocs for every page."""
    markdown = _LINK.sub(lambda link: link[1], markdown)
    if not page.file.src_uri.startswith("lectures/"):
        return markdown
    return _CODE_OR_FORMULA.sub(lambda found: found[1] or convert(found[2]), markdown)
