"""Every case on every engine that this machine has, in float64.

Keras on JAX and on torch shares nothing with Keras on TensorFlow but the layers' definitions: three
independent oracles. `scratch` is set to what each backend does (`quirks.as_on`); where it cannot
be, a row of `quirks.ROWS` names the case, says why, and must still be true.
"""

import pytest

from parity_tests import cases
from parity_tests.harness import checks, quirks
from parity_tests.harness.engines import TF, TORCH, XLA, Engine

# Compiled without optimization: what is proven here are formulas, and a compiler that takes a
# second for each of two hundred small networks would take all the time.
QUICK = (("XLA_FLAGS", "--xla_backend_optimization_level=0"),)
JAX = Engine("jax", "jit", environment=QUICK)
STATIC = [
    case
    for module in ("layers", "losses", "activations", "regularizers", "models")
    for case in cases.of(module)
    if case.group != "dropout"  # each backend draws its own masks
]
TRAINED = [case for name in ("optimizers", "metrics", "models") for case in cases.of(name)]
# On JAX every one of them is compiled anew: one for each optimizer, and for what it can do besides.
FEW = (
    "sgd/plain",
    "sgd/nesterov",
    "sgd/rate changes while momentum runs",
    "sgd/global_clipnorm sometimes",
    "rmsprop/centered with momentum",
    "adam/plain",
    "adam/everything",
    "adam/accumulation",
    "metric/weighted accuracy",
)


def needs(engine):
    """Skips where the engine is not to be had."""
    if engine.unavailable:
        pytest.skip(f"{engine.library}: {engine.unavailable}")


def judge(report, lane, case, engine, comparison):
    """The comparison must be green, or red for the reason that a quirk gives."""
    row = quirks.divergence(case, engine.library)
    if row is None:
        report.check(lane, case, comparison)
    else:
        assert comparison.failures, f"{row.id} is no longer true of {engine.name}: {row.effect}"


@pytest.mark.parametrize("case", STATIC, ids=[case.name for case in STATIC])
@pytest.mark.parametrize("engine", [JAX, TORCH], ids=["jax", "torch"])
def test_derivatives(engine, case, report):
    needs(engine)
    comparison = checks.gradients(case, "by hand", engine)
    judge(report, f"derivatives, {engine.library}, float64", case, engine, comparison)


@pytest.mark.parametrize("case", TRAINED, ids=[case.name for case in TRAINED])
def test_training_on_torch(case, report):
    needs(TORCH)
    comparison = checks.training(case, TORCH, limit=6)
    judge(report, "training, torch, float64", case, TORCH, comparison)


@pytest.mark.parametrize("name", FEW)
def test_training_on_jax(name, report):
    needs(JAX)
    case = cases.find(name)
    comparison = checks.training(case, JAX, limit=6)
    judge(report, "training, jax, float64", case, JAX, comparison)


@pytest.mark.parametrize("engine", [TF, XLA], ids=["graph", "xla"])
@pytest.mark.parametrize(
    "name", ["dense/three deep", "sparse/fused, saturated", "softmax/ties", "relu/edges"]
)
def test_tensorflows_other_modes_derive_the_same(name, engine, report):
    case = cases.find(name)
    comparison = checks.gradients(case, "by hand", engine)
    report.check(f"derivatives, tf {engine.mode}, float64", case, comparison)
