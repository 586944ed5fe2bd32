"""What an initializer is: a recipe for the first values of a weight, given its shape."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np


class Initializer:
    """Base of all initializers (`keras.initializers.Initializer`).

    A subclass defines `__call__(shape, dtype=None)` and, to be saved, `get_config()`.
    """

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        """The values.

        Args:
            shape: of the result.
            dtype: of the result; default `config.floatx()`.
        """
        raise NotImplementedError(
            f"{type(self).__name__} must implement `__call__(shape, dtype=None)`: "
            f"initializers return an array of that shape"
        )

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, ready for JSON."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Builds an initializer from `get_config()`'s dictionary."""
        return cls(**config)

    def clone(self) -> Self:
        """A new initializer with the same configuration."""
        return self.from_config(self.get_config())
