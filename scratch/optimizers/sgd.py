"""Gradient descent, with momentum.

    plain       w <- w - lr g
    momentum    m <- mu m - lr g        w <- w + m
    Nesterov    m <- mu m - lr g        w <- w + mu m - lr g

The learning rate sits inside m: when it changes, the old steps keep their length.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch.kernels.axpy import add_scaled
from scratch.kernels.products import add_scaled_outers
from scratch.kernels.table import kernel
from scratch.network.plan import Plan
from scratch.ops.graph.promotion import constant
from scratch.optimizers.base.elementwise import ElementwiseOptimizer
from scratch.serialization.configured import configured


@kernel("nesterov")
def nesterov(w: np.ndarray, g: np.ndarray, m: np.ndarray, lr: Any, mu: Any) -> None:
    """The step of n weights, once m has been updated."""
    w += mu * m - lr * g


@configured()
class SGD(ElementwiseOptimizer):
    """Gradient descent (`keras.optimizers.SGD`).

    Args:
        learning_rate: lr.
        momentum: mu, a float from 0 to 1.
        nesterov: whether the step looks ahead along the momentum.
        kwargs: see `Optimizer`.

    Raises:
        ValueError: for a momentum that is no float in [0, 1].
    """

    def __init__(
        self,
        learning_rate: Any = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, weight_decay, **kwargs)
        if not isinstance(momentum, float) or not 0 <= momentum <= 1:
            raise ValueError(
                f"`momentum` must be a float between [0, 1]. Received: momentum={momentum!r}"
            )
        self.momentum = momentum
        self.nesterov = nesterov

    @property
    def slot_names(self) -> tuple[str, ...]:
        """The velocity, if there is momentum."""
        return ("momentum",) if self.momentum else ()

    @property
    def one_pass(self) -> bool:
        """The BLAS passes over the weights; what follows with momentum are passes of NumPy's."""
        return not self.momentum

    def coefficients(self, t: int, lr: np.floating) -> tuple[Any, ...]:
        """lr and mu."""
        return lr, constant(self.momentum, lr)

    def plan_update(self, plan: Plan, w: str, g: str, slots: Sequence[str]) -> bool:
        """In a batch of one the weights take their slopes in, and no gradient is written."""
        clipped = self.clipnorm or self.clipvalue or self.global_clipnorm
        pieces = [] if slots or clipped else plan.take_outers(plan.bound[g])
        if not pieces:
            return False
        listed = "".join(f"({start}, {x}, {dz}), " for start, x, dz in pieces)
        add = plan.name(add_scaled_outers, "add_scaled_outers")
        plan.line(f"{add}({w}, -coefficients[0], ({listed}), {g})")
        return True

    def update(
        self, w: np.ndarray, g: np.ndarray, slots: Sequence[np.ndarray], *coeff: Any
    ) -> None:
        lr, mu = coeff
        if not slots:
            add_scaled(w, -lr, g)
            return
        (m,) = slots
        m *= mu
        add_scaled(m, -lr, g)
        if self.nesterov:
            nesterov(w, g, m, lr, mu)
        else:
            w += m
