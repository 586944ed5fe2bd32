"""Models and their parts as configs and files (`keras.saving`)."""

from typing import TYPE_CHECKING

from scratch.context.absent import explain_absent
from scratch.saving.api import load_model, load_weights, save_model, save_weights
from scratch.serialization import (
    CustomObjectScope,
    custom_object_scope,
    deserialize_keras_object,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
    serialize_keras_object,
)

if TYPE_CHECKING:  # loaded when it is asked for
    from scratch.saving import onnx as onnx

__all__ = [
    "CustomObjectScope",
    "custom_object_scope",
    "deserialize_keras_object",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "load_model",
    "load_weights",
    "register_keras_serializable",
    "save_model",
    "save_weights",
    "serialize_keras_object",
]

explain_absent(__name__, later=("onnx",))
