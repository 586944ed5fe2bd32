"""Several optimizers from one start, over the same batches; and the loss around their paths.

The plane of the picture passes through the start and is spanned by the two directions along which
the paths spread most: the first singular vectors of all their points, seen from the start.
"""

import base64
from typing import Any

import numpy as np

from .fields import RefusedError, whole
from .microscope import untouched
from .protocol import CAPS
from .report import report
from .run import Run
from .state import checked

USUAL: tuple[dict[str, Any], ...] = (
    {"class": "SGD", "learning_rate": 0.1},
    {"class": "SGD", "learning_rate": 0.1, "momentum": 0.9},
    {"class": "Adagrad", "learning_rate": 0.1},
    {"class": "RMSprop", "learning_rate": 0.01},
    {"class": "Adam", "learning_rate": 0.02},
)
RECORDED = 60  # points of a path


def race(run: Run, request: dict[str, Any]) -> dict[str, Any]:
    """What the command `race` answers.

    Raises:
        RefusedError: for what is no list of optimizers.
    """
    given = request.get("optimizers") or list(USUAL)
    if not isinstance(given, list) or not 0 < len(given) <= CAPS["race"]:
        raise RefusedError(f"`optimizers` must be a list of at most {CAPS['race']}")
    steps = whole("steps", request.get("steps", 200), 1, 1000)
    resolution = whole("resolution", request.get("resolution", 31), 5, 61)
    weights = [v.numpy().tolist() for v in run.model.weights]
    state = {**run.state, "engines": ["scratch"], "rule": None, "stop": None, "weights": weights}
    runs = [Run(*checked({**state, "optimizer": optimizer})) for optimizer in given]
    paths, losses = zip(*(_raced(one, steps) for one in runs), strict=True)
    answer = {
        "runs": [
            {
                "optimizer": one.state["optimizer"],
                "losses": loss,
                "stopped": one.stopped,
                "metric": report(one)["metric"],
            }
            for one, loss in zip(runs, losses, strict=True)
        ]
    }
    start = paths[0][0]
    away = np.concatenate([path - start for path in paths])
    _, _, directions = np.linalg.svd(away, full_matrices=False)
    directions = np.concatenate([directions, np.zeros((2, len(start)))])[:2]
    flat = [(path - start) @ directions.T for path in paths]
    for one, path in zip(answer["runs"], flat, strict=True):
        one["path"] = path
    return {**answer, "slice": slice_of(run, start, directions, np.concatenate(flat), resolution)}


def _raced(run: Run, steps: int) -> tuple[np.ndarray, list[list[float]]]:
    """The path of a run, and its losses, at some of the steps."""
    train = slice(0, run.train)
    points, losses = [_trained(run)], [[0, run.loss_of(train)]]
    for part in np.array_split(np.arange(steps), min(steps, RECORDED)):
        run.advance(len(part))
        if run.stopped is not None:
            break
        points.append(_trained(run))
        losses.append([run.step, run.loss_of(train)])
    return np.array(points), losses


def _trained(run: Run) -> np.ndarray:
    return np.concatenate([v.numpy().ravel() for v in run.model.trainable_weights])


def slice_of(
    run: Run, start: np.ndarray, directions: np.ndarray, path: np.ndarray, resolution: int
) -> dict[str, Any]:
    """The loss of the training points over a plane through the weights.

    Args:
        run: whose loss.
        start: all trained weights, where the plane's origin is.
        directions: (2, number of weights).
        path: (n, 2), points that the picture is to show.
        resolution: columns and rows.
    """
    low, high = path.min(axis=0), path.max(axis=0)
    reach = np.maximum(high - low, 1e-3 * (1 + np.abs(start).max()))
    low, high = low - 0.25 * reach, high + 0.25 * reach
    x, y = (np.linspace(a, b, resolution) for a, b in zip(low, high, strict=True))
    values = np.empty((resolution, resolution), "<f4")
    variables = run.model.trainable_weights
    with untouched(run):
        for row, b in enumerate(y[::-1]):
            for column, a in enumerate(x):
                place = start + a * directions[0] + b * directions[1]
                offset = 0
                for v in variables:
                    size = v.numpy().size
                    v.assign(place[offset : offset + size].reshape(v.shape))
                    offset += size
                values[row, column] = run.loss_of(slice(0, run.train))
    return {
        "x": [x[0], x[-1]],
        "y": [y[0], y[-1]],
        "columns": resolution,
        "rows": resolution,
        "values": base64.b64encode(values.tobytes()).decode(),
        "minimum": float(np.nanmin(values)),
        "maximum": float(np.nanmax(values)),
    }
