"""What callbacks that watch one metric share: which direction is better, and by how much.

    improved(new, old)  =  new - d < old     where less is better,  d = -min_delta
                           new - d > old     where more is better,  d = +min_delta

The comparison is strict: a tie is no improvement.
"""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from scratch import quirks
from scratch.callbacks.callback import Callback


def _less(a: Any, b: Any) -> bool:
    return bool(_as_keras_tensor(a) < _as_keras_tensor(b))


def _greater(a: Any, b: Any) -> bool:
    return bool(_as_keras_tensor(a) > _as_keras_tensor(b))


def _as_keras_tensor(number: Any) -> Any:
    """Python numbers as float32, the type in which TensorFlow compares them, whatever floatx is.

    Two losses that differ after the eighth digit are a tie there, and so no improvement.

    Raises:
        ValueError: for a finite number that float32 cannot hold.
    """
    if isinstance(number, np.ndarray | np.generic):
        return number
    with np.errstate(over="ignore"):
        rounded = np.float32(number)
    if np.isinf(rounded) and np.isfinite(number):
        raise ValueError(
            f"A callback cannot compare the monitored value {number!r}: like Keras on TensorFlow, "
            "it compares in float32, whose largest number is 3.4e38. The training has diverged: "
            "lower the learning rate, or stop with TerminateOnNaN"
        )
    return rounded


class MonitorCallback(Callback):
    """The base of callbacks that watch a metric (`keras.callbacks.MonitorCallback`).

    Args:
        monitor: the metric's name in the logs.
        mode: `"min"`, `"max"`, or `"auto"`: less is better for a loss, and what the metric itself
            says for a metric. Any other value is taken for `"auto"`, with a warning.
        baseline: the value to beat; default: the first one seen.
        min_delta: how much better a value must be to count as better.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        mode: str = "auto",
        baseline: float | None = None,
        min_delta: float = 0,
    ) -> None:
        super().__init__()
        if mode not in ("auto", "min", "max"):
            warnings.warn(
                f"{type(self).__name__} mode '{mode}' is unknown, fallback to auto mode.",
                stacklevel=2,
            )
            mode = "auto"
        self.monitor = monitor
        self.mode = mode
        self.best = baseline
        self.min_delta = abs(min_delta)
        self.monitor_op: Callable[[Any, Any], bool] | None = None

    def _set_monitor_op(self) -> None:
        """Finds the direction; not before training, as metrics may be built by the first batch.

        Raises:
            ValueError: when `mode` is `"auto"` and nothing tells the direction.
        """
        if self.mode == "auto":
            name = self.monitor.removeprefix("val_")
            self.monitor_op = _less if name == "loss" else None
            for metric in _all_metrics(self.model):
                direction = getattr(metric, "_direction", None)
                if getattr(metric, "name", None) == name and direction is not None:
                    self.monitor_op = _greater if direction == "up" else _less
        else:
            self.monitor_op = _less if self.mode == "min" else _greater
        if self.monitor_op is None:
            raise ValueError(
                f"{type(self).__name__} callback received monitor={self.monitor}, but Keras isn't "
                "able to automatically determine whether that metric should be maximized or "
                "minimized. Pass `mode='max'` in order to monitor based on the highest metric "
                "value, or pass `mode='min'` in order to use the lowest value."
            )
        # Set, not turned round: a resumed callback has had its direction before.
        self.min_delta = -abs(self.min_delta) if self.monitor_op is _less else abs(self.min_delta)

    def _is_improvement(self, monitor_value: Any, reference_value: Any) -> bool:
        if reference_value is None:
            return True
        if self.monitor_op is None and not quirks.active("K42"):
            self._set_monitor_op()
        if self.monitor_op is None:
            raise TypeError(
                f"{type(self).__name__} cannot compare {self.monitor!r} before the end of the "
                "first epoch: like Keras's, it learns only then which values are better. Save "
                'after whole epochs (`save_freq="epoch"`), or every time'
            )
        return self.monitor_op(monitor_value - self.min_delta, reference_value)


def _all_metrics(model: Any) -> list[Any]:
    """The model's metrics, and those inside metrics that hold others."""
    found: list[Any] = []
    for metric in getattr(model, "metrics", None) or []:
        found += getattr(metric, "metrics", None) or [metric]
    return found
