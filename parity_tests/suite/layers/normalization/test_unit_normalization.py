"""Vectors that have no length: what UnitNormalization makes of them, and what flows back."""

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import FEW_ROUNDINGS

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")

ROWS = {
    "zeros": [0.0, 0.0, 0.0],
    "minus zeros": [-0.0, 0.0, -0.0],
    "shorter than 1e-12": [1e-14, -2e-14, 0.0],
    "a vector": [3.0, -4.0, 0.5],
}


def network(library, dtype):
    library.utils.set_random_seed(0)
    inputs = library.Input((3,), dtype=dtype)
    y = library.layers.UnitNormalization(dtype=dtype)(inputs)
    return library.Model(inputs, y)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("size", [1, 9])  # TensorFlow's loops take several numbers at once
def test_what_flows_back_is_tensorflows(name, dtype, size):
    """dx = 1e12 dy for a vector shorter than 1e-12, and not NaN for one of zeros."""
    x = np.array([ROWS[name]] * size, dtype)
    dy = np.linspace(-1, 1, x.size, dtype=dtype).reshape(x.shape)
    source = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(source)
        y = network(keras, dtype)(source)
    theirs = tape.gradient(y, source, dy).numpy()
    layer = scratch.layers.UnitNormalization(dtype=dtype)
    node = scratch.network.node.Node(layer)
    np.testing.assert_allclose(layer.forward(x, node), y.numpy(), rtol=FEW_ROUNDINGS)
    scale = np.abs(theirs).max()
    np.testing.assert_allclose(
        layer.backward(dy, node) / scale, theirs / scale, rtol=0, atol=FEW_ROUNDINGS
    )


def test_a_training_goes_on_behind_a_vector_of_zeros():
    """GroupNormalization of single numbers gives zeros: no weight in front of it becomes NaN."""
    layers = scratch.layers
    model = scratch.Sequential(
        [
            scratch.Input((5,)),
            layers.Dense(5),
            layers.GroupNormalization(groups=-1),
            layers.UnitNormalization(),
            layers.Dense(3),
        ]
    )
    model.compile("sgd", "mse")
    model.fit(np.ones((4, 5)), np.ones((4, 3)), epochs=3, verbose=0)
    assert all(np.isfinite(w).all() for w in model.get_weights())
