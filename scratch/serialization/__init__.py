"""Objects as dictionaries and back, in the format of Keras's files (`keras.saving`)."""

from scratch.serialization.reading import KerasTensorReference, deserialize_keras_object
from scratch.serialization.registration import (
    CustomObjectScope,
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)
from scratch.serialization.writing import serialize_keras_object

__all__ = [
    "CustomObjectScope",
    "KerasTensorReference",
    "custom_object_scope",
    "deserialize_keras_object",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "register_keras_serializable",
    "serialize_keras_object",
]
