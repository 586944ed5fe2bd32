# ruff: noqa: E501 - one line a value
"""Losses and metrics, by the kind of labels that they take."""

import functools
from typing import Any

from hypothesis import strategies as st

from parity_tests.commands.fuzz.tables.calls import Strategy, one_of, some
from scratch.context.naming import to_snake_case

LABELS = ("classes", "onehot", "numbers", "binary", "signs", "soft")
ANY = ("numbers", "binary", "onehot", "soft", "signs")
YES_NO = ("binary", "onehot")
REDUCED = ("sum_over_batch_size", "sum", "mean_with_sample_weight", "mean")
SMOOTH = one_of(0.0, 0.1, 1.0)
LOGITS = one_of(True, False)
AXIS = one_of(-1, 1)
LIMITS = one_of(0.5, 0.0, 0.3, [0.2, 0.8])
MANY = one_of(200, 3, 50)
Options = dict[str, Strategy]
Entry = (
    tuple[tuple[str, ...], Options] | tuple[tuple[str, ...], Options, Options]
)  # labels, options, required
_FOCAL = {
    "alpha": one_of(0.25, 0.9),
    "gamma": one_of(2.0, 0.0, 1.0),
    "from_logits": LOGITS,
    "label_smoothing": SMOOTH,
}
LOSSES: dict[str, Entry] = {
    "MeanSquaredError": (("numbers", "binary", "onehot"), {}),
    "BinaryCrossentropy": (("binary", "onehot", "soft"), {"from_logits": LOGITS, "label_smoothing": SMOOTH}),
    "CategoricalCrossentropy": (("onehot", "soft"), {"from_logits": LOGITS, "label_smoothing": SMOOTH}),
    "SparseCategoricalCrossentropy": (("classes",), {"from_logits": LOGITS, "ignore_class": one_of(0, 1)}),
    "Hinge": (("binary", "signs", "numbers", "onehot"), {}),
    "BinaryFocalCrossentropy": (("binary", "onehot", "soft"), {"apply_class_balancing": one_of(True, False), **_FOCAL}),
    "CategoricalFocalCrossentropy": (("onehot", "soft"), _FOCAL),
    "CategoricalGeneralizedCrossEntropy": (("classes",), {"q": one_of(0.5, 0.1, 0.9)}),
    "CategoricalHinge": (YES_NO, {}),
    "Circle": (("classes",), {"gamma": one_of(80.0, 1.0), "margin": one_of(0.4, 0.1), "remove_diagonal": one_of(True, False)}),
    "CosineSimilarity": (ANY, {"axis": AXIS}),
    "Dice": (YES_NO, {"axis": one_of((1,), None)}),
    "Huber": (ANY, {"delta": one_of(1.0, 0.1, 10.0)}),
    "KLDivergence": (("soft", "onehot"), {}),
    "LogCosh": (ANY, {}),
    "MeanAbsoluteError": (ANY, {}),
    "MeanAbsolutePercentageError": (ANY, {}),
    "MeanSquaredLogarithmicError": (ANY, {}),
    "Poisson": (("numbers", "binary", "onehot"), {}),
    "SquaredHinge": (("binary", "signs", "numbers", "onehot"), {}),
    "Tversky": (YES_NO, {"alpha": one_of(0.5, 0.9), "beta": one_of(0.5, 0.1), "axis": one_of((1,), None)}),
}  # fmt: skip
_COUNTS: Entry = (YES_NO, {"thresholds": LIMITS})
_QUALITY: Entry = (YES_NO, {"thresholds": LIMITS, "class_id": one_of(0), "top_k": one_of(1, 2)})
METRICS: dict[str, Entry] = {
    "Accuracy": (("numbers", "binary", "onehot"), {}),
    "AUC": (YES_NO, {"num_thresholds": MANY, "curve": one_of("ROC", "PR"), "summation_method": one_of("interpolation", "minoring", "majoring"), "from_logits": LOGITS, "thresholds": one_of([0.2, 0.8])}),
    "BinaryAccuracy": (("binary", "onehot", "numbers", "signs"), {"threshold": one_of(0.5, 0.0, 0.3)}),
    "BinaryCrossentropy": (YES_NO, {"from_logits": LOGITS, "label_smoothing": SMOOTH}),
    "BinaryIoU": (YES_NO, {"target_class_ids": one_of((0, 1), (1,)), "threshold": one_of(0.5, 0.3)}),
    "CategoricalAccuracy": (("onehot", "soft", "numbers"), {}),
    "CategoricalCrossentropy": (("onehot", "soft"), {"from_logits": LOGITS, "label_smoothing": SMOOTH}),
    "CategoricalHinge": (YES_NO, {}),
    "ConcordanceCorrelation": (("numbers", "soft"), {"axis": AXIS}),
    "CosineSimilarity": (ANY, {"axis": AXIS}),
    "F1Score": (YES_NO, {"average": one_of("micro", "macro", "weighted"), "threshold": one_of(0.5, 0.3)}),
    "FBetaScore": (YES_NO, {"average": one_of("micro", "macro", "weighted"), "beta": one_of(1.0, 0.5, 2.0), "threshold": one_of(0.5, 0.3)}),
    "FalseNegatives": _COUNTS,
    "FalsePositives": _COUNTS,
    "Hinge": (("binary", "signs", "onehot"), {}),
    "IoU": (("classes",), {}, {"num_classes": one_of(4), "target_class_ids": one_of([0], [0, 1]), "sparse_y_pred": one_of(False)}),
    "KLDivergence": (("soft", "onehot"), {}),
    "LogCoshError": (ANY, {}),
    "MeanAbsoluteError": (ANY, {}),
    "MeanAbsolutePercentageError": (ANY, {}),
    "MeanIoU": (("classes",), {"ignore_class": one_of(0)}, {"num_classes": one_of(4), "sparse_y_pred": one_of(False)}),
    "MeanSquaredError": (("numbers", "binary", "onehot", "soft"), {}),
    "MeanSquaredLogarithmicError": (ANY, {}),
    "OneHotIoU": (("onehot",), {}, {"num_classes": one_of(4), "target_class_ids": one_of([0], [0, 1])}),
    "OneHotMeanIoU": (("onehot",), {}, {"num_classes": one_of(4)}),
    "PearsonCorrelation": (("numbers", "soft"), {"axis": AXIS}),
    "Poisson": (("numbers", "binary", "onehot"), {}),
    "Precision": _QUALITY,
    "PrecisionAtRecall": (YES_NO, {"num_thresholds": MANY}, {"recall": one_of(0.5, 0.9)}),
    "R2Score": (("numbers", "soft"), {"class_aggregation": one_of("uniform_average", "variance_weighted_average"), "num_regressors": one_of(0, 1)}),
    "Recall": _QUALITY,
    "RecallAtPrecision": (YES_NO, {"num_thresholds": MANY}, {"precision": one_of(0.5, 0.9)}),
    "RootMeanSquaredError": (ANY, {}),
    "SensitivityAtSpecificity": (YES_NO, {"num_thresholds": MANY}, {"specificity": one_of(0.5, 0.9)}),
    "SparseCategoricalAccuracy": (("classes",), {}),
    "SparseCategoricalCrossentropy": (("classes",), {"from_logits": LOGITS}),
    "SparseTopKCategoricalAccuracy": (("classes",), {"k": one_of(1, 2)}),
    "SpecificityAtSensitivity": (YES_NO, {"num_thresholds": MANY}, {"sensitivity": one_of(0.5, 0.9)}),
    "SquaredHinge": (("binary", "signs", "onehot"), {}),
    "TopKCategoricalAccuracy": (("onehot", "soft"), {"k": one_of(1, 2)}),
    "TrueNegatives": _COUNTS,
    "TruePositives": _COUNTS,
}  # fmt: skip


@functools.cache
def losses(labels: str, portable: bool = False) -> Strategy:
    """Losses that take such labels, as objects and by name."""
    reduction = one_of(*REDUCED, *(() if portable else ("none", None)))
    return st.one_of(*_entries("losses", LOSSES, {"reduction": reduction}, labels, portable))


@functools.cache
def metrics(labels: str, portable: bool = False) -> Strategy:
    """Metrics that take such labels, as objects and by name."""
    return st.one_of(st.just("accuracy"), *_entries("metrics", METRICS, {}, labels, portable))


def _entries(
    kind: str, table: dict[str, Entry], more: Options, labels: str, portable: bool
) -> list[Strategy]:
    """`portable`: cross-entropies of logits only; of probabilities, each backend has its own."""
    objects: list[Strategy] = []
    plain = []
    for name, (kinds, options, *given) in table.items():
        if labels not in kinds:
            continue
        required: dict[str, Any] = dict(*given)
        if portable and "from_logits" in options:
            options, required = _without(options), {**required, "from_logits": one_of(True)}
        elif not required:
            plain.append(to_snake_case(name))
        objects.append(some(f"{kind}.{name}", required, **options, **more))
    return [st.sampled_from(plain), *objects] if plain else objects


def _without(options: Options) -> Options:
    return {name: values for name, values in options.items() if name != "from_logits"}
