"""The turns: in each round everybody has one, so that a machine that changes its pace meets all.

Who begins moves on from round to round, so that nobody always follows the same neighbour.
"""

import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from parity_tests.bench.peers import PEERS
from parity_tests.bench.work import Work
from parity_tests.harness.worker import Worker, WorkerError

TURNS = "parity_tests.bench.turns"

Seconds = dict[str, dict[str, list[float]]]
"""By work, then by peer: seconds per epoch or call, of each round."""


class Spread(NamedTuple):
    """What several rounds gave."""

    median: float
    low: float
    high: float

    @property
    def percent(self) -> float:
        """Half the range, of the median."""
        return 50 * (self.high - self.low) / self.median if self.median else 0.0


def spread(values: Sequence[float]) -> Spread:
    """Median and range."""
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
        able = [key for key in processes if work.kind not in PEERS[key].cannot]
        seconds: dict[str, list[float]] = {}
        for key in able:
            try:
                processes[key].call(f"{TURNS}:prepare", key, work)
                seconds[key] = []
            except WorkerError as error:
                failed(key, work.name, str(error).strip().splitlines()[-1])
        taking_part = list(seconds)
        for i in range(rounds):
            first = i % len(taking_part) if taking_part else 0
            for key in taking_part[first:] + taking_part[:first]:
                seconds[key].append(processes[key].call(f"{TURNS}:turn"))
        found[work.name] = seconds
        note(work.name)
    return found
