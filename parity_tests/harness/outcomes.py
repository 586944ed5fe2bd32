"""What a call comes to in a library: a value, or an error.

    same(lambda k: k.utils.to_categorical([0, 2]), scratch, keras)

Arrays, and arrays in lists, tuples and dictionaries, are compared as numbers with their types and
shapes; everything else has to be equal. An error is what its class is: TensorFlow's
InvalidArgumentError is `scratch`'s, and NumPy's ValueError for shapes that do not fit will do.
"""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from parity_tests.harness.tolerances import Bound

REFUSED = "InvalidArgumentError"


def outcome(call: Callable[[Any], Any], library: Any) -> tuple[str, Any, list[str]]:
    """`("value", what, warnings)` or `(class of the error, its message, warnings)`."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            kind, value = "value", call(library)
        except Exception as error:
            kind, value = type(error).__name__, str(error)
    # A deprecation is a matter between Keras and the NumPy it was written for.
    warned = [w.category.__name__ for w in caught if w.category is not DeprecationWarning]
    return kind, value, warned


def same(
    call: Callable[[Any], Any], ours: Any, theirs: Any, bound: Bound | None = None
) -> tuple[Any, Any]:
    """Raises AssertionError where a call comes to different things in two libraries.

    Args:
        call: from a library to a value.
        ours, theirs: the libraries; the second is right.
        bound: what numbers may be off, relative to the largest; default: nothing.

    Returns:
        Both values, or both messages.
    """
    (kind, found, warned), (wanted_kind, wanted, wanted_warned) = (
        outcome(call, library) for library in (ours, theirs)
    )
    shown = f"{kind}: {found}\ninstead of {wanted_kind}: {wanted}"
    assert kind == wanted_kind or (wanted_kind == REFUSED and kind == "ValueError"), shown
    assert warned == wanted_warned, f"warnings: {warned} instead of {wanted_warned}"
    if kind == "value":
        assert_same(found, wanted, 0.0 if bound is None else bound.relative)
    return found, wanted


def assert_same(found: Any, wanted: Any, relative: float) -> None:
    """Raises AssertionError where two values differ by more than a bound allows."""
    if isinstance(wanted, dict):
        assert list(found) == list(wanted)
        found, wanted = list(found.values()), list(wanted.values())
    if isinstance(wanted, list | tuple):
        assert type(found) is type(wanted), f"{type(found)} instead of {type(wanted)}"
        assert len(found) == len(wanted), f"{found} instead of {wanted}"
        for one, other in zip(found, wanted, strict=True):
            assert_same(one, other, relative)
        return
    if not hasattr(wanted, "dtype"):
        assert type(found) is type(wanted), f"{found!r} instead of {wanted!r}"
        assert found == wanted or found != found, f"{found!r} instead of {wanted!r}"
        return
    a, b = np.asarray(found), np.asarray(wanted)
    assert (a.dtype, a.shape) == (b.dtype, b.shape), f"{a!r} instead of {b!r}"
    if a.dtype.kind != "f" or not relative:
        assert np.array_equal(a, b, equal_nan=a.dtype.kind == "f"), f"{a} instead of {b}"
        return
    finite = np.isfinite(b)
    assert np.array_equal(finite, np.isfinite(a)), f"{a} instead of {b}"
    assert np.array_equal(a[~finite], b[~finite], equal_nan=True), f"{a} instead of {b}"
    largest = np.max(np.abs(b), where=finite, initial=0.0)
    off = np.max(np.abs(a - b), where=finite, initial=0.0)
    assert off <= relative * largest, f"{a} instead of {b}: {off} off, allowed {relative * largest}"
