"""The metrics (`keras.metrics`)."""

from typing import Any

from scratch.lookup import Registry
from scratch.losses import (
    binary_crossentropy,
    categorical_crossentropy,
    hinge,
    mean_squared_error,
    sparse_categorical_crossentropy,
)
from scratch.metrics.accuracy import (
    Accuracy,
    BinaryAccuracy,
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
    accuracy,
    binary_accuracy,
    categorical_accuracy,
    sparse_categorical_accuracy,
)
from scratch.metrics.losses import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    Hinge,
    MeanSquaredError,
    SparseCategoricalCrossentropy,
)
from scratch.metrics.mean import Mean, MeanMetricWrapper
from scratch.metrics.metric import Metric

__all__ = [
    "Accuracy",
    "BinaryAccuracy",
    "BinaryCrossentropy",
    "CategoricalAccuracy",
    "CategoricalCrossentropy",
    "Hinge",
    "Mean",
    "MeanMetricWrapper",
    "MeanSquaredError",
    "Metric",
    "SparseCategoricalAccuracy",
    "SparseCategoricalCrossentropy",
    "accuracy",
    "binary_accuracy",
    "binary_crossentropy",
    "categorical_accuracy",
    "categorical_crossentropy",
    "deserialize",
    "get",
    "hinge",
    "mean_squared_error",
    "serialize",
    "sparse_categorical_accuracy",
    "sparse_categorical_crossentropy",
]

_classes = (
    Accuracy,
    BinaryAccuracy,
    BinaryCrossentropy,
    CategoricalAccuracy,
    CategoricalCrossentropy,
    Hinge,
    Mean,
    MeanSquaredError,
    SparseCategoricalAccuracy,
    SparseCategoricalCrossentropy,
)
_names: dict[str, Any] = {cls.__name__: cls for cls in _classes}
# Unlike in `losses`, the name of a function gives a metric object.
_by_function_name = {
    "binary_accuracy": BinaryAccuracy,
    "binary_crossentropy": BinaryCrossentropy,
    "categorical_accuracy": CategoricalAccuracy,
    "categorical_crossentropy": CategoricalCrossentropy,
    "hinge": Hinge,
    "mean_squared_error": MeanSquaredError,
    "sparse_categorical_accuracy": SparseCategoricalAccuracy,
    "sparse_categorical_crossentropy": SparseCategoricalCrossentropy,
    "accuracy": Accuracy,
    "bce": BinaryCrossentropy,
    "BCE": BinaryCrossentropy,
    "mse": MeanSquaredError,
    "MSE": MeanSquaredError,
}
_registry = Registry("metric", {**_names, **_by_function_name})


def get(identifier: Any) -> Any:
    """A metric from its name, its config, or itself (an object or a function).

    Raises:
        ValueError: for a name that is not known.
    """
    return _registry.get(identifier)


def serialize(metric: Any) -> Any:
    """The name of a metric function, or the config of a metric object."""
    return _registry.serialize(metric)


def deserialize(config: Any) -> Any:
    """The metric that `config` describes."""
    return get(config)
