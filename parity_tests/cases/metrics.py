# ruff: noqa: E501 - one line a value
"""Metrics: the automatic forms of accuracy, ties, thresholds, weights, and the means of losses."""

import numpy as np

from parity_tests.harness.case import Case, binary, classes, given, normal, onehot, signs, uniform

WEIGHT = uniform(8, low=0.2, high=2.0)
SPARSE = "sparse_categorical_crossentropy"


def _net(name, units, activation, y, loss, metrics, **more):
    return Case(
        f"metric/{name}",
        lambda k: [k.layers.Dense(6, "tanh"), k.layers.Dense(units, activation)],
        normal(8, 5),
        y,
        WEIGHT,
        loss=loss,
        metrics=(lambda k: list(metrics)) if isinstance(metrics, tuple) else metrics,
        batch_size=3,
        steps=6,
        **more,
    )


def _seen(name, x, y, loss, metrics):
    """The model passes x on unchanged."""
    k = np.shape(x)[-1]
    return Case(
        f"metric/{name}",
        lambda keras: [keras.layers.Dense(k, use_bias=False)],
        given(x),
        given(y),
        weights=[np.eye(k)],
        loss=loss,
        metrics=metrics,
        weighted_metrics=metrics,
        sample_weight=uniform(len(x), low=0.2, high=2.0),
        steps=1,
    )


CASES = [
    _net("accuracy, class numbers", 4, "softmax", classes(8, 4), SPARSE, ("accuracy",)),
    _net("accuracy, class numbers in a column", 4, "softmax", classes(8, 4, column=True), SPARSE, ("accuracy",)),
    _net("accuracy, one-hot", 4, "softmax", onehot(8, 4), "categorical_crossentropy", ("accuracy",)),
    _net("accuracy, binary", 1, "sigmoid", binary(8, 1), "binary_crossentropy", ("accuracy",)),
    _net("accuracy, binary without an axis", 1, "sigmoid", binary(8), "binary_crossentropy", ("accuracy",)),
    _net("accuracy, three outputs", 3, "sigmoid", binary(8, 3), "binary_crossentropy", ("accuracy", "binary_accuracy")),
    _net("accuracy of a regression", 3, None, normal(8, 3), "mse", ("accuracy",)),
    _net("acc and accuracy", 4, "softmax", classes(8, 4), SPARSE, ("acc", "accuracy")),
    _net("weighted accuracy", 4, "softmax", classes(8, 4), SPARSE, ("accuracy",), weighted_metrics=lambda k: ["accuracy"]),
    _net("only weighted", 4, "softmax", classes(8, 4), SPARSE, None, weighted_metrics=lambda k: ["accuracy", SPARSE]),
    _net("crossentropy, binary", 1, "sigmoid", binary(8, 1), "binary_crossentropy", ("binary_crossentropy", "bce", "BCE")),
    _net("strings", 3, None, normal(8, 3), "mse", ("mse", "MSE", "mean_squared_error")),
    _net("hinge", 3, "tanh", signs(8, 3), "hinge", ("hinge",)),
    _net("objects", 4, "softmax", classes(8, 4), SPARSE, lambda k: [k.metrics.SparseCategoricalAccuracy(name="mine"), k.metrics.SparseCategoricalCrossentropy()]),
    _net("objects, one-hot", 4, "softmax", onehot(8, 4), "categorical_crossentropy", lambda k: [k.metrics.CategoricalAccuracy(), k.metrics.CategoricalCrossentropy(label_smoothing=0.1), k.metrics.MeanSquaredError()]),
    _net("objects, binary", 1, "sigmoid", binary(8, 1), "binary_crossentropy", lambda k: [k.metrics.BinaryAccuracy(threshold=0.3), k.metrics.BinaryCrossentropy(), k.metrics.Accuracy()]),
    _net("functions", 4, "softmax", classes(8, 4), SPARSE, lambda k: [k.metrics.sparse_categorical_accuracy, k.losses.sparse_categorical_crossentropy]),
    _net("user's own in ops", 3, None, normal(8, 3), "mse", lambda k: [_largest(k)]),
    _net("the same twice", 4, "softmax", classes(8, 4), SPARSE, lambda k: [k.metrics.SparseCategoricalAccuracy(), k.metrics.SparseCategoricalAccuracy()]),
    Case("metric/crossentropy of a saturated sigmoid", lambda k: [k.layers.Dense(1, "sigmoid")], given([[30.0], [-30.0], [0.5], [-40.0]]), given([[0.0], [0.0], [1.0], [1.0]]), weights=[[[1.0]], [0.25]], loss="mse", metrics=lambda k: ["binary_crossentropy"], steps=2),
    Case("metric/crossentropy of a saturated softmax", lambda k: [k.layers.Dense(3, "softmax", use_bias=False)], given([[30.0, 0, 1], [-30.0, 0, 1], [0.5, 0.1, 0.2], [0, 0, 40.0]]), given([1, 0, 1, 0], "int64"), weights=[np.eye(3)], loss=SPARSE, metrics=lambda k: [SPARSE], steps=2),
    _seen("ties", [[0.5, 0.5, 0.1], [0.2, 0.4, 0.4], [0.3, 0.3, 0.3]], [[1.0, 0, 0], [0, 0, 1], [0, 0, 1]], "mse", lambda k: [k.metrics.CategoricalAccuracy()]),
    _seen("on the threshold", [[0.5, 0.6, 0.4], [0.5, 0.5000001, 0.4999999]], [[1.0, 1, 0], [0, 1, 0]], "mse", lambda k: [k.metrics.BinaryAccuracy()]),
    _seen("labels between 0 and 1", [[0.5, 0.6, 0.4], [0.9, 0.1, 0.7]], [[0.9, 1, 0.1], [1, 0, 0.5]], "mse", lambda k: [k.metrics.BinaryAccuracy(), k.metrics.Accuracy()]),
    _seen("equal exactly", [[1.0, 2.0], [3.0, 4.0]], [[1.0, 2.5], [3.0, 4.0]], "mse", lambda k: [k.metrics.Accuracy()]),
]  # fmt: skip


def _largest(keras):
    def largest_error(y_true, y_pred):
        return keras.ops.max(keras.ops.abs(keras.ops.subtract(y_true, y_pred)), axis=-1)

    return largest_error
