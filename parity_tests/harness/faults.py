# ruff: noqa: E501 - one line a value
"""Planted faults: one-line mistakes of the kinds that really happen, put into `scratch` for a while.

Each must turn the suite red and lead to the right component. `NULL_CHANGES` are the opposite:
rewritings that change rounding at most, and must stay green.
"""

import contextlib
import functools
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from unittest import mock

import numpy as np

import scratch
from scratch import batches, constants
from scratch.activations import rectifiers, sigmoids
from scratch.activations.softmax import Softmax
from scratch.layers import Dense, Dropout, Flatten
from scratch.losses import binary, categorical, margin, regression
from scratch.losses import loss as losses_base
from scratch.metrics import mean as means
from scratch.optimizers import SGD, Adam, Optimizer, RMSprop
from scratch.optimizers import adam as adam_module
from scratch.regularizers import L1L2

accuracies: Any = sys.modules["scratch.metrics.accuracy"]  # hidden behind the function


@dataclass(frozen=True)
class Fault:
    """A mistake.

    Args:
        name: what is wrong, in a few words.
        component: which tag the blame must fall on.
        plant: puts the mistake in, as a context manager.
    """

    name: str
    component: str
    plant: Callable[[], Any]


def _method(owner: Any, name: str, replacement: Callable) -> Callable[[], Any]:
    """Replaces a method; the replacement gets the original as its first argument."""
    return lambda: _patched(owner, name, replacement)


@contextlib.contextmanager
def _patched(owner: Any, name: str, replacement: Callable) -> Iterator[None]:
    static = isinstance(owner.__dict__.get(name), staticmethod)
    original = getattr(owner, name)

    @functools.wraps(original)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return replacement(original, *args, **kwargs)

    with mock.patch.object(owner, name, staticmethod(wrapper) if static else wrapper):
        yield


def _value(owner: Any, name: str, value: Any) -> Callable[[], Any]:
    return lambda: mock.patch.object(owner, name, value)


# Layers


def _kernel_gradient_scaled(original, self, dy, node):
    dx = original(self, dy, node)
    node.gradient(self.kernel)[...] *= 1.001
    return dx


def _bias_gradient_lost(original, self, dy, node):
    dx = original(self, dy, node)
    if self.bias is not None:
        node.gradient(self.bias)[...] = 0
    return dx


def _bias_gradient_averaged(original, self, dy, node):
    dx = original(self, dy, node)
    if self.bias is not None:
        node.gradient(self.bias)[...] /= len(dy)
    return dx


def _dx_scaled(original, self, dy, node):
    dx = original(self, dy, node)
    return None if dx is None else dx * (1 + 1e-9)


def _fortran_order(original, self, dy, node):
    dx = original(self, dy, node)
    return None if dx is None else dx.reshape(dx.shape, order="F")[:, ::-1]


def _no_scale(original, self, dtype):
    return np.dtype(dtype).type(1)


def _mask_inverted(original, self, shape, dtype):
    return ~original(self, shape, dtype)


# Activations


def _relu_open(original, dy, y, dz):
    return np.multiply(dy, y >= 0, out=dz)


def _relu_forgotten(original, dy, y, dz):
    return np.multiply(dy, 1, out=dz)


def _sigmoid_wrong(original, dy, y, dz):
    return np.multiply(dy, y, out=dz)


def _tanh_wrong(original, dy, y, dz):
    return np.multiply(dy, 1 - y, out=dz)


def _no_jacobian(original, dy, y, dz):
    return np.multiply(dy, y * (1 - y), out=dz)


def _wrong_axis(original, z, y):
    e = np.exp(z - z.max())
    return np.divide(e, e.sum(axis=0, keepdims=True), out=y)


# Losses


def _not_divided(original, shape, weight, mask, reduction, dtype):
    return original(shape, weight, mask, "sum", dtype)


def _divided_by_weights(original, shape, weight, mask, reduction, dtype):
    reduction = "mean_with_sample_weight" if reduction == "sum_over_batch_size" else reduction
    return original(shape, weight, mask, reduction, dtype)


def _unweighted(original, shape, weight, mask, reduction, dtype):
    return original(shape, None, mask, reduction, dtype)


def _smooth_by_two(original, y, amount, classes):
    return original(y, amount, 2)


def _sum_over_outputs(original, y, p, node, **options):
    k = p.shape[-1]
    values = original(y, p, node, **options) * k
    node.saved["slope"] = node.saved["slope"] * k
    return values


def _mse_without_two(original, dvalues, node):
    return original(dvalues, node) / 2


def _labels_not_mapped(original, y):
    return np.asarray(y)


def _margin_open(original, y, p, node):
    values = original(y, p, node)
    node.saved["slope"] = np.where(1 - margin.to_signs(y) * p > 0, node.saved["slope"], 0)
    return values


def _wide_clip(original, p):
    with mock.patch.object(scratch.config, "_epsilon", 1e-6):
        return original(p)


def _labels_shifted(original, *args):
    c, ignored = original(*args)
    return np.maximum(c - 1, 0), ignored


# Optimizers


def _epsilon_inside(original, self, w, g, slots, *coefficients):
    alpha, *_, eps = coefficients
    original(self, w.copy(), g, slots, *coefficients)
    v = slots[2] if self.amsgrad else slots[1]
    w -= slots[0] * alpha / np.sqrt(v + eps)


def _t_off_by_one(original, self, t, lr):
    return original(self, t + 1, lr)


def _no_correction(original, self, t, lr):
    return (lr, *original(self, t, lr)[1:])


def _epsilon_corrected(original, self, t, lr):
    alpha, one, two, eps = original(self, t, lr)
    return alpha, one, two, eps * np.sqrt(1 - lr.dtype.type(self.beta_2) ** t)


def _beta_swapped(original, self, t, lr):
    alpha, one, two, eps = original(self, t, lr)
    return alpha, two, one, eps


def _amsgrad_ignored(original, self, w, g, slots, *coefficients):
    if self.amsgrad:
        slots[2][:] = 0
    original(self, w, g, slots, *coefficients)


def _not_rounded(original, value, like):
    with scratch.quirks.without("K1"):
        return original(value, like)


def _rate_outside(original, self, w, g, slots, lr, mu):
    if not slots or self.nesterov:
        return original(self, w, g, slots, lr, mu)
    (m,) = slots  # torch's convention: m = mu m + g, w -= lr m
    m *= mu
    m += g
    w -= lr * m
    return None


def _nesterov_forgotten(original, self, w, g, slots, lr, mu):
    with mock.patch.object(self, "nesterov", False):
        original(self, w, g, slots, lr, mu)


def _step_scaled(original, self, w, g, slots, *coefficients):
    before = w.copy()
    original(self, w, g, slots, *coefficients)
    w += (w - before) * 1e-10


def _epsilon_outside(original, self, w, g, slots, lr, rho, one_minus_rho, mu, eps):
    before = w.copy()
    original(self, w, g, slots, lr, rho, one_minus_rho, mu, eps)
    if self.momentum == 0 and not self.centered:
        w[:] = before - lr * g / (np.sqrt(slots[0]) + eps)


def _does_nothing(original, self, *args):
    self._iterations.value += 1


def _not_clipped(original, self, *args):
    return None


def _decay_of_gradients(original, self, t, lr):
    if self.weight_decay:
        self._storage.gradients += self.weight_decay * self._storage.values
    return original(self, t, lr)


# Regularizers, reported numbers, metrics


def _half_l2(original, self, w):
    return original(self, w) - (self.l2 * w if self.l2 else 0)


def _one_sided_l1(original, self, w):
    return original(self, np.where(w == 0, 1e-300, w))


def _l2_left_out(original, self, x):
    return original(self, x) if self.l1 else 0.0 * original(self, x)


def _rows_forgotten(original, self, value, weight):
    return original(self, value, 1)


def _last_tie(original, classes, y_pred):
    p = np.asarray(y_pred)
    last = p.shape[-1] - 1 - np.argmax(p[..., ::-1], axis=-1)
    return (last == classes).astype(p.dtype)


def _at_least(original, y_true, y_pred, threshold=0.5):
    return original(
        y_true, np.nextafter(np.asarray(y_pred), np.inf, dtype=np.asarray(y_pred).dtype), threshold
    )


def _in_order(original, n):
    return np.arange(n)


def _all_ones(original, y, class_weight):
    return np.ones_like(original(y, class_weight))


FAULTS = (
    Fault("kernel gradient times 1.001", "dense", _method(Dense, "backward", _kernel_gradient_scaled)),
    Fault("bias gradient lost", "dense", _method(Dense, "backward", _bias_gradient_lost)),
    Fault("bias gradient averaged", "dense", _method(Dense, "backward", _bias_gradient_averaged)),
    Fault("dx off by one part in a billion", "dense", _method(Dense, "backward", _dx_scaled)),
    Fault("flatten folds back in another order", "flatten", _method(Flatten, "backward", _fortran_order)),
    Fault("dropout does not scale", "dropout", _method(Dropout, "_scale", _no_scale)),
    Fault("dropout keeps what it should drop", "dropout", _method(Dropout, "_draw", _mask_inverted)),
    Fault("relu'(0) = 1", "relu", _method(rectifiers.Relu, "backward", _relu_open)),
    Fault("relu' forgotten", "relu", _method(rectifiers.Relu, "backward", _relu_forgotten)),
    Fault("sigmoid' = y", "sigmoid", _method(sigmoids.Sigmoid, "backward", _sigmoid_wrong)),
    Fault("tanh' = 1 - y", "tanh", _method(sigmoids.Tanh, "backward", _tanh_wrong)),
    Fault("softmax without its Jacobian", "softmax", _method(Softmax, "backward", _no_jacobian)),
    Fault("softmax over the wrong axis", "softmax", _method(Softmax, "forward", _wrong_axis)),
    Fault("loss without 1/n", "reduction", _method(losses_base, "sample_factors", _not_divided)),
    Fault("loss divided by the sum of weights", "sample_weight", _method(losses_base, "sample_factors", _divided_by_weights)),
    Fault("sample weights ignored", "sample_weight", _method(losses_base, "sample_factors", _unweighted)),
    Fault("label smoothing by s/2 for k classes", "label_smoothing", _method(categorical, "smooth", _smooth_by_two)),
    Fault("binary cross-entropy summed over outputs", "binary_crossentropy", _method(binary.BinaryCrossentropyPair, "forward", _sum_over_outputs)),
    Fault("mean squared error without its 2", "mean_squared_error", _method(regression.MeanSquaredErrorPair, "backward", _mse_without_two)),
    Fault("hinge labels not mapped to signs", "hinge", _method(margin, "to_signs", _labels_not_mapped)),
    Fault("hinge flat at the margin", "hinge", _method(margin.HingePair, "forward", _margin_open)),
    Fault("clip at 1e-6", "probabilities", _method(categorical, "clipped_probabilities", _wide_clip)),
    Fault("labels counted from one", "sparse_categorical_crossentropy", _method(categorical, "_classes", _labels_shifted)),
    Fault("Adam's epsilon inside the root", "adam", _method(Adam, "update", _epsilon_inside)),
    Fault("Adam's t off by one", "adam", _method(Adam, "coefficients", _t_off_by_one)),
    Fault("Adam without bias correction", "adam", _method(Adam, "coefficients", _no_correction)),
    Fault("Adam's epsilon next to the corrected v", "adam", _method(Adam, "coefficients", _epsilon_corrected)),
    Fault("Adam's betas swapped", "adam", _method(Adam, "coefficients", _beta_swapped)),
    Fault("amsgrad forgets its maximum", "amsgrad", _method(Adam, "update", _amsgrad_ignored)),
    Fault("constants not rounded to float32 (K1)", "adam", _method(adam_module, "constant", _not_rounded)),
    Fault("learning rate outside the momentum", "momentum", _method(SGD, "update", _rate_outside)),
    Fault("Nesterov forgotten", "nesterov", _method(SGD, "update", _nesterov_forgotten)),
    Fault("step off by one part in ten billion", "sgd", _method(SGD, "update", _step_scaled)),
    Fault("RMSprop's epsilon outside the root", "rmsprop", _method(RMSprop, "update", _epsilon_outside)),
    Fault("training does nothing", "optimizer", _method(Optimizer, "step", _does_nothing)),
    Fault("gradients not clipped", "clip", _method(Optimizer, "_clip", _not_clipped)),
    Fault("weight decay through the gradient", "weight_decay", _method(SGD, "coefficients", _decay_of_gradients)),
    Fault("L2 with 1/2 in its gradient", "l2", _method(L1L2, "gradient", _half_l2)),
    Fault("L1 one-sided at zero", "l1", _method(L1L2, "gradient", _one_sided_l1)),
    Fault("L2 left out of the loss", "l2", _method(L1L2, "__call__", _l2_left_out)),
    Fault("epoch loss forgets a ragged batch's rows", "log", _method(means.Mean, "add", _rows_forgotten)),
    Fault("argmax takes the last of a tie", "categorical_accuracy", _method(accuracies, "_matches", _last_tie)),
    Fault("binary accuracy counts the threshold", "binary_accuracy", _method(accuracies, "binary_accuracy", _at_least)),
    Fault("fit does not shuffle", "shuffle", _method(batches, "fit_permutation", _in_order)),
    Fault("class weights ignored", "class_weight", _method(batches, "weights_of_classes", _all_ones)),
)  # fmt: skip


# Null changes


def _pairwise_bias(original, self, dy, node):
    dx = original(self, dy, node)
    if self.bias is not None and self.bias.trainable and self.trainable:
        dz = dy if node.fused else self.backward_activation(dy, node)
        flat = dz.reshape(-1, self.units)
        node.gradient(self.bias)[...] = flat[::-1].sum(axis=0)
    return dx


def _sigmoid_by_tanh(original, z, y):
    return np.multiply(0.5, 1 + np.tanh(z / 2), out=y)


def _sigmoid_product(original, dy, y, dz):
    return np.subtract(dy * y, dy * y * y, out=dz)


def _adam_other_order(original, self, w, g, slots, *coefficients):
    original(self, w[::-1], g[::-1], [slot[::-1] for slot in slots], *coefficients)


def _copying(original, self, x, node):
    return original(self, x.copy(), node).copy()


def _sgd_regrouped(original, self, w, g, slots, lr, mu):
    if slots:
        return original(self, w, g, slots, lr, mu)
    w += -lr * g
    return None


NULL_CHANGES = (
    Fault("bias gradient summed backwards", "", _method(Dense, "backward", _pairwise_bias)),
    Fault("sigmoid' multiplied out", "", _method(sigmoids.Sigmoid, "backward", _sigmoid_product)),
    Fault("Adam walks backwards", "", _method(Adam, "update", _adam_other_order)),
    Fault("dense copies its input and output", "", _method(Dense, "forward", _copying)),
    Fault("w += (-lr) g", "", _method(SGD, "update", _sgd_regrouped)),
    Fault("optimizers take larger chunks", "", _value(scratch.optimizers.optimizer, "CHUNK", 7)),
    Fault("constants looked up once more", "", _method(constants, "constant", lambda f, v, like: f(v, like))),
)  # fmt: skip
