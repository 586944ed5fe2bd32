"""A claim: what a lecture says, beside what the engines give. The verdict is computed.

    agrees               the engines give what the lecture says, and the same
    differs              the engines give the same, and it is not what the lecture says
    the engines differ   scratch and tf.keras are further apart than rounding explains

A printed number agrees if it is the engine's, rounded to the printed decimals. A formula is
evaluated as it is printed, and agrees if the largest deviation, relative to the largest entry, is
within the bound (`parity_tests.harness.tolerances`); so must the engines be from each other.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from examples.lectures.kit.engines import Both
from parity_tests.harness.tolerances import Bound, derivative

AGREES, DIFFERS, ENGINES_DIFFER = "agrees", "differs", "the engines differ"
_SHOWN = 6  # entries of an array that a table writes out


@dataclass(frozen=True)
class Claim:
    """One row of a lesson's table.

    Attributes:
        slide: where the lecture says it.
        says: what it says, in words; unique in its lesson.
        lecture: the same as a value: a number, an array, True; or a text that says why what is
            printed has no value.
        found: what the engines give.
        decimals: how many of them the lecture prints; None for what was computed.
        bound: how far apart two correct computations may be.
        formulas: the numbers of the formulas that are checked.
        remark: what is meant, where the slide slipped.
    """

    slide: str
    says: str
    lecture: Any
    found: Both
    decimals: int | None = None
    bound: Bound = field(default_factory=derivative)
    formulas: tuple[str, ...] = ()
    remark: str = ""

    @property
    def apart(self) -> float:
        """The distance between the engines; 0 where there is one alone."""
        first, *others = self.found
        return max((distance(first, other) for other in others), default=0.0)

    @property
    def verdict(self) -> str:
        """`AGREES`, `DIFFERS` or `ENGINES_DIFFER`."""
        if not self.apart <= self.bound.relative:
            return ENGINES_DIFFER
        return AGREES if all(map(self._fits, self.found)) else DIFFERS

    def _fits(self, found: Any) -> bool:
        if self.decimals is None:
            return distance(self.lecture, found) <= self.bound.relative
        half = 0.5 * 10.0**-self.decimals
        difference = np.abs(np.asarray(self.lecture, float) - np.asarray(found, float))
        # The half itself counts, though neither number may be exact.
        return bool(np.all(difference <= half + self.bound.relative * np.abs(self.lecture)))

    def row(self) -> dict[str, Any]:
        """The claim as a row of the table: texts and numbers by name."""
        return {
            "slide": self.slide,
            "says": self.says,
            "lecture": shown(self.lecture, self.decimals),
            "found": self.found.map(lambda v: shown(v, self.decimals, more=2)).by_name(),
            "apart": self.apart,
            "allowed": self.bound.relative,
            "why": self.bound.why,
            "verdict": self.verdict,
            "formulas": list(self.formulas),
            "remark": self.remark,
        }


def distance(a: Any, b: Any) -> float:
    """The largest difference relative to the largest entry of `b`; infinite where no numbers fit.

    What is no number is equal (0) or not (infinite).
    """
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        return float("inf")
    if a.dtype.kind not in "fiu" or b.dtype.kind not in "fiu":
        return 0.0 if np.array_equal(a, b) else float("inf")
    if np.array_equal(a, b, equal_nan=True):
        return 0.0
    scale = np.abs(b).max()
    return float(np.abs(a - b).max() / scale) if scale else float("inf")


def shown(value: Any, decimals: int | None = None, more: int = 0) -> str:
    """A value as a table writes it; with `more` digits than the lecture prints."""
    array = np.asarray(value)
    if array.dtype.kind not in "bfiu":
        return str(value)
    digits = None if decimals is None else decimals + more
    if array.ndim == 0:
        return _one(array.item(), digits)
    if array.size > _SHOWN:
        first = ", ".join(_one(v, digits) for v in array.ravel()[: _SHOWN // 2].tolist())
        size = "\N{MULTIPLICATION SIGN}".join(map(str, array.shape))
        return f"({first}, ...), {size}"
    rows = np.atleast_2d(array).tolist()
    return f"({'; '.join(', '.join(_one(v, digits) for v in row) for row in rows)})"


def _one(value: float | bool, decimals: int | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if float(value).is_integer() and not decimals and abs(value) < 1e15:
        text = f"{int(value):,}"
    else:
        text = f"{value:.6g}" if decimals is None else f"{value:.{decimals}f}"
    return text.replace("-", "\N{MINUS SIGN}")
