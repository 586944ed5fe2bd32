"""FTRL: follow the regularized leader, for sparse linear models (McMahan et al., 2013).

    h  = g + 2 s w                                            s: l2 shrinkage
    n' = n + g^2                                              n starts at initial_accumulator_value
    z <- z + h - (n'^p - n^p) / lr * w                        p = -learning_rate_power
    w <- (clip(z, -l1, l1) - z) / (n'^p / lr + 2 l2 + beta / lr)
    n <- n'

Keras's documentation has l2 once. z starts at 0, so the first step forgets the initial weights.
Where |z| stays below l1, w is 0.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from scratch.initializers import Constant
from scratch.optimizers.base.elementwise import ElementwiseOptimizer
from scratch.serialization.configured import configured


@configured()
class Ftrl(ElementwiseOptimizer):
    """FTRL (`keras.optimizers.Ftrl`).

    Args:
        learning_rate: lr.
        learning_rate_power: -p, at most 0; 0 keeps the learning rate fixed.
        initial_accumulator_value: where n starts, >= 0.
        l1_regularization_strength, l2_regularization_strength: l1 and l2, >= 0.
        l2_shrinkage_regularization_strength: s, >= 0; unlike l2 it acts on the gradient alone.
        beta: the paper's.
        kwargs: see `Optimizer`.

    Raises:
        ValueError: for numbers outside these ranges.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float = 0.0,
        weight_decay: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, weight_decay, **kwargs)
        if learning_rate_power > 0.0:
            raise ValueError(
                "`learning_rate_power` needs to be negative or zero. Received: "
                f"learning_rate_power={learning_rate_power}."
            )
        self.learning_rate_power = learning_rate_power
        self.initial_accumulator_value = initial_accumulator_value
        self.l1_regularization_strength = l1_regularization_strength
        self.l2_regularization_strength = l2_regularization_strength
        self.l2_shrinkage_regularization_strength = l2_shrinkage_regularization_strength
        self.beta = beta
        for name in (
            "initial_accumulator_value",
            "l1_regularization_strength",
            "l2_regularization_strength",
            "l2_shrinkage_regularization_strength",
        ):
            if getattr(self, name) < 0.0:
                raise ValueError(
                    f"`{name}` needs to be positive or zero. Received: "
                    f"{name}={getattr(self, name)}."
                )

    @property
    def slot_names(self) -> tuple[str, ...]:
        """n and z."""
        return ("accumulator", "linear")

    @property
    def one_pass(self) -> bool:
        """Powers are left to NumPy."""
        return False

    @property
    def slot_initializers(self) -> Mapping[str, Any]:
        """Where n starts."""
        return {"accumulator": Constant(self.initial_accumulator_value)}

    def coefficients(self, t: int, lr: np.floating) -> tuple[Any, ...]:
        """lr, p, l1, 2 (l2 + beta / (2 lr)) and 2 s."""
        of = lr.dtype.type
        l2 = of(self.l2_regularization_strength) + of(self.beta) / (2 * lr)
        twice_s = of(2 * self.l2_shrinkage_regularization_strength)
        return (
            lr,
            of(-self.learning_rate_power),
            of(self.l1_regularization_strength),
            2 * l2,
            twice_s,
        )

    def update(
        self, w: np.ndarray, g: np.ndarray, slots: Sequence[np.ndarray], *coeff: Any
    ) -> None:
        lr, p, l1, twice_l2, twice_s = coeff
        n, z = slots
        more = n + self.by_slice(np.square, g)
        power = np.power(more, p)
        pull = power - np.power(n, p)
        pull /= lr
        pull *= w
        z += g + twice_s * w - pull
        power /= lr
        power += twice_l2
        np.subtract(np.clip(z, -l1, l1), z, out=w)
        w /= power
        n[...] = more
