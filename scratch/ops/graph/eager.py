"""What is computed at once: an array, which a gradient tape can follow.

    loss = loss_fn(y, model(x))       an `EagerTensor`
    loss.numpy(), float(loss)         its number
    loss + penalty, np.square(loss)   NumPy's, and eager tensors again

It is the array that it is, with a method `numpy` besides. Where an open tape follows it, its
operators and NumPy's functions are those of `ops`, which the tape records; what `ops` does not
have is refused by name (see `numpy_functions`). It cannot be written into then.
"""

import functools
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from scratch.context.tapes import is_followed
from scratch.ops.graph.numpy_functions import NumPyFunctions, refusal
from scratch.ops.graph.sources import OPERATIONS


class EagerTensor(NumPyFunctions, np.ndarray):
    """An array that eager computation has given; see above. Made by `eager`."""

    __slots__ = ()

    def numpy(self) -> Any:
        """A copy of the numbers, which no tape follows; of a single one NumPy's scalar."""
        return np.array(self)[()]

    def __getitem__(self, key: Any) -> Any:
        if is_followed(self):
            return OPERATIONS["ops.getitem"](self, key)
        return eager(super().__getitem__(key))

    def __setitem__(self, key: Any, value: Any) -> None:
        if is_followed(self) or is_followed(value):
            raise TypeError(refusal("item assignment", self))
        super().__setitem__(key, value)

    def __iter__(self) -> Any:
        if not self.ndim:
            raise TypeError("iteration over a 0-d tensor")
        return (self[i] for i in range(len(self)))

    def reshape(self, *shape: Any, **order: Any) -> Any:
        """As `ndarray.reshape`."""
        if not is_followed(self):
            return super().reshape(*shape, **order)
        return np.reshape(self, shape[0] if len(shape) == 1 else shape, **order)

    def transpose(self, *axes: Any) -> Any:
        """As `ndarray.transpose`."""
        if not is_followed(self):
            return super().transpose(*axes)
        return np.transpose(self, axes[0] if len(axes) == 1 else axes or None)

    def flatten(self, order: Any = "C") -> Any:
        """As `ndarray.flatten`."""
        return np.ravel(self, order) if is_followed(self) else super().flatten(order)

    def astype(self, dtype: Any, *args: Any, **kwargs: Any) -> Any:
        """As `ndarray.astype`."""
        if not is_followed(self):
            return super().astype(dtype, *args, **kwargs)
        return sys.modules["scratch.ops"].cast(self, dtype)

    def copy(self, order: Any = "C") -> Any:
        """As `ndarray.copy`; a tensor that a tape follows does not change: itself."""
        return self if is_followed(self) else super().copy(order)

    @property
    def T(self) -> Any:  # noqa: N802 - NumPy's name
        """The transpose."""
        return self.transpose()

    def __tf_tensor__(self, dtype: Any = None, name: Any = None) -> Any:
        if is_followed(self):
            raise TypeError(refusal("a function of TensorFlow", self))
        tensorflow = sys.modules["tensorflow"]
        return tensorflow.convert_to_tensor(np.asarray(self), dtype=dtype, name=name)

    def __round__(self, ndigits: int | None = None) -> Any:
        return round(self.numpy(), ndigits)

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(self.numpy())  # a single number has one, as NumPy's scalars have

    def __pos__(self) -> "EagerTensor":
        return self

    def __pow__(self, other: Any) -> Any:  # type: ignore[override]
        # NumPy takes x ** 2 for a square, and so on.
        return OPERATIONS["power"](self, other) if is_followed(self) else super().__pow__(other)

    def __reduce__(self) -> Any:
        """A copy in another process is the same array."""
        return eager, (np.asarray(self),)

    def __copy__(self) -> "EagerTensor":
        return eager(np.array(self))

    def __deepcopy__(self, memo: Any) -> "EagerTensor":
        return eager(np.array(self))

    def __repr__(self) -> str:
        return repr(np.asarray(self))

    @staticmethod
    def _given(x: Any) -> Any:
        return eager(x)


def eager(x: Any) -> Any:
    """An array or a scalar of NumPy as an `EagerTensor` that shares its memory."""
    if x.__class__ is EagerTensor or not isinstance(x, np.ndarray | np.generic):
        return x
    return np.asarray(x).view(EagerTensor)


def _rebinding(name: str) -> Callable:
    """`t += x` as `t = t + x`: another tensor."""

    def apply(self: Any, other: Any) -> Any:
        return getattr(self, name)(other)

    return apply


for _name in (
    "add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor",
    "lshift", "rshift",
):  # fmt: skip
    setattr(EagerTensor, f"__i{_name}__", _rebinding(f"__{_name}__"))


# The methods of arrays that NumPy has as functions, which `ops` may have too.
ROUTED = (
    "choose", "clip", "compress", "conj", "conjugate", "cumprod", "cumsum", "diagonal", "dot",
    "max", "mean", "min", "prod", "ravel", "repeat", "round", "squeeze", "std", "sum", "swapaxes",
    "take", "trace", "var",
)  # fmt: skip
# And those that write into the array, or read its memory in another way.
REFUSED = (
    "byteswap", "fill", "getfield", "partition", "put", "resize", "setfield", "sort", "view",
)  # fmt: skip
REFUSED_PROPERTIES = ("flat", "imag", "mT", "real")


def _routed(name: str) -> Callable:
    """A method as NumPy's function of that name, where a tape follows the tensor."""
    method, function = getattr(np.ndarray, name), getattr(np, name)

    @functools.wraps(method)
    def call(self: EagerTensor, *args: Any, **kwargs: Any) -> Any:
        if is_followed(self):
            return function(self, *args, **kwargs)
        return eager(method(self, *args, **kwargs))

    return call


def _refused(name: str) -> Callable:
    """A method that is refused where a tape follows the tensor."""
    method = getattr(np.ndarray, name)

    @functools.wraps(method)
    def call(self: EagerTensor, *args: Any, **kwargs: Any) -> Any:
        if is_followed(self):
            raise TypeError(refusal(f"ndarray.{name}", self))
        return method(self, *args, **kwargs)

    return call


def _refused_property(name: str) -> property:
    found = getattr(np.ndarray, name)

    def get(self: EagerTensor) -> Any:
        if is_followed(self):
            raise TypeError(refusal(f"ndarray.{name}", self))
        return found.__get__(self)

    def put(self: EagerTensor, value: Any) -> None:
        found.__set__(self, value)

    return property(get, put, doc=found.__doc__)


for _name in ROUTED:
    setattr(EagerTensor, _name, _routed(_name))
for _name in REFUSED:
    setattr(EagerTensor, _name, _refused(_name))
for _name in REFUSED_PROPERTIES:
    setattr(EagerTensor, _name, _refused_property(_name))
