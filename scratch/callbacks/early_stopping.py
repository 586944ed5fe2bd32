"""Early stopping: end the training when validation has not become better for a while."""

import warnings
from typing import Any

import numpy as np

from scratch import messages
from scratch.callbacks.callback import Logs
from scratch.callbacks.monitor_callback import MonitorCallback


class EarlyStopping(MonitorCallback):
    """Stops when a metric stops improving (`keras.callbacks.EarlyStopping`).

    Args:
        monitor: the metric's name in the logs.
        min_delta: how much better a value must be to count as better.
        patience: for how many epochs in a row nothing may improve.
        verbose: 1 to tell about it.
        mode: `"min"`, `"max"` or `"auto"`: see `MonitorCallback`.
        baseline: a value that must be beaten too, or the patience runs out, in an epoch that is no
            better than the best.
        restore_best_weights: whether the model gets back the weights of its best epoch, also when
            the training ends by itself. That takes a copy of all weights.
        start_from_epoch: epochs before this one don't count.

    Attributes:
        best: the best value so far, None before there is one.
        best_epoch: its epoch, from 0.
        stopped_epoch: the last epoch of a training that was stopped, else 0.
        wait: for how many epochs nothing has improved.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        super().__init__(monitor, mode, min_delta=min_delta)
        self.patience = patience
        self.verbose = verbose
        self.baseline = baseline
        self.wait = 0
        self.stopped_epoch = 0
        self.restore_best_weights = restore_best_weights
        self.best_weights: list[np.ndarray] | None = None
        self.start_from_epoch = start_from_epoch

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Resets the state, so that one callback can serve several trainings."""
        self.wait = 0
        self.stopped_epoch = 0
        self.best = None
        self.best_weights = None
        self.best_epoch = 0

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Compares with the best value, and stops the training when patience has run out."""
        if self.monitor_op is None:
            self._set_monitor_op()
        current = self.get_monitor_value(logs)
        if current is None or epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self._remember(epoch)
        self.wait += 1
        if self._is_improvement(current, self.best):
            self.best = current
            self.best_epoch = epoch
            if self.restore_best_weights:
                self._remember(epoch)
            # Better than before, but patience is only renewed by beating the baseline as well.
            if self.baseline is None or self._is_improvement(current, self.baseline):
                self.wait = 0
        elif self.wait >= self.patience and epoch > 0:  # as in Keras, the first epoch never stops
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Reports an early stop, and restores the best weights if they are wanted."""
        if self.stopped_epoch > 0 and self.verbose > 0:
            messages.print_msg(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.restore_best_weights and self.best_weights is not None:
            if self.verbose > 0:
                messages.print_msg(
                    "Restoring model weights from the end of the best epoch: "
                    f"{self.best_epoch + 1}."
                )
            self.model.set_weights(self.best_weights)

    def get_monitor_value(self, logs: Logs | None) -> Any:
        """The metric's value in `logs`; None, with a warning, if it isn't there."""
        logs = logs or {}
        value = logs.get(self.monitor)
        if value is None:
            warnings.warn(
                f"Early stopping conditioned on metric `{self.monitor}` which is not available. "
                f"Available metrics are: {','.join(logs)}",
                stacklevel=2,
            )
        return value

    def _remember(self, epoch: int) -> None:
        self.best_weights = self.model.get_weights()
        self.best_epoch = epoch
