"""Judging an answer: whether it is the formula's, for inputs that are a few roundings off.

An algorithm is numerically stable where its answer differs little from the exact one for nearly
the same inputs (Higham 2002, ch. 1). With h = 8 sqrt(n) u for inputs of n numbers and u the unit
roundoff, it may differ by

    h (|f(x)| + |v|) + max |f(x (1 + h s)) - f(x)|    s: some vectors of signs

element by element, f in long double; v is what a row says that its formula passes `through`. So
a mean of numbers near 1e4 is not asked for digits that its inputs do not have, and a formula that
loses digits of its own is noticed.
"""

from typing import Any

import numpy as np

from parity_tests.formulas.asking import Answer
from parity_tests.formulas.formula import Formula
from parity_tests.harness.tolerances import rounding

FLOATS = (np.float32, np.float64)
LABELS = 64
NEARBY = 4  # vectors of signs: each is a lower bound of how ill-conditioned the formula is


def difference(formula: Formula, label: str, answer: Answer) -> str:
    """Where an answer leaves what the formula says, in words; empty where it does not."""
    expected, allowed = expectation(formula, label)
    if isinstance(expected, str) or isinstance(answer, str):
        same = isinstance(expected, str) and isinstance(answer, str)
        return "" if same else f"formula: {_shown(expected)}, answer: {_shown(answer)}"
    if [part.shape for part in expected] != [part.shape for part in answer]:
        shapes = [[part.shape for part in side] for side in (expected, answer)]
        return f"formula has shapes {shapes[0]}, answer {shapes[1]}"
    for value, bound, given in zip(expected, allowed, answer, strict=True):
        if not np.all(agrees(value, bound, given)):
            return f"formula: {_shown([value])}, answer: {_shown([given])}"
    return ""


def agrees(value: np.ndarray, bound: np.ndarray, given: np.ndarray) -> np.ndarray:
    """Whether numbers are within their bounds; infinities and NaN must be the same."""
    same = (value == given) | (np.isnan(value) & np.isnan(given))
    with np.errstate(invalid="ignore"):
        near = np.abs(value - given) <= bound
    return same | (near & np.isfinite(value) & np.isfinite(given))


def expectation(formula: Formula, label: str) -> tuple[Any, list[np.ndarray]]:
    """What the formula says, rounded, and by how much an answer may differ."""
    given, precision = formula.rounded(label), formula.precision
    n = max([1, *(x.size for x in given if isinstance(x, np.ndarray))])
    h = rounding(n, precision)
    with np.errstate(all="ignore"):
        try:
            value = _said(formula, [_long(array) for array in given])
        except ValueError as error:
            return f"ValueError: {error}", []
        longs = [_long(array) for array in given]
        passed = np.abs(formula.through(*longs)) if formula.through else np.zeros(1)
        through = np.max(passed[np.isfinite(passed)], initial=0)
        bounds = [h * (np.abs(part) + through) + np.finfo(precision).tiny for part in value]
        for signs in () if formula.jumps else _signs(given):
            moved = [_long(x) * (1 + h * s) if _moves(x) else x
                     for x, s in zip(given, signs, strict=True)]  # fmt: skip
            for k, part in enumerate(_said(formula, moved)):
                change = np.abs(part - value[k])
                bounds[k] = np.maximum(
                    bounds[k], h * (np.abs(value[k]) + through) + np.nan_to_num(change)
                )
        return [_round(part, precision) for part in value], bounds


def _said(formula: Formula, inputs: list[Any]) -> list[np.ndarray]:
    value = formula.says(*inputs)
    parts = value if isinstance(value, list | tuple) else [value]
    return [np.asarray(part, np.longdouble) for part in parts]


def _round(value: np.ndarray, precision: str) -> np.ndarray:
    """To the library's precision, where too large a number is an infinity; kept in long double."""
    return value.astype(precision).astype(np.longdouble)


def _moves(array: Any) -> bool:
    """Whether nearby numbers are asked too; whole numbers are labels, and edges."""
    if getattr(array, "dtype", None) not in FLOATS:
        return False
    return bool(np.any((array != np.rint(array)) | (np.abs(array) > LABELS)))


def _long(array: Any) -> Any:
    return array.astype(np.longdouble) if getattr(array, "dtype", None) in FLOATS else array


def _signs(given: list[Any]) -> list[list[Any]]:
    rng = np.random.default_rng(19)
    return [
        [rng.choice([-1.0, 1.0], np.shape(x)) if _moves(x) else 0 for x in given]
        for _ in range(NEARBY)
    ]


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value
    parts = [np.array2string(np.asarray(v, "float64"), threshold=12, precision=17) for v in value]
    return ", ".join(parts).replace("\n", "")
