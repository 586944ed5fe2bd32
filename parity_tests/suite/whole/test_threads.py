"""Several threads at a time: each computes what it computes alone."""

import copy
import pickle
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import scratch

THREADS = 4
X = np.random.default_rng(0).normal(size=(24, 6)).astype("float32")
Y = np.arange(24) % 3


@pytest.fixture(autouse=True)
def quick_changes():
    """Threads take turns after a few instructions each."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def model(number):
    """Each thread's own: different widths, in either style."""
    layers = scratch.layers
    dropout = layers.Dropout(0.3, seed=number)
    dense = layers.Dense(8 + number, "relu", kernel_initializer=drawn(number), name="hidden")
    last = layers.Dense(3, kernel_initializer=drawn(number + 1), name="last")
    if number % 2:
        return scratch.Sequential([layers.BatchNormalization(), dense, dropout, last])
    inputs = scratch.Input((6,))
    x = layers.LayerNormalization()(inputs * (1 + number))
    return scratch.Model(inputs, last(dropout(scratch.ops.tanh(dense(x)))))


def drawn(seed):
    return scratch.initializers.GlorotUniform(seed)


def trained(number):
    """Built, trained, called and used: everything that comes out."""
    found = model(number)
    loss = scratch.losses.SparseCategoricalCrossentropy(from_logits=True)
    found.compile("adam", loss)
    losses = [found.train_on_batch(X, Y) for _ in range(3)]
    losses += found.fit(X, Y, epochs=2, batch_size=10, shuffle=False, verbose=0).history["loss"]
    called = [np.array(found(X, training=training)) for training in (False, True, None)]
    return [*losses, *called, found.predict(X, verbose=0), *found.get_weights()]


def test_each_as_alone():
    alone = [trained(number) for number in range(THREADS)]
    start = threading.Barrier(THREADS)

    def beside_others(number):
        start.wait()
        return trained(number)

    for _ in range(3):
        with ThreadPoolExecutor(THREADS) as pool:
            together = list(pool.map(beside_others, range(THREADS)))
        for ours, theirs in zip(alone, together, strict=True):
            assert all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))


def test_names_begin_anew_in_each_thread():
    """As in Keras, and so no two layers of a model get one name."""
    keras = pytest.importorskip("keras")

    def names(k):
        return [k.layers.Dense(1).name for _ in range(2)]

    for k in (scratch, keras):
        names(k)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(names, k).result() == ["dense", "dense_1"]


def test_one_model_serves_many():
    """Its network has one memory: they wait for each other."""
    served = model(0)
    inputs = [X * k for k in range(8)]
    ways = {
        "predict": lambda x: served.predict(x, verbose=0),
        "predict_on_batch": served.predict_on_batch,
        "a call": served,
    }
    for name, way in ways.items():
        alone = [np.array(way(x)) for x in inputs]
        with ThreadPoolExecutor(len(inputs)) as pool:
            for _ in range(60):
                for ours, theirs in zip(alone, pool.map(way, inputs), strict=True):
                    assert np.array_equal(ours, theirs), name


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))], ids=["copied", "pickled"]
)
@pytest.mark.parametrize("functional", [False, True])
def test_a_copy_of_a_used_model_is_another_model(copied, functional):
    first = model(1)
    if functional:  # functions of `ops` are layers in it
        inputs = scratch.Input(X.shape[1:])
        first = scratch.Model(inputs, scratch.ops.tanh(first(inputs)) * 2 + 1)
    first.compile("sgd", "mse")
    first.fit(X, X[:, :3], verbose=0)
    before = first.predict(X, verbose=0)
    second = copied(first)
    assert np.array_equal(second.predict(X, verbose=0), before)
    second.fit(X, X[:, :3], verbose=0)
    assert not np.array_equal(second.predict(X, verbose=0), before)
    assert np.array_equal(first.predict(X, verbose=0), before)
