# ruff: noqa: E501 - one line a value
"""Two records side by side: a verdict for every quantity.

    exact       the same bits
    close       within what is allowed; the share of it that is used is the headroom
    different   more than that
    missing     in one record only, or of another shape
    vacuous     nothing was compared: the signal is zero, or did not move, or drowns in the bound

Only the first two pass.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from parity_tests.harness.case import Case
from parity_tests.harness.record import Record, step_of, without_step
from parity_tests.harness.tolerances import SIGNAL, Bound

SIGNALS = ("output", "loss", "gradient/", "weights/", "initial/", "mask/")


@dataclass(frozen=True)
class Row:
    """One quantity: its verdict, and how much of the bound its worst entry uses."""

    case: str
    quantity: str
    verdict: str
    used: float = 0.0
    index: tuple[int, ...] = ()
    expected: object = None
    actual: object = None
    detail: str = ""

    @property
    def failed(self) -> bool:
        """Whether this row turns the comparison red."""
        return self.verdict in ("different", "missing", "vacuous")

    def __str__(self) -> str:
        name, step = without_step(self.quantity), step_of(self.quantity)
        where = f"[{','.join(map(str, self.index))}]" if self.index else ""
        when = "" if step is None else f"  step {step}"
        head = f"{self.case}  {name}{where}{when}"
        if self.verdict == "different":
            used = f"{100 * self.used:.4g} % of what is allowed" if np.isfinite(self.used) else ""
            used = used or "must be equal bit for bit" * (not self.detail)
            return (
                f"{head}  expected {self.expected!r}  actual {self.actual!r}  {used}{self.detail}"
            )
        if self.failed:
            return f"{head}  {self.verdict}: {self.detail}"
        return f"{head}  {self.verdict}  {100 * self.used:.3g} % of what is allowed"


@dataclass(frozen=True)
class Comparison:
    """The rows of one case."""

    case: str
    rows: tuple[Row, ...]

    @property
    def failures(self) -> list[Row]:
        """Red rows; those with a step in the order of steps."""
        return sorted((r for r in self.rows if r.failed), key=lambda r: step_of(r.quantity) or 0)

    @property
    def worst(self) -> Row:
        """The row with the least headroom."""
        return max(self.rows, key=lambda row: row.used)

    def message(self, limit: int = 12) -> str:
        """What, where, when, how much; the first failing step is marked."""
        lines = [str(row) for row in self.failures]
        first = step_of(self.failures[0].quantity) if self.failures else None
        if first is not None:
            lines[0] = lines[0].replace(f"step {first}", f"step {first} (first)", 1)
        more = [f"... and {len(lines) - limit} more"] if len(lines) > limit else []
        return "\n".join(lines[:limit] + more)

    def check(self) -> "Comparison":
        """Raises AssertionError when anything is red."""
        assert self.rows, f"{self.case}: vacuous, nothing was compared"
        assert not self.failures, "\n" + self.message()
        return self


def compare(
    case: Case, expected: Record, actual: Record, rule: Callable[[str], Bound], only: tuple = ()
) -> Comparison:
    """Compares all quantities of two records, or those whose names begin with one of `only`."""
    names = [n for n in {**expected, **actual} if not only or n.startswith(only)]
    return Comparison(case.name, tuple(_row(case, n, expected, actual, rule(n)) for n in names))


def _row(case: Case, name: str, expected: Record, actual: Record, bound: Bound) -> Row:
    if name not in expected or name not in actual:
        side = "expected" if name not in expected else "actual"
        return Row(case.name, name, "missing", np.inf, detail=f"not in the {side} record")
    a, b = np.asarray(expected[name]), np.asarray(actual[name])
    if a.shape != b.shape:
        return Row(case.name, name, "missing", np.inf, detail=f"shapes {a.shape} and {b.shape}")
    if a.dtype.kind in "USO" or b.dtype.kind in "USO":
        same = a.tolist() == b.tolist()
        return Row(case.name, name, "exact" if same else "different", 0.0 if same else np.inf, (),
                   a.tolist(), b.tolist())  # fmt: skip
    for allowance in case.allowances:
        if name.startswith(allowance.quantity):
            bound = bound.times(allowance.factor, allowance.because)
    silent = case.is_silent(name)
    a, b = a.astype("float64"), b.astype("float64")
    allowed = bound.relative * _scale(name, expected)
    if case.exact and name.startswith(("output", "gradient/x")):
        allowed = 0.0
    signal = _signal(name, a, expected)
    if silent and _largest(a) and name.startswith(SIGNALS) and not _rests(name, a, expected):
        return Row(case.name, name, "different", np.inf, (), 0.0, signal,
                   "  declared silent, but it is not")  # fmt: skip
    if not silent and signal is not None and signal <= SIGNAL * allowed:
        return Row(case.name, name, "vacuous", np.inf,
                   detail=f"the signal {signal:.3g} is not well above the {allowed:.3g} allowed")  # fmt: skip
    return _difference(case, name, a, b, allowed)


def _difference(case: Case, name: str, a: np.ndarray, b: np.ndarray, allowed: float) -> Row:
    with np.errstate(invalid="ignore"):
        error = np.abs(a - b)
    error = np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0.0, error)
    error = np.where(np.isnan(error), np.inf, error)
    if error.size == 0 or not error.any():
        return Row(case.name, name, "exact")
    index = tuple(int(i) for i in np.unravel_index(np.argmax(error), error.shape))
    used = float(error[index] / allowed) if allowed else np.inf
    verdict = "close" if used <= 1 else "different"
    return Row(case.name, name, verdict, used, index, float(a[index]), float(b[index]))


def _scale(name: str, record: Record) -> float:
    """The largest entry of the tensor; for a single number, of all its steps.

    A number that passes through zero carries the roundings of what it has been.
    """
    arrays = [record[name]]
    if np.size(record[name]) == 1:
        stem = without_step(name)
        arrays = [array for other, array in record.items() if without_step(other) == stem]
    finite = [np.abs(a[np.isfinite(a)]) for a in map(np.asarray, arrays)]
    return max((float(a.max()) for a in finite if a.size), default=0.0)


def _signal(name: str, a: np.ndarray, record: Record) -> float | None:
    """How much there is to see: the largest entry; for weights, how far they have moved."""
    if not name.startswith(SIGNALS) or not a.size or not np.isfinite(a).any():
        return None
    if name.startswith("weights/") and step_of(name) == 0:
        return None
    if step_of(name) is None:
        return _largest(a)
    # In a run, what counts is whether anything is seen by its end.
    stem = without_step(name)
    steps = {other: array for other, array in record.items() if without_step(other) == stem}
    start = steps.pop(f"{stem}/step 0", 0) if name.startswith("weights/") else 0
    return max(_largest(array - start) for array in steps.values())


def _rests(name: str, a: np.ndarray, record: Record) -> bool:
    """Whether a weight is still where it began."""
    start = record.get(f"{without_step(name)}/step 0")
    return name.startswith("weights/") and start is not None and bool((a == start).all())


def _largest(a: np.ndarray) -> float:
    finite = np.abs(a[np.isfinite(a)])
    return float(finite.max()) if finite.size else 0.0
