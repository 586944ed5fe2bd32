"""What NumPy itself allows: the step written out for these networks alone, with no library around.

No layers, no masks, no names, no checks, no callbacks: only the calls of NumPy that must be made,
each into memory of its own. What `scratch` takes beyond this is the price of being Keras. The
optimizers are those of `scratch.optimizers`: one vector, in one pass of the BLAS or in chunks.
"""

from itertools import pairwise
from typing import Any

import numpy as np

from parity_tests.commands.bench.peers.epochs import timed
from parity_tests.commands.bench.work import BETAS, RATES, Work, data, initial_weights
from scratch.kernels.axpy import add_scaled
from scratch.kernels.denormals import flushed_to_zero
from scratch.kernels.products import transposed_matmul
from scratch.optimizers.base.elementwise import CHUNK


class ByHand:
    """The network as one would write it by hand: NumPy arrays, and a training loop."""

    def __init__(self, work: Work) -> None:
        self._work, (self._x, self._y) = work, data(work)
        weights = initial_weights(work)
        self._w = np.concatenate([w.ravel() for w in weights])
        self._g, self._m, self._v = (np.zeros_like(self._w) for _ in range(3))
        self._W, self._b = _views(self._w, work.sizes)
        self._dW, self._db = _views(self._g, work.sizes)
        self._t = 0
        self._draws = np.random.default_rng(0)
        rows = min(work.batch, work.samples)
        self._a, self._da = (  # of each layer: inputs and outputs, and their derivatives
            [np.empty((rows, n), "float32") for n in work.sizes] for _ in range(2)
        )
        self._labels = np.empty(rows, self._y.dtype)
        self._starts = np.arange(0, rows * work.sizes[-1], work.sizes[-1])

    def fit(self, epochs: int) -> list[float]:
        """Continues the training; returns the seconds of each epoch."""
        return timed(self._epoch, epochs)

    @flushed_to_zero
    def _epoch(self) -> tuple[float, float]:
        """Loss and accuracy."""
        work, a, y = self._work, self._a, self._labels
        n, size = work.samples, len(y)
        order = self._draws.permutation(n) if work.shuffle else np.arange(n)
        total: Any = 0
        right: Any = 0
        for start in range(0, n, size):
            rows = order[start : start + size]
            self._x.take(rows, 0, a[0], "clip")
            self._y.take(rows, 0, y, "clip")
            self._forward()
            loss, hits = self._loss(y)
            total, right = total + loss, right + hits
            self._backward()
            self._step()
        return total / n, right / n

    def _forward(self) -> None:
        """Every layer's output; of the last, the logits."""
        a, last = self._a, len(self._W) - 1
        for i, (W, b) in enumerate(zip(self._W, self._b, strict=True)):
            z = np.matmul(a[i], W, out=a[i + 1])
            z += b
            if i < last:
                if self._work.binary:
                    np.tanh(z, out=z)
                else:
                    np.maximum(z, 0, out=z)

    def _loss(self, y: np.ndarray) -> tuple[Any, Any]:
        """The sum of the losses, and the hits; leaves dL/dz = (p - y) / batch."""
        z, dz = self._a[-1], self._da[-1]
        if self._work.binary:
            z, dz = z[:, 0], dz[:, 0]
            hits = np.count_nonzero((z > 0) == y)
            e = np.exp(-np.abs(z))
            losses = np.maximum(z, 0) - z * y + np.log1p(e)
            np.copyto(dz, np.where(z > 0, 1, e) / (1 + e) - y)
        else:
            at = self._starts + y
            hits = np.count_nonzero(z.argmax(axis=1) == y)
            z -= np.maximum.reduce(z, axis=1, keepdims=True)
            np.exp(z, out=dz)
            sums = np.add.reduce(dz, axis=1, keepdims=True)
            losses = np.log(sums[:, 0]) - z.take(at)
            dz /= sums
            dz.reshape(-1)[at] -= 1
        dz *= np.float32(1 / len(y))
        return np.add.reduce(losses), hits

    def _backward(self) -> None:
        """Every gradient."""
        a, da = self._a, self._da
        for i in reversed(range(len(self._W))):
            dz = da[i + 1]
            transposed_matmul(a[i], dz, out=self._dW[i])
            np.add.reduce(dz, axis=0, out=self._db[i])
            if i > 0:
                dx = np.matmul(dz, self._W[i].T, out=da[i])
                dx *= 1 - a[i] * a[i] if self._work.binary else a[i] > 0

    def _step(self) -> None:
        """See `scratch.optimizers.sgd` and `adam`."""
        work, lr = self._work, RATES[self._work.optimizer]
        if work.optimizer == "sgd":
            add_scaled(self._w, -lr, self._g)
            return
        self._t += 1
        b1, b2 = BETAS
        alpha = np.float32(lr * np.sqrt(1 - b2**self._t) / (1 - b1**self._t))
        for start in range(0, len(self._w), CHUNK):
            w, g, m, v = (
                vector[start : start + CHUNK] for vector in (self._w, self._g, self._m, self._v)
            )
            change = g - m
            change *= np.float32(1 - b1)
            m += change
            np.square(g, out=change)
            change -= v
            change *= np.float32(1 - b2)
            v += change
            root = np.sqrt(v, out=change)
            root += np.float32(work.epsilon)
            step = m * alpha
            step /= root
            w -= step

    def evaluate(self) -> tuple[float, float]:
        """Loss and accuracy, batch by batch."""
        total: Any = 0
        right: Any = 0
        size = self._work.batch
        for start in range(0, self._work.samples, size):
            y, z = self._y[start : start + size], self._logits(self._x[start : start + size])
            if self._work.binary:
                z = z[:, 0]
                total += np.add.reduce(np.logaddexp(0, z) - z * y)
                right += np.count_nonzero((z > 0) == y)
            else:
                right += np.count_nonzero(z.argmax(axis=1) == y)
                z -= np.maximum.reduce(z, axis=1, keepdims=True)
                own = z.take(self._starts[: len(y)] + y)
                total += np.add.reduce(np.log(np.add.reduce(np.exp(z), axis=1)) - own)
        return total / self._work.samples, right / self._work.samples

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Probabilities, batch by batch."""
        size = self._work.batch
        return np.concatenate([self.call(x[i : i + size]) for i in range(0, len(x), size)])

    def call(self, x: np.ndarray) -> np.ndarray:
        """Probabilities of one batch."""
        z = self._logits(x)
        if self._work.binary:
            return 1 / (1 + np.exp(-z))
        z -= np.maximum.reduce(z, axis=1, keepdims=True)
        np.exp(z, out=z)
        z /= np.add.reduce(z, axis=1, keepdims=True)
        return z

    def _logits(self, x: np.ndarray) -> np.ndarray:
        *inner, (W, b) = zip(self._W, self._b, strict=True)
        for V, c in inner:
            x = x @ V
            x += c
            x = np.tanh(x, out=x) if self._work.binary else np.maximum(x, 0, out=x)
        z = x @ W
        z += b
        return z


def _views(vector: np.ndarray, sizes: tuple[int, ...]) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """The kernels and the biases that lie in a vector one after the other."""
    kernels, biases, start = [], [], 0
    for n, m in pairwise(sizes):
        middle, stop = start + n * m, start + n * m + m
        kernels.append(vector[start:middle].reshape(n, m))
        biases.append(vector[middle:stop])
        start = stop
    return kernels, biases
