"""Links that lead out of the site, to code: their text stays."""

import re
from typing import Any

_LINK = re.compile(
    r"(?<!!)\[([^\]]+)\]\(((?:\.\./)+(?:scratch|parity_tests|keras_models|\.ci)[^)]*)\)"
)


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Called by MkDocs for every page."""
    return _LINK.sub(lambda link: link[1], markdown)
