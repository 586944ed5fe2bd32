"""Metrics, as their docstrings define them: most are the mean of a loss over all that was seen."""

import itertools

import numpy as np

from parity_tests.formulas import losses as of_losses
from parity_tests.formulas.formula import Formula

rng = np.random.default_rng(2)
weights = np.array([0.5, 2.0, 0.0, 1.25])

# Inputs ------------------------------------------------------------------------------------------


def weighed(inputs, but=()):
    """Inputs of four rows with a weight for each; those of other ranks are left out."""
    rows = {label: pair for label, pair in inputs.items() if np.shape(pair[0])[:1] == (4,)}
    return {label: (*pair, weights) for label, pair in rows.items() if label not in but}


REGRESSION = weighed(of_losses.REGRESSION)
POSITIVE = weighed(of_losses.POSITIVE)
MARGINS = weighed(of_losses.MARGINS)
BINARY = weighed(of_losses.BINARY)
CLASSES = weighed(of_losses.CLASSES)
VECTORS = weighed(of_losses.VECTORS)
SPARSE = weighed(of_losses.SPARSE)
y, p = of_losses.y, of_losses.p
truth, chance, one_hot, numbers = (
    of_losses.truth, of_losses.chance, of_losses.one_hot, of_losses.numbers,
)  # fmt: skip
halves = np.array([[0.5, 0.25, 0.75], [1.0, 0.0, 0.5], [0.25, 0.5, 0.5], [0.75, 0.75, 0.5]])
DECIDED = {
    "drawn": (truth, chance),
    "at the threshold": (truth, halves),
    "nothing there": (0 * truth, chance),
    "everything there": (0 * truth + 1, chance),
    "nothing found": (truth, 0 * chance),
    "everything found": (truth, 0 * chance + 1),
    "perfect": (truth, truth),
    "all wrong": (truth, 1 - truth),
}
WEIGHED_DECIDED = weighed(DECIDED)
scores = rng.permutation(40)[:12].reshape(4, 3) / 64.0
CHOSEN = {
    "drawn": (one_hot, scores),
    "perfect": (one_hot, one_hot),
    "all wrong": (one_hot, np.roll(one_hot, 1, -1)),
    "one class there": (np.eye(3)[[1, 1, 1, 1]], scores),
    "one class": (np.ones((4, 1)), scores[:, :1]),
    "negative": (one_hot, scores - 1),
    "huge": (one_hot, 1e20 * scores),
    "tiny": (one_hot, 1e-20 * scores),
}
CHOSEN_NUMBERS = {
    "drawn": (numbers, scores),
    "labels in a column": (numbers[:, None], scores),
    "perfect": (numbers, one_hot),
    "all wrong": (numbers, np.roll(one_hot, 1, -1)),
    "a label that no class has": (np.array([0, 7, 1, 2]), scores),
    "a negative label": (np.array([0, -1, 1, 2]), scores),
    "one class": (np.zeros(4, int), scores[:, :1]),
}
EQUAL = {
    "drawn": (np.array([1, 2, 3, 4]), np.array([1, 0, 3, 0])),
    "floats": (np.array([0.5, 2.0, 3.0]), np.array([0.5, 2.0, 3.25])),
    "in a column": (np.array([[1], [2], [3]]), np.array([[1], [2], [0]])),
    "nearly": (np.array([1.0, 1.0]), np.array([1.0, 1 + 2.0**-50])),
    "zeros of both signs": (np.array([0.0, 0.0]), np.array([-0.0, 0.0])),
    "NaN": (np.array([np.nan, 1.0]), np.array([np.nan, 1.0])),
    "infinities": (np.array([np.inf, np.inf]), np.array([np.inf, -np.inf])),
}
LABELS = {
    "drawn": (np.array([0, 1, 2, 2, 1, 0]), np.array([0, 2, 2, 2, 1, 1])),
    "perfect": (np.array([0, 1, 2]), np.array([0, 1, 2])),
    "all wrong": (np.array([0, 1, 2]), np.array([1, 2, 0])),
    "a class that nobody has": (np.array([0, 1, 0]), np.array([0, 1, 1])),
    "one row": (np.array([1]), np.array([1])),
}
OF_0_AND_2 = {label: pair for label, pair in LABELS.items() if label != "one row"}
APART = {label: pair for label, pair in DECIDED.items() if label != "at the threshold"}
LABELS_WEIGHED = {
    "whole weights": (*LABELS["drawn"], np.array([1.0, 2.0, 3.0, 1.0, 2.0, 1.0])),
    "fractions": (*LABELS["drawn"], np.array([0.25, 0.5, 0.75, 1.5, 0.5, 0.25])),
}
RANKED = {
    "drawn": (
        np.array([0, 1, 1, 0, 1, 0, 0, 1]),
        np.array([11, 37, 29, 31, 53, 5, 41, 47]) / 64,
    ),
    "with ties": (np.array([0, 1, 1, 0]), np.array([0.25, 0.25, 0.75, 0.625])),
    "perfect": (np.array([0, 0, 1, 1]), np.array([0.125, 0.25, 0.625, 0.75])),
    "the wrong way round": (np.array([1, 1, 0, 0]), np.array([0.125, 0.25, 0.625, 0.75])),
    "all alike": (np.array([0, 1, 0, 1]), np.full(4, 0.3125)),
    "certain": (np.array([0, 1, 1, 0]), np.array([0.0, 1.0, 0.0, 1.0])),
    "certain and right": (np.array([0, 1, 1, 0]), np.array([0.0, 1.0, 1.0, 0.0])),
}
RANKED_WEIGHED = {
    "drawn": (*RANKED["drawn"], np.array([0.5, 1.0, 2.0, 0.25, 0.0, 1.5, 1.0, 0.75])),
    "equal weights": (*RANKED["drawn"], np.full(8, 0.5)),
    "large weights": (*RANKED["drawn"], np.arange(1.0, 9.0) * 1e4),
}
SEVERAL = {"drawn": (np.array([[0, 1, 1], [1, 0, 0], [1, 1, 0], [0, 0, 1]]), scores)}
ONE_SIDE = {
    "no positive": (np.zeros(4, int), np.array([0.125, 0.25, 0.625, 0.75])),
    "no negative": (np.ones(4, int), np.array([0.125, 0.25, 0.625, 0.75])),
}
FITTED = {
    "drawn": (y, p),
    "perfect": (y, y),
    "far from zero": (1e4 + y, 1e4 + p),
    "very far from zero": (2.0**26 + y, 2.0**26 + p),
    "tiny": (1e-20 * y, 1e-20 * p),
    "huge": (1e20 * y, 1e20 * p),
    "predictions of the mean": (y, np.broadcast_to(y.mean(0), y.shape).copy()),
    "one column": (y[:, :1], p[:, :1]),
}
UNFITTED = {
    "constant targets": (np.full_like(y, 2.5), p),
    "constant targets, met": (np.full_like(y, 2.5), np.full_like(y, 2.5)),
    "one row": (y[:1], p[:1]),
}
CORRELATED = {
    "drawn": (y, p),
    "perfect": (y, y),
    "opposite": (y, -y),
    "scaled and moved": (y, 3 * y + 2),
    "far from zero": (1e4 + y, 1e4 + p),
    "tiny": (1e-20 * y, 1e-20 * p),
    "huge": (1e20 * y, 1e20 * p),
    "rank 1": (y[:, 0], p[:, 0]),
    "rank 3": (y.reshape(2, 2, 3), p.reshape(2, 2, 3)),
}
UNCORRELATED = {
    "constant targets": (np.full_like(y, 2.5), p),
    "constant predictions": (y, np.full_like(y, 2.5)),
    "both constant": (np.full_like(y, 2.5), np.full_like(y, 2.5)),
    "one column": (y[:, :1], p[:, :1]),
}
PAIRED = {label: three for label, three in weighed(CORRELATED).items() if label != "rank 1"}
VALUES = {
    "drawn": (y[:, 0], weights),
    "weights of zero": (y[:, 0], 0 * weights),
    "negative weights": (y[:, 0], -weights),
    "huge": (1e20 * y[:, 0], weights),
    "tiny": (1e-20 * y[:, 0], weights),
    "far from zero": (1e4 + y[:, 0], weights),
    "NaN": (np.array([1.0, np.nan, 2.0, 3.0]), weights),
}


# Formulas ----------------------------------------------------------------------------------------


def mean_of(function):
    """The weighted mean of a function's values over all that was seen."""

    def metric(y, p, w):
        values = function(y, p)
        return np.sum(w * values) / np.sum(w)

    return metric


def of_two(name, function, inputs, options="", parts=None, jumps=False):
    """A metric that is a mean: of two batches, the second of weighted rows like the first."""
    return Formula(
        f"measured(metrics.{name}({options}), (y[:2], p[:2], w[:2]), (y[2:], p[2:], w[2:]))",
        mean_of(function), inputs, among(parts or {}, inputs, ("NaN",)), jumps=jumps,
    )  # fmt: skip


def accuracy(y, p):
    return (y == p).reshape(len(y), -1).mean(-1)


def binary_accuracy(y, p):
    return np.mean(y == (p > 0.5), axis=-1)


def categorical_accuracy(y, p):
    return np.argmax(y, -1) == np.argmax(p, -1)


def sparse_accuracy(y, p):
    return y.reshape(-1) == np.argmax(p, -1)


def in_top(y, p, k):
    """Whether fewer than k scores are higher than that of the label; no class, no score."""
    y = y.reshape(-1)
    known = (y >= 0) & (y < p.shape[-1])
    own = p[np.arange(len(p)), np.where(known, y, 0)]
    return known & (np.sum(p > own[:, None], -1) < k)


def counts(y, p, w=None, threshold=0.5):
    """True and false positives, true and false negatives; above the threshold is positive."""
    w = np.ones(y.shape) if w is None else np.broadcast_to(w[:, None], y.shape)
    found = p > threshold
    return [np.sum(w * part) for part in (y * found, (1 - y) * found, (1 - y) * ~found, y * ~found)]


def ratio(part, whole):
    """0 where there is nothing to divide by: ops.divide_no_nan, as sklearn does."""
    return np.where(whole == 0, 0, part / np.where(whole == 0, 1, whole))


def precision(y, p, w=None, threshold=0.5):
    tp, fp, _, _ = counts(y, p, w, threshold)
    return ratio(tp, tp + fp)


def recall(y, p, w=None, threshold=0.5):
    tp, _, _, fn = counts(y, p, w, threshold)
    return ratio(tp, tp + fn)


def top(p, k):
    """1 for the k highest of each row, 0 for the others."""
    return np.stack([np.isin(np.arange(row.size), np.argsort(-row)[:k]) for row in p]).astype(float)


def f_beta(y, p, beta=1.0, threshold=0.5, average=None, w=1.0):
    """(1 + b^2) precision recall / (b^2 precision + recall), class by class."""
    found = np.eye(p.shape[1])[np.argmax(p, -1)] if threshold is None else p > threshold
    tp, fp, fn = (np.sum(w * v, 0) for v in (y * found, (1 - y) * found, y * (1 - found)))
    if average == "micro":
        tp, fp, fn = np.sum(tp), np.sum(fp), np.sum(fn)
    exact, complete, b2 = ratio(tp, tp + fp), ratio(tp, tp + fn), beta**2
    score = ratio((1 + b2) * exact * complete, exact * b2 + complete)
    if average == "macro":
        return np.mean(score)
    if average == "weighted":
        return np.sum(score * ratio(tp + fn, np.sum(tp + fn)))
    return score


def iou(y, p, w=None, classes=3, wanted=None):
    """tp / (tp + fp + fn), the mean of the wanted classes that are anywhere."""
    w = np.ones(y.shape) if w is None else w
    found = []
    for c in range(classes) if wanted is None else wanted:
        tp, either = np.sum(w * ((y == c) & (p == c))), np.sum(w * ((y == c) | (p == c)))
        found += [tp / either] if either else []
    return np.mean(found)


def iou_of_scores(y, p, wanted=None):
    return iou(np.argmax(y, -1), np.argmax(p, -1), classes=y.shape[-1], wanted=wanted)


def roc(y, p):
    """The chance that a positive has a higher score than a negative; ties count half."""
    if not np.any(y == 1) or not np.any(y == 0):
        return 0.0
    positive, negative = p[y == 1][:, None], p[y == 0][None]
    return np.mean((positive > negative) + 0.5 * (positive == negative))


def weighed_roc(y, p, w):
    """The same, where each pair has the product of its weights."""
    weight = w[y == 1][:, None] * w[y == 0][None]
    positive, negative = p[y == 1][:, None], p[y == 0][None]
    return np.sum(weight * ((positive > negative) + 0.5 * (positive == negative))) / np.sum(weight)


def operating_points(y, p):
    """True and false positives for thresholds from above all scores to below all."""
    found = [p >= t for t in [np.inf, *np.sort(np.unique(p))[::-1]]]
    return np.array([[np.sum(y * f), np.sum((1 - y) * f)] for f in found])


def pr(y, p):
    """The area under precision over recall, (true and false) positives interpolated between points.

    Davis and Goadrich, 2006: between two points, FP = FP_A + s (TP - TP_A).
    """
    points, area = operating_points(y, p), 0.0
    for (t0, f0), (t1, f1) in itertools.pairwise(points):
        if t1 > t0:
            s = (f1 - f0) / (t1 - t0)
            b = f0 - s * t0
            low, high = (1 + s) * t0 + b, (1 + s) * t1 + b
            area += (t1 - t0 - (b / (1 + s) * np.log(high / low) if b else 0)) / (1 + s)
    return area / max(1, np.sum(y))


def riemann(y, p, choose):
    """A lower or an upper sum of the ROC curve."""
    points = operating_points(y, p) / np.array([np.sum(y), np.sum(1 - y)])
    return sum((f1 - f0) * choose(t0, t1) for (t0, f0), (t1, f1) in itertools.pairwise(points))


def best(kept, wanted, at_least):
    """The best of one rate where another is at least so much; 0 where it is so nowhere."""

    def metric(y, p):
        points = operating_points(y, p)
        tp, fp = points.T
        rates = {
            "sensitivity": ratio(tp, np.sum(y)),
            "specificity": ratio(np.sum(1 - y) - fp, np.sum(1 - y)),
            "precision": ratio(tp, tp + fp),
        }
        return np.max(rates[wanted], where=rates[kept] >= at_least, initial=0)

    return metric


def r2(y, p, aggregate="uniform_average", regressors=0):
    residuals, squares = np.sum((y - p) ** 2, 0), np.sum((y - np.mean(y, 0)) ** 2, 0)
    score = 1 - residuals / squares
    if aggregate == "uniform_average":
        score = np.mean(score)
    elif aggregate == "variance_weighted_average":
        score = np.sum(score * squares) / np.sum(squares)
    n = len(y)
    return 1 - (1 - score) * (n - 1) / (n - regressors - 1) if regressors else score


def r2_weighed(y, p, w):
    w = w[:, None]
    center = np.sum(w * y, 0) / np.sum(w)
    return np.mean(1 - np.sum(w * (y - p) ** 2, 0) / np.sum(w * (y - center) ** 2, 0))


def pearson(y, p, axis=-1):
    """Covariance over the product of the deviations, along the axis."""
    a, b = (v - np.mean(v, axis, keepdims=True) for v in (y, p))
    return np.sum(a * b, axis) / np.sqrt(np.sum(a**2, axis) * np.sum(b**2, axis))


def concordance(y, p, axis=-1):
    """2 cov / (var_y + var_p + (mean_y - mean_p)^2)."""
    a, b = (v - np.mean(v, axis, keepdims=True) for v in (y, p))
    apart = np.mean(y, axis) - np.mean(p, axis)
    return 2 * np.mean(a * b, axis) / (np.mean(a**2, axis) + np.mean(b**2, axis) + apart**2)


def rmse(y, p, w):
    return np.sqrt(np.sum(w * np.mean((p - y) ** 2, -1)) / np.sum(w))


# Where the answer is another one ------------------------------------------------------------------

F = dict.fromkeys(
    ("drawn", "at the threshold", "everything there", "everything found", "perfect"),
    "perfect_score_below_one",
)
OF_CHOICES = dict.fromkeys(("perfect", "one class there", "one class"), "perfect_score_below_one")
IOU = dict.fromkeys(
    ("drawn", "perfect", "one row", "nothing found", "everything found", "one class",
     "a class that nobody has"),
    "the confusion matrix is of float32, and an epsilon is added: perfect_score_below_one",
)  # fmt: skip
FAR = dict.fromkeys(("far from zero", "very far from zero"), "r2_far_from_zero")
ADJUSTED = "adjusted_r2_counts_outputs"
CONSTANT = dict.fromkeys(("constant targets", "one row"), "r2_of_constant_targets")
SMALL_CCC = "concordance_depends_on_the_unit"
CCC = dict.fromkeys(set(CORRELATED) - {"huge"}, SMALL_CCC) | {
    "both constant": "0 / 0: an epsilon in the denominator makes 0 of it", "one column": SMALL_CCC,
}  # fmt: skip
NO_TWO = {"one class": "the two highest of one prediction are refused"}


def among(parts, inputs, but=()):
    """The reasons for inputs that there are."""
    return {label: why for label, why in parts.items() if label in inputs and label not in but}


COUNTS = ("TruePositives", "FalsePositives", "TrueNegatives", "FalseNegatives")
WHOLE = {label: (y.astype(int), p) for label, (y, p) in DECIDED.items()}


def on_pairs(name, says, inputs, options="", parts=None, jumps=False):
    return Formula(f"measured(metrics.{name}({options}), (y, p))", says, inputs,
                   among(parts or {}, inputs), jumps=jumps)  # fmt: skip


FORMULAS = [
    of_two("MeanSquaredError", of_losses.mse, REGRESSION),
    of_two("MeanAbsoluteError", of_losses.mae, REGRESSION),
    of_two("MeanAbsolutePercentageError", of_losses.mape, REGRESSION),
    of_two("MeanSquaredLogarithmicError", of_losses.msle, POSITIVE),
    of_two("LogCoshError", of_losses.log_cosh, REGRESSION, parts=of_losses.LOG_2),
    of_two("Poisson", of_losses.poisson, POSITIVE, parts=of_losses.WITH_EPSILON),
    of_two("KLDivergence", of_losses.kl, CLASSES),
    of_two("Hinge", of_losses.hinge, MARGINS),
    of_two("SquaredHinge", of_losses.squared_hinge, MARGINS),
    of_two("CategoricalHinge", of_losses.categorical_hinge, CLASSES),
    of_two("BinaryCrossentropy", of_losses.binary, BINARY, parts=of_losses.CERTAIN),
    of_two("CategoricalCrossentropy", of_losses.categorical, CLASSES,
           parts=of_losses.OF_NUMBERS | {"one class": of_losses.CLIPPED}),
    of_two("SparseCategoricalCrossentropy", of_losses.of_numbers, SPARSE,
           parts=of_losses.OF_NUMBERS),
    of_two("CosineSimilarity", lambda y, p: -of_losses.cosine(y, p), VECTORS,
           parts=of_losses.SMALL),
    of_two("MeanMetricWrapper", of_losses.huber, REGRESSION, "losses.huber"),
    Formula("measured(metrics.RootMeanSquaredError(), (y[:1], p[:1], w[:1]), "
            "(y[1:], p[1:], w[1:]))", rmse, REGRESSION),
    Formula("measured(metrics.Mean(), (x, w))", lambda x, w: ratio(np.sum(w * x), np.sum(w)),
            VALUES),
    Formula("measured(metrics.Sum(), (x, w))", lambda x, w: np.sum(w * x), VALUES),
    on_pairs("Accuracy", lambda y, p: np.mean(y == p), EQUAL, jumps=True),
    of_two("BinaryAccuracy", binary_accuracy, WEIGHED_DECIDED, jumps=True),
    of_two("CategoricalAccuracy", categorical_accuracy, weighed(CHOSEN), jumps=True),
    of_two("SparseCategoricalAccuracy", sparse_accuracy, weighed(CHOSEN_NUMBERS), jumps=True),
    *(Formula(f"measured(metrics.TopKCategoricalAccuracy(k={k}), (y, np.float32(p), w))",
              mean_of(lambda y, p, k=k: in_top(np.argmax(y, -1), p, k)), weighed(CHOSEN),
              jumps=True) for k in (1, 2, 5)),
    *(Formula(f"measured(metrics.SparseTopKCategoricalAccuracy(k={k}), (y, np.float32(p), w))",
              mean_of(lambda y, p, k=k: in_top(y, p, k)), weighed(CHOSEN_NUMBERS),
              jumps=True) for k in (1, 2, 5)),
    *(Formula(f"measured(metrics.{name}(), (y, p, w[:, None] + 0 * y))",
              lambda y, p, w, i=i: counts(y, p, w)[i], WEIGHED_DECIDED, jumps=True)
      for i, name in enumerate(COUNTS)),
    *(on_pairs(name, lambda y, p, i=i: np.array([counts(y, p, None, t)[i] for t in (0.25, 0.5)]),
               DECIDED, "[0.25, 0.5]", jumps=True) for i, name in enumerate(COUNTS)),
    on_pairs("Precision", precision, DECIDED, jumps=True),
    on_pairs("Recall", recall, DECIDED, jumps=True),
    on_pairs("Precision", lambda y, p: precision(y, top(p, 2)), CHOSEN, "top_k=2", NO_TWO,
             jumps=True),
    on_pairs("Recall", lambda y, p: recall(y, top(p, 2)), CHOSEN, "top_k=2", NO_TWO, jumps=True),
    on_pairs("Precision", lambda y, p: precision(y[:, :1], p[:, :1]), DECIDED, "class_id=0",
             jumps=True),
    on_pairs("Recall", lambda y, p: recall(y[:, :1], p[:, :1]), DECIDED, "class_id=0", jumps=True),
    *(on_pairs("F1Score", lambda y, p, a=a: f_beta(y, p, average=a), WHOLE,
               f"threshold=0.5, average={a!r}", F, jumps=True)
      for a in (None, "micro", "macro", "weighted")),
    on_pairs("F1Score", lambda y, p: f_beta(y, p, threshold=None), CHOSEN, parts=OF_CHOICES,
             jumps=True),
    on_pairs("FBetaScore", lambda y, p: f_beta(y, p, 2.0), WHOLE, "beta=2.0, threshold=0.5", F,
             jumps=True),
    on_pairs("MeanIoU", iou, LABELS, "num_classes=3",
             among(IOU, ("perfect", "one row")), jumps=True),
    Formula("measured(metrics.MeanIoU(num_classes=3), (y, p, w))", lambda y, p, w: iou(y, p, w),
            LABELS_WEIGHED, {"whole weights": IOU["drawn"], "fractions": "mean_iou_weights"},
            jumps=True),
    on_pairs("IoU", lambda y, p: iou(y, p, wanted=(0, 2)), OF_0_AND_2,
             "num_classes=3, target_class_ids=[0, 2]", IOU, jumps=True),
    on_pairs("OneHotMeanIoU", iou_of_scores, CHOSEN, "num_classes=y.shape[1]",
             among(IOU, ("perfect", "one class")), jumps=True),
    on_pairs("OneHotIoU", lambda y, p: iou_of_scores(y, p, (0,)), CHOSEN,
             "num_classes=y.shape[1], target_class_ids=[0]",
             among(IOU, ("perfect", "one class")), jumps=True),
    on_pairs("BinaryIoU", lambda y, p: iou(y, p > 0.5, classes=2), APART,
             parts=among(IOU, ("drawn", "nothing found", "everything found")), jumps=True),
    on_pairs("AUC", roc, RANKED | ONE_SIDE, jumps=True),
    on_pairs("AUC", pr, RANKED | ONE_SIDE, "curve='PR'", jumps=True),
    on_pairs("AUC", lambda y, p: riemann(y, p, min), RANKED, "summation_method='minoring'",
             jumps=True),
    on_pairs("AUC", lambda y, p: riemann(y, p, max), RANKED, "summation_method='majoring'",
             jumps=True),
    on_pairs("SensitivityAtSpecificity", best("specificity", "sensitivity", 0.5),
             RANKED | ONE_SIDE, "0.5", jumps=True),
    on_pairs("SpecificityAtSensitivity", best("sensitivity", "specificity", 0.5),
             RANKED | ONE_SIDE, "0.5", jumps=True),
    on_pairs("PrecisionAtRecall", best("sensitivity", "precision", 0.5), RANKED | ONE_SIDE, "0.5",
             jumps=True),
    on_pairs("RecallAtPrecision", best("precision", "sensitivity", 0.75), RANKED | ONE_SIDE, "0.75",
             jumps=True),
    Formula("measured(metrics.AUC(), (y, p, w))", weighed_roc, RANKED_WEIGHED, jumps=True),
    *(Formula(f"measured(metrics.{name}(), (y, p, w[:, None] + 0 * y))", says, WEIGHED_DECIDED,
              jumps=True) for name, says in {
                  "Precision": lambda y, p, w: precision(y, p, w),
                  "Recall": lambda y, p, w: recall(y, p, w)}.items()),
    Formula("measured(metrics.F1Score(threshold=0.5), (y, p, w))",
            lambda y, p, w: f_beta(y, p, w=w[:, None]), WEIGHED_DECIDED, F, jumps=True),
    *(Formula(f"measured(metrics.{name}(), (y[:2], p[:2], w[:2]), (y[2:], p[2:], w[2:]))",
              mean_of(function), PAIRED, among(parts, PAIRED))
      for name, function, parts in (("PearsonCorrelation", pearson, {}),
                                    ("ConcordanceCorrelation", concordance, CCC))),
    on_pairs("AUC", lambda y, p: np.mean([roc(y[:, i], p[:, i]) for i in range(3)]), SEVERAL,
             "multi_label=True, num_labels=3", jumps=True),
    on_pairs("AUC", lambda y, p: roc(y, 1 / (1 + np.exp(-p))), {"logits": (
        np.array([0, 1, 1, 0]), np.array([-2.0, 0.5, 3.0, 1.25]))}, "from_logits=True", jumps=True),
    on_pairs("R2Score", r2, FITTED | UNFITTED, parts=FAR | CONSTANT),
    on_pairs("R2Score", lambda y, p: r2(y, p, None), FITTED | UNFITTED, "class_aggregation=None",
             FAR | CONSTANT),
    on_pairs("R2Score", lambda y, p: r2(y, p, "variance_weighted_average"), FITTED,
             "class_aggregation='variance_weighted_average'", FAR),
    on_pairs("R2Score", lambda y, p: r2(y, p, regressors=1), FITTED, "num_regressors=1",
             dict.fromkeys(set(FITTED) - {"perfect", "one column"}, ADJUSTED) | FAR),
    Formula("measured(metrics.R2Score(), (y, p, w))", r2_weighed, weighed(FITTED), FAR),
    on_pairs("PearsonCorrelation", lambda y, p: np.mean(pearson(y, p)), CORRELATED | UNCORRELATED),
    on_pairs("ConcordanceCorrelation", lambda y, p: np.mean(concordance(y, p)),
             CORRELATED | UNCORRELATED,
             parts={label: why for label, why in CCC.items() if label != "one column"}),
    Formula("metrics.pearson_correlation(y, p, axis=0)", lambda y, p: pearson(y, p, 0),
            CORRELATED | UNCORRELATED),
    Formula("metrics.concordance_correlation(y, p, axis=0)", lambda y, p: concordance(y, p, 0),
            CORRELATED | UNCORRELATED, CCC),
    Formula("metrics.binary_accuracy(y, p)", lambda y, p: y == (p > 0.5), DECIDED, jumps=True),
    Formula("metrics.categorical_accuracy(y, p)", categorical_accuracy, CHOSEN, jumps=True),
    Formula("metrics.sparse_categorical_accuracy(y, p)", sparse_accuracy, CHOSEN_NUMBERS,
            jumps=True),
    *(Formula(f"metrics.top_k_categorical_accuracy(y, np.float32(p), k={k})",
              lambda y, p, k=k: in_top(np.argmax(y, -1), p, k), CHOSEN, jumps=True)
      for k in (1, 2, 5)),
    *(Formula(f"metrics.sparse_top_k_categorical_accuracy(y, np.float32(p), k={k})",
              lambda y, p, k=k: in_top(y, p, k).reshape(y.shape), CHOSEN_NUMBERS, jumps=True)
      for k in (1, 2, 5)),
]  # fmt: skip
