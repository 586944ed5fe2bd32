"""Which shapes of noise dropout takes: those that broadcast to the input's shape, and no more.

Keras's documentation asks for as much; its function then makes the input larger where TensorFlow
can.
"""

import numpy as np
import pytest

import scratch

SHAPES = [(3,), (2, 3), (4, 2, 3), (1, 3), (3, 1)]
NOISE = [(3,), (1,), (2, 3), (1, 3), (2, 1), (1, 1, 3), (4, 1, 3), (5,), (2, 2), (2, 1, 1)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("noise", NOISE, ids=str)
def test_what_does_not_broadcast_to_the_input_is_refused(shape, noise):
    x = np.ones(shape, "float32")
    try:
        fits = np.broadcast_shapes(shape, noise) == shape
    except ValueError:
        fits = False
    if not fits:
        with pytest.raises(ValueError, match="does not broadcast"):
            scratch.random.dropout(x, 0.5, noise_shape=noise, seed=3)
        return
    found = np.asarray(scratch.random.dropout(x, 0.5, noise_shape=noise, seed=3))
    assert found.shape == shape
    kept = np.asarray(scratch.random.dropout(np.ones(noise, "float32"), 0.5, seed=3))
    np.testing.assert_array_equal(found, np.broadcast_to(kept, shape))
