"""A run saved as a case: the suite replays it in tf.keras, as it does its own."""

import json
import zlib
from typing import Any

import numpy as np

from .fields import RefusedError, table
from .network import described, width_of
from .run import Run

STEPS = 8


def saved(run: Run, request: dict[str, Any]) -> dict[str, Any]:
    """What the command `save_case` answers: a file for `parity_tests/cases/played/`.

    It begins with the weights of now, and takes the batches that come next.

    Raises:
        RefusedError: where there is nothing to train on.
    """
    table("save_case", request, ("command", "id"))
    if run.rule is not None:
        raise RefusedError(
            f"A case is replayed in Keras, which has no rule {run.rule.kind}: choose an optimizer"
        )
    if not run.train or run.stopped:
        raise RefusedError(run.stopped or "There are no points to train on: add some")
    size = min(run.state["batch_size"], run.train)
    batches: list[np.ndarray] = []
    for step in range(run.step, run.step + 3 * STEPS):
        rows = run.batches.rows_of(step)
        if len(rows) == size and len(batches) < STEPS:
            batches.append(rows)
    rows = np.concatenate(batches)
    targets = run.targets[rows]
    case = {
        "input": list(width_of(run.state, run.samples)),
        "layers": [[kind, arguments] for kind, arguments in described(run.state, run.samples)],
        "loss": run.state["loss"],
        "loss_weight": run.state["loss_weight"],
        "optimizer": run.state["optimizer"],
        "batch_size": size,
        "steps": len(batches),
        "weights": [v.numpy().astype("float32").tolist() for v in run.model.weights],
        "x": run.x[rows].astype("float32").tolist(),
        "y": targets.astype("float32").tolist() if targets.dtype.kind == "f" else targets.tolist(),
    }
    text = json.dumps(case, indent=None, separators=(",", ":")) + "\n"
    number = f"{zlib.crc32(text.encode()):08x}"
    data, optimizer = run.state["data"]["name"], run.state["optimizer"]["class"].lower()
    return {"name": f"{data}_{optimizer}_{number}.json", "text": text}
