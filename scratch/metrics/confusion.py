"""The confusion matrix of yes and no, at one threshold or many.

    tp  a yes that is one       fp  a yes that is none        yes: prediction > threshold
    fn  a no that should be yes tn  a no that is one

At evenly spaced thresholds every prediction is put into a bucket, and the buckets are added up from
above, as Keras does it: a prediction is above threshold i / (n - 1) if its bucket is i or higher.
"""

from typing import Any

import numpy as np

from scratch import config, ops
from scratch.losses.loss import squeeze_or_expand
from scratch.metrics.mean import broadcast_weight
from scratch.ops.errors import InvalidArgumentError

NEVER = -1e10  # below every prediction: what is not among the k largest

Counts = dict[str, np.ndarray]


def as_thresholds(thresholds: Any, default: float) -> list[float]:
    """`thresholds` as a list, `[default]` for None.

    Raises:
        ValueError: when one lies outside [0, 1].
    """
    if thresholds is None:
        return [default]
    found = list(thresholds) if isinstance(thresholds, list | tuple) else [thresholds]
    invalid = [t for t in found if t is None or t < 0 or t > 1]
    if invalid:
        raise ValueError(f"Threshold values must be in [0, 1]. Received: {invalid}")
    return found


def evenly_spaced(thresholds: Any) -> bool:
    """Whether these are 0, 1 / (n - 1), 2 / (n - 1), ..., 1, but for an epsilon."""
    n = len(thresholds)
    even = np.arange(n, dtype="float32") / max(n - 1, 1)
    return n >= 3 and bool(np.allclose(thresholds, even, atol=config.epsilon()))


def confusion(
    y_true: Any,
    y_pred: Any,
    thresholds: Any,
    dtype: str,
    *,
    sample_weight: Any = None,
    top_k: int | None = None,
    class_id: int | None = None,
    multi_label: bool = False,
    label_weights: Any = None,
    evenly: bool = False,
) -> Counts:
    """`tp`, `fp`, `tn`, `fn`: (thresholds,), or (thresholds, labels) if `multi_label`.

    Args:
        y_true: labels; whatever is not 0 is a yes.
        y_pred: predictions, of the same shape.
        thresholds: from 0 to 1.
        dtype: in which is counted.
        sample_weight: (n,) or of the shape of the predictions.
        top_k: only the k largest predictions of a sample can be a yes.
        class_id: the only column that counts.
        multi_label: whether each column has a matrix of its own.
        label_weights: one for each column.
        evenly: whether thresholds count as evenly spaced even where they are only two.

    Raises:
        InvalidArgumentError: when shapes do not fit.
    """
    y, p = np.asarray(y_true, dtype), np.asarray(y_pred, dtype)
    p, y = squeeze_or_expand(p, y)
    evenly = evenly or evenly_spaced(_without_epsilon(thresholds))
    if multi_label or evenly:
        fits = y.shape == p.shape
    else:  # all columns count as one: Keras compares number by number, whatever the shapes
        fits = y.size == p.size or 1 in (y.size, p.size)
    if not fits:
        raise InvalidArgumentError(
            f"y_true of shape {y.shape} does not fit y_pred of shape {p.shape}: expected the same "
            "shape. One-hot labels are needed where there are several outputs"
        )
    weight = None
    if sample_weight is not None:
        weight = np.asarray(sample_weight, dtype)[..., None]
        if weight.ndim == y.ndim + 1:
            weight = weight[..., 0]
    if top_k is not None:
        p = _only_top_k(p, top_k)
    if class_id is not None:
        if p.ndim == 1:
            raise ValueError(
                "When class_id is provided, y_pred must be a 2D array with shape "
                f"(num_samples, num_classes), found shape: {p.shape}"
            )
        y, p = y[..., class_id, None], p[..., class_id, None]
    weights = np.ones_like(p) if weight is None else broadcast_weight(weight, p.shape)
    if label_weights is not None:
        weights = weights * np.asarray(label_weights, dtype)[None]
    columns = p.shape[-1] if multi_label else 1
    # One column for each label, or a single one for all.
    if not multi_label:
        y, p, weights = np.broadcast_arrays(*(a.reshape(-1, 1) for a in (y, p, weights)))
    positive = np.where(y != 0, weights, 0).astype(dtype)
    negative = np.where(y != 0, 0, weights).astype(dtype)
    count = _in_buckets if evenly else _one_by_one
    tp, fp = count(p, (positive, negative), np.asarray(thresholds, dtype))
    found = {
        "tp": tp,
        "fp": fp,
        "fn": positive.sum(axis=0) - tp,
        "tn": negative.sum(axis=0) - fp,
    }
    return found if multi_label else {key: a.reshape(-1, columns)[:, 0] for key, a in found.items()}


def _without_epsilon(thresholds: Any) -> Any:
    return np.clip(np.asarray(thresholds, "float64"), 0, 1)


def _only_top_k(p: np.ndarray, k: int) -> np.ndarray:
    _, places = ops.top_k(p, k)
    chosen = np.zeros_like(p)
    np.put_along_axis(chosen, places, 1, axis=-1)
    return p * chosen + p.dtype.type(NEVER) * (1 - chosen)


def _one_by_one(p: np.ndarray, weights: Any, thresholds: np.ndarray) -> list[np.ndarray]:
    above = p[None] > thresholds[:, None, None]
    return [np.where(above, w[None], 0).sum(axis=1) for w in weights]


def _in_buckets(p: np.ndarray, weights: Any, thresholds: np.ndarray) -> list[np.ndarray]:
    n = len(thresholds)
    bucket = np.ceil(np.clip(p, 0, 1) * p.dtype.type(n - 1)) - 1
    if thresholds[0] < 0:  # even 0 is above that
        bucket = np.maximum(bucket, 0)
    bucket = bucket.astype("int32")
    found = []
    for w in weights:
        totals = np.zeros((n, p.shape[1]), p.dtype)
        rows, columns = np.nonzero(bucket >= 0)
        np.add.at(totals, (bucket[rows, columns], columns), w[rows, columns])
        found.append(np.cumsum(totals[::-1], axis=0, dtype=p.dtype)[::-1])
    return found
