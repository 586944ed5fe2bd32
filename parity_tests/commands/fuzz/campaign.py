"""The search: Hypothesis draws programs until time or number is up, and shrinks what diverges.

A divergence ends a round; Hypothesis shrinks it, the smallest program is written as a script, and
the next round takes what looks the same as known. Seed, number and engines decide what is drawn.
"""

import contextlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from parity_tests.commands.fuzz.judging import Verdict, judge
from parity_tests.commands.fuzz.program import Program
from parity_tests.commands.fuzz.programs import programs
from parity_tests.commands.fuzz.running import AS_DRAWN
from parity_tests.harness.engines import Engine
from parity_tests.harness.record import without_step

ROUND = 100  # programs drawn in one go
TRIES = 200  # to make one divergence smaller
ENVIRONMENT = {
    "tf": {"KERAS_BACKEND": "tensorflow"},
    "jax": {"KERAS_BACKEND": "jax", "JAX_ENABLE_X64": "1"},
    "torch": {"KERAS_BACKEND": "torch"},
}


@dataclass
class Found:
    """A divergence: the smallest program seen that shows it, and the first."""

    program: Program
    verdict: Verdict
    engine: Engine
    began: Program | None = None

    @property
    def look(self) -> str:
        """What makes two divergences look the same: the quantity, and whose it is."""
        kind = without_step(self.verdict.quantity)
        parts = kind.split("/")
        if parts[0] in ("weights", "initial", "slot"):
            kind = f"{parts[0]}/{parts[-1]}"
        optimizer = str(self.program.compile["optimizer"]).split("(")[0]
        return f"{self.engine.library} {kind} {optimizer if parts[0] != 'error' else ''}".strip()

    def script(self) -> str:
        """The program as a file of its own."""
        reason = f"{self.engine.name} and scratch differ, first in {self.verdict.detail}"
        return self.program.script(reason, ENVIRONMENT[self.engine.library])


@dataclass
class Campaign:
    """A search and what it has found.

    Args:
        engines: those with which `scratch` is compared, in both precisions.
        first: the seed.
        count: how many programs; None: no limit.
        seconds: for how long; None: no limit.
        most: how many divergences; None: no limit.
        tries: how many programs are run to make one divergence smaller.
        progress: called after every program.
    """

    engines: Sequence[tuple[str, str]] = (("tf", AS_DRAWN),)
    first: int = 0
    count: int | None = None
    seconds: float | None = None
    most: int | None = None
    tries: int = TRIES
    progress: Callable[["Campaign"], None] = lambda campaign: None
    tally: Counter = field(default_factory=Counter)
    quirks: Counter = field(default_factory=Counter)
    found: list[Found] = field(default_factory=list)
    drawn: int = 0
    began: float = field(default_factory=time.monotonic)

    @property
    def over(self) -> bool:
        """Whether time is up, or enough was drawn or found."""
        if self.most is not None and len(self.found) >= self.most:
            return True
        return self.late or (self.count is not None and self.drawn >= self.count)

    @property
    def late(self) -> bool:
        """Whether time is up: what is being made smaller stays as large as it is."""
        return self.seconds is not None and time.monotonic() - self.began > self.seconds

    def run(self) -> "Campaign":
        """Searches until the time or the number of programs is used up."""
        number = 0
        while not self.over:
            self._round(1000 * self.first + number)
            number += 1
        return self

    def _round(self, number: int) -> None:
        smallest: Found | None = None
        tried = 0
        left = ROUND if self.count is None else min(ROUND, self.count - self.drawn)
        portable = any(library != "tf" for library, _ in self.engines)

        @seed(number)
        @settings(
            max_examples=left,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
            report_multiple_bugs=False,
        )
        @given(programs(portable=portable))
        def search(program: Program) -> None:
            nonlocal smallest, tried
            if self.over if smallest is None else self.late or tried >= self.tries:
                raise _Enough
            tried += smallest is not None
            for found in self._diverging(program, count=smallest is None):
                if smallest is None or found.look == smallest.look:
                    found.began = smallest.began if smallest else program
                    smallest = found
                    raise _DivergesError

        with contextlib.suppress(_DivergesError, _Enough):
            search()
        if smallest is not None:
            self.found.append(smallest)
            self.progress(self)

    def _diverging(self, program: Program, count: bool) -> Iterator[Found]:
        """The divergences of a program that do not look like known ones."""
        for library, mode in self.engines:
            engine = Engine(library, mode, program.precision)
            verdict = judge(program, engine)
            if count:
                self.drawn += 1
                self._count(verdict)
            if verdict.kind == "diverges":
                found = Found(program, verdict, engine)
                if found.look not in {known.look for known in self.found}:
                    yield found

    def _count(self, verdict: Verdict) -> None:
        kind = verdict.kind
        if verdict.quirks and kind == "agreed":
            kind = "agreed by following quirks"
        self.tally[kind] += 1
        self.quirks.update(verdict.quirks)
        self.progress(self)

    # What is left behind --------------------------------------------------------------------------

    def write(self, folder: Path) -> Path:
        """Scripts, and the tally of all runs that wrote into `folder`; returns the tally's path."""
        folder.mkdir(parents=True, exist_ok=True)
        for found in self.found:
            (folder / f"{_file_name(found.look)}.py").write_text(found.script(), encoding="utf-8")
        path = folder / "tally.json"
        before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        runs = [*before.get("runs", []), self._summary()]
        total: Any = {"programs": sum(run["programs"] for run in runs)}
        for key in ("verdicts", "quirks"):
            total[key] = dict(sum((Counter(run[key]) for run in runs), Counter()))
        path.write_text(json.dumps({"total": total, "runs": runs}, indent=2) + "\n")
        return path

    def _summary(self) -> dict[str, Any]:
        return {
            "seed": self.first,
            "engines": [" ".join(engine) for engine in self.engines],
            "programs": self.drawn,
            "seconds": round(time.monotonic() - self.began, 1),
            "verdicts": dict(self.tally),
            "quirks": dict(self.quirks),
            "divergences": {found.look: found.verdict.detail for found in self.found},
        }


class _DivergesError(AssertionError):
    """A program diverges: Hypothesis shrinks it."""


class _Enough(BaseException):
    """Time is up; not an `Exception`, which Hypothesis would take for a failure of the program."""


def _file_name(look: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in look).strip("_")
