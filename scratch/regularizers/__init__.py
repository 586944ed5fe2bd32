"""Penalties on the size of weights, added to the loss (`keras.regularizers`)."""

from typing import Any

from scratch.context.absent import explain_absent
from scratch.context.naming import to_snake_case
from scratch.regularizers.orthogonal import OrthogonalRegularizer
from scratch.regularizers.regularizers import L1, L1L2, L2, Regularizer
from scratch.serialization.lookup import Registry

__all__ = [
    "L1",
    "L1L2",
    "L2",
    "OrthogonalRegularizer",
    "Regularizer",
    "deserialize",
    "get",
    "l1",
    "l1_l2",
    "l2",
    "orthogonal_regularizer",
    "serialize",
]

l1, l2, l1_l2, orthogonal_regularizer = L1, L2, L1L2, OrthogonalRegularizer
_CLASSES = (L1, L1L2, L2, OrthogonalRegularizer, Regularizer)
_registry = Registry(
    "regularizer",
    {cls.__name__: cls for cls in _CLASSES}
    | {to_snake_case(cls.__name__): cls for cls in _CLASSES},
)


def get(identifier: Any) -> Any:
    """A regularizer from its name, its config, itself, or None.

    Raises:
        ValueError: for a name that is not known.
    """
    return _registry.get(identifier)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The regularizer that `config` describes."""
    return _registry.deserialize(config, custom_objects)


def serialize(regularizer: Any) -> Any:
    """The config of a regularizer."""
    return _registry.serialize(regularizer)


explain_absent(__name__)
