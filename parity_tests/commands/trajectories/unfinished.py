"""An unfinished run: what was seen so far, and every number that its networks go on from.

Muon's 51,570 steps take an hour: who stops them after fifty minutes finds them at the last look.
"""

import json
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from parity_tests.commands.trajectories import verdict
from parity_tests.commands.trajectories.runs import Numbers
from parity_tests.commands.trajectories.verdict import Look


@dataclass(frozen=True)
class Unfinished:
    """A run at one of its looks.

    Attributes:
        made_with: what it must have in common with a run that goes on from it.
        looks: so far.
        seconds: so far.
        numbers: of each network, in the order in which the job runs them.
    """

    made_with: dict[str, Any]
    looks: list[Look]
    seconds: float
    numbers: list[Numbers]


def keep(run: Unfinished, path: Path) -> None:
    """Writes the file, all at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    looks = [verdict.as_dict(look) for look in run.looks]
    told = {
        "made_with": run.made_with,
        "looks": looks,
        "seconds": run.seconds,
        "counts": [len(numbers) for numbers in run.numbers],
    }
    draft = path.with_suffix(".draft")
    with draft.open("wb") as file:
        np.savez(file, np.array(json.dumps(told)), *chain(*run.numbers))
    draft.replace(path)


def kept(path: Path, made_with: dict[str, Any]) -> Unfinished | None:
    """The run to go on from; None if there is none, or one of other code or settings."""
    if not path.exists():
        return None
    with np.load(path, allow_pickle=False) as file:
        first, *arrays = file.values()
    told = json.loads(str(first))
    if told["made_with"] != made_with:
        return None
    ends = np.cumsum(told["counts"])
    numbers = [arrays[end - count : end] for end, count in zip(ends, told["counts"], strict=True)]
    looks = [verdict.from_dict(look) for look in told["looks"]]
    return Unfinished(made_with, looks, told["seconds"], numbers)
