"""Applying an activation function in a node: by its hand-derived pair, or by its graph.

Built-in functions have a pair. A function that a user wrote in `ops` has only its definition: the
graph is built once for each node, differentiated, and evaluated in every step.
"""

from typing import Any

import numpy as np

from scratch.activations.sigmoids import sigmoid
from scratch.activations.softmax import softmax
from scratch.graph_pair import GraphPair
from scratch.hand_derived import pair_of
from scratch.logits import logits_of
from scratch.node import Node


def apply(activation: Any, z: np.ndarray, node: Node) -> np.ndarray:
    """f(z), of the shape of z; may overwrite z."""
    pair = pair_of(activation)
    if pair is None:
        if "activation" not in node.saved:
            node.saved["activation"] = GraphPair(activation, (None, *z.shape[1:]), z.dtype.name)
        return node.saved["activation"].forward(z)
    # In place, but where z is read later: by backward, or by a fused loss or metric.
    apart = pair.reads_z or node.fused or node.keeps_z
    return pair.forward(z, node.buffer("y", z.shape, z.dtype) if apart else z)


def apply_backward(activation: Any, dy: np.ndarray, node: Node) -> np.ndarray:
    """dL/dz from dL/dy, for the node's last z and y = f(z)."""
    pair = pair_of(activation)
    if pair is None:
        return node.saved["activation"].backward(dy)[0]
    source = node.z if pair.reads_z else node.y
    return pair.backward(dy, source, node.buffer("dz", source.shape, source.dtype))


def logits_in(activation: Any, z: Any) -> Any:
    """The logits behind f(z), as a loss finds them (see `scratch.logits`); None where it cannot.

    Args:
        activation: f. Of the built-in ones, sigmoid and softmax have logits: z. What a user wrote
            may end in one of them.
        z: an array or a symbol.
    """
    if getattr(activation, "func", activation) in (sigmoid, softmax):  # as it is, or with an axis
        return z
    unknown = activation is not None and pair_of(activation) is None
    return logits_of(activation(z)) if unknown else None
