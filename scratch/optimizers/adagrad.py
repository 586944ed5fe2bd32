"""Adagrad: every weight's steps shrink with all the gradients it has seen (Duchi et al., 2011).

    a <- a + g^2                        a starts at initial_accumulator_value
    w <- w - lr g / sqrt(a + eps)

Epsilon stands under the root.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from scratch.initializers import Constant
from scratch.kernels.table import kernel
from scratch.optimizers.base.elementwise import ElementwiseOptimizer
from scratch.serialization.configured import configured


@kernel("adagrad")
def adagrad(
    w: np.ndarray, g: np.ndarray, squares: np.ndarray | None, a: np.ndarray, lr: Any, eps: Any
) -> None:
    """A step of n weights."""
    a += np.square(g) if squares is None else squares
    step = lr * g
    step /= np.sqrt(a + eps)
    w -= step


@configured()
class Adagrad(ElementwiseOptimizer):
    """Adagrad (`keras.optimizers.Adagrad`).

    Args:
        learning_rate: lr.
        initial_accumulator_value: where a starts, >= 0.
        epsilon: eps, keeps the quotient finite.
        kwargs: see `Optimizer`.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        initial_accumulator_value: float = 0.1,
        epsilon: float = 1e-7,
        weight_decay: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, weight_decay, **kwargs)
        self.initial_accumulator_value = initial_accumulator_value
        self.epsilon = epsilon

    @property
    def slot_names(self) -> tuple[str, ...]:
        """The sum a."""
        return ("accumulator",)

    @property
    def slot_initializers(self) -> Mapping[str, Any]:
        """Where the sum a starts."""
        return {"accumulator": Constant(self.initial_accumulator_value)}

    def coefficients(self, t: int, lr: np.floating) -> tuple[Any, ...]:
        """lr and eps."""
        return lr, lr.dtype.type(self.epsilon)

    def update(
        self, w: np.ndarray, g: np.ndarray, slots: Sequence[np.ndarray], *coeff: Any
    ) -> None:
        (a,) = slots
        adagrad(w, g, self.sliced_squares(g), a, *coeff)
