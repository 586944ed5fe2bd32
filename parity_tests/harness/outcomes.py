"""What a call comes to in a library: a value, or an error.

    same(lambda k: k.utils.to_categorical([0, 2]), scratch, keras)

Arrays, and arrays in lists, tuples and dictionaries, are compared as numbers with their types and
shapes; everything else has to be equal. Of an error the class is compared, by name: a subclass of
Keras's will do, and NumPy's ValueError where TensorFlow has an InvalidArgumentError.
"""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from parity_tests.commands.unchanged.messages import said
from parity_tests.harness.tolerances import Bound

REFUSED = "InvalidArgumentError"


def outcome(call: Callable[[Any], Any], library: Any) -> tuple[list[str], Any, list[str]]:
    """`(["value"], what, warnings)`, or the names of the error's classes and its message."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            kinds, value = ["value"], call(library)
        except Exception as error:
            said(error)
            kinds, value = [cls.__name__ for cls in type(error).__mro__], str(error)
    # A deprecation is a matter between Keras and the NumPy it was written for.
    warned = [w.category.__name__ for w in caught if w.category is not DeprecationWarning]
    return kinds, value, warned


def same(
    call: Callable[[Any], Any],
    ours: Any,
    theirs: Any,
    bound: Bound | None = None,
    may_fail: bool = True,
) -> tuple[Any, Any]:
    """Raises AssertionError where a call comes to different things in two libraries.

    Args:
        call: from a library to a value.
        ours, theirs: the libraries; the second is right.
        bound: what numbers may be off, relative to the largest; default: nothing.
        may_fail: whether two errors will do.

    Returns:
        Both values, or both messages.
    """
    (kinds, found, warned), ((wanted_kind, *_), wanted, wanted_warned) = (
        outcome(call, library) for library in (ours, theirs)
    )
    shown = f"{kinds[0]}: {found}\ninstead of {wanted_kind}: {wanted}"
    assert wanted_kind in kinds or (wanted_kind == REFUSED and "ValueError" in kinds), shown
    assert may_fail or wanted_kind == "value", shown
    assert warned == wanted_warned, f"warnings: {warned} instead of {wanted_warned}"
    if wanted_kind == "value":
        assert_same(found, wanted, 0.0 if bound is None else bound.relative)
    return found, wanted


def assert_same(found: Any, wanted: Any, relative: float) -> None:
    """Raises AssertionError where two values differ by more than a bound allows."""
    if isinstance(wanted, dict):
        assert list(found) == list(wanted), f"{list(found)} instead of {list(wanted)}"
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
    assert hasattr(found, "dtype"), f"{found!r} instead of {wanted!r}"
    a, b = np.asarray(found), np.asarray(wanted)
    assert (a.dtype, a.shape) == (b.dtype, b.shape), f"{a!r} instead of {b!r}"
    if a.dtype.kind != "f" or not relative:
        assert np.array_equal(a, b, equal_nan=a.dtype.kind == "f"), f"{a} instead of {b}"
        return
    finite = np.isfinite(b)
    assert np.array_equal(finite, np.isfinite(a)), f"{a} instead of {b}"
    assert np.array_equal(a[~finite], b[~finite], equal_nan=True), f"{a} instead of {b}"
    largest = np.max(np.abs(b[finite]), initial=0.0)
    off = np.max(np.abs(a[finite] - b[finite]), initial=0.0)
    assert off <= relative * largest, f"{a} instead of {b}: {off} off, allowed {relative * largest}"
