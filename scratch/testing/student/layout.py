"""A layout: where somebody's layer keeps what is the same in every book.

    rows       X (m, inputs),  Y = X W + b      columns    X (inputs, m),  Y = W X + b
    W          (inputs, units), or transposed: (units, inputs)
    b          (units,), (1, units) or (units, 1)

A layout is a value. None is asked for: those that could be are tried, and the one whose *forward*
agrees with the reference is the layout. The sizes of the first batch all differ, so that a wrong
one hardly ever has a shape at all.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

BIASES = {"flat": (-1,), "row": (1, -1), "column": (-1, 1)}


@dataclass(frozen=True)
class Layout:
    """How data and weights lie in somebody's code; the defaults are Keras's.

    Attributes:
        columns: whether a sample is a column.
        transposed: whether W is stored (units, inputs).
        bias: the shape that a bias is given in, where the code makes none of its own.
        order: which permutation of what its arguments' names do not tell.
    """

    columns: bool = False
    transposed: bool = False
    bias: str = "flat"
    order: int = 0

    def data(self, rows: np.ndarray) -> np.ndarray:
        """A batch, or its gradient, from Keras's layout into this one, as a copy; or back."""
        turned = self.columns and np.ndim(rows) == 2
        return np.array(np.transpose(rows) if turned else rows)

    def weight(self, key: str, value: np.ndarray) -> np.ndarray:
        """A weight from Keras's layout into this one, as a copy."""
        if key == "bias":
            return value.reshape(BIASES[self.bias]).copy()
        return np.array(value.T if key == "kernel" and self.transposed else value)

    def gradient(self, key: str, value: np.ndarray) -> np.ndarray:
        """A gradient of a weight from this layout into Keras's.

        A bias gradient that was not summed is a batch like any other.
        """
        if key == "kernel":
            return value.T if self.transposed else value
        return self.data(value) if np.ndim(value) == 2 and 1 not in np.shape(value) else value

    @property
    def note(self) -> str:
        """The layout in words, where it is not Keras's."""
        said = ["samples in columns"] * self.columns
        said += ["W of shape (units, inputs)"] * self.transposed
        return f"Layout found: {', '.join(said)}." if said else ""


KERAS = Layout()


def layouts(orders: int = 1) -> Iterator[Layout]:
    """Every layout, the usual ones first."""
    turned = [(False, False), (False, True), (True, True), (True, False)]
    for order, (columns, transposed), bias in itertools.product(range(orders), turned, BIASES):
        yield Layout(columns, transposed, bias, order)
