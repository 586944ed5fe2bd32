"""In a peer's process: one job is kept ready, and done whenever it is the peer's turn.

A turn that would be over too soon is repeated within itself; it gives seconds per epoch or call.
"""

import functools
import os
import resource
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from parity_tests.commands.bench import peers
from parity_tests.commands.bench.work import Work, data

LEAST = 0.2  # seconds of a turn
WARM = 1_000  # steps or calls before the first turn, in which whoever compiles does so,
LONG = 1.0  # or seconds of them, of whoever is slow
MOST = 2_000  # repetitions

_ready: list[Any] = []  # the peer with its work, the work, its input, how often in a turn


def limit(threads: int) -> None:
    """Gives this process so many processors. Before a backend is imported, which counts them."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def stand_in(folder: str) -> None:
    """Takes `scratch` from another checkout. Before it is imported."""
    sys.path.insert(0, folder)


def prepare(key: str, work: Work) -> None:
    """Builds, compiles and warms up; nothing of that is counted."""
    _ready.clear()  # first: two sets of data need not fit into memory
    doing = peers.make(key, work)
    x = data(work)[0] if work.kind in ("predict", "call") else None
    _ready[:] = [doing, work, x, 1]
    steps, spent = 0, 0.0
    while steps < WARM and spent < LONG:
        seconds = _once()
        steps, spent = steps + work.steps * work.askers, spent + seconds
    _ready[-1] = int(min(MOST, max(1, LEAST / seconds)))


def turn() -> float:
    """Seconds per epoch or call."""
    return _once()


def _once() -> float:
    doing, work, x, times = _ready
    if work.kind == "fit":
        return float(np.mean(doing.fit(times)))
    arguments = () if x is None else (x,)
    function = getattr(doing, work.kind)
    if work.askers > 1:
        took = _at_once(work.askers, times, functools.partial(function, *arguments))
        return float(np.quantile(took, work.quantile))
    start = time.perf_counter()
    for _ in range(times):
        function(*arguments)
    return (time.perf_counter() - start) / times


def _at_once(askers: int, times: int, function: Callable[[], Any]) -> list[float]:
    """Seconds of each call, where so many threads call, one call after the other."""
    together = threading.Barrier(askers)

    def ask() -> list[float]:
        together.wait()
        moments = [time.perf_counter()]
        for _ in range(times):
            function()
            moments.append(time.perf_counter())
        return np.diff(moments).tolist()

    with ThreadPoolExecutor(askers) as threads:
        return [s for asker in [threads.submit(ask) for _ in range(askers)] for s in asker.result()]


def probabilities(key: str, work: Work) -> list[np.ndarray]:
    """What a peer predicts for its training data, before and after an epoch."""
    doing, x = peers.make(key, work), data(work)[0]
    before = np.array(doing.predict(x))
    doing.fit(1)
    return [before, np.asarray(doing.predict(x))]


def peak(key: str, work: Work) -> int:
    """Bytes of memory that this process needed at most, an epoch of training included."""
    peers.make(key, work).fit(1)
    status = Path("/proc/self/status")
    if status.exists():  # `ru_maxrss` begins with what the parent needed
        line = next(s for s in status.read_text().splitlines() if s.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def blas() -> list[dict[str, Any]]:
    """What NumPy multiplies with here, and on how many threads."""
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        return []
    return [{k: v for k, v in pool.items() if k != "filepath"} for pool in threadpool_info()]
