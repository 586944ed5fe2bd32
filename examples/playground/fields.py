"""The fields of a command, checked: what is wrong with one is said in a sentence."""

import json
import re
from typing import Any


class RefusedError(ValueError):
    """A command that cannot be followed; the text says why, to the learner."""


_DEPTH = 40  # of lists in objects in lists


def parsed(text: str) -> Any:
    """What a JSON text says.

    Raises:
        RefusedError: for what is none, or nested more deeply than any command.
    """
    depth = 0
    for mark in re.findall(r"[][{}]", text):
        depth += 1 if mark in "[{" else -1
        if depth > _DEPTH:
            raise RefusedError(f"This is nested more than {_DEPTH} times: no command is")
    try:
        return json.loads(text)
    except ValueError as error:
        raise RefusedError(f"This is no JSON: {error}") from error


def whole(name: str, value: Any, low: int, high: int) -> int:
    """An integer from `low` to `high`.

    Raises:
        RefusedError: for anything else.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        raise RefusedError(f"`{name}` must be a whole number. Received: {value!r}")
    if not low <= value <= high:
        raise RefusedError(f"`{name}` must lie between {low} and {high}. Received: {value!r}")
    return int(value)


def number(name: str, value: Any, low: float = -1e6, high: float = 1e6) -> float:
    """A number from `low` to `high`.

    Raises:
        RefusedError: for anything else.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise RefusedError(
            f"`{name}` must be a number from {low:g} to {high:g}. Received: {value!r}"
        )
    return float(value)


def one_of(name: str, value: Any, known: Any) -> Any:
    """One of some names.

    Raises:
        RefusedError: for anything else.
    """
    if not isinstance(value, str) or value not in known:
        raise RefusedError(f"`{name}` must be one of: {', '.join(known)}. Received: {value!r}")
    return value


def table(name: str, value: Any, known: Any) -> dict[str, Any]:
    """An object with some keys of `known`.

    Raises:
        RefusedError: for anything else.
    """
    if not isinstance(value, dict):
        raise RefusedError(f"`{name}` must be an object. Received: {value!r}")
    for key in value:
        if key not in known:
            raise RefusedError(f"`{name}` has no `{key}`. Known: {', '.join(known)}")
    return value


def flag(name: str, value: Any) -> bool:
    """True or false.

    Raises:
        RefusedError: for anything else.
    """
    if not isinstance(value, bool):
        raise RefusedError(f"`{name}` must be true or false. Received: {value!r}")
    return value
