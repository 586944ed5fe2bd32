"""The type in which operands of different types meet: Keras's rules, which are those of JAX.

bool < integers < floats < complex, and a type of a higher kind wins whatever its size:
int64 with float32 is float32.  (NumPy alone would say float64.)
A Python number has a kind but no size: float32 with 0.1 is float32.

tf.keras turns a Python float into a float32 tensor before it casts it to float64: 0.999 becomes
0.99900001287. So do `constant` and `to_array`, unless quirk K1 is off. In float32 there is no
difference.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch import config, quirks
from scratch.kernels.recorded import as_array
from scratch.ops.graph.sources import is_variable

Number = (bool, int, float, complex)


def is_python_number(x: Any) -> bool:
    """Whether `x` is a number without a type of its own (np.float64 is not)."""
    return isinstance(x, Number) and not isinstance(x, np.generic)


def constant(value: float, like: Any) -> np.floating:
    """`value` as a scalar of the type of `like` (an array, a Variable or a symbol).

    Complex arrays (complex-step derivatives) count as float64.
    """
    dtype = np.dtype(getattr(like, "dtype", None) or "float32")
    if dtype.kind == "c":
        dtype = np.dtype("float64")
    if dtype.type is not np.float32 and quirks.active("K1"):
        value = float(np.float32(value))
    return dtype.type(value)


def to_array(x: Any, dtype: Any = None) -> np.ndarray:
    """`x` as an array: Python floats become float32 (quirk K1), Python integers int32.

    A complex array is left complex where a float type is asked for: complex-step derivatives run
    through definitions that name their type.
    """
    if is_variable(x):
        x = x.array
    if x.__class__ is not np.ndarray:
        typed = isinstance(x, np.generic) or hasattr(x, "__array__")
        x = as_array(x)
        if not typed and dtype is None:
            floats = "float32" if quirks.active("K1") else config.floatx()
            dtype = {"f": floats, "i": _integer(x)}.get(x.dtype.kind)
    if dtype is None:
        return x
    dtype = np.dtype(dtype)
    if x.dtype.kind == "c" and dtype.kind != "c":
        if dtype.kind == "f":
            return x
        x = x.real
    return x.astype(dtype, copy=False)


def as_index(x: Any) -> np.ndarray:
    """Whole numbers as the type in which memory is counted, `np.intp`: 32 bits on some machines.

    NumPy looks up nothing else where a number might not fit. One that does not is outside of any
    array, and stays so.
    """
    x = np.asarray(x)
    room = np.iinfo(np.intp)
    if x.dtype.kind in "iu" and np.iinfo(x.dtype).bits > room.bits:
        x = x.clip(room.min, room.max)
    return x.astype(np.intp, copy=False)


def _integer(x: np.ndarray) -> str:
    fits = x.size == 0 or (x.min() >= -(2**31) and x.max() < 2**31)
    return "int32" if fits else "int64"


def result_type(operands: Sequence[Any], floating: bool = False) -> np.dtype:
    """The type in which `operands` (arrays and Python numbers) meet; a float if `floating`."""
    arrays = [x.dtype for x in operands if hasattr(x, "dtype")]
    kinds = {t.kind for t in arrays}
    numbers = {type(x) for x in operands if is_python_number(x)}
    inexact = [t for t in arrays if t.kind in "fc"]
    if inexact:
        found = np.result_type(*inexact)
    elif floating or numbers & {float, complex}:
        found = np.dtype(config.floatx())
    elif arrays and (kinds != {"b"} or int not in numbers):
        found = np.result_type(*arrays)
    else:
        found = np.dtype("int32" if int in numbers else "bool")
    if complex in numbers:
        found = np.result_type(found, 1j)
    return found


def match(operands: Sequence[Any]) -> Sequence[Any]:
    """The operands in the type in which they meet; Python numbers stay what they are."""
    return _match(operands, floating=False)


def match_floating(operands: Sequence[Any]) -> Sequence[Any]:
    """As `match`, for operations whose result is never an integer, such as exp and divide."""
    return _match(operands, floating=True)


def _match(operands: Sequence[Any], floating: bool) -> Sequence[Any]:
    types = {x.dtype for x in operands if hasattr(x, "dtype")}
    if not types:
        return operands  # Python numbers among themselves
    (first, *others) = types
    if not others and first.kind in "fc":
        return operands
    target = result_type(operands, floating)
    return tuple(
        x if is_python_number(x) or x.dtype == target else x.astype(target) for x in operands
    )
