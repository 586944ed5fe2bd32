"""A layer: weights, and what it does with a batch.

A layer shows three things, side by side in one file:

    call       the definition, in ops, as in Keras
    forward    the same, written for speed, into the memory of a node
    backward   hand-derived: from dL/dy to the gradients of the weights and to dL/dx

A layer that only has `call`, such as one that a user wrote, gets the other two from this class: the
computational graph of `call` is built once and differentiated.
"""

import functools
import inspect
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from scratch import config, initializers, ops, regularizers
from scratch.graph_pair import GraphPair
from scratch.naming import auto_name
from scratch.node import Node
from scratch.variable import Variable


class Layer:
    """The base of all layers (`keras.layers.Layer`).

    Args:
        activity_regularizer: a penalty on the layer's output, averaged over the batch.
        trainable: whether optimizers may change the weights.
        dtype: type of weights and results; default `config.floatx()`.
        name: default: the class's name in snake case, numbered.
        input_shape, input_dim, batch_input_shape, batch_shape, batch_size: for the first layer of a
            `Sequential`: the shape of a sample (Keras prefers an `Input` object and says so).

    Raises:
        ValueError: for keyword arguments that no layer takes.
    """

    min_ndim: int | None = None  # the fewest axes that an input may have

    def __init__(
        self,
        *,
        activity_regularizer: Any = None,
        trainable: bool = True,
        dtype: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.input_shape_argument = self._shape_argument(kwargs)
        if kwargs:
            raise ValueError(
                f"Unrecognized keyword arguments passed to {type(self).__name__}: {kwargs}"
            )
        self.name = name or auto_name(type(self).__name__)
        self.dtype = np.dtype(dtype or config.floatx()).name
        self.activity_regularizer = regularizers.get(activity_regularizer)
        self._trainable = trainable
        self.built = type(self).build is Layer.build  # nothing to build
        self.output_shape: tuple[int | None, ...] | None = None
        self._input_axis: int | None = None  # the last axis that the weights fit
        self._variables: list[Variable] = []

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Makes every `build` note that, and for which inputs, the layer was built."""
        super().__init_subclass__(**kwargs)
        if "build" in vars(cls):
            cls.build = _noting(cls.build)  # type: ignore[method-assign]

    def _shape_argument(self, kwargs: dict[str, Any]) -> tuple[int | None, ...] | None:
        batch_size = kwargs.pop("batch_size", None)
        shape = None
        if "input_dim" in kwargs:
            shape = (batch_size, kwargs.pop("input_dim"))
        if "input_shape" in kwargs:
            shape = (batch_size, *kwargs.pop("input_shape"))
        for name in ("batch_input_shape", "batch_shape"):
            if name in kwargs:
                shape = tuple(kwargs.pop(name))
        if shape is not None:
            warnings.warn(
                "Do not pass an `input_shape`/`input_dim` argument to a layer. When using "
                "Sequential models, prefer using an `Input(shape)` object as the first layer in "
                "the model instead.",
                stacklevel=4,
            )
        return shape

    # The three faces of a layer ------------------------------------------------------------------

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Creates the weights for inputs of `input_shape` (its first axis is the batch, None)."""

    def call(self, x: Any) -> Any:
        """The definition, in ops, on arrays or symbols. May take `training` as a keyword."""
        raise NotImplementedError(f"Layer {type(self).__name__} does not define `call`")

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """The output for a batch `x`; here: by the graph of `call`."""
        variables = self.trainable_variables
        key = (x.shape[1:], node.training, [id(v) for v in variables])
        if node.saved.get("key") != key:
            node.saved["key"] = key
            node.saved["graph"] = GraphPair(
                lambda symbol: self.define(symbol, node.training),
                (None, *x.shape[1:]),
                x.dtype.name,
                variables,
            )
        return node.saved["graph"].forward(x)

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """Fills `node.gradient` of every trainable weight; returns dL/dx where it is wanted."""
        dx, *gradients = node.saved["graph"].backward(dy)
        for variable, gradient in zip(self.trainable_variables, gradients, strict=True):
            node.gradient(variable)[...] = gradient
        return dx if node.needs_dx else None

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The output's shape for an input's; here: found by running `call` on zeros."""
        batch = input_shape[0]
        sample = [1 if n is None else n for n in input_shape[1:]]
        zeros = np.zeros([2 if batch is None else batch, *sample], self.dtype)
        return (batch, *np.shape(self.call(zeros))[1:])

    def passes_on(self, training: bool) -> bool:
        """Whether the output is the very input, as Keras sees it: the same tensor object."""
        return False

    # Weights -------------------------------------------------------------------------------------

    def add_weight(
        self,
        shape: tuple[int, ...] | None = None,
        initializer: Any = None,
        dtype: str | None = None,
        trainable: bool = True,
        regularizer: Any = None,
        constraint: Callable | None = None,
        name: str | None = None,
    ) -> Variable:
        """Creates a weight of this layer and remembers it.

        Args:
            shape: default `()`.
            initializer: default: Glorot uniform for a float type.
            dtype: default: the layer's.
            trainable: whether the optimizer may change it.
            regularizer: a penalty on it that joins the loss.
            constraint: applied after every update.
            name: e.g. `"kernel"`.
        """
        variable = Variable(
            initializers.get(initializer or "glorot_uniform"),
            shape=tuple(shape or ()),
            dtype=dtype or self.dtype,
            trainable=trainable,
            name=name,
        )
        variable.path = f"{self.name}/{variable.name}"
        variable.regularizer = regularizers.get(regularizer)
        variable.constraint = constraint
        self._variables.append(variable)
        return variable

    @property
    def trainable(self) -> bool:
        """Whether optimizers may change the weights."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = bool(value)

    @property
    def weights(self) -> list[Variable]:
        """All weights, in the order in which they were created."""
        return list(self._variables)

    variables = weights

    @property
    def trainable_variables(self) -> list[Variable]:
        """The weights that an optimizer may change: none while the layer is frozen."""
        return [v for v in self._variables if v.trainable] if self._trainable else []

    trainable_weights = trainable_variables

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """All other weights."""
        return [v for v in self._variables if not (v.trainable and self._trainable)]

    non_trainable_weights = non_trainable_variables

    def count_params(self) -> int:
        """How many numbers the weights hold."""
        return sum(v.value.size for v in self._variables)

    def get_weights(self) -> list[np.ndarray]:
        """Copies of all weights."""
        return [v.numpy() for v in self._variables]

    def set_weights(self, weights: list[Any]) -> None:
        """Overwrites all weights, in the order of `weights`.

        Raises:
            ValueError: when there are too many or too few arrays, or a shape differs.
        """
        set_weights(self.name, self._variables, weights)

    # Use -----------------------------------------------------------------------------------------

    def ensure_built(self, input_shape: tuple[int | None, ...]) -> None:
        """Builds the layer on first use, and checks that later inputs fit the weights.

        Raises:
            ValueError: when an input's rank or last axis does not fit.
        """
        self.check_input(input_shape)
        if not self.built:
            self.build(tuple(input_shape))
        self.output_shape = tuple(self.compute_output_shape(tuple(input_shape)))

    def check_input(self, shape: tuple[int | None, ...]) -> None:
        """Raises ValueError where an input of `shape` cannot enter the layer."""
        problem = None
        if self.min_ndim is not None and len(shape) < self.min_ndim:
            problem = f"expected min_ndim={self.min_ndim}, found ndim={len(shape)}"
        elif self._input_axis is not None and shape[-1] not in (self._input_axis, None):
            problem = f"expected axis -1 of input shape to have value {self._input_axis}"
        if problem:
            raise ValueError(
                f"Input 0 of layer {self.name!r} is incompatible with the layer: {problem}. "
                f"Full shape received: {tuple(shape)}"
            )

    def __call__(self, x: Any, training: bool | None = None) -> Any:
        """The output for a batch (or a symbol), building the layer first where needed."""
        if not isinstance(x, ops.Symbol):
            x = np.asarray(x, dtype=self.dtype)
        if not self.built or x.shape is not None:
            self.ensure_built((None, *x.shape[1:]))
        return self.define(x, bool(training))

    def define(self, x: Any, training: bool = False) -> Any:
        """`call`, with `training` passed on to the layers whose `call` takes it."""
        if "training" in inspect.signature(self.call).parameters:
            return self.call(x, training=training)  # type: ignore[call-arg]
        return self.call(x)

    def get_config(self) -> dict[str, Any]:
        """The arguments that build this layer again."""
        return {"name": self.name, "trainable": self._trainable, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Layer":
        """Builds a layer from `get_config`'s dictionary."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"


def _noting(build: Callable) -> Callable:
    @functools.wraps(build)
    def build_and_note(self: Layer, input_shape: Any, *args: Any, **kwargs: Any) -> None:
        build(self, input_shape, *args, **kwargs)
        self.built = True
        self.output_shape = tuple(self.compute_output_shape(tuple(input_shape)))

    return build_and_note


def set_weights(owner: str, variables: list[Variable], weights: list[Any]) -> None:
    """Assigns arrays to variables; nothing is changed unless every one of them fits.

    Raises:
        ValueError: when their number or a shape differs.
    """
    if len(weights) != len(variables):
        raise ValueError(
            f"You called `set_weights(weights)` on {owner!r} with a weight list of length "
            f"{len(weights)}, but it was expecting {len(variables)} weights"
        )
    arrays = [np.asarray(w) for w in weights]
    for variable, array in zip(variables, arrays, strict=True):
        if variable.shape != array.shape:
            raise ValueError(
                f"{owner!r}: weight {variable.path} has shape {variable.shape}, which is not "
                f"compatible with the provided weight shape {array.shape}"
            )
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)
