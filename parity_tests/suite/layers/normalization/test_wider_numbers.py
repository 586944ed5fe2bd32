"""Layer and group normalization of float64 far from zero, by layers that compute in less.

Keras brings no input of theirs to the layer's type: 1e9, 1e9 + 1 and 1e9 + 2 are three numbers.
"""

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import FEW_ROUNDINGS

keras = pytest.importorskip("keras")

LAYERS = {
    "layer": lambda k, dtype: k.layers.LayerNormalization(dtype=dtype),
    "layer, two axes": lambda k, dtype: k.layers.LayerNormalization(axis=(1, 2), dtype=dtype),
    "group": lambda k, dtype: k.layers.GroupNormalization(2, dtype=dtype),
    "instance": lambda k, dtype: k.layers.GroupNormalization(-1, dtype=dtype),
}
FAR = 1e9 + np.random.default_rng(3).normal(0, 3, (2, 3, 4))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("name", LAYERS)
def test_the_digits_of_the_input_are_used(name, dtype):
    ours, theirs = (LAYERS[name](library, dtype) for library in (scratch, keras))
    found, expected = np.asarray(ours(FAR)), np.asarray(theirs(FAR))
    assert found.dtype == expected.dtype == dtype
    # Of 60 bits of which 30 are the offset's, 23 and more are left.
    bound = 0 if dtype == "float16" else FEW_ROUNDINGS
    np.testing.assert_allclose(found, expected, rtol=0, atol=bound)
    assert found.std() > 0.5


@pytest.mark.parametrize("name", LAYERS)
def test_a_gradient_passes_through(name):
    """Of a weighted sum, as from numbers near zero: an offset changes no difference."""
    near = FAR - 1e9
    weights = np.random.default_rng(4).normal(size=near.shape)
    found = []
    for x in (FAR, near):
        layer = LAYERS[name](scratch, "float32")
        x = scratch.ops.convert_to_tensor(x)
        with scratch.GradientTape() as tape:
            tape.watch(x)
            y = scratch.ops.sum(layer(x) * weights.astype("float32"))
        found.append(np.asarray(tape.gradient(y, x)))
    np.testing.assert_allclose(found[0], found[1], rtol=0, atol=FEW_ROUNDINGS)
