"""Layers to configurations and back (`keras.layers.serialize`, `keras.layers.deserialize`)."""

from collections.abc import Mapping
from typing import Any

from scratch.layers.base.layer import Layer
from scratch.serialization import deserialize_keras_object, serialize_keras_object


def serialize(layer: Layer) -> dict[str, Any]:
    """A configuration from which `deserialize` builds the layer again, without its weights."""
    return serialize_keras_object(layer)


def deserialize(
    config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None
) -> Layer:
    """The layer that `config` describes.

    Raises:
        ValueError: when it describes anything else.
    """
    layer = deserialize_keras_object(config, custom_objects=custom_objects)
    if not isinstance(layer, Layer):
        raise ValueError(
            "`keras.layers.deserialize` was passed a `config` object that is not a "
            f"`keras.layers.Layer`. Received: {config}"
        )
    return layer
