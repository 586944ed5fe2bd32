"""The gradient of a weight whose rows were looked up: it remembers its slices (quirk K32)."""

from collections.abc import Sequence

import numpy as np

from scratch.context.tapes import is_followed
from scratch.ops.graph.eager import EagerTensor
from scratch.ops.graph.recording import Record
from scratch.variables.indexed_slices import Slices


class SlicedGradient(EagerTensor):
    """A gradient that was added up from slices; it cannot be written into.

    Attributes:
        slices: these.
    """

    slices: Slices


def slices_of(record: Record, dy: EagerTensor, dx: EagerTensor) -> EagerTensor:
    """`dx`, the derivative of an operation; with its slices if that has looked up rows."""
    if record.operation.name != "take" or record.attributes["axis"] != 0:
        return dx
    return _with(dx, Slices(np.asarray(record.operands[1]), np.asarray(dy)))


def joined(total: EagerTensor, summands: Sequence[EagerTensor]) -> EagerTensor:
    """The sum of some gradients; with their slices if all of them have some."""
    slices = Slices.joined([getattr(summand, "slices", None) for summand in summands])
    return total if slices is None else _with(total, slices)


def _with(gradient: EagerTensor, slices: Slices) -> EagerTensor:
    if is_followed(gradient):  # another tape knows it by its identity
        return gradient
    made = np.asarray(gradient).view(SlicedGradient)
    made.flags.writeable = False
    made.slices = slices
    return made
