"""All trainable weights in one vector, all their gradients in another.

A weight matrix is then a view into the vector. An optimizer step, which treats every number alike,
becomes a few calls over memory instead of a few calls for every variable, and a snapshot, a norm or
a check for NaN is one call.
"""

from collections.abc import Iterable

import numpy as np

from scratch.variable import Variable


class FlatStorage:
    """Moves the numbers of `variables` into one vector and leaves views behind.

    Args:
        variables: all of one dtype; each gets `value` and `gradient` as views.

    Attributes:
        values: every weight, in the order of `variables`; shape (total size,).
        gradients: dL/dw in the same places.

    Raises:
        ValueError: when the variables do not share one dtype.
    """

    def __init__(self, variables: Iterable[Variable]) -> None:
        self.variables = list(variables)
        dtypes = {v.dtype for v in self.variables}
        if len(dtypes) > 1:
            raise ValueError(
                f"All trainable weights of a model must have one dtype; got {sorted(dtypes)}: "
                + ", ".join(f"{v.path} {v.dtype}" for v in self.variables)
            )
        dtype = dtypes.pop() if dtypes else "float32"
        size = sum(v.value.size for v in self.variables)
        self.values = np.empty(size, dtype)
        self.gradients = np.zeros(size, dtype)
        self.adopt()

    def adopt(self) -> None:
        """Brings the variables' numbers home, from wherever another storage has moved them."""
        for variable, value, gradient in zip(
            self.variables, self.split(self.values), self.split(self.gradients), strict=True
        ):
            value[...] = variable.value
            variable.value, variable.gradient = value, gradient

    def split(self, flat: np.ndarray) -> list[np.ndarray]:
        """Views into a vector of the storage's size, one with the shape of each variable."""
        views, start = [], 0
        for variable in self.variables:
            stop = start + variable.value.size
            views.append(flat[start:stop].reshape(variable.shape))
            start = stop
        return views

    @property
    def at_home(self) -> bool:
        """Whether all variables still are views into this storage."""
        return all(v.value.base is self.values for v in self.variables)
