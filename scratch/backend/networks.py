"""What layers are made of."""

from typing import Any

from scratch import ops
from scratch.config import image_data_format

sigmoid, tanh, softplus, softsign = ops.sigmoid, ops.tanh, ops.softplus, ops.softsign


def relu(x: Any, alpha: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> Any:
    """x above the threshold, at most `max_value`; below it alpha (x - threshold)."""
    x = ops.convert_to_tensor(x)
    below = ops.relu(ops.subtract(threshold, x)) if threshold else ops.relu(-x)
    above = x * ops.cast(ops.greater(x, threshold), x.dtype) if threshold else ops.relu(x)
    if max_value is not None:
        above = ops.clip(above, 0.0, max_value)
    return above - alpha * below if alpha else above


def elu(x: Any, alpha: float = 1.0) -> Any:
    """x where it is positive, else alpha (e^x - 1)."""
    return ops.elu(x, alpha)


def hard_sigmoid(x: Any) -> Any:
    """0.2 x + 0.5, not below 0 and not above 1: not the `hard_sigmoid` of activations."""
    x = ops.convert_to_tensor(x)
    return ops.clip(ops.cast(0.2, x.dtype) * x + ops.cast(0.5, x.dtype), 0.0, 1.0)


def softmax(x: Any, axis: Any = -1) -> Any:
    """e^x / sum e^x along an axis.

    Raises:
        ValueError: for less than two axes.
    """
    if len(x.shape) <= 1:
        raise ValueError(f"Cannot apply softmax to a tensor that is 1D. Received input: {x}")
    return ops.softmax(x, axis=axis)


def bias_add(x: Any, bias: Any, data_format: str | None = None) -> Any:
    """x + bias, by channel; or a bias for each place.

    Raises:
        ValueError: for another data format, or a bias of other axes.
    """
    data_format = data_format or image_data_format()
    if data_format not in ("channels_first", "channels_last"):
        raise ValueError(f"Unknown data_format: {data_format}")
    rank, shape = len(x.shape), tuple(bias.shape)
    if len(shape) not in (1, rank - 1):
        raise ValueError(
            f"Unexpected bias dimensions {len(shape)}. Expected it to be 1 or {rank - 1} dimensions"
        )
    if data_format == "channels_last":
        return x + (bias if len(shape) == 1 else ops.reshape(bias, (1, *shape)))
    if len(shape) == 1:
        return x + ops.reshape(bias, (1, -1, *(1,) * (rank - 2)))
    return x + ops.reshape(bias, (1, shape[-1], *shape[:-1]))


def batch_normalization(
    x: Any, mean: Any, var: Any, beta: Any, gamma: Any, axis: int = -1, epsilon: float = 1e-3
) -> Any:
    """(x - mean) / sqrt(var + epsilon) * gamma + beta; `axis` has no effect, as in Keras."""
    scale = ops.rsqrt(ops.add(var, epsilon))
    scale = scale if gamma is None else scale * gamma
    shift = -(mean * scale) if beta is None else beta - mean * scale
    return x * scale + shift
