"""Values that follow from a definition by hand, and states before anything has happened."""

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import derivative
from scratch.losses.margin import HingePair
from scratch.network.node import Node
from scratch.random import draws
from scratch.random.philox import Philox

ROWS = np.array([[[0.2, 0.5, 0.3]], [[0.6, 0.3, 0.1]], [[0.1, 0.1, 0.8]], [[0.3, 0.4, 0.3]]])


def test_a_sequence_of_one_step_has_class_numbers_of_its_own():
    """(n, 1) class numbers for (n, 1, k) outputs: the axis of 1 is time, not a column."""
    found = scratch.metrics.sparse_categorical_accuracy(np.array([[1], [0], [0], [1]]), ROWS)
    assert found.tolist() == [1.0, 1.0, 0.0, 1.0]


def test_class_numbers_of_a_sequence_may_stand_in_a_column():
    p = np.concatenate([ROWS[:2], ROWS[2:]], axis=1)  # (2, 2, 3)
    y = np.array([[[1], [2]], [[0], [0]]])
    assert scratch.metrics.sparse_categorical_accuracy(y, p).tolist() == [[1.0, 1.0], [1.0, 0.0]]


def test_one_sample_gives_one_value():
    found = scratch.metrics.sparse_categorical_accuracy(np.array([1]), ROWS[0])
    assert found.shape == (1,)
    rows = np.concatenate([ROWS[:2], ROWS[2:]], axis=1)[:, None]  # (2, 1, 2, 3)
    found = scratch.metrics.sparse_categorical_accuracy(np.array([[[1, 2]], [[0, 0]]]), rows)
    assert found.tolist() == [[[1.0, 1.0]], [[1.0, 0.0]]]


def test_weights_of_a_mean_may_have_the_axes_of_the_values():
    column = scratch.metrics.Mean(dtype="float64")
    column.update_state([[1.0], [2.0]], [[3.0], [1.0]])
    assert column.result() == (1 * 3 + 2 * 1) / 4
    column.reset_state()
    column.update_state([1.0, 2.0], [[3.0], [1.0]])
    assert column.result() == (1 * 3 + 2 * 1) / 4
    column.reset_state()
    column.update_state([[[1.0], [3.0]], [[5.0], [9.0]]], [3.0, 1.0])
    assert column.result() == (2 * 3 + 7 * 1) / 4
    steps = scratch.metrics.Mean(dtype="float64")
    values = np.arange(12.0).reshape(2, 2, 3)  # their means: 1, 4, 7, 10
    steps.update_state(values, np.array([[1.0, 2.0], [0.0, 4.0]]))
    assert steps.total.value == (1 * 1 + 4 * 2) / 2 + (7 * 0 + 10 * 4) / 2
    assert steps.count.value == (1 + 2) / 2 + (0 + 4) / 2


def test_crossentropy_as_a_metric_runs_over_the_last_axis():
    y = np.eye(3)[[[1], [0], [2], [1]]]
    metric = scratch.metrics.CategoricalCrossentropy(dtype="float64")
    metric.update_state(y, ROWS)
    assert metric.result() == -np.log(ROWS[y == 1]).mean()
    sparse = scratch.metrics.SparseCategoricalCrossentropy(dtype="float64")
    sparse.update_state(np.array([[1], [0], [2], [1]]), ROWS)
    assert sparse.result().shape == ()
    assert abs(sparse.result() - metric.result()) <= derivative().relative


def test_a_sample_of_the_ignored_class_has_loss_zero():
    loss = scratch.losses.sparse_categorical_crossentropy
    values = loss(np.array([1, 0, 1]), ROWS[:3, 0], ignore_class=1)
    assert np.equal(values, 0).tolist() == [True, False, True]


def test_a_wrong_label_is_named_and_not_a_right_one():
    with pytest.raises(ValueError, match="label value of 7 "):
        scratch.losses.sparse_categorical_crossentropy(np.array([0, 1, 7]), ROWS[:3, 0])


def test_factors_of_regularizers_have_defaults():
    regularizers = scratch.regularizers
    assert regularizers.L1L2(l1=None, l2=None).get_config() == {"l1": 0.0, "l2": 0.0}
    assert regularizers.L1(None).get_config() == {"l1": float(np.float32(0.01))}
    assert regularizers.L2(None).get_config() == {"l2": 0.01}


def test_when_a_dropout_merely_passes_its_input_on():
    layers = scratch.layers
    assert layers.Dropout(0.5).passes_on(training=False)
    assert not layers.Dropout(0.5).passes_on(training=True)
    assert layers.Dropout(0.0).passes_on(training=True)
    x = np.ones((2, 3), "float32")
    assert layers.Dropout(0.0).call(x, training=True) is x
    with pytest.raises(ValueError, match="float"):
        scratch.random.dropout([1, 2], 0.5)


@pytest.mark.parametrize("noise_shape", [(0, 1), (None, -1), (2.0, 1), "ab", 3])
def test_a_malformed_noise_shape_is_refused(noise_shape):
    with pytest.raises(ValueError, match="noise_shape"):
        scratch.layers.Dropout(0.5, noise_shape=noise_shape)


def test_the_slope_of_a_hinge_is_shared_by_the_last_axis():
    y = np.where(np.arange(12).reshape(2, 2, 3) % 2, 1.0, -1.0)
    node = Node(None)
    values = HingePair.forward(y, 0.5 * y, node)
    assert np.array_equal(values, np.full((2, 2), 0.5))
    assert np.array_equal(HingePair.backward(np.full((2, 2), 6.0), node), -2 * y)


def test_an_average_may_overwrite_the_weights_in_every_step():
    optimizer = scratch.optimizers.SGD(use_ema=True, ema_overwrite_frequency=1)
    assert optimizer.ema_overwrite_frequency == 1


def test_a_capped_relu_is_never_below_zero():
    found = scratch.activations.relu(np.array([-0.5, 0.5, 3.0]), threshold=-1.0, max_value=2.0)
    assert found.tolist() == [0.0, 0.5, 2.0]


def test_large_scores_can_be_drawn_from():
    drawn = scratch.random.categorical(np.array([[800.0, 0.0], [-800.0, 0.0]]), 5, seed=1)
    assert drawn.tolist() == [[0] * 5, [1] * 5]


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
    callback.on_train_begin()
    assert (callback.wait, callback.best_epoch, callback.best) == (0, 0, None)
    assert (callback.monitor, callback.patience, callback.min_delta) == ("val_loss", 0, 0)


def test_a_normal_number_that_is_two_lies_outside(monkeypatch):
    """Cut at 2: numbers from -2 to 2, both excluded."""
    drawn = iter([[2.0, 0.5, -2.0, 1.5], [-2.0, 2.0, 0.25, -1.75], [1.0, 2.0, 2.0, 2.0]])
    monkeypatch.setattr(draws, "_box_muller", lambda words, dtype: np.array(next(drawn), dtype))
    found = draws.standard_truncated_normal(Philox(key=(1, 2), high=3), 4, np.dtype("float32"))
    assert found.tolist() == [0.5, 1.5, 0.25, -1.75]


def test_a_seed_fills_both_words_of_a_key():
    assert Philox.stateful(5 + 7 * 2**32, 9) == Philox(key=(5, 7), high=9)
