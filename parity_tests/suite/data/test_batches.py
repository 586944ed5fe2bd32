"""Rows cut into batches: how many there are, how large each is, and what its classes weigh."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scratch
from scratch.data.arrays import split_validation, weights_of_classes
from scratch.data.batches import Batches

keras = pytest.importorskip("tensorflow").keras


@settings(max_examples=80, deadline=None)
@given(
    rows=st.integers(1, 40),
    batch_size=st.one_of(st.none(), st.integers(1, 12)),
    steps=st.one_of(st.none(), st.integers(1, 12)),
    shuffle=st.sampled_from([False, True, "batch"]),
)
def test_sizes(rows, batch_size, steps, shuffle):
    """All rows, in batches of one size but for the last; `steps` decides where nobody says more."""
    from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter

    x = np.arange(rows, dtype="float32")[:, None]
    batches = Batches(x, batch_size=batch_size, steps=steps, shuffle=shuffle)
    size = batch_size or (math.ceil(rows / steps) if steps else 32)
    sizes = [len(a) for a, *_ in [(b[0].copy(),) for b in batches]]
    assert sizes == [min(size, rows - start) for start in range(0, rows, size)]
    theirs = ArrayDataAdapter(x, batch_size=batch_size, steps=steps, shuffle=shuffle)
    assert (batches.num_batches, batches.batch_size) == (theirs.num_batches, theirs.batch_size)


@settings(max_examples=80, deadline=None)
@given(rows=st.integers(2, 60), share=st.floats(0.01, 0.99))
def test_a_share_of_the_rows_is_kept_for_validation(rows, share):
    """As many as Keras keeps: the last ones, in their order."""
    from keras.src.trainers.data_adapters.array_slicing import train_validation_split

    x = np.arange(rows)

    def parts(split):
        try:
            return [part[0].tolist() for part in split((x, None), share)]
        except ValueError:
            return "nothing is left"

    ours = parts(split_validation)
    assert ours == parts(train_validation_split)
    assert ours == "nothing is left" or ours[0] + ours[1] == list(range(rows))


@pytest.mark.parametrize(
    "labels",
    [
        np.array([0, 1, 2, 1, 3]), np.array([0.4, 0.6, 1.5, 2.5, 1.999], "float32"),
        np.array([[0.0], [1.0], [1.6]], "float32"), np.eye(4, dtype="float32")[[3, 0, 1]],
        np.array([[0.2, 0.7, 0.1], [0.5, 0.5, 0.0]], "float32"),
    ],
    ids=["whole", "fractions", "a column", "one-hot", "shares"],
)  # fmt: skip
def test_the_weight_of_a_class(labels):
    """That of the nearest whole number, or of the largest of the shares; 1 without a weight."""
    from keras.src.trainers.data_adapters.data_adapter_utils import class_weight_to_sample_weights

    weights = {0: 0.5, 1: 2.0, 2: 7.0}
    ours = weights_of_classes(labels, weights)
    np.testing.assert_array_equal(ours, class_weight_to_sample_weights(labels, weights))
    if labels.ndim == 1:
        expected = [weights.get(round(float(label)), 1.0) for label in labels]
        np.testing.assert_array_equal(ours, np.array(expected, "float32"))


@pytest.mark.parametrize(("own", "steps"), [(None, None), (3, None), (7, None), (3, 2)])
def test_validation_has_batches_of_its_own(own, steps):
    """Of 20 rows: 12 are trained on in batches of 4; of the other 8 each batch is counted here."""
    sizes: list[int] = []

    class Counts(scratch.metrics.Metric):
        def update_state(self, y_true, y_pred, sample_weight=None):
            sizes.append(len(np.asarray(y_pred)))

        def result(self):
            return np.float32(0)

    model = scratch.Sequential([scratch.Input((1,)), scratch.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=[Counts()])
    x = np.ones((20, 1), "float32")
    model.fit(
        x[:12], x[:12], batch_size=4, epochs=1, verbose=0, validation_data=(x[12:], x[12:]),
        validation_batch_size=own, validation_steps=steps,
    )  # fmt: skip
    size = own or 4
    of_validation = [min(size, 8 - start) for start in range(0, 8, size)][:steps]
    assert sizes == [4] * 3 + of_validation


@pytest.mark.parametrize(
    ("rows", "hint"),
    [
        ([[1.0, 2.0], [3.0]], "differ in length"), ([None, None], None), ([{}, {}], None),
        ([[None, 1], [2, 3]], None), (["a", "b"], "class numbers"),
    ],
    ids=["ragged", "nothing", "dictionaries", "a table with a gap", "words"],
)  # fmt: skip
def test_what_to_do_about_rows_that_are_no_numbers(rows, hint):
    array = np.empty(2, object)
    array[:] = rows
    if isinstance(rows[0], str) or rows == [[None, 1], [2, 3]]:
        array = np.array(rows)
    with pytest.raises(ValueError, match="must be an array of numbers") as refused:
        Batches(array)
    for words in ("differ in length", "class numbers"):
        assert (words in str(refused.value)) == (words == hint)


@pytest.mark.parametrize(
    ("seeds", "allowed"),
    [
        ((0,), True), ((2**128 - 1,), True), ((2**128,), False), ((-1,), False), ((1.0,), False),
        ((0, 2**32 - 1), True), ((2**32, 0), False), ((0, -1), False), ((), False),
        ((1, 2, 3), False), (None, False), ([1], False), ((True,), False),
    ],
)  # fmt: skip
def test_seeds_of_a_pass_that_is_resumed(seeds, allowed):
    """One of 128 bits, or TensorFlow's two of 32: whatever else stands in a file is refused."""
    batches = Batches(np.zeros((6, 1)), batch_size=2, shuffle=True)
    place = {**batches.place(), "seeds": seeds}
    if allowed:
        batches.resumed(place, 0)
        assert batches.place()["seeds"] == seeds
    else:
        with pytest.raises(ValueError, match="the order of the batches came from"):
            batches.resumed(place, 0)
