"""A model that is a graph of layers, from inputs to outputs (`keras.Model(inputs, outputs)`)."""

import math
import warnings
from typing import Any

import numpy as np

from scratch import ops, tree
from scratch.layers.base.building import map_shapes, symbolic_outputs
from scratch.layers.base.calling import calls_under_way
from scratch.layers.base.input_spec import InputSpec, check_inputs
from scratch.layers.base.layer import Layer
from scratch.layers.core.input_layer import Input, InputLayer
from scratch.models.functional_config import functional_config, takes_inputs_and_outputs
from scratch.models.graph import Graph
from scratch.models.model import Model
from scratch.models.training.shortcut import of_layers
from scratch.models.training.trainer import Trainer
from scratch.network.masks import get_keras_mask, set_keras_mask
from scratch.network.network import Spec
from scratch.ops.functional.keras_tensor import KerasTensor


class Functional(Model):
    """A graph of layers; made by `Model(inputs, outputs)`.

    Args:
        inputs, outputs: KerasTensors, in any structure. Inputs may lie in the middle of another
            model: then the layers behind them are shared with it.
        name: default: `functional`, `functional_1`, ...
        trainable: whether the weights may change.

    Attributes:
        inputs, outputs: flat lists.
        output_names: of the layers that give the outputs.

    Raises:
        ValueError: for inputs or outputs that are no KerasTensors, or an incomplete graph.
    """

    saves_layers = True  # a file of weights has them under `layers`
    _takes_anything = True
    _casts_inputs = False  # `arranged` does, once, to the types of the `Input`s
    known_as: str | None = None  # in messages: the name of the `Sequential` that it is inside of
    _own_input_spec: Any = None

    def __init__(self, inputs: Any, outputs: Any, name: str | None = None, **kwargs: Any) -> None:
        trainable = kwargs.pop("trainable", None)
        if isinstance(inputs, dict):
            for key, x in inputs.items():
                if isinstance(x, KerasTensor) and key != x.name:
                    warnings.warn(
                        "When providing `inputs` as a dict, all keys in the dict must match the "
                        f"names of the corresponding tensors. Received key '{key}' mapping to "
                        f"value {x} which has name '{x.name}'. Change the tensor name to '{key}' "
                        f"(via `Input(..., name='{key}')`)",
                        stacklevel=3,
                    )
        for kind, given in (("inputs", inputs), ("outputs", outputs)):
            for x in tree.flatten(given):
                if not isinstance(x, KerasTensor):
                    raise ValueError(
                        f"All `{kind}` values must be KerasTensors. Received: {kind}={given} "
                        f"including invalid value {x} of type {type(x)}"
                    )
        Trainer.__init__(self)
        Layer.__init__(self, name=name, **kwargs)
        if not all(isinstance(x.keras_history[0], InputLayer) for x in tree.flatten(inputs)):
            inputs, outputs = _from_the_middle(inputs, outputs)
        self._ends = (inputs, outputs)
        self.inputs, self.outputs = tree.flatten(inputs), tree.flatten(outputs)
        named = isinstance(outputs, dict) and len(outputs) == len(self.outputs)
        self.graph = Graph(self.inputs, self.outputs, tree.in_order(outputs) if named else None)
        for operation in self.graph.operations:
            self._track(operation)
        if trainable is not None:
            self.trainable = trainable
        self.output_names = [x.keras_history[0].name for x in self.outputs]
        # What was given as the size of a batch binds nobody who does not rely on it, as in Keras.
        self._step.specs = tree.map_structure(
            lambda x: Spec((None, *x.shape[1:])[: len(x.shape)], x.dtype), inputs
        )
        if any(x.shape and x.shape[0] is not None for x in self.inputs):
            self._step.fixed_specs = tree.map_structure(lambda x: Spec(x.shape, x.dtype), inputs)
        self._build_shapes = {"input_shape": None}
        self.built = True

    def _lock_state(self) -> None:
        """Nothing: layers may be attached to a functional model at any time."""

    def _begin_unbuilt(self) -> None:
        super()._begin_unbuilt()
        self.built = True

    def build(self, input_shape: Any = None) -> None:
        """Nothing to do: the layers were built when they were called."""

    @property
    def layers(self) -> list[Layer]:
        """The layers, from the inputs to the outputs."""
        return [op for op in self.graph.operations if isinstance(op, Layer)]

    @layers.setter
    def layers(self, value: Any) -> None:
        raise AttributeError(
            "`Model.layers` attribute is reserved and should not be used. Please use another name."
        )

    @property
    def input(self) -> Any:
        """The inputs, in the structure in which they were given."""
        return self._ends[0]

    @property
    def output(self) -> Any:
        """The outputs, in the structure in which they were given."""
        return self._ends[1]

    @property
    def operations(self) -> list[Any]:
        """The layers, and the functions of `ops` between them."""
        return list(self.graph.operations)

    @property
    def input_shape(self) -> Any:
        """The shape of a batch of inputs."""
        return tree.unpack_single(tree.map_structure(lambda x: x.shape, self.input))

    @property
    def output_shape(self) -> Any:
        """The shape of a batch of outputs."""
        return tree.unpack_single(tree.map_structure(lambda x: x.shape, self.output))

    # The definition -------------------------------------------------------------------------------

    @of_layers
    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Each layer applied to what it was applied to when the model was made."""
        values = self.arranged(inputs)
        values = values if len(self.inputs) > 1 else [values]
        for x, m in zip(values, tree.flatten(mask), strict=False):
            if m is not None:
                set_keras_mask(x, m)
        told = {} if training is None else {"training": training}
        outputs = self.graph.run(
            values,
            # Like Keras, what the model is told counts for more than what a call was told.
            lambda op, args, kwargs: op(
                *args, **(kwargs | told if isinstance(op, Layer) else kwargs)
            ),
        )
        return tree.unpack_single(tree.pack_sequence_as(self.output, outputs))

    def compute_output_spec(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        given = tree.flatten(inputs)
        if all(tuple(x.shape) == y.shape for x, y in zip(given, self.inputs, strict=False)):
            return tree.unpack_single(
                tree.map_structure(lambda y: KerasTensor(y.shape, y.dtype), self.output)
            )
        return symbolic_outputs(self, {"inputs": inputs})

    def compute_output_shape(self, input_shape: Any) -> Any:
        leaves = tree.flatten(map_shapes(lambda s: KerasTensor(s, self.compute_dtype), input_shape))
        spec = self.compute_output_spec(tree.pack_sequence_as(self.input, leaves))
        return tree.map_structure(lambda y: y.shape, spec)

    def ensure_built(self, x: Any, training: bool) -> None:
        """Checks that data like `x` may enter."""
        self._check_inputs(x)

    def _check_inputs(self, first: Any) -> None:
        if self._own_input_spec is not None:
            check_inputs(self._own_input_spec, first, self.name)
        elif first.__class__ is np.ndarray and self._is_its_input(first):
            return
        self.arranged(first, convert=False)
        given = all(isinstance(x, np.ndarray) for x in tree.flatten(first))
        if given and not calls_under_way() and _kinds(self._by_names(first)) != _kinds(self.input):
            expected = tree.map_structure(lambda x: x.name, self.input)
            shapes = tree.map_structure(lambda x: tuple(np.shape(x)), first)
            warnings.warn(
                "The structure of `inputs` doesn't match the expected structure.\n"
                f"Expected: {expected}\nReceived shapes: {shapes}",
                stacklevel=4,
            )

    def _is_its_input(self, x: np.ndarray) -> bool:
        """Whether an array is what the model, which takes one, was made for: nothing is to say."""
        shape = self.input.shape if isinstance(self.input, KerasTensor) else None
        return shape is not None and x.ndim == len(shape) and x.shape[1:] == shape[1:]

    @property
    def input_spec(self) -> Any:
        """What is demanded of the inputs; may be set to something else."""
        if self._own_input_spec is not None:
            return self._own_input_spec
        keys = tree.in_order(self.input) if isinstance(self.input, dict) else None
        specs = [
            InputSpec(
                shape=(None, *x.shape[1:]),
                allow_last_axis_squeeze=True,
                name=keys[i] if keys else x.keras_history[0].name,
                optional=getattr(x.keras_history[0], "optional", False),
            )
            for i, x in enumerate(self.inputs)
        ]
        return tree.pack_sequence_as(self.input, specs)

    @input_spec.setter
    def input_spec(self, value: Any) -> None:
        self._own_input_spec = value

    def arranged(self, x: Any, convert: bool = True) -> Any:
        """The inputs of a batch as the network takes them: an array, or a flat list.

        Raises:
            ValueError: for inputs of another structure or shape.
        """
        x = self._by_names(x)
        leaves = tree.flatten(x)
        if len(leaves) != len(self.inputs):
            raise ValueError(
                f'Layer "{self.name}" expects {len(self.inputs)} input(s), but it received '
                f"{len(leaves)} input tensors. Expected: {[i.name for i in self.inputs]}. "
                f"Received shapes: {[np.shape(leaf) for leaf in leaves]}"
            )
        found = [self._fitted(value, number, convert) for number, value in enumerate(leaves)]
        return found[0] if len(found) == 1 else found

    def _by_names(self, x: Any) -> Any:
        if isinstance(x, dict):
            names = list(self.input) if isinstance(self.input, dict) else [
                i.name for i in self.inputs
            ]  # fmt: skip
            missing = [name for name in names if name not in x]
            if missing:
                raise ValueError(
                    f'Missing data for input "{missing[0]}". You passed a data dictionary with '
                    f"keys {list(x)}. Expected the following keys: {names}"
                )
            if isinstance(self.input, dict):
                return tree.with_parts(self.input, tree.parts(x, self.input))
            return [x[name] for name in names]
        if isinstance(self.input, dict) and list(self.input) != sorted(self.input):
            raise ValueError(
                "The structure of `inputs` doesn't match the expected structure. Expected a "
                f"dictionary with the keys {list(self.input)}. Received: {type(x)}"
            )
        return x

    def _fitted(self, x: Any, number: int, convert: bool) -> Any:
        wanted = self.inputs[number]
        if x is None:
            if not getattr(wanted.keras_history[0], "optional", False):
                raise ValueError(
                    f"The input '{wanted.name}' is not optional, but None was passed. Please "
                    "provide a valid tensor."
                )
            return x
        shape = given = tuple(x.shape)
        # Like Keras, let an axis of size 1 be too many or too few at the end.
        squeeze = len(shape) == len(wanted.shape) + 1 and shape[-1] == 1
        expand = len(shape) == len(wanted.shape) - 1 and wanted.shape[-1] == 1
        if squeeze:
            shape = shape[:-1]
        elif expand:
            shape = (*shape, 1)
        fits = len(shape) == len(wanted.shape) and all(
            want is None or got is None or want == got or axis == 0
            for axis, (want, got) in enumerate(zip(wanted.shape, shape, strict=True))
        )
        if not fits:
            raise ValueError(
                f"Invalid input shape for model {self.known_as or self.name!r}: input {number} "
                f"with name '{wanted.name}' has shape {given}, expected {wanted.shape}. The first "
                f"axis is the batch; {_advice(given, wanted.shape)}"
            )
        if not convert or isinstance(x, KerasTensor):
            return x
        mask = get_keras_mask(x)
        if squeeze or expand:
            x = ops.squeeze(x, -1) if squeeze else ops.expand_dims(x, -1)
        if x.dtype != wanted.dtype and np.dtype(x.dtype).kind != "c":
            x = ops.cast(x, wanted.dtype)
        if mask is not None:
            set_keras_mask(x, mask)
        return x

    def get_config(self) -> dict[str, Any]:
        """Layers and calls, in Keras's format."""
        if not takes_inputs_and_outputs(type(self)):
            return super().get_config()
        return functional_config(self, self.graph)


def _kinds(inputs: Any) -> Any:
    """The structure of `inputs`, in which lists and tuples are the same."""
    if isinstance(inputs, list | tuple):
        return tuple(map(_kinds, inputs))
    if isinstance(inputs, dict):
        return {key: _kinds(value) for key, value in inputs.items()}
    return None


def _from_the_middle(inputs: Any, outputs: Any) -> tuple[Any, Any]:
    """New inputs in place of tensors from the middle of a model, and what comes of them."""
    graph = Graph(tree.flatten(inputs), tree.flatten(outputs))
    fresh = [
        x
        if isinstance(x.keras_history[0], InputLayer)
        else Input(batch_shape=x.shape, dtype=x.dtype, name=f"{x.name}CLONE")
        for x in graph.inputs
    ]
    found = graph.run(fresh, lambda op, args, kwargs: op(*args, **kwargs))
    return tree.pack_sequence_as(inputs, fresh), tree.pack_sequence_as(outputs, found)


Model.of_tensors = Functional


def _advice(given: tuple[Any, ...], wanted: tuple[Any, ...]) -> str:
    """What to do about inputs of a shape that a model does not take."""
    sizes = [math.prod(size or 1 for size in shape[1:]) for shape in (given, wanted)]
    if None not in (*given[1:], *wanted[1:]) and sizes[0] == sizes[1]:
        return f"x.reshape(len(x), {', '.join(map(str, wanted[1:]))}) has that shape"
    if given == wanted[1:]:
        return "a single sample needs one of size 1: x[None]"
    return "reshape the data, or change the model's input shape"
