"""`model(x)` by the network of `predict`: where that is the same, and only there."""

import threading

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import derivative
from scratch.layers.base.layer import Layer

L = scratch.layers
BOUND = derivative("float32").relative
X = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")


def stack(*more):
    scratch.utils.set_random_seed(1)
    return scratch.Sequential([scratch.Input((4,)), L.Dense(3, activation="tanh"), *more])


def in_layers(model, x, **kwargs):
    """The outputs, layer after layer."""
    kept, model._step.shortcut.way = model._step.shortcut.way, False
    try:
        return model(x, **kwargs)
    finally:
        model._step.shortcut.way = kept


def assert_close(found, wanted):
    assert found.dtype == wanted.dtype
    assert found.shape == wanted.shape
    assert abs(found - wanted).max() <= BOUND * abs(wanted).max()


def leaves(outputs):
    return outputs if isinstance(outputs, list) else [outputs]


def nested():
    inner = scratch.Sequential([scratch.Input((3,)), L.Dense(3, activation="relu")])
    x = scratch.Input((4,))
    first = L.Dense(3)(x)
    return scratch.Model(x, [L.Add()([first, inner(first)]), first])


@pytest.mark.parametrize(
    "model",
    [
        lambda: stack(L.Dropout(0.5), L.Dense(2, activation="softmax")),
        lambda: stack(L.BatchNormalization(), L.Flatten()),
        nested,
    ],
    ids=["dropout", "normalization", "nested, two outputs"],
)
def test_the_short_way_gives_the_same(model):
    model = model()
    found = [model(X), model(X)]
    assert model._step.shortcut.way
    for outputs in found:
        for y, wanted in zip(leaves(outputs), leaves(in_layers(model, X)), strict=True):
            assert_close(y, wanted)


def test_weights_and_layers_may_change():
    model = stack(L.Dense(2))
    before = model(X), model(X)
    model.set_weights([w + 1 for w in model.get_weights()])
    assert_close(model(X), in_layers(model, X))
    assert not np.array_equal(model(X), before[1])
    model.add(L.Dense(1))
    assert model(X).shape == (5, 1)
    assert_close(model(X), in_layers(model, X))


def test_every_result_has_memory_of_its_own():
    model = stack()
    model(X)
    one = model(X)
    kept = one.copy()
    model(2 * X)
    model.predict(3 * X, verbose=0)
    np.testing.assert_array_equal(one, kept)


def test_what_else_comes_of_a_call_is_not_lost():
    penalized = stack(L.Dense(2, activity_regularizer="l2"))
    for x in (X, X, 2 * X):
        penalized(x)
        y = penalized.predict(x, verbose=0)
        penalty = 0.01 * np.sum(y**2) / len(y)
        assert abs(penalized.losses[0] - penalty) <= BOUND * penalty
    assert not penalized._step.shortcut.way

    masked = scratch.Sequential([scratch.Input((3,)), L.Embedding(5, 2, mask_zero=True)])
    ids = np.array([[1, 2, 0]])
    for _ in range(3):
        y = masked(ids)
        np.testing.assert_array_equal(scratch.network.masks.get_keras_mask(y), ids != 0)


def test_a_call_of_your_own_is_called_every_time():
    calls = []

    class Mine(Layer):
        def call(self, x):
            calls.append(x)
            return 2 * x

    model = stack(Mine())
    calls.clear()
    for _ in range(3):
        model(X)
    assert len(calls) == 3


def test_training_is_another_matter():
    model = stack(L.Dropout(0.5))
    model(X)
    assert np.any(model(X, training=True) == 0)
    assert not np.any(model(X) == 0)


@pytest.mark.parametrize("x", [X[:, :3], X[0], X.astype("float64"), X.astype(int)], ids=str)
def test_other_inputs_go_the_usual_way(x):
    model = stack()
    model(X)

    def outcome(call):
        try:
            return call(model, x)
        except Exception as error:
            return type(error), str(error)

    found, wanted = outcome(lambda m, x: m(x)), outcome(in_layers)
    if isinstance(wanted, tuple):
        assert found == wanted
    else:
        np.testing.assert_array_equal(found, wanted)


def test_threads_do_not_share_memory():
    model = stack(L.Dense(200), L.Dense(3))
    inputs = [X * k for k in range(1, 5)]
    model(X)
    wanted = [model(x) for x in inputs]
    wrong = []

    def serve(k):
        for _ in range(200):
            y = model(inputs[k])
            if abs(y - wanted[k]).max() > BOUND * abs(wanted[k]).max():
                wrong.append(k)

    threads = [threading.Thread(target=serve, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_network_in_use_is_not_taken_apart():
    """The first call lets losses find the logits: it waits for a thread that predicts."""
    model = stack(L.Dense(2, activation="softmax"))
    wanted = model.predict(X, verbose=0)
    network = model._step.predicting
    with network.lock:
        before = list(network.nodes)
        thread = threading.Thread(target=model, args=(X,))
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
        assert network.nodes == before
    thread.join()
    assert len(network.nodes) == len(before) + 1
    assert_close(model.predict(X, verbose=0), wanted)
