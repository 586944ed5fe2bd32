"""Accuracies: how often a prediction is right.

Nothing here is differentiated, so these are plain NumPy. Each function gives 1 or 0 for each sample
(for each output, in `accuracy` and `binary_accuracy`), in the type `config.floatx()`.
"""

from typing import Any

import numpy as np

from scratch import config, ops
from scratch.kernels.recorded import as_array
from scratch.losses.loss import require_fit, squeeze_or_expand
from scratch.metrics.mean import MeanMetricWrapper
from scratch.ops.errors import InvalidArgumentError


def accuracy(y_true: Any, y_pred: Any) -> np.ndarray:
    """Where labels and predictions are equal; shapes broadcast."""
    p = as_array(y_pred)
    y, p = squeeze_or_expand(as_array(y_true).astype(p.dtype, copy=False), p)
    require_fit(y, p, compiled=False)
    return (y == p).astype(config.floatx())


def binary_accuracy(y_true: Any, y_pred: Any, threshold: float = 0.5) -> np.ndarray:
    """Where `y_pred > threshold` equals the label 0 or 1; a tie with the threshold counts as 0."""
    y, p = squeeze_or_expand(as_array(y_true), as_array(y_pred))
    require_fit(y, p, compiled=False)
    # The threshold takes the predictions' type, as in TensorFlow; of booleans it is a float.
    limit = p.dtype.type(threshold) if p.dtype.kind == "f" else np.float32(threshold)
    return ((p > limit) == y).astype(config.floatx())


def categorical_accuracy(y_true: Any, y_pred: Any) -> np.ndarray:
    """Where the largest prediction stands at the 1 of the one-hot label; ties: the first."""
    y, p = as_array(y_true), as_array(y_pred)
    classes = _places(y)
    if classes.ndim == p.ndim:
        classes = np.squeeze(classes, -1)
    return _matches(classes, p)


def sparse_categorical_accuracy(y_true: Any, y_pred: Any) -> np.ndarray:
    """Where the largest prediction stands at the label's class number; ties: the first."""
    y, p = as_array(y_true), as_array(y_pred)
    column = y.ndim == p.ndim and y.shape[-1] == 1
    matches = _matches(y[..., 0] if column else y, p)
    if column and matches.shape != y.shape[:-1]:
        raise InvalidArgumentError(
            f"A column of class numbers, shape {y.shape}, does not fit predictions of shape "
            f"{p.shape}: expected one number for each row of predictions"
        )
    return matches[..., 0] if matches.ndim > 1 and matches.shape[-1] == 1 else matches


def _matches(classes: np.ndarray, p: np.ndarray) -> np.ndarray:
    places = _places(p)
    require_fit(classes, places, compiled=False)
    return (places == classes).astype(config.floatx())


def _places(p: np.ndarray) -> np.ndarray:
    """`ops.argmax(p, axis=-1)`."""
    # Where nothing is NaN or -0, NumPy's answer is that of `ops.argmax`, in a quarter of the time;
    # but what is written down must not depend on numbers.
    plain = p.__class__ is np.ndarray and p.size > 0 and np.minimum.reduce(p, axis=None) > 0
    return p.argmax(axis=-1) if plain else ops.argmax.compute(p, axis=-1)


class Accuracy(MeanMetricWrapper):
    """How often predictions equal labels (`keras.metrics.Accuracy`)."""

    _direction = "up"

    def __init__(self, name: str = "accuracy", dtype: Any = None) -> None:
        super().__init__(accuracy, name, dtype)


class BinaryAccuracy(MeanMetricWrapper):
    """How often probabilities fall on the label's side (`keras.metrics.BinaryAccuracy`)."""

    _direction = "up"

    def __init__(
        self, name: str = "binary_accuracy", dtype: Any = None, threshold: float = 0.5
    ) -> None:
        super().__init__(binary_accuracy, name, dtype, threshold=threshold)


class CategoricalAccuracy(MeanMetricWrapper):
    """How often the largest output is the one-hot label's (`keras.metrics.CategoricalAccuracy`)."""

    _direction = "up"

    def __init__(self, name: str = "categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(categorical_accuracy, name, dtype)


class SparseCategoricalAccuracy(MeanMetricWrapper):
    """How often the largest output is the label's (`keras.metrics.SparseCategoricalAccuracy`)."""

    _direction = "up"

    def __init__(self, name: str = "sparse_categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(sparse_categorical_accuracy, name, dtype)
