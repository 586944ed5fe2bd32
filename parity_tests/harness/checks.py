"""The comparisons that several tests make: a case, two engines, the policy's bound."""

import dataclasses
from typing import Any

import numpy as np

from parity_tests.harness import engines, quirks, tolerances
from parity_tests.harness.case import Case
from parity_tests.harness.comparison import Comparison, compare
from parity_tests.harness.engines import Engine
from parity_tests.harness.record import Record

# The steps whose weights are compared in a long run: all at first, then fewer.
LOOKS = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 40, 60, 100, 200, 300, 400, 500)

DERIVATIVES = {
    "by hand": engines.HAND,
    "by graph": engines.GRAPH,
    "by complex step": engines.COMPLEX,
}


def gradients(case: Case, way: str, against: Engine = engines.TAPE) -> Comparison:
    """Output, loss and derivatives of a case against another engine's: TensorFlow's tape."""
    precision, against = against.precision, _able(against, case)
    expected = against.record(case, "gradients")
    with quirks.as_on(against.library, against.mode):
        actual = Engine("scratch", DERIVATIVES[way].mode, precision).record(case, "gradients")
    return compare(
        case, restricted(expected, actual), actual, lambda name: tolerances.rule(name, precision)
    )


def _able(engine: Engine, case: Case) -> Engine:
    """The engine, or one that can compute the case in its place."""
    if case.in_float64 == "xla" and (engine.library, engine.precision) == ("tf", "float64"):
        return dataclasses.replace(engine, mode="xla")
    return engine


def restricted(expected: Record, actual: Record) -> Record:
    """What `actual` has an answer for: a complex step is taken for a sample of the entries."""
    return {
        name: np.where(np.isnan(actual[name]) & np.isfinite(array), np.nan, array)
        if name.startswith("gradient/") and np.shape(actual[name]) == array.shape
        else array
        for name, array in expected.items()
        if name in actual
    }


def training(case: Case, engine: Engine, **options: Any) -> Comparison:
    """Some steps of training in `scratch` and in `engine`."""
    engine = _able(engine, case)
    expected = engine.record(case, "training", **options)
    with quirks.as_on(engine.library, engine.mode):
        actual = Engine("scratch", "hand", engine.precision).record(case, "training", **options)
    return compare(case, expected, actual, trajectory_rule(case, engine.precision))


def fitting(case: Case, engine: Engine) -> Comparison:
    """A fit in `scratch` and in `engine`, from one seed."""
    expected = engine.record(case, "fitting")
    with quirks.as_on(engine.library, engine.mode):
        actual = Engine("scratch", "hand", engine.precision).record(case, "fitting")
    steps = int(expected[next(n for n in expected if n.endswith("/iteration"))])
    return compare(case, expected, actual, trajectory_rule(case, engine.precision, steps))


def trajectory_rule(case: Case, precision: str, steps: int | None = None) -> Any:
    """The policy for a run of this case."""
    kappa = kappa_of(case)
    length = max(2, steps or case.steps)
    return lambda name: tolerances.rule(name, precision, length, kappa)


def kappa_of(case: Case) -> float:
    """How much the case's optimizer amplifies roundings."""
    import scratch

    optimizer = scratch.optimizers.get(case.optimizer(scratch))
    optimizer = getattr(optimizer, "inner_optimizer", optimizer)
    return tolerances.kappa_of(
        type(optimizer).__name__.lower(), getattr(optimizer, "momentum", 0.0)
    )
