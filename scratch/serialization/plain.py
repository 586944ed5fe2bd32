"""Plain values as text and arrays, which is all that a file of training state holds.

    plain     None, numbers, texts, NumPy's numbers and arrays of numbers,
              and lists, tuples, sets and dictionaries of plain values

    JSON      {"wait": 2, "best_weights": [{"array": 0}, {"array": 1}]}     beside the arrays 0, 1

A value comes back as it was: of the same type, to the last bit. Nothing in the text is ever run.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import numpy as np

_DEPTH = 20  # how deep values may be nested
_LONG = 16  # lists of numbers that are longer are kept as arrays
_LONG_TEXT = 1000
_NUMBERS = "fiub"
_LEAVES = (type(None), bool, int, float, str)


def encoded(value: Any) -> tuple[Any, list[np.ndarray]]:
    """`value` as what JSON can hold, and the arrays that it refers to by number.

    Raises:
        TypeError: for a value that is not plain, or is nested deeper than 20 levels.
    """
    arrays: list[np.ndarray] = []
    return _encoded(value, arrays, 0), arrays


def _encoded(value: Any, arrays: list[np.ndarray], depth: int) -> Any:
    kind = type(value)
    if depth > _DEPTH:
        raise TypeError(f"a value that is nested deeper than {_DEPTH} levels is not plain")
    if kind is str and len(value) > _LONG_TEXT:
        return {"text": _kept(np.frombuffer(value.encode("utf-8", "surrogatepass"), "u1"), arrays)}
    if kind in _LEAVES:
        return value
    if kind is np.ndarray and value.dtype.kind in _NUMBERS:
        return {"array": _kept(value, arrays)}
    if isinstance(value, np.generic) and value.dtype.kind in _NUMBERS:
        return {"scalar": _kept(np.asarray(value), arrays)}
    if kind is list and len(value) > _LONG and (numbers := _as_numbers(value)) is not None:
        return {"numbers": _kept(numbers, arrays)}
    if kind in (list, tuple, set):
        inside = sorted(value, key=repr) if kind is set else value
        parts = [_encoded(part, arrays, depth + 1) for part in inside]
        return parts if kind is list else {kind.__name__: parts}
    if kind is dict:
        pairs = [[_encoded(x, arrays, depth + 1) for x in pair] for pair in value.items()]
        return {"dict": pairs}
    raise TypeError(
        f"a value of type {kind.__name__} is not plain: expected numbers, texts, arrays of numbers,"
        " and lists, tuples, sets and dictionaries of them"
    )


def _kept(array: np.ndarray, arrays: list[np.ndarray]) -> int:
    arrays.append(array.copy())
    return len(arrays) - 1


def _as_numbers(values: list[Any]) -> np.ndarray | None:
    """A list of Python's floats, or of integers of 64 bits, as an array; None for others."""
    kinds = set(map(type, values))
    if kinds == {float}:
        return np.array(values, "f8")
    if kinds == {int} and min(values) >= -(2**63) and max(values) < 2**63:
        return np.array(values, "i8")
    return None


def decoded(tree: Any, arrays: Sequence[np.ndarray]) -> Any:
    """The value that `encoded` took apart.

    Raises:
        ValueError: for anything that `encoded` does not make.
    """
    if type(tree) in _LEAVES:
        return tree
    if type(tree) is list:
        return [decoded(part, arrays) for part in tree]
    if type(tree) is dict and len(tree) == 1:
        ((kind, content),) = tree.items()
        if kind in ("array", "scalar", "numbers", "text"):
            array = _array_at(content, arrays)
            if kind == "array":
                return array
            if kind == "scalar" and array.ndim == 0:
                return array[()]
            if kind == "numbers" and array.ndim == 1:
                return array.tolist()
            if kind == "text" and array.ndim == 1 and array.dtype == "u1":
                return array.tobytes().decode("utf-8", "surrogatepass")
        elif kind in ("tuple", "set") and type(content) is list:
            parts = decoded(content, arrays)
            return tuple(parts) if kind == "tuple" else set(_hashable(parts))
        elif kind == "dict" and type(content) is list:
            pairs = decoded(content, arrays)
            if all(type(pair) is list and len(pair) == 2 for pair in pairs):
                _hashable([pair[0] for pair in pairs])
                return dict(pairs)
    raise ValueError(f"not understood: {str(tree)[:200]}")


def _array_at(number: Any, arrays: Sequence[np.ndarray]) -> np.ndarray:
    if type(number) is not int or not 0 <= number < len(arrays):
        raise ValueError(f"there is no array {str(number)[:200]}: there are {len(arrays)}")
    return arrays[number]


def _hashable(values: list[Any]) -> list[Any]:
    try:
        set(values)
    except TypeError as error:
        raise ValueError(f"not understood: {error}") from None
    return values


def has_state(thing: Any) -> bool:
    """Whether an object says by itself what a resumed run must know of it, and takes it back."""
    return all(callable(getattr(thing, name, None)) for name in ("get_state", "set_state"))


def fingerprint(value: Any) -> bytes | None:
    """A digest that differs when a plain value does; None for a value that is not plain."""
    try:
        tree, arrays = encoded(value)
    except TypeError:
        return None
    digest = hashlib.blake2b(json.dumps(tree).encode(), digest_size=16)
    for array in arrays:
        digest.update(f"{array.dtype.str}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.digest()
