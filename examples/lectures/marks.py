"""Comments that are for tools, `# fmt: skip` and `# noqa`, which readers do not need."""

import re

_FOR_TOOLS = re.compile(r" *# (?:fmt: skip|noqa\b.*)$", re.MULTILINE)


def without_marks(code: str) -> str:
    """Code without these comments."""
    return _FOR_TOOLS.sub("", code)
