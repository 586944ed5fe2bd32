"""A progress bar: how far, how long still, and the metrics so far, on one line.

    120/1875 ━━━━━━━━━━━━━━━━━━━━ 3s 2ms/step - accuracy: 0.8123 - loss: 0.5321

On a terminal the line is drawn over itself, with the part that is done in green; so it is in a
notebook, which goes back to the start of a line as a terminal does but may show backspaces as
boxes. Anywhere else (a pipe, a file) colours and cursor movements would only be litter: there the
finished line is written in plain text, and a slow run leaves a line now and then before it.
"""

import math
import os
import sys
import time
from collections.abc import Iterable
from typing import Any

import numpy as np

from scratch import messages

# Off a terminal: seconds between two lines, which also have to show another segment of the bar.
PLAIN_INTERVAL = 10.0

# The packages whose streams carry output to a notebook.
KERNELS = {"ipykernel", "pyodide_kernel"}

_BOLD, _DONE, _AHEAD, _END = "\x1b[1m", "\x1b[32m", "\x1b[37m", "\x1b[0m"


class Progbar:
    """Draws a progress bar (`keras.utils.Progbar`).

    Args:
        target: number of steps in all, None if unknown.
        width: segments of the bar.
        verbose: 0 silent, 1 a bar, 2 one line at the end.
        interval: the least time between two drawings, in seconds.
        stateful_metrics: names of metrics that are shown as they come; all others are averaged
            over the steps. Default: none.
        stateless_metrics: names of metrics that are averaged; all others are shown as they come.
        unit_name: what a step is called.

    Raises:
        ValueError: when both lists of metrics are given.
    """

    def __init__(
        self,
        target: int | None,
        width: int = 20,
        verbose: int = 1,
        interval: float = 0.05,
        stateful_metrics: Iterable[str] | None = None,
        stateless_metrics: Iterable[str] | None = None,
        unit_name: str = "step",
    ) -> None:
        if stateful_metrics is not None and stateless_metrics is not None:
            raise ValueError(
                "Only one of `stateful_metrics` or `stateless_metrics` can be provided: each is "
                f"the other's complement. Got stateful_metrics={stateful_metrics} and "
                f"stateless_metrics={stateless_metrics}"
            )
        self.target = target
        self.width = width
        self.verbose = verbose
        self.interval = interval
        self.unit_name = unit_name
        self.stateful_metrics: set[str] | None = None
        self.stateless_metrics: set[str] | None = None
        if stateless_metrics is not None:
            self.stateless_metrics = set(stateless_metrics)
        else:
            self.stateful_metrics = set(stateful_metrics or ())

        self._in_notebook = _in_notebook()
        self._overdraws = self._in_notebook or _can_overdraw()
        self._values: dict[str, tuple[Any, int]] = {}  # name -> sum over steps, number of steps
        self._is_fresh = True  # no update yet
        self._seen_so_far = 0
        self._start = time.time()
        self._time_after_first_step: float | None = None
        # A terminal shows the bar from the first step on, a log only what takes long.
        self._last_update = 0.0 if self._overdraws else self._start
        self._pause = interval if self._overdraws else max(interval, PLAIN_INTERVAL)
        self._segments_drawn = 0
        self._drawn_width = 0

    def is_due(self, current: int) -> bool:
        """Whether `update(current, ...)` has to be called; if not, takes note of the step.

        It spares the caller computing metrics that nobody sees. Only for metrics that are shown as
        they come (averages need every step's values), and of which the last update has all. The
        first step always wants its update, because it decides in which order metrics are shown.
        """
        if self._is_fresh:
            return True
        now = time.time()
        if now - self._last_update >= self._pause and self._shows_progress(current):
            return True
        if current == 1:
            self._time_after_first_step = now
        self._seen_so_far = current
        return False

    def update(
        self,
        current: int,
        values: Iterable[tuple[str, Any]] | None = None,
        finalize: bool | None = None,
    ) -> None:
        """Takes a step into account, and draws where it is time to.

        Args:
            current: how many steps are done.
            values: pairs of a metric's name and its value.
            finalize: whether this is the end; default: `current >= target`.
        """
        if finalize is None:
            finalize = self.target is not None and current >= self.target
        self._is_fresh = False
        if values:
            self._record(current, values, finalize)
        self._seen_so_far = current

        now = time.time()
        time_per_unit = self._estimate_step_duration(current, now)
        if self.verbose == 1:
            if not finalize and (
                now - self._last_update < self._pause or not self._shows_progress(current)
            ):
                return
            self._draw(current, now, time_per_unit, finalize)
        elif self.verbose == 2 and finalize and self._has_target:
            line = f"{self._count(current)} - {now - self._start:.0f}s -"
            line += self._format_time(time_per_unit, self.unit_name)
            # Keras compares the value itself here, its magnitude in the bar.
            line += self._metrics_text(lambda mean: mean > 1e-3)
            messages.print_msg(line)
        self._last_update = now

    def add(self, n: int, values: Iterable[tuple[str, Any]] | None = None) -> None:
        """Takes `n` more steps into account; see `update`."""
        self.update(self._seen_so_far + n, values)

    # What is shown ------------------------------------------------------------------------------

    @property
    def _has_target(self) -> bool:
        return self.target is not None and self.target > 0

    def _record(self, current: int, values: Iterable[tuple[str, Any]], finalize: bool) -> None:
        always, never = self.stateful_metrics, self.stateless_metrics
        steps = max(current - self._seen_so_far, 1)
        for name, value in values:
            averaged = name not in always if always is not None else name in never  # type: ignore[operator]
            if not averaged or finalize:  # the last values are those of the whole pass
                self._values[name] = (value, 1)
            else:
                total, count = self._values.get(name, (0.0, 0))
                added = value * steps
                self._values[name] = (total + added if count else added, count + steps)

    def _shows_progress(self, current: int) -> bool:
        """Whether a line would be news: each one drawn over the last is, in a log it takes more."""
        if self._overdraws or not self._has_target:
            return True
        # The full bar is left to the final line.
        return self._segments_drawn < self._segments(current) < self.width

    def _segments(self, current: int) -> int:
        return int(self.width * (float(current) / self.target)) if self.target else 0

    def _count(self, current: int) -> str:
        assert self.target
        digits = int(math.log10(self.target)) + 1
        return f"%{digits}d/%d" % (current, self.target)

    def _draw(self, current: int, now: float, time_per_unit: float, finalize: bool) -> None:
        known = self._has_target
        parts: list[tuple[str, str]] = []  # a style and the text in it
        if known:
            done = self._segments(current)
            parts.append((_BOLD, self._count(current)))
            parts.append(("", " "))
            if done > 0:
                parts.append((_DONE, "━" * done))
            parts.append((_AHEAD, "━" * (self.width - done)))
            self._segments_drawn = done
        else:
            parts.append(("", f"{current:7d}/Unknown"))
        parts.append(("", " "))
        if known and not finalize:
            parts.append((_BOLD, _remaining(time_per_unit * (self.target - current))))  # type: ignore[operator]
        else:
            parts.append((_BOLD, f"{now - self._start:.0f}s"))
        metrics = self._metrics_text(lambda mean: abs(mean) > 1e-3)
        parts.append(("", self._format_time(time_per_unit, self.unit_name) + metrics))

        if not self._overdraws:
            messages.print_msg("".join(text for _, text in parts))
            return
        line = "".join(f"{style}{text}{_END}" if style else text for style, text in parts)
        width = sum(len(text) for _, text in parts)
        back = "\r" if self._in_notebook else "\b" * self._drawn_width + "\r"
        # Spaces wipe what a longer line has left behind.
        messages.print_msg(
            back + line + " " * (self._drawn_width - width) + ("\n" if finalize else ""),
            line_break=False,
        )
        self._drawn_width = width

    def _metrics_text(self, is_large: Any) -> str:
        text = ""
        for name, (total, count) in self._values.items():
            if not isinstance(total, float):
                total = np.mean(total)
            mean = total / max(1, count)
            text += f" - {name}: {mean:.4f}" if is_large(mean) else f" - {name}: {mean:.4e}"
        return text

    # Time ---------------------------------------------------------------------------------------

    def _estimate_step_duration(self, current: int, now: float) -> float:
        """Seconds a step. The first one, slower than the rest, counts only while it is alone."""
        if not current:
            return 0
        if self._time_after_first_step is not None and current > 1:
            time_per_unit = (now - self._time_after_first_step) / (current - 1)
        else:
            time_per_unit = (now - self._start) / current
        if current == 1:
            self._time_after_first_step = now
        return time_per_unit

    def _format_time(self, time_per_unit: float, unit_name: str) -> str:
        if time_per_unit >= 1 or time_per_unit == 0:
            return f" {time_per_unit:.0f}s/{unit_name}"
        if time_per_unit >= 1e-3:
            return f" {time_per_unit * 1e3:.0f}ms/{unit_name}"
        return f" {time_per_unit * 1e6:.0f}us/{unit_name}"


def _remaining(seconds: float) -> str:
    """Seconds as `7s`, `1:07` or `1:00:07`."""
    whole = int(seconds)
    if seconds > 3600:
        return f"{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"
    if seconds > 60:
        return f"{whole // 60}:{whole % 60:02d}"
    return f"{whole}s"


def _can_overdraw() -> bool:
    """Whether a line that was written can be written over, as on a terminal.

    Keras says yes on every POSIX system, so that its logs are full of backspaces.
    """
    is_terminal = getattr(sys.stdout, "isatty", None)
    return (is_terminal is not None and bool(is_terminal())) or "PYCHARM_HOSTED" in os.environ


def _in_notebook() -> bool:
    """Whether standard output goes to a notebook: the stream tells, since a cell may redirect it.

    Keras asks whether `ipykernel` is imported, and then writes as to a terminal.
    """
    return type(sys.stdout).__module__.partition(".")[0] in KERNELS
