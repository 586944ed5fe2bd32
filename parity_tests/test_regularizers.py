"""Penalties: in the loss, in the gradient, in what is reported."""

from typing import Any

import pytest

from parity_tests import cases
from parity_tests.harness import checks
from parity_tests.harness.engines import Engine

CASES = cases.of("regularizers")
by_name: dict[str, Any] = {"argvalues": CASES, "ids": [case.name for case in CASES]}


@pytest.mark.quick
@pytest.mark.parametrize("case", **by_name)
@pytest.mark.parametrize("way", checks.DERIVATIVES)
def test_derivatives(case, way, report):
    report.check(f"regularizers, {way}", case, checks.gradients(case, way))


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("case", **by_name)
def test_training(case, precision, report):
    engine = Engine("tf", "eager", precision)
    report.check(f"regularizers, trained, {precision}", case, checks.training(case, engine))
