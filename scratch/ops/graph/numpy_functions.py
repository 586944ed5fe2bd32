"""NumPy's functions of eager tensors and variables: NumPy's own, or those of `ops` on a tape.

np.square(x)      no open tape follows x: the array that NumPy gives
                  one does: ops.square(x), which it records
np.unwrap(x)      one does: TypeError, since there is no ops.unwrap, and nothing would be
                  recorded; never a derivative that is silently missing
"""

import functools
import inspect
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from scratch import tree
from scratch.context.tapes import is_followed, open_tapes

_UFUNCS = {"remainder": "mod"}  # whose twins have other names
_ARGUMENTS = {"a_min": "x_min", "a_max": "x_max", "min": "x_min", "max": "x_max"}

# Functions through which no derivative would pass: they look at an array, or give whole numbers.
_LOOKING = {
    "all", "allclose", "any", "argmax", "argmin", "argpartition", "argsort", "argwhere",
    "array2string", "array_equal", "array_equiv", "array_repr", "array_str", "bincount", "can_cast",
    "common_type", "count_nonzero", "digitize", "flatnonzero", "histogram", "isclose", "iscomplex",
    "iscomplexobj", "isin", "isneginf", "isposinf", "isreal", "isrealobj", "may_share_memory",
    "min_scalar_type", "ndim", "nonzero", "ones_like", "result_type", "save", "savetxt", "savez",
    "savez_compressed", "searchsorted", "shape", "shares_memory", "size", "empty_like",
    "zeros_like", "assert_allclose", "assert_almost_equal", "assert_array_almost_equal",
    "assert_array_equal", "assert_array_less", "assert_equal",
}  # fmt: skip


class NumPyFunctions:
    """What eager tensors and variables answer to NumPy's functions and operators."""

    __slots__ = ()

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        out = kwargs.get("out", ())
        if open_tapes.items and any(map(is_followed, (*inputs, *out))):
            name = _UFUNCS.get(ufunc.__name__, ufunc.__name__)
            twin = getattr(sys.modules["scratch.ops"], name, None)
            if method != "__call__" or kwargs or twin is None:
                called = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
                raise TypeError(refusal(f"np.{called}", self))
            return twin(*inputs)
        if kwargs:
            kwargs = {key: all_plain(value) for key, value in kwargs.items()}
        found = getattr(ufunc, method)(*map(plain, inputs), **kwargs)
        if out:
            return out[0] if len(out) == 1 else out
        return tuple(map(self._given, found)) if isinstance(found, tuple) else self._given(found)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        name = function.__name__
        looks = name in _LOOKING or not open_tapes.items
        if not looks and any(map(is_followed, tree.flatten((args, kwargs)))):
            twin = _twin(function, self)
            positional, named = _translated(function, twin, args, kwargs)
            return twin(*positional, **named)
        return function(*all_plain(list(args)), **all_plain(kwargs))

    @staticmethod
    def _given(x: Any) -> Any:
        """What NumPy has computed, as a result of this class."""
        raise NotImplementedError


def plain(x: Any) -> Any:
    """NumPy's own array in place of an eager tensor or a variable; anything else as it is."""
    if isinstance(x, NumPyFunctions):
        return np.asarray(x)
    return x


def all_plain(structure: Any) -> Any:
    """A structure with NumPy's own arrays in place of eager tensors and variables."""
    return tree.map_structure(plain, structure)


def _twin(function: Callable, x: Any) -> Callable:
    """The function of `ops` with the name and the arguments of one of NumPy's."""
    name = function.__name__
    found = getattr(sys.modules["scratch.ops"], name, None)
    if found is None or name == "gradient":
        raise TypeError(refusal(_name_of(function), x))
    return found


def _translated(
    function: Callable, twin: Callable, args: Any, kwargs: Any
) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of a function of NumPy as its twin in `ops` takes them."""
    signature = inspect.signature(function)
    taken = _arguments_of(twin)
    positional: list[Any] = []
    named: dict[str, Any] = {}
    for name, value in signature.bind(*args, **kwargs).arguments.items():
        parameter = signature.parameters[name]
        if parameter.kind is parameter.VAR_POSITIONAL:
            positional += value
        elif parameter.kind is parameter.VAR_KEYWORD:
            named |= value
        elif parameter.default is parameter.empty or parameter.kind is parameter.POSITIONAL_ONLY:
            positional.append(value)
        elif value is not parameter.default:
            named[name if name in taken else _ARGUMENTS.get(name, name)] = value
    unknown = named.keys() - taken
    if unknown:
        raise TypeError(
            f"`{_name_of(function)}` was given {sorted(unknown)} and a tensor that a tape "
            f"follows: `keras.ops.{function.__name__}`, which the tape can record, takes no such "
            "argument"
        )
    return positional, named


@functools.cache
def _arguments_of(function: Callable) -> frozenset[str]:
    return frozenset(inspect.signature(function).parameters)


def _name_of(function: Callable) -> str:
    module = function.__module__.replace("numpy", "np", 1)
    return f"{module}.{function.__name__}"


def refusal(function: str, x: Any) -> str:
    """What to say where a function cannot be recorded."""
    shape = getattr(x, "shape", ())
    return (
        f"`{function}` was given a tensor of shape {shape} that a gradient tape follows, and "
        "cannot be recorded: no derivative would pass through it. Write it with the functions of "
        "`keras.ops`; or, if none is wanted, give it `keras.ops.stop_gradient(x)` or `x.numpy()`"
    )
