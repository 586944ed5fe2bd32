"""The models (`keras.models`)."""

from scratch.context.absent import explain_absent
from scratch.models.cloning import clone_model, model_from_json
from scratch.models.functional import Functional
from scratch.models.model import Model
from scratch.models.sequential import Sequential
from scratch.models.training.trainer import Trainer as Trainer
from scratch.saving import load_model, save_model

__all__ = [
    "Functional",
    "Model",
    "Sequential",
    "clone_model",
    "load_model",
    "model_from_json",
    "save_model",
]

explain_absent(__name__)
