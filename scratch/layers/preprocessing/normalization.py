"""Normalization of the data itself: y = (x - mean) / deviation, with numbers found beforehand.

    adapt(data): mean and variance of the data over all axes but `axis`
    y = (x - mean) / max(sqrt(variance), 1e-7)      dx = dy / max(sqrt(variance), 1e-7)

With `invert` the other way round: y = mean + x deviation.
"""

import itertools
import math
from typing import Any

import numpy as np

from scratch import config, ops, quirks
from scratch.layers.base.layer import Layer
from scratch.network.node import Node


class Normalization(Layer):
    """Shifts and scales features to mean 0 and variance 1 (`keras.layers.Normalization`).

    A deviation below 1e-7 (`config.epsilon`) is taken for that: smaller numbers stay small.

    Args:
        axis: the axis (or axes) of the features, each with a mean and a variance of its own; None
            for one of each for all numbers.
        mean, variance: the numbers, where they are known; else `adapt` finds them.
        invert: whether to undo a normalization.

    Raises:
        ValueError: for one of mean and variance without the other, for shapes that do not fit, or
            use before `build`.
    """

    keeps_shape = True

    def call(self, x: Any) -> Any:
        mean, deviation = self._constants()
        x = ops.cast(x, self.dtype)
        return mean + x * deviation if self.invert else (x - mean) / deviation

    def _constants(self) -> tuple[np.ndarray, np.ndarray]:
        if self.mean is None or self.variance is None:
            raise ValueError("You must call `.build(input_shape)` on the layer before using it.")
        floor = self.variance.dtype.type(config.epsilon())
        return self.mean, np.maximum(np.sqrt(self.variance), floor)

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y = (x - mean) / deviation, or mean + x deviation with `invert`."""
        return np.asarray(self.call(x))

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dx = dy / deviation, or dy deviation with `invert`; if it is needed."""
        if not node.needs_dx:
            return None
        _, deviation = self._constants()
        return dy * deviation if self.invert else dy / deviation

    def __init__(
        self,
        axis: Any = -1,
        mean: Any = None,
        variance: Any = None,
        invert: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if axis is None:
            axis = ()
        self.axis = (axis,) if isinstance(axis, int) else tuple(axis)
        self.input_mean = mean
        self.input_variance = variance
        self.invert = invert
        self.supports_masking = True
        self.mean: np.ndarray | None = None
        self.variance: np.ndarray | None = None
        if (mean is None) != (variance is None):
            raise ValueError(
                "When setting values directly, both `mean` and `variance` must be set. Received: "
                f"mean={mean} and variance={variance}"
            )
        if mean is not None and np.shape(mean) != np.shape(variance):
            raise ValueError(
                "When setting values directly, `mean` and `variance` must have the same shape. "
                f"Received: mean shape {np.shape(mean)} and variance shape {np.shape(variance)}"
            )
        if mean is not None and np.ndim(mean) > len(self.axis):
            raise ValueError(
                "The rank of `mean` must be less than or equal to the number of axes "
                f"({len(self.axis)}). Received: mean shape {np.shape(mean)} for axis {self.axis}"
            )

    def build(self, input_shape: Any) -> None:
        """Creates mean, variance and count, or takes the mean and variance that were given."""
        if input_shape is None:
            return
        rank = len(input_shape)
        if any(not -rank <= a < rank for a in self.axis):
            raise ValueError(
                f"All `axis` values must be in the range [-ndim, ndim). Received inputs with "
                f"ndim={rank}, while axis={self.axis}"
            )
        kept = sorted(a % rank for a in self.axis)
        for a in kept:
            if input_shape[a] is None:
                raise ValueError(
                    "All `axis` values to be kept must have a known shape. Received "
                    f"axis={self.axis}, inputs.shape={input_shape}, with unknown axis at index {a}"
                )
        self._kept = tuple(kept)
        self._reduced = tuple(a for a in range(rank) if a not in kept)
        self._wide = tuple(input_shape[a] if a in kept else 1 for a in range(rank))
        self._built_for = tuple(input_shape)
        size = tuple(input_shape[a] for a in kept)
        if self.input_mean is None:
            self.adapt_mean = self.add_weight(
                name="mean", shape=size, initializer="zeros", trainable=False
            )
            self.adapt_variance = self.add_weight(
                name="variance", shape=size, initializer="ones", trainable=False
            )
            self.count = self.add_weight(
                name="count", shape=(), dtype="int64", initializer="zeros", trainable=False
            )
            self.built = True
            self.finalize_state()
            return
        self.mean, self.variance = self._given(self.input_mean), self._given(self.input_variance)

    def _given(self, numbers: Any) -> np.ndarray:
        """A mean or variance in the shape in which it is broadcast."""
        if not isinstance(numbers, np.ndarray | np.generic):
            numbers = np.asarray(numbers, "float32" if quirks.active("K1") else "float64")
        numbers = np.asarray(numbers)
        shape = [1] * len(self._wide)
        for i in range(1, numbers.ndim + 1):
            shape[self._kept[-i]] = numbers.shape[-i]
        return np.broadcast_to(numbers.reshape(shape), self._wide).astype(self.dtype)

    def adapt(self, data: Any) -> None:
        """Finds mean and variance of data: an array, or an iterable of batches.

        Raises:
            ValueError: for data of another shape than the layer was built for, or none at all.
            TypeError: for anything else.
        """
        if isinstance(data, np.ndarray):
            batches, shape = None, data.shape
        else:
            if not hasattr(data, "__iter__"):
                raise TypeError(
                    f"Unsupported data type: {type(data)}. `adapt` supports `np.ndarray` and "
                    "iterables of batches (e.g. list, generator)."
                )
            batches = iter(data)
            first = next(batches, None)
            if first is None:
                raise ValueError(
                    "adapt() received an empty iterable (no batches). Expected at least one batch."
                )
            first = _samples(first)
            if getattr(first, "shape", None) is None:
                raise TypeError(
                    "adapt() expects an iterable that yields arrays with a `.shape` attribute. Got "
                    f"an element of type {type(first).__name__}."
                )
            batches, shape = itertools.chain([first], batches), tuple(first.shape)
        if not self.built:
            self.build(shape)
        elif any(shape[a] != self._built_for[a] for a in self._kept):
            raise ValueError(
                f"The layer was built with input_shape={self._built_for}, but adapt() is being "
                f"called with data with an incompatible shape, data.shape={shape}"
            )
        if batches is None:
            mean, variance = data.mean(axis=self._reduced), data.var(axis=self._reduced)
        else:
            mean, variance = self._over(batches)
        self.adapt_mean.assign(mean)
        self.adapt_variance.assign(variance)
        self.finalize_state()

    def _over(self, batches: Any) -> tuple[np.ndarray, np.ndarray]:
        """Mean and variance of all batches, each batch joining with the weight of its size."""
        size = tuple(self._wide[a] for a in self._kept)
        mean, variance, total = np.zeros(size, self.dtype), np.zeros(size, self.dtype), 0
        for given in batches:
            batch = np.asarray(_samples(given), self.dtype)
            if any(batch.shape[a] != self._built_for[a] for a in self._kept):
                raise ValueError(
                    f"adapt() yielded a batch with incompatible shape. Expected "
                    f"{self._built_for}, got {batch.shape}."
                )
            count = math.prod(batch.shape[a] for a in self._reduced)
            total += count
            share = count / total
            own_mean, own = batch.mean(axis=self._reduced), batch.var(axis=self._reduced)
            new = mean * (1.0 - share) + own_mean * share
            variance = (variance + (mean - new) ** 2) * (1.0 - share)
            variance = variance + (own + (own_mean - new) ** 2) * share
            mean = new
        return mean, variance

    def finalize_state(self) -> None:
        """Puts what `adapt` found into the shape in which it is broadcast."""
        if self.input_mean is None and self.built:
            self.mean = self.adapt_mean.numpy().reshape(self._wide).astype(self.dtype)
            self.variance = self.adapt_variance.numpy().reshape(self._wide).astype(self.dtype)

    def load_own_variables(self, store: Any) -> None:
        """Reads mean and variance, and uses them from now on."""
        super().load_own_variables(store)
        self.finalize_state()

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "axis": self.axis,
            "invert": self.invert,
            "mean": np.array(self.input_mean).tolist(),
            "variance": np.array(self.input_variance).tolist(),
        }


def _samples(batch: Any) -> Any:
    return batch[0] if isinstance(batch, tuple) else batch
