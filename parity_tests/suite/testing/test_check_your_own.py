# ruff: noqa: E501 - one line a mistake
"""`scratch.testing`: right code of many styles passes, every usual mistake is recognized by name."""

import re
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from scratch import losses, optimizers, testing
from scratch.testing import bounds, check_gradient, check_layer, check_loss, check_optimizer
from scratch.testing.check_layers import _activations, excuse, layer_names, reference_names
from scratch.testing.mistakes import activations as activation_mistakes
from scratch.testing.mistakes import dense as dense_mistakes
from scratch.testing.mistakes import dropout as dropout_mistakes
from scratch.testing.mistakes import losses as loss_mistakes
from scratch.testing.mistakes import optimizers as optimizer_mistakes
from scratch.testing.mistakes.rules import RULES


def spoiled(source, *changes):
    """Somebody's code after some of its text was replaced."""
    for old, new in changes:
        assert old in source, old
        source = source.replace(old, new)
    names = {"np": np}
    exec(source, names)
    return names


def names(catalogue):
    return {mistake.name for mistake in catalogue}


def assert_diagnosed(result, name):
    assert not result
    assert result.diagnoses == [name], str(result)


# Dense -------------------------------------------------------------------------------------------

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
    "dx from dy instead of dz": [(DX, "dy @ self.W.T")],
    "gradients accumulated over calls": [("dW = self.x", "dW += self.x"), ("db = dz", "db += dz")],
    "input of an earlier batch used": [("self.x = x", "self.x = getattr(self, 'x', x)")],
}  # fmt: skip
WRONG_AVERAGES = {
    "weight gradient without 1/m": [(DB, "dz.mean(axis=0)")],
    "weight and bias gradient without 1/m": [],
}


def assert_dense_diagnosed(name, seed):
    layer = spoiled(DENSE, *WRONG_DENSE[name])["Dense"]
    assert_diagnosed(check_layer(layer, "dense", units=3, activation="sigmoid", seed=seed), name)


@pytest.mark.parametrize("name", WRONG_DENSE)
def test_dense_mistakes(name):
    assert_dense_diagnosed(name, seed=1)


@pytest.mark.parametrize("name", WRONG_AVERAGES)
def test_dense_mistakes_where_the_layer_averages(name):
    layer = spoiled(DENSE, *WRONG_AVERAGES[name])["Dense"]
    assert_diagnosed(check_layer(layer, activation="sigmoid", averages=True), name)


def test_every_dense_mistake_has_its_student():
    assert names(dense_mistakes.MISTAKES) == {*WRONG_DENSE, *WRONG_AVERAGES}


# Activations -------------------------------------------------------------------------------------


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


# Dropout -----------------------------------------------------------------------------------------

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


# Losses ------------------------------------------------------------------------------------------

LOSSES = """
def onehot(y, k): return np.eye(k)[y]
def clip(p): return np.clip(p, 1e-9, 1 - 1e-9)
def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
def mse(y, p): return np.mean((y - p) ** 2)
def mse_gradient(y, p): return 2 * (p - y) / y.size
def cce(y, p): return -np.mean(np.sum(y * np.log(clip(p)), axis=1))
def cce_gradient(y, p): return -y / clip(p) / len(y)
def cce_z(y, z): return -np.mean(np.sum(y * np.log(clip(softmax(z))), axis=1))
def cce_z_gradient(y, z): return (softmax(z) - y) / len(y)
def bce(y, p): return -np.mean(y * np.log(clip(p)) + (1 - y) * np.log(1 - clip(p)))
def bce_gradient(y, p): return (-y / clip(p) + (1 - y) / (1 - clip(p))) / y.size
def bce_z(y, z): return np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-abs(z))))
def bce_z_gradient(y, z): return (1 / (1 + np.exp(-z)) - y) / y.size
def hinge(y, p): return np.mean(np.maximum(0, 1 - y * p))
def hinge_gradient(y, p): return np.where(y * p <= 1, -y, 0) / y.size
"""
LIKE = {
    "mse": ("mse", {}),
    "cce": ("categorical_crossentropy", {}),
    "cce_z": ("categorical_crossentropy", {"from_logits": True}),
    "bce": ("binary_crossentropy", {}),
    "bce_z": ("BinaryCrossentropy", {"from_logits": True}),
    "hinge": ("hinge", {}),
}
CCE = "-np.mean(np.sum(y * np.log(clip(p)), axis=1))"
CCE_G, CCE_Z_G = "-y / clip(p) / len(y)", "(softmax(z) - y) / len(y)"
MSE, MSE_G = "np.mean((y - p) ** 2)", "2 * (p - y) / y.size"
BCE_G = "(-y / clip(p) + (1 - y) / (1 - clip(p)))"
WRONG_LOSSES = {
    "sign": ("cce", [(CCE, CCE[1:]), (CCE_G, CCE_G[1:])]),
    "missing 1/m": ("cce", [(CCE, CCE.replace("mean", "sum")), (CCE_G, "-y / clip(p)")]),
    "sum instead of mean": ("mse", [(MSE, "np.sum((y - p) ** 2)"), (MSE_G, "2 * (p - y)")]),
    "missing 1/k: mean over the batch, sum over the outputs": ("mse", [(MSE, "((y - p) ** 2).sum() / len(y)"), (MSE_G, "2 * (p - y) / len(y)")]),
    "mean over the wrong axis: divided by the outputs, not by the samples": ("cce", [(CCE, "-np.sum(y * np.log(clip(p))) / p.shape[1]"), (CCE_G, "-y / clip(p) / p.shape[1]")]),
    "mean over all entries": ("cce", [(CCE, "-np.mean(y * np.log(clip(p)))"), (CCE_G, "-y / clip(p) / y.size")]),
    "factor 1/2": ("mse", [(MSE, MSE + " / 2"), (MSE_G, "(p - y) / y.size")]),
    "factor 1/2, and the sum instead of the mean": ("mse", [(MSE, "0.5 * np.sum((y - p) ** 2)"), (MSE_G, "p - y")]),
    "factor 1/2, and the sum over the outputs": ("mse", [(MSE, "np.sum((y - p) ** 2) / (2 * len(y))"), (MSE_G, "(p - y) / len(y)")]),
    "factor 2": ("bce", [("-np.mean(y * np.log", "-2 * np.mean(y * np.log"), (BCE_G, "2 * " + BCE_G)]),
    "1/m twice": ("cce", [(CCE, CCE + " / len(y)"), (CCE_G, CCE_G + " / len(y)")]),
    "logarithm to base 2": ("bce", [("np.log(", "np.log2("), (BCE_G, BCE_G + " / np.log(2)")]),
    "logarithm to base 10": ("cce", [("np.log(", "np.log10("), (CCE_G, CCE_G + " / np.log(10)")]),
    "not reduced: one loss for each sample": ("mse", [(MSE, "np.mean((y - p) ** 2, axis=1)")]),
    "gradient of one sample's loss: no 1/m": ("cce", [(CCE_G, "-y / clip(p)")]),
    "y and p swapped": ("mse", [(MSE_G, "2 * (y - p) / y.size")]),
    "gradient without the 2": ("mse", [(MSE_G, "(p - y) / y.size")]),
    "not squared": ("mse", [(MSE, "np.mean(abs(y - p))"), (MSE_G, "np.sign(p - y) / y.size")]),
    "root taken": ("mse", [(MSE, MSE + " ** 0.5"), (MSE_G, "(p - y) / y.size / mse(y, p)")]),
    "second term of the binary cross-entropy missing": ("bce", [(" + (1 - y) * np.log(1 - clip(p))", ""), (BCE_G, "-y / clip(p)")]),
    "sign inside the binary cross-entropy's second term": ("bce", [(BCE_G, BCE_G.replace("+", "-"))]),
    "gradient with respect to the scores z instead of p": ("cce", [(CCE_G, "(p - y) / len(y)")]),
    "gradient with respect to the scores z instead of p, without 1/m": ("cce", [(CCE_G, "p - y")]),
    "p - y without 1/m": ("cce_z", [(CCE_Z_G, "softmax(z) - y")]),
    "y - p instead of p - y": ("cce_z", [(CCE_Z_G, "(y - softmax(z)) / len(y)")]),
    "softmax or sigmoid forgotten: scores taken for probabilities": ("cce_z", [("clip(softmax(z))", "z"), ("return -np.mean(np.sum(y * np.log(z), axis=1))", "return -np.mean(np.log(z[y > 0]))"), (CCE_Z_G, "-y / z / len(y)")]),
    "probabilities not clipped": ("cce", [("np.clip(p, 1e-9, 1 - 1e-9)", "p")]),
    "softmax without the shift by the maximum": ("cce_z", [(" - z.max(axis=1, keepdims=True)", ""), ("clip(softmax(z))", "softmax(z)"), (CCE_Z_G, "(np.exp(z - z.max(1, keepdims=True)) / np.exp(z - z.max(1, keepdims=True)).sum(1, keepdims=True) - y) / len(y)")]),
    "logarithm of a softmax that is rounded to 0": ("cce_z", [("clip(softmax(z))", "softmax(z)"), ("y * np.log(softmax(z))", "np.where(y > 0, np.log(softmax(z)), 0)")]),
    "logarithm of a saturated sigmoid": ("bce_z", [("np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-abs(z))))", "-np.mean(y * np.log(1 / (1 + np.exp(-z))) + (1 - y) * np.log(1 - 1 / (1 + np.exp(-z))))")]),
    "margin forgotten": ("hinge", [("1 - y * p", "-y * p"), ("y * p <= 1", "y * p < 0")]),
    "gradient not zero beyond the margin": ("hinge", [("np.where(y * p <= 1, -y, 0)", "-y")]),
    **{f"1e{n} added inside the logarithm": ("cce", [("np.clip(p, 1e-9, 1 - 1e-9)", f"p + 1e{n}")]) for n in range(-8, -1)},
}  # fmt: skip


def assert_loss_diagnosed(name, seed):
    kind, changes = WRONG_LOSSES[name]
    code = spoiled(LOSSES, *changes)
    like, options = LIKE[kind]
    result = check_loss((code[kind], code[f"{kind}_gradient"]), like, seed=seed, **options)
    assert_diagnosed(result, name)


@pytest.mark.parametrize("name", WRONG_LOSSES)
def test_loss_mistakes(name):
    assert_loss_diagnosed(name, seed=1)


def test_every_loss_mistake_has_its_student():
    assert names(loss_mistakes.MISTAKES) == set(WRONG_LOSSES)


@pytest.mark.parametrize("kind", LIKE)
def test_right_losses(kind):
    code, (like, options) = spoiled(LOSSES), LIKE[kind]
    functions = code[kind], code[f"{kind}_gradient"]
    assert check_loss(functions, like, **options).raise_if_wrong()

    def both(y_pred, y_true):
        return functions[0](y_true, y_pred), functions[1](y_true, y_pred)

    assert check_loss(both, like, **options)

    class WithMemory:
        def forward(self, predictions, targets):
            self.seen = targets, predictions
            return functions[0](*self.seen)

        def backward(self):
            return functions[1](*self.seen)

    assert check_loss(WithMemory, like, **options)


def test_an_unshifted_softmax_is_recognized_behind_a_clip_too():
    kind, changes = WRONG_LOSSES["softmax without the shift by the maximum"]
    code = spoiled(LOSSES, *(c for c in changes if "clip" not in c[0]))
    result = check_loss((code["cce_z"], code["cce_z_gradient"]), LIKE[kind][0], from_logits=True)
    assert_diagnosed(result, "softmax without the shift by the maximum")


def test_a_right_sparse_loss():
    def loss(labels, p):
        rows = np.arange(len(p))
        gradient = np.zeros_like(p)
        gradient[rows, labels] = -1 / p[rows, labels] / len(p)
        return -np.mean(np.log(np.clip(p[rows, labels], 1e-7, 1))), gradient

    result = check_loss(loss, "sparse_categorical_crossentropy")
    assert result.raise_if_wrong()
    assert "textbook" in result.notes[0]


# Optimizers --------------------------------------------------------------------------------------

OPTIMIZERS = """
class SGD:
    def __init__(self, lr, momentum, nesterov, weight_decay):
        self.lr, self.mu, self.nesterov, self.wd = lr, momentum, nesterov, weight_decay or 0
        self.m = {}
    def update(self, params, grads):
        for k in params:
            g = grads[k]
            decay = self.lr * self.wd * params[k]
            params[k] = params[k] - decay
            self.m[k] = self.mu * self.m.get(k, 0) - self.lr * g
            if self.nesterov:
                params[k] = params[k] + self.mu * self.m[k] - self.lr * g
            else:
                params[k] = params[k] + self.m[k]
class RMSprop:
    def __init__(self, lr=0.001, rho=0.9, eps=1e-7):
        self.lr, self.rho, self.eps = lr, rho, eps
        self.v = {}
    def update(self, params, grads):
        for k in params:
            g = grads[k]
            self.v[k] = self.rho * self.v.get(k, 0) + (1 - self.rho) * g**2
            step = self.lr * g / np.sqrt(self.v[k] + self.eps)
            params[k] = params[k] - step
class Adam:
    def __init__(self, lr, beta1, beta2, eps):
        self.lr, self.b1, self.b2, self.eps = lr, beta1, beta2, eps
        self.t = 0
        self.m, self.v = {}, {}
    def update(self, params, grads):
        self.t += 1
        for k in params:
            g = grads["d" + k]
            self.m[k] = self.b1 * self.m.get(k, 0) + (1 - self.b1) * g
            self.v[k] = self.b2 * self.v.get(k, 0) + (1 - self.b2) * g**2
            c1, c2 = 1 - np.float64(self.b1) ** self.t, 1 - np.float64(self.b2) ** self.t
            alpha = self.lr * np.sqrt(c2) / c1
            params[k] = params[k] - alpha * self.m[k] / (np.sqrt(self.v[k]) + self.eps)
"""
MU, NESTEROV, DECAY = (
    {"momentum": 0.9},
    {"momentum": 0.9, "nesterov": True},
    {"momentum": 0.9, "weight_decay": 0.1},
)
ADAM_STEP = "alpha * self.m[k] / (np.sqrt(self.v[k]) + self.eps)"
WRONG_OPTIMIZERS = {
    "sign of the step": ("Adam", {}, [("- alpha", "+ alpha")]),
    "learning rate forgotten": ("SGD", {}, [("self.lr * g", "g")]),
    "state reset in every step": ("Adam", {}, [("        self.t += 1", "        self.t += 1\n        self.m, self.v = {}, {}")]),
    "state shared between parameters": ("Adam", {}, [("self.m[k]", "self.m['all']"), ("self.v[k]", "self.v['all']"), ("get(k", "get('all'")]),
    "momentum convention with (1 - beta)": ("SGD", MU, [("- self.lr * g\n            if", "- (1 - self.mu) * g\n            if"), ("+ self.m[k]", "+ self.lr * self.m[k]")]),
    "Nesterov's look-ahead missing": ("SGD", NESTEROV, [("if self.nesterov", "if False")]),
    "Nesterov where plain momentum was asked for": ("SGD", MU, [("if self.nesterov", "if True")]),
    "learning rate applied twice": ("SGD", MU, [("+ self.m[k]", "+ self.lr * self.m[k]")]),
    "sign of the momentum": ("SGD", MU, [("= self.mu * self.m.get", "= -self.mu * self.m.get")]),
    "gradient not squared": ("Adam", {}, [("g**2", "g")]),
    "root forgotten": ("RMSprop", {}, [("np.sqrt(self.v[k] + self.eps)", "(self.v[k] + self.eps)")]),
    "rho and 1 - rho swapped": ("RMSprop", {}, [("self.rho * self.v", "(1 - self.rho) * self.v"), ("(1 - self.rho) * g", "self.rho * g")]),
    "squares added up without forgetting": ("RMSprop", {}, [("self.rho * self.v", "self.v"), ("(1 - self.rho) * g", "g")]),
    "epsilon missing": ("RMSprop", {}, [(" + self.eps", "")]),
    "epsilon inside the root": ("Adam", {}, [("(np.sqrt(self.v[k]) + self.eps)", "np.sqrt(self.v[k] + self.eps)")]),
    "epsilon inside the root, beside the corrected v": ("Adam", {}, [(ADAM_STEP, "self.lr * self.m[k] / c1 / np.sqrt(self.v[k] / c2 + self.eps)")]),
    "bias correction missing": ("Adam", {}, [("* np.sqrt(c2) / c1", "")]),
    "bias correction of m missing": ("Adam", {}, [("/ c1", "")]),
    "bias correction of v missing": ("Adam", {}, [("* np.sqrt(c2)", "")]),
    "root of v's bias correction forgotten": ("Adam", {}, [("np.sqrt(c2)", "c2")]),
    "t starts at 0": ("Adam", {}, [("self.t = 0", "self.t = -1")]),
    "t one too large": ("Adam", {}, [("self.t = 0", "self.t = 1")]),
    "t never raised": ("Adam", {}, [("self.t += 1", "self.t = 1")]),
    "t raised for every parameter instead of every step": ("Adam", {}, [("        self.t += 1\n", ""), ("            g = grads[\"d\"", "            self.t += 1\n            g = grads[\"d\"")]),
    "beta_1 and beta_2 swapped": ("Adam", {}, [("= lr, beta1, beta2", "= lr, beta2, beta1")]),
    "factor 1 - beta_1 missing": ("Adam", {}, [("(1 - self.b1) * g", "g")]),
    "factor 1 - beta_2 missing": ("Adam", {}, [("(1 - self.b2) * g", "g")]),
    "weight decay inside the gradient (L2) instead of decoupled": ("SGD", DECAY, [("g = grads[k]\n            decay", "g = grads[k] + self.wd * params[k]\n            decay"), ("- decay", "")]),
    "weight decay without the learning rate": ("SGD", DECAY, [("self.lr * self.wd", "self.wd")]),
    "weight decay forgotten": ("SGD", DECAY, [("- decay", "")]),
    **{f"another epsilon: 1e{n}": ("Adam", {}, [("= lr, beta1, beta2, eps", f"= lr, beta1, beta2, 1e{n}")]) for n in (-10, -9, -8, -6, -5, -4, -3)},
}  # fmt: skip


def assert_optimizer_diagnosed(name, seed):
    cls, options, changes = WRONG_OPTIMIZERS[name]
    # The textbook's rules, taken from one class, are spoiled in that class alone.
    start = OPTIMIZERS.index(f"class {cls}")
    end = OPTIMIZERS.find("class", start + 1)
    source = OPTIMIZERS[start : end if end > 0 else None]
    result = check_optimizer(spoiled(source, *changes)[cls], cls.lower(), seed=seed, **options)
    assert_diagnosed(result, name)


@pytest.mark.parametrize("name", WRONG_OPTIMIZERS)
def test_optimizer_mistakes(name):
    assert_optimizer_diagnosed(name, seed=1)


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_mistakes_are_recognized_with_other_numbers(seed):
    for diagnosed, students in (
        (assert_dense_diagnosed, WRONG_DENSE),
        (assert_loss_diagnosed, WRONG_LOSSES),
        (assert_optimizer_diagnosed, WRONG_OPTIMIZERS),
    ):
        for name in list(students)[seed::5]:
            diagnosed(name, seed)


def test_every_optimizer_mistake_has_its_student():
    assert names(optimizer_mistakes.MISTAKES) == set(WRONG_OPTIMIZERS)


@pytest.mark.parametrize(
    ("cls", "options"),
    [("SGD", {}), ("SGD", MU), ("SGD", NESTEROV), ("SGD", DECAY), ("RMSprop", {"rho": 0.8}),
     ("Adam", {"learning_rate": 0.1}), ("Adam", {"epsilon": 1e-3})],
)  # fmt: skip
@pytest.mark.parametrize("seed", [0, 3])
def test_right_optimizers(cls, options, seed):
    result = check_optimizer(spoiled(OPTIMIZERS)[cls], cls.lower(), seed=seed, **options)
    assert result.raise_if_wrong()
    assert not result.notes


@pytest.mark.parametrize("like", ["sgd", "rmsprop", "adam"])
def test_the_catalogues_own_rules_are_right(like):
    """Without a mistake, each rule is scratch's optimizer: else no mistake could be recognized."""
    rule = RULES[like]
    for options in (
        {},
        {"learning_rate": 0.3},
        {"momentum": 0.5} if like != "adam" else {"amsgrad": True},
    ):
        defaults = {
            "momentum": 0.0,
            "nesterov": False,
            "rho": 0.9,
            "epsilon": 1e-7,
            "beta_1": 0.9,
            "beta_2": 0.999,
            "centered": False,
            "amsgrad": False,
            "weight_decay": None,
        }
        h = {**defaults, **options}

        def step(w, g, state, t, learning_rate, h=h):
            from types import SimpleNamespace

            memory = state.setdefault("memory", __import__("collections").defaultdict(float))
            return w - rule(g, memory, t, SimpleNamespace(**h, lr=learning_rate))

        assert check_optimizer(step, like, **options).raise_if_wrong()


# Styles ------------------------------------------------------------------------------------------


class Affine:
    """Weights are given, and kept in a dictionary."""

    def __init__(self, W, b):
        self.params = {"W": W, "b": b}
        self.grads = {}

    def forward(self, inputs):
        self.inputs = inputs
        return inputs @ self.params["W"] + self.params["b"]

    def backward(self, grad_output):
        self.grads["dW"] = self.inputs.T @ grad_output
        self.grads["db"] = grad_output.sum(0)
        return grad_output @ self.params["W"].T


class Lazy:
    """Makes its weights on first use; returns everything."""

    def __init__(self, units, activation=None):
        self.units = units
        self.kernel: Any = None
        self.bias: Any = None

    def __call__(self, X):
        if self.kernel is None:
            self.kernel = np.ones((X.shape[1], self.units), "float32")
            self.bias = np.zeros((1, self.units), "float32")
        self.X = X
        return X @ self.kernel + self.bias

    def backprop(self, dA):
        return dA @ self.kernel.T, self.X.T @ dA, dA.sum(axis=0, keepdims=True)


class Torchlike:
    """Adds gradients up, and can be told to forget them."""

    def __init__(self, in_features, out_features):
        self.weight = np.zeros((in_features, out_features))
        self.bias = np.zeros(out_features)
        self.zero_grad()

    def zero_grad(self):
        self.weight_grad, self.bias_grad = 0, 0

    def forward(self, x):
        self.x = x
        return x @ self.weight + self.bias

    def backward(self, grad):
        self.weight_grad += self.x.T @ grad
        self.bias_grad += grad.sum(0)
        return grad @ self.weight.T


class Quiet:
    """Returns nothing, leaves everything as attributes."""

    def __init__(self, n_inputs, n_neurons):
        self.weights = 0.01 * np.ones((n_inputs, n_neurons))
        self.biases = np.zeros((1, n_neurons))

    def forward(self, inputs):
        self.inputs = inputs
        self.output = np.dot(inputs, self.weights) + self.biases

    def backward(self, dvalues):
        self.dweights = np.dot(self.inputs.T, dvalues)
        self.dbiases = np.sum(dvalues, axis=0, keepdims=True)
        self.dinputs = np.dot(dvalues, self.weights.T)


class Silent:
    """Neither returns its output nor keeps it."""

    def forward(self, x):
        pass

    def backward(self, dy):
        return dy


class OutputsFirst(Affine):
    """Stores its weights as torch does."""

    def __init__(self, n_in, n_out):
        super().__init__(np.ones((n_out, n_in)), np.ones(n_out))


def affine_forward(x, w, b):
    return x @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)


def linear_backward(dZ, A_prev, W, b):
    return {"dA_prev": dZ @ W.T, "dW": A_prev.T @ dZ, "db": dZ.sum(axis=0)}


def module(**functions):
    made = ModuleType("somebody")
    vars(made).update(functions)
    return made


RIGHT_DENSE = [
    Affine,
    Quiet,
    Lazy,
    Torchlike,
    Torchlike(5, 2),
    (affine_forward, affine_backward),
    (lambda i, k, c: i @ k + c, linear_backward),
    module(forward=affine_forward, backward=affine_backward),
]


@pytest.mark.parametrize("layer", RIGHT_DENSE)
@pytest.mark.parametrize("seed", [0, 7])
def test_right_layers_of_many_styles(layer, seed):
    result = check_layer(layer, "dense", units=2, seed=seed)
    assert result.raise_if_wrong() is result
    assert set(result.right) == {"output", "dW", "db", "dx"}


def test_a_layer_without_a_bias_and_without_dx():
    class First:
        def __init__(self, n_in, n_out):
            self.W = np.zeros((n_in, n_out))

        def forward(self, x):
            self.x = x
            return x @ self.W

        def backward(self, dy):
            self.grad_W = self.x.T @ dy

    result = check_layer(First, "dense", use_bias=False)
    assert result
    assert "dx was not returned" in result.notes[0]


def test_float32_code_is_measured_by_float32():
    class Single(Affine):
        def forward(self, inputs):
            return super().forward(inputs.astype("float32")).astype("float32")

    assert check_layer(Single, "dense")


RIGHT_ACTIVATIONS = {
    "linear": (lambda z: z, lambda dy, z: dy),
    "relu": (lambda x: np.maximum(0, x), lambda x: (x > 0).astype(float)),
    "sigmoid": (sigmoid, lambda s: s * (1 - s)),
    "tanh": (np.tanh, lambda dout, out: dout * (1 - out**2)),
    "softmax": (softmax, softmax_backward),
}


@pytest.mark.parametrize("like", RIGHT_ACTIVATIONS)
def test_right_activations(like):
    assert check_layer(RIGHT_ACTIVATIONS[like], like).raise_if_wrong()


@pytest.mark.parametrize("step", [
    lambda w, g, lr: w - lr * g,
    lambda theta, grad, state, eta: (theta - eta * grad, state),
    lambda params, grads, learning_rate: [p - learning_rate * g for p, g in zip(params, grads, strict=True)],
    lambda parameters, gradients, alpha: {k: parameters[k] - alpha * gradients["d" + k] for k in parameters},
])  # fmt: skip
def test_right_steps_as_functions(step):
    assert check_optimizer(step, "sgd").raise_if_wrong()


def test_an_optimizer_that_cannot_be_told_a_new_learning_rate():
    """Its learning rate stays, in every run."""

    class Fixed:
        def __init__(self, lr):
            self.settings = {"lr": lr}

        def step(self, w, g):
            return w - self.settings["lr"] * g

    assert check_optimizer(Fixed, "sgd", learning_rate=0.1).raise_if_wrong()
    assert check_optimizer(lambda w, g: w - 0.01 * g, "sgd").raise_if_wrong()

    def configured(w, dw, config):
        config.setdefault("v", np.zeros_like(w))
        config["v"] = 0.9 * config["v"] - 0.01 * dw
        return w + config["v"], config

    assert check_optimizer(configured, "sgd", momentum=0.9).raise_if_wrong()


def test_an_object_brings_its_own_hyperparameters():
    class InPlace:
        def __init__(self, eta=0.5):
            self.eta = eta

        def step(self, w, g):
            w -= self.eta * g

    assert check_optimizer(InPlace(0.25), "sgd").like == "sgd(learning_rate=0.25)"
    assert check_optimizer(InPlace(0.25), "sgd")


def test_conventions_are_right_and_named():
    textbook = spoiled(
        OPTIMIZERS[OPTIMIZERS.index("class Adam") :],
        (ADAM_STEP, "self.lr * self.m[k] / c1 / (np.sqrt(self.v[k] / c2) + self.eps)"),
    )
    result = check_optimizer(textbook["Adam"], "adam")
    assert result.raise_if_wrong()
    assert "Algorithm 1" in result.notes[0]

    def momentum(w, g, state, mu, lr):
        state["v"] = mu * state.get("v", 0) + g
        return w - lr * state["v"]

    result = check_optimizer(momentum, "sgd", momentum=0.9)
    assert result.raise_if_wrong()
    assert "PyTorch" in result.notes[0]


# Every name, what is told, and what cannot be checked --------------------------------------------


# What a layer or an activation cannot be used without.
NEEDED = {
    "dropout": {"rate": 0.0},
    "einsum_dense": {"equation": "ab,bc->ac", "output_shape": 3},
    "group_normalization": {"groups": 2},
    "permute": {"dims": (2, 1), "input_shape": (3, 4)},
    "repeat_vector": {"n": 2},
    "rescaling": {"scale": 2.0},
    "reshape": {"target_shape": (2, 2)},
    "threshold": {"threshold": 0.5, "default_value": 0.0},
}
WEIGHTS = {
    "batch_normalization": ("gamma", "beta"),
    "dense": ("W", "b"),
    "einsum_dense": ("W",),
    "group_normalization": ("gamma", "beta"),
    "layer_normalization": ("gamma", "beta"),
    "p_re_lu": ("alpha",),
    "rms_normalization": ("scale",),
}


@pytest.mark.parametrize("like", reference_names())
def test_every_layer_and_activation_can_be_checked(like):
    """Somebody's layer that gives a third of a number: wrong like any of them, never an error."""
    names = WEIGHTS.get(like, ())
    of = {"forward": ("x", *names), "backward": ("dy", "x", *names)}
    code = spoiled(
        "def forward(x): return x[..., :1] / 3\n"
        f"def backward(dy): return np.zeros_like(x), {' 0.0,' * len(names)}",
        *(
            (f"def {name}({args[0]})", f"def {name}({', '.join(args)})")
            for name, args in of.items()
        ),
    )
    needed: Any = NEEDED.get(like, {})
    result = check_layer((code["forward"], code["backward"]), like, **needed)
    assert not result
    assert {finding.quantity for finding in result.findings} >= {
        "output", "dx", *(f"d{name}" for name in names)
    }  # fmt: skip


@pytest.mark.parametrize("like", sorted({c.__name__ for c in layer_names().values() if excuse(c)}))
def test_a_layer_that_cannot_be_checked_is_refused_with_the_reason(like):
    with pytest.raises(ValueError, match=f"{like} cannot be checked: it .{{10}}"):
        check_layer((abs, abs), like)


BATCH_NORMALIZATION = """
class BatchNorm:
    def __init__(self, gamma, beta, eps=1e-3):
        self.gamma, self.beta, self.eps = gamma, beta, eps
    def forward(self, x):
        m = len(x)
        self.xmu = x - x.sum(axis=0) / m
        self.ivar = 1 / np.sqrt((self.xmu**2).sum(axis=0) / m + self.eps)
        self.xhat = self.xmu * self.ivar
        return self.gamma * self.xhat + self.beta
    def backward(self, dy):
        m = len(dy)
        self.dgamma, self.dbeta = (dy * self.xhat).sum(axis=0), dy.sum(axis=0)
        dxhat = dy * self.gamma
        dvar = (dxhat * self.xmu).sum(axis=0) * -0.5 * self.ivar**3
        dmu = -(dxhat * self.ivar).sum(axis=0)
        return dxhat * self.ivar + dvar * 2 * self.xmu / m + dmu / m
"""


def test_a_batch_normalization_is_checked_in_training():
    assert check_layer(spoiled(BATCH_NORMALIZATION)["BatchNorm"], "batch_normalization")
    for change, wrong in {
        (" + dmu / m", ""): {"dx"},
        ("eps=1e-3", "eps=1e-5"): {"output", "dgamma", "dx"},
        ("(dy * self.xhat).sum(axis=0)", "dy * self.xhat"): {"dgamma"},
    }.items():
        code = spoiled(BATCH_NORMALIZATION, change)["BatchNorm"]
        result = check_layer(code, "batch_normalization")
        assert {f.quantity for f in result.findings} == wrong


@pytest.mark.parametrize("loss", losses.FUNCTIONS)
def test_every_loss_can_be_checked(loss):
    result = check_loss((lambda y, p: 7.0, lambda y, p: np.full(p.shape, 7.0)), loss.__name__)
    assert {finding.quantity for finding in result.findings} == {"loss", "dp"}
    assert not result.diagnoses


WRAPPERS = ("Optimizer", "LossScaleOptimizer")  # around an update that another one has
OPTIMIZER_NAMES = [n for n in optimizers.__all__ if n[0].isupper() and n not in WRAPPERS]


@pytest.mark.parametrize("like", OPTIMIZER_NAMES)
def test_every_optimizer_can_be_checked(like):
    result = check_optimizer(lambda w, g: w + 1, like)
    assert [f.quantity for f in result.findings] == ["W1 after step 1", "W2 after step 1"]


def test_names():
    assert {"dense", "flatten", "dropout", *_activations()} < set(reference_names())
    assert "add" not in reference_names()
    assert layer_names()["Dense"] is layer_names()["dense"]


def test_two_mistakes_at_once():
    code = spoiled(DENSE, (DB, "dz"), (DW, DW + " / len(dy)"))
    result = check_layer(code["Dense"], activation="sigmoid")
    assert {f.quantity: f.diagnosis for f in result.findings} == {
        "dW": "weight gradient with an extra 1/m",
        "db": "bias gradient not summed over the batch",
    }
    code = spoiled(DENSE, (" + self.b", ""), (DW, "dz.T @ self.x"))
    result = check_layer(code["Dense"], activation="sigmoid")
    found = {f.quantity: f.diagnosis for f in result.findings}
    assert found["output"] == "missing bias"
    assert found["dW"] is None
    assert "mend that first" in str(result)


def test_what_a_finding_says():
    code = spoiled(DENSE, (DB, "3 * dz.sum(axis=0)"))
    result = check_layer(code["Dense"], activation="sigmoid", units=4)
    (finding,) = result.findings
    assert finding.quantity == "db"
    assert finding.actual == pytest.approx(3 * finding.expected)
    assert finding.index is not None
    assert len(finding.index) == 1
    assert finding.where == "5 samples, 5 inputs, 4 units"
    assert finding.diagnosis is None
    assert finding.advice == ("Every entry is 3 times what it should be.",)
    assert re.search(r"wrong  db\[\d\] is -?[\d.]+, expected -?[\d.]+ \(4 of 4 entries are off\)",
                     str(result))  # fmt: skip
    with pytest.raises(testing.WrongAnswerError, match="Every entry is 3 times"):
        result.raise_if_wrong()


def test_code_that_raises_is_wrong_and_says_so():
    result = check_layer((lambda x, W, b: x @ W + b, lambda dy, x, W, b: 1 / 0), "dense")
    assert not result
    (finding,) = result.findings
    assert finding.message == "output: raised ZeroDivisionError: division by zero"
    assert finding.diagnosis is None


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (lambda: check_layer(3, "dense"), "class or an object with forward"),
        (lambda: check_layer(type("A", (), {"forward": lambda self, x: x}), "relu"), "backward"),
        (
            lambda: check_layer(type("A", (), {"__init__": lambda self, foo: None}), "dense"),
            "'foo'",
        ),
        (lambda: check_layer(OutputsFirst, units=2), "inputs, units"),
        (lambda: check_layer((affine_forward, lambda dy, x: dy), "dense"), "no gradient of kernel"),
        (lambda: check_layer(Silent, "tanh"), "forward returned nothing"),
        (lambda: check_loss(lambda y, p: 1.0, "mse"), "returned one value"),
        (lambda: check_loss(3, "mse"), "Expected a loss"),
        (lambda: check_optimizer(3, "sgd"), "step\\(w, g\\) and update"),
    ],
)
def test_what_fits_nothing_is_told_what_is_missing(check, message):
    with pytest.raises(testing.NothingFitsError, match=message):
        check()


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (lambda: check_layer(Affine, "dens"), "Unknown layer or activation"),
        (lambda: check_layer((abs, abs), "relu", foo=1), "no argument 'foo'"),
        (lambda: check_loss((abs, abs), "msee"), "msee"),
        (lambda: check_loss((abs, abs), "mse", foo=1), "no argument 'foo'"),
        (lambda: check_optimizer(abs, "sgd", foo=1), "no argument 'foo'"),
    ],
)
def test_wrong_names_and_options(check, message):
    with pytest.raises(ValueError, match=message):
        check()


# Gradients ---------------------------------------------------------------------------------------


def test_check_gradient():
    x = np.random.default_rng(5).normal(size=(2, 3))
    assert check_gradient(lambda x: np.sum(np.sin(x)), x, np.cos).like == "its complex step"
    assert check_gradient(lambda x: np.sum(np.sin(x)), x, np.cos)
    assert check_gradient(lambda x: (np.sum(x**2), 2 * x), x)
    result = check_gradient(lambda x: np.sum(x**2), x, 2 * x + np.eye(2, 3) * 1e-6)
    (finding,) = result.findings
    assert finding.index in {(0, 0), (1, 1)}
    assert check_gradient(lambda x: np.sum(x**2), x, -2 * x).diagnoses == ["sign"]
    square = x[:, :2]
    result = check_gradient(lambda x: np.sum(np.exp(x)), square, np.exp(square).T)
    assert result.diagnoses == ["gradient transposed"]


def test_check_gradient_is_not_misled_by_what_complex_numbers_pass():
    """|x| of a complex number is its modulus: the complex step would give 0."""
    x = np.array([1.0, -2.0, 3.0])
    result = check_gradient(lambda x: 1000 * np.sum(np.abs(x)), x, lambda x: 1000 * np.sign(x))
    assert result.like == "its central difference"
    assert result
    assert not check_gradient(lambda x: np.sum(np.abs(x)), x, np.zeros(3))
    assert check_gradient(lambda x: np.sum(np.maximum(x.real, 0.0)), x, x > 0)


@pytest.mark.parametrize("rate", [1.0, 30.0, 300.0])
@pytest.mark.parametrize("passes", [True, False])
def test_check_gradient_allows_for_what_a_difference_cannot_tell(rate, passes):
    """The third derivative grows with the cube of the rate, the error of a difference with it."""
    x = np.array([0.01, -0.02, 0.05])

    def f(x):
        return np.sum(np.sin(rate * (x if passes else x.astype(float))))

    right = rate * np.cos(rate * x)
    assert check_gradient(f, x, right).raise_if_wrong()
    wrong = check_gradient(f, x, right * [1, 1.001, 1])
    assert [finding.index for finding in wrong.findings] == [(1,)]


def test_check_gradient_asks_for_what_it_needs():
    with pytest.raises(ValueError, match="No gradient to check"):
        check_gradient(np.sum, np.ones(2))
    with pytest.raises(ValueError, match="one number"):
        check_gradient(np.sin, np.ones(2), np.cos)


def test_bounds_are_half_of_the_digits():
    assert bounds.agreement("float64") == 2**-26.5
    assert bounds.agreement("float32") == 2**-12
    assert bounds.roundoff("int64") == 2**-53
