# ruff: noqa: E501 - one line a value
"""Faults in what surrounds a step: batches, epochs, metrics, callbacks, what a seed draws."""

import sys
from typing import Any

import numpy as np

import scratch
from parity_tests.harness.faults.fault import Fault, method, value
from scratch import models
from scratch.callbacks import EarlyStopping
from scratch.data import batches
from scratch.initializers import Orthogonal, random_initializers
from scratch.metrics import mean as means
from scratch.models.training import trainer
from scratch.models.training.penalties import Penalty
from scratch.models.training.step import Step
from scratch.random import draws

accuracies: Any = sys.modules["scratch.metrics.accuracy"]  # hidden behind the function


# Metrics and the log


def _rows_forgotten(original, self, value, weight):
    return original(self, value, 1)


def _last_tie(original, classes, y_pred):
    p = np.asarray(y_pred)
    last = p.shape[-1] - 1 - np.argmax(p[..., ::-1], axis=-1)
    return (last == classes).astype(p.dtype)


def _at_least(original, y_true, y_pred, threshold=0.5):
    p = np.asarray(y_pred)
    return original(y_true, np.nextafter(p, np.inf, dtype=p.dtype), threshold)


def _labels_rounded(original, y_true, y_pred, threshold=0.5):
    return original(np.round(y_true), y_pred, threshold)


def _weights_not_counted(original, values, weight, reduce):
    values, weight = original(values, weight, reduce)
    return values, np.ones_like(weight)


def _kept_between_epochs(original, self, *args, **kwargs):
    calls = iter(range(1_000))

    def once():
        if next(calls) == 0:
            type(self).reset_metrics(self)

    self.__dict__["reset_metrics"] = once
    try:
        return original(self, *args, **kwargs)
    finally:
        del self.__dict__["reset_metrics"]


def _penalty_not_reported(original, self, compiled, network, loss, batch):
    for node in network.losses:
        if isinstance(node.layer, Penalty):
            loss = loss - node.y
    original(self, compiled, network, loss, batch)


# Batches


def _in_order(original, n, seeds):
    return np.arange(n)


def _next_seed(original, n, seeds):
    return original(n, (seeds[0] + 1, *seeds[1:]))


def _backwards(original, n, seeds):
    return original(n, seeds)[::-1]


def _unshuffled_batches(original, sizes, seeds):
    return [np.arange(size) for size in sizes]


def _all_ones(original, y, class_weight):
    return np.ones_like(original(y, class_weight))


def _zero_for_the_others(original, y, class_weight):
    named = dict.fromkeys(range(100), 0.0) | dict(class_weight)
    return original(y, named)


def _from_the_start(original, arrays, share):
    turned = tuple(None if a is None else np.roll(a, -int(len(a) * share), axis=0) for a in arrays)
    return original(turned, share)


def _last_batch_dropped(original, self, *args, **kwargs):
    original(self, *args, **kwargs)
    self.num_batches = max(1, self.rows // self.batch_size)


def _shifted_by_one(original, epoch, frequency):
    return original(epoch + 1, frequency)


# Callbacks


def _one_more(original, self, epoch, logs=None):
    with value(self, "patience", self.patience + 1)():
        original(self, epoch, logs)


def _delta_ignored(original, self, current, reference):
    with value(self, "min_delta", 0)():
        return original(self, current, reference)


def _last_not_best(original, self, epoch):
    self.best_weights, self.best_epoch = None, epoch


# What is drawn


def _fan_in_for_all(original, shape, *axes):
    fan_in, _ = original(shape, *axes)
    return fan_in, fan_in


def _next_default_seed(original):
    return original() + 1


def _closed_above(original, stream, count, dtype):
    return original(stream, count, dtype) * (1 + np.finfo(dtype).eps)


def _signs_forgotten(original, self, shape, dtype=None):
    q = original(self, shape, dtype)
    return -q


def _sine_and_cosine_exchanged(original, stream, count, dtype):
    x = original(stream, count + count % 2, dtype)
    return x.reshape(-1, 2)[:, ::-1].ravel()[:count]


_Model = models.Sequential

FAULTS: tuple[Fault, ...] = (
    Fault("epoch loss forgets a ragged batch's rows", "log", method(means.Mean, "add", _rows_forgotten)),
    Fault("running means not reset between epochs", "log", method(_Model, "fit", _kept_between_epochs)),
    Fault("penalties left out of the reported loss", "l2", method(Step, "_update_metrics", _penalty_not_reported)),
    Fault("argmax takes the last of a tie", "categorical_accuracy", method(accuracies, "_matches", _last_tie)),
    Fault("binary accuracy counts the threshold", "binary_accuracy", method(accuracies, "binary_accuracy", _at_least)),
    Fault("binary accuracy rounds the labels", "binary_accuracy", method(accuracies, "binary_accuracy", _labels_rounded)),
    Fault("weighted metrics divided by rows", "weighted", method(means, "_weighted", _weights_not_counted)),
    Fault("fit does not shuffle", "shuffle", method(batches, "fit_permutation", _in_order)),
    Fault("fit shuffles with the next seed", "shuffle", method(batches, "fit_permutation", _next_seed)),
    Fault("fit shuffles backwards", "shuffle", method(batches, "fit_permutation", _backwards)),
    Fault("batches not shuffled inside", "shuffle in batches", method(batches, "batch_permutations", _unshuffled_batches)),
    Fault("class weights ignored", "class_weight", method(batches, "weights_of_classes", _all_ones)),
    Fault("classes without a weight count nothing", "class_weight", method(batches, "weights_of_classes", _zero_for_the_others)),
    Fault("validation split from the start", "validation_split", method(trainer, "split_validation", _from_the_start)),
    Fault("the last, ragged batch dropped", "log", method(batches.Batches, "__init__", _last_batch_dropped)),
    Fault("validation in the epoch before", "validation_freq", method(trainer, "is_due", _shifted_by_one)),
    Fault("patience off by one", "earlystopping", method(EarlyStopping, "on_epoch_end", _one_more)),
    Fault("early stopping ignores min_delta", "earlystopping min_delta", method(EarlyStopping, "_is_improvement", _delta_ignored)),
    Fault("best weights not kept", "earlystopping restore_best_weights", method(EarlyStopping, "_remember", _last_not_best)),
    Fault("fans exchanged for fan_in", "fan_avg", method(random_initializers, "compute_fans", _fan_in_for_all)),
    Fault("default seed off by one", "seed", method(random_initializers.random, "make_default_seed", _next_default_seed)),
    Fault("orthogonal with other signs", "orthogonal", method(Orthogonal, "__call__", _signs_forgotten)),
    Fault("normal numbers in another order", "normal", method(draws, "standard_normal", _sine_and_cosine_exchanged)),
    Fault("uniform numbers an ulp too large", "uniform", method(draws, "unit_uniform", _closed_above)),
    Fault("cut normal without its correction", "scaled truncated_normal", value(random_initializers, "TRUNCATED_STDDEV", 1.0)),
)  # fmt: skip


# Null changes


def _mean_by_fsum(original, self, value, weight):
    before = self.total.value.copy()
    original(self, value, weight)
    self.total.value[...] = before + weight * value


def _sorted_maximum(original, classes, y_pred):
    p = np.asarray(y_pred)
    return (np.argsort(-p, axis=-1, kind="stable")[..., 0] == classes).astype(
        scratch.config.floatx()
    )


def _by_list(original, n, seeds):
    return np.array(list(original(n, seeds)))


def _through_floats(original, y, class_weight):
    return original(y, {number: float(weight) for number, weight in reversed(class_weight.items())})


NULL_CHANGES: tuple[Fault, ...] = (
    Fault("running mean adds weight times value", "", method(means.Mean, "add", _mean_by_fsum)),
    Fault("argmax by sorting", "", method(accuracies, "_matches", _sorted_maximum)),
    Fault("permutation by way of a list", "", method(batches, "fit_permutation", _by_list)),
    Fault("class weights in another order", "", method(batches, "weights_of_classes", _through_floats)),
)  # fmt: skip
