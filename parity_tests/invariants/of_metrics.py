"""Invariants of metrics: what they were told decides, and not in which pieces they were told it."""

from typing import Any

import numpy as np

from parity_tests.invariants.invariant import invariant
from parity_tests.invariants.shared import config, loaded
from scratch.context.naming import to_snake_case

# These do not compare labels with predictions.
VALUES = ("Mean", "Sum")
# These are means of what a function gives.
MEANS = tuple(
    f"{kind}Accuracy"
    for kind in ("Binary", "Categorical", "SparseCategorical", "TopKCategorical",
                 "SparseTopKCategorical")
)  # fmt: skip
CORRELATIONS = ("ConcordanceCorrelation", "PearsonCorrelation")


def rows(s: Any, chosen: Any = slice(None)) -> tuple[Any, ...]:
    """Labels and predictions, or the values, of the chosen rows."""
    return (s.y[chosen], s.p[chosen]) if hasattr(s, "p") else (s.y[chosen],)


def told(s: Any, *parts: Any, metric: Any = None) -> Any:
    """The result of a new metric after the rows of each part, with their weights.

    A part is what chooses rows, or that and the weights of all rows, or None for no weights.
    """
    metric = metric or s.make()
    for part in parts:
        chosen, w = part if isinstance(part, tuple) else (part, s.w)
        metric.update_state(*rows(s, chosen), sample_weight=None if w is None else w[chosen])
    return metric.result()


ALL = slice(None)


@invariant("metrics")
def cut_in_two(s: Any) -> Any:
    """A batch that is told in two parts is the whole."""
    parts = [slice(None, 1), slice(1, None)] if len(s.y) > 1 else [ALL]
    return told(s, ALL), told(s, *parts)


@invariant("metrics")
def rows_permuted(s: Any) -> Any:
    """The order of the rows changes nothing."""
    return told(s, ALL), told(s, slice(None, None, -1))


@invariant("metrics")
def a_row_twice(s: Any) -> Any:
    """A row that is told twice is one of weight 2."""
    weights = np.where(np.arange(len(s.y)) == 0, 2.0, 1.0)
    return told(s, ([0, *range(len(s.y))], None)), told(s, (ALL, weights))


@invariant("metrics")
def weight_0(s: Any) -> Any:
    """A row of weight 0 is as good as absent."""
    again = [*range(len(s.y)), 0]
    metric, w = s.make(), np.append(s.w, 0.0)
    metric.update_state(*rows(s, again), sample_weight=w)
    return told(s, ALL), metric.result()


@invariant("metrics")
def weights_of_1(s: Any) -> Any:
    """No weights are weights of 1."""
    return told(s, (ALL, None)), told(s, (ALL, np.ones(len(s.y))))


@invariant("metrics")
def weights_times_c(s: Any) -> Any:
    """What is an average does not depend on the size of the weights."""
    return told(s, ALL), told(s, (ALL, 4 * s.w))


@invariant("metrics")
def weights_as_a_column(s: Any) -> Any:
    """Weights (n,) are weights (n, 1)."""
    return told(s, ALL), told(s, (ALL, s.w[:, None]))


@invariant("metrics", but=VALUES)
def labels_as_a_column(s: Any) -> Any:
    """Labels (n,) are labels (n, 1)."""
    p = s.p if s.y.ndim == 1 else s.p[:, :1]
    flat = s.y if s.y.ndim == 1 else s.y[:, 0]
    results = []
    for y in (flat, flat[:, None]):
        metric = s.make()
        metric.update_state(y, p)
        results.append(metric.result())
    return tuple(results)


@invariant("metrics", but=VALUES)
def whole_numbers(s: Any) -> Any:
    """Labels that are whole may be integers."""
    results = []
    for dtype in ("float64", "int64"):
        metric = s.make()
        whole = np.round(s.y) + 0  # no -0, which an argmax puts before 0
        metric.update_state(whole.astype(dtype), s.p)
        results.append(metric.result())
    return tuple(results)


@invariant("metrics", only=("SparseCategorical*", "SparseTopK*", "MeanIoU", "IoU"))
def one_hot(s: Any) -> Any:
    """Labels as one-hot rows count as they do as numbers."""
    sparse = s.make()
    name = type(sparse).__name__.replace("Sparse", "").replace("IoU", "OneHotIoU")
    name = name.replace("MeanOneHot", "OneHotMean")
    taken = ("name", "dtype", "from_sorted_ids")
    given = {k: v for k, v in sparse.get_config().items() if k not in taken}
    if "num_classes" not in given:
        given.pop("ignore_class", None)
    made = getattr(s.keras.metrics, name)
    if "sparse_y_true" in given:
        given["ignore_class"] = sparse.ignore_class
        del given["sparse_y_true"], given["sparse_y_pred"]
    dense = made(**given)
    width = given.get("num_classes", s.p.shape[-1])
    sparse.update_state(s.y, s.p, sample_weight=s.w)
    dense.update_state(np.eye(width)[s.y], s.p, sample_weight=s.w)
    return sparse.result(), dense.result()


@invariant("metrics", exact=True)
def asked_twice(s: Any) -> Any:
    """Asking for the result changes nothing."""
    metric = s.make()
    return told(s, ALL, metric=metric), metric.result()


@invariant("metrics", exact=True)
def a_result_stays(s: Any) -> Any:
    """A result that was given does not change when the metric is told more."""
    metric = s.make()
    first = told(s, ALL, metric=metric)
    then = np.array(s.keras.ops.convert_to_numpy(first))
    told(s, ALL, metric=metric)
    return then, first


@invariant("metrics", exact=True)
def reset(s: Any) -> Any:
    """What was reset is new."""
    metric = s.make()
    told(s, ALL, metric=metric)
    metric.reset_state()
    return told(s, ALL), told(s, ALL, metric=metric)


@invariant("metrics", exact=True)
def do_not_know_each_other(s: Any) -> Any:
    """What one metric is told, another of the same class does not know."""
    one, other = s.make(), s.make()
    told(s, [0], metric=other)
    told(s, ALL, metric=one)
    told(s, [0], metric=other)
    return told(s, ALL), one.result()


@invariant("metrics", exact=True, also=("metrics.serialize", "metrics.deserialize"))
def saved_and_loaded(s: Any) -> Any:
    """A config holds what was given, whatever was told since; what it makes answers the same."""
    metric = s.make()
    given = config(metric)
    answer = told(s, ALL, metric=metric)
    now = s.keras.metrics.deserialize(s.keras.metrics.serialize(metric))
    other = loaded(s, metric)
    answers = [told(s, ALL, metric=now), told(s, ALL, metric=other)]
    return [given] * 4 + [answer] * 2, [config(metric), config(now), config(other), given, *answers]


@invariant("metrics", exact=True)
def state_handed_on(s: Any) -> Any:
    """A metric that gets another's variables goes on where that one is."""
    one, other = s.make(), s.make()
    for metric in (one, other):  # some make their variables when they are told something
        told(s, [0], metric=metric)
    told(s, ALL, metric=one)
    for mine, theirs in zip(other.variables, one.variables, strict=True):
        mine.assign(theirs)
    told(s, ALL, metric=one)
    return one.result(), told(s, ALL, metric=other)


@invariant(
    "metrics", only=(*MEANS, *CORRELATIONS),
    also=tuple(f"metrics.{to_snake_case(name)}" for name in (*MEANS, *CORRELATIONS)),
)  # fmt: skip
def as_a_function(s: Any) -> Any:
    """The function of the same name gives the values whose mean it is."""
    metric = s.make()
    function = getattr(s.keras.metrics, to_snake_case(type(metric).__name__))
    taken = ("name", "dtype")
    given = {k: v for k, v in metric.get_config().items() if k not in taken}
    y, p = (s.keras.ops.convert_to_tensor(part) for part in rows(s))
    values = s.keras.ops.convert_to_numpy(function(y, p, **given)).astype(s.precision)
    return told(s, (ALL, None), metric=metric), values.mean()
