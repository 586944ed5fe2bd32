"""Whether two answers agree."""

from typing import Any

import numpy as np

from scratch.testing.bounds import agreement
from scratch.testing.student.stopped import Stopped

Answers = dict[str, Any]


def tolerance_of(answers: Answers) -> float:
    """What these answers may be off: by the coarsest of their types, for one may pass to all."""
    types = [a.dtype for a in map(np.asarray, answers.values()) if a.dtype.kind == "f"]
    return max(map(agreement, types), default=agreement("float64"))


def same(actual: Any, expected: Any, tolerance: float) -> bool:
    """Whether two arrays agree within `tolerance`, or two exceptions in their type.

    Axes of size 1 do not count: a bias gradient may be (1, units), a loss (1, 1).
    """
    if isinstance(actual, Exception) or isinstance(expected, Exception):
        return _kind(actual) is _kind(expected)
    actual, expected = number(actual), number(expected)
    if not fits(actual.shape, expected.shape):
        return False
    return not off_by(actual, expected, tolerance).any()


def _kind(value: Any) -> type:
    return value.kind if isinstance(value, Stopped) else type(value)


def number(value: Any) -> np.ndarray:
    """An answer as an array of numbers: truth values and integers too."""
    array = np.asarray(value)
    return array.astype(float) if array.dtype.kind in "biu" else array


def fits(shape: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """Whether two shapes agree but for axes of size 1."""
    return [n for n in shape if n != 1] == [n for n in wanted if n != 1]


def off_by(actual: np.ndarray, expected: np.ndarray, tolerance: float) -> np.ndarray:
    """Which entries differ by more than they may, relative to the largest."""
    a, e = actual.reshape(expected.shape), expected
    finite = np.abs(e[np.isfinite(e)])
    largest = finite.max() if finite.size and finite.max() > 0 else 1.0
    with np.errstate(invalid="ignore"):
        close = np.abs(a - e) <= tolerance * largest
    return ~(close | (a == e) | (np.isnan(a) & np.isnan(e)))
