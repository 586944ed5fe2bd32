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


def _after_two_batches(k, eagerly, accumulation):
    """Weights and what is remembered of them, in the order in which both libraries have them."""
    k.utils.set_random_seed(0)
    draws, wide = np.random.default_rng(66), {"dtype": "float64"}
    x, y = draws.normal(size=(4, 3)), draws.normal(size=(4, 4))
    first = k.layers.SpectralNormalization(k.layers.Dense(3, **wide), **wide)
    model = k.Sequential([k.Input((3,), **wide), first, k.layers.Dense(4, **wide)])
    optimizer = k.optimizers.ScheduleFreeAdamW(gradient_accumulation_steps=accumulation)
    model.compile(optimizer, k.losses.MeanSquaredError(**wide), run_eagerly=eagerly)
    model.fit(x, y, batch_size=2, shuffle=False, verbose=0)
    return [np.array(v) for v in (*model.weights, *optimizer.variables)]


@pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")
@pytest.mark.parametrize("eagerly", [False, True], ids=["graph", "eager"])
@pytest.mark.parametrize("accumulation", [None, 2])
def test_what_is_remembered_begins_where_keras_builds_the_optimizer(eagerly, accumulation):
    """In the first step, where it is run eagerly: the first forward pass has rescaled a weight."""
    ours, theirs = (_after_two_batches(k, eagerly, accumulation) for k in (scratch, keras))
    close = derivative("float64", terms=256).relative
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=close, atol=close)
