"""From one type to another, and from numbers and lists to tensors.

    y = cast(x)      dx = dy, cast back to the type of x

Integers pass no derivative on.
"""

from typing import Any

import numpy as np

from scratch import quirks
from scratch.context.tapes import is_followed
from scratch.ops.graph.eager import EagerTensor, eager
from scratch.ops.graph.logits import keep_logits
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.graph.promotion import to_array
from scratch.ops.graph.recording import as_followed
from scratch.ops.graph.symbol import Symbol, as_recorded


def convert_to_tensor(x: Any, dtype: Any = None) -> Any:
    """`x` as an array (or the symbol that it is), of type `dtype` if given.

    Python floats become float32 (quirk K1), Python integers int32.
    """
    x = as_followed(as_recorded(x))
    if isinstance(x, Symbol) or is_followed(x):
        return x if dtype is None else cast(x, dtype)
    return _given(x, to_array(x, dtype))


def cast(x: Any, dtype: Any) -> Any:
    """`x` in the type `dtype`; towards integers, fractions are cut off.

    Complex numbers stay complex where a float type is asked for: a complex step goes through
    definitions that name their type. Integers and booleans get the real part.
    """
    dtype = np.dtype(dtype).name
    x = as_followed(as_recorded(x))
    if not isinstance(x, Symbol) and not is_followed(x):
        if not hasattr(x, "dtype") and quirks.active("K1"):
            x = to_array(x)  # Python's floats go through float32
        with np.errstate(invalid="ignore"):
            return _given(x, to_array(x, dtype))
    return x if x.dtype == dtype else _cast(x, dtype=dtype)


def wide_floats(x: Any) -> Any:
    """`x`, but int64 as float64: what NumPy makes of it, where other functions of Keras take the
    default float type.
    """
    x = convert_to_tensor(x)
    return cast(x, "float64") if x.dtype == "int64" else x


def is_inexact(x: Any) -> bool:
    """Whether `x`, a tensor, holds floats (or complex numbers); of an unknown type it is said."""
    return x.dtype is None or np.dtype(x.dtype).kind in "fc"


def _given(x: Any, array: np.ndarray) -> EagerTensor:
    """`array`, made of `x`, as a tensor: `x` itself where it is that one."""
    if isinstance(x, EagerTensor) and x.dtype == array.dtype:
        return x
    return keep_logits(x, eager(array))


def _cast_derivative(dy: Any, y: Any, x: Any, dtype: str) -> Any:
    return cast_like(dy, x) if np.dtype(dtype).kind in "fc" else None


@operation(derivative=_cast_derivative)
def _cast(x: Tensor, dtype: str = "float32") -> Tensor:
    return to_array(x, dtype)


def _cast_like_derivative(dy: Any, y: Any, x: Any, like: Any) -> tuple:
    return cast_like(dy, x), None


@operation(derivative=_cast_like_derivative)
def cast_like(x: Tensor, like: Tensor) -> Tensor:
    """`x` in the type of `like`."""
    return to_array(x, getattr(like, "dtype", None))
