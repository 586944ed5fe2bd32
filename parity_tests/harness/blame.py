"""Which component is to blame, when some cases are red and others green.

Every case carries tags (`tags`): the layers, activations, loss, optimizer and options that it
exercises. The more of the red cases a tag is in, and the fewer of the green ones, the more suspect
it is (Ochiai's coefficient, as in spectrum-based fault localization):

    red(tag) / sqrt(red * (red(tag) + green(tag)))

Where the first red quantity stands says which tags come into question: outputs point to layers and
activations, weights after correct gradients to optimizers, metrics to metrics.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from parity_tests.harness.case import Case
from parity_tests.harness.comparison import Comparison, Row
from parity_tests.harness.record import step_of
from parity_tests.harness.tags import tags

Results = Mapping[tuple[Case, str], Comparison | Exception]

SCENARIOS = ("initial", "gradients", "training", "fitting")
# In the order of computation.
STAGES = ("initial", "mask", "output", "loss", "gradient", "weights", "metric", "slot", "log")
ABOUT = {
    "initial": ("initializer",),
    "mask": ("layer",),
    "output": ("layer", "activation", "fused activation"),
    "loss": ("loss", "regularizer", "activation", "fused activation", "layer"),
    "gradient": ("layer", "activation", "loss", "regularizer"),
    "weights": ("optimizer", "layer", "fit"),
    "metric": ("metric",),
    "slot": ("optimizer",),
    "log": ("fit", "metric", "regularizer"),
}
ANYTHING = tuple({kind for kinds in ABOUT.values() for kind in kinds})


@dataclass(frozen=True)
class Diagnosis:
    """What a suite found.

    Args:
        red: the failed comparisons.
        raised: from the names of cases that did not even run to the errors.
        suspects: tags, the most suspect first, with their coefficients.
        stage: the first kind of quantity that is wrong.
    """

    red: tuple[Comparison, ...]
    raised: Mapping[str, str]
    suspects: tuple[tuple[str, float], ...]
    stage: str

    @property
    def caught(self) -> bool:
        """Whether anything is red."""
        return bool(self.red or self.raised)

    @property
    def blamed(self) -> set[str]:
        """The most suspect tags: those that no other surpasses."""
        best = self.suspects[0][1] if self.suspects else 0.0
        return {tag for tag, value in self.suspects if value >= best}

    @property
    def witness(self) -> Row | None:
        """The clearest failure: the earliest step of the earliest quantity; the worst of those."""
        rows = [row for comparison in self.red for row in comparison.failures]
        return min(rows, key=lambda row: (*_when(row), -row.used), default=None)

    def __str__(self) -> str:
        errors = [f"{case} raised {error}" for case, error in self.raised.items()]
        return str(self.witness or "; ".join(errors) or "all green")


def _kind(row: Row) -> int:
    kind = row.quantity.split("/")[0]
    return STAGES.index(kind) if kind in STAGES else len(STAGES)


def _when(row: Row) -> tuple[int, int]:
    """In a run of steps the first step counts; what has no step comes after it."""
    step = step_of(row.quantity)
    return (len(STAGES) if step is None else step), _kind(row)


def diagnose(results: Results) -> Diagnosis:
    """Ranks the components by the cases that are red and green.

    The simplest scenario that is red is the one to look at: what breaks a derivative breaks
    training too.
    """
    red = {k: r for k, r in results.items() if isinstance(r, Exception) or r.failures}
    scenario = min((k[1] for k in red), key=SCENARIOS.index, default="")
    looked_at = {key: result for key, result in results.items() if key[1] == scenario}
    first = [
        _kind(min(result.failures, key=_when))
        for result in looked_at.values()
        if isinstance(result, Comparison) and result.failures
    ]
    stage = STAGES[min(min(first, default=0), len(STAGES) - 1)] if first else ""
    if scenario == "fitting" and stage != "initial":
        stage = "log"
    return Diagnosis(
        tuple(r for r in red.values() if isinstance(r, Comparison)),
        {k[0].name: _short(r) for k, r in red.items() if isinstance(r, Exception)},
        _suspects(looked_at, red, stage),
        stage,
    )


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).strip().splitlines()[-1] if str(error) else ''}"


def _suspects(looked_at: Results, red: Mapping, stage: str) -> tuple[tuple[str, float], ...]:
    in_red: dict[str, int] = {}
    in_green: dict[str, int] = {}
    for key in looked_at:
        counts = in_red if key in red else in_green
        for tag, kind in tags(key[0]).items():
            if kind in ABOUT.get(stage, ANYTHING):
                counts[tag] = counts.get(tag, 0) + 1
    total = sum(key in red for key in looked_at)
    score = {
        tag: n / float(np.sqrt(total * (n + in_green.get(tag, 0)))) for tag, n in in_red.items()
    }
    return tuple(sorted(score.items(), key=lambda item: -item[1]))
