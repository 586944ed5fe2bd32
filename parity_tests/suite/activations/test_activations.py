"""Activations: values and derivatives on each side of every bend, and on it."""

from typing import Any

import numpy as np
import pytest

import scratch
from parity_tests import cases
from parity_tests.cases.activations import EDGES, MORE_NAMES, NAMES
from parity_tests.harness import checks, tolerances
from parity_tests.harness.engines import TF, Engine
from parity_tests.harness.outcomes import same
from parity_tests.harness.ways import ways
from scratch.network.pairs import pair_of

CASES = cases.of("activations")


@pytest.mark.parametrize(**ways(CASES))
def test_derivatives(case, way, report):
    comparison = checks.gradients(case, way)
    if case.untrue and way == "by complex step":
        assert comparison.failures, f"no longer true: {case.untrue}"
        return
    report.check(f"activations, {way}", case, comparison)


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("case", [c for c in CASES if "far" not in c.name], ids=lambda c: c.name)
def test_training(case, precision, report):
    engine = Engine("tf", "eager", precision)
    report.check(f"activations, trained, {precision}", case, checks.training(case, engine))


@pytest.mark.parametrize("name", [*NAMES, *MORE_NAMES, "exponential", "glu"])
def test_derivative_against_a_finite_difference(name):
    """A sanity check that shares no code with the others."""
    draw = np.random.default_rng(1)
    z = draw.standard_normal((2, 6))
    f = getattr(scratch.activations, name)
    pair = pair_of(f)
    assert pair is not None
    y = pair.forward(z.copy(), np.empty_like(z))
    dy = draw.standard_normal(y.shape)
    dz = pair.backward(dy, z if pair.reads_z else y, np.empty_like(z))
    h = np.cbrt(np.finfo("float64").eps)
    for index in np.ndindex(z.shape):
        step = np.zeros_like(z)
        step[index] = h
        slope = np.sum(dy * (f(z + step) - f(z - step))) / (2 * h)
        assert abs(slope - dz[index]) <= tolerances.FINITE_DIFFERENCE


def of_nan(keras, engine, name):
    """In the worker: what an activation makes of numbers among which there is a NaN."""
    z = np.array([[np.nan, 1.0, -1.0], [np.nan, np.nan, np.nan]])
    return np.asarray(getattr(keras.activations, name)(keras.ops.convert_to_tensor(z)))


@pytest.mark.parametrize(
    "name", [n for n in (*NAMES, *MORE_NAMES, "exponential") if n != "sparsemax"]
)
def test_nan_stays_or_goes_as_in_tensorflow(name):
    """In both forms. (What sparsemax makes of it depends on how NaNs are sorted.)"""
    z = np.array([[np.nan, 1.0, -1.0], [np.nan, np.nan, np.nan]])
    theirs = TF.run(f"{__name__}:of_nan", name)
    f = getattr(scratch.activations, name)
    pair: Any = pair_of(f)
    with np.errstate(invalid="ignore"):
        for ours in (f(z), pair.forward(z.copy(), np.empty_like(z))):
            assert np.array_equal(np.isnan(ours), np.isnan(theirs))
            assert np.nanmax(np.abs(ours - theirs), initial=0) <= tolerances.DERIVATIVE


def test_every_activation_has_a_hand_derived_pair():
    for name in scratch.activations.__all__:
        if name not in ("get", "serialize", "deserialize"):
            assert pair_of(getattr(scratch.activations, name)) is not None, name


def test_relu_at_exactly_zero_has_slope_zero():
    case = next(c for c in CASES if c.name == "relu/edges")
    assert (EDGES[0, :2] == 0).all()
    record = Engine("scratch", "hand").record(case, "gradients")
    assert not record["gradient/x"][0, :2].any()


KINKS = np.array([-3, -1, -0.5, 0, 0.5, 1, 3, 6, 7, 20, -20, 0.25], "float32").reshape(1, 3, 4)
ACTIVATIONS = [  # `threshold` has no defaults
    name
    for name in scratch.activations.__all__
    if name not in ("get", "serialize", "deserialize", "threshold")
]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_in_training(name):
    """On three axes, with inputs on its kinks, and far from them."""
    keras = pytest.importorskip("keras")
    x = KINKS / 32 if name == "exponential" else KINKS
    width = 2 if name == "glu" else 4

    def call(k: Any) -> Any:
        dense = k.layers.Dense(4, name, kernel_initializer="identity")
        model = k.Sequential([k.Input((3, 4)), dense])
        model.compile("sgd", "mae")
        target = np.linspace(-2, 2, 3 * width, dtype="float32").reshape(1, 3, width)
        losses = np.array([model.train_on_batch(x, target) for _ in range(2)], "float32")
        return losses, np.array(dense.kernel), np.array(dense.bias), model.predict(x, verbose=0)

    same(call, scratch, keras, tolerances.derivative("float32", terms=64), may_fail=False)
