"""Filters: each new pixel is the sum of its neighbours, weighted by a small window.

    y[i, j] = sum over a, b of k[a, b] x[i + a, j + b]
    dx[i + a, j + b] = sum of k[a, b] dy[i, j],   dk[a, b] = sum of x[i + a, j + b] dy[i, j]

for every channel alone; `"same"` puts zeros around the image, so that y is of its size.
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.ops.errors import InvalidArgumentError
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.image.layout import as_images, from_last, to_last


def filtered(images: Any, window: Any, padding: str = "valid") -> Any:
    """Every channel, filtered by the same window.

    Args:
        images: (batch, height, width, channels).
        window: (rows, columns).
        padding: `"valid"`, or `"same"`.
    """
    return _filter(images, window, same=padding == "same")


def _padded(x: np.ndarray, window: np.ndarray, same: bool) -> np.ndarray:
    if not same:
        return x
    pairs = [((n - 1) // 2, n // 2) for n in window.shape]
    return np.pad(x, [(0, 0), *pairs, (0, 0)])


def _filter_derivative(dy: Any, y: Any, x: Any, window: Any, same: bool) -> tuple:
    return _unfilter(dy, x, window, same=same), _filter_window(x, dy, window, same=same)


@operation(derivative=_filter_derivative)
def _filter(x: Tensor, window: Tensor, same: bool = False) -> Tensor:
    x = _padded(x, window, same)
    height, width = (x.shape[1 + i] - window.shape[i] + 1 for i in range(2))
    work = "float32" if x.dtype == np.float16 else x.dtype
    y = np.zeros((len(x), height, width, x.shape[3]), work)
    for (a, b), weight in np.ndenumerate(window.astype(work)):
        y += x[:, a : a + height, b : b + width] * weight
    return y.astype(x.dtype)


def _unfilter_derivative(d: Any, dx: Any, dy: Any, like: Any, window: Any, same: bool) -> tuple:
    return _filter(d, window, same=same), None, _filter_window(d, dy, window, same=same)


@operation(derivative=_unfilter_derivative)
def _unfilter(dy: Tensor, like: Tensor, window: Tensor, same: bool = False) -> Tensor:
    """dx: every dy goes back to where it came from."""
    dx = _padded(np.zeros(like.shape, dy.dtype), window, same)
    height, width = dy.shape[1:3]
    for (a, b), weight in np.ndenumerate(window):
        dx[:, a : a + height, b : b + width] += dy * weight
    if not same:
        return dx
    top, left = ((n - 1) // 2 for n in window.shape)
    return dx[:, top : top + like.shape[1], left : left + like.shape[2]]


def _filter_window_derivative(d: Any, dk: Any, x: Any, dy: Any, like: Any, same: bool) -> tuple:
    return _unfilter(dy, x, d, same=same), _filter(x, d, same=same), None


@operation(derivative=_filter_window_derivative)
def _filter_window(x: Tensor, dy: Tensor, like: Tensor, same: bool = False) -> Tensor:
    """dk: what each weight was multiplied by, times dy."""
    x = _padded(x, like, same)
    height, width = dy.shape[1:3]
    dk = np.empty(like.shape, dy.dtype)
    for a, b in np.ndindex(*like.shape):
        dk[a, b] = np.sum(x[:, a : a + height, b : b + width] * dy)
    return dk


# Smooth images -------------------------------------------------------------------------------


def gaussian_blur(
    images: Any,
    kernel_size: Any = (3, 3),
    sigma: Any = (1.0, 1.0),
    data_format: str | None = None,
) -> Any:
    """Images, blurred (`keras.ops.image.gaussian_blur`): the window is exp(-x^2 / 2 sigma^2).

    Args:
        images: (height, width, channels), with a batch before these or not, or as `data_format`
            says; of a float type.
        kernel_size: of the window.
        sigma: its standard deviations, along the width and along the height.
        data_format: `"channels_first"`, or else channels are last.

    Returns:
        Images of the same shape and type.

    Raises:
        ValueError: for another number of axes.
        InvalidArgumentError: for images of integers.
    """
    images = as_images(images)
    if np.dtype(images.dtype).kind != "f":
        raise InvalidArgumentError(
            f"gaussian_blur: images must be of a float type, got {images.dtype}. Cast them first"
        )
    across, down = (
        ops.cast(deviation if hasattr(deviation, "dtype") else np.float64(deviation), images.dtype)
        for deviation in (sigma[0], sigma[1])
    )
    alone = len(images.shape) == 3
    if alone:
        images = ops.expand_dims(images, 0)
    form = data_format or "channels_last"
    rows, columns = (int(n) for n in kernel_size)
    # The first size goes with the width, although the window's first axis is the height.
    window = ops.outer(_bell(columns, down, images.dtype), _bell(rows, across, images.dtype))
    window = ops.reshape(window, (rows, columns))
    blurred = from_last(filtered(to_last(images, form), window, "same"), form)
    return ops.squeeze(blurred, 0) if alone else blurred


def _bell(size: int, sigma: Any, dtype: Any) -> Any:
    x = np.arange(size).astype(dtype) - np.asarray((size - 1) / 2, dtype)
    bell = ops.exp(ops.multiply(ops.square(ops.divide(x, sigma)), -0.5))
    return ops.divide(bell, ops.sum(bell))


# Edges ---------------------------------------------------------------------------------------

_SOBEL = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]], "float32")


def sobel_edges(images: Any, data_format: str | None = None) -> Any:
    """How much images change downwards and to the right (`keras.ops.image.sobel_edges`).

    Args:
        images: (batch, height, width, channels), or as `data_format` says; of a float type.
        data_format: `"channels_first"`, or else channels are last.

    Returns:
        The shape of `images`, and a last axis for the two directions.

    Raises:
        ValueError: for another number of axes.
    """
    form = data_format or "channels_last"
    x = to_last(as_images(images, ranks=(4,)), form)
    x = ops.concatenate([x[:, 1:2], x, x[:, -2:-1]], axis=1)
    x = ops.concatenate([x[:, :, 1:2], x, x[:, :, -2:-1]], axis=2)
    edges = [filtered(x, ops.cast(window, images.dtype)) for window in (_SOBEL, _SOBEL.T.copy())]
    return ops.stack([from_last(edge, form) for edge in edges], axis=-1)
