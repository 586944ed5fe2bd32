"""Is the network well? Layer by layer, how large gradients and steps are, and which units learn.

saturated    the share of samples and units at which |f'(z)| is below 0.02
dead         the units at which f'(z) is 0 for every sample: nothing reaches their weights
ratio        |step| / |weights|: about 0.001 is usual
"""

from typing import Any

import numpy as np

from .equations import slope
from .fields import RefusedError, table, whole
from .microscope import Seen, look
from .protocol import CAPS
from .run import Run
from .state import checked

POINTS = 300  # of which activations are looked at
FLAT = 0.02
COMPARED: tuple[dict[str, Any], ...] = (
    {"class": "Zeros"},
    {"class": "Constant", "value": 0.5},
    {"class": "RandomNormal", "stddev": 0.01},
    {"class": "RandomUniform", "minval": -0.5, "maxval": 0.5},
    {"class": "GlorotUniform"},
    {"class": "HeNormal"},
)


def _norm(arrays: list[np.ndarray]) -> float:
    return float(np.sqrt(sum(float(np.square(a, dtype="float64").sum()) for a in arrays)))


def _histogram(values: np.ndarray) -> dict[str, Any]:
    finite = values[np.isfinite(values)].astype("float64")  # 24 bins fit between any two numbers
    counts, edges = np.histogram(finite, 24) if finite.size else (np.zeros(24, int), np.zeros(25))
    return {"counts": counts, "edges": edges}


def _of_layer(run: Run, many: Seen, step: Seen) -> dict[str, Any]:
    trained = list(step.gradients)
    weights = [step.before[name] for name in trained]
    steps = [step.after[name] - step.before[name] for name in trained]
    found: dict[str, Any] = {
        "name": many.layer.name,
        "activation": getattr(getattr(many.layer, "activation", None), "__name__", None),
        "gradient_norm": _norm(list(step.gradients.values())),
        "weight_norm": _norm(weights),
        "update_norm": _norm(steps),
        "ratio": _norm(steps) / _norm(weights) if _norm(weights) else None,
        "mean": float(many.a.mean()),
        "std": float(many.a.std()),
        "activations": _histogram(many.a),
        "saturated": None,
        "dead": [],
    }
    if many.z is not None:
        found["z"] = _histogram(many.z)
        if found["activation"] not in ("linear", "softmax", "log_softmax", "sparsemax"):
            slopes = np.abs(slope(run, many.layer.activation, many.z)).reshape(-1, many.z.shape[-1])
            found["saturated"] = float((slopes < FLAT).mean())
            found["dead"] = np.flatnonzero((slopes == 0).all(axis=0))
    return found


def health(run: Run, request: dict[str, Any]) -> dict[str, Any]:
    """What the command `health` answers.

    Raises:
        RefusedError: where there are no points.
    """
    table("health", request, ("command", "id"))
    return {"step": run.step, "layers": _layers(run)}


def _layers(run: Run) -> list[dict[str, Any]]:
    if not run.train:
        raise RefusedError("There are no points to train on: add some")
    many = look(run, np.arange(min(run.train, POINTS)), training=False)
    step = look(run, run.batches.rows_of(run.step))
    pairs = zip(many.layers, step.layers, strict=True)
    layers = [_of_layer(run, a, b) for a, b in pairs]
    return [part for part in layers if part["activation"]]


def initializations(run: Run, request: dict[str, Any]) -> dict[str, Any]:
    """What the command `initializations` answers: the same run from several beginnings."""
    steps = whole("steps", request.get("steps", 100), 1, 500)
    given = request.get("initializers") or list(COMPARED)
    if not isinstance(given, list) or not 0 < len(given) <= CAPS["race"]:
        raise RefusedError(f"`initializers` must be a list of at most {CAPS['race']}")
    state = {**run.state, "engines": ["scratch"], "stop": None, "weights": None}
    bare = [{**layer, "kernel_initializer": None} if "kernel_initializer" in layer else layer
            for layer in state["layers"]]  # fmt: skip
    output = {**state["output"], "kernel_initializer": None}
    found = []
    for initializer in given:
        changed = {"layers": bare, "output": output, "kernel_initializer": initializer}
        tried = Run(*checked({**state, **changed}))
        begins = _layers(tried)
        losses = [[0, tried.loss_of(slice(0, tried.train))]]
        for part in np.array_split(np.arange(steps), min(steps, 25)):
            if tried.stopped is None:
                tried.advance(len(part))
                losses.append([tried.step, tried.loss_of(slice(0, tried.train))])
        found.append(
            {
                "initializer": tried.state["kernel_initializer"],
                "layers": [
                    {key: one[key] for key in ("name", "std", "gradient_norm", "saturated")}
                    for one in begins
                ],
                "losses": losses,
                "stopped": tried.stopped,
            }
        )
    return {"runs": found}
