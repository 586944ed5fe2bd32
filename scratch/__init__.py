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
    datasets,
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
    utils,
)
from scratch.initializers import Initializer
from scratch.layers import Input, Layer
from scratch.losses import Loss
from scratch.metrics import Metric
from scratch.models import Sequential
from scratch.optimizers import Optimizer
from scratch.regularizers import Regularizer
from scratch.variable import Variable

__version__ = "0.1.0"

__all__ = [
    "Initializer",
    "Input",
    "Layer",
    "Loss",
    "Metric",
    "Optimizer",
    "Regularizer",
    "Sequential",
    "Variable",
    "activations",
    "callbacks",
    "config",
    "datasets",
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
    "utils",
]
