"""Schedule-free AdamW: averaging instead of a falling learning rate (Defazio et al., 2024).

    v  <- v + (1 - beta_2) (g^2 - v)
    z' <- z - lr g / (sqrt(v / (1 - beta_2^t)) + eps)         t = 1, 2, ...; z starts at w
    x   = (w - (1 - beta_1) z) / beta_1                       the average so far
    x  <- (1 - 1/t) x + z' / t
    w  <- (1 - beta_1) z' + beta_1 x

The gradient is taken at w, between the average x and the fast iterate z; only z and w are stored.
tf.keras takes x out of w with the new z' (quirk K20), and a model's optimizer begins at z = 0, so
that the first step replaces the initial weights (K21).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch import quirks
from scratch.context.all_or_nothing import all_or_nothing
from scratch.kernels.table import kernel
from scratch.ops.graph.promotion import constant
from scratch.optimizers.base.elementwise import ElementwiseOptimizer
from scratch.variables.flat_storage import FlatStorage
from scratch.variables.variable import Variable


@kernel("schedule_free_adamw")
def schedule_free_adamw(
    w: np.ndarray, g: np.ndarray, squares: np.ndarray | None, z: np.ndarray, v: np.ndarray,
    with_new_z: bool, lr: Any, beta_1: Any, one_minus_beta_1: Any, one_minus_beta_2: Any,
    correction: Any, eps: Any, weight: Any, one_minus_weight: Any,
) -> None:  # fmt: skip
    """A step of n weights; `with_new_z`: whether x is taken out of w with the new z."""
    change = np.square(g) if squares is None else squares.copy()
    change -= v
    change *= one_minus_beta_2
    v += change
    root = np.divide(v, correction, out=change)
    np.sqrt(root, out=root)
    root += eps
    old_z = z if with_new_z else z.copy()
    z -= lr * g / root
    x = w - one_minus_beta_1 * old_z
    x /= beta_1
    x *= one_minus_weight
    x += weight * z
    x *= beta_1
    np.add(one_minus_beta_1 * z, x, out=w)


class ScheduleFreeAdamW(ElementwiseOptimizer):
    """Schedule-free AdamW (`keras.optimizers.ScheduleFreeAdamW`).

    Args:
        learning_rate: lr.
        beta_1: how close w stays to the average.
        beta_2: how slowly the mean square v forgets.
        epsilon: eps, keeps the quotient finite.
        warmup_steps: over so many steps lr rises to its full value.
        kwargs: see `Optimizer`.
    """

    def __init__(
        self,
        learning_rate: Any = 0.0025,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        warmup_steps: int = 0,
        weight_decay: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, weight_decay, **kwargs)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.warmup_steps = warmup_steps

    @property
    def slot_names(self) -> tuple[str, ...]:
        """z and v."""
        return ("momentum", "velocity")

    def build(self, variables: Sequence[Variable]) -> None:
        """Creates z and v."""
        if not self.built:
            super().build(variables)
            self._begin()

    def _begin(self) -> None:
        """z = w."""
        super()._begin()
        for z, w in zip(self._slots["momentum"].variables, self._trainable_variables, strict=True):
            z.assign(w.array)

    def attach(self, storage: FlatStorage, eagerly: bool) -> None:
        """As in the base; where the step is compiled, Keras loses the start of z (quirk K21).

        Where it is not, the optimizer is built in the first step: a layer that changes its weights
        when it is called, such as `SpectralNormalization`, has done so by then.
        """
        fresh = not self.built
        with all_or_nothing(self):
            super().attach(storage, eagerly)
            if fresh and not eagerly and quirks.active("K21"):
                self._slots["momentum"].values[:] = 0
            self._begins_with_step = fresh and eagerly

    def coefficients(self, t: int, lr: np.floating) -> tuple[Any, ...]:
        """The warmed-up lr, the betas' factors, 1 - beta_2^t, eps, 1 / t and 1 - 1 / t."""
        beta_1, beta_2, eps = (constant(c, lr) for c in (self.beta_1, self.beta_2, self.epsilon))
        step = lr.dtype.type(t)
        if self.warmup_steps > 0:
            lr = lr * np.minimum(step / lr.dtype.type(self.warmup_steps), lr.dtype.type(1))
        of_betas = (beta_1, 1 - beta_1, 1 - beta_2, 1 - beta_2**step)
        weight = 1 / step
        return lr, *of_betas, eps, weight, 1 - weight

    def update(
        self, w: np.ndarray, g: np.ndarray, slots: Sequence[np.ndarray], *coeff: Any
    ) -> None:
        z, v = slots
        squares = self.sliced_squares(g)
        schedule_free_adamw(w, g, squares, z, v, quirks.active("K20"), *coeff)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
            "warmup_steps": self.warmup_steps,
        }
