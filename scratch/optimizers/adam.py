"""Adam: momentum, with a step length for each weight (Kingma & Ba, 2014).

    m <- m + (1 - beta_1) (g - m)
    v <- v + (1 - beta_2) (g^2 - v)
    alpha = lr sqrt(1 - beta_2^t) / (1 - beta_1^t)        t = 1, 2, ...
    w <- w - alpha m / (sqrt(v) + eps)

AMSGrad divides by the largest v so far. Epsilon stands outside the root, and next to the
uncorrected v: it is the paper's "epsilon hat".
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch.kernels.table import kernel
from scratch.ops.graph.promotion import constant
from scratch.optimizers.base.elementwise import ElementwiseOptimizer
from scratch.serialization.configured import configured


@kernel("adam")
def adam(
    w: np.ndarray, g: np.ndarray, squares: np.ndarray | None, m: np.ndarray, v: np.ndarray,
    largest: np.ndarray | None, alpha: Any, one_minus_beta_1: Any, one_minus_beta_2: Any, eps: Any,
) -> None:  # fmt: skip
    """A step of n weights; `largest` is AMSGrad's."""
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
    if largest is not None:
        v = np.maximum(largest, v, out=largest)
    root = np.sqrt(v, out=change)
    root += eps
    step = m * alpha
    step /= root
    w -= step


@configured()
class Adam(ElementwiseOptimizer):
    """Adam (`keras.optimizers.Adam`).

    Args:
        learning_rate: lr.
        beta_1: how slowly the mean gradient m forgets.
        beta_2: how slowly the mean square v forgets.
        epsilon: eps, keeps the quotient finite.
        amsgrad: whether v never shrinks.
        kwargs: see `Optimizer`.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        weight_decay: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, weight_decay, **kwargs)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.amsgrad = amsgrad

    @property
    def slot_names(self) -> tuple[str, ...]:
        """m and v, and the largest v for AMSGrad."""
        return ("momentum", "velocity") + (("velocity_hat",) if self.amsgrad else ())

    @property
    def one_pass(self) -> bool:
        """AMSGrad takes a maximum, which is left to NumPy."""
        return super().one_pass and not self.amsgrad

    @property
    def slot_groups(self) -> Sequence[tuple[str, ...]]:
        """In files the largest v of all weights come after all m and v."""
        return [self.slot_names[:2], self.slot_names[2:]]

    def coefficients(self, t: int, lr: np.floating) -> tuple[Any, ...]:
        """alpha, 1 - beta_1, 1 - beta_2 and eps."""
        # The powers are taken in the weights' own precision: in float32, 1 - 0.999 is off by 1e-5.
        # Keras casts the betas here, and so rounds them (quirk K1), but not the other constants.
        power_1 = constant(self.beta_1, lr) ** lr.dtype.type(t)
        power_2 = constant(self.beta_2, lr) ** lr.dtype.type(t)
        alpha = lr * np.sqrt(1 - power_2) / (1 - power_1)
        return (
            alpha,
            lr.dtype.type(1 - self.beta_1),
            lr.dtype.type(1 - self.beta_2),
            lr.dtype.type(self.epsilon),
        )

    def update(
        self, w: np.ndarray, g: np.ndarray, slots: Sequence[np.ndarray], *coeff: Any
    ) -> None:
        largest = slots[2] if self.amsgrad else None
        adam(w, g, self.sliced_squares(g), *slots[:2], largest, *coeff)
