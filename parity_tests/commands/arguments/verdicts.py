"""What an argument does: the difference between two looks at a thing."""

from typing import Any

import numpy as np

from parity_tests.commands.arguments import values
from parity_tests.commands.arguments.observe import Seen, observe
from parity_tests.harness.tolerances import FEW_ROUNDINGS

# The words of a verdict. `fails` stands for a probe that cannot run without the other value.
CHANGES, RECORDED, NOTHING, WARNS = "changes", "recorded", "nothing", "warns"


def verdict(library: str, subject: str, argument: str) -> str:
    """What the argument's other value does in a library: one of the words, or `refuses: Error`."""
    before = values.base(subject, argument)
    plain = observe(library, subject, before)
    if plain.error:
        return f"fails: {plain.error}"
    after = observe(library, subject, {**before, argument: values.other(subject, argument)})
    return between(plain, after)


def between(plain: Seen, after: Seen) -> str:
    """The verdict on an argument, from what was seen without it and with it."""
    if after.error:
        return f"refuses: {after.error}"
    if set(after.warned) - set(plain.warned):
        return WARNS
    if not same(plain.results, after.results):
        return CHANGES
    return NOTHING if same(plain.config, after.config) else RECORDED


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether all that was seen is equal, but for rounding."""
    return one.keys() == other.keys() and all(_equal(one[n], other[n]) for n in one)


def _equal(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        if a.dtype != b.dtype or a.shape != b.shape:
            return False
        return bool(np.allclose(a, b, rtol=FEW_ROUNDINGS, atol=FEW_ROUNDINGS / 8, equal_nan=True))
    return type(a) is type(b) and bool(a == b or a != a)
