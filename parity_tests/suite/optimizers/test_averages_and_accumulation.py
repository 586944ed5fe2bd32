"""Averages of weights where gradients are added up: a step is what changes weights, not a batch."""

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import derivative

keras = pytest.importorskip("keras")

GRADIENTS = np.random.default_rng(2).normal(size=(12, 3)).astype("float32")


def trained(k, name, accumulation, every):
    """The weights and their averages after each of twelve batches."""
    weights = k.Variable(np.array([1.0, -2.0, 0.5], "float32"), name="w")
    optimizer = getattr(k.optimizers, name)(
        0.1, use_ema=True, ema_momentum=0.75, ema_overwrite_frequency=every,
        gradient_accumulation_steps=accumulation,
    )  # fmt: skip
    optimizer.build([weights])
    seen = []
    for gradient in GRADIENTS:
        optimizer.apply([k.ops.convert_to_tensor(gradient)], [weights])
        average = optimizer._model_variables_moving_average[0]
        seen.append([np.array(weights), np.array(average)])
    optimizer.finalize_variable_values([weights])
    return np.array([*seen, [np.array(weights)] * 2])


@pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")  # between Keras and NumPy
@pytest.mark.parametrize("name", ["SGD", "Adam"])
@pytest.mark.parametrize("accumulation", [None, 2, 3])
@pytest.mark.parametrize("every", [None, 1, 2, 3])
def test_weights_and_averages_batch_by_batch(name, accumulation, every):
    ours, theirs = (trained(k, name, accumulation, every) for k in (scratch, keras))
    close = derivative("float32", terms=256).relative
    np.testing.assert_allclose(ours, theirs, rtol=close, atol=close)
