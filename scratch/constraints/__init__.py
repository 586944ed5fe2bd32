"""What weights must obey after every update (`keras.constraints`)."""

from typing import Any

from scratch.constraints.constraints import Constraint, MaxNorm, MinMaxNorm, NonNeg, UnitNorm
from scratch.context.absent import explain_absent
from scratch.context.naming import to_snake_case
from scratch.serialization.lookup import Registry

__all__ = [
    "Constraint",
    "MaxNorm",
    "MinMaxNorm",
    "NonNeg",
    "UnitNorm",
    "deserialize",
    "get",
    "max_norm",
    "min_max_norm",
    "non_neg",
    "serialize",
    "unit_norm",
]

max_norm, min_max_norm, non_neg, unit_norm = MaxNorm, MinMaxNorm, NonNeg, UnitNorm
_CLASSES = (Constraint, MaxNorm, MinMaxNorm, NonNeg, UnitNorm)
_registry = Registry(
    "constraint",
    {cls.__name__: cls for cls in _CLASSES}
    | {to_snake_case(cls.__name__): cls for cls in _CLASSES},
)


def get(identifier: Any) -> Any:
    """A constraint from its name, its config, itself, any callable, or None.

    Raises:
        ValueError: for a name that is not known.
    """
    return _registry.get(identifier)


def serialize(constraint: Any) -> Any:
    """The config of a constraint."""
    return _registry.serialize(constraint)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The constraint that `config` describes."""
    return _registry.deserialize(config, custom_objects)


explain_absent(__name__)
