"""Definitions that are being run on symbols: then a variable is a symbol too, not its numbers."""

from typing import Any

from scratch.context.stack import Stack

# For whom: the traces that find nodes in them; or, for the sake of its graph alone, `DEFINING`.
tracing = Stack()
DEFINING = object()


def is_recording() -> bool:
    """Whether a definition is being run on symbols."""
    return bool(tracing.items) and tracing.top is not None


def trace_under_way() -> Any:
    """The trace for which a definition is being run; None where there is none, or no trace."""
    top = tracing.top
    return None if top is DEFINING else top
