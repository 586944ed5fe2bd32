"""All trainable weights in one vector, all their gradients in another.

A weight matrix is then a view into the vector. An optimizer step, which treats every number alike,
becomes a few calls over memory instead of a few calls for every variable, and a snapshot, a norm or
a check for NaN is one call.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from scratch.variables.variable import Variable


class FlatVector:
    """Moves the numbers of `variables` into one vector and leaves views behind.

    A view is lost when it is copied. So a copy of the vector, or one from a pickle, knows its
    variables only, and moves them in when somebody asks for `values`.

    Args:
        variables: all of one dtype.

    Attributes:
        values: all numbers, in the order of `variables`; shape (total size,).

    Raises:
        ValueError: when the variables do not share one dtype.
    """

    values: np.ndarray

    def __init__(self, variables: Iterable[Variable]) -> None:
        self.variables = list(variables)
        dtypes = {v.dtype for v in self.variables}
        if len(dtypes) > 1:
            raise ValueError(
                f"All trainable weights of a model must have one dtype; got {sorted(dtypes)}: "
                + ", ".join(f"{v.path} {v.dtype}" for v in self.variables)
            )
        self.adopt()

    def __getattr__(self, name: str) -> Any:
        if name not in type(self).__annotations__:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        self.adopt()
        return vars(self)[name]

    def __getstate__(self) -> dict[str, Any]:
        return {"variables": self.variables}

    def adopt(self) -> None:
        """Copies the variables' numbers into this vector, from wherever they have moved."""
        values = vars(self).get("values")
        if values is None:
            values = self._vector()
        for variable, value in zip(self.variables, self.split(values), strict=True):
            value[...] = variable.array
            variable.array = value
        self.values = values

    def _vector(self) -> np.ndarray:
        dtype = self.variables[0].dtype if self.variables else "float32"
        return np.zeros(sum(v.array.size for v in self.variables), dtype)

    def split(self, flat: np.ndarray) -> list[np.ndarray]:
        """Views into a vector of this size, one with the shape of each variable."""
        views, start = [], 0
        for variable in self.variables:
            stop = start + variable.array.size
            views.append(flat[start:stop].reshape(variable.shape))
            start = stop
        return views

    @property
    def at_home(self) -> bool:
        """Whether all variables still are views into this vector."""
        values = vars(self).get("values")
        return values is not None and all(v.array.base is values for v in self.variables)


class FlatStorage(FlatVector):
    """The numbers of `variables` in one vector, their gradients in another.

    Attributes:
        values: see `FlatVector`.
        gradients: dL/dw in the same places.
    """

    values: np.ndarray
    gradients: np.ndarray

    def adopt(self) -> None:
        """Copies the variables' numbers and gradients into these vectors."""
        super().adopt()
        gradients = vars(self).get("gradients")
        if gradients is None:
            gradients = self._vector()
        for variable, gradient in zip(self.variables, self.split(gradients), strict=True):
            variable.gradient = gradient
        self.gradients = gradients
