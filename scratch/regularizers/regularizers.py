"""L1 and L2 regularization: a penalty on the size of the weights, added to the loss.

    L1:  l1 * sum |w|        derivative  l1 * sign(w)
    L2:  l2 * sum w^2        derivative  2 * l2 * w

There is no 1/2 in front of L2 and no division by the batch: the lecture's cost
J + (lambda / 2) ||W||^2 is `L2(lambda / 2)`.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from scratch import ops
from scratch.context.compiled_settings import Watched
from scratch.ops.graph.promotion import constant
from scratch.serialization.configured import configured


class Regularizer(Watched):
    """Base of all regularizers (`keras.regularizers.Regularizer`): no penalty.

    `__call__` is the definition, in ops. A class may give its derivative by hand beside it:
    `gradient(w)`, an array of the shape of the array `w`. Without one, the definition's graph is
    differentiated; then it gets the weight itself, a `Variable`, or the output that it penalizes.
    """

    def __call__(self, x: Any) -> Any:
        """The penalty on `x`, a scalar."""
        return 0.0

    def reads_in_steps(self, name: str, value: Any) -> bool:
        """Whether a step reads an attribute anew: a definition is run once."""
        return derivative_by_hand(self) is not None

    def get_config(self) -> dict:
        """The arguments that build this regularizer again."""
        raise NotImplementedError(f"{type(self).__name__} does not implement get_config()")

    @classmethod
    def from_config(cls, config: dict) -> "Regularizer":
        """Builds a regularizer from `get_config`'s dictionary."""
        return cls(**config)


def derivative_by_hand(regularizer: Callable) -> Callable[[np.ndarray], np.ndarray] | None:
    """The `gradient` that belongs to a regularizer's definition; None where it has none.

    Whoever redefines `__call__` alone can't use the `gradient` of the base.
    """
    newest = next(
        c for c in type(regularizer).__mro__ if "__call__" in vars(c) or "gradient" in vars(c)
    )
    return regularizer.gradient if callable(vars(newest).get("gradient")) else None  # type: ignore[attr-defined]


@configured(alone=True)
class L1L2(Regularizer):
    """`l1 * sum |w| + l2 * sum w^2`.

    Args:
        l1: factor of the absolute values, >= 0.
        l2: factor of the squares, >= 0.

    Raises:
        ValueError: for a factor that is negative, infinite or not a number.
    """

    def __init__(self, l1: float | None = 0.0, l2: float | None = 0.0) -> None:
        self.l1 = validate_float_arg(0.0 if l1 is None else l1, "l1")
        self.l2 = validate_float_arg(0.0 if l2 is None else l2, "l2")

    def __call__(self, x: Any) -> Any:
        if not (self.l1 or self.l2):
            return constant(0.0, x)
        parts: list[Any] = []
        if self.l1:
            parts.append(ops.multiply(constant(self.l1, x), ops.sum(ops.abs(x))))
        if self.l2:
            parts.append(ops.multiply(constant(self.l2, x), ops.sum(ops.square(x))))
        return parts[0] if len(parts) == 1 else parts[0] + parts[1]

    def gradient(self, w: np.ndarray) -> np.ndarray:
        """`l1 * sign(w) + 2 * l2 * w`."""
        if self.l1 and self.l2:
            return constant(self.l1, w) * np.sign(w) + 2 * constant(self.l2, w) * w
        return constant(self.l1, w) * np.sign(w) if self.l1 else 2 * constant(self.l2, w) * w


@configured(alone=True, values={"l1": lambda self: float(np.float32(self.l1))})
class L1(L1L2):
    """`l1 * sum |w|`."""

    def __init__(self, l1: float | None = 0.01) -> None:
        super().__init__(l1=0.01 if l1 is None else l1)


@configured(alone=True)
class L2(L1L2):
    """`l2 * sum w^2`."""

    def __init__(self, l2: float | None = 0.01) -> None:
        super().__init__(l2=0.01 if l2 is None else l2)


def validate_float_arg(value: Any, name: str) -> float:
    """`value` as a float.

    Raises:
        ValueError: unless it is a number, finite and not negative.
    """
    if not isinstance(value, float | int) or not math.isfinite(value) or value < 0:
        raise ValueError(
            f"Invalid value for argument {name}: expected a non-negative float. "
            f"Received: {name}={value}"
        )
    return float(value)
