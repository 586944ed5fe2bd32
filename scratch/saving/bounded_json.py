"""JSON of a size that is looked at before it is parsed.

Parsed JSON takes up to eighty times the memory of its text. An upper bound of what it will take can
be counted from the brackets and commas in it, at no cost.
"""

import json
from typing import Any

ALLOWED = 8 * 2**20  # bytes, for a config; some 800 layers
_DICTIONARY, _LIST, _ENTRY = 240, 90, 60  # bytes that CPython takes for one


def parse(text: bytes | str, what: str, allowed: int = ALLOWED, distinct: bool = False) -> Any:
    """The value that `text` stands for.

    Args:
        text: JSON.
        what: where it comes from, for messages.
        allowed: bytes that the value may take.
        distinct: whether a dictionary may hold every key once only.

    Raises:
        ValueError: for text that is no JSON, is nested too deep, or would take too much memory.
    """
    opened, listed, comma = ("{", "[", ",") if isinstance(text, str) else (b"{", b"[", b",")
    size = (
        2 * len(text)
        + _DICTIONARY * text.count(opened)  # type: ignore[arg-type]
        + _LIST * text.count(listed)  # type: ignore[arg-type]
        + _ENTRY * text.count(comma)  # type: ignore[arg-type]
    )
    if size > allowed:
        raise ValueError(
            f"{what} is too large: {len(text)} bytes of JSON that would take up to {size} bytes of "
            f"memory, where {allowed} are allowed for a model with as many weights. This is not "
            "the config of the model whose weights the file holds"
        )
    try:
        return json.loads(text, object_pairs_hook=_distinct if distinct else None)
    except RecursionError:
        raise ValueError(
            f"{what} is nested too deep to be the config of a model. Save the model again"
        ) from None
    except ValueError as error:
        raise ValueError(f"{what} is no valid JSON: {error}. Save the model again") from None


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key[:200]!r} stands there twice")
        found[key] = value
    return found
