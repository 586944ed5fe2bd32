"""What a tiny CNN sees: its filters, and the feature maps of one image, or of one sequence.

Of a sequence the picture has a row for each channel and a column for each moment, a map is one row
over time, and a filter is (channels, window): the network is a time-delay network, the same filter
over every moment.
"""

from typing import Any

import numpy as np

from .fields import RefusedError, whole
from .run import Run


def _maps(y: np.ndarray) -> np.ndarray:
    """(channels, rows, columns) of (height, width, channels), or of (time, channels)."""
    return np.moveaxis(y, 2, 0) if y.ndim == 3 else y.T[:, None]


def _filters(kernel: np.ndarray) -> np.ndarray:
    """(filters, inputs, rows, columns) of (height, width, inputs, filters) or of a window's."""
    if kernel.ndim == 4:
        return np.transpose(kernel, (3, 2, 0, 1))
    return np.transpose(kernel, (2, 1, 0))[:, None]  # window, inputs, filters


def feature_maps(run: Run, request: dict[str, Any]) -> dict[str, Any]:
    """What the command `feature_maps` answers.

    Raises:
        RefusedError: where the inputs are no images and no sequences.
    """
    if run.samples.is_flat:
        raise RefusedError(
            'Feature maps are of images and sequences: choose the data "strokes" or "glides"'
        )
    row = whole("row", request.get("row", 0), 0, len(run.x) - 1)
    outputs = run.inside(run.x[row : row + 1])
    layers = []
    for layer, y in zip(run.model.layers, outputs, strict=True):
        found: dict[str, Any] = {"name": layer.name, "class": type(layer).__name__}
        if y.ndim > 2:
            found["maps"] = _maps(y[0])
            if hasattr(layer, "kernel"):
                found["filters"] = _filters(layer.kernel.numpy())
                found["biases"] = None if layer.bias is None else layer.bias.numpy()
        else:
            found["values"] = y[0]
        layers.append(found)
    labels = run.labels
    return {
        "row": row,
        "image": run.x[row, ..., 0] if run.x.ndim == 4 else run.x[row].T,
        "label": None if labels is None else labels[row],
        "output": outputs[-1][0],
        "layers": layers,
    }
