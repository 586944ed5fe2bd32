"""Numbers: made, read, changed."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from scratch import ops
from scratch.config import floatx
from scratch.context.naming import auto_name
from scratch.ops.graph.sources import is_variable
from scratch.variables.variable import Variable


def variable(value: Any, dtype: Any = None, name: str | None = None, constraint: Any = None) -> Any:
    """A variable of these numbers, of the type `floatx()` by default."""
    return Variable(np.asarray(value), dtype=dtype or floatx(), name=name or auto_name("variable"))


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str | None = None) -> Any:
    """An array of these numbers; where a shape is given, one number in all places."""
    found = np.asarray(value, dtype or floatx())
    if shape is None:
        return found
    return np.broadcast_to(found, shape).copy() if found.size == 1 else found.reshape(shape)


def zeros(shape: Sequence[int], dtype: Any = None, name: str | None = None) -> Any:
    """A variable of zeros."""
    return variable(np.zeros(shape), dtype, name)


def ones(shape: Sequence[int], dtype: Any = None, name: str | None = None) -> Any:
    """A variable of ones."""
    return variable(np.ones(shape), dtype, name)


def eye(size: int, dtype: Any = None, name: str | None = None) -> Any:
    """A variable of ones on the diagonal."""
    return variable(np.eye(size), dtype, name)


def zeros_like(x: Any, dtype: Any = None, name: str | None = None) -> Any:
    """As many zeros."""
    return ops.zeros_like(x, dtype=dtype)


def ones_like(x: Any, dtype: Any = None, name: str | None = None) -> Any:
    """As many ones."""
    return ops.ones_like(x, dtype=dtype)


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: str = "int32") -> Any:
    """Numbers one after the other, the end left out."""
    if stop is None and start < 0:
        start = 0
    return ops.arange(start, stop, step, dtype=dtype)


def cast(x: Any, dtype: Any) -> Any:
    """In another type."""
    return ops.cast(x, dtype)


def cast_to_floatx(x: Any) -> Any:
    """In the type `floatx()`."""
    return ops.cast(ops.convert_to_tensor(x), floatx())


def get_value(x: Any) -> Any:
    """The numbers."""
    return x.numpy() if is_variable(x) else x


def eval(x: Any) -> Any:
    """The numbers."""
    return np.asarray(x.numpy() if is_variable(x) else x)


def set_value(x: Any, value: Any) -> None:
    """Changes a variable's numbers."""
    x.assign(np.asarray(value, dtype=x.dtype))


def batch_get_value(tensors: Iterable[Any]) -> list[Any]:
    """The numbers of each."""
    return [get_value(x) for x in tensors]


def batch_set_value(tuples: Iterable[tuple[Any, Any]]) -> None:
    """Changes the numbers of each variable."""
    for x, value in tuples:
        set_value(x, value)


def update(x: Any, new_x: Any) -> Any:
    """Assigns to a variable."""
    return x.assign(new_x)


def update_add(x: Any, increment: Any) -> Any:
    """Adds to a variable."""
    return x.assign_add(increment)


def update_sub(x: Any, decrement: Any) -> Any:
    """Subtracts from a variable."""
    return x.assign_sub(decrement)


def moving_average_update(x: Any, value: Any, momentum: Any) -> Any:
    """x = momentum x + (1 - momentum) value, for a variable x."""
    value, momentum = ops.cast(value, x.dtype), ops.cast(momentum, x.dtype)
    return x.assign_sub((x - value) * (1 - momentum))


def is_sparse(tensor: Any) -> bool:
    """False: NumPy has no sparse tensors."""
    return False


def to_dense(tensor: Any) -> Any:
    """Itself."""
    return tensor
