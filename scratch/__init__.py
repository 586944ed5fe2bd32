"""Keras from scratch: the Keras training stack in plain NumPy, equal to tf.keras digit by digit.

    import scratch as keras          # was: from tensorflow import keras

The namespaces and names are Keras's. Read the package from its small parts to its large ones:
`variable`, `node`, `network` are the concepts; `layers`, `losses`, `optimizers` hold the equations;
`models.trainer` is the loop.
"""

from scratch import (
    activations,
    callbacks,
    config,
    constraints,
    datasets,
    dtype_policies,
    initializers,
    layers,
    losses,
    metrics,
    models,
    ops,
    optimizers,
    quirks,
    random,
    regularizers,
    saving,
    tree,
    utils,
)
from scratch.dtype_policies import DTypePolicy, FloatDTypePolicy
from scratch.initializers import Initializer
from scratch.layers import Input, InputSpec, Layer
from scratch.losses import Loss
from scratch.metrics import Metric
from scratch.models import Model, Sequential
from scratch.ops.keras_tensor import KerasTensor
from scratch.optimizers import Optimizer
from scratch.regularizers import Regularizer
from scratch.variable import Variable

__version__ = "0.1.0"


def version() -> str:
    """The version of this package; the Keras that it follows is 3.15.1."""
    return __version__


__all__ = [
    "DTypePolicy",
    "FloatDTypePolicy",
    "Initializer",
    "Input",
    "InputSpec",
    "KerasTensor",
    "Layer",
    "Loss",
    "Metric",
    "Model",
    "Optimizer",
    "Regularizer",
    "Sequential",
    "Variable",
    "activations",
    "callbacks",
    "config",
    "constraints",
    "datasets",
    "dtype_policies",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "models",
    "ops",
    "optimizers",
    "quirks",
    "random",
    "regularizers",
    "saving",
    "tree",
    "utils",
    "version",
]
