"""One batch for a fully connected layer, as the mistakes of `dense` and `means` know it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scratch.testing.comparing import Answers


@dataclass(frozen=True)
class Given:
    """One batch for a dense layer.

    Attributes:
        x, W, b, dy: inputs; b is None for a layer without a bias.
        like: the name of the activation.
        f: z -> y.
        backward: (dy, z) -> dz.
        averages: whether dW and db are means over the batch, because dy is not one.
        previous: the batch that the same layer has seen before this one, or None.
    """

    x: np.ndarray
    W: np.ndarray
    b: np.ndarray | None
    dy: np.ndarray
    like: str
    f: Callable[[np.ndarray], np.ndarray]
    backward: Callable[[np.ndarray, np.ndarray], np.ndarray]
    averages: bool = False
    previous: "Given | None" = None

    @cached_property
    def z(self) -> np.ndarray:
        """The value before the activation."""
        z = self.x @ self.W
        return z if self.b is None else z + self.b

    @cached_property
    def dz(self) -> np.ndarray:
        """dL/dz."""
        return self.backward(self.dy, self.z)

    @property
    def rows(self) -> int:
        """The size of the batch."""
        return len(self.x)

    def answers(self, z: np.ndarray | None = None, dz: np.ndarray | None = None) -> Answers:
        """All quantities, with another z or dz where one is given."""
        z = self.z if z is None else z
        dz = self.backward(self.dy, z) if dz is None else dz
        n = self.rows if self.averages else 1
        found = {"output": self.f(z), "dW": self.x.T @ dz / n, "dx": dz @ self.W.T}
        return found if self.b is None else {**found, "db": dz.sum(axis=0) / n}
