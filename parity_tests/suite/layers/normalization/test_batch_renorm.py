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


def test_the_averages_of_a_renormalized_layer():
    """The variance that it shows is its slow deviation squared, less epsilon: as in Keras."""

    def averages(k):
        layer = k.layers.BatchNormalization(renorm=True, momentum=0.8, epsilon=0.3)
        model = k.Sequential([k.Input((5,)), layer])
        model.compile(k.optimizers.SGD(0.0), "mse")
        model.fit(X, 0 * X, batch_size=8, epochs=2, shuffle=False, verbose=0)
        return {w.name: np.asarray(w) for w in layer.non_trainable_variables}

    ours, theirs = averages(scratch), averages(keras)
    assert ours.keys() == theirs.keys()
    close = derivative("float32").relative
    for name, found in ours.items():
        np.testing.assert_allclose(found, theirs[name], rtol=close, atol=close, err_msg=name)
    deviation, variance = ours["moving_stddev"], ours["moving_variance"]
    np.testing.assert_allclose(variance, deviation**2 - 0.3, rtol=close, atol=close)
    assert np.abs(variance - 1).min() > 0.1  # it has moved
