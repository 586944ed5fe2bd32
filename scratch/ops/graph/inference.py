"""Shapes and types of symbols, found by running the graph on dummies.

A dummy has a shape and a type but (by zero strides) next to no memory; its numbers are zeros. Small
arrays of integers, such as shapes, are kept as computed. Axes of unknown size are given two
different sizes in turn: an axis of the result that changes is unknown as well.

Nothing here runs unless somebody asks a symbol for its shape.
"""

from typing import Any

import numpy as np

from scratch import config
from scratch.ops.graph.sources import CONSTANT, INPUT, VARIABLE, ancestors

# The first pair is cheap. The second divides well, for a `reshape` that splits the unknown axis.
_SIZES = ((2, 3), (60, 120))
_UNKNOWN = (None, None)  # what a symbol gets that depends on an input of unknown shape
_KEPT = 32  # integer arrays up to this size keep their numbers


def shape_of(symbol: Any) -> tuple[int | None, ...] | None:
    """The symbol's shape; None where an input has no known shape."""
    dummies = _dummies(symbol)
    if dummies is None:
        return None
    a, b = map(np.shape, dummies)
    return tuple(m if m == n else None for m, n in zip(a, b, strict=True))


def dtype_of(symbol: Any) -> str | None:
    """The name of the symbol's type; None where it is not known."""
    if symbol.attributes.get("dtype") and not symbol.inputs:
        return symbol.attributes["dtype"]
    dummies = _dummies(symbol)
    if dummies is None:
        return None
    dummy = dummies[0]
    if hasattr(dummy, "dtype"):
        return dummy.dtype.name
    return config.floatx() if isinstance(dummy, float) else "int32"


def _dummies(symbol: Any) -> tuple[Any, Any] | None:
    if symbol._dummies is None:
        try:
            _run(_not_yet_run(symbol), _SIZES[0])
        except (ValueError, IndexError):
            # Perhaps these sizes do not divide: once more from the start.
            try:
                _run(ancestors([symbol]), _SIZES[1])
            except (ValueError, IndexError):
                _run(ancestors([symbol]), _SIZES[0])  # an error about small shapes reads better
                raise
    return None if symbol._dummies is _UNKNOWN else symbol._dummies


def _not_yet_run(symbol: Any) -> list[Any]:
    found, waiting = {symbol.serial: symbol}, [symbol]
    while waiting:
        for x in waiting.pop().inputs:
            if x._dummies is None and x.serial not in found:
                found[x.serial] = x
                waiting.append(x)
    return [found[serial] for serial in sorted(found)]


def _run(nodes: list[Any], sizes: tuple[int, int]) -> None:
    """Gives each of `nodes`, in topological order, its two dummies."""
    with np.errstate(all="ignore"):
        for x in nodes:
            if x.op is INPUT:
                shape, dtype = x.attributes["shape"], x.attributes["dtype"] or config.floatx()
                x._dummies = _UNKNOWN
                if shape is not None:
                    full = [tuple(n if m is None else m for m in shape) for n in sizes]
                    x._dummies = (_zeros(full[0], dtype), _zeros(full[1], dtype))
            elif x.op is CONSTANT or x.op is VARIABLE:
                value = (
                    x.attributes["value"] if x.op is CONSTANT else x.attributes["variable"].array
                )
                x._dummies = (_dummy(value),) * 2
            elif any(a._dummies is _UNKNOWN for a in x.inputs):
                x._dummies = _UNKNOWN
            else:
                kernel = x.op.dummy_kernel(x.attributes)
                x._dummies = (_apply(x, kernel, 0), _apply(x, kernel, 1))


def _apply(x: Any, kernel: Any, which: int) -> Any:
    operands = [a._dummies[which] for a in x.inputs]
    try:
        return _dummy(kernel(*operands))
    except (ValueError, IndexError) as error:
        raise x.op.refusal(error, operands, x.attributes) from error


def _zeros(shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    return np.broadcast_to(np.zeros((), dtype), shape)


def _dummy(value: Any) -> Any:
    """`value` itself where it is a number or a few integers, else zeros of its shape and type."""
    if not hasattr(value, "dtype") or (value.dtype.kind in "iu" and value.size <= _KEPT):
        return value
    return _zeros(value.shape, value.dtype)
