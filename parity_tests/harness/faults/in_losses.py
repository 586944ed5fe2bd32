# ruff: noqa: E501 - one line a value
"""Faults in losses, their reduction, and regularizers."""

from unittest import mock

import numpy as np

import scratch
from parity_tests.harness.faults.fault import Fault, both, method
from scratch.losses import Loss, binary, categorical, focal, margin, regression
from scratch.losses import loss as losses_base
from scratch.network import uses
from scratch.regularizers import L1L2


def _not_divided(original, shape, weight, mask, reduction, dtype):
    return original(shape, weight, mask, "sum", dtype)


def _one_too_few(original, shape, weight, mask, reduction, dtype):
    factors = original(shape, weight, mask, reduction, dtype)
    n = int(np.prod(shape))
    return factors * n / (n - 1) if reduction == "sum_over_batch_size" and n > 1 else factors


def _divided_by_weights(original, shape, weight, mask, reduction, dtype):
    reduction = "mean_with_sample_weight" if reduction == "sum_over_batch_size" else reduction
    return original(shape, weight, mask, reduction, dtype)


def _unweighted(original, shape, weight, mask, reduction, dtype):
    return original(shape, None, mask, reduction, dtype)


def _smooth_by_two(original, y, amount, classes):
    return original(y, amount, 2)


def _smooth_only_down(original, y, amount, classes):
    return y * (1 - amount)


def _sum_over_outputs(original, y, p, node, **options):
    values = original(y, p, node, **options) * p.shape[-1]
    node.saved["slope"] = node.saved["slope"] * p.shape[-1]
    return values


def _only_the_yes(original, y, p, node, **options):
    values = original(y, p, node, **options)
    node.saved["slope"] = np.where(y > 0, node.saved["slope"], 0)
    return values


def _without_two(original, dvalues, node):
    return original(dvalues, node) / 2


def _sign_of_the_error(original, dvalues, node):
    return -original(dvalues, node)


def _labels_not_mapped(original, y):
    return np.asarray(y)


def _flat_at_the_margin(original, y, p, node):
    values = original(y, p, node)
    node.saved["slope"] = np.where(1 - margin.to_signs(y) * p > 0, node.saved["slope"], 0)
    return values


def _wide_clip(original, p):
    with mock.patch.object(scratch.config, "_epsilon", 1e-6):
        return original(p)


def _slope_everywhere(original, p):
    clipped, inside = original(p)
    return clipped, np.ones_like(inside)


def _labels_shifted(original, *args):
    c, ignored = original(*args)
    return np.maximum(c - 1, 0), ignored


def _labels_rounded(original, y, *args):
    return original(np.round(y), *args)


def _not_normalized(original, y, p, node, from_logits=False, **options):
    if from_logits:
        return original(y, p, node, from_logits=True, **options)
    values = original(y, p, node, **options)
    total = p.sum(axis=-1)
    return values - (y.sum(axis=-1) * np.log(np.abs(total)))


def _half_l2(original, self, w):
    return original(self, w) - (self.l2 * w if self.l2 else 0)


def _one_sided_l1(original, self, w):
    return original(self, np.where(w == 0, 1e-300, w))


def _l2_left_out(original, self, x):
    return original(self, x) if self.l1 else 0.0 * original(self, x)


def _l1_of_the_mean(original, self, x):
    return original(self, x) / (np.size(x) if self.l1 and not self.l2 else 1)


def _activity_summed(original, self, x, node):
    return original(self, x, node) * len(x)


_CATEGORICAL = categorical.CategoricalCrossentropyPair

FAULTS: tuple[Fault, ...] = (
    Fault("loss without 1/n", "reduction", method(losses_base, "sample_factors", _not_divided)),
    Fault("loss divided by n - 1", "reduction", method(losses_base, "sample_factors", _one_too_few)),
    Fault("loss divided by the sum of weights", "sample_weight", method(losses_base, "sample_factors", _divided_by_weights)),
    Fault("sample weights ignored", "sample_weight", method(losses_base, "sample_factors", _unweighted)),
    Fault("label smoothing by s/2 for k classes", "categorical_crossentropy label_smoothing", method(categorical, "smooth", _smooth_by_two)),
    Fault("label smoothing lowers the ones only", "binary_crossentropy label_smoothing", method(binary, "smooth", _smooth_only_down)),
    Fault("binary cross-entropy summed over outputs", "binary_crossentropy", method(binary.BinaryCrossentropyPair, "forward", _sum_over_outputs)),
    Fault("binary cross-entropy learns from the yes only", "binary_crossentropy", method(binary.BinaryCrossentropyPair, "forward", _only_the_yes)),
    Fault("mean squared error without its 2", "mean_squared_error", method(regression.MeanSquaredErrorPair, "backward", _without_two)),
    Fault("mean squared error uphill", "mean_squared_error", method(regression.MeanSquaredErrorPair, "backward", _sign_of_the_error)),
    Fault("hinge labels not mapped to signs", "labels 0 and 1", method(margin, "to_signs", _labels_not_mapped)),
    Fault("hinge flat at the margin", "hinge", method(margin.HingePair, "forward", _flat_at_the_margin)),
    Fault("clip at 1e-6", "probabilities", both(*(method(m, "clipped_probabilities", _wide_clip) for m in (categorical, binary, focal)))),
    Fault("a slope beyond the clip", "probabilities", both(*(method(m, "clipped_probabilities", _slope_everywhere) for m in (categorical, binary, focal)))),
    Fault("labels counted from one", "sparse_categorical_crossentropy", method(categorical, "_classes", _labels_shifted)),
    Fault("fractional labels rounded", "sparse_categorical_crossentropy", method(categorical, "_classes", _labels_rounded)),
    Fault("probabilities not made to sum to one", "categorical_crossentropy probabilities", method(_CATEGORICAL, "forward", _not_normalized)),
    Fault("L2 with 1/2 in its gradient", "l2", method(L1L2, "gradient", _half_l2)),
    Fault("L1 one-sided at zero", "l1", method(L1L2, "gradient", _one_sided_l1)),
    Fault("L2 left out of the loss", "l2", method(L1L2, "__call__", _l2_left_out)),
    Fault("L1 as a mean", "l1", method(L1L2, "__call__", _l1_of_the_mean)),
    Fault("activity penalty not divided by the rows", "activity", method(uses.Activity, "forward", _activity_summed)),
)  # fmt: skip


# Null changes


def _weights_of_one(original, shape, weight, mask, reduction, dtype):
    return original(
        shape, np.ones(shape, dtype) if weight is None else weight, mask, reduction, dtype
    )


def _summed_in_pairs(original, self, y_true, y_pred, sample_weight, node):
    loss = original(self, y_true, y_pred, sample_weight, node)
    if np.ndim(loss) or self.reduction in (None, "none"):
        return loss
    values = self.forward_values(np.asarray(y_true, self.dtype), y_pred, node)
    weighted = (values * node.saved["factors"]).ravel()
    return weighted[::2].sum() + weighted[1::2].sum()


def _two_inside(original, y, p):
    e = p - y
    return np.square(e), e + e


def _root_squared(original, self, x):
    return original(self, np.sign(x) * np.abs(x))


NULL_CHANGES: tuple[Fault, ...] = (
    Fault("weights of one where there are none", "", method(losses_base, "sample_factors", _weights_of_one)),
    Fault("loss summed in two halves", "", method(Loss, "forward", _summed_in_pairs)),
    Fault("squared error's 2 as a sum", "", method(regression.MeanSquaredErrorPair, "elements", _two_inside)),
    Fault("regularizers of sign(x) |x|", "", method(L1L2, "__call__", _root_squared)),
)  # fmt: skip
