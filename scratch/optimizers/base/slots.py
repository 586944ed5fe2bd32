"""Slots: what an optimizer remembers for each weight, such as its momentum.

A slot is one flat vector beside the vector of the weights, entry for entry, and a variable for each
weight that is a view into it: formulas walk over the vector, files and callbacks see the variables.
"""

from collections.abc import Callable, Sequence

from scratch.variables.flat_storage import FlatVector
from scratch.variables.variable import Variable


def slot_beside(weights: Sequence[Variable], name: str, initializer: Callable) -> FlatVector:
    """A slot for `weights`.

    Args:
        weights: all of one dtype.
        name: of the slot, e.g. `"momentum"`.
        initializer: `(shape, dtype) -> array`, the values with which the slot starts.
    """
    return FlatVector(
        Variable(initializer, w.shape, w.dtype, trainable=False, name=slot_name(w, name))
        for w in weights
    )


def slot_name(weight: Variable, name: str) -> str:
    """Keras's name for what is remembered about a weight: `"dense_kernel_momentum"`."""
    return f"{weight.path.replace('/', '_')}_{name}"
