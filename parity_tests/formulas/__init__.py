"""Formulas: what the documentation of a public name says that it computes, written down once.

A row is an expression as a user writes it, the formula of Keras's docstring (or of the paper that
it names) in plain NumPy, and inputs on which both are asked, the edges among them:

    Formula("losses.huber(y, p, 0.5)", lambda y, p: np.mean(...), REGRESSION)

A formula is written from the documentation alone, never from what `scratch` or Keras does, and is
computed in long double. Answers may differ from it by what an answer for slightly different inputs
differs (`judging.py`): that is what numerically stable means. Where more is between them, the row
says so, with the name of a finding or a sentence; and that must be true, on both sides.
"""

import functools
import importlib
import inspect
from typing import Any

import scratch
from parity_tests.formulas.formula import Formula as Formula
from parity_tests.formulas.reasons import REASON_OF

FAMILIES = (
    "losses", "metrics", "activations", "regularizers", "constraints", "schedules", "optimizers",
    "initializers", "layers", "images", "callbacks", "helpers", "operations",
)  # fmt: skip


@functools.cache
def all_formulas() -> tuple[Formula, ...]:
    """Every row, in the order of the families."""
    homes = (importlib.import_module(f"{__name__}.{family}") for family in FAMILIES)
    return tuple(formula for home in homes for formula in home.FORMULAS)


def find(expression: str) -> Formula:
    """The row of an expression."""
    return _by_expression()[expression]


@functools.cache
def _by_expression() -> dict[str, Formula]:
    return {formula.expression: formula for formula in all_formulas()}


COVERED = (
    "activations", "callbacks", "constraints", "initializers", "layers", "losses", "metrics",
    "optimizers", "optimizers.schedules", "random", "regularizers", "utils",
)  # fmt: skip


def with_a_row() -> set[int]:
    """Of what there is a row: the classes and functions themselves, whatever they are called."""
    pairs = (pair for formula in all_formulas() for pair in formula.names)
    return {id(_found(".".join(pair))) for pair in pairs}


def public_things() -> dict[str, Any]:
    """Every class and function of the families: from `"losses.huber"` to it."""
    found = {}
    for space in COVERED:
        home = _found(space)
        for name in getattr(home, "__all__", dir(home)):
            thing = getattr(home, name)
            if not name.startswith("_") and not inspect.ismodule(thing):
                found[f"{space}.{name}"] = thing
    return found


def uncovered() -> list[str]:
    """The public names that have neither a row nor a reason."""
    known = with_a_row()
    return [
        name
        for name, thing in public_things().items()
        if id(thing) not in known and name not in REASON_OF
    ]


def counted() -> str:
    """How many rows there are, on how many inputs, for how many of the public names."""
    rows, things, known = all_formulas(), public_things(), with_a_row()
    inputs, parted = sum(len(row.inputs) for row in rows), sum(map(_parted, rows))
    names = [name for name, thing in things.items() if id(thing) in known]
    return (
        f"Formulas of the documentation: {len(rows)} for {len(names)} of {len(things)} names of "
        f"{len(COVERED)} namespaces, on {inputs:,} inputs; on {parted} the answer is another one, "
        f"for a reason. {len(things) - len(names) - len(uncovered())} names have a reason to have "
        "none."
    )


def _parted(row: Formula) -> int:
    return sum(bool(row.reason(label, "tf")) for label in row.inputs)


def _found(name: str) -> Any:
    return functools.reduce(getattr, name.split("."), scratch)
