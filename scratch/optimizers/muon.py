"""Muon: a matrix moves in an orthogonal direction (Jordan, 2024; Liu et al., 2025).

    m <- mu m + g
    X  = g + mu m             with Nesterov; else m
    X <- X / (|X| + 1e-7)     |X|: Frobenius norm; transposed where it has more rows than columns
    A  = X X^T,   X <- a X + (b A + c A A) X                  ns_steps times
    w <- w - lr rms_rate sqrt(max(rows, columns)) X

The iteration of Newton and Schulz drives all singular values of X towards 1. Vectors, embeddings
and excluded layers train by AdamW instead.
"""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch.ops.graph.promotion import constant
from scratch.optimizers.base.optimizer import Optimizer
from scratch.optimizers.base.variables import overwrites
from scratch.serialization.configured import configured
from scratch.variables.variable import Variable


@configured(
    keys="adam_beta_1 adam_beta_2 epsilon exclude_layers muon_a muon_b muon_c adam_lr_ratio "
    "momentum ns_steps nesterov exclude_embeddings adam_weight_decay rms_rate",
)
class Muon(Optimizer):
    """Muon (`keras.optimizers.Muon`).

    Args:
        learning_rate: lr.
        adam_beta_1, adam_beta_2, epsilon: see `Adam`.
        adam_weight_decay: of the weights that AdamW trains.
        weight_decay: of the matrices.
        exclude_layers: regular expressions; AdamW trains the weights whose paths contain a match.
        exclude_embeddings: whether AdamW trains the weights of embeddings.
        muon_a, muon_b, muon_c: the coefficients of the iteration.
        adam_lr_ratio: AdamW's learning rate is lr times this.
        momentum: mu.
        ns_steps: how often the iteration runs.
        nesterov: whether X looks ahead along the momentum.
        rms_rate: the root mean square of a step before lr; None for no such scaling.
        kwargs: see `Optimizer`.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        adam_beta_1: float = 0.9,
        adam_beta_2: float = 0.999,
        adam_weight_decay: float | None = 0.004,
        epsilon: float = 1e-7,
        weight_decay: float | None = 0.004,
        *,
        exclude_layers: Sequence[str] | None = None,
        exclude_embeddings: bool = True,
        muon_a: float = 3.4445,
        muon_b: float = -4.775,
        muon_c: float = 2.0315,
        adam_lr_ratio: float = 1,
        momentum: float = 0.95,
        ns_steps: int = 5,
        nesterov: bool = True,
        rms_rate: float | None = 0.2,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, weight_decay, **kwargs)
        self.adam_beta_1 = adam_beta_1
        self.adam_beta_2 = adam_beta_2
        self.adam_weight_decay = adam_weight_decay
        self.epsilon = epsilon
        self.exclude_layers = exclude_layers or []
        self.exclude_embeddings = exclude_embeddings
        self.muon_a = muon_a
        self.muon_b = muon_b
        self.muon_c = muon_c
        self.adam_lr_ratio = adam_lr_ratio
        self.momentum = momentum
        self.ns_steps = ns_steps
        self.nesterov = nesterov
        self.rms_rate = rms_rate

    def _should_use_adamw(self, variable: Variable) -> bool:
        return (
            variable.ndim != 2
            or (self.exclude_embeddings and "embedding" in variable.path.lower())
            or any(re.search(pattern, variable.path) for pattern in self.exclude_layers)
        )

    def build(self, variables: Sequence[Variable]) -> None:
        """Creates m for all weights, and v for those that AdamW trains."""
        if self.built:
            return
        super().build(variables)
        self.momentums: list[Variable | None] = []
        self.adam_velocities: list[Variable | None] = []
        for w in variables:
            m = v = None
            if not overwrites(w):
                m = self.add_variable_from_reference(w, "momentum")
                if self._should_use_adamw(w):
                    v = self.add_variable_from_reference(w, "velocity")
            self.momentums.append(m)
            self.adam_velocities.append(v)

    def _weight_decay_of(self, variable: Variable) -> float | None:
        if not self._use_weight_decay(variable):
            return None
        by_adamw = self._should_use_adamw(variable)
        return self.adam_weight_decay if by_adamw else self.weight_decay

    def _name_that_excludes(self, variable: Variable) -> str:
        return variable.name  # alone among Keras's optimizers

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """Muon's formula, or AdamW's for the weights that are left to it."""
        w = variable.array
        i = self._get_variable_index(variable)
        g, lr = np.asarray(gradient, w.dtype), w.dtype.type(learning_rate)
        m, v = self.momentums[i], self.adam_velocities[i]
        assert m is not None
        if v is None:
            self._muon(w, g, m.array, lr)
        else:
            self._adamw(w, g, m.array, v.array, lr * w.dtype.type(self.adam_lr_ratio))

    def _muon(self, w: np.ndarray, g: np.ndarray, m: np.ndarray, lr: np.floating) -> None:
        mu = w.dtype.type(self.momentum)
        m += g + m * w.dtype.type(self.momentum - 1)
        x = g + mu * m if self.nesterov else m
        w -= self.lr_adjust(lr * self.zeropower_via_newtonschulz5(x, self.ns_steps))

    def _adamw(
        self, w: np.ndarray, g: np.ndarray, m: np.ndarray, v: np.ndarray, lr: np.floating
    ) -> None:
        of = w.dtype.type
        t = of(self._t)
        power_1, power_2 = constant(self.adam_beta_1, w) ** t, constant(self.adam_beta_2, w) ** t
        alpha = lr * np.sqrt(1 - power_2) / (1 - power_1)
        m += (g - m) * of(1 - self.adam_beta_1)
        v += (self.by_slice(np.square, g) - v) * of(1 - self.adam_beta_2)
        w -= m * alpha / (np.sqrt(v) + of(self.epsilon))

    def zeropower_via_newtonschulz5(self, x: Any, steps: int) -> np.ndarray:
        """Nearly the orthogonal factor of the polar decomposition of `x`.

        Args:
            x: (n, m).
            steps: how often the iteration runs.

        Raises:
            ValueError: for an `x` with fewer than two axes.
        """
        x = np.asarray(x)
        if x.ndim < 2:
            raise ValueError(
                "Expected gradient or momentum to have at least 2 dimensions. "
                f"Received: shape={x.shape}"
            )
        a, b, c = map(x.dtype.type, (self.muon_a, self.muon_b, self.muon_c))
        tall = x.shape[-2] > x.shape[-1]
        x = x.swapaxes(-1, -2) if tall else x
        x = x / (np.linalg.norm(x, axis=(-2, -1), keepdims=True) + x.dtype.type(1e-7))
        for _ in range(steps):
            square = x @ x.swapaxes(-1, -2)
            x = a * x + (b * square + c * square @ square) @ x
        return x.swapaxes(-1, -2) if tall else x

    def lr_adjust(self, x: np.ndarray) -> np.ndarray:
        """`x`, scaled so that steps in matrices of all shapes are of one size."""
        if self.rms_rate is None:
            return x
        of = x.dtype.type
        return x * np.sqrt(of(max(x.shape[0], x.shape[1]))) * of(self.rms_rate)
