"""Batches in parts that threads share: what each sample gets does not depend on who computes it."""

import threading
import warnings

import numpy as np
import pytest

import scratch as keras
from parity_tests.harness.tolerances import rounding
from scratch.kernels import samples, workers
from scratch.kernels.recorded import Refused
from scratch.kernels.samples import PARTS, WORTH, in_parts
from scratch.kernels.tape import Tape
from scratch.layers.pooling import pooling

X = np.random.default_rng(0).normal(size=(18, 30, 31, 32)).astype("float32")
assert X.size > WORTH


@pytest.mark.parametrize("batch", [1, 2, 3, 4, 7, 32])
@pytest.mark.parametrize("numbers", [WORTH - 1, WORTH])
def test_each_sample_once(batch, numbers):
    seen, count = [], np.zeros(batch, int)

    def compute(rows):
        seen.append(rows)
        count[rows] += 1

    in_parts(compute, batch, numbers)
    assert count.tolist() == [1] * batch
    shared = batch > 1 and numbers >= WORTH
    assert len(seen) == (min(batch, -(-batch // -(-batch // PARTS))) if shared else 1)


def test_no_sample_is_computed_as_one_part():
    found: list[slice] = []
    in_parts(found.append, 0, WORTH)
    assert found == [slice(0, 0)]


def _trained(threads, monkeypatch):
    """All weights and outputs after steps of a network of pictures."""
    monkeypatch.setattr(workers, "cores", lambda: threads)
    keras.utils.set_random_seed(3)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input(X.shape[1:]),
            layers.Conv2D(8, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(16, 3, activation="relu"),
            layers.AveragePooling2D(3, 2, padding="same"),
            layers.Conv2DTranspose(32, 3, strides=2),
            layers.MaxPooling2D(3, 1),
            layers.GlobalAveragePooling2D(),
            layers.Dense(1),
        ]
    )
    model.compile(keras.optimizers.SGD(0.01), "mse")
    for _ in range(5):
        model.train_on_batch(X, np.ones((len(X), 1)))
    return [w.tobytes() for w in [*model.get_weights(), model.predict(X, verbose=0)]]


def test_the_number_of_threads_changes_no_bit(monkeypatch):
    one, two, four = (_trained(n, monkeypatch) for n in (1, 2, 4))
    assert one == two == four


@pytest.mark.parametrize("pool", ["max", "average"])
@pytest.mark.parametrize(("size", "strides"), [(2, 2), (3, 1), (2, 3)])
def test_parts_of_a_pool_are_the_whole(pool, size, strides, monkeypatch):
    ends, calls = [], []

    def counted(compute, batch, numbers):
        calls.append(numbers)
        in_parts(compute, batch, numbers)

    for worth in (WORTH, 1 << 60):
        monkeypatch.setattr(samples, "WORTH", worth)
        monkeypatch.setattr(pooling, "in_parts", counted)
        keras.utils.set_random_seed(5)
        layers = keras.layers
        layer = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}[pool]
        model = keras.Sequential([keras.Input(X.shape[1:]), layers.Conv2D(32, 1)])
        model.add(layer(size, strides))
        model.add(layers.Dense(4))
        model.compile(keras.optimizers.SGD(0.1), "mse")
        y = np.ones((len(X), *model.output_shape[1:]), "float32")
        told = [model.train_on_batch(X, y) for _ in range(3)]
        ends.append([told, *(w.tobytes() for w in model.get_weights())])
    assert len(calls) == 12 and min(calls) >= WORTH
    assert ends[0] == ends[1]


def test_parts_of_a_convolution_are_the_whole_but_for_rounding(monkeypatch):
    ends = []
    for worth in (WORTH, 1 << 60):
        monkeypatch.setattr(samples, "WORTH", worth)
        keras.utils.set_random_seed(4)
        layers = [keras.Input(X.shape[1:]), keras.layers.Conv2D(32, 3), keras.layers.Conv2D(8, 3)]
        model = keras.Sequential([*layers, keras.layers.GlobalMaxPooling2D()])
        model.compile(keras.optimizers.SGD(0.1), "mse")
        model.train_on_batch(X, np.ones((len(X), 8), "float32"))
        ends.append(model.get_weights())
    for one, other in zip(*ends, strict=True):
        bound = rounding(9 * 32 * 28 * 29, "float32") * max(np.abs(one).max(), 1)
        assert np.abs(one - other).max() <= bound


def test_a_part_is_computed_as_its_caller_computes(monkeypatch):
    """With the caller's handling of NumPy's errors; and an error of a part is the caller's."""
    monkeypatch.setattr(workers, "cores", lambda: 4)
    x, who = np.full(8, 1e300), set()

    def overflow(rows):
        who.add(threading.get_ident())
        return x[rows] * x[rows]

    with warnings.catch_warnings(), np.errstate(over="ignore"):
        warnings.simplefilter("error")
        for _ in range(50):
            in_parts(overflow, 8, WORTH)
    with pytest.raises(FloatingPointError), np.errstate(over="raise"):
        in_parts(overflow, 8, WORTH)
    assert who


def test_what_threads_share_is_not_written_down():
    with pytest.raises(Refused), Tape({}).recording():
        in_parts(lambda rows: None, 8, WORTH)
    with Tape({}).recording():
        in_parts(lambda rows: None, 8, WORTH - 1)
