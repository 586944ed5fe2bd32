"""Nadam: Adam that looks one step ahead, as Nesterov's momentum does (Dozat, 2016).

    mu_t = beta_1 (1 - 0.96^t / 2)                    t = 1, 2, ...
    P   <- P mu_t                                     P starts at 1
    m   <- m + (1 - beta_1) (g - m)
    v   <- v + (1 - beta_2) (g^2 - v)
    n    = mu_{t+1} m / (1 - P mu_{t+1}) + (1 - mu_t) g / (1 - P)
    w   <- w - lr n / (sqrt(v / (1 - beta_2^t)) + eps)

P, the product of all mu so far, is one number for all weights. In the paper the exponent is
t / 250: there momentum takes 10,000 steps to reach beta_1, here fifty, as in Keras.
"""

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch.kernels.table import kernel
from scratch.ops.graph.promotion import constant
from scratch.optimizers.base.elementwise import ElementwiseOptimizer
from scratch.optimizers.base.whole_steps import Change
from scratch.serialization.configured import configured
from scratch.variables.variable import Variable

DECAY = 0.96  # of the difference between mu and beta_1


@kernel("nadam")
def nadam(
    w: np.ndarray, g: np.ndarray, squares: np.ndarray | None, m: np.ndarray, v: np.ndarray,
    lr: Any, next_mu: Any, over_m: Any, one_minus_mu: Any, over_g: Any,
    one_minus_beta_1: Any, one_minus_beta_2: Any, correction: Any, eps: Any,
) -> None:  # fmt: skip
    """A step of n weights."""
    change = g - m
    change *= one_minus_beta_1
    m += change
    if squares is None:
        np.square(g, out=change)
    else:
        np.copyto(change, squares)
    change -= v
    change *= one_minus_beta_2
    v += change
    n = next_mu * m
    n /= over_m
    n += one_minus_mu * g / over_g
    n *= lr
    root = np.divide(v, correction, out=change)
    np.sqrt(root, out=root)
    root += eps
    n /= root
    w -= n


@configured()
class Nadam(ElementwiseOptimizer):
    """Nadam (`keras.optimizers.Nadam`).

    Args:
        learning_rate: lr.
        beta_1: how slowly the mean gradient m forgets, in the end.
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

    @property
    def slot_names(self) -> tuple[str, ...]:
        """m and v."""
        return ("momentum", "velocity")

    def build(self, variables: Sequence[Variable]) -> None:
        """Creates m, v and P."""
        if not self.built:
            super().build(variables)
            dtype = variables[0].dtype if variables else None
            self._u_product = self.add_variable((), "ones", dtype)

    def _updates(self, variables: Sequence[Variable]) -> list[Change]:
        product, next_product = self._u_product.array, self._next_product()
        last = Change([product], functools.partial(np.copyto, product, next_product))
        return [*super()._updates(variables), last]

    def _next_product(self) -> Any:
        """P of the step that is being made."""
        # Keras rounds the constants of mu to float32 (quirk K1) below, but not here. It multiplies
        # in this order: P's last bit depends on it.
        product = self._u_product.array * self.beta_1
        return product * (1 - product.dtype.type(DECAY) ** self._t / 2)

    def coefficients(self, t: int, lr: np.floating) -> tuple[Any, ...]:
        """The factors of m and of g, 1 - beta_1, 1 - beta_2, 1 - beta_2^t and eps."""
        beta_1, beta_2, decay = (constant(c, lr) for c in (self.beta_1, self.beta_2, DECAY))
        half = lr.dtype.type(0.5)
        mu, next_mu = (beta_1 * (1 - half * decay ** lr.dtype.type(s)) for s in (t, t + 1))
        product = lr.dtype.type(self._next_product())
        correction = 1 - beta_2 ** lr.dtype.type(t)
        ahead = (next_mu, 1 - product * next_mu, 1 - mu, 1 - product)
        return lr, *ahead, 1 - beta_1, 1 - beta_2, correction, lr.dtype.type(self.epsilon)

    def update(
        self, w: np.ndarray, g: np.ndarray, slots: Sequence[np.ndarray], *coeff: Any
    ) -> None:
        m, v = slots
        nadam(w, g, self.sliced_squares(g), m, v, *coeff)
