"""LAMB: Adam's direction, as long for each weight as the weight itself (You et al., 2020).

    m <- m + (1 - beta_1) (g - m)
    v <- v + (1 - beta_2) (g^2 - v)
    u  = m / (1 - beta_1^t) / (sqrt(v / (1 - beta_2^t)) + eps)        t = 1, 2, ...
    w <- w - lr |w| / |u| u

|.| is the Euclidean norm of the whole weight; the ratio is 1 where either norm is 0.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch.ops.graph.promotion import constant
from scratch.optimizers.base.optimizer import Optimizer
from scratch.serialization.configured import configured
from scratch.variables.variable import Variable


@configured()
class Lamb(Optimizer):
    """LAMB (`keras.optimizers.Lamb`).

    Args:
        learning_rate: lr, the share of its length by which a weight moves.
        beta_1: how slowly the mean gradient m forgets.
        beta_2: how slowly the mean square v forgets.
        epsilon: eps, keeps the quotient finite.
        kwargs: see `Optimizer`.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        weight_decay: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, weight_decay, **kwargs)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon

    def build(self, variables: Sequence[Variable]) -> None:
        """Creates m and v."""
        if not self.built:
            super().build(variables)
            self._momentums, self._velocities = self.add_optimizer_variables(
                variables, ["momentum", "velocity"]
            )

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        w = variable.array
        of = w.dtype.type
        g, lr, t = np.asarray(gradient, w.dtype), of(learning_rate), of(self._t)
        m, v = (
            slots[self._get_variable_index(variable)].array
            for slots in (self._momentums, self._velocities)
        )
        m += (g - m) * of(1 - self.beta_1)
        v += (self.by_slice(np.square, g) - v) * of(1 - self.beta_2)
        u = m / (1 - constant(self.beta_1, w) ** t)
        u = u / (np.sqrt(v / (1 - constant(self.beta_2, w) ** t)) + of(self.epsilon))
        w_norm, u_norm = np.sqrt(np.sum(np.square(w))), np.sqrt(np.sum(np.square(u)))
        ratio = w_norm / u_norm if w_norm > 0 and u_norm > 0 else of(1)
        w -= ratio * lr * u
