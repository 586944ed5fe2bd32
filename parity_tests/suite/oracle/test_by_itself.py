"""Every case without another library: by hand, by graph and by the complex step the same."""

import pytest

from parity_tests import cases
from parity_tests.harness import checks, tolerances
from parity_tests.harness.comparison import compare
from parity_tests.harness.engines import COMPLEX, GRAPH, HAND

MODULES = (
    "layers", "normalization", "shapes", "convolution", "pooling", "margins", "merging", "noise",
    "activations", "losses", "regularizers", "models",
)  # fmt: skip
CASES = [
    case
    for module in MODULES
    for case in cases.of(module)
    if case.group not in ("dropout", "noise")  # their derivatives are masks that a seed draws
]


@pytest.mark.parametrize("other", [GRAPH, COMPLEX], ids=["by graph", "by complex step"])
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_derivatives_by_hand(case, other, report):
    by_hand, expected = HAND.record(case, "gradients"), other.record(case, "gradients")
    comparison = compare(
        case,
        checks.restricted(by_hand, expected),
        expected,
        lambda name: tolerances.rule(name, "float64"),
    )
    if case.untrue and other is COMPLEX:
        assert comparison.failures, f"no longer true: {case.untrue}"
        return
    report.check(f"by hand and {other.mode}", case, comparison)
