"""The engine scratch: derivatives are graphs, built from the function's graph, symbol to symbol."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import scratch as keras
from scratch import ops

Function = Callable[..., Any]


def _symbols(points: Sequence[np.ndarray]) -> list[ops.Symbol]:
    return [ops.Symbol.leaf(shape=x.shape, dtype="float64") for x in points]


def value_and_derivatives(function: Function, points: Sequence[np.ndarray]) -> list[np.ndarray]:
    """`function(keras, x, ...)` at the `points`, and the derivatives of its sum."""
    symbols = _symbols(points)
    y = function(keras, *symbols)
    wanted = [y, *ops.gradient(y, symbols, unconnected="zero")]
    return ops.evaluate(wanted, dict(zip(symbols, points, strict=True)))


def derivative(function: Function, shape: tuple[int, ...]) -> Callable[[np.ndarray], np.ndarray]:
    """The derivative of `function(keras, x)` as a function of arrays of this shape."""
    x = ops.Symbol.leaf(shape=shape, dtype="float64")
    (dx,) = ops.gradient(function(keras, x), [x], unconnected="zero")
    return lambda at: ops.evaluate(dx, {x: at})


def jacobian(function: Function, point: np.ndarray) -> np.ndarray:
    """The derivatives of all entries: shape of the value, then shape of the point."""
    (x,) = _symbols([point])
    y = function(keras, x)
    shape = ops.evaluate(y, {x: point}).shape
    rows = []
    for index in np.ndindex(*shape):
        rows += ops.gradient(y[index] if index else y, [x], unconnected="zero")
    return np.reshape(ops.evaluate(rows, {x: point}), shape + point.shape)


def operations(function: Function, points: Sequence[np.ndarray], by: Sequence[int]) -> list[str]:
    """The names of the operations in the graph of the value and of the derivatives `by` some."""
    symbols = _symbols(points)
    y = function(keras, *symbols)
    drawn = ops.draw_text([y, *ops.gradient(y, [symbols[i] for i in by])])
    return [line.partition("(")[0].split()[-1] for line in drawn.splitlines()]
