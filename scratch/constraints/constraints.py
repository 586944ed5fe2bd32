"""Constraints: what a weight must obey, put right after every update.

    NonNeg         w <- max(w, 0)
    MaxNorm        w <- w min(|w|, max_value) / (eps + |w|)
    UnitNorm       w <- w / (eps + |w|)
    MinMaxNorm     w <- w (rate clip(|w|, min_value, max_value) + (1 - rate) |w|) / (eps + |w|)

|w| is the Euclidean norm along `axis`: 0 for the weights that enter one unit of a `Dense` layer.
Because of eps, even a norm that is allowed shrinks a little, and a norm of 1e-7 is halved.
"""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from scratch import config
from scratch.context.compiled_settings import Watched
from scratch.serialization.configured import configured

Axis = int | Sequence[int] | None


class Constraint(Watched):
    """Base of all constraints (`keras.constraints.Constraint`); it changes nothing."""

    def __call__(self, w: Any) -> Any:
        """The weight as it must be, of the same shape."""
        return w

    def get_config(self) -> dict[str, Any]:
        """The arguments that build this constraint again."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Builds a constraint from `get_config`'s dictionary."""
        return cls(**config)


class NonNeg(Constraint):
    """No entry below 0 (`keras.constraints.NonNeg`)."""

    def __call__(self, w: Any) -> Any:
        return np.maximum(np.asarray(w), 0)


@configured()
class MaxNorm(Constraint):
    """No norm above `max_value` (`keras.constraints.MaxNorm`).

    Args:
        max_value: the largest norm.
        axis: along which the norm is taken.
    """

    def __init__(self, max_value: float = 2, axis: Axis = 0) -> None:
        self.max_value = max_value
        self.axis = axis

    def __call__(self, w: Any) -> Any:
        w = _array(w)
        norm = _norm(w, self.axis)
        return w * (_clip(norm, 0, w.dtype.type(self.max_value)) / (_epsilon(w) + norm))


@configured()
class UnitNorm(Constraint):
    """Scales to norm 1 (`keras.constraints.UnitNorm`).

    Args:
        axis: along which the norm is taken.
    """

    def __init__(self, axis: Axis = 0) -> None:
        self.axis = axis

    def __call__(self, w: Any) -> Any:
        w = _array(w)
        return w / (_epsilon(w) + _norm(w, self.axis))


@configured()
class MinMaxNorm(Constraint):
    """Norms between two bounds, approached at a rate (`keras.constraints.MinMaxNorm`).

    Args:
        min_value, max_value: the bounds.
        rate: 1 to keep them strictly; less to go only that share of the way.
        axis: along which the norm is taken.
    """

    def __init__(
        self, min_value: float = 0.0, max_value: float = 1.0, rate: float = 1.0, axis: Axis = 0
    ) -> None:
        self.min_value = min_value
        self.max_value = max_value
        self.rate = rate
        self.axis = axis

    def __call__(self, w: Any) -> Any:
        w = _array(w)
        of = w.dtype.type
        norm = _norm(w, self.axis)
        wanted = of(self.rate) * _clip(norm, of(self.min_value), of(self.max_value))
        wanted += of(1 - self.rate) * norm
        return w * (wanted / (_epsilon(w) + norm))


def _array(w: Any) -> np.ndarray:
    """`w` as an array of a float type."""
    w = np.asarray(w)
    return w if w.dtype.kind == "f" else w.astype(config.floatx())


def _norm(w: np.ndarray, axis: Axis) -> np.ndarray:
    along = axis if axis is None or isinstance(axis, int) else tuple(axis)
    return np.sqrt(np.sum(np.square(w), axis=along, keepdims=True))


def _clip(norm: np.ndarray, low: Any, high: Any) -> np.ndarray:
    """As TensorFlow does it: where the bounds contradict each other, the lower one holds."""
    return np.maximum(np.minimum(norm, high), low)


def _epsilon(w: np.ndarray) -> np.floating:
    return w.dtype.type(config.epsilon())
