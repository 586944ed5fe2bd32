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

from parity_tests.formulas.formula import Formula as Formula

FAMILIES = (
    "losses", "metrics", "activations", "regularizers", "constraints", "schedules", "optimizers",
    "initializers",
)  # fmt: skip


@functools.cache
def all_formulas() -> tuple[Formula, ...]:
    """Every row, in the order of the families."""
    homes = (importlib.import_module(f"{__name__}.{family}") for family in FAMILIES)
    return tuple(formula for home in homes for formula in home.FORMULAS)


def find(expression: str) -> Formula:
    """The row of an expression."""
    return next(formula for formula in all_formulas() if formula.expression == expression)
