# ruff: noqa: E501 - one line a value
"""Faults in layers and activations."""

from unittest import mock

import numpy as np

from parity_tests.harness.faults.fault import Fault, both, method, value
from scratch import random
from scratch.activations import rectifiers, sigmoids
from scratch.activations.softmax import SoftmaxPair
from scratch.layers import Dense, Dropout, Flatten
from scratch.random import philox


def _scaled_kernel_gradient(original, self, dy, node):
    dx = original(self, dy, node)
    node.gradient(self.kernel)[...] *= 1.001
    return dx


def _no_bias_gradient(original, self, dy, node):
    dx = original(self, dy, node)
    if self.bias is not None and self.bias in node.trained:
        node.gradient(self.bias)[...] = 0
    return dx


def _averaged_bias_gradient(original, self, dy, node):
    dx = original(self, dy, node)
    if self.bias is not None and self.bias in node.trained:
        node.gradient(self.bias)[...] /= len(dy)
    return dx


def _scaled_dx(original, self, dy, node):
    dx = original(self, dy, node)
    return None if dx is None else dx * (1 + 1e-9)


def _negative_dx(original, self, dy, node):
    dx = original(self, dy, node)
    return None if dx is None else -dx


def _without_bias(original, self, x, node):
    with mock.patch.object(self, "bias", None):
        return original(self, x, node)


def _folded_otherwise(original, self, dy, node):
    dx = original(self, dy, node)
    return None if dx is None else dx.reshape(dx.shape, order="F")[:, ::-1]


def _fortran_order(original, self, x, node):
    return original(self, x, node)[:, ::-1]


def _no_scale(original, self, dtype):
    return np.dtype(dtype).type(1)


def _scaled_by_rate(original, self, dtype):
    return np.dtype(dtype).type(1 / self.rate)


def _inverted(original, self, shape, dtype):
    return ~original(self, shape, dtype)


def _another_mask_for_the_gradient(original, self, dy, node):
    if node.needs_dx and node.saved["dropped"] is not None:
        node.saved["dropped"] = node.saved["dropped"][::-1]
    return original(self, dy, node)


def _drawn_twice(original, shape, rate, dtype=None, seed=None):
    original(shape, rate, dtype, seed)
    return original(shape, rate, dtype, seed)


def _in_inference_too(original, self, x, node):
    node.training = True
    return original(self, x, node)


def _never(original, self, training):
    return False


def _open_relu(original, dy, y, dz):
    return np.multiply(dy, y >= 0, out=dz)


def _linear_relu(original, dy, y, dz):
    return np.multiply(dy, 1, out=dz)


def _leaky(original, z, y):
    return np.maximum(z, 1e-3 * z, out=y)


def _without_its_complement(original, dy, y, dz):
    return np.multiply(dy, y, out=dz)


def _saturated_early(original, z, y):
    return original(np.clip(z, -15, 15, out=z), y)


def _not_squared(original, dy, y, dz):
    return np.multiply(dy, 1 - y, out=dz)


def _derivative_at_the_output(original, dy, y, dz):
    return np.multiply(dy, 1 - np.tanh(y) ** 2, out=dz)


def _no_jacobian(original, dy, y, dz, axis=-1):
    return np.multiply(dy, y * (1 - y), out=dz)


def _wrong_axis(original, z, y, axis=-1):
    e = np.exp(z - z.max())
    return np.divide(e, e.sum(axis=0, keepdims=True), out=y)


def _not_shifted(original, z, y, axis=-1):
    with np.errstate(over="ignore", invalid="ignore"):
        e = np.exp(z)
        return np.divide(e, e.sum(axis=axis, keepdims=True), out=y)


FAULTS: tuple[Fault, ...] = (
    Fault("kernel gradient times 1.001", "dense", method(Dense, "backward_z", _scaled_kernel_gradient)),
    Fault("bias gradient lost", "dense bias", method(Dense, "backward_z", _no_bias_gradient)),
    Fault("bias gradient averaged", "dense bias", method(Dense, "backward_z", _averaged_bias_gradient)),
    Fault("dx off by one part in a billion", "dense", method(Dense, "backward_z", _scaled_dx)),
    Fault("dx with the wrong sign", "dense", method(Dense, "backward_z", _negative_dx)),
    Fault("bias forgotten on the way forward", "dense bias", method(Dense, "forward_z", _without_bias)),
    Fault("flatten folds back in another order", "flatten", method(Flatten, "backward", _folded_otherwise)),
    Fault("flatten in another order", "flatten", method(Flatten, "forward", _fortran_order)),
    Fault("dropout does not scale", "dropout", method(Dropout, "_scale", _no_scale)),
    Fault("dropout scales by 1/rate", "dropout", method(Dropout, "_scale", _scaled_by_rate)),
    Fault("dropout keeps what it should drop", "dropout", method(Dropout, "_draw", _inverted)),
    Fault("dropout's gradient passes another mask", "dropout", method(Dropout, "backward", _another_mask_for_the_gradient)),
    Fault("dropout draws twice", "dropout", method(random, "dropout_mask", _drawn_twice)),
    Fault("dropout drops in inference too", "dropout", both(method(Dropout, "forward", _in_inference_too), method(Dropout, "passes_on", _never))),
    Fault("relu'(0) = 1", "relu", method(rectifiers.ReluPair, "backward", _open_relu)),
    Fault("relu' forgotten", "relu", method(rectifiers.ReluPair, "backward", _linear_relu)),
    Fault("relu leaks", "relu", method(rectifiers.ReluPair, "forward", _leaky)),
    Fault("sigmoid' = y", "sigmoid", method(sigmoids.SigmoidPair, "backward", _without_its_complement)),
    Fault("sigmoid saturates at 15", "sigmoid", method(sigmoids.SigmoidPair, "forward", _saturated_early)),
    Fault("tanh' = 1 - y", "tanh", method(sigmoids.TanhPair, "backward", _not_squared)),
    Fault("tanh' taken at a instead of z", "tanh", method(sigmoids.TanhPair, "backward", _derivative_at_the_output)),
    Fault("softmax without its Jacobian", "softmax", method(SoftmaxPair, "backward", _no_jacobian)),
    Fault("softmax over the wrong axis", "softmax", method(SoftmaxPair, "forward", _wrong_axis)),
    Fault("softmax without the shift by the maximum", "softmax", method(SoftmaxPair, "forward", _not_shifted)),
)  # fmt: skip


# Null changes


def _bias_summed_backwards(original, self, dz, node):
    dx = original(self, dz, node)
    if self.bias is not None and self.bias.trainable and self.trainable:
        node.gradient(self.bias)[...] = dz.reshape(-1, self.units)[::-1].sum(axis=0)
    return dx


def _kernel_gradient_in_halves(original, self, dz, node):
    dx = original(self, dz, node)
    if self.kernel.trainable and self.trainable:
        x, dz = node.x.reshape(-1, node.x.shape[-1]), dz.reshape(-1, self.units)
        half = len(x) // 2
        node.gradient(self.kernel)[...] = x[half:].T @ dz[half:] + x[:half].T @ dz[:half]
    return dx


def _copying(original, self, x, node):
    return original(self, x.copy(), node).copy()


def _one_exponential(original, dy, y, dz):
    return np.subtract(dy * y, dy * y * y, out=dz)


def _factored(original, dy, y, dz):
    return np.multiply(dy, (1 - y) * (1 + y), out=dz)


def _halves(original, z, y):
    return np.add(0.5 * z, 0.5 * np.abs(z), out=y)


def _where(original, dy, y, dz):
    np.copyto(dz, np.where(y > 0, dy, 0))
    return dz


def _jacobian_built(original, dy, y, dz, axis=-1):
    dy, p = np.moveaxis(dy, axis, -1), np.moveaxis(y, axis, -1)
    jacobian = p[..., :, None] * (np.eye(p.shape[-1]) - p[..., None, :])
    np.copyto(dz, np.moveaxis(np.einsum("...ij,...j->...i", jacobian, dy), -1, axis))
    return dz


def _summed_backwards(original, z, y, axis=-1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return np.divide(e, np.flip(e, axis).sum(axis=axis, keepdims=True), out=y)


def _mask_of_floats(original, self, shape, dtype):
    return original(self, shape, dtype).astype("float64") > 0.5


NULL_CHANGES: tuple[Fault, ...] = (
    Fault("bias gradient summed backwards", "", method(Dense, "backward_z", _bias_summed_backwards)),
    Fault("kernel gradient in two halves", "", method(Dense, "backward_z", _kernel_gradient_in_halves)),
    Fault("dense copies its input and output", "", method(Dense, "forward_z", _copying)),
    Fault("flatten copies its input and output", "", method(Flatten, "forward", _copying)),
    Fault("sigmoid' multiplied out", "", method(sigmoids.SigmoidPair, "backward", _one_exponential)),
    Fault("tanh' factored", "", method(sigmoids.TanhPair, "backward", _factored)),
    Fault("relu as (z + |z|) / 2", "", method(rectifiers.ReluPair, "forward", _halves)),
    Fault("relu' by where", "", method(rectifiers.ReluPair, "backward", _where)),
    Fault("softmax's Jacobian built", "", method(SoftmaxPair, "backward", _jacobian_built)),
    Fault("softmax summed backwards", "", method(SoftmaxPair, "forward", _summed_backwards)),
    Fault("dropout's mask by way of floats", "", method(Dropout, "_draw", _mask_of_floats)),
    Fault("random words in small pieces", "", value(philox, "CHUNK", 5)),
)  # fmt: skip
