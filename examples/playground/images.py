"""What a tiny CNN sees: its filters, and the feature maps of one image."""

from typing import Any

import numpy as np

from .protocol import RefusedError, whole
from .run import Run


def feature_maps(run: Run, request: dict[str, Any]) -> dict[str, Any]:
    """What the command `feature_maps` answers.

    Raises:
        RefusedError: where the inputs are no images.
    """
    if not run.samples.is_image:
        raise RefusedError('Feature maps are of images: choose the data "strokes"')
    row = whole("row", request.get("row", 0), 0, len(run.x) - 1)
    outputs = run.inside(run.x[row : row + 1])
    layers = []
    for layer, y in zip(run.model.layers, outputs, strict=True):
        found: dict[str, Any] = {"name": layer.name, "class": type(layer).__name__}
        if y.ndim == 4:
            found["maps"] = np.moveaxis(y[0], 2, 0)
            if hasattr(layer, "kernel"):  # height, width, inputs, filters
                found["filters"] = np.transpose(layer.kernel.numpy(), (3, 2, 0, 1))
                found["biases"] = None if layer.bias is None else layer.bias.numpy()
        else:
            found["values"] = y[0]
        layers.append(found)
    labels = run.labels
    return {
        "row": row,
        "image": run.x[row, ..., 0],
        "label": None if labels is None else labels[row],
        "output": outputs[-1][0],
        "layers": layers,
    }
