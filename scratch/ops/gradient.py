"""Symbol-to-symbol differentiation: the derivative of a graph is another graph.

Backpropagation in reverse topological order. Where z depends on x through several symbols y_j,

    dz/dx = sum_j (dz/dy_j) (dy_j/dx)

and every factor is a symbol, made by the derivative expression that stands beside its operation.
Nothing is computed here; the result shares all of its subexpressions with the graph it came from,
and can be differentiated again.
"""

from collections.abc import Sequence
from typing import Any

from scratch.ops.graph.operation import Operation, to_symbol
from scratch.ops.graph.promotion import is_python_number
from scratch.ops.graph.sources import ancestors
from scratch.ops.graph.symbol import Symbol
from scratch.ops.reduction import broadcast_like, sum_to
from scratch.ops.shape import ones_like, zeros_like


def gradient(
    y: Any,
    xs: Sequence[Any],
    dy: Any = None,
    unconnected: str = "none",
    given: Sequence[Symbol] = (),
) -> list[Symbol | None]:
    """The derivatives of `sum(y * dy)` with respect to each of `xs`.

    Args:
        y: a symbol; usually a scalar such as a loss.
        xs: symbols or variables.
        dy: the upstream derivative, of the shape of `y`; default: ones.
        unconnected: `"none"` or `"zero"`: what to return for an x that `y` does not depend on, or
            only through functions without a derivative.
        given: symbols that count as independent of what they were computed from.

    Returns:
        One symbol of the shape of x for each of `xs`. Types are not looked at: for integers too
        it is what the formulas say.

    Raises:
        ValueError: for another `unconnected`.
    """
    if unconnected not in ("none", "zero"):
        raise ValueError(f"gradient: unconnected must be 'none' or 'zero'; got {unconnected!r}")
    xs = [to_symbol(x) for x in xs]
    totals, _ = contributions(y, xs, dy, given)
    absent = zeros_like if unconnected == "zero" else lambda x: None
    return [totals[x.serial] if x.serial in totals else absent(x) for x in xs]


def contributions(
    y: Any, xs: Sequence[Symbol], dy: Any = None, given: Sequence[Symbol] = ()
) -> tuple[dict[int, Symbol], dict[tuple[int, int], Symbol]]:
    """What `gradient` adds up: all of the backward pass, edge by edge.

    Args:
        y, dy, given: as in `gradient`.
        xs: symbols; the pass covers the paths from them to `y`.

    Returns:
        The derivatives by the symbols' numbers, and the summands (dz/dy_j) (dy_j/dx) by edge:
        the number of y_j, and which of its inputs x is.
    """
    y = to_symbol(y)
    if dy is None:
        dy = ones_like(y)
    elif is_python_number(dy):
        dy = broadcast_like(dy, y)
    received: dict[int, list[Any]] = {y.serial: [to_symbol(dy)]}
    totals: dict[int, Symbol] = {}
    edges: dict[tuple[int, int], Symbol] = {}
    independent = {x.serial for x in given}
    for symbol in reversed(_between(xs, y, independent)):
        summands = received.pop(symbol.serial, None)
        if not summands:
            continue
        total = summands[0]
        for summand in summands[1:]:
            total = total + summand
        totals[symbol.serial] = total
        if symbol.serial in independent:
            continue
        parts = derivatives(symbol, total)
        for place, (x, dx) in enumerate(zip(symbol.inputs, parts, strict=True)):
            if dx is not None:
                received.setdefault(x.serial, []).append(dx)
                edges[symbol.serial, place] = dx
    return totals, edges


def _between(xs: Sequence[Symbol], y: Symbol, independent: set[int]) -> list[Symbol]:
    """The symbols on the paths from `xs` to `y`, none of which leads through `independent` ones."""
    found = {x.serial for x in xs}
    path = []
    for symbol in ancestors([y]):
        computed = symbol.serial not in independent
        if symbol.serial in found or (computed and any(x.serial in found for x in symbol.inputs)):
            found.add(symbol.serial)
            path.append(symbol)
    return path


def derivatives(symbol: Symbol, dy: Symbol) -> Sequence[Symbol | None]:
    """For each input of `symbol` the derivative of `sum(symbol * dy)`; None where there is none."""
    op = symbol.op
    if not isinstance(op, Operation) or op.derivative is None:
        return [None] * len(symbol.inputs)
    dxs = op.derivative(dy, symbol, *symbol.inputs, **symbol.attributes)
    if not isinstance(dxs, tuple):
        dxs = (dxs,)
    if op.broadcasts:
        dxs = [
            None if dx is None else _fit(dx, x) for dx, x in zip(dxs, symbol.inputs, strict=True)
        ]
    return dxs


def _fit(dx: Symbol, x: Symbol) -> Symbol:
    """`dx` summed to the shape of x; nothing to do where that is certain to be its own."""
    shape = x.shape
    if shape is not None and None not in shape and dx.shape == shape and dx.dtype == x.dtype:
        return dx
    return sum_to(dx, x)
