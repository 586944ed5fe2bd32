"""The outcome as plain numbers: what `parity --json` writes and everything shown rests on."""

from statistics import median
from typing import Any

import numpy as np

from parity_tests.commands.main_job import compare
from parity_tests.commands.main_job.conduct import Outcome
from parity_tests.commands.main_job.job import Run


def seconds(run: Run) -> dict[str, float]:
    """The first epoch, which pays for all set-up, and the median of the others."""
    return {"first": run.seconds[0], "median": median(run.seconds[1:] or run.seconds)}


def of(outcome: Outcome) -> dict[str, Any]:
    """Every figure of the report, ready for `json.dumps`."""
    job, data = outcome.job, outcome.data
    scratch, tensorflow = outcome.scratch, outcome.tensorflow
    times = {"scratch": seconds(scratch), "tensorflow": seconds(tensorflow)}
    return {
        "parity": outcome.parity,
        "job": {name: value for name, value in vars(job).items() if name != "folder"},
        "data": {
            "name": data.name,
            "source": data.source,
            "note": data.note,
            "train": len(data.x_train),
            "valid": len(data.x_valid),
            "test": len(data.x_test),
        },
        "optimizer": tensorflow.optimizer,
        "versions": {**tensorflow.versions, **scratch.versions},
        "tensorflow_settings": ["tf.keras", *outcome.twins],
        "checks": [
            {**vars(check), "used": check.used if np.isfinite(check.used) else None}
            for check in outcome.checks
        ],
        "initial_weights": _initial(scratch, tensorflow),
        "epochs": [_epoch(outcome, epoch) for epoch in range(1, job.epochs + 1)],
        "test": {
            "scratch": scratch.test,
            "tensorflow": tensorflow.test,
            "decisions_differ": outcome.differing,
            "largest_output_difference": float(np.abs(scratch.outputs - tensorflow.outputs).max()),
        },
        "seconds": {**times, "ratio": times["tensorflow"]["median"] / times["scratch"]["median"]},
    }


def _initial(scratch: Run, tensorflow: Run) -> dict[str, Any]:
    pairs = list(zip(scratch.weights[0], tensorflow.weights[0], strict=True))
    differing = sum(int(np.count_nonzero(a != b)) for a, b in pairs)
    return {
        "identical": differing == 0,
        "differing": differing,
        "total": sum(a.size for a, _ in pairs),
        "largest_ulps": max(float(compare.ulps(a, b).max(initial=0.0)) for a, b in pairs),
    }


def _epoch(outcome: Outcome, epoch: int) -> dict[str, Any]:
    def log(run: Run) -> dict[str, float]:
        values = {name: history[epoch - 1] for name, history in run.history.items()}
        return {**_ordered(values), "seconds": run.seconds[epoch - 1]}

    def distance(values: list[tuple[float, float]] | None) -> dict[str, float] | None:
        return None if values is None else dict(zip(NORMS, values[epoch], strict=True))

    return {
        "epoch": epoch,
        "scratch": log(outcome.scratch),
        "tensorflow": log(outcome.tensorflow),
        "distance": distance(outcome.distances),
        "nearest_distance": distance(outcome.nearest),
        "noise_floor": distance(outcome.floor),
    }


NORMS = ("relative_l2", "max_norm")


def _ordered(log: dict[str, float]) -> dict[str, float]:
    """loss, metrics, val_loss, validation metrics."""
    return dict(
        sorted(log.items(), key=lambda item: (item[0].startswith("val_"), "loss" not in item[0]))
    )
