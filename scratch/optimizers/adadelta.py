"""Adadelta: steps in the units of the weights (Zeiler, 2012).

    a <- rho a + (1 - rho) g^2
    d  = -sqrt(b + eps) / sqrt(a + eps) g
    b <- rho b + (1 - rho) d^2
    w <- w + lr d

The recent steps b set the length of the next one; the learning rate is no part of them.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch.kernels.table import kernel
from scratch.optimizers.base.elementwise import ElementwiseOptimizer
from scratch.serialization.configured import configured


@kernel("adadelta")
def adadelta(
    w: np.ndarray, g: np.ndarray, squares: np.ndarray | None, a: np.ndarray, b: np.ndarray,
    lr: Any, rho: Any, one_minus_rho: Any, eps: Any,
) -> None:  # fmt: skip
    """A step of n weights."""
    a *= rho
    a += one_minus_rho * (np.square(g) if squares is None else squares)
    d = np.sqrt(b + eps)
    d *= g
    d /= np.sqrt(a + eps)
    square = np.square(d) if squares is None else squares * (b + eps) / (a + eps)
    b *= rho
    b += one_minus_rho * square
    d *= lr
    w -= d


@configured()
class Adadelta(ElementwiseOptimizer):
    """Adadelta (`keras.optimizers.Adadelta`).

    Args:
        learning_rate: lr; the paper's is 1.
        rho: how slowly a and b forget.
        epsilon: eps, starts the first steps.
        kwargs: see `Optimizer`.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.95,
        epsilon: float = 1e-7,
        weight_decay: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, weight_decay, **kwargs)
        self.rho = rho
        self.epsilon = epsilon

    @property
    def slot_names(self) -> tuple[str, ...]:
        """a and b."""
        return ("accumulated_grad", "accumulated_delta_var")

    def coefficients(self, t: int, lr: np.floating) -> tuple[Any, ...]:
        """lr, rho, 1 - rho and eps."""
        return lr, *map(lr.dtype.type, (self.rho, 1 - self.rho, self.epsilon))

    def update(
        self, w: np.ndarray, g: np.ndarray, slots: Sequence[np.ndarray], *coeff: Any
    ) -> None:
        a, b = slots
        adadelta(w, g, self.sliced_squares(g), a, b, *coeff)
