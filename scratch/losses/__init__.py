"""The losses (`keras.losses`)."""

from typing import Any

from scratch.lookup import Registry
from scratch.losses.binary import BinaryCrossentropy, binary_crossentropy
from scratch.losses.categorical import (
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
    categorical_crossentropy,
    sparse_categorical_crossentropy,
)
from scratch.losses.loss import Loss, LossFunctionWrapper
from scratch.losses.margin import Hinge, hinge
from scratch.losses.regression import MeanSquaredError, mean_squared_error

__all__ = [
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "Hinge",
    "Loss",
    "LossFunctionWrapper",
    "MeanSquaredError",
    "SparseCategoricalCrossentropy",
    "binary_crossentropy",
    "categorical_crossentropy",
    "deserialize",
    "get",
    "hinge",
    "mean_squared_error",
    "serialize",
    "sparse_categorical_crossentropy",
]

_classes = (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    Hinge,
    MeanSquaredError,
    SparseCategoricalCrossentropy,
)
FUNCTIONS = (
    binary_crossentropy,
    categorical_crossentropy,
    hinge,
    mean_squared_error,
    sparse_categorical_crossentropy,
)
_registry = Registry(
    "loss",
    {
        **{cls.__name__: cls for cls in _classes},
        **{fn.__name__: fn for fn in FUNCTIONS},
        "bce": binary_crossentropy,
        "BCE": binary_crossentropy,
        "mse": mean_squared_error,
        "MSE": mean_squared_error,
    },
)


def get(identifier: Any) -> Any:
    """A loss from its name (a function's or a class's), its config, or itself.

    Raises:
        ValueError: for a name that is not known.
    """
    return _registry.get(identifier)


def serialize(loss: Any) -> Any:
    """The name of a loss function, or the config of a loss object."""
    return _registry.serialize(loss)


def deserialize(config: Any) -> Any:
    """The loss that `config` describes."""
    return get(config)
