"""Functions whose derivative somebody writes down, and derivatives along a direction.

@ops.custom_gradient
def f(x):                       y = f(x)
    def grad(upstream):         dx = grad(dy)
        return dx
    return y, grad

jvp: with g(u) = J^T u linear in u, the derivative of <g(u), t> with respect to u is J t
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from scratch import tree
from scratch.ops.arithmetic import multiply
from scratch.ops.casting import cast_like, convert_to_tensor
from scratch.ops.gradient import gradient
from scratch.ops.graph.eager import eager
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.graph.program import evaluate
from scratch.ops.graph.sources import Recorder
from scratch.ops.graph.symbol import Symbol
from scratch.ops.reduction import sum
from scratch.ops.shape import zeros_like


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function with the derivative that it says it has.

    Args:
        f: `f(*tensors) -> (y, grad)`, with `grad(*dy) -> dx`, or one for each tensor. `y` may be
            several tensors: then `grad` is given as many derivatives.

    Returns:
        A function of the same tensors that gives `y`, in definitions and on tapes.

    Raises:
        TypeError: where `f` does not give two things.
        ValueError: when a derivative is asked for, where `grad` gives another number of them than
            there are tensors.
    """

    @functools.wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        if any(isinstance(x, Recorder) for x in tree.flatten(args)):
            raise ValueError(
                f"custom_gradient: {f.__name__!r} was given a KerasTensor, and what a functional "
                "model records has Keras's derivatives. Call it in the `call` of a layer of yours"
            )
        tensors = tuple(map(convert_to_tensor, args))
        result = f(*tensors, **kwargs)
        if not isinstance(result, tuple) or len(result) != 2 or not callable(result[1]):
            raise TypeError(
                f"custom_gradient: {f.__name__!r} must return (y, grad), with a function grad of "
                f"dy. Received: {result!r}"
            )
        y, grad = result
        outputs = tree.flatten(y)
        rest = {"grad": grad, "outputs": len(outputs)}
        found = [_with_gradient(one, *tensors, index=i, **rest) for i, one in enumerate(outputs)]
        return tree.pack_sequence_as(y, found) if isinstance(y, list | tuple) else found[0]

    return call


def _given_derivative(
    dy: Any, y: Any, value: Any, *xs: Any, grad: Callable, outputs: int, index: int
) -> tuple:
    """What `grad` says for this output alone: it is linear, and `gradient` adds the others."""
    upstream = [dy if i == index else zeros_like(dy) for i in range(outputs)]
    found = grad(*upstream)
    dxs = tuple(found) if isinstance(found, list | tuple) else (found,)
    if len(dxs) != len(xs):
        raise ValueError(
            f"custom_gradient: the function of dy gave {len(dxs)} derivatives, and there are "
            f"{len(xs)} tensors"
        )
    return None, *dxs


@operation(derivative=_given_derivative, by_hand=True)
def _with_gradient(
    value: Tensor, *xs: Tensor, grad: Any = None, outputs: int = 1, index: int = 0
) -> Tensor:
    return value[...]


def jvp(fun: Callable[..., Any], primals: Any, tangents: Any, has_aux: bool = False) -> Any:
    """`fun(*primals)`, and its derivative along `tangents` (Jacobian-vector product).

    Args:
        fun: of tensors, written in `ops`.
        primals: where; a list or a tuple of tensors.
        tangents: along which direction; as many tensors of the same shapes.
        has_aux: whether `fun` gives (y, something else), which is handed through.

    Returns:
        (y, dy), or with `has_aux` (y, dy, something else).

    Raises:
        ValueError: for other numbers or shapes of tangents than of primals.
    """
    values = [convert_to_tensor(x) for x in primals]
    along = [cast_like(t, x) for t, x in zip(map(convert_to_tensor, tangents), values, strict=True)]
    if any(t.shape != x.shape for t, x in zip(along, values, strict=True)):
        raise ValueError(
            "jvp: every tangent must have the shape of its primal. Received shapes "
            f"{[x.shape for x in values]} and {[t.shape for t in along]}"
        )
    leaves = [Symbol.leaf(None, x.shape, x.dtype) for x in values]
    result = fun(*leaves)
    y, *aux = result if has_aux else (result,)
    outputs = tree.flatten(y)
    upstreams: list[Any] = [Symbol.leaf("u", one.shape, one.dtype) for one in outputs]
    slopes = [_forward(*pair, leaves, along) for pair in zip(outputs, upstreams, strict=True)]
    feeds = dict(zip(leaves, values, strict=True))
    feeds |= {u: np.zeros(u.shape, u.dtype) for u in upstreams}  # they do not matter
    found = [eager(x) for x in evaluate([*outputs, *slopes], feeds)]
    n = len(outputs)
    parts = (found[:n], found[n:])
    packed = [
        tree.pack_sequence_as(y, part) if isinstance(y, list | tuple) else part[0] for part in parts
    ]
    extra = [tree.map_structure(lambda x: eager(evaluate(x, feeds)), one) for one in aux]
    return (*packed, *extra)


def _forward(y: Any, upstream: Symbol, xs: list[Symbol], along: list[Any]) -> Any:
    """J t, of J^T u."""
    back = gradient(y, xs, upstream, unconnected="zero")
    total: Any = 0.0
    for dx, t in zip(back, along, strict=True):
        total = total + sum(multiply(dx, t))
    (slope,) = gradient(total, [upstream], unconnected="zero")
    return slope
