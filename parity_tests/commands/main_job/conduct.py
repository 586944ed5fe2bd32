"""The order in which everything happens: engines start, train, are probed, and are compared.

Each engine has a process of its own, and only one of them computes at a time: the seconds of one
are not spent waiting for the other.
"""

import contextlib
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from keras_models.data import Data
from parity_tests.commands.main_job import compare, verdict
from parity_tests.commands.main_job.job import (
    SCRATCH,
    TENSORFLOW,
    TWINS,
    Job,
    Run,
    Setting,
    hand_over,
)
from parity_tests.commands.main_job.verdict import Check
from parity_tests.harness.worker import Worker

HERE = "parity_tests.commands.main_job"


@dataclass(frozen=True)
class Outcome:
    """All that the main job has found out.

    Attributes:
        job, data: what was run on what.
        scratch, tensorflow: the two runs.
        twins: TensorFlow's runs in its other settings, by name.
        distances: (relative L2, max norm) between the two, at the start and after every epoch.
        floor: the same between TensorFlow's own settings, the largest; None if not asked for.
        nearest: the same between `scratch` and that TensorFlow setting to which it is nearest.
        checks: what the verdict rests on.
    """

    job: Job
    data: Data
    scratch: Run
    tensorflow: Run
    twins: dict[str, Run]
    distances: list[tuple[float, float]]
    floor: list[tuple[float, float]] | None
    nearest: list[tuple[float, float]]
    checks: list[Check] = field(default_factory=list)

    @property
    def parity(self) -> bool:
        """Whether there were checks and all of them hold."""
        return bool(self.checks) and all(check.holds for check in self.checks)

    @property
    def decided(self) -> tuple[np.ndarray, np.ndarray] | None:
        """The classes that both networks see in the test data; None without classes."""
        both = [
            compare.decisions(run.outputs, self.data.y_test)
            for run in (self.scratch, self.tensorflow)
        ]
        return None if both[0] is None or both[1] is None else (both[0], both[1])

    @property
    def differing(self) -> int | None:
        """In how many test samples the two decide differently."""
        both = self.decided
        return None if both is None else int(np.count_nonzero(both[0] != both[1]))


def conduct(
    job: Job, data: Data, with_floor: bool, announce: Callable[[str], None], verbose: int = 1
) -> Outcome:
    """Runs the job in both engines and compares.

    Args:
        job: what to run; its `folder` is set here.
        data: the data of the job's model.
        with_floor: whether TensorFlow also trains in its other settings.
        announce: told what comes next.
        verbose: of `fit`.
    """
    with TemporaryDirectory(prefix="parity-") as folder, contextlib.ExitStack() as stack:
        hand_over(data, Path(folder))
        job = Job(**{**vars(job), "folder": folder})

        def ask(worker: Worker, function: str, setting: Setting, **options: Any) -> Any:
            sys.stdout.flush()
            return worker.call(f"{HERE}.{function}", job, setting, **options)

        engines = [
            (stack.enter_context(Worker(setting.environment, setting.name)), setting)
            for setting in (SCRATCH, TENSORFLOW)
        ]

        def both(function: str) -> tuple[Any, Any]:
            first, second = (ask(worker, function, setting) for worker, setting in engines)
            return first, second

        runs = []
        for worker, setting in engines:
            announce(f"{setting.name}, {job.epochs} epoch{'s' * (job.epochs > 1)}")
            runs.append(ask(worker, "train:run", setting, verbose=verbose))
        announce("The checks: order of batches, a float64 stretch, a float32 stretch")
        checks = verdict.checks(
            job,
            (runs[0], runs[1]),
            both("probes:batch_order"),
            both("probes:float64_stretch"),
            both("probes:float32_stretch"),
        )
        twins: dict[str, Run] = {}
        for setting in TWINS if with_floor else ():
            announce(f"TensorFlow's own noise: {setting.name}, the same seed")
            with Worker(setting.environment, setting.name) as worker:
                twins[setting.name] = ask(worker, "train:run", setting, verbose=0)
        return Outcome(
            job,
            data,
            runs[0],
            runs[1],
            twins,
            compare.distances(runs[0], runs[1]),
            compare.noise_floor([runs[1], *twins.values()]),
            compare.nearest(runs[0], [runs[1], *twins.values()]),
            checks,
        )
