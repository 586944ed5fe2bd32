"""Adafactor: the mean square of a matrix, kept as its row and column means (Shazeer & Stern, 2018).

    beta_t = 1 - t^beta_2_decay                               t = 1, 2, ...
    s      = g^2 + eps_1
    r     <- beta_t r + (1 - beta_t) mean of s over columns         for two axes or more:
    c     <- beta_t c + (1 - beta_t) mean of s over rows
    v      = r c / mean(r)
    v     <- beta_t v + (1 - beta_t) s                              for fewer
    u      = g / sqrt(v),   u <- u / max(1, rms(u) / clip_threshold)
    w     <- w - max(eps_2, rms(w)) min(lr, 1 / sqrt(t)) u

rms is the root of the mean square of a whole weight. A matrix of n x m numbers costs n + m; like
Keras, this keeps their product v all the same.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch.ops.graph.promotion import constant
from scratch.optimizers.base.optimizer import Optimizer
from scratch.optimizers.base.variables import overwrites
from scratch.serialization.configured import configured
from scratch.variables.variable import Variable


@configured()
class Adafactor(Optimizer):
    """Adafactor (`keras.optimizers.Adafactor`).

    Args:
        learning_rate: lr.
        beta_2_decay: how the memory of the mean squares grows, below 0.
        epsilon_1: keeps the quotient finite.
        epsilon_2: a weight moves at least as if it were this large.
        clip_threshold: the largest rms of a step before it is scaled.
        relative_step: accepted because Keras has it: lr is capped by 1 / sqrt(t) either way.
        kwargs: see `Optimizer`.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_2_decay: float = -0.8,
        epsilon_1: float = 1e-30,
        epsilon_2: float = 1e-3,
        clip_threshold: float = 1.0,
        relative_step: bool = True,
        weight_decay: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, weight_decay, **kwargs)
        self.beta_2_decay = beta_2_decay
        self.epsilon_1 = epsilon_1
        self.epsilon_2 = epsilon_2
        self.clip_threshold = clip_threshold
        self.relative_step = relative_step

    def build(self, variables: Sequence[Variable]) -> None:
        """Creates r, c and v."""
        if self.built:
            return
        super().build(variables)
        self._r: list[Variable | None] = []
        self._c: list[Variable | None] = []
        self._v: list[Variable | None] = []
        for w in variables:
            if w.ndim < 2:
                # Keras's files hold two integers for a weight that has neither rows nor columns.
                self._r.append(self.add_variable((), dtype="int32", name=w.name))
                self._c.append(self.add_variable((), dtype="int32", name=w.name))
            elif overwrites(w):
                self._r.append(None)
                self._c.append(None)
            else:
                columns = (*w.shape[:-2], w.shape[-1])
                self._r.append(self.add_variable(w.shape[:-1], dtype=w.dtype, name=w.name))
                self._c.append(self.add_variable(columns, dtype=w.dtype, name=w.name))
            v = None if overwrites(w) else self.add_variable_from_reference(w, "velocity")
            self._v.append(v)

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        w = variable.array
        of = w.dtype.type
        g, lr, t = np.asarray(gradient, w.dtype), of(learning_rate), of(self._t)
        i = self._get_variable_index(variable)
        v = self._v[i].array  # type: ignore[union-attr]
        beta = 1 - t ** of(self.beta_2_decay)
        s = self.by_slice(np.square, g) + of(self.epsilon_1)
        if w.ndim >= 2:
            r, c = self._r[i].array, self._c[i].array  # type: ignore[union-attr]
            r[...] = beta * r + (1 - beta) * np.mean(s, axis=-1)
            c[...] = beta * c + (1 - beta) * np.mean(s, axis=-2)
            rows = r / np.mean(r, axis=-1, keepdims=True)
            np.multiply(rows[..., None], c[..., None, :], out=v)
        else:
            v[...] = beta * v + (1 - beta) * s
        u = g / np.sqrt(v)
        square = np.square(u) if self._sliced is None else self.by_slice(np.square, g) / v
        u = u / np.maximum(of(1), np.sqrt(np.mean(square)) / of(self.clip_threshold))
        length = np.maximum(constant(self.epsilon_2, w), _rms(w))
        w -= length * np.minimum(lr, 1 / np.sqrt(t)) * u


def _rms(x: np.ndarray) -> np.floating:
    return np.sqrt(np.mean(np.square(x)))
