"""Metrics: names, order and values, step by step."""

import pytest

from parity_tests import cases
from parity_tests.harness import checks
from parity_tests.harness.engines import Engine

CASES = cases.of("metrics")


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_metrics(case, precision, report):
    if precision == "float64" and "top k" in case.name:
        pytest.skip("tf.math.in_top_k takes float32 only")
    engine = Engine("tf", "eager", precision)
    report.check(f"metrics, {precision}", case, checks.training(case, engine))
