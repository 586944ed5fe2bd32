"""Backpropagation along a tape, from its end to its beginning.

    dL/dx = sum_j (dy_j/dx)^T dL/dy_j        over all y_j that were computed from x

Only what lies between the sources and the target is computed.
"""

from collections.abc import Sequence
from typing import Any

from scratch.ops.arithmetic import add_
from scratch.ops.graph.eager import EagerTensor
from scratch.ops.graph.sources import is_variable
from scratch.tape.products import products
from scratch.tape.slices import joined, slices_of


def backpropagate(
    tape: Any, targets: Sequence[Any], upstream: Sequence[Any], sources: Sequence[Any]
) -> list[Any]:
    """The derivatives of the targets with respect to the sources; None where there is none.

    Args:
        tape: a `GradientTape`.
        targets: tensors or variables.
        upstream: dL/d(target) for each.
        sources: tensors or variables.
    """
    records = list(tape.records)  # an open tape records what follows
    wanted = {tape.source(x) for x in sources}
    rows_of = {id(x) for x in sources if is_variable(x)}
    between = set(wanted)
    for record in records:
        if any(tape.source(x) in between for x in record.operands):
            between.add(id(record.result))
    summands: dict[int, list[Any]] = {}
    for y, dy in zip(targets, upstream, strict=True):
        if tape.source(y) in between and dy.dtype.kind in "fc":
            summands.setdefault(tape.source(y), []).append(dy)
    for record in reversed(records):
        place = id(record.result)
        if place not in between or place not in summands:
            continue
        dy = _total(summands[place] if place in wanted else summands.pop(place))
        assert dy is not None
        places = [tape.source(x) for x in record.operands]
        for x, dx in zip(places, products(record, dy, [x in between for x in places]), strict=True):
            if dx is not None:
                dx = slices_of(record, dy, dx) if x in rows_of else dx
                summands.setdefault(x, []).append(dx)
    return [_total(summands.get(tape.source(x), [])) for x in sources]


def _total(summands: list[EagerTensor]) -> EagerTensor | None:
    if len(summands) > 1:
        total = summands[0]
        for summand in summands[1:]:
            total = add_(total, summand)
        summands[:] = [joined(total, summands)]
    return summands[0] if summands else None
