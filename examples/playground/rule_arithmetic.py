"""The arithmetic of a perceptron's rule: for one weight of the unit, sample by sample."""

import re
from typing import Any

import numpy as np

from .equations import as_text
from .perceptron import FORMULAS
from .run import Run

TOLD = 32  # samples of a batch that come one after the other
LISTED = 12  # numbers of a line


def _listed(numbers: Any, between: str) -> str:
    found = [as_text(float(v)) for v in numbers]
    return between.join(found[:LISTED]) + (f"{between}..." if len(found) > LISTED else "")


def _at(value: Any, place: int) -> float | None:
    """The number of a weight: of a vector its own, of a table none."""
    value = np.asarray(value)
    if value.ndim > 1:
        return None
    return float(value) if value.ndim == 0 else float(value[place])


def _numbers_of_all(name: str, formula: str, held: dict[str, Any], place: int) -> str:
    """A line of Batch with its numbers: z, m, y and x have an entry for each sample."""
    if name == "z":
        return _listed(held["z"], ", ")
    if name == "m":
        return f"{held['m'].sum()} of {len(held['m'])} samples"
    if name == "s":
        wrong = np.flatnonzero(held["m"])
        terms = [f"{as_text(held['y'][i])} {as_text(held['x'][i, place])}" for i in wrong]
        return " + ".join(terms[:LISTED]) + (" + ..." if len(terms) > LISTED else "") or "0"
    return _put_in(formula, held, place)


def _numbers(name: str, formula: str, held: dict[str, Any], place: int) -> str:
    """A line with its numbers: a product of vectors is written out, or is its value."""
    if name == "z":
        left = held[formula.split(" @ ")[0]]
        return " + ".join(
            f"{as_text(w)} {as_text(x)}" for w, x in zip(left, held["x"], strict=True)
        )
    return _put_in(formula.replace("x @ x", as_text(float(held["x"] @ held["x"]))), held, place)


def _put_in(formula: str, held: dict[str, Any], place: int) -> str:
    def number(match: re.Match[str]) -> str:
        found = held.get(match.group())
        at = None if found is None or callable(found) else _at(found, place)
        return match.group() if at is None else as_text(at)

    return re.sub(r"[A-Za-z_]\w*", number, formula)


def told(run: Run, rows: np.ndarray, weight: str, index: tuple[int, ...]) -> dict[str, Any]:
    """What the command `arithmetic` answers of a run that a rule trains."""
    rule = run.rule
    assert rule is not None
    held, lines = rule.scope(), []
    place = index[0] if weight.endswith("/kernel") else len(held["w"]) - 1
    remembered = {"u": held["u"], "t": held["t"]} if rule.kind == "Averaged" else {}
    before, of_all = held["w"], rule.kind == "Batch"
    rows = rows if of_all else rows[:TOLD]
    for held["x"], held["y"] in rule.samples(run.x[rows], run.targets[rows]):
        for name, formula in FORMULAS[rule.kind]:
            given = dict(held)
            value = held[name] = eval(formula, {"__builtins__": {}}, held)
            listed = of_all and name in ("z", "m")
            with_numbers = _numbers_of_all if of_all else _numbers
            # Of what is listed the list is the value.
            text = with_numbers(name, formula, dict(held) if listed else given, place)
            at = None if listed else _at(value, place)
            lines.append({"name": name, "formula": formula, "numbers": text, "value": at})
    return {
        "weight": weight,
        "index": list(index),
        "optimizer": None,
        "rule": rule.kind,
        "t": run.step + 1,
        "learning_rate": run.rate(),
        "gradient": None,
        "before": _at(before, place),
        "after": _at(held["w"], place),
        "slots": [
            {"name": key, "before": _at(old, place), "after": _at(held[key], place)}
            for key, old in remembered.items()
        ],
        "lines": lines,
    }
