"""What is made of a `Dataset`, beside tf.data."""

import numpy as np
import pytest

from parity_tests.harness.tolerances import FEW_ROUNDINGS
from scratch.data.dataset import Dataset
from scratch.data.shuffle_buffer import ShuffleBuffer
from scratch.random.seeding import state

tf = pytest.importorskip("tensorflow")

import keras  # noqa: E402

import scratch  # noqa: E402

X = np.arange(24, dtype="float32").reshape(12, 2)
ARRAYS = {"alone": X, "a pair": (X, np.arange(12)), "a dictionary": {"a": X, "b": X[:, 0]}}
MADE = {
    "as it is": lambda d: d,
    "batches": lambda d: d.batch(5),
    "whole batches": lambda d: d.batch(5, drop_remainder=True),
    "batches undone": lambda d: d.batch(5).unbatch(),
    "some": lambda d: d.skip(2).take(3),
    "none": lambda d: d.skip(100),
    "none skipped": lambda d: d.skip(0),
    "none taken": lambda d: d.take(0),
    "not once": lambda d: d.repeat(0),
    "for ever, by a number, cut": lambda d: d.repeat(-1).take(30),
    "all": lambda d: d.take(-1),
    "nothing left": lambda d: d.skip(-1),
    "twice": lambda d: d.repeat(2),
    "for ever, cut": lambda d: d.repeat().take(30),
    "one behind the other": lambda d: d.take(2).concatenate(d.skip(9)),
    "numbered": lambda d: d.enumerate(3),
    "kept": lambda d: d.cache().prefetch(2),
    "shuffled": lambda d: d.shuffle(4, seed=3).batch(5),
    "shuffled whole": lambda d: d.shuffle(100, seed=3),
    "shuffled once": lambda d: d.shuffle(4, seed=3, reshuffle_each_iteration=False),
}


def flat(elements):
    return [
        [np.asarray(part) for part in scratch.tree.flatten(element)] for element in list(elements)
    ]


@pytest.fixture(autouse=True)
def no_seeds():
    tf.random.set_seed(None)
    state.seed = None


@pytest.mark.parametrize("arrays", ARRAYS)
@pytest.mark.parametrize("name", MADE)
def test_elements(name, arrays):
    theirs = MADE[name](tf.data.Dataset.from_tensor_slices(ARRAYS[arrays]))
    ours = MADE[name](Dataset.of_arrays(ARRAYS[arrays]))
    for _ in range(2):
        a, b = flat(theirs), flat(ours)
        assert len(a) == len(b)
        for x, y in zip(a, b, strict=True):
            for p, q in zip(x, y, strict=True):
                np.testing.assert_array_equal(p, q)
    if "undone" not in name:
        assert int(theirs.cardinality()) == ours.cardinality()
        assert len(ours) == len(theirs)


def test_map_and_filter():
    for make in (tf.data.Dataset.from_tensor_slices, Dataset.of_arrays):
        data = make((X, np.arange(12)))
        found = data.map(lambda x, y: (x * 2, y + 1), num_parallel_calls=2)
        found = found.filter(lambda x, y: y % 3 == 0)
        assert [int(y) for _, y in found] == [3, 6, 9, 12]
        assert [float(x[0]) for x, _ in found] == [8, 20, 32, 44]


def test_what_has_no_end_has_no_length():
    data = Dataset.of_arrays(X).repeat()
    theirs = tf.data.Dataset.from_tensor_slices(X).repeat()
    for endless in (theirs, data):
        with pytest.raises(TypeError, match="The dataset is infinite"):
            len(endless)
        assert endless.cardinality() == -1
        with pytest.raises(TypeError, match="The dataset length is unknown"):
            len(endless.filter(lambda x: True))
    assert len(list(data.take(30).as_numpy_iterator())) == 30


def test_what_it_gives_has_numpy():
    for make in (tf.data.Dataset.from_tensor_slices, Dataset.of_arrays):
        ((x, y),) = make((X, np.arange(12))).batch(12)
        assert x.numpy().tolist() == X.tolist() and int(y[3].numpy()) == 3
        assert (x * 2).numpy().sum() == 2 * X.sum()
        first = next(make(X).as_numpy_iterator())
        assert type(first) is np.ndarray and first.tolist() == [0, 1]


def test_a_shuffle_holds_no_more_than_its_buffer():
    """Elements are read when the buffer needs them: images of a folder may be many."""
    read: list[int] = []

    def note(i):
        read.append(int(i))
        return i

    data = Dataset.of_arrays(np.arange(1000)).map(note)
    for given, _ in enumerate(data.shuffle(8, seed=2), 1):
        assert len(read) - given <= 8
    assert read == list(range(1000))


def test_texts_stay_texts():
    (batch,) = Dataset(lambda: iter([b"a", b"a longer one"]), 2).batch(2)
    assert batch.dtype == object and batch.tolist() == [b"a", b"a longer one"]


@pytest.mark.parametrize("size", [1, 7, 256, 5000])
@pytest.mark.parametrize("seed", [None, 0, 42])
def test_the_order_of_a_shuffle(seed, size):
    """More elements than words that are computed at once, pass after pass."""
    if seed is not None:
        tf.random.set_seed(seed)
        state.seed = seed
    theirs = tf.data.Dataset.range(3000).shuffle(size, seed=9)
    ours = ShuffleBuffer(3000, size, 9)
    for _ in range(2):
        assert [int(i) for i in theirs.as_numpy_iterator()] == list(ours.order())


@pytest.mark.filterwarnings("ignore:`shuffle=True` was passed")
def test_fit_takes_one_as_it_takes_tf_data():
    losses = []
    for library, make in (
        (keras, tf.data.Dataset.from_tensor_slices),
        (scratch, Dataset.of_arrays),
    ):
        library.utils.set_random_seed(3)
        data = make((X / 24, X[:, :1])).shuffle(12, seed=1).batch(4)
        model = library.Sequential([library.Input((2,)), library.layers.Dense(1)])
        model.compile("sgd", "mse")
        losses.append(model.fit(data, epochs=3, verbose=0, validation_data=data).history)
    keras.utils.clear_session(free_memory=False)
    assert losses[0].keys() == losses[1].keys()
    for name, values in losses[0].items():
        assert losses[1][name] == pytest.approx(values, rel=FEW_ROUNDINGS)


STEPS = {
    "epoch by epoch": ({}, {}),
    "as many steps": ({"steps_per_epoch": 3}, {}),
    "fewer steps": ({"steps_per_epoch": 2}, {}),
    # One fit alone: tf.data runs ahead, and how many passes it has begun is another each time.
    "for ever": ({"steps_per_epoch": 5, "epochs": 2}, {"repeat": True}),
}


@pytest.mark.filterwarnings("ignore:`shuffle=True` was passed", "ignore:Your input ran out of data")
@pytest.mark.parametrize("source", ["tf.data", "our own"])
@pytest.mark.parametrize("name", STEPS)
def test_passes_of_a_shuffled_data_set(name, source):
    """Keras begins a pass as soon as one is over: it counts in the orders that follow."""
    fit, made = STEPS[name]
    losses = []
    for library in (keras, scratch):
        library.utils.set_random_seed(3)
        tf.random.set_seed(3)
        ours = library is scratch and source == "our own"
        rows = (Dataset.of_arrays if ours else tf.data.Dataset.from_tensor_slices)(
            (X / 24, X[:, :1])
        )
        data = rows.shuffle(12, seed=1).batch(4)
        data = data.repeat() if made else data
        model = library.Sequential([library.Input((2,)), library.layers.Dense(1)])
        model.compile("sgd", "mse")
        losses.append(
            [
                model.fit(data, verbose=0, **{"epochs": 3, **fit}).history["loss"]
                for _ in range(1 if made else 2)
            ]
        )
        if not made:
            losses[-1].append([model.evaluate(data, verbose=0)])
    keras.utils.clear_session(free_memory=False)
    for theirs, found in zip(*losses, strict=True):
        assert found == pytest.approx(theirs, rel=FEW_ROUNDINGS)
