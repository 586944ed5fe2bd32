"""Layers around a layer."""

from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness.outcomes import same  # noqa: E402
from parity_tests.suite.layers.test_layer_calls import FLOAT32, A  # noqa: E402

pytestmark = pytest.mark.usefixtures("keras_afresh")


def twice(k: Any) -> Any:
    """A user's own wrapper, which counts with what the base keeps."""

    class Twice(k.layers.Wrapper):
        def call(self, x):
            return self.layer(x) * 2

    return Twice


def test_wrapper():
    def inner(k, **more):
        return k.layers.Dense(2, kernel_initializer="ones", name="inner", **more)

    def used(k):
        layer = twice(k)(inner(k), name="outer")
        y = layer(A)
        paths = [w.path for w in layer.weights]
        return y, paths, layer.layer.built, len(layer.trainable_weights), layer.name

    def frozen(k):
        layer = twice(k)(inner(k, trainable=False))
        layer(A)
        return len(layer.trainable_weights), len(layer.weights)

    def read(k):
        config = k.layers.Wrapper(inner(k), name="outer").get_config()
        again = twice(k).from_config(dict(config))  # Keras takes `layer` out
        return config, again.get_config(), again(A)

    for call in (
        used,
        frozen,
        read,
        lambda k: k.layers.Wrapper(3),
        lambda k: k.layers.Wrapper(inner(k))(A),
        lambda k: isinstance(k.layers.TimeDistributed(inner(k)), k.layers.Wrapper),
    ):
        same(call, scratch, keras, FLOAT32)


STEPS = np.random.default_rng(3).normal(size=(2, 3, 4, 5)).astype("float32")
KEPT = np.random.default_rng(4).random((2, 3, 4)) < 0.6
KEPT[..., 0] = True  # a mean of something


def test_every_step_has_its_own_mask():
    """The mean of the rows that count, step by step: what NumPy finds."""

    def call(k):
        layer = k.layers.TimeDistributed(k.layers.GlobalAveragePooling1D())
        return layer(STEPS, mask=k.ops.convert_to_tensor(KEPT))

    found, _ = same(call, scratch, keras, FLOAT32, may_fail=False)
    weights = KEPT / KEPT.sum(axis=-1, keepdims=True)
    expected = (STEPS * weights[..., None]).sum(axis=2)
    np.testing.assert_allclose(found, expected, rtol=FLOAT32.relative, atol=FLOAT32.relative)


@pytest.mark.parametrize("second", [None, 2.0, 0.0])
def test_layers_of_a_pipeline_see_the_mask_of_the_layer_before(second):
    x = STEPS[0].copy()
    x[0, 1], x[1, 2], x[2, 0] = 0.0, 2.0, 0.0

    def call(k):
        layers = [k.layers.Masking(0.0)]
        if second is not None:
            layers.append(k.layers.Masking(second))
        return k.layers.Pipeline([*layers, k.layers.GlobalAveragePooling1D()])(x)

    found, _ = same(call, scratch, keras, FLOAT32, may_fail=False)
    counts = (x != (second or 0.0)).any(axis=-1, keepdims=True)
    y = x if second != 2.0 else np.where(counts, x, 0)
    expected = (y * counts).sum(axis=1) / counts.sum(axis=1)
    np.testing.assert_allclose(found, expected, rtol=FLOAT32.relative, atol=FLOAT32.relative)
