"""Whole networks of students: held against the cost that stands beside them, and not another."""

from typing import Any

import pytest

from scratch.testing.check_networks import check_network

SOURCE = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def cost_per_sample(A2):
    return np.sum(A2)

{cost}

def forward(X, parameters):
    A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
    A2 = sigmoid(parameters["W2"] @ A1 + parameters["b2"])
    return A2, (A1, A2)

def backward(parameters, cache, X, Y):
    A1, A2 = cache
    m = X.shape[1]
    dZ2 = {slope}
    dZ1 = parameters["W2"].T @ dZ2 * (1 - A1 ** 2)
    return {{
        "dW1": dZ1 @ X.T / m, "db1": dZ1.sum(axis=1, keepdims=True) / m,
        "dW2": dZ2 @ A1.T / m, "db2": dZ2.sum(axis=1, keepdims=True) / m,
    }}
"""
COSTS = {
    "squares": (
        "def compute_cost(A2, Y):\n    return np.sum((A2 - Y) ** 2) / (2 * Y.shape[1])",
        "(A2 - Y) * A2 * (1 - A2)",
    ),
    "squares, labels first": (
        "def the_loss(Y, A2):\n    return np.sum((A2 - Y) ** 2) / (2 * Y.shape[1])",
        "(A2 - Y) * A2 * (1 - A2)",
    ),
    "crossentropy": (
        "def compute_cost(A2, Y):\n"
        "    return -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / Y.shape[1]",
        "A2 - Y",
    ),
    "none": ("", "A2 - Y"),
}


def student(cost, slope):
    module: dict[str, Any] = {}
    exec(SOURCE.format(cost=cost, slope=slope), module)
    return module["forward"], module["backward"]


@pytest.mark.parametrize("name", COSTS)
def test_its_own_cost_counts(name):
    """Without one it is the crossentropy; a function of one argument is no cost of a batch."""
    cost, slope = COSTS[name]
    assert check_network(student(cost, slope))
    other = "A2 - Y" if "squares" in name else "(A2 - Y) * A2 * (1 - A2)"
    assert not check_network(student(cost, other))


@pytest.mark.parametrize("seed", [0, 5])
def test_another_activation_is_noticed(seed):
    cost, slope = COSTS["crossentropy"]
    forward, _ = student(cost, slope)
    module: dict[str, Any] = {}
    exec(SOURCE.format(cost=cost, slope=slope).replace("1 - A1 ** 2", "1 - A1"), module)
    assert not check_network((forward, module["backward"]), seed=seed)


INITIALIZER = """
def initialize_parameters(outputs, hidden=4, inputs=3):
    return {
        "W1": np.ones((hidden, inputs)), "b1": np.zeros((hidden, 1)),
        "W2": np.ones((outputs, hidden)), "b2": np.zeros((outputs, 1)),
    }
"""


def test_what_an_initializer_has_by_default_is_left_to_it():
    """It asks for one number, and gets no three."""
    module: dict[str, Any] = {}
    exec(SOURCE.format(cost="", slope="A2 - Y") + INITIALIZER, module)
    assert check_network((module["forward"], module["backward"]))
