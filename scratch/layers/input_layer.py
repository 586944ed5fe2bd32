"""The entrance of a network: it states the shape of a sample and computes nothing."""

from collections.abc import Sequence
from typing import Any

from scratch.layers.layer import Layer


class InputLayer(Layer):
    """States the shape of a sample (`keras.layers.InputLayer`).

    Args:
        shape: of one sample, without the batch axis.
        batch_size: rows of every batch, or None.
        dtype: type of the data.
        batch_shape: instead of `shape` and `batch_size`.
        name: default: `input_layer`, `input_layer_1`, ...

    Raises:
        ValueError: without a shape, or with both `shape` and `batch_shape`.
    """

    def __init__(
        self,
        shape: Sequence[int | None] | int | None = None,
        batch_size: int | None = None,
        dtype: str | None = None,
        batch_shape: Sequence[int | None] | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(dtype=dtype, name=name)
        if (shape is None) == (batch_shape is None):
            raise ValueError(
                f"Pass either `shape` or `batch_shape`; got shape={shape}, "
                f"batch_shape={batch_shape}"
            )
        if shape is not None:
            if isinstance(shape, int):
                raise ValueError(f"`shape` must be a tuple, e.g. ({shape},); got shape={shape}")
            batch_shape = (batch_size, *shape)
        assert batch_shape is not None
        self.batch_shape = tuple(batch_shape)
        self.output_shape = self.batch_shape
        self.built = True

    @property
    def shape(self) -> tuple[int | None, ...]:
        """The shape of a batch; the first axis is None where any number of rows may come."""
        return self.batch_shape

    def call(self, x: Any) -> Any:
        """`x` itself."""
        return x

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The shape that was stated."""
        return self.batch_shape

    def get_config(self) -> dict[str, Any]:
        """Shape, type and name."""
        return {"batch_shape": self.batch_shape, "dtype": self.dtype, "name": self.name}


def Input(  # noqa: N802 - Keras's name
    shape: Sequence[int | None] | None = None,
    batch_size: int | None = None,
    dtype: str | None = None,
    batch_shape: Sequence[int | None] | None = None,
    name: str | None = None,
) -> InputLayer:
    """The first entry of a `Sequential` model (`keras.Input`): the shape of a sample.

    Args:
        shape: of one sample, without the batch axis, e.g. `(28, 28)`.
        batch_size: rows of every batch, or None for any number.
        dtype: type of the data; default `config.floatx()`.
        batch_shape: instead of `shape` and `batch_size`.
        name: default: `input_layer`.
    """
    return InputLayer(shape, batch_size, dtype, batch_shape, name)
