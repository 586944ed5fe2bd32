"""The floor of an optimizer's step: the bytes that it must move, over the memory's bandwidth.

    SGD    reads w, g; writes w                 3 n numbers
    Adam   reads w, g, m, v; writes w, m, v     7 n numbers

The bandwidth is that of passes over the very arrays of the step, one after the other: NumPy's copy
and the BLAS's y += a x, whichever moves more bytes in a second. Arrays that fit into a cache are
measured where they are: in the cache.

In the process of `scratch`. (The other floor, the matrix products, takes turns with the peers:
`peers.products`.)
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from parity_tests.commands.bench.work import Work, data

NUMBERS = {"sgd": 3, "adam": 7}
ARRAYS = {"sgd": 2, "adam": 4}
FLOAT = 4  # bytes
LEAST = 0.05  # seconds of a measurement


def optimizer_step(optimizer: str, sizes: tuple[int, ...]) -> dict[str, float]:
    """Seconds of the floor and of the step of `scratch` alone, and the bandwidth in bytes/s."""
    step, n = _step(Work("step", sizes=sizes, samples=32, optimizer=optimizer))
    bytes_per_second = bandwidth(n, ARRAYS[optimizer])
    moved = NUMBERS[optimizer] * FLOAT * n
    return {
        "bytes": moved,
        "bandwidth": bytes_per_second,
        "floor": moved / bytes_per_second,
        "step": step,
    }


def bandwidth(n: int, arrays: int) -> float:
    """Bytes per second of passes over so many float32 arrays of n numbers."""
    from scratch.kernels.axpy import add_scaled

    draws = np.random.default_rng(0)
    w, *others = (draws.standard_normal(n, dtype="float32") for _ in range(arrays))
    around = list(zip([w, *others], [*others, w], strict=True))
    tiny = np.float32(1e-9)  # however often it is added, nothing grows

    def copies() -> None:
        for y, x in around:
            np.copyto(y, x)

    def sums() -> None:
        for y, x in around:
            add_scaled(y, tiny, x)

    moved = FLOAT * n * len(around)
    return max(3 * moved / seconds(sums), 2 * moved / seconds(copies))


def _step(work: Work) -> tuple[float, int]:
    """Seconds of an optimizer's step, with the gradients of a real batch, and how many weights."""
    from parity_tests.commands.bench.peers.keras_like import KerasLike
    from scratch.context.interrupts import held, step
    from scratch.kernels.denormals import FlushToZero

    model: Any = KerasLike(work, "scratch", "auto").model
    model.train_on_batch(*data(work))
    with FlushToZero(), held(), step():  # as in `fit`
        return seconds(model.optimizer.step), model.count_params()


def seconds(function: Callable[[], Any]) -> float:
    """The median time of many calls, in seconds."""
    function()
    each: list[float] = []
    end = time.perf_counter() + LEAST
    while len(each) < 5 or time.perf_counter() < end:
        start = time.perf_counter()
        function()
        each.append(time.perf_counter() - start)
    return float(np.median(each))
