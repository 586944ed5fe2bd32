"""The non-linearities a = f(z) (`keras.activations`)."""

from typing import Any

from scratch.activations.exponentials import celu, elu, exponential, selu
from scratch.activations.gates import gelu, glu, mish, silu
from scratch.activations.piecewise import (
    hard_sigmoid,
    hard_silu,
    hard_tanh,
    leaky_relu,
    relu6,
    sparse_plus,
    sparse_sigmoid,
)
from scratch.activations.rectifiers import relu
from scratch.activations.shrinks import hard_shrink, soft_shrink, tanh_shrink, threshold
from scratch.activations.sigmoids import linear, sigmoid, tanh
from scratch.activations.simplex import log_softmax, sparsemax
from scratch.activations.soft import log_sigmoid, softplus, softsign, squareplus
from scratch.activations.softmax import softmax
from scratch.context.absent import explain_absent
from scratch.serialization import deserialize_keras_object
from scratch.serialization.lookup import Registry

hard_swish = hard_silu
swish = silu

__all__ = [
    "celu",
    "deserialize",
    "elu",
    "exponential",
    "gelu",
    "get",
    "glu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "relu",
    "relu6",
    "selu",
    "serialize",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "swish",
    "tanh",
    "tanh_shrink",
    "threshold",
]

_functions = (
    celu,
    elu,
    exponential,
    gelu,
    glu,
    hard_shrink,
    hard_sigmoid,
    hard_silu,
    hard_tanh,
    leaky_relu,
    linear,
    log_sigmoid,
    log_softmax,
    mish,
    relu,
    relu6,
    selu,
    sigmoid,
    silu,
    soft_shrink,
    softmax,
    softplus,
    softsign,
    sparse_plus,
    sparse_sigmoid,
    sparsemax,
    squareplus,
    tanh,
    tanh_shrink,
    threshold,
)
_registry = Registry(
    "activation function",
    {**{f.__name__: f for f in _functions}, "hard_swish": hard_silu, "swish": silu},
)


def get(identifier: Any) -> Any:
    """An activation function from its name, its config, from itself, or `linear` for None.

    A layer, too, is a function of tensors.

    Raises:
        ValueError: for a name that is not known.
        TypeError: for the config of an unknown class.
    """
    if isinstance(identifier, dict):
        identifier = deserialize_keras_object(identifier)
    return linear if identifier is None else _registry.get(identifier)


def serialize(activation: Any) -> Any:
    """The name of an activation function; the config of anything else."""
    name = getattr(activation, "__name__", "")
    return name if _registry.names.get(name) is activation else _registry.serialize(activation)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The activation function called `config`."""
    return _registry.deserialize(config, custom_objects)


explain_absent(__name__)
