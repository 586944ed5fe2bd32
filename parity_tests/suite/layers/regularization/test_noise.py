"""Noise, called by hand and in a layer of one's own."""

from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness.outcomes import same  # noqa: E402
from parity_tests.suite.layers.test_layer_calls import FLOAT32, A  # noqa: E402

pytestmark = pytest.mark.usefixtures("keras_afresh")


NOISE = {
    "Dropout": lambda k, rate: k.layers.Dropout(rate, seed=3),
    "AlphaDropout": lambda k, rate: k.layers.AlphaDropout(rate, seed=3),
    "GaussianDropout": lambda k, rate: k.layers.GaussianDropout(rate, seed=3),
    "GaussianNoise": lambda k, rate: k.layers.GaussianNoise(rate, seed=3),
    "SpatialDropout1D": lambda k, rate: k.layers.SpatialDropout1D(rate, seed=3),
}


@pytest.mark.parametrize("rate", [0.0, 0.25, 1.0, -0.1, 1.1])
@pytest.mark.parametrize("name", NOISE)
def test_noise(name, rate):
    """Twice in training, once not; and how far the stream of the layer has come."""

    def call(k):
        layer = NOISE[name](k, rate)
        seen = [layer(A, training=training) for training in (True, False, True)]
        generator = getattr(layer, "seed_generator", None)
        return seen, generator and np.array(generator.state)

    same(call, scratch, keras, FLOAT32)


@pytest.mark.parametrize("dtype", [None, "float32", "float64", "float16"])
@pytest.mark.parametrize("kind", ["normal", "uniform", "truncated_normal"])
def test_the_type_of_what_is_drawn(kind, dtype):
    """On an input as on an array."""

    def call(k: Any) -> Any:
        class Draws(k.layers.Layer):
            def call(self, x):
                return getattr(k.random, kind)(k.ops.shape(x), dtype=dtype, seed=3)

        x = k.Input((3,))
        y = Draws()(x)
        return y.dtype, y.shape, k.Model(x, y).predict(A[:, 0], verbose=0).dtype.name

    same(call, scratch, keras, may_fail=False)
