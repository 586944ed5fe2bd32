"""What gradient tapes are told of an operation that is computed at once.

    y = f(x_1, x_2, ...)      a `Record`: f, its operands as they were, its settings, y

What may change afterwards (variables, arrays of a user's) is copied. What a tape has recorded does
not change: it cannot be written into.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from scratch import tree
from scratch.context.tapes import is_followed, open_tapes
from scratch.ops.graph.eager import EagerTensor, eager
from scratch.ops.graph.promotion import is_python_number, to_array
from scratch.ops.graph.sources import OPERATIONS, is_variable


class Record(NamedTuple):
    """One operation that was computed.

    Attributes:
        operation: the `Operation`.
        operands: `EagerTensor`s, or Python numbers.
        attributes: its settings.
        result: what it gave.
    """

    operation: Any
    operands: tuple[Any, ...]
    attributes: dict[str, Any]
    result: EagerTensor


def following(operands: Sequence[Any]) -> list[Any]:
    """The open tapes that follow one of the operands."""
    return [tape for tape in open_tapes.items if any(map(tape.follows, operands))]


def recorded(
    tapes: Sequence[Any],
    operation: Any,
    operands: Sequence[Any],
    attributes: dict[str, Any],
    compute: Callable[[Sequence[Any], dict[str, Any]], EagerTensor],
) -> EagerTensor:
    """What `compute` gives for these operands, told to the tapes."""
    kept = tuple(reading(x, tapes) for x in operands)
    result = compute(kept, attributes)
    if operation.derivative is not None and result.dtype.kind in "fc":
        result.flags.writeable = False
        record = Record(operation, kept, attributes, result)
        for tape in tapes:
            tape.add(record)
    return result


def reading(x: Any, tapes: Sequence[Any]) -> Any:
    """`x` as it is now; whatever of the tapes follows `x` follows it, as another name for `x`."""
    if is_python_number(x):
        return x
    if isinstance(x, EagerTensor) and not x.flags.writeable:
        return x
    copy = eager(np.array(to_array(x)))
    copy.flags.writeable = False
    for tape in tapes:
        if tape.follows(x):
            tape.also_called(copy, x)
    return copy


def as_followed(x: Any) -> Any:
    """A variable, or a list of tensors, that an open tape follows as one tensor; else `x`."""
    if not open_tapes.items:
        return x
    if is_variable(x):
        tapes = following([x])
        return reading(x, tapes) if tapes else x
    if isinstance(x, list | tuple) and any(map(is_followed, tree.flatten(x))):
        return OPERATIONS["stack"](*map(as_followed, x))
    return x


def require_constants(operation: str, settings: dict[str, Any]) -> None:
    """Checks that no derivative is wanted with respect to a setting.

    Raises:
        TypeError: where an open tape follows one.
    """
    for name, value in settings.items():
        if is_followed(value):
            raise TypeError(
                f"ops.{operation}: `{name}` is followed by a gradient tape, and there is no "
                "derivative with respect to it. Write the function in other `ops`"
            )
