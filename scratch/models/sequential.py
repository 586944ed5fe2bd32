"""A stack of layers, each reading the output of the one before (`keras.Sequential`)."""

from collections.abc import Sequence
from typing import Any

from scratch import tree
from scratch.layers.base.configs import from_keras
from scratch.layers.base.layer import Layer
from scratch.layers.core.input_layer import InputLayer
from scratch.models.functional import Functional
from scratch.models.model import Model
from scratch.models.training.shortcut import of_layers
from scratch.network.masks import get_keras_mask
from scratch.ops.functional.keras_tensor import KerasTensor
from scratch.serialization import deserialize_keras_object, serialize_keras_object
from scratch.serialization.foreign import library_of


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

    saves_layers = True
    _takes_anything = True
    _functional: Any

    def __init__(
        self, layers: Sequence[Any] | None = None, trainable: bool = True, name: str | None = None
    ) -> None:
        super().__init__(trainable=trainable, name=name)
        object.__setattr__(self, "_functional", None)  # the same as a graph, once built
        for layer in layers or []:
            self.add(layer, rebuild=False)
        if layers:
            self._rebuild()

    def _lock_state(self) -> None:
        """Nothing: layers may be added at any time."""

    def _track(self, value: Any) -> None:
        """As in a layer; but a layer that is an attribute is no stage of the stack, as in Keras."""
        if not isinstance(value, Layer):
            super()._track(value)

    # Building -------------------------------------------------------------------------------------

    def add(self, layer: Any, rebuild: bool = True) -> None:
        """Puts a layer on top of the stack."""
        if not self._layers and getattr(layer, "input_shape_argument", None) is not None:
            self.add(InputLayer(batch_shape=layer.input_shape_argument))
        if isinstance(layer, KerasTensor) and isinstance(layer.keras_history[0], InputLayer):
            layer = layer.keras_history[0]
        if library_of(layer) is not None and hasattr(layer, "get_config"):
            layer = from_keras(layer)
        if not isinstance(layer, Layer):
            hint = ""
            if isinstance(layer, type) and issubclass(layer, Layer):
                hint = f": an instance is meant, {layer.__name__}(...)"
            raise ValueError(
                "Only instances of `keras.Layer` can be added to a Sequential model. Received: "
                f"{layer} (of type {type(layer)}){hint}"
            )
        if any(layer.name == other.name and layer is not other for other in self._layers):
            raise ValueError(
                "All layers added to a Sequential model should have unique names. Name "
                f"'{layer.name}' is already the name of a layer in this model. Update the `name` "
                "argument to pass a unique name."
            )
        if isinstance(layer, InputLayer) and self._input is not None:
            raise ValueError(
                f"Sequential model '{self.name}' has already been configured to use input shape "
                f"{self._input.batch_shape}. You cannot add a different Input layer to it."
            )
        self._layers.append(layer)
        self._forget()
        if rebuild:
            self._rebuild()

    def pop(self, rebuild: bool = True) -> Layer:
        """Takes the top layer off the stack and returns it."""
        if not self._layers:
            raise IndexError(f"Sequential model {self.name!r} has no layers to pop")
        layer = self._layers.pop()
        self._forget()
        if rebuild and self._layers:
            self._rebuild()
        return layer

    def _forget(self) -> None:
        self.built = False
        object.__setattr__(self, "_functional", None)
        self._step.disconnect()

    @property
    def _casts_inputs(self) -> bool:
        return self._input is None  # otherwise they are brought to its type, not to the model's

    @property
    def _input(self) -> InputLayer | None:
        first = self._layers[0] if self._layers else None
        return first if isinstance(first, InputLayer) else None

    def _rebuild(self) -> None:
        self._forget()
        first = self._layers[0]
        if len(self._layers) < 2:
            return
        if self._input is not None:
            self.build(self._input.batch_shape)
        elif isinstance(first, Functional) or getattr(first, "_functional", None) is not None:
            self.build(first.input_shape)

    def build(self, input_shape: Any = None) -> None:
        """Creates the weights for inputs of `input_shape`, batch axis included.

        Raises:
            ValueError: without layers, or when the model has another input shape already.
        """
        if not isinstance(input_shape, list | tuple) or any(
            not (n is None or isinstance(n, int)) for n in input_shape
        ):
            return  # several inputs: the first layer is built when it is called
        if not self._layers:
            raise ValueError(
                f"Sequential model {self.name} cannot be built because it has no layers. "
                "Call `model.add(layer)`."
            )
        shape = tuple(input_shape)
        if self._input is None:
            self._layers.insert(
                0, InputLayer(batch_shape=shape, dtype=self._layers[0].compute_dtype)
            )
        elif self._input.batch_shape != shape:
            raise ValueError(
                f"Sequential model '{self.name}' has already been configured to use input shape "
                f"{self._input.batch_shape}. You cannot build it with input_shape {shape}"
            )
        x = self._layers[0].output
        for layer in self._layers[1:]:
            x = layer(x)
        functional = Functional(self._layers[0].output, x)
        functional.known_as = self.name
        object.__setattr__(self, "_functional", functional)

    def ensure_built(self, x: Any, training: bool) -> None:
        """Builds the model for data like `x`, or checks that they may enter.

        Raises:
            ValueError: when they may not.
        """
        if not self._layers:
            raise ValueError(
                f"Sequential model {self.name} cannot be built because it has no layers. "
                "Call `model.add(layer)`."
            )
        if self._functional is None and hasattr(x, "shape"):
            shape = (None, *x.shape[1:])
            self.build(self._input.batch_shape if self._input is not None else shape)
        if self._functional is None:
            super().ensure_built(x, training)
        else:
            self._functional.ensure_built(x, training)
            self._step.specs = self._functional._step.specs
            self._step.fixed_specs = self._functional._step.fixed_specs

    def arranged(self, x: Any) -> Any:
        return super().arranged(x) if self._functional is None else self._functional.arranged(x)

    # The definition -------------------------------------------------------------------------------

    @of_layers
    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Each layer applied to the output of the one before."""
        if self._functional is not None:
            return self._functional.call(inputs, training=training, mask=mask)
        for layer in self.layers:
            takes_mask = "mask" in layer._signature.parameters
            inputs = layer(inputs, training=training, **({"mask": mask} if takes_mask else {}))
            mask = tree.map_structure(get_keras_mask, inputs)
        return inputs

    def compute_output_spec(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        if self._functional is not None:
            return self._functional.compute_output_spec(inputs)
        for layer in self.layers:
            inputs = layer.compute_output_spec(inputs)
        return inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        for layer in self.layers:
            input_shape = layer.compute_output_shape(input_shape)
        return input_shape

    # Parts ---------------------------------------------------------------------------------------

    @property
    def layers(self) -> list[Layer]:
        """The layers, without the input."""
        return self._layers[1:] if self._input is not None else list(self._layers)

    @layers.setter
    def layers(self, value: Any) -> None:
        raise AttributeError(
            "`Sequential.layers` attribute is reserved and should not be used. Use `add()` and "
            "`pop()` to change the layers in this model."
        )

    def _of_graph(self, name: str) -> Any:
        if self._functional is None:
            what = name.replace("_", " ")
            raise AttributeError(f"Sequential model '{self.name}' has no defined {what} yet.")
        return getattr(self._functional, name)

    @property
    def input_shape(self) -> Any:
        """The shape of a batch of inputs; an AttributeError before the model is built."""
        return self._of_graph("input_shape")

    @property
    def output_shape(self) -> Any:
        """The shape of a batch of outputs; an AttributeError before the model is built."""
        return self._of_graph("output_shape")

    @property
    def inputs(self) -> list[KerasTensor]:
        """The input as a KerasTensor; an AttributeError before the model is built."""
        return self._of_graph("inputs")

    @property
    def outputs(self) -> list[KerasTensor]:
        """The output as a KerasTensor; an AttributeError before the model is built."""
        return self._of_graph("outputs")

    def get_config(self) -> dict[str, Any]:
        """The layers' configs."""
        config = {**super().get_config(), "name": self.name}
        config["layers"] = [serialize_keras_object(layer) for layer in self._layers]
        if self._functional is not None:
            config["build_input_shape"] = self._layers[0].batch_shape
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> "Sequential":
        if "name" not in config:
            raise ValueError(
                "A Sequential model configuration must be a dictionary containing the 'name' and "
                f"'layers' keys. Received: config={config}"
            )
        model = cls(name=config["name"])
        # Building after every layer would take time with the square of their number.
        at_once = {"rebuild": False} if cls.add is Sequential.add else {}
        for saved in config["layers"]:
            model.add(deserialize_keras_object(saved, custom_objects), **at_once)
        if at_once and model._layers:
            model._rebuild()
        shape = config.get("build_input_shape")
        if model._functional is None and isinstance(shape, list | tuple):
            model.build(tuple(shape))
        return model
