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
    "sequences, labels without an axis": (1 - share(2, 3), share(2, 3, 1)),
    "sequences, labels with an axis more": (1 - share(2, 3, 1), share(2, 3)),
    "labels without two axes": (1 - share(6), share(6, 1, 1)),
    "labels with two axes more": (1 - share(6, 1, 1), share(6)),
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
# The right class is the largest of the first row, the second of the second, ...
EIGHTH = np.argsort(-share(8, 8))[np.arange(8), np.arange(8)]
WIDE = {"eight classes": (np.eye(8, dtype="float32")[EIGHTH], share(8, 8))}
SORTED = {
    "the best first": (labels(6), np.argsort(-P)),
    "the best first, of sequences": (labels(2, 3), np.argsort(-share(2, 3, 4))),
    "the best first, in float32": (labels(6), np.argsort(-P).astype("float32")),
}
ANY = {**FULL, **RANKS, **BROADCAST}
NUMBERS = {**ANY, **SIGNS}
# The inputs of each function, then arguments, dictionary by dictionary.
LOSSES: dict[str, Any] = {
    "binary_crossentropy": ({**FULL, **RANKS}, {}, {"from_logits": True}, {"label_smoothing": 0.2}, {"axis": 0}, {"axis": 1}),
    "binary_focal_crossentropy": (
        {**FULL, **RANKS}, {}, {"apply_class_balancing": True}, {"alpha": 0.4, "gamma": 1.5},
        {"from_logits": True}, {"label_smoothing": 0.2}, {"axis": 0}, {"axis": 1},
    ),
    "categorical_crossentropy": (FULL, {}, {"from_logits": True}, {"label_smoothing": 0.2}, {"axis": 0}, {"axis": 1}),
    "categorical_focal_crossentropy": (
        FULL, {}, {"alpha": 0.4, "gamma": 1.5}, {"from_logits": True}, {"label_smoothing": 0.2}, {"axis": 0}, {"axis": 1},
    ),
    "categorical_generalized_cross_entropy": (CLASSES, {"q": 0.5}, {"q": 0.9}),
    "categorical_hinge": ({**FULL, **SIGNS}, {}),
    "circle": (
        {"classes": (labels(6), share(6, 3)), "in a column": (labels(6, 1), share(6, 3))},
        {"gamma": 4.0}, {"remove_diagonal": False, "margin": 0.1, "gamma": 2.0},
        {"ref_labels": labels(7), "ref_embeddings": share(7, 3), "gamma": 2.0},
        {"ref_labels": labels(7), "ref_embeddings": share(7, 3), "gamma": 2.0, "remove_diagonal": False},
    ),
    "cosine_similarity": (NUMBERS, {}, {"axis": 0}, {"axis": 1}),
    "dice": (ANY, {}, {"axis": -1}, {"axis": 0}, {"axis": 1}),
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
    "concordance_correlation": (NUMBERS, {}, {"axis": 0}, {"axis": 1}),
    "pearson_correlation": (NUMBERS, {}, {"axis": 0}, {"axis": 1}),
    "sparse_categorical_accuracy": (CLASSES, {}),
    "sparse_top_k_categorical_accuracy": (
        {**CLASSES, "eight classes": (EIGHTH, share(8, 8))}, {}, {"k": 1}, {"k": 2},
    ),
    "top_k_categorical_accuracy": ({**NARROW, **WIDE}, {}, {"k": 2}),
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


BY_RANK = {
    f"{label}, k = {k}": (pair, {"k": k, "from_sorted_ids": True})
    for label, pair in SORTED.items()
    for k in (1, 2, 4)
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


@pytest.mark.parametrize(("pair", "arguments"), BY_RANK.values(), ids=BY_RANK)
def test_top_k_of_sorted_classes(pair, arguments):
    """Class numbers in place of scores; the metric keeps the argument in its config."""

    def call(k):
        metric = k.metrics.SparseTopKCategoricalAccuracy(**arguments, name="top")
        metric.update_state(*pair)
        values = k.metrics.sparse_top_k_categorical_accuracy(*pair, **arguments)
        plain = k.metrics.SparseTopKCategoricalAccuracy(3).get_config()
        return values, metric.result(), metric.get_config(), plain

    same(call, scratch, keras, may_fail=False)


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
    classes = {n for n in namespace.__all__ if isinstance(getattr(namespace, n), type)}
    return classes - ABSTRACT - {"Reduction"}


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


@pytest.mark.parametrize("name", OBJECTS)
def test_loss_object_of_labels_without_an_axis(name):
    """Sequences of one number a step; a weight for each step."""
    for pair in list(RANKS.values())[-2:]:

        def call(k, pair=pair):
            losses = [getattr(k.losses, name)(reduction=r) for r in ("none", "sum")]
            return [loss(*pair, sample_weight=w) for loss in losses for w in (None, share(2, 3))]

        same(call, scratch, keras, bound(*pair))


@pytest.mark.parametrize("shape", [(6, 0), (0,), (6, 4, 0), (6, 1, 1), (6, 4), (4,), (5,)], ids=str)
def test_weights_of_other_shapes(shape):
    """Of a loss, a metric and a mean of values: broadcast, or refused."""
    weight, y = np.full(shape, 0.5, "float32"), share(4, 6).T
    for call in (
        lambda k: k.losses.MeanSquaredError()(y, P, sample_weight=weight),
        lambda k: k.metrics.MeanSquaredError()(y, P, sample_weight=weight),
        lambda k: k.metrics.Mean()(share(6), sample_weight=weight),
        lambda k: k.metrics.Mean()(P, sample_weight=weight),
    ):
        same(call, scratch, keras, bound(P))


@pytest.mark.parametrize(
    "shape", [(4,), (4, 1), (4, 2), (4, 1, 1), (4, 2, 1), (4, 2, 2), (1,)], ids=str
)
@pytest.mark.parametrize("values", [(4, 1), (4, 2), (4, 2, 1), (4, 1, 1), (4, 1, 2)], ids=str)
def test_weights_of_values_with_more_axes(shape, values):
    weight = np.linspace(0.5, 2, int(np.prod(shape)), dtype="float32").reshape(shape)
    y, p = share(*values, 3)[::-1], share(*values, 3)
    for call in (
        lambda k: k.metrics.Mean()(p[..., 0], sample_weight=weight),
        lambda k: k.metrics.MeanSquaredError()(y, p, sample_weight=weight),
        lambda k: k.losses.MeanSquaredError()(y, p, sample_weight=weight),
    ):
        same(call, scratch, keras, bound(p))


@pytest.mark.parametrize(
    "shape",
    [(), (4,), (4, 1), (4, 1, 1), (1,), (2,), (4, 2), (1, 2), (4, 2, 1), (1, 1, 1)],
    ids=str,
)
@pytest.mark.parametrize("steps", [(), (1,), (2,)], ids=str)
def test_weights_beside_a_mask(shape, steps):
    """A mask of (samples, steps) or (samples,), and weights of fewer axes, as many, or more."""
    p = share(4, *steps, 3)
    p[1] = 0
    weight = np.linspace(0.5, 2, int(np.prod(shape)), dtype="float32").reshape(shape)

    def call(k):
        masked = k.layers.Masking()(p)
        y = share(4, *steps, 3)[::-1]
        return [
            getattr(k, kind).MeanSquaredError()(y, masked, sample_weight=weight)
            for kind in ("losses", "metrics")
        ]

    same(call, scratch, keras, bound(p))


@pytest.mark.parametrize("shape", [(4,), (4, 1), (4, 2)], ids=str)
@pytest.mark.parametrize("weighted", [False, True])
def test_an_ignored_class(shape, weighted):
    """Labels of one and of two axes; a column is no second axis."""
    y = labels(*shape, k=3)
    p = share(*shape, 3) if shape[-1] == 2 else share(4, 3)
    weight = share(4) if weighted else None

    def call(k):
        loss = k.losses.SparseCategoricalCrossentropy(ignore_class=1)
        return loss(y, p, sample_weight=weight), loss(y[:1] * 0 + 1, p[:1])

    same(call, scratch, keras, bound(p))


@pytest.mark.parametrize("shapes", [((4, 3), (4, 3)), ((4, 3), (4, 3, 1)), ((4, 3, 1), (4, 3)),
                                    ((4,), (4, 3)), ((4, 3), (4,)), ((4,), (4,))], ids=str)  # fmt: skip
def test_what_an_f_score_takes(shapes):
    y, p = (share(*shape) for shape in shapes)
    same(lambda k: k.metrics.F1Score()(np.round(y), p), scratch, keras, bound(p))


# -0 counts as smaller than 0, and what is no number is passed over.
TIED = np.array(
    [[-0.0, 0.0, -0.0], [-0.0, 0.0, -1.0], [NAN, 1.0, 1.0], [-0.0, -0.0, -0.0]], "float32"
)


@pytest.mark.parametrize("rows", [slice(0, 1), slice(1, 2), slice(2, 3), slice(3, 4), slice(0, 4)])
def test_the_largest_of_zeros(rows):
    def call(k):
        return [
            k.metrics.categorical_accuracy(np.eye(3)[[1, 0, 1, 0]][rows], TIED[rows]),
            k.metrics.sparse_categorical_accuracy(np.array([1, 0, 1, 0])[rows], TIED[rows]),
        ]

    same(call, scratch, keras)


@pytest.mark.parametrize("name", COUNTERS)
def test_what_a_counter_keeps(name):
    """Names, types and shapes of its variables."""
    _, (arguments, *_) = COUNTERS[name]

    def call(k):
        metric = getattr(k.metrics, name)(**arguments)
        metric.add_variable((2,), "zeros", name="own")
        return [(v.name, v.dtype, tuple(v.shape)) for v in metric.variables]

    same(call, scratch, keras, may_fail=False)


# Losses in training -------------------------------------------------------------------------------

IN_TRAINING = {
    "CategoricalCrossentropy": {"label_smoothing": 0.1},
    "CategoricalFocalCrossentropy": {"label_smoothing": 0.1},
    "CategoricalGeneralizedCrossEntropy": {},
    "SparseCategoricalCrossentropy": {},
    "BinaryCrossentropy": {"label_smoothing": 0.1},
    "BinaryFocalCrossentropy": {"label_smoothing": 0.1, "apply_class_balancing": True},
    "Huber": {"delta": 0.5},
    "CosineSimilarity": {},
    "Dice": {},
    "Hinge": {},
    "KLDivergence": {},
    "LogCosh": {},
    "MeanAbsoluteError": {},
    "MeanAbsolutePercentageError": {},
    "MeanSquaredError": {},
    "MeanSquaredLogarithmicError": {},
    "Poisson": {},
    "SquaredHinge": {},
    "Tversky": {},
}


@pytest.mark.parametrize("name", IN_TRAINING)
@pytest.mark.parametrize("steps", [(), (2,)], ids=["matrix", "sequence"])
@pytest.mark.parametrize("perfect", [False, True])
def test_a_loss_in_training(name, steps, perfect):
    """On two and on three axes; also where predictions are exactly the labels."""
    x = share(4, *steps, 3)
    y = labels(4, *steps, k=3)
    if not name.startswith(("Sparse", "CategoricalGeneralized")):
        y = x if perfect else np.eye(3, dtype="float32")[y]

    def call(k):
        dense = k.layers.Dense(3, kernel_initializer="identity", activation="relu")
        model = k.Sequential([k.Input((*steps, 3)), dense])
        model.compile("sgd", getattr(k.losses, name)(**IN_TRAINING[name]))
        losses = np.array([model.train_on_batch(x, y) for _ in range(2)], "float32")
        return losses, np.array(dense.kernel)

    with np.errstate(all="raise"):
        same(call, scratch, keras, derivative("float32", terms=64))


def test_every_metric_is_counted():
    assert classes_of(scratch.metrics) == {*COUNTERS, "Mean", "Sum", "MeanMetricWrapper"}


def counted(k, metric, batches):
    """The results after each batch, the counts behind the last, and the result after a reset."""
    results = []
    for *batch, weight in batches:
        metric.update_state(*batch, sample_weight=weight)
        # A copy: Keras gives the memory of the counts, which the reset below overwrites.
        results.append(np.array(metric.result()))
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


# What is counted on the edge of a limit: a largest prediction of 1e-9 is none for an F-score.
EDGE = np.array([[1e-9, 0, 0], [2e-9, 0, 0], [0, -1e-9, -1], [1.5, 0.25, 0.5]], "float32")
LIMITS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "thresholds": ("Precision Recall TruePositives FalseNegatives", (-0.1, 0, 0.0, 0.25, 1, 1.1)),
    "several thresholds": ("Precision Recall TrueNegatives", ([0.0, 1.0], [0.5, None], [])),
    "top_k": ("Precision Recall", (1, 2)),
    "class_id": ("Precision Recall", (0, 2)),
    "threshold": (
        "BinaryAccuracy BinaryIoU F1Score FBetaScore", (-0.1, 0.0, 0.25, 0.5, 1.0, 1.1, 1),
    ),
    "beta": ("FBetaScore", (-0.5, 0.0, 1e-3, 2.0, 2)),
    "average": ("F1Score", (None, "micro", "macro", "weighted", "other")),
    "num_thresholds": ("AUC", (0, 1, 2, 3)),
    "own thresholds": ("AUC", ([], [0.5], [0.0, 0.25, 1.0], [0.25, 0.5, 0.75])),
    "at num_thresholds": (
        "SensitivityAtSpecificity SpecificityAtSensitivity PrecisionAtRecall RecallAtPrecision",
        (0, 1, 2, 3),
    ),
    "curve": ("AUC", ("ROC", "PR", "other")),
    "num_classes": ("OneHotMeanIoU", (3, 4)),
    "target_class_ids": ("OneHotIoU", ([0], [2], [3], [0, 3], [-1])),
    "k": ("TopKCategoricalAccuracy", (1, 2, 3)),
    "num_regressors": ("R2Score", (-1, 0, 1, 2, 5)),
    "class_aggregation": (
        "R2Score", (None, "uniform_average", "variance_weighted_average", "other"),
    ),
    "recall": ("PrecisionAtRecall", (-0.1, 0.0, 0.5, 1.0, 1.1)),
    "precision": ("RecallAtPrecision", (-0.1, 0.0, 0.5, 1.0, 1.1)),
    "specificity": ("SensitivityAtSpecificity", (-0.1, 0.0, 0.5, 1.0, 1.1)),
    "sensitivity": ("SpecificityAtSensitivity", (-0.1, 0.0, 0.5, 1.0, 1.1)),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "argument", "value"),
    [
        (name, argument.split()[-1], value)
        for argument, (names, values) in LIMITS.items()
        for name in names.split()
        for value in values
    ],
)
def test_limits(name, argument, value):
    """On both sides of the limits of each argument: a result, or the same kind of error."""
    y = np.array([[1, 0, 0], [1, 0, 0], [1, 0, 1], [0, 1, 1]], "float32")

    def call(k):
        at = [0.5] if "At" in name and argument == "num_thresholds" else []
        at = [3] if argument == "target_class_ids" else at
        return counted(k, getattr(k.metrics, name)(*at, **{argument: value}), [(y, EDGE, None)])

    same(call, scratch, keras, bound(EDGE))


def test_an_f_score_counts_what_is_larger_than_nothing():
    y = np.eye(3, dtype="float32")[[0, 0, 1, 0]]
    same(lambda k: counted(k, k.metrics.F1Score(), [(y, EDGE, None)]), scratch, keras, bound(EDGE))


VALUES = [(3, None), ([1.5, -2.0, 0.0], [1, 0.5, 0]), (P, share(6)), (P, None), ([], None)]


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


def test_mean_of_a_function():
    y = share(4, 6).T

    def call(k):
        metric = k.metrics.MeanMetricWrapper(farthest, name="far", by=3.0)
        return metric.name, counted(k, metric, [(y, P, weight) for weight in WEIGHTS])

    same(call, scratch, keras, bound(P), may_fail=False)
