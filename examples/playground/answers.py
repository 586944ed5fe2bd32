"""What a network says: of one map in large, of points, of classes; its line."""

import base64
from typing import Any

import numpy as np

from .features import features_of
from .fields import RefusedError, one_of, table, whole
from .picture import Picture
from .protocol import CAPS
from .run import Run
from .tables import rows_of


def view(run: Run, request: dict[str, Any]) -> dict[str, Any]:
    """What the command `view` answers.

    Raises:
        RefusedError: for images, which have no maps.
    """
    table("view", request, ("command", "id", "map", "resolution"))
    resolution = whole("resolution", request.get("resolution", 100), 5, CAPS["resolution"])
    picture = Picture(run, resolution)
    if not picture.described:
        raise RefusedError("There are no maps of images: see `feature_maps`")
    k = whole("map", request.get("map"), 0, len(picture.described) - 1)
    found = picture.maps(run)[k].astype("<f4")
    return {
        "rows": found.shape[0],
        "columns": found.shape[1],
        "values": base64.b64encode(found.tobytes()).decode(),
        "minimum": float(found.min()),
        "maximum": float(found.max()),
    }


def predict(run: Run, request: dict[str, Any]) -> dict[str, Any]:
    """What the command `predict` answers."""
    table("predict", request, ("command", "id", "inputs"))
    inputs = rows_of(request.get("inputs"), run.samples.inputs.shape[1:])
    outputs = run.outputs(features_of(inputs, run.state["features"], run.state["dtype"]))
    is_classes = run.samples.kind == "classification"
    return {"outputs": outputs, "labels": run.classes_of(outputs) if is_classes else None}


def confusion(run: Run, request: dict[str, Any]) -> dict[str, Any]:
    """What the command `confusion` answers: true classes in rows, predicted ones in columns.

    Raises:
        RefusedError: where there are no classes.
    """
    if run.samples.kind != "classification":
        raise RefusedError("Only classes can be confused: this is no classification")
    train = one_of("of", request.get("of", "train"), ("train", "test")) == "train"
    rows = slice(0, run.train) if train else slice(run.train, None)
    matrix = np.zeros((run.samples.classes, run.samples.classes), int)
    assert run.labels is not None
    if len(run.x[rows]):
        np.add.at(matrix, (run.labels[rows], run.classes_of(run.outputs(run.x[rows]))), 1)
    return {"matrix": matrix}


def line(run: Run, request: dict[str, Any]) -> dict[str, Any]:
    """What the command `line` answers: a x + b y + c = 0.

    Raises:
        RefusedError: of a network that draws no line.
    """
    table("line", request, ("command", "id"))
    if len(run.model.layers) != 1 or run.state["features"] not in (["x", "y"], ["x"], ["y"]):
        raise RefusedError("Only a network of one layer, of the inputs x and y, draws a line")
    kernel = run.model.layers[0].kernel.numpy()
    if kernel.shape[1] != 1:
        raise RefusedError("Only a network of one unit draws one line")
    bias = run.model.layers[0].bias
    along = dict(zip(run.state["features"], kernel[:, 0], strict=True))
    return {
        "a": along.get("x", 0.0),
        "b": along.get("y", 0.0),
        "c": 0.0 if bias is None else bias.numpy()[0],
    }
