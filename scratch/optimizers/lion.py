"""Lion: every weight moves by the same length, up or down (Chen et al., 2023).

    w <- w - lr sign(beta_1 m + (1 - beta_1) g)
    m <- beta_2 m + (1 - beta_2) g

The sign is taken with another memory than the one that m keeps. sign(0) = 0.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch.kernels.table import kernel
from scratch.ops.graph.promotion import constant
from scratch.optimizers.base.elementwise import ElementwiseOptimizer
from scratch.serialization.configured import configured


@kernel("lion")
def lion(
    w: np.ndarray, g: np.ndarray, m: np.ndarray, lr: Any,
    beta_1: Any, one_minus_beta_1: Any, beta_2: Any, one_minus_beta_2: Any,
) -> None:  # fmt: skip
    """A step of n weights."""
    step = m * beta_1
    step += g * one_minus_beta_1
    np.sign(step, out=step)
    step *= lr
    w -= step
    m *= beta_2
    m += g * one_minus_beta_2


@configured()
class Lion(ElementwiseOptimizer):
    """Lion (`keras.optimizers.Lion`).

    Args:
        learning_rate: lr.
        beta_1: the weight of m in a step, in (0, 1].
        beta_2: how slowly m forgets.
        kwargs: see `Optimizer`.

    Raises:
        ValueError: for a beta_1 outside (0, 1].
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.99,
        weight_decay: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, weight_decay, **kwargs)
        if beta_1 <= 0 or beta_1 > 1:
            raise ValueError(
                "Argument `beta_1` must be in the [0, 1] range. Otherwise, the optimizer "
                f"degenerates to SignSGD. Received: beta_1={beta_1}."
            )
        self.beta_1 = beta_1
        self.beta_2 = beta_2

    @property
    def slot_names(self) -> tuple[str, ...]:
        """The momentum m."""
        return ("momentum",)

    def coefficients(self, t: int, lr: np.floating) -> tuple[Any, ...]:
        """lr, beta_1, 1 - beta_1, beta_2 and 1 - beta_2."""
        beta_1, beta_2 = constant(self.beta_1, lr), constant(self.beta_2, lr)
        return lr, beta_1, 1 - beta_1, beta_2, 1 - beta_2

    def update(
        self, w: np.ndarray, g: np.ndarray, slots: Sequence[np.ndarray], *coeff: Any
    ) -> None:
        lion(w, g, *slots, *coeff)
