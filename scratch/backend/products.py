"""Products of matrices, in the forms that Keras had before `einsum`."""

from typing import Any

from scratch import ops


def dot(x: Any, y: Any) -> Any:
    """The last axis of x with the last but one of y: (a, n), (b, n, m) -> (a, b, m)."""
    if len(x.shape) <= 2 and len(y.shape) <= 2:
        return ops.matmul(x, y)
    return ops.tensordot(x, y, axes=[[len(x.shape) - 1], [len(y.shape) - 2]])


def batch_dot(x: Any, y: Any, axes: Any = None) -> Any:
    """Sample by sample, one axis of x with one of y; the others stay, those of x first.

    Args:
        x, y: of as many samples.
        axes: which; one number stands for both. Default: the last of x, and of y the last but one
            (of a matrix the last).

    Raises:
        ValueError: for less than two axes, other numbers of samples, axes of different sizes, the
            axis of the samples.
    """
    ranks, shapes = [len(x.shape), len(y.shape)], [tuple(x.shape), tuple(y.shape)]
    if min(ranks) < 2:
        raise ValueError(
            "Cannot do batch_dot on inputs with rank < 2. Received inputs with tf.shapes "
            f"{shapes[0]} and {shapes[1]}."
        )
    if None not in (shapes[0][0], shapes[1][0]) and shapes[0][0] != shapes[1][0]:
        raise ValueError(
            "Cannot do batch_dot on inputs with different batch sizes. Received inputs with "
            f"tf.shapes {shapes[0]} and {shapes[1]}."
        )
    if axes is None:
        axes = [ranks[0] - 1, ranks[1] - (1 if ranks[1] == 2 else 2)]
    axes = [axes, axes] if isinstance(axes, int) else list(axes)
    if any(isinstance(axis, list | tuple) for axis in axes):
        raise ValueError(
            "Multiple target dimensions are not supported. Expected: None, int, (int, int), "
            f"Provided: {axes}"
        )
    axes = [axis % rank if axis < 0 else axis for axis, rank in zip(axes, ranks, strict=True)]
    if 0 in axes:
        raise ValueError(
            "Cannot perform batch_dot over axis 0. If your inputs are not batched, add a dummy "
            "batch dimension to your inputs using K.expand_dims(x, 0)"
        )
    sizes = [shape[axis] for shape, axis in zip(shapes, axes, strict=True)]
    if None not in sizes and sizes[0] != sizes[1]:
        raise ValueError(
            f"Cannot do batch_dot on inputs with tf.shapes {shapes[0]} and {shapes[1]} with "
            f"axes={axes}. x.shape[{axes[0]}] != y.shape[{axes[1]}] ({sizes[0]} != {sizes[1]})."
        )
    # a: the samples, z: what is summed over, the rest in their order.
    letters = iter("bcdefghijklmnopqrstuvwxy")
    named = [
        "".join("a" if i == 0 else "z" if i == axis else next(letters) for i in range(rank))
        for axis, rank in zip(axes, ranks, strict=True)
    ]
    left = "a" + "".join(name for part in named for name in part if name not in "az")
    result = ops.einsum(f"{named[0]},{named[1]}->{left}", x, y)
    return result if max(ranks) > 2 or len(left) > 1 else ops.expand_dims(result, -1)
