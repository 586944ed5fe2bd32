"""A layer: weights, and what it does with a batch.

A layer shows three things, side by side in one file:

    call       the definition, in ops, as in Keras
    forward    the same, written for speed, into the memory of a node
    backward   hand-derived: from dL/dy to the gradients of the weights and to dL/dx

Elementwise, one input:             Several inputs, a list:

    class Negative(Layer):              class Add(Layer):
        def call(self, x):                  def call(self, inputs):
            return -x                           return inputs[0] + inputs[1]
        def forward(self, x, node):         def forward(self, inputs, node):
            return -x                           return inputs[0] + inputs[1]
        def backward(self, dy, node):       def backward(self, dy, node):
            return -dy                          return [dy, dy]

With state that training changes, and a mask: see `BatchNormalization`.

    def call(self, x, training=False, mask=None):
        if training: self.moving.assign(...)          the definition says it, too
    def forward(self, x, node):
        if node.training: self.moving.value[...] = ...
        ... node.input_mask                           the mask of x, or None
    def backward(self, dy, node):
        if self.gamma in node.trained:                False while it is frozen
            node.gradient(self.gamma)[...] = ...      filled, never kept
        return dx if node.needs_dx else None          may be left out where nobody wants it

A layer gives its outputs' shape by `compute_output_shape`, or says `keeps_shape = True`; several
outputs are a tuple of arrays in `call`, a list in `forward` and `backward` (there with None for an
output that nobody used). Mathematics stands at the top of a class, what remains below it:

    def __init__(self, units, kernel_initializer="glorot_uniform", kernel_regularizer=None, ...):
        self.describe_weight("kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
    def build(self, input_shape):
        self.kernel = self.create_weight("kernel", (input_shape[-1], self.units))

and `@configured()` above the class derives `get_config` from `__init__`.

A layer that only has `call`, such as one that a user wrote, trains all the same. Its definition is
run once on symbols: layers inside it become nodes of their own, and the graph of what stands
between them is differentiated (see `trace`). It may take several inputs, also by name, `training`
and `mask`, call `add_loss`, and assign to variables.
"""

import functools
import inspect
import warnings
from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np

from scratch import dtype_policies, regularizers, tree
from scratch.context import definitions, naming
from scratch.context.definitions import trace_under_way
from scratch.context.spelling import arguments_of, did_you_mean
from scratch.layers.base.arguments import Arguments, is_tensor
from scratch.layers.base.building import (
    has_own_build,
    map_shapes,
    noting,
    of_all_layers,
    only_call,
    same_shape,
    shapes_from,
    shapes_of_outputs,
    symbolic_outputs,
)
from scratch.layers.base.calling import called, penalize, training_of_calls
from scratch.layers.base.input_spec import check_inputs
from scratch.layers.base.owner import Owner
from scratch.network import trace
from scratch.ops.functional.keras_tensor import Call, KerasTensor
from scratch.ops.graph.operation import to_symbol
from scratch.ops.graph.symbol import Symbol
from scratch.regularizers.regularizers import derivative_by_hand
from scratch.variables.variable import Variable

# Read when a weight, or a node, is made.
_READ_BEFORE = ("_initializer", "_regularizer", "_constraint", "seed")


@functools.cache
def _arguments(cls: type) -> set[str]:
    """The names of what the constructors of a built-in layer take, and its steps read."""
    found = {
        name
        for c in cls.__mro__
        if c.__module__.startswith("scratch.layers.") and "__init__" in vars(c)
        for name in inspect.signature(c).parameters
    }
    return {name for name in found if not name.endswith(_READ_BEFORE)}


class Layer(Owner):
    """The base of all layers (`keras.layers.Layer`).

    Args:
        activity_regularizer: a penalty on the layer's output, averaged over the batch.
        trainable: whether optimizers may change the weights.
        dtype: type of weights and results; default `config.floatx()`.
        autocast: whether inputs of another float type are converted.
        name: default: the class's name in snake case, numbered.
        input_shape, input_dim: for the first layer of a `Sequential`: the shape of a sample (Keras
            prefers an `Input` object and says so).

    Attributes:
        input_spec: what the layer demands of its inputs, or None.
        supports_masking: whether a mask passes through the layer.

    Raises:
        ValueError: for keyword arguments that no layer takes, or a name with a slash.
    """

    input_spec: Any = None
    # The weights that `forward` reads as variables: a subclass may compute them from others.
    read_by_hand: ClassVar[tuple[str, ...]] = ()
    by_hand = False  # whether `forward` and `backward` belong to this `call`
    quantization_config = None  # nothing is quantized

    def __init__(
        self,
        *,
        activity_regularizer: Any = None,
        trainable: bool = True,
        dtype: Any = None,
        autocast: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.input_shape_argument = self._shape_argument(kwargs)
        if kwargs.pop("quantization_config", None) is not None:
            raise ValueError(f"{type(self).__name__}: quantization is not supported")
        if kwargs:
            raise ValueError(
                f"Unrecognized keyword arguments passed to {type(self).__name__}: {kwargs}"
                + did_you_mean(kwargs, arguments_of(type(self)))
            )
        if not isinstance(trainable, bool):
            raise ValueError(
                f"Expected `trainable` to be a boolean. Received: trainable={trainable!r} "
                f"(of type {type(trainable)})"
            )
        self.name = naming.auto_name(type(self).__name__) if name is None else name
        if not isinstance(self.name, str) or "/" in self.name:
            raise ValueError(
                "Argument `name` must be a string and cannot contain character `/`. "
                f"Received: name={name} (of type {type(name)})"
            )
        self.dtype_policy = dtype_policies.get(dtype)
        self.autocast = autocast
        self.activity_regularizer = regularizers.get(activity_regularizer)
        object.__setattr__(self, "_trainable", trainable)
        self.supports_masking = type(self).compute_mask is not Layer.compute_mask
        self.inbound_calls: list[Call] = []  # in functional models
        self._call_losses: list[Any] = []  # since the last call
        self._signature = inspect.signature(self.call)
        self._begin_unbuilt()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if vars(cls).get("keeps_shape") and "compute_output_shape" not in vars(cls):
            cls.compute_output_shape = same_shape  # type: ignore[method-assign]
        if "build" in vars(cls):
            cls.build = noting(cls.build)  # type: ignore[method-assign]
        # A subclass that redefines `call` alone can't use the `forward` of its base.
        newest = next(c for c in cls.__mro__ if "call" in vars(c) or "forward" in vars(c))
        cls.by_hand = "forward" in vars(newest)

    def _shape_argument(self, kwargs: dict[str, Any]) -> tuple[int | None, ...] | None:
        """What an older Keras knew as the shape of a first layer's input, batch axis included."""
        dim = kwargs.pop("input_dim", None)
        shape = kwargs.pop("input_shape", None) if dim is None else (dim,)
        if shape is None:
            return None
        if not isinstance(shape, Iterable):
            raise TypeError(
                f"{type(self).__name__}: `input_shape` must be the shape of a sample, a tuple such "
                f"as ({shape},). Received: input_shape={shape!r}"
            )
        warnings.warn(
            "Do not pass an `input_shape`/`input_dim` argument to a layer. When using "
            "Sequential models, prefer using an `Input(shape)` object as the first layer in "
            "the model instead.",
            stacklevel=4,
        )
        return (None, *shape)

    @property
    def dtype(self) -> str:
        """The type of the weights."""
        return self.dtype_policy.variable_dtype

    @property
    def variable_dtype(self) -> str:
        """The type of the weights."""
        return self.dtype_policy.variable_dtype

    @property
    def compute_dtype(self) -> str:
        """The type of the results."""
        return self.dtype_policy.compute_dtype

    # The definition ------------------------------------------------------------------------------

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """The definition, in ops, on arrays or symbols. May take `training` and `mask`."""
        raise NotImplementedError(
            f"Layer {type(self).__name__} does not have a `call` method implemented."
        )

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """The mask of the output, from that of the input; by default the same."""
        return previous_mask

    @property
    def one_node(self) -> bool:
        """Whether a network computes the layer by hand, or traces what the definition does."""
        return self.by_hand and all(
            isinstance(getattr(self, name, None), Variable | None) for name in self.read_by_hand
        )

    def reads_in_steps(self, name: str, value: Any) -> bool:
        """Whether a step reads an attribute anew: the arguments of layers computed by hand."""
        # What a definition reads is found in it once; a layer that passed its input on has no node.
        if not self.one_node or "call" in vars(self) or self.passes_on(True):
            return False
        return name in _arguments(type(self))  # type: ignore[arg-type]

    def passes_on(self, training: bool) -> bool:
        """Whether the output is the very input, as Keras sees it: the same tensor object."""
        return False

    def add_loss(self, loss: Any) -> None:
        """Adds a scalar to the loss of the model; to be called in `call`."""
        for value in tree.flatten(loss):
            if not is_tensor(value) and not isinstance(value, np.generic):
                raise ValueError(
                    "`add_loss()` can only be called from inside `build()` or `call()`, on a "
                    f"tensor input. Received invalid value: {value}"
                )
            tracer = trace_under_way()
            if tracer is not None and isinstance(value, Symbol):
                node = tracer.add_loss(value)
                if not tracer.describes:
                    self._call_losses.append(trace.AddedLoss(node))
            else:
                self._call_losses.append(value)

    @property
    def losses(self) -> list[Any]:
        """What `add_loss` got in the last call, then the penalties on the weights as they are."""
        penalties = [v.regularizer(v) for v in self.trainable_weights if v.regularizer]
        return self.added_losses() + penalties

    def added_losses(self) -> list[Any]:
        """What `add_loss` got in the last call, of this layer and of those inside it."""
        found = list(self._call_losses)
        for layer in self._sublayers():
            found += layer._call_losses
        return [x.value() if isinstance(x, trace.AddedLoss) else x for x in found]

    def _clear_losses(self) -> None:
        self._call_losses.clear()
        for layer in self._sublayers():
            layer._call_losses.clear()

    # Building ------------------------------------------------------------------------------------

    _layers: list[Any]
    keeps_shape = False  # a class that says True has outputs of the shape of its inputs
    _constructor_arguments: dict[str, Any] | None

    def _begin_unbuilt(self) -> None:
        self._build_shapes: dict[str, Any] | None = None
        self._building = False
        # What has nothing to build is built: Keras's own layers say so themselves.
        self.built = self.by_hand and not has_own_build(self)

    @of_all_layers
    def build(self, input_shape: Any) -> None:
        """Creates the weights for inputs of `input_shape` (its first axis is the batch, None).

        Here: notes that there are none to create, and warns where layers inside have some.
        """
        if not has_own_build(self) and any(not layer.built for layer in self._layers):
            warnings.warn(
                f"`build()` was called on layer '{self.name}', however the layer does not have a "
                "`build()` method implemented and it looks like it has unbuilt state. It is taken "
                "for built from now on, and its layers are not: implement `build`, or call the "
                "layer on a batch.",
                stacklevel=2,
            )
        self.built = True
        self._build_shapes = {"input_shape": input_shape}
        if not self._building:  # a `build` that calls this one may still create weights
            self._lock_state()

    def compute_output_shape(self, *args: Any, **kwargs: Any) -> Any:
        """The outputs' shape for the inputs'; here: found by running `call` on symbols."""
        return shapes_of_outputs(self, args, kwargs)

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """The outputs as KerasTensors, for inputs that are any kind of tensor."""
        arguments = Arguments(self._signature, args, kwargs)
        if type(self).compute_output_shape is Layer.compute_output_shape:
            return symbolic_outputs(self, arguments.named)
        shapes = arguments.shapes_for(self.compute_output_shape, type(self).__name__)
        shape = self.compute_output_shape(**shapes)
        return map_shapes(lambda s: KerasTensor(s, self.compute_dtype), shape)

    @property
    def _shape_of_output(self) -> Any:
        """The shape of the last output, for `summary`; None before the layer was used or built.

        Like Keras's, a layer has no `output_shape`: models do, and `compute_output_shape` tells it.
        """
        if self.inbound_calls:
            outputs = self.inbound_calls[-1].outputs
            return tree.unpack_single(tree.map_structure(lambda y: y.shape, outputs))
        if self._build_shapes is None:
            return None
        return self.compute_output_shape(**self._build_shapes)

    @property
    def input(self) -> Any:
        """What the layer was called on in a functional model, if it was called once.

        Raises:
            AttributeError: where it was called more than once, or never.
        """
        return only_call(self, "input").args[0]

    @property
    def output(self) -> Any:
        """What the layer gave in a functional model, if it was called once; raises as `input`."""
        return only_call(self, "output").outputs

    # A call --------------------------------------------------------------------------------------

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The output for a batch, building the layer first where needed.

        Of symbols the result is a symbol; of KerasTensors a KerasTensor, and the call is recorded.

        Raises:
            ValueError: for inputs that do not fit the layer.
        """
        return called(self, args, kwargs)

    _takes_anything = False
    _casts_inputs: Any = True  # where `autocast` is; a graph brings them to its `Input`s' types

    def _traced(
        self, tracer: trace.Trace, arguments: Arguments, args: tuple, kwargs: dict[str, Any]
    ) -> Any:
        """A node that computes the layer by hand, in place of its definition."""
        inputs = [
            x
            for name, value in arguments.tensors.items()
            if name != "mask"
            for x in tree.flatten(value)
        ]
        passes_on = self.passes_on(bool(training_of_calls.top))
        if passes_on and self.activity_regularizer is None:
            return arguments.first
        specs = self.compute_output_spec(*args, **kwargs)
        mask = kwargs.get("mask")
        symbols = tracer.use(
            self, [to_symbol(x) for x in inputs if x is not None], tree.flatten(specs),
            mask=None if mask is None else to_symbol(mask), training=bool(training_of_calls.top),
        )  # fmt: skip
        if self.activity_regularizer is not None and not tracer.describes:
            if derivative_by_hand(self.activity_regularizer) is None:
                penalize(self, symbols)
            else:
                node = tracer.node_of(symbols[0])
                node = node if len(symbols) == 1 else node.inputs[0]
                penalty = tracer.penalize(node, self.activity_regularizer)
                self._call_losses.append(trace.AddedLoss(penalty))
        return arguments.first if passes_on else tree.pack_sequence_as(specs, symbols)

    def _check_inputs(self, first: Any) -> None:
        if self.input_spec:
            check_inputs(self.input_spec, first, self.name)

    def define(self, *args: Any, training: bool = False) -> Any:
        """The definition alone, for tests: nothing is built, no node is made."""
        on_symbols = any(isinstance(x, Symbol) for x in tree.flatten(args))
        with definitions.tracing.pushed(definitions.DEFINING if on_symbols else None):
            return self(*args, training=training)

    # Config --------------------------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """The arguments that build this layer again.

        Raises:
            NotImplementedError: for a class of a user's own whose arguments are not plain values,
                and which does not define `get_config`.
        """
        config = self._own_config()
        config |= {
            "trainable": self.trainable,
            "dtype": dtype_policies.serialize(self.dtype_policy),
        }
        if self.activity_regularizer is not None:
            config["activity_regularizer"] = regularizers.serialize(self.activity_regularizer)
        return config

    def _own_config(self) -> dict[str, Any]:
        if type(self).get_config is not Layer.get_config:
            return {"name": self.name}
        if self._constructor_arguments is None:
            raise NotImplementedError(
                f"Object {type(self).__name__} was created by passing non-serializable argument "
                "values in `__init__()`, and therefore the object must override `get_config()` in "
                "order to be serializable. Please implement `get_config()`: return "
                "{**super().get_config(), 'argument': self.argument, ...}"
            )
        parameters = inspect.signature(type(self).__init__).parameters.values()
        takes_name = any(p.name == "name" or p.kind is p.VAR_KEYWORD for p in parameters)
        return ({"name": self.name} if takes_name else {}) | self._constructor_arguments

    def get_build_config(self) -> dict[str, Any] | None:
        """The shapes that the layer was built for, for `build_from_config`; None before that."""
        if self._build_shapes is None:
            return None
        if len(self._build_shapes) == 1:
            return {"input_shape": next(iter(self._build_shapes.values()))}
        return {"shapes_dict": self._build_shapes}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Builds the layer for the shapes that `get_build_config` returned."""
        if config and "input_shape" in config:
            self.build(shapes_from(config["input_shape"]))
        elif config and "shapes_dict" in config:
            self.build(**{k: shapes_from(v) for k, v in config["shapes_dict"].items()})

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Builds a layer from `get_config`'s dictionary.

        Raises:
            TypeError: for a dictionary that the class does not take.
        """
        if isinstance(config.get("dtype"), dict):
            config = {**config, "dtype": dtype_policies.deserialize(config["dtype"]).name}
        try:
            return cls(**config)
        except Exception as error:
            raise TypeError(
                f"Error when deserializing class '{cls.__name__}' using config={config}.\n\n"
                f"Exception encountered: {error}"
            ) from error

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"
