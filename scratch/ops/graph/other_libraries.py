"""Functions of NumPy, TensorFlow and JAX that are given a symbol: refused, with their twin named.

    np.square(y - p)               TypeError: ... write keras.ops.square
    tf.reduce_mean(y - p)          TypeError: ... write keras.ops.mean

A symbol has no numbers yet, and these libraries' functions could not record what is done to it.
"""

import sys
from typing import Any, NoReturn

# What `array + symbol` asks NumPy for, and what the symbol answers by.
_REFLECTED = {
    "add": "__radd__", "subtract": "__rsub__", "multiply": "__rmul__", "divide": "__rtruediv__",
    "true_divide": "__rtruediv__", "floor_divide": "__rfloordiv__", "power": "__rpow__",
    "remainder": "__rmod__", "matmul": "__rmatmul__", "bitwise_and": "__rand__",
    "bitwise_or": "__ror__", "bitwise_xor": "__rxor__", "equal": "__eq__", "not_equal": "__ne__",
    "less": "__gt__", "less_equal": "__ge__", "greater": "__lt__", "greater_equal": "__le__",
}  # fmt: skip
_TWINS = {
    "concat": "concatenate", "pow": "power", "sub": "subtract", "mul": "multiply",
    "div": "divide", "truediv": "divide", "realdiv": "divide", "neg": "negative",
    "clip_by_value": "clip", "absolute": "abs", "fabs": "abs", "pack": "stack", "gather": "take",
}  # fmt: skip
_SHORT = {"tensorflow": "tf", "jax": "jnp", "keras": "Keras's own keras"}
_WRAPPERS = ("op_dispatch_handler", "error_handler", "wrapper", "__call__", "wrapped", "fun")


class GivenToNumPy:
    """What a symbol answers to functions of NumPy."""

    __slots__ = ()

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        reflected = _REFLECTED.get(ufunc.__name__)
        if method == "__call__" and reflected and inputs[-1] is self and inputs[0] is not self:
            return getattr(self, reflected)(inputs[0])
        raise TypeError(message(f"np.{ufunc.__name__}", self))


class GivenElsewhere:
    """What a symbol, or a KerasTensor, answers to functions of TensorFlow and JAX."""

    __slots__ = ()

    def __tf_tensor__(self, dtype: Any = None, name: Any = None) -> NoReturn:
        raise TypeError(message(_function_under_way("tensorflow"), self))

    def __jax_array__(self) -> NoReturn:
        raise TypeError(message(_function_under_way("jax"), self))


def _function_under_way(library: str) -> str:
    """The outermost function of another library, or of Keras on top of it, that is being called."""
    names = []
    frame: Any = sys._getframe(2)
    while frame is not None:
        root = str(frame.f_globals.get("__name__")).partition(".")[0]
        name = frame.f_code.co_name
        if root in _SHORT and name not in _WRAPPERS and not name.startswith("_"):
            names.append(f"{_SHORT[root]}.{name}")
        frame = frame.f_back
    return names[-1] if names else f"a function of {library}"


def message(function: str, symbol: Any) -> str:
    """Says which function was given a symbol, and which one of `keras.ops` to write."""
    name = function.rpartition(".")[2]
    ops: Any = sys.modules.get("scratch.ops")
    bare = name.removesuffix("_v2").removeprefix("reduce_")
    twin = next((n for n in (_TWINS.get(bare), bare) if n and hasattr(ops, n)), None)
    advice = f"write `keras.ops.{twin}`" if twin else "write it with the functions of `keras.ops`"
    return (
        f"`{function}` was given {symbol!r}, which has no numbers yet: {advice}, which computes "
        "with arrays and symbols, and has a derivative"
    )
