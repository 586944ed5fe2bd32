"""Penalties on weights and on outputs that a user defines: as in tf.keras."""

from typing import Any

import numpy as np
import pytest

from parity_tests.harness.engines import HAND, TAPE, TF
from parity_tests.harness.tolerances import FEW_STEPS

HERE = "parity_tests.test_penalties"
X = np.linspace(-1, 1, 15).reshape(5, 3).astype("float32")
Y = (X[:, :1] * 2 + 0.3).astype("float32")


def fitted(k, engine, model, optimizer=None, **fit):
    """The weights, the losses of the epochs, and the loss of a test."""
    optimizer = optimizer or k.optimizers.SGD(0.1, momentum=0.9)
    model.compile(optimizer, "mse", run_eagerly=engine.mode == "eager")
    history = model.fit(X, Y, epochs=3, verbose=0, batch_size=2, shuffle=False, **fit)
    tested = model.evaluate(X, Y, verbose=0, batch_size=2)
    return [*model.get_weights(), np.array(history.history["loss"]), np.array(tested)]


def assert_alike(function, *args, reference=TF):
    ours, theirs = (e.run(f"{HERE}:{function}", *args) for e in (HAND, reference))
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=FEW_STEPS, atol=FEW_STEPS)


# Weights that the layer does not use


def idle_weights(k: Any, engine, base, optimizer):
    """A layer whose `call` knows nothing of the weights that its subclass adds."""

    class Layer(getattr(k.layers, base)):
        def build(self, shape):
            super().build(shape)
            self.penalized = self.add_weight(shape=(2,), initializer="ones", regularizer="l2")
            self.idle = self.add_weight(shape=(2,), initializer="ones")

    k.utils.set_random_seed(3)
    layer = Layer(*{"Dense": [3], "Rescaling": [0.5]}.get(base, []))
    model = k.Sequential([k.Input((3,)), layer, k.layers.Dense(1)])
    return fitted(k, engine, model, getattr(k.optimizers, optimizer)(0.1, weight_decay=0.01))


@pytest.mark.filterwarnings("ignore:Gradients do not exist")
@pytest.mark.parametrize("optimizer", ["SGD", "Adam"])
@pytest.mark.parametrize("base", ["Dense", "BatchNormalization", "PReLU", "Rescaling"])
def test_a_penalty_is_the_whole_gradient_of_an_idle_weight(base, optimizer):
    assert_alike("idle_weights", base, optimizer)
