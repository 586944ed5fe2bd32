"""How far two correct runs may be apart after t steps.

    allowed(t) = bound(t)                          while 10 envelope(t) <= 1e-12
                 max(bound(t), 10 envelope(t))     from there on

bound      8 kappa sqrt(t) u for SGD, and never above 1e-12; 1e-12 for every other optimizer
envelope   the largest distance, up to step t, of `scratch` from its own permuted twins
horizon    the first step looked at from which on a twin is always above the bound: rounding alone,
           which no implementation can avoid, has grown beyond it. (In the first steps a twin may be
           above it and return: where a gradient is about epsilon, g / (|g| + epsilon) multiplies
           its rounding by 1 / epsilon, until larger steps outweigh that one.)

Which of several correct runs crosses the bound first is chance: so the envelope counts as soon as
ten times of it, which a further correct run may be away, is more than 1e-12.

Distances are max norms: max |a - b| / max |b| of the worst tensor.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

import scratch
from parity_tests.commands.trajectories.variants import catalogue
from parity_tests.harness import tolerances


@dataclass(frozen=True)
class Look:
    """What was seen after some step.

    Attributes:
        step: how many steps were done.
        distance: of `scratch` from tf.keras.
        twins: of `scratch` from each of its twins.
        moved: of `scratch` from its initial weights.
    """

    step: int
    distance: float
    twins: tuple[float, ...]
    moved: float


@dataclass(frozen=True)
class Verdict:
    """What the looks amount to.

    Attributes:
        holds: whether the distance was always within what is allowed.
        horizon: see above; None if it was not reached.
        within: the last step up to which the distance was always within the bound.
        used, at: the largest share of what is allowed, and after which step.
        vacuous: why nothing was proven; empty otherwise.
        allowed: for each look.
    """

    holds: bool
    horizon: int | None
    within: int
    used: float
    at: int
    vacuous: str
    allowed: tuple[float, ...]


def bound(name: str, step: int) -> float:
    """How far the variant called `name` may be apart after `step` steps."""
    optimizer = catalogue()[name](scratch)
    kind = type(optimizer).__name__.lower()
    return tolerances.whole_run(step, kind, getattr(optimizer, "momentum", 0.0)).relative


def judge(name: str, looks: list[Look]) -> Verdict:
    """The verdict on a run of the variant called `name`."""
    bounds = np.array([bound(name, look.step) for look in looks])
    distances = _finite([look.distance for look in looks])
    twins = _finite([max(look.twins) for look in looks])
    envelope = np.maximum.accumulate(twins)
    chance = tolerances.ENVELOPE * envelope
    allowed = np.where(chance > tolerances.SGD_CEILING, np.maximum(bounds, chance), bounds)
    steps = [look.step for look in looks]
    chaotic = np.flatnonzero(np.logical_and.accumulate((twins > bounds)[::-1])[::-1])
    outside = np.flatnonzero(distances > bounds)
    before = int(outside[0]) if outside.size else len(looks)
    with np.errstate(invalid="ignore"):
        used = np.where(np.isinf(distances), np.inf, distances / allowed)
    worst = int(np.argmax(used))
    vacuous = ""
    if chaotic.size and chaotic[0] == 0:
        vacuous = "the twins part in the first step, for good"
    elif not looks[-1].moved > tolerances.SIGNAL * bounds[-1]:
        vacuous = f"the weights moved by {looks[-1].moved:.1e} only"
    return Verdict(
        holds=bool(used[worst] <= 1) and not vacuous,
        horizon=steps[chaotic[0]] if chaotic.size else None,
        within=steps[before - 1] if before else 0,
        used=float(used[worst]),
        at=steps[worst],
        vacuous=vacuous,
        allowed=tuple(map(float, allowed)),
    )


def _finite(values: list[float]) -> np.ndarray:
    """NaN counts as infinitely far."""
    return np.where(np.isnan(values), np.inf, values)


def as_dict(look: Look) -> dict[str, Any]:
    """A look as a dictionary, ready for JSON."""
    return {**vars(look), "twins": list(look.twins)}


def from_dict(entry: dict[str, Any]) -> Look:
    """The look that `as_dict` has written."""
    return Look(**{**entry, "twins": tuple(entry["twins"])})
