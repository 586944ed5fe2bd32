# ruff: noqa: E501 - one line a value
"""Penalties on weights and on activity, on weights that are exactly zero too."""

import numpy as np

from parity_tests.harness.case import Case, classes, normal, uniform

KERNEL = np.array([[0.0, 0.5, -0.5], [0.0, -2.0, 1e-3], [1.0, 0.0, -1e-3], [0.3, 0.0, 0.0]])
BIAS = [0.0, 0.25, -0.75]


def _dense(name, weights=True, **options):
    """One Dense layer with these regularizers; each option is a function of the library."""
    return Case(
        f"regularizer/{name}",
        lambda k: [k.layers.Dense(3, **{o: value(k) for o, value in options.items()})],
        normal(6, 4),
        normal(6, 3),
        uniform(6, low=0.2, high=2.0),
        weights=[KERNEL, BIAS] if weights else None,
    )


CASES = [
    _dense("l1", kernel_regularizer=lambda k: k.regularizers.L1(0.03)),
    _dense("l2", kernel_regularizer=lambda k: k.regularizers.L2(0.07)),
    _dense("l1 and l2", kernel_regularizer=lambda k: k.regularizers.L1L2(0.03, 0.07)),
    _dense("l1l2 with l1 only", kernel_regularizer=lambda k: k.regularizers.L1L2(l1=0.03)),
    _dense("l1l2 with l2 only", kernel_regularizer=lambda k: k.regularizers.L1L2(l2=0.03)),
    _dense("string l1", kernel_regularizer=lambda k: "l1"),
    _dense("string l2", kernel_regularizer=lambda k: "l2"),
    _dense("config", kernel_regularizer=lambda k: {"class_name": "L1L2", "config": {"l1": 0.25, "l2": 0.5}}),
    _dense("bias", bias_regularizer=lambda k: k.regularizers.L2(0.07)),
    _dense("kernel and bias", kernel_regularizer=lambda k: k.regularizers.L1(0.03), bias_regularizer=lambda k: k.regularizers.L1L2(0.01, 0.07)),
    _dense("activity l1", activity_regularizer=lambda k: k.regularizers.L1(0.03)),
    _dense("activity l2", activity_regularizer=lambda k: k.regularizers.L2(0.07)),
    _dense("everything", kernel_regularizer=lambda k: "l2", bias_regularizer=lambda k: "l1", activity_regularizer=lambda k: k.regularizers.L1L2(0.02, 0.01)),
    Case("regularizer/hidden activity", lambda k: [k.layers.Dense(5, "relu", activity_regularizer=k.regularizers.L1(0.05)), k.layers.Dense(3, "softmax", kernel_regularizer="l2")], normal(6, 4), classes(6, 3), loss="sparse_categorical_crossentropy"),
    Case("regularizer/activity before a fused loss", lambda k: [k.layers.Dense(5, "relu"), k.layers.Dense(3, "softmax", activity_regularizer=k.regularizers.L2(0.05))], normal(6, 4), classes(6, 3), loss="sparse_categorical_crossentropy"),
    Case("regularizer/frozen layer", lambda k: [k.layers.Dense(5, "tanh", kernel_regularizer="l2", trainable=False), k.layers.Dense(3, kernel_regularizer="l1")], normal(6, 4), normal(6, 3), silent=("weights/dense/",)),
    Case("regularizer/alone", lambda k: [k.layers.Dense(3, kernel_regularizer=k.regularizers.L2(0.5), bias_regularizer=k.regularizers.L1(0.1))], normal(6, 4), normal(6, 3), loss=None, silent=("gradient/x",)),
    Case("regularizer/with loss weight", lambda k: [k.layers.Dense(3, kernel_regularizer="l2")], normal(6, 4), normal(6, 3), loss_weights=0.5),
    Case("regularizer/one row", lambda k: [k.layers.Dense(3, kernel_regularizer="l2", activity_regularizer="l1")], normal(1, 4), normal(1, 3)),
    Case("regularizer/user's own in ops", lambda k: [k.layers.Dense(3, kernel_regularizer=lambda w: 0.5 * k.ops.sum(k.ops.square(k.ops.tanh(w))))], normal(6, 4), normal(6, 3)),
]  # fmt: skip
