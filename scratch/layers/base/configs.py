"""Layers to configurations and back (`keras.layers.serialize`, `keras.layers.deserialize`)."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from scratch.layers.base.layer import Layer
from scratch.serialization import deserialize_keras_object, serialize_keras_object
from scratch.serialization.foreign import described_layer


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


def from_keras(layer: Any) -> Layer:
    """A layer of Keras itself, made anew here by its class and its config, with its weights.

    Raises:
        ValueError: for a layer that is not here.
    """
    made = deserialize(described_layer(layer))
    if getattr(layer, "built", False) and layer.weights:
        made.build_from_config(layer.get_build_config())
        made.set_weights([np.asarray(w) for w in layer.get_weights()])
    return made
