"""Layers, one after the other, as one layer."""

import inspect
from typing import Any

from scratch import tree
from scratch.layers.base.layer import Layer
from scratch.network.masks import get_keras_mask
from scratch.serialization import deserialize_keras_object, serialize_keras_object


class Pipeline(Layer):
    """A series of layers that prepare data (`keras.layers.Pipeline`).

    Args:
        layers: in their order.
        name: see `Layer`.
    """

    _takes_anything = True

    def call(self, inputs: Any, training: bool = True, mask: Any = None) -> Any:
        """What the last layer makes of what the others make of the inputs."""
        for layer in self.layers:
            taken = inspect.signature(layer.call).parameters
            kwargs = {"mask": mask} if "mask" in taken else {}
            if "training" in taken and training is not None:
                kwargs["training"] = training
            inputs = layer(inputs, **kwargs)
            mask = tree.map_structure(get_keras_mask, inputs)
        return inputs

    def __init__(self, layers: list[Any], name: str | None = None) -> None:
        super().__init__(name=name)
        self._pipeline_layers = layers
        self.built = True

    @property
    def layers(self) -> list[Any]:
        """The layers."""
        return self._pipeline_layers

    def get_config(self) -> dict[str, Any]:
        return {"layers": serialize_keras_object(self._pipeline_layers), "name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Pipeline":
        """Builds the layers, and a pipeline of them.

        Raises:
            ValueError: for a config without a list of layers.
        """
        layers = config.get("layers")
        if not isinstance(layers, list | tuple):
            raise ValueError(
                "`Pipeline` config must contain a `layers` key mapping to a list of serialized "
                f"layers. Received config with layers={layers}."
            )
        return cls(**{**config, "layers": [deserialize_keras_object(x) for x in layers]})
