# ruff: noqa: E501 - one line a value
"""Losses and metrics on arrays, without a model: as functions, as objects, as counters."""

from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness.outcomes import same  # noqa: E402
from parity_tests.harness.tolerances import Bound, derivative  # noqa: E402

NAN = float("nan")


def share(*shape: int) -> np.ndarray:
    """Numbers from 0 to 1 that float32 can hold."""
    draw = np.random.default_rng([len(shape), *shape])
    return draw.uniform(0.05, 0.95, shape).astype("float32")


def labels(*shape: int, k: int = 4) -> np.ndarray:
    return np.random.default_rng([9, *shape]).integers(0, k, shape)


def onehot(*shape: int, dtype: str = "float32") -> np.ndarray:
    return np.eye(4, dtype=dtype)[labels(*shape)]


P = share(6, 4)
# y and y_pred, both with the axis that is summed over.
FULL = {
    "numbers": (share(4, 6).T, P),
    "sequences": (share(3, 2, 4).transpose(1, 0, 2), share(2, 3, 4)),
    "one number a row": (1 - share(6, 1), share(6, 1)),
    "float64": (share(4, 6).T.astype("float64"), P.astype("float64")),
    "labels in float64": (share(4, 6).T.astype("float64"), P),
    "whole labels": (onehot(6, dtype="int32"), P),
    "yes and no": (onehot(6).astype(bool), P),
    "zeros": (np.zeros((2, 3), "float32"), np.zeros((2, 3), "float32")),
    "NaN": (
        np.array([[1.0, 0.0], [0.0, 1.0]], "float32"),
        np.array([[NAN, 0.5], [0.25, 0.75]], "float32"),
    ),
    "another width": (share(6, 3), P),
}
RANKS = {
    "vectors": (1 - share(6), share(6)),
    "labels without an axis": (1 - share(6), share(6, 1)),
    "labels with an axis more": (1 - share(6, 1), share(6)),
}
BROADCAST = {"labels for all columns": (share(6, 1), P)}
SIGNS = {
    "signs": (np.sign(share(6, 4) - 0.5), share(4, 6).T * 4 - 2),
    "numbers of both signs": (P * 4 - 2, share(4, 6).T * 4 - 2),
}
CLASSES = {
    "classes": (labels(6), P),
    "classes in a column": (labels(6, 1), P),
    "classes in float32": (labels(6).astype("float32"), P),
    "classes of sequences": (labels(2, 3), share(2, 3, 4)),
}
ANY = {**FULL, **RANKS, **BROADCAST}
NUMBERS = {**ANY, **SIGNS}
# The inputs of each function, then arguments, dictionary by dictionary.
LOSSES: dict[str, Any] = {
    "binary_crossentropy": ({**FULL, **RANKS}, {}, {"from_logits": True}, {"label_smoothing": 0.2}, {"axis": 0}),
    "binary_focal_crossentropy": (
        {**FULL, **RANKS}, {}, {"apply_class_balancing": True}, {"alpha": 0.4, "gamma": 1.5},
        {"from_logits": True}, {"label_smoothing": 0.2}, {"axis": 0},
    ),
    "categorical_crossentropy": (FULL, {}, {"from_logits": True}, {"label_smoothing": 0.2}, {"axis": 0}),
    "categorical_focal_crossentropy": (
        FULL, {}, {"alpha": 0.4, "gamma": 1.5}, {"from_logits": True}, {"label_smoothing": 0.2}, {"axis": 0},
    ),
    "categorical_generalized_cross_entropy": (CLASSES, {"q": 0.5}, {"q": 0.9}),
    "categorical_hinge": ({**FULL, **SIGNS}, {}),
    "circle": (
        {"classes": (labels(6), share(6, 3)), "in a column": (labels(6, 1), share(6, 3))},
        {"gamma": 4.0}, {"remove_diagonal": False, "margin": 0.1, "gamma": 2.0},
    ),
    "cosine_similarity": (NUMBERS, {}, {"axis": 0}),
    "dice": (ANY, {}, {"axis": -1}, {"axis": 0}),
    "hinge": (NUMBERS, {}),
    "huber": (NUMBERS, {}, {"delta": 0.1}),
    "kl_divergence": (ANY, {}),
    "log_cosh": (NUMBERS, {}),
    "mean_absolute_error": (NUMBERS, {}),
    "mean_absolute_percentage_error": (NUMBERS, {}),
    "mean_squared_error": (NUMBERS, {}),
    "mean_squared_logarithmic_error": (NUMBERS, {}),
    "poisson": (ANY, {}),
    "sparse_categorical_crossentropy": (CLASSES, {}, {"from_logits": True}, {"ignore_class": 1}),
    "squared_hinge": (NUMBERS, {}),
    "tversky": (ANY, {}, {"alpha": 0.3, "beta": 0.9}, {"axis": -1}),
}  # fmt: skip
# TensorFlow looks for the largest k among float32 only.
NARROW = {name: pair for name, pair in FULL.items() if name != "float64"}
METRICS: dict[str, Any] = {
    "binary_accuracy": (ANY, {}, {"threshold": 0.3}),
    "categorical_accuracy": (FULL, {}),
    "concordance_correlation": (NUMBERS, {}, {"axis": 0}),
    "pearson_correlation": (NUMBERS, {}, {"axis": 0}),
    "sparse_categorical_accuracy": (CLASSES, {}),
    "sparse_top_k_categorical_accuracy": (CLASSES, {}, {"k": 1}, {"k": 2}),
    "top_k_categorical_accuracy": (NARROW, {}, {"k": 2}),
}  # fmt: skip


SIGNED: Any = ((np.sign(P - 0.5), share(4, 6).T * 4 - 2), [{}])
# Metrics that take y, y_pred and a weight for each sample; some with arguments.
SPLIT = np.array([0, 1, 1, 0, 1, 0])
COUNTERS: dict[str, tuple[tuple[np.ndarray, np.ndarray], list[dict[str, Any]]]] = {
    "Accuracy": ((labels(6), labels(6, 1)[:, 0]), [{}]),
    "AUC": ((SPLIT, share(6)), [{}, {"num_thresholds": 5, "curve": "PR"}]),
    "BinaryAccuracy": ((onehot(6), P), [{}, {"threshold": 0.3}]),
    "BinaryCrossentropy": ((onehot(6), P), [{}, {"label_smoothing": 0.2}]),
    "CategoricalAccuracy": ((onehot(6), P), [{}]),
    "CategoricalCrossentropy": ((onehot(6), P), [{}, {"from_logits": True}]),
    "CategoricalHinge": ((onehot(6), P), [{}]),
    "ConcordanceCorrelation": ((share(4, 6).T, P), [{}]),
    "CosineSimilarity": ((share(4, 6).T, P), [{}]),
    "F1Score": ((onehot(6), P), [{}, {"average": "macro"}, {"average": "weighted"}]),
    "FBetaScore": ((onehot(6), P), [{"beta": 2.0, "average": "micro", "threshold": 0.4}]),
    "FalseNegatives": ((SPLIT, share(6)), [{}, {"thresholds": [0.3, 0.6]}]),
    "FalsePositives": ((SPLIT, share(6)), [{}]),
    "Hinge": SIGNED,
    "KLDivergence": ((share(4, 6).T, P), [{}]),
    "LogCoshError": ((share(4, 6).T, P), [{}]),
    "MeanAbsoluteError": ((share(4, 6).T, P), [{}]),
    "MeanAbsolutePercentageError": ((share(4, 6).T, P), [{}]),
    "MeanSquaredError": ((share(4, 6).T, P), [{}]),
    "MeanSquaredLogarithmicError": ((share(4, 6).T, P), [{}]),
    "PearsonCorrelation": ((share(4, 6).T, P), [{}]),
    "Poisson": ((share(4, 6).T, P), [{}]),
    "Precision": ((SPLIT, share(6)), [{}, {"thresholds": [0.3, 0.6]}]),
    "PrecisionAtRecall": ((SPLIT, share(6)), [{"recall": 0.5}]),
    "R2Score": ((share(4, 6).T, P), [{}, {"class_aggregation": None}]),
    "Recall": ((SPLIT, share(6)), [{}, {"top_k": 2}]),
    "RecallAtPrecision": ((SPLIT, share(6)), [{"precision": 0.5}]),
    "RootMeanSquaredError": ((share(4, 6).T, P), [{}]),
    "SensitivityAtSpecificity": ((SPLIT, share(6)), [{"specificity": 0.5}]),
    "SparseCategoricalAccuracy": ((labels(6), P), [{}]),
    "SparseCategoricalCrossentropy": ((labels(6), P), [{}]),
    "SparseTopKCategoricalAccuracy": ((labels(6), P), [{"k": 2}]),
    "SpecificityAtSensitivity": ((SPLIT, share(6)), [{"sensitivity": 0.5}]),
    "SquaredHinge": SIGNED,
    "TopKCategoricalAccuracy": ((onehot(6), P), [{"k": 2}]),
    "TrueNegatives": ((SPLIT, share(6)), [{}]),
    "TruePositives": ((SPLIT, share(6)), [{}]),
    "BinaryIoU": ((SPLIT, share(6)), [{}]),
    "IoU": ((labels(6), labels(6, 1)[:, 0]), [{"num_classes": 4, "target_class_ids": [0, 2]}]),
    "MeanIoU": ((labels(6), labels(6, 1)[:, 0]), [{"num_classes": 4}]),
    "OneHotIoU": ((onehot(6), P), [{"num_classes": 4, "target_class_ids": [1]}]),
    "OneHotMeanIoU": ((onehot(6), P), [{"num_classes": 4}]),
}


def rows(table):
    """(function, arguments, inputs), one by one."""
    return [
        pytest.param(name, arguments, pair, id=f"{name} {arguments or ''} {label}")
        for name, (inputs, *settings) in table.items()
        for arguments in settings
        for label, pair in inputs.items()
    ]


def bound(*arrays: np.ndarray) -> Bound:
    wide = all(a.dtype == "float64" for a in arrays if a.dtype.kind == "f")
    return derivative("float64" if wide else "float32")


@pytest.mark.parametrize(("name", "arguments", "pair"), rows(LOSSES))
def test_loss(name, arguments, pair):
    same(lambda k: getattr(k.losses, name)(*pair, **arguments), scratch, keras, bound(*pair))


@pytest.mark.parametrize(("name", "arguments", "pair"), rows(METRICS))
def test_metric(name, arguments, pair):
    same(lambda k: getattr(k.metrics, name)(*pair, **arguments), scratch, keras, bound(*pair))


# Losses as objects: what each is called with.
OBJECTS: dict[str, tuple[tuple[np.ndarray, np.ndarray], dict[str, Any]]] = {
    "BinaryCrossentropy": (FULL["numbers"], {"from_logits": True}),
    "BinaryFocalCrossentropy": (FULL["numbers"], {"gamma": 1.5}),
    "CategoricalCrossentropy": (FULL["sequences"], {"label_smoothing": 0.2}),
    "CategoricalFocalCrossentropy": (FULL["sequences"], {"alpha": 0.4}),
    "CategoricalGeneralizedCrossEntropy": (CLASSES["classes"], {"q": 0.4}),
    "CategoricalHinge": (FULL["whole labels"], {}),
    "Circle": ((labels(6), P), {"gamma": 2.0}),
    "CosineSimilarity": (FULL["sequences"], {"axis": 1}),
    "Dice": (FULL["numbers"], {"axis": -1}),
    "Hinge": (SIGNS["signs"], {}),
    "Huber": (FULL["sequences"], {"delta": 0.1}),
    "KLDivergence": (FULL["numbers"], {}),
    "LogCosh": (FULL["numbers"], {}),
    "MeanAbsoluteError": (FULL["sequences"], {}),
    "MeanAbsolutePercentageError": (FULL["numbers"], {}),
    "MeanSquaredError": (FULL["sequences"], {}),
    "MeanSquaredLogarithmicError": (FULL["numbers"], {}),
    "Poisson": (FULL["numbers"], {}),
    "SparseCategoricalCrossentropy": (CLASSES["classes of sequences"], {"ignore_class": 1}),
    "SquaredHinge": (SIGNS["signs"], {}),
    "Tversky": (FULL["sequences"], {"alpha": 0.3, "axis": (1, 2)}),
}
REDUCTIONS = ("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none", None)
ABSTRACT = {"Loss", "LossFunctionWrapper", "Metric"}


def classes_of(namespace: Any) -> set[str]:
    return {name for name in namespace.__all__ if name[0].isupper()} - ABSTRACT


@pytest.mark.quick
def test_every_loss_is_called():
    assert classes_of(scratch.losses) == set(OBJECTS)


@pytest.mark.parametrize("name", OBJECTS)
def test_loss_object(name):
    """Every reduction, with a weight for each sample and without."""
    pair, arguments = OBJECTS[name]
    weight = 2 * share(len(pair[0]), *[1] * (pair[1].ndim - 2))

    def call(k):
        losses = [getattr(k.losses, name)(**arguments, reduction=r) for r in REDUCTIONS]
        weights = (None, weight, weight[..., None], weight[:1])
        return [loss(*pair, sample_weight=w) for loss in losses for w in weights]

    same(call, scratch, keras, bound(*pair), may_fail=False)


@pytest.mark.quick
def test_every_metric_is_counted():
    assert classes_of(scratch.metrics) == {*COUNTERS, "Mean", "Sum", "MeanMetricWrapper"}


def counted(k, metric, batches):
    """The results after each batch, the counts behind the last, and the result after a reset."""
    results = []
    for *batch, weight in batches:
        metric.update_state(*batch, sample_weight=weight)
        results.append(metric.result())
    counts = [k.ops.convert_to_numpy(v) for v in metric.variables]
    metric.reset_state()
    return results, counts, metric.result()


# Samples that count differently, then alike, then not at all.
WEIGHTS = (share(6) * 2, None, np.zeros(6, "float32"))


@pytest.mark.parametrize(
    ("name", "arguments"), [(name, a) for name, (_, several) in COUNTERS.items() for a in several]
)
def test_counter(name, arguments):
    """Three batches, the labels turned over from one to the next."""
    (y, p), _ = COUNTERS[name]
    batches = [((y, y[::-1])[i % 2], p, weight) for i, weight in enumerate(WEIGHTS)]
    same(
        lambda k: counted(k, getattr(k.metrics, name)(**arguments), batches),
        scratch, keras, bound(p), may_fail=False,
    )  # fmt: skip


VALUES = [(3, None), ([1.5, -2.0, 0.0], [1, 0.5, 0]), (P, share(6)), (P, None), ([], None)]


@pytest.mark.quick
def test_sums_and_means():
    for call in (
        lambda k: counted(k, k.metrics.Sum(), VALUES),
        lambda k: counted(k, k.metrics.Mean(), VALUES),
        lambda k: k.metrics.Sum(dtype="float64")(np.array([2.0**-30, 1.0])),
        lambda k: k.metrics.Sum(name="total").name,
        lambda k: k.metrics.Sum()(P, sample_weight=share(5)),
    ):
        same(call, scratch, keras, bound(P))


def farthest(y, p, by=1.0):
    """A user's own measure, on any library's arrays."""
    return abs(p - y) * by


@pytest.mark.quick
def test_mean_of_a_function():
    y = share(4, 6).T

    def call(k):
        metric = k.metrics.MeanMetricWrapper(farthest, name="far", by=3.0)
        return metric.name, counted(k, metric, [(y, P, weight) for weight in WEIGHTS])

    same(call, scratch, keras, bound(P), may_fail=False)
