"""Applying an activation function in a node, by its hand-derived pair.

A function without one has no node of its own kind: it is traced (`layers.activations.activated`).
"""

from typing import Any

import numpy as np

from scratch.network.node import Node
from scratch.network.pairs import has_logits, pair_of


def apply(activation: Any, z: np.ndarray, node: Node) -> np.ndarray:
    """f(z), of the shape of z; may overwrite z.

    Raises:
        RuntimeError: where f is no longer the function for which the node was made.
    """
    pair = pair_of(activation)
    if pair is None:
        raise RuntimeError(
            f"Layer {node.layer.name!r}: its activation has become {activation}, a function of "
            "your own, after the model was made ready to compute. Compile the model again"
        )
    # In place, but where z is read later: by backward, or by a fused loss or metric.
    apart = pair.reads_z or node.fused or node.keeps_z
    return pair.forward(z, node.buffer("y", z.shape, z.dtype) if apart else z)


def apply_backward(activation: Any, dy: np.ndarray, node: Node) -> np.ndarray:
    """dL/dz from dL/dy, for the node's last z and y = f(z)."""
    pair: Any = pair_of(activation)
    source = node.z if pair.reads_z else node.y
    return pair.backward(dy, source, node.buffer("dz", source.shape, source.dtype))


def logits_in(activation: Any, z: Any) -> Any:
    """The logits behind f(z), as a loss finds them: z, an array or a symbol; else None."""
    return z if has_logits(activation) else None
