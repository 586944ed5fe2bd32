"""The clock of the loops that are written out."""

import time
from collections.abc import Callable
from typing import Any


def timed(epoch: Callable[[], Any], epochs: int) -> list[float]:
    """Seconds of each epoch."""
    seconds = []
    for _ in range(epochs):
        start = time.perf_counter()
        epoch()
        seconds.append(time.perf_counter() - start)
    return seconds
