"""A learning rate for every epoch, from a function."""

from collections.abc import Callable
from typing import Any

import numpy as np

from scratch import messages
from scratch.callbacks.callback import Callback, Logs


class LearningRateScheduler(Callback):
    """Sets the learning rate before every epoch (`keras.callbacks.LearningRateScheduler`).

    Args:
        schedule: from (epoch, learning rate), or from the epoch alone, to the new learning rate.
        verbose: 1 to tell about it.

    Raises:
        ValueError: when `schedule` gives no float.
    """

    def __init__(self, schedule: Callable[..., float], verbose: int = 0) -> None:
        super().__init__()
        self.schedule = schedule
        self.verbose = verbose

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Sets the optimizer's learning rate to what `schedule` gives for this epoch."""
        optimizer = self.model.optimizer
        if not hasattr(optimizer, "learning_rate"):
            raise ValueError('Optimizer must have a "learning_rate" attribute.')
        try:
            rate: Any = self.schedule(epoch, float(np.asarray(optimizer.learning_rate)))
        except TypeError:  # a function of the epoch alone
            rate = self.schedule(epoch)
        if not isinstance(rate, float | np.float32 | np.float64):
            raise ValueError(
                f"The output of the `schedule` function should be a float. Got: {rate}"
            )
        optimizer.learning_rate = rate
        if self.verbose > 0:
            messages.print_msg(
                f"\nEpoch {epoch + 1}: LearningRateScheduler setting learning rate to {rate}."
            )

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Adds the learning rate to the logs."""
        if logs is not None:
            logs["learning_rate"] = float(np.asarray(self.model.optimizer.learning_rate))
