"""Softmax or sigmoid followed by its cross-entropy, computed from the logits (quirk K2).

Keras on TensorFlow does not take the logarithm of a probability that an exponential has just been
taken for: it finds the logits behind the probabilities and computes the loss from those. Nothing is
clipped, and the derivative is p - y however wrong the prediction is.

The table below says for which pairs that is done at once, by hand; it is consulted when a model is
compiled. The two halves remain true derivatives on their own, and are used where something stands
between them. Every other function may call a cross-entropy too: where it does so on the output, its
graph reads the logits (see `scratch.ops.graph.logits`).
"""

import copy
import warnings
from typing import Any

import numpy as np

from scratch import activations, losses, quirks
from scratch.network.node import Node
from scratch.network.pairs import pair_of
from scratch.network.trace import activates
from scratch.ops.graph.logits import set_logits

_CROSSENTROPIES = (
    losses.binary_crossentropy,
    losses.categorical_crossentropy,
    losses.sparse_categorical_crossentropy,
)
# Keras does not ask whether the two belong together: after a softmax, a binary cross-entropy puts
# the logits through a sigmoid instead. So does this.
# The focal one is fused with a sigmoid alone: its other factor needs the probability itself.
FUSED: dict[Any, tuple[Any, ...]] = {
    activations.softmax: _CROSSENTROPIES,
    activations.sigmoid: (*_CROSSENTROPIES, losses.binary_focal_crossentropy),
}
_READERS = (*_CROSSENTROPIES, losses.binary_focal_crossentropy)  # of logits, among Keras's own


def activation_before(node: Node) -> Any:
    """The activation whose output a node's output is, if there may be logits behind it, or None."""
    if not quirks.active("K2") or not activates(node):
        return None
    f: Any = node.layer.activation
    return f if getattr(f, "func", f) in FUSED else None


def may_read_logits(loss: Any, head: Node, y_rank: int, p_shape: tuple[Any, ...]) -> bool:
    """Whether a loss may read what stands before the activation of `head`, an output.

    Args:
        loss: a loss or metric.
        head: the node of the output.
        y_rank: the number of axes of the labels.
        p_shape: the shape of the output.
    """
    if activation_before(head) is None or getattr(loss, "dtype", None) != head.layer.compute_dtype:
        return False  # of numbers that are cast, Keras finds nothing either
    fn: Any = getattr(loss, "made_of", None)
    if fn is None:
        return True
    # Where the output loses its last axis first, or steps that do not count, it is another tensor.
    if loss.fn_kwargs.get("ignore_class") is not None:
        return False
    squeezed = len(p_shape) == y_rank + 1 > 2 and p_shape[-1] == 1
    expanded = y_rank == len(p_shape) + 1 == 2
    if isinstance(loss, losses.Loss) and (squeezed or expanded):
        return False
    return fn in _READERS or pair_of(fn) is None


def from_logits(loss: Any, head: Node) -> Any | None:
    """The loss that reads the logits of `head`, an output of the network, in place of the output.

    A metric made of a cross-entropy reads them too; the result then shares the metric's state.

    Returns:
        None where loss and activation are not in the table.
    """
    activation: Any = activation_before(head)
    fn: Any = getattr(loss, "made_of", None)
    if fn not in FUSED.get(activation, ()):
        return None
    if loss.fn_kwargs.get("from_logits"):
        warnings.warn(
            f"`{fn.__name__}` received `from_logits=True`, but the `output` argument was produced "
            f"by a {activation.__name__.capitalize()} activation and thus does not represent "
            "logits. Was this intended?",
            stacklevel=4,
        )
    fused = copy.copy(loss)
    fused.fn_kwargs = {**loss.fn_kwargs, "from_logits": True}
    return fused


def is_softmax(head: Node) -> bool:
    """Whether an output is the softmax over its last axis."""
    over_classes = getattr(head.layer, "axis", -1) == -1
    return over_classes and activation_before(head) is activations.softmax


def let_find_logits(p: Any, head: Node, z: np.ndarray) -> None:
    """Attaches the logits to `p`, a copy of the output that outlives the memory of its network.

    Args:
        p: the output.
        head: its node.
        z: the logits, in the memory of the network.
    """
    f, z, axis = head.layer.activation, z.copy(), getattr(head.layer, "axis", -1)
    settings = {} if axis == -1 else {"axis": axis}
    set_logits(p, z, lambda: f(z, **settings))
