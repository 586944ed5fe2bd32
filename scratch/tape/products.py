"""The vector-Jacobian products of one operation, whose operands have numbers.

    y = f(x_1, x_2)      dx_i = (dy/dx_i)^T dy

The derivative that stands beside the operation is an expression of symbols. It is written down once
for operands of some shapes and types, and kept; then it is computed: by a program, or where another
tape is open that may want to differentiate it again, operation by operation.
"""

import functools
from collections.abc import Sequence
from typing import Any

from scratch.context.tapes import open_tapes
from scratch.ops.gradient import derivatives
from scratch.ops.graph.eager import eager
from scratch.ops.graph.program import Program
from scratch.ops.graph.promotion import is_python_number
from scratch.ops.graph.recording import Record
from scratch.ops.graph.sources import CONSTANT, ancestors
from scratch.ops.graph.symbol import Symbol, constant, symbol_of

_KEPT = 2048  # expressions: of every operation of a training loop, for some sizes of batches


def products(record: Record, dy: Any, wanted: Sequence[bool]) -> list[Any]:
    """dL/dx for each operand that is wanted, None for the others, and where there is none."""
    operands = record.operands
    if record.operation.by_hand:
        found = record.operation.derivative(dy, record.result, *operands, **record.attributes)
        return [dx if is_wanted else None for dx, is_wanted in zip(found, wanted, strict=True)]
    expression = _expression(
        record.operation, tuple(record.attributes.items()), tuple(map(_spec, operands)),
        _spec(dy), tuple(wanted),
    )  # fmt: skip
    return expression(dy, record.result, [x for x in operands if not is_python_number(x)])


def _spec(x: Any) -> Any:
    """What an expression depends on: a number itself, of a tensor the shape and the type."""
    return (type(x), repr(x), x) if is_python_number(x) else (x.shape, x.dtype.name)


class _Expression:
    """Some derivatives, written in symbols."""

    def __init__(
        self, found: Sequence[Symbol | None], dy: Symbol, y: Symbol, xs: Sequence[Symbol]
    ) -> None:
        self._outputs = [d for d in found if d is not None]
        self._inputs = [dy, y, *xs]
        self._exists = [d is not None for d in found]
        self._program = Program(self._outputs, self._inputs)

    def __call__(self, dy: Any, y: Any, xs: Sequence[Any]) -> list[Any]:
        compute = self._step_by_step if open_tapes.items else self._program
        computed = map(eager, compute(dy, y, *xs))
        return [next(computed) if there else None for there in self._exists]

    def _step_by_step(self, *values: Any) -> list[Any]:
        memory = {x.serial: value for x, value in zip(self._inputs, values, strict=True)}
        for x in ancestors(self._outputs, stop=self._inputs):
            if x.serial not in memory:
                memory[x.serial] = (
                    x.attributes["value"]
                    if x.op is CONSTANT
                    else x.op(*(memory[a.serial] for a in x.inputs), **x.attributes)
                )
        return [memory[x.serial] for x in self._outputs]


@functools.lru_cache(_KEPT)
def _expression(
    operation: Any, attributes: tuple, specs: tuple, upstream: tuple, wanted: tuple[bool, ...]
) -> _Expression:
    xs = [
        constant(spec[2]) if isinstance(spec[0], type) else Symbol.leaf(None, *spec)
        for spec in specs
    ]
    y = symbol_of(operation, tuple(xs), dict(attributes))
    dy = Symbol.leaf("dy", *upstream)
    found = [
        d if is_wanted else None for d, is_wanted in zip(derivatives(y, dy), wanted, strict=True)
    ]
    return _Expression(found, dy, y, [x for x in xs if x.op is not CONSTANT])
