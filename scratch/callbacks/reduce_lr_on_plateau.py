"""A smaller learning rate whenever a metric has stopped improving for a while.

rate <- max(factor * rate, min_lr)      after `patience` epochs without improvement
"""

import warnings
from typing import Any

import numpy as np

from scratch import messages
from scratch.callbacks.callback import Logs
from scratch.callbacks.monitor_callback import MonitorCallback


class ReduceLROnPlateau(MonitorCallback):
    """Lowers the learning rate on a plateau (`keras.callbacks.ReduceLROnPlateau`).

    Args:
        monitor: the metric's name in the logs.
        factor: what the rate is multiplied with, below 1.
        patience: for how many epochs in a row nothing may improve.
        verbose: 1 to tell about it.
        mode: `"min"`, `"max"` or `"auto"`: see `MonitorCallback`.
        min_delta: how much better a value must be to count as better.
        cooldown: for how many epochs after a reduction none are counted.
        min_lr: below this the rate never goes.

    Raises:
        ValueError: for a factor of 1 or more.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(monitor, mode, min_delta=min_delta)
        if factor >= 1.0:
            raise ValueError(
                f"ReduceLROnPlateau does not support a factor >= 1.0. Received factor={factor}"
            )
        self.factor = factor
        self.min_lr = min_lr
        self.patience = patience
        self.verbose = verbose
        self.cooldown = cooldown
        self._start_afresh()

    def _start_afresh(self) -> None:
        self.best = None
        self.cooldown_counter = 0
        self.wait = 0

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Resets the state, so that one callback can serve several trainings."""
        self._start_afresh()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Compares with the best value, and lowers the rate when patience has run out."""
        if self.monitor_op is None:
            self._set_monitor_op()
        logs = {} if logs is None else logs
        logs["learning_rate"] = float(np.asarray(self.model.optimizer.learning_rate))
        current = logs.get(self.monitor)
        if current is None:
            warnings.warn(
                f"Learning rate reduction is conditioned on metric `{self.monitor}` which is not "
                f"available. Available metrics are: {','.join(logs)}.",
                stacklevel=2,
            )
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
            self.wait = 0
        if self._is_improvement(current, self.best):
            self.best = current
            self.wait = 0
        elif not self.in_cooldown():
            self.wait += 1
            if self.wait >= self.patience and self._reduce(epoch):
                self.cooldown_counter = self.cooldown
                self.wait = 0

    def _reduce(self, epoch: int) -> bool:
        """Lowers the rate; False where it is at its lowest."""
        optimizer = self.model.optimizer
        old = float(np.asarray(optimizer.learning_rate))
        if old <= np.float32(self.min_lr):
            return False
        new = max(old * self.factor, self.min_lr)
        optimizer.learning_rate = new
        if self.verbose > 0:
            messages.print_msg(
                f"\nEpoch {epoch + 1}: ReduceLROnPlateau reducing learning rate to {new}."
            )
        return True

    def in_cooldown(self) -> bool:
        """Whether the last reduction is too recent to count epochs."""
        return self.cooldown_counter > 0
