"""One weight's gradient, sample by sample: what a batch takes the mean of.

dL/dW_ij of sample s alone = x_si dL_s/dz_sj,   dL/db_j = dL_s/dz_sj
"""

from typing import Any

import numpy as np

from .fields import RefusedError, table
from .microscope import look
from .run import Run

POINTS = 300


def sample_gradients(run: Run, request: dict[str, Any]) -> dict[str, Any]:
    """What the command `sample_gradients` answers, without what a penalty adds.

    Raises:
        RefusedError: for a weight of another layer than a Dense one, or where there are no points.
    """
    table("sample_gradients", request, ("command", "id", "weight", "index"))
    weight, index = run.place(request)
    if not run.train:
        raise RefusedError("There are no points to train on: add some")
    found = look(run, np.arange(min(run.train, POINTS)), training=False)
    name, _, part = weight.rpartition("/")
    one = next(seen for seen in found.layers if seen.layer.name == name)
    if one.x.ndim != 2 or one.dz is None or part not in ("kernel", "bias"):
        raise RefusedError(f"{weight} is no weight of a Dense layer: only these are told")
    alone = len(found.rows) * one.dz[:, index[-1]]  # the loss of a batch is a mean
    gradients = alone * one.x[:, index[0]] if part == "kernel" else alone
    return {
        "weight": weight,
        "index": list(index),
        "rows": found.rows,
        "losses": found.losses,
        "gradients": gradients,
        "mean": float(gradients.mean()),
    }
