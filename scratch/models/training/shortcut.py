"""A call of a whole model with one array, by the network that `predict` uses.

`model(x)` calls layer after layer, and every call looks at its arguments, masks, names and types.
Where these are known beforehand and come to nothing, the network's nodes give the same in a tenth
of the time: in a graph of layers with hand-derived `forward`, without masks and without penalties.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from scratch import tree
from scratch.context.definitions import trace_under_way
from scratch.context.tapes import open_tapes
from scratch.layers.base.calling import calls_under_way
from scratch.layers.core.input_layer import InputLayer
from scratch.losses.fusion import activation_before, let_find_logits
from scratch.network.masks import get_keras_mask
from scratch.ops.graph.eager import eager


def of_layers(call: Callable) -> Callable:
    """Marks a `call` that does nothing but call the layers of a model's graph."""
    call.calls_layers_alone = True  # type: ignore[attr-defined]
    return call


class Shortcut:
    """The short way to a model's outputs, where there is one.

    Args:
        model: the model.
        step: its networks.
    """

    def __init__(self, model: Any, step: Any) -> None:
        self._model, self._step = model, step
        # The network of the short way and the shape of its input; False where there is none.
        self.way: Any = None

    def __getstate__(self) -> dict[str, Any]:
        """A copy finds its own way."""
        return {**vars(self), "way": None}

    def outputs(self, x: np.ndarray) -> Any:
        """The outputs for a batch; None where the model has to be called as usual."""
        if not self.way:
            return None
        network, shape = self.way
        if (
            open_tapes.items
            or get_keras_mask(x) is not None
            or calls_under_way()
            or trace_under_way() is not None
        ):
            return None
        x = np.asarray(x)
        if not network.takes_as_is(x) or x.shape[1:] != shape[1:]:
            return None
        with network.lock:
            outputs = tree.map_structure(eager, self._step.predicted(x, network))
            leaves = tree.flatten(outputs)
            for p, node, z in zip(leaves, network.outputs, network.known_logits(), strict=True):
                if z is not None:
                    let_find_logits(p, node, z)
        return outputs

    def look(self, x: np.ndarray) -> None:
        """Looks for the way, once, for a model that has just been called with `x`."""
        busy = calls_under_way() or trace_under_way() is not None or open_tapes.items
        if self.way is None and not busy:
            self.way = self._found(x)

    def _found(self, x: np.ndarray) -> Any:
        model = self._model
        if tree.is_nested(getattr(model, "_ends", (None,))[0]):
            return False  # an array stands for a structure there, which has to be said
        if not all(map(_is_numbers_alone, (model, *model._sublayers()))):
            return False
        network = self._step.prepare((np.asarray(x), None, None), training=False)
        if network.several_inputs or network.masked_outputs or network.adds_losses:
            return False
        with network.lock:  # another thread may be predicting with it
            for number, node in enumerate(network.outputs):
                if activation_before(node) is not None:
                    network.read_logits(number)
        return network, tree.flatten(self._step.specs)[0].shape


def _is_numbers_alone(layer: Any) -> bool:
    """Whether nothing comes of calling a layer but numbers, the same as its nodes give."""
    calls_layers_alone = getattr(type(layer).call, "calls_layers_alone", False)
    if "call" in vars(layer):
        return False
    return layer.one_node or calls_layers_alone or isinstance(layer, InputLayer)
