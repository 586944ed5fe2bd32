"""Slots: what an optimizer remembers for each weight, such as its momentum.

A slot is one flat vector beside the vector of the weights, entry for entry, and a variable for each
weight that is a view into it: formulas walk over the vector, files and callbacks see the variables.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from scratch.variable import Variable


@dataclass(frozen=True)
class Slot:
    """One number for each number of the weights.

    Attributes:
        flat: all of them, in the order of the weights; shape (total size,).
        variables: views into `flat`, one for each weight.
    """

    flat: np.ndarray
    variables: list[Variable]

    @classmethod
    def beside(cls, weights: Sequence[Variable], name: str, initializer: Callable) -> "Slot":
        """A slot for `weights`.

        Args:
            weights: all of one dtype.
            name: of the slot, e.g. `"momentum"`.
            initializer: `(shape, dtype) -> array`, the values with which the slot starts.
        """
        dtype = weights[0].dtype if weights else None
        flat = np.empty(sum(w.value.size for w in weights), dtype)
        variables, start = [], 0
        for weight in weights:
            view = flat[start : start + weight.value.size].reshape(weight.shape)
            view[...] = initializer(weight.shape, dtype=dtype)
            variables.append(_variable_over(view, slot_name(weight, name)))
            start += weight.value.size
        return cls(flat, variables)


def slot_name(weight: Variable, name: str) -> str:
    """Keras's name for what is remembered about a weight: `"dense_kernel_momentum"`."""
    return f"{weight.path.replace('/', '_')}_{name}"


def _variable_over(view: np.ndarray, name: str) -> Variable:
    variable = Variable(view, trainable=False, name=name)
    variable.value = view  # not the copy that every new variable makes
    return variable
