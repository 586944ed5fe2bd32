"""Keras from scratch: the Keras training stack in plain NumPy, equal to tf.keras digit by digit.

    import scratch as keras          # was: from tensorflow import keras

The namespaces and names are Keras's. Read the package from its small parts to its large ones:
`variables` and `network` are the concepts; `layers`, `losses`, `optimizers` hold the equations;
`models.training.trainer` is the loop.

A namespace is loaded when it is first asked for: a program pays for what it uses.
"""

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scratch import (
        activations,
        backend,
        callbacks,
        config,
        constraints,
        datasets,
        dtype_policies,
        initializers,
        layers,
        losses,
        metrics,
        mixed_precision,
        models,
        ops,
        optimizers,
        preprocessing,
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
    from scratch.ops.functional.keras_tensor import KerasTensor
    from scratch.optimizers import Optimizer
    from scratch.regularizers import Regularizer
    from scratch.tape import GradientTape
    from scratch.variables.variable import Variable

__version__ = "3.15.1"  # the Keras that is followed: what a script asks `keras` for
release = "0.1.0"  # of this package

# Where the classes that stand at the top have their home; all else in `__all__` is a namespace.
_HOMES = {
    "DTypePolicy": "dtype_policies",
    "FloatDTypePolicy": "dtype_policies",
    "GradientTape": "tape",
    "Initializer": "initializers",
    "Input": "layers",
    "InputSpec": "layers",
    "KerasTensor": "ops.functional.keras_tensor",
    "Layer": "layers",
    "Loss": "losses",
    "Metric": "metrics",
    "Model": "models",
    "Optimizer": "optimizers",
    "Regularizer": "regularizers",
    "Sequential": "models",
    "Variable": "initializers",  # by whose names it may be filled
}


def version() -> str:
    """The Keras that is followed, as `keras.version()` says it; ours is `scratch.release`."""
    return __version__


__all__ = [
    "DTypePolicy",
    "FloatDTypePolicy",
    "GradientTape",
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
    "backend",
    "callbacks",
    "config",
    "constraints",
    "datasets",
    "dtype_policies",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "mixed_precision",
    "models",
    "ops",
    "optimizers",
    "preprocessing",
    "quirks",
    "random",
    "regularizers",
    "saving",
    "tree",
    "utils",
    "version",
]


if not TYPE_CHECKING:  # to a type checker, a name that is missing is an error

    def __getattr__(name: str) -> Any:
        """A namespace, or a class that stands at the top as well; loaded now, and kept."""
        if name in _HOMES:
            found = getattr(import_module(f"scratch.{_HOMES[name]}"), name)
        elif name in __all__:
            found = import_module(f"scratch.{name}")
        else:
            absent = import_module("scratch.context.absent")  # what explains takes 10 ms to load
            raise absent.error_for(__name__, name, sys._getframe(1))
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})
