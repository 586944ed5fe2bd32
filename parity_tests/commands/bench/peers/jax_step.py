"""JAX's own way: one jitted function for a whole step, whose old state is donated to the new one.

The state (weights, what the optimizer remembers, sums of loss and hits) never leaves the device
during an epoch, nor do the data: the step is given the numbers of its rows.
"""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from parity_tests.commands.bench.peers.epochs import timed
from parity_tests.commands.bench.work import BETAS, RATES, Work, data, initial_weights


class JaxStep:
    """Pure functions, and the state that they pass on."""

    def __init__(self, work: Work) -> None:
        self._work, (x, y) = work, data(work)
        self._given = x, y
        self._x, self._y = jnp.asarray(x), jnp.asarray(y)
        weights = [jnp.asarray(w) for w in initial_weights(work)]
        slots = [
            [jnp.zeros_like(w) for w in weights] for _ in range(2 * (work.optimizer == "adam"))
        ]
        self._state = (weights, slots, jnp.zeros((), "int32"))
        self._step = jax.jit(partial(_step, work), donate_argnums=0)
        self._tested = jax.jit(partial(_losses, work))
        self._forward = jax.jit(partial(_probabilities, work))
        self._draws = np.random.default_rng(0)

    def fit(self, epochs: int) -> list[float]:
        """Continues the training; returns the seconds of each epoch."""
        return timed(self._epoch, epochs)

    def _epoch(self) -> tuple[float, float]:
        rows, size = len(self._x), self._work.batch
        order = self._draws.permutation(rows) if self._work.shuffle else np.arange(rows)
        order = order.astype("int32")
        carried = (self._state, (jnp.zeros(()), jnp.zeros((), "int32")))
        for i in range(0, rows, size):
            carried = self._step(carried, self._x, self._y, order[i : i + size])
        self._state, (total, correct) = carried
        return float(total) / rows, int(correct) / rows

    def evaluate(self) -> tuple[float, float]:
        """Loss and accuracy, batch by batch."""
        (x, y), rows, size = self._given, len(self._x), self._work.batch
        sums = [
            self._tested(self._state[0], x[i : i + size], y[i : i + size])
            for i in range(0, rows, size)
        ]
        return sum(float(s) for s, _ in sums) / rows, sum(int(c) for _, c in sums) / rows

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Probabilities, batch by batch."""
        size = self._work.batch
        parts = [self._forward(self._state[0], x[i : i + size]) for i in range(0, len(x), size)]
        return np.concatenate([np.asarray(part) for part in parts])

    def call(self, x: np.ndarray) -> Any:
        """The jitted forward pass."""
        return self._forward(self._state[0], x).block_until_ready()


def _logits(work: Work, weights: Any, x: Any) -> Any:
    hidden = jnp.tanh if work.binary else jax.nn.relu
    *inner, (W, b) = zip(weights[::2], weights[1::2], strict=True)
    for V, c in inner:
        x = hidden(x @ V + c)
    return x @ W + b


def _probabilities(work: Work, weights: Any, x: Any) -> Any:
    z = _logits(work, weights, x)
    return jax.nn.sigmoid(z) if work.binary else jax.nn.softmax(z)


def _losses(work: Work, weights: Any, x: Any, y: Any) -> tuple[Any, Any]:
    """The sum of the losses of a batch, and how many it classifies rightly."""
    z = _logits(work, weights, x)
    if work.binary:
        z = z[:, 0]
        return jnp.sum(jnp.logaddexp(0, z) - y * z), jnp.sum((z > 0) == (y > 0))
    logp = jax.nn.log_softmax(z)
    return -jnp.sum(jnp.take_along_axis(logp, y[:, None], 1)), jnp.sum(z.argmax(1) == y)


def _step(work: Work, carried: Any, x_all: Any, y_all: Any, rows: Any) -> Any:
    (weights, slots, t), (total, correct) = carried
    x, y = x_all[rows], y_all[rows]

    def mean_loss(weights: Any) -> Any:
        loss, right = _losses(work, weights, x, y)
        return loss / work.batch, (loss, right)

    gradients, (loss, right) = jax.grad(mean_loss, has_aux=True)(weights)
    weights, slots = _updated(work, weights, gradients, slots, t + 1)
    return (weights, slots, t + 1), (total + loss, correct + right)


def _updated(work: Work, weights: Any, gradients: Any, slots: Any, t: Any) -> Any:
    lr = RATES[work.optimizer]
    if work.optimizer == "sgd":
        return [w - lr * g for w, g in zip(weights, gradients, strict=True)], slots
    b1, b2 = BETAS
    rate = lr * jnp.sqrt(1 - b2**t) / (1 - b1**t)
    m = [b1 * m + (1 - b1) * g for m, g in zip(slots[0], gradients, strict=True)]
    v = [b2 * v + (1 - b2) * g * g for v, g in zip(slots[1], gradients, strict=True)]
    steps = [rate * m / (jnp.sqrt(v) + work.epsilon) for m, v in zip(m, v, strict=True)]
    return [w - step for w, step in zip(weights, steps, strict=True)], [m, v]
