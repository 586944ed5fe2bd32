"""One optimizer after the other; each that is finished leaves a file, and is not run again.

A file answers for the code that it was made with (`harness.fingerprint`) and for its settings:
another number of steps, more twins, other data or a changed `scratch` make it be run anew. One that
is stopped goes on from its last look.
"""

import json
import platform
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from operator import methodcaller
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

import scratch
from parity_tests.commands.main_job import compare
from parity_tests.commands.trajectories import runs, unfinished, verdict
from parity_tests.commands.trajectories.unfinished import Unfinished
from parity_tests.commands.trajectories.verdict import Look, Verdict
from parity_tests.harness import fingerprint
from parity_tests.harness.worker import Worker

EPOCHS = 30  # the lecture's
PER_DECADE = 8  # looks, once steps are too many to look at each


@dataclass(frozen=True)
class Settings:
    """What is run.

    Attributes:
        steps: of every optimizer.
        twins: permuted runs of `scratch`.
        samples: of the training data; None for all.
    """

    steps: int
    twins: int = 3
    samples: int | None = None

    def answer(self, asked: "Settings") -> bool:
        """Whether a result with these settings is one for those asked for: twins may be more."""
        same = (self.steps, self.samples) == (asked.steps, asked.samples)
        return same and self.twins >= asked.twins


@dataclass(frozen=True)
class Result:
    """The run of one variant, and what was seen of it."""

    name: str
    settings: Settings
    source: str
    data: str
    versions: dict[str, str]
    looks: list[Look]
    decisions: dict[str, float]
    seconds: float

    @property
    def verdict(self) -> Verdict:
        """The judgement on what was seen."""
        return verdict.judge(self.name, self.looks)


def checkpoints(steps: int) -> list[int]:
    """Every step at first, then so many per decade, and the last."""
    powers = np.arange(0, np.log10(max(steps, 2)), 1 / PER_DECADE)
    return sorted({int(10**p + 0.5) for p in powers if int(10**p + 0.5) < steps} | {steps})


def source() -> str:
    """The fingerprint of what the results depend on."""
    return fingerprint.of("scratch")


def run(
    name: str,
    settings: Settings,
    data: runs.Pictures,
    worker: Worker,
    note: Callable[[Look], None] = lambda look: None,
    folder: Path | None = None,
) -> Result:
    """Follows one variant in `scratch`, its twins and tf.keras, all at once.

    Args:
        name: of the variant.
        settings: see there.
        data: what all are trained on.
        worker: tf.keras's process.
        note: hears of every look.
        folder: where the run is kept while it is unfinished, and found; None for nowhere.
    """
    made_with = {
        "settings": asdict(settings),
        "source": source(),
        "data": data.name,
        "versions": _versions(),
    }
    begun = unfinished.kept(_unfinished(folder, name), made_with) if folder else None
    looks = begun.looks if begun else []
    before, started = scratch.config.floatx(), time.perf_counter()
    started -= begun.seconds if begun else 0
    scratch.config.set_floatx("float64")
    try:
        here = runs.ScratchRun(name, data)
        twins = [runs.ScratchRun(name, data, twin=1 + i) for i in range(settings.twins)]
        initial = here.weights_after(0)
        there = runs.TensorFlowRun(worker, name, initial, settings.samples)
        everyone: list[runs.ScratchRun | runs.TensorFlowRun] = [here, there, *twins]
        if begun:
            for one, its_numbers in zip(everyone, begun.numbers, strict=True):
                one.go_on(looks[-1].step, its_numbers)
        # One thread for each run, as tf.keras's process has: sums keep one order on every machine.
        with threadpool_limits(1, "blas"), ThreadPoolExecutor(len(everyone)) as pool:
            for step in checkpoints(settings.steps)[len(looks) :]:
                ours, theirs, *others = pool.map(methodcaller("weights_after", step), everyone)
                apart = tuple(compare.worst(other, ours) for other in others)
                moved = compare.worst(ours, initial)
                look = Look(step, compare.worst(ours, theirs), apart, moved)
                looks.append(look)
                note(look)
                if folder and step < settings.steps:
                    seconds = time.perf_counter() - started
                    numbers = [one.numbers() for one in everyone]
                    so_far = Unfinished(made_with, looks, seconds, numbers)
                    unfinished.keep(so_far, _unfinished(folder, name))
        seen = [runs.decisions(weights, data) for weights in (ours, theirs)]
    finally:
        scratch.config.set_floatx(before)
    return Result(
        name,
        settings,
        source(),
        data.name,
        _versions(),
        looks,
        {
            "samples": len(data.y_test),
            "differ": int(np.count_nonzero(seen[0] != seen[1])),
            "scratch": float(np.mean(seen[0] == data.y_test)),
            "tensorflow": float(np.mean(seen[1] == data.y_test)),
        },
        time.perf_counter() - started,
    )


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    found = {name: version(name) for name in ("numpy", "tensorflow", "keras")}
    return {"python": platform.python_version(), **found}


def keep(result: Result, folder: Path) -> None:
    """Writes the variant's file, all at once."""
    folder.mkdir(parents=True, exist_ok=True)
    path = _path(folder, result.name)
    entry = {**asdict(result), "looks": [verdict.as_dict(look) for look in result.looks]}
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(entry, indent=1) + "\n", encoding="utf-8")
    draft.replace(path)
    _unfinished(folder, result.name).unlink(missing_ok=True)


def kept(folder: Path, name: str, settings: Settings) -> Result | None:
    """The variant's result with these settings, of whatever code; None if there is none."""
    found = anything_kept(folder, name)
    return found if found is not None and found.settings.answer(settings) else None


def anything_kept(folder: Path, name: str) -> Result | None:
    """The variant's result, whatever it was made with; None if there is none."""
    path = _path(folder, name)
    if not path.exists():
        return None
    entry: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    entry["settings"] = Settings(**entry["settings"])
    entry["looks"] = [verdict.from_dict(look) for look in entry["looks"]]
    return Result(**entry)


def is_done(folder: Path, name: str, settings: Settings) -> bool:
    """Whether the variant's result with these settings is kept, and `scratch` is unchanged."""
    found = kept(folder, name, settings)
    return found is not None and found.source == source()


def _path(folder: Path, name: str) -> Path:
    return folder / f"{re.sub(r'[^a-z0-9]+', '-', name)}.json"


def _unfinished(folder: Path, name: str) -> Path:
    return _path(folder, name).with_suffix(".unfinished.npz")
