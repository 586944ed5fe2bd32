"""Initializers without chance: zeros, ones, any constant, the identity matrix."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from scratch.config import array_type
from scratch.initializers.configs import deserialize_value, serialize_value
from scratch.initializers.initializer import Initializer
from scratch.ops.casting import cast
from scratch.serialization.configured import configured


class Zeros(Initializer):
    """All 0 (`keras.initializers.Zeros`)."""

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        return np.zeros(shape, array_type(dtype))


class Ones(Initializer):
    """All 1 (`keras.initializers.Ones`)."""

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        return np.ones(shape, array_type(dtype))


@configured(values={"value": lambda self: serialize_value(self.value)})
class Constant(Initializer):
    """All the same value (`keras.initializers.Constant`).

    Args:
        value: a number, or an array that broadcasts to the shape of the weight.
    """

    def __init__(self, value: Any = 0.0) -> None:
        self.value = value

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        """`value` in every place."""
        filled = np.empty(shape, array_type(dtype))
        filled[...] = self.value if hasattr(self.value, "dtype") else cast(self.value, filled.dtype)
        return filled

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        return cls(deserialize_value(config["value"]))


class Identity(Initializer):
    """The identity matrix times a factor (`keras.initializers.Identity`).

    Args:
        gain: the factor. As in Keras, the configuration leaves it out.
    """

    def __init__(self, gain: float = 1.0) -> None:
        self.gain = gain

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        """A matrix of `shape`, `gain` on its diagonal.

        Raises:
            ValueError: unless `shape` has two axes.
        """
        if len(shape) != 2:
            raise ValueError(
                f"Identity matrix initializer can only be used for 2D matrices. "
                f"Received: shape={shape} of rank {len(shape)}."
            )
        matrix = np.eye(*shape, dtype=array_type(dtype))
        matrix *= matrix.dtype.type(self.gain)
        return matrix
