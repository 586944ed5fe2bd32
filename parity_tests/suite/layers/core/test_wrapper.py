"""Layers around a layer."""

from typing import Any

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
