# ruff: noqa: E501 - one line a step
"""Right code of many styles passes."""

import inspect
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from parity_tests.suite.testing.students import spoiled
from parity_tests.suite.testing.test_layers import sigmoid, softmax, softmax_backward
from parity_tests.suite.testing.test_optimizers import ADAM_STEP, OPTIMIZERS
from scratch.testing import check_layer, check_optimizer


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


@pytest.mark.parametrize("told", ["nothing", "anything"])
def test_a_function_of_an_older_numpy_tells_nothing_of_what_it_takes(monkeypatch, told):
    real = inspect.signature

    def signature(function, **options):
        if not isinstance(function, np.ufunc):
            return real(function, **options)
        if told == "nothing":
            raise ValueError("no signature")
        return real(lambda *args, **kwargs: None)

    monkeypatch.setattr(inspect, "signature", signature)
    pair = np.tanh, lambda dout, out: dout * (1 - out**2)
    check_layer(pair, "tanh").raise_if_wrong()
    assert not check_layer((np.sinh, pair[1]), "tanh")
