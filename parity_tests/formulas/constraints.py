"""Constraints, as their docstrings define them: on the norm of the weights of a unit."""

import numpy as np

from parity_tests.formulas.formula import Formula

rng = np.random.default_rng(5)
w = rng.normal(size=(4, 3))
WEIGHTS = {
    "drawn": (w,),
    "long": (8 * w,),
    "short": (w / 64,),
    "of length 1": (np.eye(4)[:, :3],),
    "a zero column": (w * np.array([0, 1, 1]),),
    "rank 1": (w[:, 0],),
    "one column": (w[:, :1],),
    "tiny": (1e-20 * w,),
    "huge": (1e20 * w,),
    "far from zero": (1e4 + w,),
    "NaN": (np.where(w == w[1, 1], np.nan, w),),
}
FILTERS = {"drawn": (rng.normal(size=(2, 2, 3, 4)),)}


def norm(w, axis):
    return np.sqrt(np.sum(w**2, axis=axis, keepdims=True))


def to_norm(w, wanted, axis=0):
    """Weights scaled to a norm; a zero vector has no direction, and stays."""
    n = norm(w, axis)
    return np.where(n == 0, 0, w * wanted(n) / np.where(n == 0, 1, n))


def max_norm(w, axis=0):
    return to_norm(w, lambda n: np.minimum(n, 2.0), axis)


def min_max(w, rate=1.0):
    return to_norm(w, lambda n: (1 - rate) * n + rate * np.clip(n, 0.5, 1.0))


# An epsilon is added to the norm that is divided by: too short by one part in 10^7 of a norm of 1.
SHORTENED = dict.fromkeys(set(WEIGHTS) - {"huge"}, "constraints_shorten")

FORMULAS = [
    Formula("constraints.NonNeg()(w)", lambda w: np.maximum(w, 0), WEIGHTS),
    Formula("constraints.MaxNorm(2.0)(w)", max_norm, WEIGHTS, SHORTENED),
    Formula("constraints.MaxNorm(2.0, axis=[0, 1, 2])(w)", lambda w: max_norm(w, (0, 1, 2)),
            FILTERS, {"drawn": "constraints_shorten"}),
    Formula("constraints.UnitNorm()(w)", lambda w: to_norm(w, lambda n: 1.0), WEIGHTS, SHORTENED),
    Formula("constraints.MinMaxNorm(0.5, 1.0)(w)", min_max, WEIGHTS, SHORTENED),
    Formula("constraints.MinMaxNorm(0.5, 1.0, rate=0.25)(w)", lambda w: min_max(w, 0.25), WEIGHTS,
            SHORTENED),
]  # fmt: skip
