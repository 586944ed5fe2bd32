"""A schedule: the learning rate as a function of the step.

The first step is number 0. Like Keras's, schedules compute in the type of their initial learning
rate, and on TensorFlow a Python float counts as float32 there, whatever the precision of the
weights (quirk K1).
"""

from typing import Any, Self

import numpy as np

from scratch import config, quirks
from scratch.context.compiled_settings import Watched
from scratch.ops.errors import InvalidArgumentError


class LearningRateSchedule(Watched):
    """Base of all schedules (`keras.optimizers.schedules.LearningRateSchedule`).

    A subclass defines `__call__(step)` and, to be saved, `get_config()`.
    """

    def __call__(self, step: Any) -> Any:
        """The learning rate.

        Args:
            step: how many steps were made, a scalar or a Variable.
        """
        raise NotImplementedError(
            f"Learning rate schedule '{type(self).__name__}' must override `__call__(self, step)`."
        )

    def get_config(self) -> dict[str, Any]:
        """The arguments that build this schedule again."""
        raise NotImplementedError(
            f"Learning rate schedule '{type(self).__name__}' must override `get_config()` in order "
            "to be serializable."
        )

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Builds a schedule from `get_config`'s dictionary."""
        return cls(**config)


def scalar(value: Any) -> Any:
    """`value` as a NumPy scalar; Python's floats become float32 (quirk K1), its integers int32."""
    if type(value) is int:
        return np.int32(value)
    if type(value) is float:
        return np.float32(value) if quirks.active("K1") else np.dtype(config.floatx()).type(value)
    return np.asarray(value)[()]


class RateTypeError(InvalidArgumentError, TypeError):
    """A learning rate of a type with which a schedule cannot compute.

    TensorFlow raises the one where a schedule is called, the other where it is compiled.
    """


def rate(name: str, value: Any) -> Any:
    """`value`, a learning rate, as a NumPy scalar of the type in which a schedule computes.

    Raises:
        ValueError: for None.
        RateTypeError: for what is no number.
    """
    if value is None:
        raise ValueError(f"`{name}` must be a number, None values are not supported")
    found = scalar(value)
    if found.dtype.kind not in "fiu":
        raise RateTypeError(f"`{name}` must be a number. Received: {name}={value!r}; write 0.1")
    return found


def positive(name: str, value: Any) -> Any:
    """`value`.

    Raises:
        ValueError: unless it is greater than 0.
    """
    if value <= 0:
        raise ValueError(f"Argument `{name}` must be > 0. Received: {name}={value}")
    return value
