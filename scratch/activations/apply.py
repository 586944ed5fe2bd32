"""Applying an activation function in a node: by its hand-derived pair, or by its graph.

Built-in functions have a pair. A function that a user wrote in `ops` has only its definition: the
graph is built once for each node, differentiated, and evaluated in every step.
"""

from typing import Any

import numpy as np

from scratch.graph_pair import GraphPair
from scratch.hand_derived import pair_of
from scratch.node import Node


def apply(activation: Any, z: np.ndarray, node: Node) -> np.ndarray:
    """f(z), of the shape of z; may overwrite z."""
    pair = pair_of(activation)
    if pair is None:
        if "activation" not in node.saved:
            node.saved["activation"] = GraphPair(activation, (None, *z.shape[1:]), z.dtype.name)
        return node.saved["activation"].forward(z)
    # In place, but for a fused loss or metric: those read z as well as y.
    apart = node.fused or node.keeps_z
    return pair.forward(z, node.buffer("y", z.shape, z.dtype) if apart else z)


def apply_backward(activation: Any, dy: np.ndarray, node: Node) -> np.ndarray:
    """dL/dz from dL/dy, where the node's last output y = f(z)."""
    pair = pair_of(activation)
    if pair is None:
        return node.saved["activation"].backward(dy)[0]
    return pair.backward(dy, node.y, node.buffer("dz", node.y.shape, node.y.dtype))
