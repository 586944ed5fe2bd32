"""Losses: on the edges of clips and margins, from probabilities and logits, with all reductions."""

from typing import Any

import numpy as np
import pytest

from parity_tests import cases
from parity_tests.harness import checks
from parity_tests.harness.engines import COMPLEX, TAPE, Engine
from parity_tests.harness.ways import ways

CASES = cases.of("losses")
by_name: dict[str, Any] = {"argvalues": CASES, "ids": [case.name for case in CASES]}


@pytest.mark.parametrize(**ways(CASES))
def test_derivatives(case, way, report):
    if case.untrue and way == "by complex step":
        truth = COMPLEX.record(case, "gradients")["gradient/dense/kernel"]
        tape = TAPE.record(case, "gradients")["gradient/dense/kernel"]
        assert np.nanmax(np.abs(truth - tape)) > 1, f"no longer true: {case.untrue}"
        return
    report.check(f"losses, {way}", case, checks.gradients(case, way))


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("case", **by_name)
def test_training(case, precision, report):
    engine = Engine("tf", "eager", precision)
    report.check(f"losses, trained, {precision}", case, checks.training(case, engine))
