"""Optimizers in float32, the product's precision: 100 steps of every option, slots included.

Five hundred steps in float64 are in whole/test_trajectories.
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


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_first_steps(case, precision, report):
    """A few steps, without a graph: what the day sees of every option."""
    report.check(
        f"optimizers, {precision}, first steps",
        case,
        checks.training(case, Engine("tf", "eager", precision), every=checks.LOOKS, limit=5),
    )


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
