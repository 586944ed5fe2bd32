"""Wrappers: layers around a layer.

    TimeDistributed    y[:, t] = layer(x[:, t]) for every step t

Every step is a use of the layer like any other, so its gradients add up over t.
"""

import inspect
from typing import Any

from scratch import ops
from scratch.layers.base.layer import Layer
from scratch.serialization import deserialize_keras_object
from scratch.serialization.configured import configured


@configured()
class Wrapper(Layer):
    """The base of layers that contain one other (`keras.layers.Wrapper`).

    Args:
        layer: the other.

    Raises:
        ValueError: when it is no layer.
    """

    def __init__(self, layer: Layer, **kwargs: Any) -> None:
        if not isinstance(layer, Layer):
            raise ValueError(
                f"Layer {layer} supplied to Wrapper isn't a supported layer type. Please ensure "
                "wrapped layer is a valid Keras layer."
            )
        super().__init__(**kwargs)
        self.layer = layer

    def build(self, input_shape: Any = None) -> None:
        if not self.layer.built:
            self.layer.build(input_shape)
            self.layer.built = True

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> "Wrapper":
        config = dict(config)
        layer = deserialize_keras_object(config.pop("layer"), custom_objects=custom_objects)
        return cls(layer, **config)


class TimeDistributed(Wrapper):
    """Applies a layer to every step (`keras.layers.TimeDistributed`); x: (batch, steps, ...).

    Args:
        layer: what is applied: to one step after the other, so that whatever it draws or averages
            is drawn and averaged anew for each.

    Raises:
        ValueError: for inputs without steps, or a mask that does not fit them.
    """

    def call(self, x: Any, training: bool | None = None, mask: Any = None) -> Any:
        if mask is not None:
            _check_mask(mask, x)
        takes = inspect.signature(self.layer.call).parameters
        results = []
        for t in range(x.shape[1]):
            more: dict[str, Any] = {}
            if mask is not None and "mask" in takes:
                more["mask"] = mask[:, t]
            if "training" in takes:
                more["training"] = training
            results.append(self.layer(x[:, t], **more))
        return ops.stack(results, axis=1)

    def __init__(self, layer: Layer, **kwargs: Any) -> None:
        if not isinstance(layer, Layer):
            raise ValueError(
                "Please initialize `TimeDistributed` layer with a `keras.layers.Layer` instance. "
                f"Received: {layer}"
            )
        super().__init__(layer, **kwargs)
        self.supports_masking = True

    def build(self, input_shape: Any = None) -> None:
        """Builds the layer inside for a single step."""
        super().build(_of_a_step(input_shape))

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The inner layer's output shape for one step, with the axis of steps put back."""
        inner = self.layer.compute_output_shape(_of_a_step(input_shape))
        return (inner[0], input_shape[1], *inner[1:])


def _of_a_step(input_shape: Any) -> tuple[int | None, ...]:
    if not isinstance(input_shape, list | tuple) or len(input_shape) < 3:
        raise ValueError(
            "`TimeDistributed` Layer should be passed an `input_shape` with at least 3 dimensions, "
            f"received: {input_shape}"
        )
    return (input_shape[0], *input_shape[2:])


def _check_mask(mask: Any, x: Any) -> None:
    pairs = zip(mask.shape[:2], x.shape[:2], strict=False)
    if len(mask.shape) < 2 or any(m != n and None not in (m, n) for m, n in pairs):
        raise ValueError(
            f"The `mask` passed to the `TimeDistributed` layer has a shape {mask.shape} that is "
            f"incompatible with the input shape {x.shape}. The first two dimensions of the mask "
            "(batch size and timesteps) must match the input's first two dimensions."
        )
