"""The floor of everyone who computes with NumPy's BLAS: the matrix products and nothing else.

forward   x W      (batch, n) (n, m)          for each layer
backward  x^T dz   (n, batch) (batch, m)      for each layer
          dz W^T   (batch, m) (m, n)          for each layer but the first

A convolution's rows are its windows, batch x places of them.
"""

import numpy as np

from parity_tests.commands.bench.peers.epochs import timed
from parity_tests.commands.bench.work import Work
from scratch.kernels.products import transposed_matmul


class Products:
    """The matrix products of the training alone, on random arrays of the right shapes."""

    def __init__(self, work: Work) -> None:
        draws = np.random.default_rng(0)

        def drawn(rows: int, columns: int) -> np.ndarray:
            return draws.standard_normal((rows, columns), dtype="float32")

        shapes = work.products
        self._x = [drawn(rows, n) for rows, n, _ in shapes]
        self._W = [drawn(n, m) for _, n, m in shapes]
        self._dz = [drawn(rows, m) for rows, _, m in shapes]
        self._z, self._dW, self._dx = (
            [np.empty_like(a) for a in arrays] for arrays in (self._dz, self._W, self._x)
        )
        self._steps = work.steps

    def _forward(self) -> None:
        for x, W, z in zip(self._x, self._W, self._z, strict=True):
            np.matmul(x, W, out=z)

    def _backward(self) -> None:
        for i in reversed(range(len(self._W))):
            transposed_matmul(self._x[i], self._dz[i], out=self._dW[i])
            if i > 0:
                np.matmul(self._dz[i], self._W[i].T, out=self._dx[i])

    def fit(self, epochs: int) -> list[float]:
        """The products of so many epochs of training; the seconds of each epoch."""
        return timed(self._epoch, epochs)

    def _epoch(self) -> None:
        for _ in range(self._steps):
            self._forward()
            self._backward()

    def evaluate(self) -> None:
        """The products of a forward pass over all batches."""
        for _ in range(self._steps):
            self._forward()

    def predict(self, x: np.ndarray) -> np.ndarray:
        """The products of a forward pass over all batches; the numbers mean nothing."""
        self.evaluate()
        return self._z[-1]

    def call(self, x: np.ndarray) -> None:
        """The products of a forward pass over one batch."""
        self._forward()
