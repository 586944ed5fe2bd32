"""Which of the numbers that a backward pass returned and left behind is which gradient.

First by name (`names.NAMES`, with a d or grad before or after), then by value (it is right, in one
of the ways of being right), then by shape, and what is left in the order dx, dW, db.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from scratch.testing.student.names import bare, names_of, plain

BEFORE = ("d", "grad", "gradient", "delta", "g", "nabla", "dl", "dj", "dc", "dld", "djd", "dcd",
          "dcost", "dloss")  # fmt: skip
AFTER = ("grad", "grads", "gradient", "gradients", "g")


@dataclass
class Source:
    """A number or array that may be a gradient.

    Attributes:
        name: or empty where it has none.
        value: the number or array.
        returned: or left behind.
        among: whether it stands among gradients alone, so that a weight's own name stands for one.
    """

    name: str
    value: Any
    returned: bool
    among: bool


def gradient_name(key: str) -> str:
    """What the gradient of a weight is called in answers: dW, db, dgamma."""
    return "d" + {"kernel": "W", "bias": "b", "input": "x"}.get(key, key)


def gradient_names(key: str) -> set[str]:
    """Every name, as it is compared, that stands for the gradient of `key`."""
    of = {*names_of(key), *({"a", "values"} if key == "input" else ())}
    return {p + n for p in BEFORE for n in of} | {n + p for p in AFTER for n in of}


def returned_sources(returned: Any) -> Iterator[Source]:
    """What was returned, nested tuples and dictionaries taken apart."""
    return _taken_apart(returned, "", True, True)


def left_sources(
    attributes: Mapping[str, Any], listed: Mapping[int, str] = MappingProxyType({})
) -> Iterator[Source]:
    """What was left behind, as attributes and in their dictionaries and lists.

    Args:
        attributes: of an object.
        listed: which weight stands where in the list of weights, so in that of gradients too.
    """
    for name, value in attributes.items():
        among = plain(name) in ("grads", "gradients", "grad")
        if among and isinstance(value, list | tuple) and len(value) == len(listed):
            for i, part in enumerate(value):
                yield from _taken_apart(part, listed.get(i, ""), False, True)
        else:
            yield from _taken_apart(value, name, False, among)


def _taken_apart(value: Any, name: str, returned: bool, among: bool) -> Iterator[Source]:
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, Mapping):
        for inner, part in value.items():
            yield from _taken_apart(part, str(inner), returned, among)
    elif isinstance(value, tuple | list):
        for part in value:
            yield from _taken_apart(part, "", returned, among)
    elif _numbers(value):
        yield Source(name, value, returned, among)


def _numbers(value: Any) -> bool:
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.kind in "fiub"
    return isinstance(value, int | float) and not isinstance(value, bool)


def assign(
    sources: Sequence[Source],
    keys: Sequence[str],
    shapes: Mapping[str, tuple[int, ...]],
    right: Callable[[str, Any], bool],
    roles: dict[int, str],
) -> dict[str, Any]:
    """Gradients by the names of their weights, `"input"` for dx.

    Args:
        sources: what there is.
        keys: what is looked for.
        shapes: of each, axes of size 1 left out.
        right: whether a number is the right one for a key, in some way of being right.
        roles: which place of a returned tuple has been what, for the next call with it.
    """
    found: dict[str, Any] = {}
    left = list(enumerate(sources))

    def take(key: str, i: int, source: Source) -> None:
        found[key] = source.value
        left.remove((i, source))
        if source.returned:
            roles.setdefault(i, key)

    for read in (plain, bare):  # by name, W1 as W; what is returned comes first
        for key in keys:
            named = gradient_names(key)
            for i, source in left if key not in found else ():
                own = source.among and key != "input" and read(source.name) in names_of(key)
                if source.name and (own or read(source.name) in named):
                    take(key, i, source)
                    break
    for i, source in list(left):
        if source.returned and roles.get(i, "") in set(keys) - set(found):
            take(roles[i], i, source)
    for agrees in (right, lambda key, value: squeezed(np.shape(value)) == shapes[key]):
        for key in keys:
            for i, source in left:
                by_shape = agrees is not right
                if key not in found and agrees(key, source.value) and (
                    source.returned or not by_shape or not source.name
                ):  # fmt: skip
                    take(key, i, source)
                    break
    rest = [key for key in ("input", *(k for k in keys if k != "input")) if key not in found]
    unnamed = [(i, source) for i, source in left if source.returned and not source.name]
    for key, (i, source) in zip(rest, unnamed, strict=False):
        take(key, i, source)
    return found


def squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape without its axes of size 1."""
    return tuple(n for n in shape if n != 1)
