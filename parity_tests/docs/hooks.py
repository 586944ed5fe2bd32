"""Links that lead out of the site, to code: their text stays."""

import re
from typing import Any

_OUTSIDE = r"(?:\.\./)+(?:scratch|parity_tests|keras_models|\.ci)[^)]*"
_LEFT_OUT = r"[^):]*\.(?:py|json)(?:#[^)]*)?"  # `exclude_docs` in mkdocs.yml
_LINK = re.compile(rf"(?<!!)\[([^\]]+)\]\((?:{_OUTSIDE}|{_LEFT_OUT})\)")


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Called by MkDocs for every page."""
    return _LINK.sub(lambda link: link[1], markdown)
