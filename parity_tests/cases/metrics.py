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


def _seen(name, x, y, loss, metrics, weighted=True):
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
        weighted_metrics=metrics if weighted else None,
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
    # Regression
    _net("errors", 3, None, normal(8, 3), "mse", ("mae", "mape", "msle", "root_mean_squared_error", "log_cosh_error", "cosine_similarity", "r2_score"), weighted_metrics=lambda k: ["mae", k.metrics.RootMeanSquaredError(), k.metrics.R2Score()]),
    _net("r2 in all ways", 3, None, normal(8, 3), "mse", lambda k: [k.metrics.R2Score(class_aggregation="variance_weighted_average"), k.metrics.R2Score(num_regressors=2, name="adjusted")]),
    _net("correlations", 3, None, normal(8, 3), "mse", lambda k: [k.metrics.PearsonCorrelation(), k.metrics.ConcordanceCorrelation(), k.metrics.CosineSimilarity(axis=0)]),
    _net("margins", 3, "tanh", signs(8, 3), "hinge", ("squared_hinge", "categorical_hinge")),
    _net("divergences", 4, "softmax", onehot(8, 4), "categorical_crossentropy", ("kl_divergence", "poisson")),
    # Accuracy among the k largest
    _net("top k", 4, "softmax", onehot(8, 4), "categorical_crossentropy", lambda k: [k.metrics.TopKCategoricalAccuracy(k=2), k.metrics.TopKCategoricalAccuracy(k=1, name="first")]),
    _net("sparse top k", 4, "softmax", classes(8, 4), SPARSE, lambda k: [k.metrics.SparseTopKCategoricalAccuracy(k=2), k.metrics.SparseCategoricalCrossentropy(ignore_class=1)], weighted_metrics=lambda k: [k.metrics.SparseTopKCategoricalAccuracy(k=3), k.metrics.SparseCategoricalCrossentropy(ignore_class=1)]),
    # Yes and no
    _net("counts", 1, "sigmoid", binary(8, 1), "binary_crossentropy", ("TruePositives", "FalsePositives", "TrueNegatives", "FalseNegatives", "precision", "recall"), weighted_metrics=lambda k: [k.metrics.TruePositives(thresholds=0.4), k.metrics.Precision(thresholds=0.4), k.metrics.Recall()]),
    _net("counts of several outputs", 3, "sigmoid", binary(8, 3), "binary_crossentropy", lambda k: [k.metrics.Precision(class_id=1), k.metrics.Recall(top_k=2), k.metrics.Precision(top_k=1, class_id=2), k.metrics.FalseNegatives()]),
    _net("one rate at a given other", 1, "sigmoid", binary(8, 1), "binary_crossentropy", lambda k: [k.metrics.SensitivityAtSpecificity(0.4), k.metrics.SpecificityAtSensitivity(0.6), k.metrics.PrecisionAtRecall(0.5, num_thresholds=20), k.metrics.RecallAtPrecision(0.3, num_thresholds=1)]),
    *(
        _net(f"area under {curve}, {method}", 1, "sigmoid", binary(8, 1), "binary_crossentropy", lambda k, curve=curve, method=method: [k.metrics.AUC(curve=curve, summation_method=method), k.metrics.AUC(curve=curve, summation_method=method, thresholds=[0.2, 0.5, 0.6], name="own")])
        for curve in ("ROC", "PR", "PRGAIN") for method in ("interpolation", "majoring", "minoring")
    ),
    _net("area, label by label", 3, "sigmoid", binary(8, 3), "binary_crossentropy", lambda k: [k.metrics.AUC(multi_label=True, num_labels=3, label_weights=[0.2, 0.3, 0.5]), k.metrics.AUC(multi_label=True, curve="PR", name="plain"), k.metrics.AUC(from_logits=True, num_thresholds=9, name="logits")]),
    # F-scores and regions
    _net("F-scores", 4, "softmax", onehot(8, 4), "categorical_crossentropy", lambda k: [k.metrics.F1Score(average="micro"), k.metrics.F1Score(average="macro", threshold=0.25, name="macro"), k.metrics.FBetaScore(average="weighted", beta=2.5)]),
    _net("regions", 4, "softmax", onehot(8, 4), "categorical_crossentropy", lambda k: [k.metrics.OneHotIoU(4, [0, 2]), k.metrics.OneHotMeanIoU(4)]),
    Case("metric/one label, several predictions", lambda k: [k.layers.Dense(4, "sigmoid")], normal(6, 3), binary(6), batch_size=1, metrics=lambda k: [k.metrics.BinaryIoU()]),
    _net("regions of yes and no", 3, "sigmoid", binary(8, 3), "binary_crossentropy", lambda k: [k.metrics.BinaryIoU(threshold=0.4), k.metrics.BinaryIoU(target_class_ids=[1], name="yes")]),
    _seen("yes, no and the threshold", [[0.5, 0.6, 0.4], [0.0, 1.0, 0.25], [0.75, 0.5, 0.5]], [[1.0, 1, 0], [0, 1, 0], [0, 0.9, 0]], "mse", lambda k: [k.metrics.Precision(), k.metrics.Recall(), k.metrics.AUC(num_thresholds=5), k.metrics.TruePositives(thresholds=0.75), k.metrics.TrueNegatives(thresholds=0.25)]),
    _seen("regions and the threshold", [[0.5, 0.6, 0.4], [0.0, 1.0, 0.25], [0.75, 0.5, 0.5]], [[1.0, 1, 0], [0, 1, 0], [0, 1, 0]], "mse", lambda k: [k.metrics.BinaryIoU(), k.metrics.BinaryIoU(dtype="float32", name="float")], weighted=False),
    _seen("class numbers outside", [[0.0, 1.0, 3.0], [1.0, 2.0, -1.0]], [[0.0, 1.0, 1.0], [2.0, 2.0, 1.0]], "mse", lambda k: [k.metrics.MeanIoU(3, ignore_class=1, dtype="float32"), k.metrics.IoU(3, [0, 2])], weighted=False),
    _seen("rows of ties and zeros", [[0.5, 0.5, 0.1], [0.0, 0.0, 0.0], [0.3, 0.3, 0.3]], [[1.0, 0, 0], [0, 0, 1], [0, 0, 1]], "mse", lambda k: [k.metrics.F1Score(average="micro"), k.metrics.Precision(top_k=1)]),
    _seen("top k of ties", [[0.5, 0.5, 0.1], [0.0, 0.0, 0.0], [0.3, 0.3, 0.3]], [[1.0, 0, 0], [0, 0, 1], [0, 0, 1]], "mse", lambda k: [k.metrics.TopKCategoricalAccuracy(k=1)]),
]  # fmt: skip


def _largest(keras):
    def largest_error(y_true, y_pred):
        return keras.ops.max(keras.ops.abs(keras.ops.subtract(y_true, y_pred)), axis=-1)

    return largest_error
