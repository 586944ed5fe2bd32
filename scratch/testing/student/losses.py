"""Somebody's loss as a function from `(y, p)` to answers. What is accepted: see the package."""

import inspect
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from scratch.testing.student.names import NothingFitsError, call, made, method

VALUE = ("loss", "forward", "call", "value", "__call__")
GRADIENT = ("gradient", "grad", "backward", "derivative", "prime", "backprop")


def loss(thing: Any) -> Callable[[np.ndarray, np.ndarray], dict[str, Any]]:
    """A function `(y, p) -> {"loss": ..., "dp": ...}` for somebody's loss.

    Raises:
        NothingFitsError: when a part is missing.
    """
    if isinstance(thing, tuple | list):
        value, gradient = thing if len(thing) == 2 else (None, None)
    elif inspect.isfunction(thing):
        return lambda y, p: _both(thing, y, p)
    else:
        thing = made(thing, {})
        names = VALUE[:-1] if isinstance(thing, types.ModuleType) else VALUE
        value, gradient = method(thing, *names), method(thing, *GRADIENT)
    if not (callable(value) and callable(gradient)):
        raise NothingFitsError(
            "Expected a loss: functions (loss(y, p), gradient(y, p)), an object that has both as "
            f"methods, or one function that returns both. Received: {thing!r}"
        )
    value_of, gradient_of = value, gradient

    def answer(y: np.ndarray, p: np.ndarray) -> dict[str, Any]:
        first = _call(value_of, y, p)
        if isinstance(first, tuple):
            first = first[0]
        return {"loss": np.array(first), "dp": np.array(_call(gradient_of, y, p))}

    return answer


def _both(function: Callable, y: np.ndarray, p: np.ndarray) -> dict[str, Any]:
    returned = _call(function, y, p)
    if not isinstance(returned, tuple | list) or len(returned) != 2:
        raise NothingFitsError(
            f"{function.__name__} returned one value. Expected (loss, gradient); or give two "
            "functions, (loss, gradient)"
        )
    return {"loss": np.array(returned[0]), "dp": np.array(returned[1])}


def _call(function: Callable, y: np.ndarray, p: np.ndarray) -> Any:
    return call(function, {"labels": y.copy(), "predictions": p.copy()})
