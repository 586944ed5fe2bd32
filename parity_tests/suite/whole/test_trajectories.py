"""Whole trajectories in float64 against TensorFlow's graphs: 500 steps, and the models.

SGD within 1e-12; momentum, RMSprop and Adam within 8 kappa sqrt(t) u, with quirk K1 followed, as
`scratch` does by default.
"""

import pytest

from parity_tests import cases
from parity_tests.harness import checks
from parity_tests.harness.engines import TF, XLA, Engine

OPTIMIZERS = cases.of("optimizers")
MODELS = cases.of("models")


@pytest.mark.parametrize("case", OPTIMIZERS, ids=[case.name for case in OPTIMIZERS])
def test_float64(case, report):
    comparison = checks.training(case, TF, every=checks.LOOKS)
    report.check("trajectories, float64", case, comparison)


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("case", MODELS, ids=[case.name for case in MODELS])
def test_models(case, precision, report):
    engine = Engine("tf", "graph", precision)
    report.check(f"models, graph, {precision}", case, checks.training(case, engine))


@pytest.mark.parametrize("case", MODELS, ids=[case.name for case in MODELS])
def test_models_compiled_by_xla(case, report):
    report.check("models, xla, float64", case, checks.training(case, XLA))


@pytest.mark.parametrize("name", ["sgd/momentum", "rmsprop/plain", "adam/plain"])
def test_optimizers_compiled_by_xla(name, report):
    case = cases.find(name)
    comparison = checks.training(case, XLA, every=checks.LOOKS, limit=60)
    report.check("trajectories, xla, float64", case, comparison)
