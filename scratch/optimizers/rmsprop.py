"""RMSprop: every weight has its own step length, by the size of its recent gradients.

    v <- rho v + (1 - rho) g^2
    a <- rho a + (1 - rho) g                        (centered only)
    d  = lr g / sqrt(v + eps)                       (centered: sqrt(v - a^2 + eps))
    w <- w - d                                      without momentum
    m <- mu m + d,   w <- w - m                     with momentum

Epsilon stands under the root; Keras's documentation has it beside the root.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch.kernels.table import kernel
from scratch.optimizers.base.elementwise import ElementwiseOptimizer
from scratch.serialization.configured import configured


@kernel("rmsprop")
def rmsprop(
    w: np.ndarray, g: np.ndarray, squares: np.ndarray | None, v: np.ndarray, m: np.ndarray | None,
    a: np.ndarray | None, lr: Any, rho: Any, one_minus_rho: Any, mu: Any, eps: Any,
) -> None:  # fmt: skip
    """A step of n weights, with m where there is momentum, and a where it is centered."""
    v *= rho
    v += one_minus_rho * (np.square(g) if squares is None else squares)
    square = v
    if a is not None:
        a *= rho
        a += one_minus_rho * g
        square = v - np.square(a)
    d = lr * g
    d /= np.sqrt(square + eps)
    if m is not None:
        m *= mu
        m += d
        d = m
    w -= d


@configured()
class RMSprop(ElementwiseOptimizer):
    """RMSprop (`keras.optimizers.RMSprop`).

    Args:
        learning_rate: lr.
        rho: how slowly v forgets.
        momentum: mu.
        epsilon: eps, keeps the quotient finite.
        centered: whether the mean gradient is taken off v.
        kwargs: see `Optimizer`.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
        weight_decay: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, weight_decay, **kwargs)
        self.rho = rho
        self.momentum = momentum
        self.epsilon = epsilon
        self.centered = centered

    @property
    def slot_names(self) -> tuple[str, ...]:
        """v, and m and a if they are used."""
        names = ["velocity"]
        if self.momentum > 0:
            names.append("momentum")
        if self.centered:
            names.append("average_gradient")
        return tuple(names)

    @property
    def slot_groups(self) -> Sequence[tuple[str, ...]]:
        """In files, each slot of all weights together."""
        return [(name,) for name in self.slot_names]

    def coefficients(self, t: int, lr: np.floating) -> tuple[Any, ...]:
        """The constants of the formulas: lr, rho, 1 - rho, mu and eps."""
        return lr, *map(lr.dtype.type, (self.rho, 1 - self.rho, self.momentum, self.epsilon))

    def update(
        self, w: np.ndarray, g: np.ndarray, slots: Sequence[np.ndarray], *coeff: Any
    ) -> None:
        v, *others = slots
        m = others[0] if self.momentum > 0 else None
        a = others[-1] if self.centered else None
        rmsprop(w, g, self.sliced_squares(g), v, m, a, *coeff)
