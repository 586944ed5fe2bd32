"""Adamax: Adam with the largest recent gradient instead of the mean square (Kingma & Ba, 2014).

m <- m + (1 - beta_1) (g - m)
u <- max(beta_2 u, |g|)
w <- w - lr m / ((1 - beta_1^t) (u + eps))        t = 1, 2, ...
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch.kernels.table import kernel
from scratch.ops.graph.promotion import constant
from scratch.optimizers.base.elementwise import ElementwiseOptimizer
from scratch.serialization.configured import configured


@kernel("adamax")
def adamax(
    w: np.ndarray, g: np.ndarray, m: np.ndarray, u: np.ndarray,
    lr: Any, correction: Any, one_minus_beta_1: Any, eps: Any,
) -> None:  # fmt: skip
    """The step of n weights, once u has been updated."""
    change = g - m
    change *= one_minus_beta_1
    m += change
    scale = np.add(u, eps, out=change)
    scale *= correction
    step = lr * m
    step /= scale
    w -= step


@configured()
class Adamax(ElementwiseOptimizer):
    """Adamax (`keras.optimizers.Adamax`).

    Args:
        learning_rate: lr.
        beta_1: how slowly the mean gradient m forgets.
        beta_2: how slowly the largest gradient u forgets.
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

    @property
    def slot_names(self) -> tuple[str, ...]:
        """m and u."""
        return ("momentum", "norm")

    @property
    def one_pass(self) -> bool:
        """The maximum is left to NumPy."""
        return False

    def coefficients(self, t: int, lr: np.floating) -> tuple[Any, ...]:
        """lr, 1 - beta_1^t, 1 - beta_1, beta_2 and eps."""
        correction = 1 - constant(self.beta_1, lr) ** lr.dtype.type(t)
        return lr, correction, *map(lr.dtype.type, (1 - self.beta_1, self.beta_2, self.epsilon))

    def update(
        self, w: np.ndarray, g: np.ndarray, slots: Sequence[np.ndarray], *coeff: Any
    ) -> None:
        lr, correction, one_minus_beta_1, beta_2, eps = coeff
        m, u = slots
        u *= beta_2
        np.maximum(u, self.by_slice(np.abs, g), out=u)
        adamax(w, g, m, u, lr, correction, one_minus_beta_1, eps)
