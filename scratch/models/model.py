"""A model: layers that are trained together, seen as one thing.

It holds no numbers of its own: its weights are its layers' weights, in the order of the layers.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from scratch import ops
from scratch.layers.layer import Layer, set_weights
from scratch.models.summary import summary
from scratch.models.trainer import Trainer
from scratch.network import Network
from scratch.variable import Variable


class Model(Trainer):
    """The base of all models: what can be said of any set of layers.

    A subclass provides `_layers`, `built`, `ensure_built`, `new_network` and `call`.

    Args:
        name: of the model.
        trainable: whether the layers' weights may change.
    """

    def __init__(self, name: str, trainable: bool = True) -> None:
        super().__init__()
        self.name = name
        self._trainable = trainable
        self._layers: list[Layer] = []
        self._calling: Network | None = None  # the network behind model(x)
        self.history: Any = None

    @property
    def built(self) -> bool:
        """Whether all layers have their weights."""
        raise NotImplementedError

    @property
    def layers(self) -> list[Layer]:
        """The layers."""
        return list(self._layers)

    def call(self, x: Any, training: bool = False) -> Any:
        """The definition, in ops."""
        raise NotImplementedError

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """A layer by its name or its number.

        Raises:
            ValueError: when there is none, or neither or both are given.
        """
        if (name is None) == (index is None):
            raise ValueError("Provide either a layer name or layer index at `get_layer`.")
        if index is not None:
            if index >= len(self.layers):
                raise ValueError(
                    f"Was asked to retrieve layer at index {index} but model only has "
                    f"{len(self.layers)} layers."
                )
            return self.layers[index]
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise ValueError(
            f"No such layer: {name}. Existing layers are: {[layer.name for layer in self.layers]}."
        )

    @property
    def trainable(self) -> bool:
        """Whether the weights may change."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = bool(value)
        for layer in self._layers:
            layer.trainable = value

    @property
    def weights(self) -> list[Variable]:
        """All weights, layer by layer."""
        return [v for layer in self._layers for v in layer.weights]

    variables = weights

    @property
    def trainable_variables(self) -> list[Variable]:
        """The weights that an optimizer may change."""
        return [v for layer in self._layers for v in layer.trainable_variables]

    trainable_weights = trainable_variables

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """All other weights."""
        return [v for layer in self._layers for v in layer.non_trainable_variables]

    non_trainable_weights = non_trainable_variables

    @property
    def regularized(self) -> list[Variable]:
        """The weights on which the loss puts a penalty."""
        return [v for v in self.trainable_variables if v.regularizer is not None]

    @property
    def losses(self) -> list[Any]:
        """The penalties on the weights, as they are now."""
        return [v.regularizer(v.value) for v in self.regularized]  # type: ignore[misc]

    def count_params(self) -> int:
        """How many numbers the weights hold.

        Raises:
            ValueError: before the model is built.
        """
        if not self.built:
            raise ValueError(
                f"You tried to call `count_params` on model {self.name!r}, but the model isn't "
                "built. You can build it manually via: `model.build(input_shape)`."
            )
        return sum(v.value.size for v in self.weights)

    def get_weights(self) -> list[np.ndarray]:
        """Copies of all weights."""
        return [v.numpy() for v in self.weights]

    def set_weights(self, weights: list[Any]) -> None:
        """Overwrites all weights.

        Raises:
            ValueError: when there are too many or too few arrays, or a shape differs; then nothing
                is changed.
        """
        set_weights(self.name, self.weights, weights)

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

    # Use ------------------------------------------------------------------------------------------

    def __call__(self, x: Any, training: bool = False) -> Any:
        """The output for a batch, or for a symbol: then a graph."""
        if isinstance(x, ops.Symbol):
            return self.call(x, training)
        batch = self.as_batch(x, None, None)
        self.ensure_built((None, *batch[0].shape[1:]))
        if training:
            return self.new_network().forward(batch[0], training=True).copy()
        if self._calling is None:
            self._calling = self.new_network()
        return self._calling.forward(batch[0]).copy()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"
