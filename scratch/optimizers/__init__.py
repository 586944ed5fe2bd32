"""The optimizers (`keras.optimizers`)."""

from typing import Any

from scratch.context.absent import explain_absent
from scratch.optimizers import schedules
from scratch.optimizers.adadelta import Adadelta
from scratch.optimizers.adafactor import Adafactor
from scratch.optimizers.adagrad import Adagrad
from scratch.optimizers.adam import Adam
from scratch.optimizers.adamax import Adamax
from scratch.optimizers.adamw import AdamW
from scratch.optimizers.base.optimizer import Optimizer
from scratch.optimizers.ftrl import Ftrl
from scratch.optimizers.lamb import Lamb
from scratch.optimizers.lion import Lion
from scratch.optimizers.loss_scale_optimizer import LossScaleOptimizer
from scratch.optimizers.muon import Muon
from scratch.optimizers.nadam import Nadam
from scratch.optimizers.rmsprop import RMSprop
from scratch.optimizers.schedule_free_adamw import ScheduleFreeAdamW
from scratch.optimizers.sgd import SGD
from scratch.serialization.foreign import described
from scratch.serialization.lookup import Registry

__all__ = [
    "SGD",
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Ftrl",
    "Lamb",
    "Lion",
    "LossScaleOptimizer",
    "Muon",
    "Nadam",
    "Optimizer",
    "RMSprop",
    "ScheduleFreeAdamW",
    "deserialize",
    "get",
    "schedules",
    "serialize",
]

# Keras itself forgets Lamb here, and cannot read its config by `deserialize`.
_CLASSES = (
    Adadelta,
    Adafactor,
    Adagrad,
    Adam,
    AdamW,
    Adamax,
    Ftrl,
    Lamb,
    Lion,
    LossScaleOptimizer,
    Muon,
    Nadam,
    Optimizer,
    RMSprop,
    ScheduleFreeAdamW,
    SGD,
)
_registry = Registry("optimizer", {cls.__name__.lower(): cls for cls in _CLASSES}, True)


def get(identifier: Any) -> Any:
    """An optimizer from its name in any case, its config, or itself.

    Raises:
        ValueError: for anything else.
    """
    identifier = described(identifier, "optimizer", _registry.names)
    if isinstance(identifier, str):
        lower = identifier.lower()
        found = _registry.get(lower if lower in _registry.names else identifier)
    else:
        found = deserialize(identifier) if isinstance(identifier, dict) else identifier
    if identifier is None or isinstance(found, Optimizer):
        return found
    made = isinstance(identifier, type) and issubclass(identifier, Optimizer)
    raise ValueError(
        f"Could not interpret optimizer identifier: {identifier!r}. Expected a name, a config "
        + (
            f"dictionary or an Optimizer: write {identifier.__name__}()"
            if made
            else "dictionary or an Optimizer"
        )
    )


def serialize(optimizer: Optimizer) -> Any:
    """The config of an optimizer."""
    return _registry.serialize(optimizer)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The optimizer that `config` describes; the names of Keras's own count in any case."""
    if config["class_name"].lower() in _registry.names:
        config = {**config, "class_name": config["class_name"].lower()}
    return _registry.deserialize(config, custom_objects)


explain_absent(__name__)
