"""Softmax or sigmoid followed by its cross-entropy, computed from the logits (quirk K2).

Keras on TensorFlow does not take the logarithm of a probability that an exponential has just been
taken for: it finds the logits behind the probabilities and computes the loss from those. Nothing is
clipped, and the derivative is p - y however wrong the prediction is.

The table below says for which pairs; it is consulted when a model is compiled. The two halves
remain true derivatives on their own, and are used where something stands between them.
"""

import copy
import warnings
from typing import Any

from scratch import activations, losses, quirks
from scratch.node import Node

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


def from_logits(loss: Any, head: Node) -> Any | None:
    """The loss that reads the logits of `head`, an output of the network, in place of the output.

    A metric made of a cross-entropy reads them too; the result then shares the metric's state.

    Returns:
        None where loss and activation are not in the table, or where a mask has changed the output
        after the activation.
    """
    activation: Any = getattr(head.layer, "activation", None)
    if head.mask_source is not None and getattr(head.layer, "masks_output", False):
        return None
    fn: Any = getattr(loss, "fn", None)
    if not quirks.active("K2") or fn not in FUSED.get(activation, ()):
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
    over_classes = getattr(head.layer, "axis", -1) == -1
    softmax = activation is activations.softmax
    fused.takes_softmax = softmax and over_classes and fn is not losses.binary_crossentropy
    return fused
