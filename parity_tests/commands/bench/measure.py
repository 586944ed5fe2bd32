"""The turns: in each round everybody has one, so that a machine that changes its pace meets all.

Who begins moves on from round to round, so that nobody always follows the same neighbour. Between
turns nobody works: the threads of a BLAS look out for more work for a tenth of a second after the
last, and the next peer would not have the processors for itself.
"""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from parity_tests.commands.bench.peers import PEERS
from parity_tests.commands.bench.work import Work
from parity_tests.harness.worker import Worker, WorkerError

TURNS = "parity_tests.commands.bench.turns"
PAUSE = 0.25  # seconds between turns

Seconds = dict[str, dict[str, list[float]]]
"""By work, then by peer: seconds per epoch or call, of each round."""


class Spread(NamedTuple):
    """Median and range of several rounds."""

    median: float
    low: float
    high: float

    @property
    def percent(self) -> float:
        """Half the range, in percent of the median."""
        return 50 * (self.high - self.low) / self.median if self.median else 0.0


def spread(values: Sequence[float]) -> Spread:
    """The median and the range of some values."""
    return Spread(statistics.median(values), min(values), max(values))


def ratios(above: Sequence[float], below: Sequence[float]) -> Spread:
    """The ratio of two medians, and the range of the ratios within the rounds."""
    each = [a / b for a, b in zip(above, below, strict=True)]
    return Spread(statistics.median(above) / statistics.median(below), min(each), max(each))


def interleaved(
    works: Sequence[Work],
    processes: Mapping[str, Worker],
    rounds: int,
    note: Callable[[str], None] = lambda name: None,
    failed: Callable[[str, str, str], None] = lambda peer, work, why: None,
) -> Seconds:
    """Measures all works; `note` hears of each that is done, `failed` of a peer that could not."""
    found: Seconds = {}
    for work in works:
        found[work.name] = _rounds(work, processes, rounds, failed)
        note(work.name)
    return found


def _rounds(
    work: Work,
    processes: Mapping[str, Worker],
    rounds: int,
    failed: Callable[[str, str, str], None],
) -> dict[str, list[float]]:
    """A peer that fails is left out of this work, with all that it had measured."""
    able = [key for key in processes if PEERS[key].can(work)]
    seconds: dict[str, list[float]] = {key: [] for key in able}

    def ask(key: str, function: str, *arguments: Any) -> Any:
        try:
            return processes[key].call(f"{TURNS}:{function}", *arguments)
        except WorkerError as error:
            able.remove(key)
            del seconds[key]
            failed(key, work.name, str(error).strip().splitlines()[-1])

    for key in list(able):
        ask(key, "prepare", key, work)
    for i in range(rounds):
        first = i % max(1, len(able))
        for key in able[first:] + able[:first]:
            time.sleep(PAUSE)
            took = ask(key, "turn")
            if took is not None:
                seconds[key].append(took)
    return seconds
