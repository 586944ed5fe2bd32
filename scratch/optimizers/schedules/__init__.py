"""The learning-rate schedules (`keras.optimizers.schedules`)."""

from typing import Any

from scratch.context.absent import explain_absent
from scratch.optimizers.schedules.cosine import CosineDecay, CosineDecayRestarts
from scratch.optimizers.schedules.decays import ExponentialDecay, InverseTimeDecay, PolynomialDecay
from scratch.optimizers.schedules.learning_rate_schedule import LearningRateSchedule
from scratch.optimizers.schedules.piecewise import PiecewiseConstantDecay
from scratch.serialization.lookup import Registry

__all__ = [
    "CosineDecay",
    "CosineDecayRestarts",
    "ExponentialDecay",
    "InverseTimeDecay",
    "LearningRateSchedule",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
    "deserialize",
    "serialize",
]

_CLASSES = (
    CosineDecay,
    CosineDecayRestarts,
    ExponentialDecay,
    InverseTimeDecay,
    LearningRateSchedule,
    PiecewiseConstantDecay,
    PolynomialDecay,
)
_registry = Registry("learning rate schedule", {cls.__name__: cls for cls in _CLASSES})


def serialize(learning_rate_schedule: LearningRateSchedule) -> Any:
    """The config of a schedule."""
    return _registry.serialize(learning_rate_schedule)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The schedule that `config` describes."""
    return _registry.deserialize(config, custom_objects)


explain_absent(__name__)
