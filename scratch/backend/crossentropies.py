"""Cross-entropies, sample by sample; the predictions are the second argument."""

from typing import Any

from scratch import ops
from scratch.config import epsilon


def _clipped(output: Any) -> Any:
    return ops.clip(output, epsilon(), 1.0 - epsilon())


def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Any:
    """-(y log p + (1 - y) log(1 - p)), entry by entry; p is kept away from 0 and 1, twice."""
    target, output = ops.convert_to_tensor(target), ops.convert_to_tensor(output)
    if from_logits:
        return ops.binary_crossentropy(target, output, from_logits=True)
    p = _clipped(output)
    return -(target * ops.log(p + epsilon()) + (1.0 - target) * ops.log(1.0 - p + epsilon()))


def categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Any:
    """-sum y log p along an axis; p is divided by its sum first."""
    return ops.categorical_crossentropy(target, output, from_logits=from_logits, axis=axis)


def sparse_categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Any:
    """-log p of the class that is right; p is divided by its sum, as a softmax of log p is."""
    output = ops.convert_to_tensor(output)
    logits = output if from_logits else ops.log(_clipped(output))
    if axis % len(output.shape) != len(output.shape) - 1:
        logits = ops.moveaxis(logits, axis, -1)
    target = ops.cast(target, "int64")
    shape = tuple(logits.shape)
    if len(target.shape) != len(shape) - 1:
        target = ops.reshape(target, shape[:-1])
    return ops.sparse_categorical_crossentropy(target, logits, from_logits=True)
