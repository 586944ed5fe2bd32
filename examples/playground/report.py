"""Where a run stands, in numbers, and what it is made of: what `step` and `new` answer."""

import math
from typing import Any

import numpy as np

from . import recordings
from .choices import library
from .finite import quiet
from .run import Run


def metric_of(run: Run, outputs: np.ndarray, rows: slice) -> float:
    """The accuracy, or R^2; NaN of no points."""
    y, p = run.targets[rows], outputs[rows]
    if not len(y) or not np.isfinite(p).all():
        return math.nan
    if run.labels is not None and run.samples.kind == "classification":
        return float((run.classes_of(p) == run.labels[rows]).mean())
    if len(y) < 2:
        return math.nan
    with quiet(), run.precision():
        score = library.metrics.R2Score(class_aggregation="variance_weighted_average")
        score.update_state(y, p)
        return float(score.result())


def report(run: Run) -> dict[str, Any]:
    """Where the run stands: what `step` answers."""
    outputs = run.outputs(run.x) if len(run.x) else np.empty((0, 1))
    train, test = slice(0, run.train), slice(run.train, None)
    return {
        "epoch": run.epoch,
        "step": run.step,
        "loss": run.loss_of(train),
        "test_loss": run.loss_of(test),
        "penalty": run.penalty(),
        "metric": metric_of(run, outputs, train),
        "test_metric": metric_of(run, outputs, test),
        "learning_rate": run.rate(),
        "batch": run.last.tolist(),
        "stopped": run.stopped,
        "halted": run.halted,
    }


def described(run: Run, picture: Any) -> dict[str, Any]:
    """What the run is made of: what `new` answers, beside the report."""
    return {
        "state": run.state,
        "layers": picture.layers(run),
        "layout": picture.layout(run),
        "points": {
            "inputs": run.samples.pictures,
            "labels": run.labels,
            "train": np.arange(len(run.x)) < run.train,
            "targets": run.targets,
            "names": list(run.samples.names),
        },
        "kind": run.samples.kind,
        "metric": "accuracy" if run.samples.kind == "classification" else "r2_score",
        "classes": run.samples.classes,
        "batches_per_epoch": run.batches.per_epoch,
        "recording": recordings.name_of(run),
    }
