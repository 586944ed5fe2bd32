"""CPU seconds of this process and of all that it has started.

What a machine does besides makes wall seconds longer; CPU seconds it leaves nearly alone.
"""

import os
import sys

from parity_tests.harness.worker import Worker

_TICKS = os.sysconf("SC_CLK_TCK") if sys.platform == "linux" else 0


def used() -> float:
    """Since this process began: its own, those of children that have ended, those of workers."""
    return sum(os.times()[:4]) + sum(map(_of, Worker.pids))


def _of(pid: int) -> float:
    """A living child's, and its children's that have ended; 0 where there is no /proc to ask."""
    if not _TICKS:
        return 0.0
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / _TICKS
