"""Indexed slices: the gradient of a weight whose rows were looked up, one slice for each time.

    dE[k] = sum of the slices whose index is k

tf.keras keeps the slices apart until something needs the dense gradient (quirk K32): where a row
was looked up twice, it clips and squares each slice by itself, before they are added up.
"""

from collections.abc import Sequence

import numpy as np


class Slices:
    """Indexed slices: the gradients of single rows.

    Args:
        indices: the rows, whole numbers of any shape (...).
        values: dL/d(row), (..., d).
    """

    def __init__(self, indices: np.ndarray, values: np.ndarray) -> None:
        self.indices = indices.reshape(-1)
        self.values = values.reshape(-1, values.shape[-1])

    def add_up(self, out: np.ndarray, values: np.ndarray | None = None) -> np.ndarray:
        """Writes the dense gradient into `out`; or the sums of other `values`, slice by slice."""
        out[...] = 0
        np.add.at(out, self.indices, self.values if values is None else values)
        return out

    @staticmethod
    def joined(parts: Sequence["Slices | None"]) -> "Slices | None":
        """The slices of several uses of one weight; None where a use has a dense gradient."""
        found = [part for part in parts if part is not None]
        if len(found) < len(parts):
            return None
        indices = np.concatenate([part.indices for part in found])
        return Slices(indices, np.concatenate([part.values for part in found]))
