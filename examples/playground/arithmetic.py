"""The arithmetic of an update: of one weight, what the optimizer remembers and what it computes.

Every line of `formulas` is computed with the numbers of the step, on the whole weight, and must
come to what the optimizer came to.
"""

import re
from typing import Any

import numpy as np

from scratch.ops.graph.promotion import constant

from . import rule_arithmetic
from .equations import as_text
from .fields import RefusedError, table
from .finite import quiet, weight_name
from .formulas import ROUNDED, letters_of, lines_of
from .microscope import chosen, untouched
from .run import Run


def _slots(run: Run, number: int) -> dict[str, np.ndarray]:
    """What the optimizer remembers of a trained weight, by letter."""
    optimizer = run.model.optimizer
    kind = run.state["optimizer"]["class"]
    letters = letters_of(kind)
    if kind == "Adafactor":
        found = {"v": optimizer._v[number]}
        if run.model.trainable_weights[number].ndim > 1:
            found |= {"r": optimizer._r[number], "c": optimizer._c[number]}
    elif kind == "Muon":
        found = {"m": optimizer.momentums[number], "v": optimizer.adam_velocities[number]}
    else:
        found = {
            letters[name]: slot.variables[number]
            for name, slot in optimizer._slots.items()
            if name in letters
        }
    if kind == "Nadam":
        found["P"] = optimizer._u_product
    return {name: v.numpy().copy() for name, v in found.items() if v is not None}


def worked_out(run: Run, rows: np.ndarray, number: int) -> dict[str, Any]:
    """A step that is undone: what stood there before, every line, what stood there behind.

    Args:
        run: whose.
        rows: the points of the batch.
        number: of the weight among the trained ones.
    """
    optimizer = run.model.optimizer
    variable = run.model.trainable_weights[number]
    with untouched(run), quiet(), run.precision():
        before, remembered = variable.numpy().copy(), _slots(run, number)
        t = int(np.asarray(optimizer.iterations)) + 1
        rate = np.asarray(optimizer.learning_rate)
        run.model.train_on_batch(run.x[rows], run.targets[rows])
        after, slots = variable.numpy().copy(), _slots(run, number)
        gradient = np.array(variable.gradient)
        names = {"w": before, "g": gradient, **remembered}
        names |= {name: before.dtype.type(value) for name, value in (("t", t), ("lr", rate))}
        options = {
            key: value
            for key, value in vars(optimizer).items()
            if isinstance(value, float | int) and not isinstance(value, bool)
        }
        kind = run.state["optimizer"]["class"]
        compute = _Computer(kind, optimizer, before.dtype.type)
        lines = []
        for name, formula in lines_of(optimizer, kind, before.ndim < 2):
            given = {**options, **names}
            names[name] = compute(name, formula, options, names)
            lines.append((name, formula, given, names[name]))
    return {
        "t": t,
        "rate": float(rate),
        "before": before,
        "after": after,
        "gradient": gradient,
        "slots": {key: (remembered[key], slots[key]) for key in remembered},
        "lines": lines,
        "result": names["w"],
    }


class _Computer:
    """Computes formulas as the optimizer does: in the weights' type, with Keras's rounding."""

    def __init__(self, kind: str, optimizer: Any, of: Any) -> None:
        self._of = of
        self._rounded = (*ROUNDED.get(kind, ()), "weight_decay", "adam_weight_decay")
        self._functions: dict[str, Any] = {
            "sqrt": np.sqrt, "maximum": np.maximum, "minimum": np.minimum, "abs": np.abs,
            "sign": np.sign, "clip": np.clip, "mean": np.mean,
            "norm": lambda x: np.sqrt(np.sum(np.square(x))),
            "rms": lambda x: np.sqrt(np.mean(np.square(x))),
            "outer": lambda a, b: a[..., None] * b[..., None, :],
            "mean_of_columns": lambda x: x.mean(axis=-1),
            "mean_of_rows": lambda x: x.mean(axis=-2),
            "rounded": lambda x: constant(float(x), of(0)),
        }  # fmt: skip
        if kind == "Muon":
            steps = optimizer.ns_steps
            self._functions["orthogonal"] = lambda x: optimizer.zeropower_via_newtonschulz5(
                x, steps
            )
            self._functions["adjusted"] = optimizer.lr_adjust

    def __call__(self, name: str, formula: str, options: Any, names: Any) -> Any:
        rounded = () if name == "P" else self._rounded  # Nadam's product is not rounded
        scope = {
            key: constant(float(value), self._of(0)) if key in rounded else self._of(value)
            for key, value in options.items()
        }
        text = formula
        for key, value in options.items():
            if key not in rounded:
                scope[f"_1_{key}"] = self._of(1 - value)
                text = text.replace(f"(1 - {key})", f"_1_{key}")
        if name != "P":
            text = re.sub(r"([\w.]+) \*\* (?=t|\(t)", r"rounded(\1) ** ", text)
        return eval(text, {"__builtins__": {}}, {**self._functions, **scope, **names})


def _at(value: Any, index: tuple[int, ...], shape: tuple[int, ...]) -> float | None:
    """The number that belongs to one weight; None of what has no such number."""
    value = np.asarray(value)
    if value.ndim == 0:
        return float(value)
    if value.shape == shape:
        return float(value[index])
    if value.shape == shape[:1]:  # the mean of a row
        return float(value[index[0]])
    return float(value[index[-1]]) if value.shape == shape[1:] else None


def told(run: Run, request: dict[str, Any]) -> dict[str, Any]:
    """What the command `arithmetic` answers.

    Raises:
        RefusedError: for a weight that is not trained.
    """
    table("arithmetic", request, ("command", "id", "weight", "index", "rows"))
    index = run.place(request)[1]
    names = [weight_name(v) for v in run.model.trainable_weights]
    if request["weight"] not in names:
        raise RefusedError(f"{request['weight']} is not trained: it has no gradient")
    number = names.index(request["weight"])
    if run.stopped:
        raise RefusedError(run.stopped)
    rows = chosen(run, request.get("rows"))
    if run.rule is not None:
        return rule_arithmetic.told(run, rows, names[number], index)
    found = worked_out(run, rows, number)
    shape = found["before"].shape

    def at(value: Any) -> float | None:
        return _at(value, index, shape)

    lines = []
    for name, formula, given, value in found["lines"]:

        def put_in(match: re.Match[str], given: dict[str, Any] = given) -> str:
            number_ = at(given[match.group()]) if match.group() in given else None
            return match.group() if number_ is None else as_text(number_)

        numbers = re.sub(r"[A-Za-z_][A-Za-z_0-9]*(?!\w*\()", put_in, formula)
        lines.append({"name": name, "formula": formula, "numbers": numbers, "value": at(value)})
    answer = {
        "weight": names[number],
        "index": list(index),
        "optimizer": run.state["optimizer"]["class"],
        "rule": None,
        "t": found["t"],
        "learning_rate": found["rate"],
        "gradient": at(found["gradient"]),
        "before": at(found["before"]),
        "after": at(found["after"]),
        "slots": [
            {"name": key, "before": at(old), "after": at(new)}
            for key, (old, new) in found["slots"].items()
        ],
        "lines": lines,
    }
    if run.twin is not None:
        answer["tf"] = run.twin.update_of(rows, number, index)
    return answer
