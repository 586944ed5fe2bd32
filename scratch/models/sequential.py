"""A stack of layers, each reading the output of the one before (`keras.Sequential`)."""

from collections.abc import Sequence
from typing import Any

from scratch.layers.input_layer import InputLayer
from scratch.layers.layer import Layer
from scratch.models.model import Model
from scratch.naming import auto_name
from scratch.network import Network


class Sequential(Model):
    """A stack of layers.

    Args:
        layers: the first may be an `Input` (or have an `input_shape`); then the weights exist at
            once. Otherwise they are created for the first data that the model sees.
        trainable: whether the layers' weights may change.
        name: default: `sequential`, `sequential_1`, ...

    Raises:
        ValueError: for entries that are no layers, two layers of one name, a second input, or an
            input that does not fit.
    """

    def __init__(
        self, layers: Sequence[Layer] | None = None, trainable: bool = True, name: str | None = None
    ) -> None:
        super().__init__(name or auto_name("sequential"), trainable)
        self._built_layers = 0  # how many layers, from the first, are built
        for layer in layers or []:
            self._append(layer)
        self._build_from_input()

    # Building -------------------------------------------------------------------------------------

    def add(self, layer: Layer, rebuild: bool = True) -> None:
        """Puts a layer on top of the stack."""
        self._append(layer)
        if rebuild:
            self._build_from_input()

    def pop(self, rebuild: bool = True) -> Layer:
        """Takes the top layer off the stack and returns it."""
        if not self._layers:
            raise IndexError(f"Sequential model {self.name!r} has no layers to pop")
        layer = self._layers.pop()
        self._built_layers = min(self._built_layers, len(self._layers))
        self._training = self._inference = self._calling = None
        return layer

    def _append(self, layer: Any) -> None:
        if not isinstance(layer, Layer):
            raise ValueError(
                "Only instances of `keras.Layer` can be added to a Sequential model. Received: "
                f"{layer} (of type {type(layer)})"
            )
        if not self._layers and layer.input_shape_argument is not None:
            self._layers.append(InputLayer(batch_shape=layer.input_shape_argument))
        if any(layer.name == other.name for other in self._layers):
            raise ValueError(
                "All layers added to a Sequential model should have unique names. Name "
                f"{layer.name!r} is already the name of a layer in this model. Update the `name` "
                "argument to pass a unique name."
            )
        if isinstance(layer, InputLayer) and self._input is not None:
            raise ValueError(
                f"Sequential model {self.name!r} has already been configured to use input shape "
                f"{self._input.batch_shape}. You cannot add a different Input layer to it."
            )
        self._layers.append(layer)
        self._training = self._inference = self._calling = None

    @property
    def _input(self) -> InputLayer | None:
        first = self._layers[0] if self._layers else None
        return first if isinstance(first, InputLayer) else None

    def _build_from_input(self) -> None:
        if self._input is not None and len(self._layers) > 1:
            self._build_layers()

    def build(self, input_shape: Sequence[int | None] | None = None) -> None:
        """Creates the weights for inputs of `input_shape`, batch axis included.

        Raises:
            ValueError: without layers, or when the model has another input shape already.
        """
        if not self._layers:
            raise ValueError(
                f"Sequential model {self.name} cannot be built because it has no layers. "
                "Call `model.add(layer)`."
            )
        if input_shape is None:
            return
        shape = tuple(input_shape)
        if self._input is None:
            self._layers.insert(0, InputLayer(batch_shape=shape))
        elif self._input.batch_shape != shape:
            raise ValueError(
                f"Sequential model {self.name!r} has already been configured to use input shape "
                f"{self._input.batch_shape}. You cannot build it with input_shape {shape}"
            )
        self._build_layers()

    def _build_layers(self) -> None:
        assert self._input is not None
        shape = self._input.batch_shape
        for layer in self._layers[1:]:
            layer.ensure_built(shape)
            assert layer.output_shape is not None
            shape = layer.output_shape
        for layer in self._layers:
            for v in layer.weights:
                v.path = f"{self.name}/{layer.name}/{v.name}"
        self._built_layers = len(self._layers)

    @property
    def built(self) -> bool:
        """Whether all layers have their weights."""
        return self._input is not None and 1 < self._built_layers == len(self._layers)

    def ensure_built(self, input_shape: tuple[int | None, ...]) -> None:
        """Builds the model for data of `input_shape`, or checks that such data may enter.

        Raises:
            ValueError: when it may not.
        """
        if not self._layers:
            raise ValueError(
                f"Sequential model {self.name!r} has no layers. Call `model.add(layer)`."
            )
        if not self.built:
            self.build(self._input.batch_shape if self._input is not None else input_shape)
        assert self._input is not None
        expected = self._input.batch_shape
        shape = input_shape
        # Like Keras, let an axis of size 1 be too many or too few at the end.
        if len(shape) == len(expected) + 1 and shape[-1] == 1:
            shape = shape[:-1]
        elif len(shape) == len(expected) - 1 and expected[-1] == 1:
            shape = (*shape, 1)
        if len(expected) != len(shape) or any(
            want is not None and got is not None and want != got
            for want, got in zip(expected, shape, strict=True)
        ):
            raise ValueError(
                f"Invalid input shape for model {self.name!r}: `x` has shape {input_shape}, "
                f"expected {expected}. The first axis is the batch; reshape the data, or change "
                "the model's input shape"
            )

    def new_network(self) -> Network:
        """The chain of all layers."""
        assert self._input is not None
        return Network.chain(self._layers[1:], len(self._input.batch_shape))

    # Parts ---------------------------------------------------------------------------------------

    @property
    def layers(self) -> list[Layer]:
        """The layers, without the input."""
        return self._layers[1:] if self._input is not None else list(self._layers)

    @property
    def input_shape(self) -> tuple[int | None, ...]:
        """The shape of a batch of inputs.

        Raises:
            AttributeError: before the model is built.
        """
        if self._input is None:
            raise AttributeError(f"Sequential model {self.name!r} has no defined input shape yet.")
        return self._input.batch_shape

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """The shape of a batch of outputs.

        Raises:
            AttributeError: before the model is built.
        """
        if not self.built:
            raise AttributeError(f"Sequential model {self.name!r} has no defined output shape yet.")
        shape = self._layers[-1].output_shape
        assert shape is not None
        return shape

    def call(self, x: Any, training: bool = False) -> Any:
        """The definition: each layer's `call` on the output of the one before, in ops."""
        for layer in self.layers:
            x = layer.define(x, training)
        return x
