"""Where an epoch ends, and what the next one begins with."""

import warnings

import numpy as np
import pytest

from scratch.data.batches import Batches
from scratch.data.epochs import Epochs
from scratch.data.streams import Stream


def test_epochs_shorter_than_the_data_begin_anew_where_the_data_end():
    epochs = Epochs(Batches(np.zeros((6, 1)), batch_size=1), steps=2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert [len(list(epochs)) for _ in range(7)] == [2] * 7


def test_an_epoch_in_which_the_data_end_is_short_and_says_so():
    epochs = Epochs(Batches(np.zeros((5, 1)), batch_size=1), steps=2)
    assert [len(list(epochs)) for _ in range(2)] == [2, 2]
    with pytest.warns(UserWarning, match="ran out of data"):
        assert len(list(epochs)) == 1
    assert [len(list(epochs)) for _ in range(2)] == [2, 2]


def counted(n):
    """A generator of n batches, of which nobody knows how many there are."""
    for _ in range(n):
        yield np.zeros((2, 1)), np.zeros((2, 1))


def test_a_source_of_unknown_length_ends_without_a_word():
    epochs = Epochs(Stream(counted(4)), steps=None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(list(epochs)) == 4


@pytest.mark.parametrize("steps", [5, 9])
def test_a_source_that_ends_too_early_says_so(steps):
    epochs = Epochs(Stream(counted(4)), steps=steps)
    with pytest.warns(UserWarning, match="ran out of data"):
        assert len(list(epochs)) == 4


def test_a_second_pass_that_finds_nothing_says_so():
    epochs = Epochs(Stream(counted(4)), steps=None)
    assert len(list(epochs)) == 4
    with pytest.warns(UserWarning, match="ran out of data"):
        assert list(epochs) == []
