"""Learning rates that fall all the time, by a power of the step or a power to the step.

    exponential     r0 d^p                                   p = step / decay_steps
    inverse time    r0 / (1 + d p)
    polynomial      (r0 - r1) (1 - p)^power + r1             p <= 1, or ever longer cycles

With `staircase`, p is cut to an integer: the rate falls every `decay_steps` steps.
"""

from typing import Any

import numpy as np

from scratch.optimizers.schedules.learning_rate_schedule import (
    LearningRateSchedule,
    positive,
    rate,
    scalar,
)
from scratch.serialization.configured import configured


@configured(alone=True)
class _DecayByRate(LearningRateSchedule):
    """What the exponential and the inverse-time schedule share."""

    def __init__(
        self,
        initial_learning_rate: Any,
        decay_steps: Any,
        decay_rate: float,
        staircase: bool = False,
        name: str | None = None,
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = positive("decay_steps", decay_steps)
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name or type(self).__name__

    def _progress(self, step: Any) -> tuple[Any, Any, Any]:
        """r0, d and p."""
        start = rate("initial_learning_rate", self.initial_learning_rate)
        of = start.dtype.type
        p = of(scalar(step)) / of(self.decay_steps)
        return start, of(self.decay_rate), np.floor(p) if self.staircase else p


class ExponentialDecay(_DecayByRate):
    """`r0 decay_rate^p` (`keras.optimizers.schedules.ExponentialDecay`).

    Raises:
        ValueError: unless `decay_steps` is positive.
    """

    def __call__(self, step: Any) -> Any:
        start, base, p = self._progress(step)
        return start * base**p


class InverseTimeDecay(_DecayByRate):
    """`r0 / (1 + decay_rate p)` (`keras.optimizers.schedules.InverseTimeDecay`).

    Raises:
        ValueError: unless `decay_steps` is positive.
    """

    def __call__(self, step: Any) -> Any:
        start, factor, p = self._progress(step)
        return start / (1 + factor * p)


@configured(alone=True)
class PolynomialDecay(LearningRateSchedule):
    """Polynomial decay from one rate to another (`keras.optimizers.schedules.PolynomialDecay`).

    Args:
        initial_learning_rate, end_learning_rate: r0 and r1.
        decay_steps: after so many steps r1 is reached.
        power: 1 for a straight line.
        cycle: whether the rate jumps up again there, and falls over twice, three times, ... as
            many steps from r0; else it stays at r1.
        name: of the schedule.

    Raises:
        ValueError: unless `decay_steps` is positive.
    """

    def __init__(
        self,
        initial_learning_rate: Any,
        decay_steps: Any,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
        name: str = "PolynomialDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = positive("decay_steps", decay_steps)
        self.end_learning_rate = end_learning_rate
        self.power = power
        self.cycle = cycle
        self.name = name

    def __call__(self, step: Any) -> Any:
        start = rate("initial_learning_rate", self.initial_learning_rate)
        of = start.dtype.type
        end, now, length = of(self.end_learning_rate), of(scalar(step)), of(self.decay_steps)
        if not self.cycle:
            now = np.minimum(now, length)
        elif now:
            length = length * np.ceil(now / length)
        return (start - end) * (1 - now / length) ** of(self.power) + end
