# ruff: noqa: E501 - one line a value
"""Activations: on each side of every bend, and on it.

The weights are the identity, so the numbers in `EDGES` are what the activation gets.
"""

from functools import partial

import numpy as np

from parity_tests.harness.case import Case, classes, given, normal, onehot

TINY = float(np.finfo("float32").tiny)
EDGES = np.array(
    [
        [0.0, -0.0, 1.0, -1.0],
        [1e-7, -1e-7, 0.5, -0.5],
        [20.0, -20.0, 3.0, -3.0],
        [90.0, -90.0, 6.0, -6.0],
        [TINY, -TINY, 2.0, -2.0],
    ],
    "float32",
)
NAMES = ("linear", "relu", "sigmoid", "tanh", "softmax")
MORE_NAMES = (
    "celu", "elu", "gelu", "hard_shrink", "hard_sigmoid", "hard_silu", "hard_swish", "hard_tanh",
    "leaky_relu", "log_sigmoid", "log_softmax", "mish", "relu6", "selu", "silu", "soft_shrink",
    "softplus", "softsign", "sparse_plus", "sparse_sigmoid", "sparsemax", "squareplus", "swish",
    "tanh_shrink",
)  # fmt: skip
# A function with settings of its own, and inputs on its bends.
SETTINGS = [
    ("relu", {"negative_slope": 0.1}),
    ("relu", {"max_value": 2.0}),
    ("relu", {"max_value": 6.0}),
    ("relu", {"max_value": 6.0, "negative_slope": 0.1}),
    ("relu", {"threshold": 0.5}),
    ("relu", {"threshold": 0.5, "max_value": 2.0, "negative_slope": 0.2}),
    ("relu", {"threshold": -0.5, "max_value": 0.5, "negative_slope": -0.25}),
    ("leaky_relu", {"negative_slope": 0.1}),
    ("elu", {"alpha": 0.3}),
    ("elu", {"alpha": -0.3}),
    ("celu", {"alpha": 0.3}),
    ("gelu", {"approximate": True}),
    ("squareplus", {"b": 0.3}),
    ("threshold", {"threshold": 0.5, "default_value": 7.0}),
    ("hard_shrink", {"threshold": 1.0}),
    ("soft_shrink", {"threshold": 1.0}),
    ("softmax", {"axis": 0}),
    ("log_softmax", {"axis": 0}),
    ("sparsemax", {"axis": 0}),
]
TIES = [[1.0, 1.0, 1.0, 1.0], [2.0, 2.0, -1.0, 2.0], [0.0, 0.0, 0.0, 0.0]]
FAR = [[800.0, 0.0, -800.0, 1.0], [-1e4, -1e4, -1e4, -1e4], [1e4, 1e4, 0.0, 0.0]]


def SLOW(keras):  # noqa: N802 - a value
    """Steps so small that inputs of 90 don't make training explode: 90^2 lr < 2."""
    return keras.optimizers.SGD(1e-4)


def _case(name, activation, x, rows, **more):
    return Case(
        f"{activation}/{name}",
        lambda k: [k.layers.Dense(4, activation, use_bias=False)],
        x,
        normal(rows, 4),
        weights=[np.eye(4)],
        optimizer=SLOW,
        **more,
    )


def _hidden(name):
    return Case(
        f"{name}/hidden",
        lambda k: [k.layers.Dense(6, name), k.layers.Dense(5, name), k.layers.Dense(4, "softmax")],
        normal(8, 5),
        onehot(8, 4),
        loss="categorical_crossentropy",
    )


def _with_settings(name, settings):
    said = ", ".join(f"{key} {value:g}" for key, value in settings.items())
    return Case(
        f"{name}/{said}",
        lambda k: [
            k.layers.Dense(4, partial(getattr(k.activations, name), **settings), use_bias=False)
        ],
        given(EDGES),
        normal(5, 4),
        weights=[np.eye(4)],
        optimizer=SLOW,
    )


def _function(name):
    return Case(
        f"{name}/as a function",
        lambda k: [k.layers.Dense(4, getattr(k.activations, name)), k.layers.Dense(3, "softmax")],
        normal(8, 5),
        classes(8, 3),
        loss="sparse_categorical_crossentropy",
    )


CASES = [
    *(_case("edges", name, given(EDGES), 5) for name in NAMES),
    *(_case("random", name, normal(8, 4, scale=2), 8) for name in NAMES),
    *(_case("far", name, given(FAR), 3) for name in NAMES if name != "linear"),
    # A slope that is 1e-17 or lost to rounding: Lamb makes either a step of full length.
    Case("elu/almost flat", lambda k: [k.layers.Dense(4, "elu", use_bias=False)], given([[-36.0, -37.5, -40.0, -1.0], [-39.0, -38.0, -45.0, -2.0]]), normal(2, 4), weights=[np.eye(4)], optimizer=lambda k: k.optimizers.Lamb(0.001)),
    _case("ties", "softmax", given(TIES), 3),
    _case("zero exactly", "relu", given([[0.0, 0.0, 1.0, -1.0]]), 1, exact=False),
    *(_hidden(name) for name in NAMES),
    *(_function(name) for name in NAMES),
    Case("relu/in a user's function", lambda k: [k.layers.Dense(4, lambda x: k.activations.relu(x, negative_slope=0.2, threshold=0.5), use_bias=False)], given(EDGES), normal(5, 4), weights=[np.eye(4)], optimizer=SLOW),
    *(_case("edges", name, given(EDGES), 5) for name in MORE_NAMES if name != "selu"),
    _case("edges", "selu", given(EDGES), 5, untrue="TensorFlow's e^x - 1 is 0 from rounding on, and its slope then that of the side above 0"),
    *(_hidden(name) for name in MORE_NAMES),
    *(_with_settings(name, settings) for name, settings in SETTINGS),
    *(_case("far", name, given(FAR), 3) for name in ("celu", "elu", "gelu", "log_sigmoid", "log_softmax", "mish", "selu", "silu", "softplus", "softsign", "squareplus", "tanh_shrink")),
    _case("ties", "sparsemax", given([[0.3, 0.3, -2.0, -2.0], [0.1, 0.1, 0.1, 0.1], [1.0, 1.0, -1.0, 0.5]]), 3),
    _case("ties", "log_softmax", given(TIES), 3),
    _case("small numbers", "exponential", normal(5, 4), 5),
    Case("exponential/hidden", lambda k: [k.layers.Dense(6, "tanh"), k.layers.Dense(5, "exponential"), k.layers.Dense(4, "softmax")], normal(8, 5), onehot(8, 4), loss="categorical_crossentropy"),
    Case("glu/random", lambda k: [k.layers.Dense(4, "glu")], normal(8, 5, scale=2), normal(8, 2)),
    Case("glu/another axis", lambda k: [k.layers.Dense(3, partial(k.activations.glu, axis=1))], normal(5, 4, 2), normal(5, 2, 3)),
    Case("relu/with a slope", lambda k: [k.layers.Dense(4, lambda x: k.activations.relu(x, negative_slope=0.1), use_bias=False)], given(EDGES), normal(5, 4), weights=[np.eye(4)], optimizer=SLOW),
    Case("relu/with a cap", lambda k: [k.layers.Dense(4, lambda x: k.activations.relu(x, max_value=2.0), use_bias=False)], given(EDGES), normal(5, 4), weights=[np.eye(4)], optimizer=SLOW),
    Case("relu/capped at six", lambda k: [k.layers.Dense(4, lambda x: k.activations.relu(x, max_value=6.0), use_bias=False)], given(EDGES), normal(5, 4), weights=[np.eye(4)], optimizer=SLOW),
    Case("relu/with a threshold", lambda k: [k.layers.Dense(4, lambda x: k.activations.relu(x, negative_slope=0.2, threshold=0.5), use_bias=False)], given(EDGES), normal(5, 4), weights=[np.eye(4)], optimizer=SLOW),
]  # fmt: skip
