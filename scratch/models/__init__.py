"""The models (`keras.models`)."""

from typing import Any

from scratch.models.cloning import clone_model, model_from_json
from scratch.models.functional import Functional
from scratch.models.model import Model
from scratch.models.sequential import Sequential
from scratch.models.trainer import Trainer as Trainer

__all__ = [
    "Functional",
    "Model",
    "Sequential",
    "clone_model",
    "load_model",
    "model_from_json",
    "save_model",
]


def __getattr__(name: str) -> Any:
    """`load_model` and `save_model`, which stand in `scratch.saving`, above the models."""
    if name in ("load_model", "save_model"):
        from scratch import saving

        return getattr(saving, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
