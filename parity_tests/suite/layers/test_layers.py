"""Layers, four ways: by hand, by graph, by complex step, by TensorFlow's tape; then in training."""

from typing import Any

import numpy as np
import pytest

import scratch
from parity_tests import cases
from parity_tests.harness import checks, engines, tolerances
from parity_tests.harness.engines import Engine
from parity_tests.harness.ways import ways
from scratch.network.network import Network
from scratch.testing import by_hand
from scratch.variables.flat_storage import FlatStorage

MODULES = (
    "layers",
    "normalization",
    "shapes",
    "convolution",
    "pooling",
    "images",
    "margins",
    "merging",
    "noise",
)
CASES = [case for module in MODULES for case in cases.of(module)]
STATIC = [case for case in CASES if case.group not in ("dropout", "noise", "augmented")]
# TensorFlow blends pixels in float32 whatever it is given, and XLA draws from a stream of its own.
TRAINED = [
    pytest.param(case, precision, id=f"{case.name}-{precision}")
    for case in CASES
    for precision in ("float64", "float32")
    if precision == "float32" or (case.group, case.in_float64) != ("augmented", "nowhere")
]


def repr_name(case: Any) -> str:
    return case.name


@pytest.mark.parametrize(**ways(case for case in STATIC if case.in_float64 != "nowhere"))
def test_derivatives(case, way, report):
    report.check(f"layers, {way}", case, checks.gradients(case, way))


@pytest.mark.parametrize(("case", "precision"), TRAINED)
def test_training(case, precision, report):
    report.check(
        f"layers, trained, {precision}",
        case,
        checks.training(case, Engine("tf", "eager", precision)),
    )


@pytest.mark.parametrize("case", [c for c in STATIC if "penalt" not in c.name], ids=repr_name)
def test_a_zero_upstream_gives_zero(case):
    """Sample weights of zero: nothing flows back, not even NaN."""
    with engines.settings(engines.HAND) as keras:
        model, (x, y, _) = engines.compiled(keras, case, {})
        _, _, gradients, dx = by_hand(model, x, y, np.zeros(y.shape[:1] + (1,) * (y.ndim - 2)))
        for gradient in [*gradients, dx]:
            assert gradient is not None
            assert not gradient.any()
            assert np.isfinite(gradient).all()


def test_what_is_derived_by_hand_is_used():
    """A `call` below the class that has `forward` would put the graph in its place."""
    layers = [vars(scratch.layers)[name] for name in scratch.layers.__all__]
    classes = [c for c in layers if isinstance(c, type) and issubclass(c, scratch.layers.Layer)]
    assert len(classes) > 40
    for cls in classes:
        assert cls.by_hand == hasattr(cls, "forward"), cls


def test_a_shared_layer_adds_its_gradients_up():
    """The same layer twice in a row: W gets both parts, by hand as by graph."""
    with engines.settings(engines.HAND) as keras:
        layer = keras.layers.Dense(3, "tanh")
        layer.build((None, 3))
        network = Network.chain([layer, layer], (None, 3))
        network.end_in([network.output])
        network.want_dx()
        draw = np.random.default_rng(4)
        x, dy = draw.normal(size=(2, 5, 3))
        FlatStorage(layer.trainable_variables)
        network.forward(x)
        network.slopes[network.output] = dy
        dx = network.backward()
        symbol = keras.ops.Symbol.leaf("x", shape=x.shape, dtype="float64")
        y = layer.define(layer.define(symbol))
        wanted = keras.ops.gradient(
            y, [layer.kernel, layer.bias, symbol], dy=keras.ops.convert_to_tensor(dy)
        )
        found = [layer.kernel.gradient, layer.bias.gradient, dx]
        for ours, by_graph in zip(found, keras.ops.evaluate(wanted, {symbol: x}), strict=True):
            assert np.abs(by_graph).max() > 0
            bound = tolerances.derivative().relative * np.abs(by_graph).max()
            assert np.abs(ours - by_graph).max() <= bound
