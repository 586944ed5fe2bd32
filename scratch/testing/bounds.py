"""How close an answer must come to the reference: in half of its digits.

u = eps / 2 is the unit roundoff of the answer's type, 2^-53 in float64 and 2^-24 in float32. Two
correct ways to compute one number part in its last digits, by some multiple of u; a wrong formula
parts from the right one in the first digits, by some fraction of 1. sqrt(u), half of the digits,
lies as far from the one as from the other: 1e-8 in float64, 2e-4 in float32. Differences are taken
relative to the largest entry.

The share of units that a dropout silences is a mean of n draws: it lies within six of its standard
deviations, sqrt(p (1 - p) / n), but for once in 5e8.

A derivative by central differences with the step h = u^(1/3) has the error u^(2/3) of the
derivatives' size, and to it comes the rounding of the two values, u |f| / h.
"""

from typing import Any

import numpy as np


def roundoff(dtype: Any) -> float:
    """The unit roundoff of a type; that of float64 for types that do not round."""
    dtype = np.dtype(dtype)
    return float(np.finfo(dtype if dtype.kind in "fc" else "float64").eps) / 2


def agreement(dtype: Any) -> float:
    """What an answer of this type may be off, relative to the largest entry."""
    return float(np.sqrt(roundoff(dtype)))


def step(dtype: Any = "float64") -> float:
    """The best step of a central difference, relative to the number that is moved."""
    return float(np.cbrt(roundoff(dtype)))


def fits_probability(drawn: np.ndarray, p: float) -> bool:
    """Whether the share of True in `drawn` is what draws with the probability `p` give."""
    return bool(abs(drawn.mean() - p) <= 6 * np.sqrt(p * (1 - p) / drawn.size))
