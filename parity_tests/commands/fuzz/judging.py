"""The verdict on a program: its records side by side, under the derived policy.

    agreed            within the bounds of `harness.tolerances`
    ill-conditioned   within ten times the envelope of the twins, but not within the plain bound
    refused           Keras refuses the program, and `scratch` does with an error of that class
    diverges          anything else

A program that agrees is run again without each quirk that `scratch` follows: those without which
it would diverge explain the agreement.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from parity_tests.commands.fuzz import running, twins
from parity_tests.commands.fuzz.program import Program
from parity_tests.harness import tolerances
from parity_tests.harness.engines import Engine
from parity_tests.harness.quirks import as_on
from parity_tests.harness.record import Record, step_of, without_step
from parity_tests.harness.tolerances import ENVELOPE, UNIT_ROUNDOFF
from scratch import quirks

TWINS = (3, 24)  # at least, and before a difference counts that fewer do not explain
FUNCTION = f"{running.__name__}:run"


@dataclass(frozen=True)
class Verdict:
    """What came out.

    Args:
        kind: see above.
        quirks: those that explain it.
        quantity: the first that differs.
        detail: expected and actual.
    """

    kind: str
    quirks: tuple[str, ...] = ()
    quantity: str = ""
    detail: str = ""


def judge(program: Program, engine: Engine) -> Verdict:
    """Runs `program` in `scratch` and in `engine`."""
    expected = engine.run(FUNCTION, program)
    with as_on(engine.library, engine.mode):
        verdict = Judgement(program, expected).verdict(followed=engine.library == "tf")
    if verdict.quantity.startswith("error/") and "run_eagerly" in program.compile:
        # Which error is raised depends on whether a graph is built first; by default, it is.
        return judge(program.compiled(), engine)
    return verdict


class Judgement:
    """One program, and what `scratch` and its twins make of it.

    Args:
        program: the program.
        expected: what the engine found.
    """

    def __init__(self, program: Program, expected: Record) -> None:
        self.program, self.expected = program, expected
        self.weights: list[np.ndarray] | None = None

    def ours(self, shaken_by: int | None = None) -> Record:
        """The record of `scratch`, or of one of its twins."""
        engine = Engine("scratch", "hand", self.program.precision)
        if shaken_by is None:
            return engine.run(FUNCTION, self.program, self.weights)
        with twins.shaken(shaken_by, self.program.precision):
            record = engine.run(FUNCTION, self.program, self.weights)
        assert "error/class" not in record, f"a twin raised: {record}"
        return record

    @functools.cached_property
    def twins(self) -> list[Record]:
        """The twins that have been run so far."""
        return []

    def verdict(self, followed: bool) -> Verdict:
        """See the module. `followed`: whether quirks are, so that they may explain an agreement."""
        actual = self.ours()
        if "error/class" in self.expected or "error/class" in actual:
            return self._refusal(actual, own_class=followed)
        if self._orthogonal():
            # From here on from the same bits: a QR decomposition rounds as its library does.
            self.weights = [a for n, a in self.expected.items() if n.startswith("initial/")]
            actual |= self.ours() | {n: a for n, a in actual.items() if n.startswith("initial/")}
        differing = self._failures(actual, lambda name: 0.0)
        if failures := self._unexplained(actual, differing):
            return Verdict("diverges", (), failures[0], self._sides(failures[0], actual))
        switched = self._needed() if followed else ()
        if not differing:
            return Verdict("agreed", switched)
        return Verdict("ill-conditioned", switched, differing[0], self._sides(differing[0], actual))

    def _refusal(self, actual: Record, own_class: bool) -> Verdict:
        """`own_class`: whether the class counts: it is TensorFlow's that `scratch` follows."""
        classes = [r.get("error/class", ["nothing"]) for r in (self.expected, actual)]
        theirs, mine = (str(found[0]) for found in classes)
        if theirs in classes[1] or (not own_class and "nothing" not in (theirs, mine)):
            return Verdict("refused", (), f"error/{theirs}", str(self.expected["error/text"]))
        texts = [str(r.get("error/text", ""))[:200] for r in (self.expected, actual)]
        detail = f"Keras raises {theirs}: {texts[0]}\nscratch raises {mine}: {texts[1]}"
        return Verdict("diverges", (), f"error/{theirs}, {mine}", detail)

    def _orthogonal(self) -> bool:
        return any("rthogonal" in layer for layer in self.program.layers)

    def _failures(self, actual: Record, more: Callable[[str], float]) -> list[str]:
        """Quantities that differ by more than the bound and `more`, the earliest first."""
        names = [n for n in {**self.expected, **actual} if not n.startswith("error/")]
        bad = [n for n in names if self._differs(n, actual, more)]
        return sorted(bad, key=_when)

    def _differs(self, name: str, actual: Record, more: Callable[[str], float]) -> bool:
        if name not in self.expected or name not in actual:
            return True
        a, b = np.asarray(self.expected[name]), np.asarray(actual[name])
        if a.shape != b.shape or a.dtype.kind in "USO":
            return a.shape != b.shape or a.tolist() != b.tolist()
        if a.dtype.kind in "iub":
            return not np.array_equal(a, b)
        return distance(a, b) > max(self._allowed(name), more(name))

    def _allowed(self, name: str) -> float:
        if name.startswith("initial/") and self._orthogonal():
            return tolerances.ORTHOGONAL_ULPS * UNIT_ROUNDOFF["float32"] * 2 * self._scale(name)
        quantity, precision = name.removeprefix("first/"), self.program.precision
        bound = tolerances.rule(quantity, precision, self._steps, self._kappa)
        return bound.relative * self._scale(name)

    @functools.cached_property
    def _steps(self) -> int:
        return max([2, *(step_of(n) or 0 for n in self.expected)])

    @functools.cached_property
    def _kappa(self) -> float:
        import scratch

        optimizer = self.program.parts(scratch).compile["optimizer"]
        optimizer = getattr(optimizer, "inner_optimizer", optimizer)
        momentum = getattr(optimizer, "momentum", 0.0)
        found = tolerances.kappa_of(type(optimizer).__name__.lower(), momentum)
        return min(found, max(tolerances.KAPPA.values(), default=1.0) * self._steps)

    def _scale(self, name: str) -> float:
        """The largest entry of the tensor; for a scalar, of all its steps."""
        arrays = [self.expected[name]]
        if np.ndim(arrays[0]) == 0:
            stem = without_step(name)
            arrays = [a for n, a in self.expected.items() if without_step(n) == stem]
        finite = [np.abs(a[np.isfinite(a)]) for a in map(np.asarray, arrays)]
        return max((float(a.max()) for a in finite if a.size), default=0.0)

    # Twins ----------------------------------------------------------------------------------------

    def _unexplained(self, actual: Record, failures: list[str]) -> list[str]:
        """What the twins' envelope does not explain; more twins are asked while there is hope."""
        least, most = TWINS
        while failures and len(self.twins) < most:
            self.twins.append(self.ours(shaken_by=len(self.twins)))
            if len(self.twins) >= least:
                failures = self._failures(actual, functools.partial(self._envelope, actual=actual))
        return failures

    def _envelope(self, name: str, actual: Record) -> float:
        if name.startswith(tolerances.DRAWN) or name not in actual:
            return 0.0
        strayed = [distance(actual[name], t[name]) if name in t else np.inf for t in self.twins]
        return ENVELOPE * max(strayed, default=0.0)

    # Quirks ---------------------------------------------------------------------------------------

    def _needed(self) -> tuple[str, ...]:
        """The quirks without which `scratch` would diverge."""
        found = []
        for quirk in quirks.QUIRKS:
            with quirks.without(quirk):
                other = self.ours()
            if self._failures(other, functools.partial(self._envelope, actual=other)):
                found.append(quirk)
        return tuple(found)

    def _sides(self, name: str, actual: Record) -> str:
        sides = [record.get(name, "missing") for record in (self.expected, actual)]
        a, b = (np.array2string(np.asarray(s), precision=17, threshold=8) for s in sides)
        return f"{name}\nKeras   {a}\nscratch {b}"


def _when(name: str) -> tuple[int, int]:
    """What is drawn and the first derivatives come first, then the steps, then the rest."""
    step = step_of(name)
    if step is not None:
        return 1, step
    return (0 if name.startswith(("initial/", "first/")) else 2), 0


def distance(a: Any, b: Any) -> float:
    """The largest difference; infinite where one is finite, or infinite, and the other is not."""
    a, b = np.asarray(a, "float64"), np.asarray(b, "float64")
    with np.errstate(invalid="ignore", over="ignore"):
        error = np.abs(a - b)
    error = np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0.0, error)
    return float(np.where(np.isnan(error), np.inf, error).max(initial=0.0))
