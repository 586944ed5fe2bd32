"""Dropout of whole channels: positions that belong together fall silent together.

    SpatialDropout1D    x: (batch, steps, channels)                      one draw per channel
    SpatialDropout2D    x: (batch, rows, columns, channels)
    SpatialDropout3D    x: (batch, depth, rows, columns, channels)

With `data_format="channels_first"` the channels are axis 1. The equations are dropout's.
"""

from typing import Any

import numpy as np

from scratch.context.defaults import standardize_data_format
from scratch.layers.base.input_spec import InputSpec
from scratch.layers.regularization.dropout import Dropout
from scratch.serialization.configured import configured


@configured(keys="rate seed name dtype data_format", alone=True)
class _SpatialDropout(Dropout):
    """What the three have in common.

    Args:
        rate: the probability of silence, from 0 to 1.
        data_format: where the channels are.
        seed: of the stream of masks; default: drawn when the layer is constructed.
        name, dtype: see `Layer`.

    Raises:
        ValueError: for a rate outside [0, 1], an unknown data format or an input of another rank.
    """

    ndim: int  # of an input

    def _draw(self, shape: tuple[int, ...], dtype: Any) -> np.ndarray:
        channels = 1 if self.data_format == "channels_first" else len(shape) - 1
        ones = tuple(n if axis in (0, channels) else 1 for axis, n in enumerate(shape))
        return super()._draw(ones, dtype)

    def __init__(
        self,
        rate: float,
        data_format: str | None = None,
        seed: Any = None,
        name: str | None = None,
        dtype: str | None = None,
    ) -> None:
        super().__init__(rate, seed=seed, name=name, dtype=dtype)
        self.data_format = standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self.ndim)


@configured(alone=True)
class SpatialDropout1D(_SpatialDropout):
    """Silences whole channels of sequences (`keras.layers.SpatialDropout1D`)."""

    ndim = 3

    def __init__(
        self, rate: float, seed: Any = None, name: str | None = None, dtype: str | None = None
    ) -> None:
        super().__init__(rate, None, seed, name, dtype)


class SpatialDropout2D(_SpatialDropout):
    """Silences whole channels of images (`keras.layers.SpatialDropout2D`)."""

    ndim = 4


class SpatialDropout3D(_SpatialDropout):
    """Silences whole channels of volumes (`keras.layers.SpatialDropout3D`)."""

    ndim = 5
