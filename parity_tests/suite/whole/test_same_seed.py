# ruff: noqa: E501 - one line a value
"""After the same seed: the same weights, masks and order of batches, bit by bit."""

import numpy as np
import pytest

from parity_tests import cases
from parity_tests.harness.case import Case, classes, normal
from parity_tests.harness.comparison import compare
from parity_tests.harness.engines import Engine
from parity_tests.harness.tolerances import EXACT

UNIFORM = ("glorot_uniform", "he_uniform", "lecun_uniform", "random_uniform")


def _drawn(keras):
    return [
        *(keras.layers.Dense(7, kernel_initializer=name, bias_initializer="random_uniform") for name in UNIFORM),
        keras.layers.Dropout(0.3),
        keras.layers.Dense(5, kernel_initializer=keras.initializers.RandomUniform(-1, 1, seed=4), bias_initializer="ones"),
        keras.layers.Dropout(0.6, noise_shape=(None, 1)),
        keras.layers.Dense(3, kernel_initializer="he_uniform", bias_initializer="random_uniform"),
    ]  # fmt: skip


MODELS = [
    Case("seed/every uniform initializer", _drawn, normal(6, 9), classes(6, 3)),
    *cases.of("models"),
]


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("case", MODELS[1:], ids=[case.name for case in MODELS[1:]])
def test_initial_weights(case, precision, report):
    expected = Engine("tf", "eager", precision).record(case, "initial")
    actual = Engine("scratch", "hand", precision).record(case, "initial")
    weights = {n: a for n, a in expected.items() if not _zeros(n)}
    mine = {n: a for n, a in actual.items() if not _zeros(n)}
    comparison = compare(case, weights, mine, lambda name: EXACT, only=("initial/",))
    report.check(f"same seed, {precision}", case, comparison)
    for name in set(expected) - set(weights):
        assert name.startswith("mask/") or not (expected[name].any() or actual[name].any())


def _zeros(name):
    return name.endswith("bias") or name.startswith("mask/")


def draw_all(keras, engine):
    keras.utils.set_random_seed(99)
    model = keras.Sequential([keras.Input((9,)), *_drawn(keras)])
    weights = model.get_weights()
    first, second = (keras.layers.Dropout(0.3) for _ in range(2))
    ones = np.ones((5, 8), engine.precision)
    masks = [np.asarray(layer(ones, training=True)) for layer in (first, second, first)]
    return weights, masks


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_every_uniform_initializer_and_mask(precision):
    function = f"{__name__}:draw_all"
    theirs = Engine("tf", "eager", precision).run(function)
    ours = Engine("scratch", "hand", precision).run(function)
    for a, b in zip(theirs[0] + theirs[1], ours[0] + ours[1], strict=True):
        assert a.tobytes() == np.asarray(b).tobytes()


def seen_by_fit(keras, engine, shuffle, rows, batch_size):
    """Labels in the order in which a loss sees them."""
    keras.utils.set_random_seed(7)
    seen = []

    def loss(y, p):
        seen.append(np.asarray(y).ravel().copy())
        return keras.ops.mean(keras.ops.square(y - p), axis=-1)

    class Spy(keras.losses.Loss):  # type: ignore[name-defined]
        def call(self, y_true, y_pred):
            return loss(y_true, y_pred)

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss=Spy(), run_eagerly=True)
    x = np.arange(float(rows))[:, None]
    model.fit(x, x, batch_size=batch_size, epochs=2, shuffle=shuffle, verbose=0)
    return np.concatenate(seen)[-2 * rows :]


@pytest.mark.parametrize("shuffle", [True, False, "batch"])
@pytest.mark.parametrize(("rows", "batch_size"), [(50, 8), (7, 7), (33, 32), (5, 64)])
def test_order_of_batches(shuffle, rows, batch_size):
    function = f"{__name__}:seen_by_fit"
    theirs = Engine("tf", "eager", "float32").run(function, shuffle, rows, batch_size)
    ours = Engine("scratch", "hand", "float32").run(function, shuffle, rows, batch_size)
    assert np.array_equal(theirs, ours)
