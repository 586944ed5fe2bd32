"""Every case on every engine that this machine has, in float64.

Keras on JAX and on torch shares nothing with Keras on TensorFlow but the layers' definitions: three
independent oracles. `scratch` is set to what each backend does (`quirks.as_on`); where it cannot
be, a row of `quirks.ROWS` names the case, says why, and must still be true.
"""

import numpy as np
import pytest

from parity_tests import cases
from parity_tests.harness import backends, canary, checks, engines, inventory, quirks
from parity_tests.harness.engines import JAX_EAGER, TAPE, TF, TORCH, XLA, Engine
from parity_tests.harness.tolerances import TF32_ROUNDOFF

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


# The canary, and what there is


def test_the_canary_tells_tf32_from_float32():
    full = canary.product_error(np.matmul)
    tf32 = canary.product_error(lambda a, b: canary.as_tf32(a) @ canary.as_tf32(b))
    assert canary.sings(full)
    assert not canary.sings(tf32)
    assert tf32 > 100 * full, "the limit lies far from both"


def test_tf32_keeps_eleven_bits():
    kept = canary.as_tf32(1 + np.array([2.0**-10, 2.0**-12, 3 * 2.0**-12, -1], "float32"))
    assert np.array_equal(kept, [1 + 2.0**-10, 1, 1 + 2.0**-10, 0])
    numbers = np.random.default_rng(0).standard_normal(1000).astype("float32")
    assert np.abs(canary.as_tf32(numbers) / numbers - 1).max() <= TF32_ROUNDOFF


@pytest.mark.parametrize("library", list(backends.KERAS_NAMES))
def test_products_on_a_cpu_are_full_float32(library):
    engine = Engine(library, "eager", "float32")
    needs(engine)
    assert canary.sings(engine.run("parity_tests.harness.canary:canary"))


@pytest.mark.gpu
@pytest.mark.parametrize("library", list(backends.KERAS_NAMES))
def test_products_on_a_gpu_are_full_float32(library):
    engine = Engine(library, "eager", "float32", device="gpu")
    needs(engine)
    assert canary.sings(engine.run("parity_tests.harness.canary:canary"))


@pytest.mark.gpu
@pytest.mark.parametrize("library", list(backends.KERAS_NAMES))
@pytest.mark.parametrize("name", ["dense/wide", "sparse/net", "activation/twice"])
def test_derivatives_on_a_gpu(name, library, report):
    engine = Engine(library, "eager", "float64", device="gpu")
    needs(engine)
    case = cases.find(name)
    report.check(f"derivatives, {library}, gpu", case, checks.gradients(case, "by hand", engine))


def test_an_engine_that_is_not_there_says_why(monkeypatch):
    find = backends.importlib.util.find_spec
    monkeypatch.setattr(
        backends.importlib.util, "find_spec", lambda name: None if name == "torch" else find(name)
    )
    assert backends.missing("torch") == (
        "torch is not installed (pip install 'keras-from-scratch[torch]')"
    )
    assert backends.missing("scratch") == ""
    assert "NumPy" in backends.missing("scratch", "gpu")
    monkeypatch.setattr(backends, "missing", lambda library, device: "no such thing")
    engines._why_not.cache_clear()
    try:
        entry = inventory._entry("jax", "gpu")
    finally:
        engines._why_not.cache_clear()
    assert entry.unavailable == "no such thing" and not entry.versions


def test_every_engine_has_a_name_of_its_own():
    found = engines.all_engines() + engines.all_engines("gpu")
    assert len({engine.name for engine in found}) == len(found) == 17 + 12
    assert TF in found and JAX_EAGER in found
    assert engines.COMPLEX in found and Engine("tf", "xla", "float32", device="gpu") in found
    assert TAPE.name == "tf eager float64"
    assert Engine("torch", "eager", left_standing=("K3",)).name == "torch eager float64 with K3"


def test_one_process_holds_one_backend():
    needs(TORCH)
    with pytest.raises(engines.WorkerError, match="holds Keras on torch"):
        TORCH.run(f"{__name__}:another_backend")


def another_backend(keras, engine):
    """In a worker."""
    backends.load("jax")
