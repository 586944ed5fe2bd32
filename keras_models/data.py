"""What a model trains on, in one form for all models."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Data(NamedTuple):
    """Inputs and targets for training, validation and test, and what they are."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_valid: np.ndarray
    y_valid: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    name: str  # what a report calls the data set
    source: str  # where it came from: a folder, or "drawn", or "generated"
    note: str | None = None  # what a reader must be told before any result

    @property
    def valid(self) -> tuple[np.ndarray, np.ndarray]:
        """The pair that `fit(validation_data=...)` takes."""
        return self.x_valid, self.y_valid

    def astype(self, dtype: str) -> "Data":
        """The same data with its floating-point arrays in `dtype`; integer labels stay."""
        arrays: dict[str, Any] = {
            field: value.astype(dtype)
            for field, value in self._asdict().items()
            if isinstance(value, np.ndarray) and value.dtype.kind == "f"
        }
        return self._replace(**arrays)


def garments(announce: Callable[[str], None] = print, dtype: str = "float32") -> Data:
    """Fashion-MNIST as the lecture's listing uses it, or drawn silhouettes where it can't be had.

    The first 5,000 training images are for validation, which leaves 55,000 (1,719 steps of 32 an
    epoch); grey levels are divided by 255. The note about drawn data goes to `announce`.
    """
    from scratch.datasets.drawn import garments as source

    found = source.load()
    if found.note:
        announce(found.note)
    # x / 255.0 in double precision, then rounded once: what Keras makes of the listing's division.
    grey = (np.arange(256) / 255.0).astype(dtype)
    (x, y), (x_test, y_test) = found.train, found.test
    return Data(
        grey[x[5000:]], y[5000:], grey[x[:5000]], y[:5000], grey[x_test], y_test,
        found.name, found.source, found.note,
    )  # fmt: skip
