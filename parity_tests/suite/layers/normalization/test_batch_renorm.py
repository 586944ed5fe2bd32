"""Renormalization of batches beside a shift that is not 0, called and in training."""

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import derivative

keras = pytest.importorskip("tensorflow").keras

X = np.random.default_rng(3).normal(2, 3, size=(16, 5)).astype("float32")


@pytest.mark.parametrize(("center", "scale"), [(True, False), (False, True), (True, True)])
def test_the_shift_is_added_to_the_correction(center, scale):
    def normalized(k):
        layer = k.layers.BatchNormalization(
            renorm=True, center=center, scale=scale, beta_initializer=k.initializers.Constant(0.75),
            gamma_initializer=k.initializers.Constant(1.5), moving_mean_initializer="ones",
        )  # fmt: skip
        model = k.Sequential([k.Input((5,)), layer])
        model.compile(k.optimizers.SGD(0.0), "mse")
        log = model.fit(X, 0 * X, batch_size=8, epochs=2, shuffle=False, verbose=0)
        return log.history["loss"], np.asarray(layer(X, training=True))

    close = derivative("float32").relative
    for found, expected in zip(normalized(scratch), normalized(keras), strict=True):
        np.testing.assert_allclose(found, expected, rtol=close, atol=close)
