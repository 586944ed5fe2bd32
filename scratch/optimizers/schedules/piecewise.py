"""Learning rates that change at given steps and are constant between them.

values[0]                for       step <= boundaries[0]
values[i]                for       boundaries[i - 1] < step <= boundaries[i]
values[-1]               for       step > boundaries[-1]
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from scratch.optimizers.schedules.learning_rate_schedule import (
    LearningRateSchedule,
    RateTypeError,
    rate,
    scalar,
)
from scratch.serialization.configured import configured


@configured(alone=True)
class PiecewiseConstantDecay(LearningRateSchedule):
    """Piecewise constant (`keras.optimizers.schedules.PiecewiseConstantDecay`).

    Args:
        boundaries: steps, rising; the step at a boundary still has the value before it.
        values: learning rates, one more than boundaries.
        name: of the schedule.

    Raises:
        ValueError: when there are not so many.
    """

    def __init__(
        self, boundaries: Sequence[Any], values: Sequence[Any], name: str = "PiecewiseConstant"
    ) -> None:
        if len(boundaries) != len(values) - 1:
            raise ValueError(
                "The length of boundaries should be 1 less than the length of values. Received: "
                f"boundaries={boundaries} of length {len(boundaries)}, and values={values} of "
                f"length {len(values)}."
            )
        self.boundaries = boundaries
        self.values = values
        self.name = name

    def __call__(self, step: Any) -> Any:
        now, first, *others = scalar(step), *(rate("values", value) for value in self.values)
        strange = [value for value in others if value.dtype != first.dtype]
        if strange or now.dtype.kind == "b":
            raise RateTypeError(
                f"PiecewiseConstantDecay: all `values` must have one type, {first.dtype}. "
                f"Received: values={self.values}, step={step!r}; write 1.0 for 1"
            )
        # Keras compares in the type of the step: to an integer step, 2.9 is 2.
        steps = [now.dtype.type(scalar(b)) for b in self.boundaries]
        return (first, *others)[bisect_left(steps, now)]
