"""One step under the microscope: every number of forward, loss, backward and update.

    z = x W + b,  a = f(z)        forward
    L = loss(y, a) + penalties    how wrong it is
    dL/da -> dL/dz -> dL/dW       backward
    W' = W + step                 update: see `arithmetic`

The network is the one that training uses, with every activation as a node of its own, so that what
stands before and behind it can be read.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from scratch import ops
from scratch.network.trace import split

from .fields import RefusedError, flag, table
from .finite import quiet, weight_name
from .run import Run

SHOWN = 32  # samples whose numbers are told


@dataclass
class Seen:
    """What a layer did.

    Args:
        layer: of the model.
        x: its input, (n, ...).
        z, a: before and behind its activation; of a layer without one, z is None.
        dx, dz, da: dL/dx, dL/dz, dL/da. dx is None of the first layer, dz as z.
        before, gradients, after: of each weight, its value, dL/dw, its value behind the step.
        saved: what the layer keeps for its backward pass.
    """

    layer: Any
    x: np.ndarray
    z: np.ndarray | None
    a: np.ndarray
    dx: np.ndarray | None
    dz: np.ndarray | None
    da: np.ndarray | None
    before: dict[str, np.ndarray]
    gradients: dict[str, np.ndarray]
    after: dict[str, np.ndarray]
    saved: dict[str, Any]


@dataclass
class Look:
    """A step, not made: where the run stands, it stays.

    Args:
        rows: the numbers of the points of the batch.
        layers: what each layer did.
        loss: with the penalty.
        penalty: of it.
        losses: of each sample, without the penalty.
    """

    rows: np.ndarray
    layers: list[Seen]
    loss: float
    penalty: float
    losses: np.ndarray


@contextmanager
def untouched(run: Run) -> Iterator[None]:
    """Whatever is tried with the run inside is undone behind it."""
    before = run.snapshot()
    try:
        yield
    finally:
        run.restore(before)


def look(run: Run, rows: np.ndarray, training: bool = True) -> Look:
    """Looks at a step on some points.

    Args:
        run: whose.
        rows: the numbers of the points.
        training: whether dropout draws, and batch normalization takes the batch's own moments.
    """
    model, x, y = run.model, run.x[rows], run.targets[rows]
    with untouched(run), quiet(), run.precision():
        held = run.snapshot()["held"]
        model._step.prepare((x, y, None), training=True)
        network = model._step.connect(y, training)
        for node in list(network.computing):
            if getattr(node.layer, "before_activation", None) is not None:
                split(node, network.nodes)
        network._arrange()
        network.want_dx()
        network.forward(x)
        compiled = model._step.require_compiled()
        loss = float(model._step.forward_loss(compiled, network, (x, y, None)))
        network.backward()
        seen: list[Seen] = []
        for layer in model.layers:
            nodes = [node for node in network.computing if node.layer.name == layer.name]
            seen.append(_seen(layer, nodes) if nodes else _unseen(layer, x, seen))
        if seen[-1].da is None:  # softmax or sigmoid and cross-entropy are derived as one
            seen[-1].da = _of_the_loss(run, y, seen[-1].a)
        for one in seen:
            for v in one.layer.weights:
                if v.trainable:
                    one.gradients[weight_name(v)] = np.array(v.gradient)
        penalty, losses = run.penalty(), each_loss(run, y, seen[-1].a)
        for v, value in zip(model.variables, held, strict=False):
            v.assign(value)  # the same mask is drawn again
        for one in seen:
            one.before = {weight_name(v): v.numpy().copy() for v in one.layer.weights}
        if training:
            run.train_on(rows)
        for one in seen:
            one.after = {weight_name(v): v.numpy().copy() for v in one.layer.weights}
    return Look(rows, seen, loss, penalty, losses)


def _unseen(layer: Any, x: np.ndarray, before: list[Seen]) -> Seen:
    """Of a layer that does nothing: dropout, in inference."""
    given = before[-1].a if before else x
    da = before[-1].da if before else None
    return Seen(layer, given, None, given, da, None, da, {}, {}, {}, {})


def _seen(layer: Any, nodes: list[Any]) -> Seen:
    """What the nodes of a layer hold after both passes."""
    first, last = nodes[0], nodes[-1]
    apart = len(nodes) > 1

    def copied(value: Any) -> Any:
        return None if value is None else np.array(value)

    return Seen(
        layer=layer,
        x=copied(first.inputs[0].y),
        z=copied(first.y) if apart else None,
        a=copied(last.y),
        dx=copied(first.inputs[0].dy),
        dz=copied(first.dy) if apart else None,
        da=copied(last.dy),
        before={},
        gradients={},
        after={},
        saved=dict(first.saved),
    )


def _term(run: Run) -> Any:
    return run.model._step.require_compiled().losses.terms[0]


def _of_the_loss(run: Run, y: np.ndarray, a: np.ndarray) -> np.ndarray:
    """dL/da by the graph of the loss alone."""
    term = _term(run)
    p = ops.Symbol.leaf("p", shape=a.shape, dtype=a.dtype.name)
    value = term.loss(y, p)
    if term.weight is not None:
        value = ops.multiply(value, term.weight)
    (derivative,) = ops.gradient(value, [p])
    return np.asarray(ops.evaluate(derivative, {p: a}))


def each_loss(run: Run, y: np.ndarray, a: np.ndarray) -> np.ndarray:
    """The loss of each sample, weighted, without the penalty."""
    term = _term(run)
    with quiet(), run.precision():
        found = [float(np.asarray(term.loss(y[i : i + 1], a[i : i + 1]))) for i in range(len(a))]
    return np.array(found) * (1.0 if term.weight is None else term.weight)


def told(run: Run, request: dict[str, Any]) -> dict[str, Any]:
    """What the command `microscope` answers."""
    table("microscope", request, ("command", "id", "rows", "training"))
    training = flag("training", request.get("training", True))
    found = look(run, chosen(run, request.get("rows")), training)
    shown = slice(0, SHOWN)

    def part(array: np.ndarray | None) -> Any:
        return None if array is None else array[shown]

    layers = []
    for one in found.layers:
        layers.append(
            {
                "name": one.layer.name,
                "class": type(one.layer).__name__,
                "activation": getattr(getattr(one.layer, "activation", None), "__name__", None),
                "z": part(one.z),
                "a": part(one.a),
                "dL_da": part(one.da),
                "dL_dz": part(one.dz),
                "weights": {
                    name: {
                        "before": one.before[name],
                        "dL_dw": one.gradients.get(name),
                        "after": one.after[name],
                    }
                    for name in one.before
                },
                **_of_its_class(run, one, shown, found.rows),
            }
        )
    return {
        "step": run.step,
        "rows": found.rows,
        "shown": min(SHOWN, len(found.rows)),
        "input": part(found.layers[0].x),
        "dL_dx": part(found.layers[0].dx),
        "targets": run.targets[found.rows][shown],
        "layers": layers,
        "loss": found.loss,
        "penalty": found.penalty,
        "losses": found.losses,
    }


def _of_its_class(run: Run, one: Seen, shown: slice, rows: np.ndarray) -> dict[str, Any]:
    """Dropout's mask, and the two faces of batch normalization."""
    kind = type(one.layer).__name__
    if kind == "Dropout":
        dropped = one.saved.get("dropped")
        scale = 1 / (1 - one.layer.rate)
        kept = np.ones(one.x.shape) if dropped is None else np.where(dropped, 0.0, scale)
        return {"mask": kept[shown]}
    if kind == "BatchNormalization":
        number = run.model.layers.index(one.layer)
        return {
            "batch_mean": one.x.mean(axis=0),
            "batch_variance": one.x.var(axis=0),
            "moving_mean": one.before[f"{one.layer.name}/moving_mean"],
            "moving_variance": one.before[f"{one.layer.name}/moving_variance"],
            "inference": run.inside(run.x[rows])[number][shown],
        }
    return {}


def chosen(run: Run, rows: Any) -> np.ndarray:
    """The points of a command: those of the batch that comes next, or numbers.

    Raises:
        RefusedError: for what is no list of numbers of points.
    """
    if not len(run.x):
        raise RefusedError("There are no points to look at: add some")
    if rows is None:
        return run.batches.rows_of(run.step)
    good = isinstance(rows, list) and 0 < len(rows) <= len(run.x)
    if not good or not all(type(i) is int and 0 <= i < len(run.x) for i in rows):
        raise RefusedError(f"`rows` must be numbers of points, from 0 to {len(run.x) - 1}")
    return np.array(rows)
