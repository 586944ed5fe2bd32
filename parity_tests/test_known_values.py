"""Values that follow from a definition by hand, and states before anything has happened."""

import numpy as np
import pytest

import scratch
from scratch.random.philox import Stream

pytestmark = pytest.mark.quick

ROWS = np.array([[[0.2, 0.5, 0.3]], [[0.6, 0.3, 0.1]], [[0.1, 0.1, 0.8]], [[0.3, 0.4, 0.3]]])


def test_a_sequence_of_one_step_has_class_numbers_of_its_own():
    """(n, 1) class numbers for (n, 1, k) outputs: the axis of 1 is time, not a column."""
    found = scratch.metrics.sparse_categorical_accuracy(np.array([[1], [0], [0], [1]]), ROWS)
    assert found.tolist() == [1.0, 1.0, 0.0, 1.0]


def test_crossentropy_as_a_metric_runs_over_the_last_axis():
    y = np.eye(3)[[[1], [0], [2], [1]]]
    metric = scratch.metrics.CategoricalCrossentropy(dtype="float64")
    metric.update_state(y, ROWS)
    assert metric.result() == -np.log(ROWS[y == 1]).mean()


def test_what_an_optimizer_remembers_does_not_train():
    model = scratch.Sequential([scratch.Input((2,)), scratch.layers.Dense(3)])
    optimizer = scratch.optimizers.Adam(use_ema=True, gradient_accumulation_steps=2)
    optimizer.build(model.trainable_variables)
    assert len(optimizer.variables) == 2 + 4 * 2
    assert not any(variable.trainable for variable in optimizer.variables)
    assert not any(np.asarray(variable.value).any() for variable in optimizer.variables[2:])


def test_an_early_stopping_that_has_seen_nothing():
    callback = scratch.callbacks.EarlyStopping()
    assert (callback.wait, callback.stopped_epoch, callback.best_weights) == (0, 0, None)
    assert (callback.monitor, callback.patience, callback.min_delta) == ("val_loss", 0, 0)


def test_a_seed_fills_both_words_of_a_key():
    assert Stream.stateful(5 + 7 * 2**32, 9) == Stream(key=(5, 7), high=9)
