"""Where an epoch ends, and what the next one begins with."""

import warnings

import numpy as np
import pytest

from scratch.data.batches import Batches
from scratch.data.epochs import Epochs


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
