"""Margins of images: zeros put around them, or their edges cut off.

    padding    y = 0 but for the middle, which is x         dx = dy of the middle
    cropping   y = the middle of x                          dx = 0 but for the middle, which is dy

Each is the other's transpose. With `"channels_first"` the channels of x and y are axis 1.
"""

from typing import Any, ClassVar

import numpy as np

from scratch import ops
from scratch.context.defaults import standardize_data_format
from scratch.layers.base.input_spec import InputSpec
from scratch.layers.base.layer import Layer
from scratch.layers.base.sizes import defaults, standardize_tuple
from scratch.network.node import Node
from scratch.serialization.configured import configured

Margins = tuple[tuple[int, int], ...]


class _WithMargins(Layer):
    """What all of them have in common."""

    rank: ClassVar[int]
    data_format = "channels_last"

    @property
    def margins(self) -> Margins:
        """(before, after) of each spatial axis."""
        raise NotImplementedError

    def everywhere(self) -> Margins:
        """(before, after) of every axis."""
        none = ((0, 0),)
        if self.data_format == "channels_last":
            return (*none, *self.margins, *none)
        return (*none, *none, *self.margins)

    def middle(self) -> tuple[slice, ...]:
        """Where, in an image with margins, the one without them is."""
        return tuple(slice(before, -after or None) for before, after in self.everywhere())


class _ZeroPadding(_WithMargins):
    """Zeros around images.

    Args:
        padding: one number for all sides, or for each axis one number or (before, after); with a
            single axis (before, after).
        data_format: where the channels are; default: `config.image_data_format()`.

    Raises:
        ValueError: for other numbers, or an unknown data format.
    """

    def call(self, inputs: Any) -> Any:
        return ops.pad(inputs, self.everywhere())

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y: zeros, and x in the middle."""
        shape = tuple(n + sum(m) for n, m in zip(x.shape, self.everywhere(), strict=True))
        y = node.buffer("y", shape, x.dtype)
        y[...] = 0
        y[self.middle()] = x
        return y

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dx: dy of the middle."""
        return dy[self.middle()] if node.needs_dx else None

    @property
    def margins(self) -> Margins:
        return (self.padding,) if self.rank == 1 else self.padding

    def __init__(self, padding: Any = 1, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = standardize_data_format(data_format)
        self.padding: Any = _pairs(padding, self.rank, "padding")
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The input's shape, and the margins."""
        pairs = zip(input_shape, self.everywhere(), strict=True)
        return tuple(None if n is None else n + sum(margin) for n, margin in pairs)


class _Cropping(_WithMargins):
    """Images without their edges.

    Args:
        cropping: how much is cut off: one number for all sides, or for each axis one number or
            (before, after); with a single axis (before, after).
        data_format: where the channels are; default: `config.image_data_format()`.

    Raises:
        ValueError: for other numbers, an unknown data format, or where nothing would be left.
    """

    def call(self, inputs: Any) -> Any:
        self.compute_output_shape(inputs.shape)
        return inputs[self.middle()]

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y: the middle of x."""
        self.compute_output_shape(x.shape)
        node.saved["shape"] = x.shape
        return x[self.middle()]

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dx: zeros, and dy in the middle."""
        if not node.needs_dx:
            return None
        dx = node.buffer("dx", node.saved["shape"], dy.dtype)
        dx[...] = 0
        dx[self.middle()] = dy
        return dx

    @property
    def margins(self) -> Margins:
        return (self.cropping,) if self.rank == 1 else self.cropping

    def __init__(self, cropping: Any, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = standardize_data_format(data_format)
        self.cropping: Any = _pairs(cropping, self.rank, "cropping")
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The input's shape without the edges.

        Raises:
            ValueError: where nothing would be left.
        """
        margins = self.everywhere()
        pairs = list(zip(input_shape, margins, strict=True))
        shape = tuple(None if n is None else n - sum(margin) for n, margin in pairs)
        if any(n is not None and 0 < n <= sum(margin) for n, margin in pairs):
            raise ValueError(
                f"`cropping` parameter of `{type(self).__name__}` layer must be smaller than the "
                "input length. Values in `cropping` argument should be smaller than the "
                "corresponding spatial dimension of the input. Received: "
                f"input_shape={input_shape}, cropping={self.cropping}"
            )
        return shape


def _pairs(value: Any, rank: int, name: str) -> Any:
    """(before, after) for each spatial axis; of a single axis the pair itself."""
    if rank == 1:
        return standardize_tuple(value, 2, name, allow_zero=True)
    if isinstance(value, int):
        return (standardize_tuple(value, 2, name, allow_zero=True),) * rank
    if not hasattr(value, "__len__"):
        raise ValueError(
            f"`{name}` should be either an int, a tuple of {rank} ints, one for each axis, or a "
            f"tuple of {rank} tuples of 2 ints, (before, after) for each axis. Received: "
            f"{name}={value}."
        )
    if len(value) != rank:
        raise ValueError(f"`{name}` should have {rank} elements. Received: {name}={value}.")
    return tuple(
        standardize_tuple(part, 2, f"entry {number} of {name}", allow_zero=True)
        for number, part in enumerate(value, 1)
    )


@configured()
class ZeroPadding1D(_ZeroPadding):
    """Zeros before and after sequences (`keras.layers.ZeroPadding1D`)."""

    rank = 1


@configured()
@defaults(padding=(1, 1))
class ZeroPadding2D(_ZeroPadding):
    """Zeros around images (`keras.layers.ZeroPadding2D`)."""

    rank = 2


@configured()
@defaults(padding=((1, 1), (1, 1), (1, 1)))
class ZeroPadding3D(_ZeroPadding):
    """Zeros around volumes (`keras.layers.ZeroPadding3D`)."""

    rank = 3


@configured()
class Cropping1D(_Cropping):
    """Sequences without their first and last steps (`keras.layers.Cropping1D`)."""

    rank = 1

    def __init__(self, cropping: Any = (1, 1), **kwargs: Any) -> None:
        super().__init__(cropping, "channels_last", **kwargs)


@configured()
@defaults(cropping=((0, 0), (0, 0)))
class Cropping2D(_Cropping):
    """Images without their edges (`keras.layers.Cropping2D`)."""

    rank = 2


@configured()
@defaults(cropping=((1, 1), (1, 1), (1, 1)))
class Cropping3D(_Cropping):
    """Volumes without their edges (`keras.layers.Cropping3D`)."""

    rank = 3
