# ruff: noqa: E501 - one line a mistake
"""Layers: every usual mistake is recognized by name, and what is right passes."""

from typing import Any

import numpy as np
import pytest

from parity_tests.suite.testing.students import assert_diagnosed, names, spoiled
from scratch.testing import check_layer
from scratch.testing.mistakes import activations as activation_mistakes
from scratch.testing.mistakes import dense as dense_mistakes
from scratch.testing.mistakes import dropout as dropout_mistakes

# Dense ------------------------------------------------------------------------------------------

DENSE = """
def f(z): return 1 / (1 + np.exp(-z))
def df(z): return f(z) * (1 - f(z))
class Dense:
    def __init__(self, n_in, n_out):
        self.W, self.b = np.zeros((n_in, n_out)), np.zeros((1, n_out))
        self.dW, self.db = 0, 0
    def forward(self, x):
        self.x = x
        self.z = x @ self.W + self.b
        self.a = f(self.z)
        return self.a
    def backward(self, dy):
        dz = dy * df(self.z)
        self.dW = self.x.T @ dz
        self.db = dz.sum(axis=0)
        return dz @ self.W.T
"""
DW, DB, DX = "self.x.T @ dz", "dz.sum(axis=0)", "dz @ self.W.T"
WRONG_DENSE = {
    "transposed weight": [("x @ self.W +", "x @ self.W.T +")],
    "missing bias": [(" + self.b", "")],
    "bias subtracted": [("+ self.b", "- self.b")],
    "activation forgotten": [("return self.a", "return self.z")],
    "activation and its derivative forgotten": [("f(self.z)", "self.z"), ("* dself.z", "")],
    "activation derivative forgotten": [(" * df(self.z)", "")],
    "relu applied to dy": [("dy * df(self.z)", "np.maximum(dy, 0)")],
    "derivative taken at a instead of z": [("df(self.z)", "df(self.a)")],
    "derivative formula in a applied to z": [("df(self.z)", "self.z * (1 - self.z)")],
    "bias gradient not summed over the batch": [(DB, "dz")],
    "bias gradient averaged over the batch": [(DB, "np.mean(dz, axis=0, keepdims=True)")],
    "bias gradient summed over the units": [(DB, "dz.sum(axis=1)")],
    "bias gradient summed over everything": [(DB, "dz.sum()")],
    "weight gradient with an extra 1/m": [(DW, DW + " / len(dy)")],
    "weight and bias gradient with an extra 1/m": [(DW, DW + " / len(dy)"), (DB, "dz.mean(axis=0)")],
    "weight gradient transposed": [(DW, "dz.T @ self.x")],
    "weight gradient taken from the output instead of the input": [(DW, "self.a.T @ dz")],
    "dx with W not transposed": [(DX, "dz @ self.W")],
    "dx with 1/m": [(DX, DX + " / len(dy)")],
    "dx from dy instead of dz": [(DX, "dy @ self.W.T")],
    "gradients accumulated over calls": [("dW = self.x", "dW += self.x"), ("db = dz", "db += dz")],
    "input of an earlier batch used": [("self.x = x", "self.x = getattr(self, 'x', x)")],
}  # fmt: skip
WRONG_AVERAGES = {
    "weight gradient without 1/m": [(DB, "dz.mean(axis=0)")],
    "weight and bias gradient without 1/m": [],
    "bias gradient without 1/m": [(DW, DW + " / len(dy)")],
    "weight gradient with 1/m twice": [(DW, DW + " / len(dy) ** 2"), (DB, "dz.mean(axis=0)")],
    "bias gradient with 1/m twice": [(DW, DW + " / len(dy)"), (DB, "dz.mean(axis=0) / len(dy)")],
}


def test_what_is_changed_in_place_explains_gradients_and_no_output():
    layer = spoiled(
        DENSE,
        ("self.a = f(self.z)", "self.a = f(self.z); x += np.arange(x.shape[1])"),
        ("return self.a", "return self.a ** 1.3 + 0.1"),
    )["Dense"]
    found = {finding.quantity: finding.diagnosis for finding in check_layer(layer).findings}
    assert found["output"] is None
    assert [found[name] for name in ("dW", "db", "dx")] == ["forward changes x"] * 3


def assert_dense_diagnosed(name, seed):
    layer = spoiled(DENSE, *WRONG_DENSE[name])["Dense"]
    options: Any = {"units": 3, "activation": "sigmoid"}
    assert_diagnosed(check_layer(layer, "dense", averages=False, seed=seed, **options), name)


@pytest.mark.parametrize("name", WRONG_DENSE)
def test_dense_mistakes(name):
    assert_dense_diagnosed(name, seed=1)


@pytest.mark.parametrize("name", WRONG_AVERAGES)
def test_dense_mistakes_where_the_layer_averages(name):
    layer = spoiled(DENSE, *WRONG_AVERAGES[name])["Dense"]
    assert_diagnosed(check_layer(layer, activation="sigmoid", averages=True), name)


def test_every_dense_mistake_has_its_student():
    assert names(dense_mistakes.MISTAKES) == {*WRONG_DENSE, *WRONG_AVERAGES}


# Activations ------------------------------------------------------------------------------------


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def leaky(z):
    return np.where(z > 0, z, 0.1 * z)


def softmax(z, axis=-1):
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def softmax_backward(dy, z, axis=-1, p=None):
    p = softmax(z, axis) if p is None else p
    return p * (dy - (dy * p).sum(axis=axis, keepdims=True))


def unshifted(z):
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)


SLOPE = {"negative_slope": 0.1}
WRONG_ACTIVATIONS = {
    "derivative formula in y applied to z": ("sigmoid", sigmoid, lambda x: x * (1 - x), {}),
    "derivative taken at the output instead of z": ("tanh", np.tanh, lambda y: 1 - np.tanh(y) ** 2, {}),
    "derivative forgotten": ("sigmoid", sigmoid, lambda dy, z: dy, {}),
    "dy forgotten": ("tanh", np.tanh, lambda dy, y: 1 - y**2, {}),
    "activation forgotten": ("tanh", lambda z: z, lambda z: 1 - np.tanh(z) ** 2, {}),
    "derivative 1 at the kink of relu": ("relu", lambda z: z * (z > 0), lambda z: z >= 0, {}),
    "relu's derivative is z instead of 1": ("relu", lambda z: z * (z > 0), lambda z: z * (z > 0), {}),
    "relu applied to dy": ("relu", lambda z: z * (z > 0), lambda dy, z: np.maximum(dy, 0), {}),
    "exp(+z) in the sigmoid": ("sigmoid", lambda z: 1 / (1 + np.exp(z)), lambda s: s * (1 - s), {}),
    "slope of the negative side inverted": ("relu", lambda z: np.where(z > 0, z, z / 0.1), lambda z: np.where(z > 0, 1, 1 / 0.1), SLOPE),
    "slope of the negative side forgotten": ("relu", lambda z: z * (z > 0), lambda z: z > 0, SLOPE),
    "softmax Jacobian forgotten (elementwise p (1 - p))": ("softmax", softmax, lambda p: softmax(p) * (1 - softmax(p)), {}),
    "softmax over the batch axis": ("softmax", lambda z: softmax(z, 0), lambda dy, z: softmax_backward(dy, z, 0), {}),
    "softmax over the whole array": ("softmax", lambda z: softmax(z, None), lambda dy, z: softmax_backward(dy, z, None), {}),
    "softmax without the shift by the maximum": ("softmax", unshifted, lambda dy, y: softmax_backward(dy, None, p=y), {}),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_ACTIVATIONS)
def test_activation_mistakes(name):
    options: Any
    like, forward, backward, options = WRONG_ACTIVATIONS[name]
    assert_diagnosed(check_layer((forward, backward), like, **options), name)


def test_every_activation_mistake_has_its_student():
    assert names(activation_mistakes.MISTAKES) == set(WRONG_ACTIVATIONS)


# Dropout ----------------------------------------------------------------------------------------

DROPOUT = """
class Dropout:
    def __init__(self, rate):
        self.rate, self.draw = rate, np.random.default_rng(8)
        self.mask = None
    def forward(self, x, training=False):
        if not training:
            return x
        self.mask = (self.draw.random(x.shape) >= self.rate) / (1 - self.rate)
        return x * self.mask
    def backward(self, dy):
        return dy * self.mask
"""
WRONG_DROPOUTS = {
    "not scaled": [(" / (1 - self.rate)", "")],
    "scaled down instead of up": [("/ (1 -", "* (1 -")],
    "scaled by the wrong share": [("/ (1 - self.rate)", "/ self.rate")],
    "rate taken for the share that stays": [(">= self.rate) / (1 - self.rate)", "< self.rate) / self.rate")],
    "gradient not masked": [("dy * self.mask", "dy")],
    "gradient masked but not scaled": [("dy * self.mask", "dy * (self.mask > 0)")],
    "another mask for the gradient": [("dy * self.mask", "self.forward(dy, True)")],
    "mask drawn once for all batches": [("if not training", "if self.mask is not None:\n            return x * self.mask\n        if not training")],
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_DROPOUTS)
def test_dropout_mistakes(name):
    code = spoiled(DROPOUT, *WRONG_DROPOUTS[name])
    assert_diagnosed(check_layer(code["Dropout"], "dropout", rate=0.2), name)


def test_every_dropout_mistake_has_its_student():
    assert names(dropout_mistakes.MISTAKES) == set(WRONG_DROPOUTS)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_right_dropouts(rate):
    draw = np.random.default_rng(3)

    def forward(x, keep_prob):
        mask = draw.random(x.shape) < keep_prob
        return x * mask / keep_prob, mask

    def backward(dout, mask, keep_prob):
        return dout * mask / keep_prob

    assert check_layer((forward, backward), "dropout", rate=rate).raise_if_wrong()
    assert check_layer(spoiled(DROPOUT)["Dropout"], "dropout", rate=rate).raise_if_wrong()


@pytest.mark.parametrize("rate", [-0.5, 1, 1.5])
def test_a_dropout_is_checked_at_a_rate_between_zero_and_one(rate):
    with pytest.raises(ValueError, match="a rate between 0 and 1 alone"):
        check_layer(spoiled(DROPOUT)["Dropout"], "dropout", rate=rate)


def test_a_dropout_of_nothing_is_the_identity():
    assert check_layer(
        spoiled(DROPOUT, ("return dy * self.mask", "return dy"))["Dropout"], "dropout", rate=0.0
    )


def test_a_dropout_that_raises_and_a_rate_that_is_none():
    assert "ZeroDivisionError" in str(
        check_layer((lambda x: 1 / 0, lambda dy: dy), "dropout", rate=0.5)
    )
    with pytest.raises(ValueError, match="between 0 and 1"):
        check_layer(spoiled(DROPOUT)["Dropout"], "dropout", rate=1.0)


@pytest.mark.parametrize("columns", [7, 41])
def test_a_dropout_of_another_shape_is_told_its_shape_alone(columns):
    def forward(x):
        x = np.concatenate([x, x], axis=1)[:, :columns]
        return x * (np.random.random(x.shape) < 0.5) * 2

    result = check_layer((forward, lambda dy: dy), "dropout", rate=0.5)
    assert f"output has shape (50, {columns}), expected (50, 40)" in str(result)
    assert "usual mistakes" in str(result) and "dx" not in str(result)
