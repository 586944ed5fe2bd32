"""Optimizers alone: the same gradients in, and after a hundred steps the same weights, bit by bit.

Nothing of a network is in the way, so that an operation in another order shows, which no tolerance
would. TensorFlow runs eagerly: its graphs turn `a / sqrt(b)` into `a rsqrt(b)`, as in quirk K22.
"""

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.commands.trajectories.variants import catalogue  # noqa: E402
from parity_tests.harness import tolerances  # noqa: E402

pytestmark = pytest.mark.usefixtures("keras_afresh")

STEPS = 100
SHAPES = ((30, 20), (20,))
FUSED = "w - lr g is one pass of the BLAS, which rounds once"
SUMMED = "it sums over a tensor: the order of a sum is the library's"
ROUNDED_OTHERWISE = {
    "sgd": FUSED,
    "sgd momentum": FUSED,
    "sgd nesterov": FUSED,
    "sgd averaged": FUSED,
    "adafactor": SUMMED,
    "lamb": SUMMED,
    "muon": SUMMED,
    "adam global clipnorm": SUMMED,
    "ftrl": "its powers are of a constant that eager TensorFlow and its graphs round differently",
}


@pytest.fixture(params=["float64", "float32"])
def precision(request):
    keras.config.set_floatx(request.param)
    scratch.config.set_floatx(request.param)
    yield request.param
    keras.config.set_floatx("float32")


def run(k, name, precision):
    """Weights, then all that the optimizer remembers, after so many steps."""
    draw = np.random.default_rng(3)
    weights = [k.Variable(draw.normal(size=s).astype(precision), dtype=precision) for s in SHAPES]
    optimizer = catalogue()[name](k)
    optimizer.build(weights)
    for _ in range(STEPS):
        # From about Adam's epsilon to a gradient that a clip cuts.
        scales = (10 ** draw.uniform(-8, 0, size=s) for s in SHAPES)
        gradients = [(draw.normal(size=s.shape) * s).astype(precision) for s in scales]
        optimizer.apply([k.ops.convert_to_tensor(g) for g in gradients])
    everything = (*weights, *optimizer.variables)
    return [np.array(v.numpy() if k is keras else v.value) for v in everything]


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_the_step_alone(name, precision):
    ours, theirs = run(scratch, name, precision), run(keras, name, precision)
    assert [(a.shape, a.dtype) for a in ours] == [(b.shape, b.dtype) for b in theirs]
    if name not in ROUNDED_OTHERWISE:
        assert all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))
    else:
        kind = type(catalogue()[name](scratch)).__name__.lower()
        kappa = tolerances.kappa_of(kind, 0.9 if name in ("sgd momentum", "sgd nesterov") else 0.0)
        bound = tolerances.trajectory(STEPS, kappa, precision).relative
        for a, b in zip(ours[: len(SHAPES)], theirs, strict=False):
            assert abs(a - b).max() <= bound * abs(b).max()
