"""Gradient tapes that are open: what they follow is recorded (see `scratch.tape`)."""

from typing import Any

from scratch.context.stack import Stack

open_tapes = Stack()


def is_followed(x: Any) -> bool:
    """Whether an open tape follows `x`: what is computed from it is recorded."""
    return any(tape.follows(x) for tape in open_tapes.items)
