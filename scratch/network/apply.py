"""Applying an activation function in a node, by its hand-derived pair.

A function without one has no node of its own kind: it is traced (`layers.activations.activated`).
"""

from typing import Any

import numpy as np

from scratch.network.node import Node
from scratch.network.pairs import pair_of


def apply(activation: Any, z: np.ndarray, node: Node, in_place: bool = True) -> np.ndarray:
    """f(z), of the shape of z.

    Args:
        activation: f.
        z: kept for `backward` where that reads it, as `node.z`.
        node: in whose memory the result is.
        in_place: whether it may overwrite z.

    Raises:
        RuntimeError: where f is no longer the function for which the node was made.
    """
    if node.activation is not activation:
        _take(activation, node)
    pair = node.pair
    node.z = z
    apart = pair.reads_z or not in_place
    return pair.forward(z, node.buffer("y", z.shape, z.dtype) if apart else z)


def apply_backward(activation: Any, dy: np.ndarray, node: Node) -> np.ndarray:
    """dL/dz from dL/dy, for the node's last z and y = f(z)."""
    if node.activation is not activation:
        _take(activation, node)
    pair = node.pair
    source = node.z if pair.reads_z else node.y
    return pair.backward(dy, source, node.buffer("dz", source.shape, source.dtype))


def _take(activation: Any, node: Node) -> None:
    """Finds the pair, which stays the node's for as long as the activation does."""
    pair = pair_of(activation)
    if pair is None:
        raise RuntimeError(
            f"Layer {node.layer.name!r}: its activation has become {activation}, a function of "
            "your own, after the model was made ready to compute. Compile the model again"
        )
    node.activation, node.pair = activation, pair
