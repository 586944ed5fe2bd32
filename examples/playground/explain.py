"""Smaller questions: what a network is made of, what an activation does, which rates go well."""

from typing import Any

import numpy as np

from .choices import ACTIVATIONS, library
from .equations import slope
from .fields import RefusedError, number, one_of, table, whole
from .finite import quiet
from .run import Run
from .state import checked

_NOT_PLAIN = ("softmax", "log_softmax", "sparsemax")


def summary(run: Run, request: dict[str, Any]) -> dict[str, Any]:
    """What the command `summary` answers: Keras's table, and the multiplications of a sample."""
    table("summary", request, ("command", "id"))
    text: list[str] = []
    run.model.summary(print_fn=lambda line, **_: text.append(line), line_length=72)
    products = 0
    for layer in run.model.layers:
        kernel = getattr(layer, "kernel", None)
        if kernel is not None:
            places = int(np.prod(layer.output.shape[1:-1]))
            products += places * int(np.prod(kernel.shape))
    return {
        "text": "\n".join(text),
        "parameters": int(sum(np.prod(v.shape) for v in run.model.weights)),
        "trainable": int(sum(np.prod(v.shape) for v in run.model.trainable_weights)),
        "multiplications": products,
    }


def activation(run: Run, request: dict[str, Any]) -> dict[str, Any]:
    """What the command `activation` answers: f and f' from -6 to 6, and a layer's z, if asked for.

    Raises:
        RefusedError: for an activation of all units together.
    """
    name = one_of("name", request.get("name"), ACTIVATIONS)
    if name in _NOT_PLAIN:
        raise RefusedError(f"{name} takes all units of a layer together: it is no curve")
    f = library.activations.get(name)
    z = np.linspace(-6, 6, 241).astype(run.state["dtype"])
    with quiet(), run.precision():
        a = np.asarray(f(z))
    return {"name": name, "z": z, "a": a, "slope": slope(run, f, z)}


def sweep(run: Run, request: dict[str, Any]) -> dict[str, Any]:
    """What the command `sweep` answers: the loss after some steps at each learning rate."""
    steps = whole("steps", request.get("steps", 30), 1, 200)
    low = number("low", request.get("low", 1e-4), 1e-8, 1e3)
    high = number("high", request.get("high", 10), 1e-8, 1e3)
    weights = [v.numpy().tolist() for v in run.model.weights]
    state = {**run.state, "engines": ["scratch"], "stop": None, "weights": weights}
    part = "rule" if run.rule is not None else "optimizer"
    if "learning_rate" not in state[part]:
        raise RefusedError(f"The rule {state[part]['class']} has no learning rate to try")
    rates, losses = np.geomspace(low, high, 16), []
    for rate in rates:
        tried = Run(*checked({**state, part: {**state[part], "learning_rate": float(rate)}}))
        tried.advance(steps)
        losses.append(tried.loss_of(slice(0, tried.train)))
    finite = [loss if np.isfinite(loss) else np.inf for loss in losses]
    return {"rates": rates, "losses": losses, "best": float(rates[int(np.argmin(finite))])}


def roc(run: Run, request: dict[str, Any]) -> dict[str, Any]:
    """What the command `roc` answers: of every threshold, who is found and who is mistaken.

    Raises:
        RefusedError: where there are not two classes and one output.
    """
    of = one_of("of", request.get("of", "test"), ("train", "test"))
    rows = slice(0, run.train) if of == "train" else slice(run.train, None)
    if not len(run.x[rows]):
        raise RefusedError("There are no such points: add some")
    outputs = run.outputs(run.x[rows])
    if run.samples.kind != "classification" or outputs.shape[1] != 1 or run.labels is None:
        raise RefusedError("A threshold divides two classes by one output: these are others")
    scores, positive = outputs[:, 0], run.labels[rows] == 1
    if not positive.any() or positive.all():
        raise RefusedError("Points of both classes are needed")
    thresholds = np.concatenate([[np.inf], np.unique(scores)[::-1]])
    found = np.array([(scores[positive] >= t).mean() for t in thresholds])
    mistaken = np.array([(scores[~positive] >= t).mean() for t in thresholds])
    return {
        "thresholds": thresholds,
        "true_positive_rate": found,
        "false_positive_rate": mistaken,
        "auc": float(np.trapezoid(found, mistaken)),
    }
