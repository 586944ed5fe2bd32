"""A model: a layer that can be trained by itself.

There are three ways to say what it computes: a stack of layers (`Sequential`), a graph of layers
from inputs to outputs (`Model(inputs, outputs)`), or a subclass with `call`. Behind each stands a
`Network`, found by running the definition once on symbols (see `trace`).
"""

import json
from collections.abc import Callable
from typing import Any, ClassVar, Self

import numpy as np

from scratch import saving
from scratch.layers.base.arguments import Arguments
from scratch.layers.base.building import ensure_built, map_shapes
from scratch.layers.base.layer import Layer
from scratch.models.functional_config import functional_from_config, takes_inputs_and_outputs
from scratch.models.summary import summary
from scratch.models.summary_html import summary_html
from scratch.models.training.trainer import Trainer
from scratch.ops.functional.keras_tensor import KerasTensor
from scratch.ops.graph.eager import EagerTensor
from scratch.serialization import serialize_keras_object

_ARRAYS = (np.ndarray, EagerTensor)


class Model(Trainer, Layer):
    """The base of all models (`keras.Model`).

    Args:
        inputs, outputs: of a functional model: KerasTensors, in any structure.
        name: default: the class's name in snake case, numbered.
        trainable: whether the weights may change.
    """

    # What `Model(inputs, outputs)` makes: `Functional` registers itself.
    of_tensors: ClassVar[Any]

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """A functional model where inputs and outputs are given."""
        if cls is Model and is_functional(args, kwargs):
            return cls.of_tensors.__new__(cls.of_tensors, *args, **kwargs)
        return super().__new__(cls, *args, **kwargs)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        Trainer.__init__(self)
        if is_functional(args, kwargs):
            _make_functional(type(self), self.of_tensors)
            self.of_tensors.__init__(self, *args, **kwargs)
        else:
            Layer.__init__(self, *args, **kwargs)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """A copy in another process is a functional model again, if this one is."""
        if "graph" in state and not isinstance(self, self.of_tensors):
            _make_functional(type(self), self.of_tensors)
        super().__setstate__(state)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The outputs for a batch; see `Layer`."""
        plain = len(args) == 1 and not kwargs and args[0].__class__ in _ARRAYS
        if plain and (found := self._step.shortcut.outputs(args[0])) is not None:
            return found
        outputs = super().__call__(*args, **kwargs)
        if plain:
            self._step.shortcut.look(args[0])
        return outputs

    def call(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(
            f"Model {type(self).__name__} does not have a `call()` method implemented."
        )

    @property
    def layers(self) -> list[Layer]:
        """The layers that the model holds, in the order in which they were assigned."""
        return list(self._layers)

    @layers.setter
    def layers(self, value: Any) -> None:
        raise AttributeError(
            "`Model.layers` attribute is reserved and should not be used. Please use another name."
        )

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """A layer by its name or its number.

        Raises:
            ValueError: when there is none, or neither or both are given.
        """
        if index is not None and name is not None:
            raise ValueError(
                f"Provide only a layer name or a layer index. Received: index={index}, name={name}."
            )
        if index is not None:
            if len(self.layers) <= index:
                raise ValueError(
                    f"Was asked to retrieve layer at index {index} but model only has "
                    f"{len(self.layers)} layers."
                )
            return self.layers[index]
        if name is None:
            raise ValueError("Provide either a layer name or layer index at `get_layer`.")
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise ValueError(
            f"No such layer: {name}. Existing layers are: {[layer.name for layer in self.layers]}."
        )

    def summary(
        self,
        line_length: int | None = None,
        positions: list[float] | None = None,
        print_fn: Callable[[str], None] | None = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
        layer_range: list[str] | None = None,
    ) -> None:
        """Prints a table of the layers, their output shapes and their numbers of weights."""
        summary(self, line_length, positions, print_fn, expand_nested, show_trainable, layer_range)

    def _repr_html_(self) -> str:
        """The summary, where a notebook shows the model."""
        return summary_html(self)

    # Config ---------------------------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        return super().get_config()

    def to_json(self, **kwargs: Any) -> str:
        """The architecture as JSON, for `model_from_json`; `kwargs` go to `json.dumps`."""
        return json.dumps(serialize_keras_object(self), **kwargs)

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Builds the model for the shapes of `get_build_config`; one without a `build` is run."""
        shapes = (config or {}).get("input_shape")
        if type(self).build is not Layer.build or shapes is None:
            super().build_from_config(config)
            return
        inputs = map_shapes(lambda shape: KerasTensor(shape, self.compute_dtype), shapes)
        ensure_built(self, Arguments(self._signature, (inputs,), {}))

    # Files ----------------------------------------------------------------------------------------

    def save(
        self, filepath: Any, overwrite: bool = True, zipped: bool | None = None, **kwargs: Any
    ) -> None:
        """Saves the whole model; see `scratch.saving.save_model`."""
        saving.save_model(self, filepath, overwrite=overwrite, zipped=zipped, **kwargs)

    def export(
        self,
        filepath: Any,
        format: str = "tf_saved_model",
        verbose: bool | None = None,
        input_signature: Any = None,
        **kwargs: Any,
    ) -> None:
        """Writes what the model predicts as a file of another kind, for others to compute.

        Args:
            filepath: where to.
            format: `"onnx"`; Keras's others are formats of frameworks that are not here.
            verbose: whether to print that it is done; default: yes.
            input_signature: a list of one structure with a shape and a type for each input;
                default: those of the model.
            kwargs: `opset_version` of ONNX, 18 or later.

        Raises:
            ImportError: where the package `onnx` is not installed.
            ValueError: for another format, a model that has never been called, or an operation that
                ONNX does not have.
        """
        saving.onnx.export_model(self, filepath, format, verbose, input_signature, **kwargs)

    def save_weights(
        self, filepath: Any, overwrite: bool = True, max_shard_size: float | None = None
    ) -> None:
        """Saves weights and the optimizer's state; see `scratch.saving.save_weights`."""
        saving.save_weights(self, filepath, overwrite=overwrite, max_shard_size=max_shard_size)

    def load_weights(self, filepath: Any, skip_mismatch: bool = False, **kwargs: Any) -> None:
        """Fills the model with the weights in a file; see `scratch.saving.load_weights`."""
        saving.load_weights(self, filepath, skip_mismatch=skip_mismatch, **kwargs)

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        keys = {"name", "layers", "input_layers", "output_layers"}
        if keys <= set(config) and (cls is Model or takes_inputs_and_outputs(cls)):
            return functional_from_config(cls, config, custom_objects)
        return super().from_config(config)


def is_functional(args: tuple, kwargs: dict[str, Any]) -> bool:
    """Whether these arguments of `Model` are inputs and outputs."""
    return (
        len(args) == 2
        or (len(args) == 1 and "outputs" in kwargs)
        or ("inputs" in kwargs and "outputs" in kwargs)
    )


def _make_functional(cls: Any, functional: type) -> None:
    """Puts `functional` in the place of `Model` among the bases of a user's class."""
    if cls is not functional and Model in cls.__bases__:
        cls.__bases__ = tuple(functional if base is Model else base for base in cls.__bases__)
    else:
        for base in cls.__bases__:
            if issubclass(base, Model) and not issubclass(base, functional):
                _make_functional(base, functional)
