"""Optimizers in float32, the product's precision: 100 steps of every option, slots included.

Five hundred steps in float64 are in test_trajectories.
"""

import numpy as np
import pytest

from parity_tests import cases
from parity_tests.cases.optimizers import CLIPS
from parity_tests.harness import checks
from parity_tests.harness.engines import Engine

CASES = cases.of("optimizers")


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_float32(case, report):
    engine = Engine("tf", "graph", "float32")
    report.check(
        "optimizers, float32, to step 100",
        case,
        checks.training(case, engine, every=checks.LOOKS, limit=100),
    )


@pytest.mark.quick
@pytest.mark.parametrize(
    "name",
    [
        "sgd/momentum",
        "adam/plain",
        "rmsprop/centered with momentum",
        "sgd/global_clipnorm sometimes",
    ],
)
def test_first_steps(name, report):
    """A few steps, without a graph: what `-m quick` sees of the optimizers."""
    engine = Engine("tf", "eager", "float64")
    case = cases.find(name)
    report.check(
        "optimizers, float64, first steps",
        case,
        checks.training(case, engine, every=checks.LOOKS, limit=5),
    )


@pytest.mark.quick
def test_the_clips_cut_sometimes():
    """The cases called `sometimes` would prove little if they always cut, or never."""
    for when, cuts in (("always", True), ("sometimes", None), ("never", False)):
        limit = CLIPS[when]
        record = Engine("scratch", "hand").record(cases.find(f"sgd/clipvalue {when}"), "gradients")
        gradients = [g.ravel() for n, g in record.items() if n.startswith("gradient/dense")]
        over = np.abs(np.concatenate(gradients)) > limit
        assert (
            (over.any() and not over.all())
            if cuts is None
            else over.mean() > 0.5
            if cuts
            else not over.any()
        )
