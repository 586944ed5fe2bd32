"""Categorical cross-entropy: one distribution over k classes for each sample.

    categorical          L = -sum_j y_j log p_j              y one-hot, or any distribution
    sparse categorical   L = -log p_c                        c the number of the true class

Probabilities are clipped to [eps, 1 - eps], as in `binary`. Smoothed labels are spread over as many
classes as the last axis has, whatever `axis` is: as in Keras, and not as it says.

From logits, p = softmax(z), and the derivative is the difference dL/dz = p - y.
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.kernels.recorded import put, taken
from scratch.losses.elementwise import tensors
from scratch.losses.loss import LossFunctionWrapper
from scratch.losses.probabilities import (
    clipped_probabilities,
    hint_of_shapes,
    require_classes,
    require_same_shape,
    smooth,
)
from scratch.network.masks import set_keras_mask
from scratch.network.node import Node
from scratch.network.pairs import hand_derived
from scratch.ops.errors import InvalidArgumentError


def categorical_crossentropy(
    y_true: Any,
    y_pred: Any,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Any:
    """Cross-entropy of distributions along `axis`; (..., k) twice -> (...).

    Args:
        y_true: one-hot labels, or any distributions.
        y_pred: probabilities (made to sum to 1 first), or logits if `from_logits`.
        from_logits: whether a softmax is still to be applied.
        label_smoothing: s mixes labels with the uniform distribution: y (1 - s) + s / k.
        axis: the axis of the classes.
    """
    require_classes(y_pred, axis, "categorical_crossentropy")
    y, p = tensors(y_true, y_pred)
    y = smooth(y, label_smoothing, y.shape[-1])
    return ops.categorical_crossentropy(y, p, from_logits=from_logits, axis=axis)


def sparse_categorical_crossentropy(
    y_true: Any,
    y_pred: Any,
    from_logits: bool = False,
    ignore_class: int | None = None,
    axis: int = -1,
) -> Any:
    """Cross-entropy with class numbers; (...) or (..., 1) and (..., k) -> (...).

    Args:
        y_true: class numbers from 0 to k - 1; fractions are cut off.
        y_pred: probabilities, or logits if `from_logits`.
        from_logits: whether a softmax is still to be applied.
        ignore_class: samples of this class have loss 0.
        axis: the axis of the classes; must be the last.

    Raises:
        InvalidArgumentError: for a class number outside [0, k).
        ValueError: for another axis.
    """
    y_pred = ops.convert_to_tensor(y_pred)
    classes, ignored = _classes(y_true, y_pred, ignore_class, axis)
    if ignored is not None:  # what a step that does not count has predicted is not looked at
        y_pred = ops.where(ops.expand_dims(ignored, -1), 0.0, y_pred)
    values = ops.sparse_categorical_crossentropy(
        classes, y_pred, from_logits=from_logits, axis=axis
    )
    if ignored is None:
        return values
    values = ops.where(ignored, 0.0, values)
    set_keras_mask(values, ops.logical_not(ignored))
    return values


def _classes(y_true: Any, y_pred: Any, ignore_class: int | None, axis: int) -> tuple[Any, Any]:
    """Class numbers that are safe to look up, and which of them do not count."""
    if axis not in (-1, len(y_pred.shape) - 1):
        raise ValueError(f"Only axis=-1 is currently supported. Received: axis={axis}")
    symbolic = isinstance(y_true, ops.Symbol)
    c = ops.cast(y_true, "int64") if symbolic else np.asarray(y_true).astype(np.int64)
    if len(c.shape) == len(y_pred.shape) and c.shape[-1] == 1:
        c = c[..., 0]
    if tuple(c.shape) != tuple(y_pred.shape[:-1]):
        raise ValueError(
            "Arguments `target` and `output` must have the same shape up until the last "
            f"dimension: target.shape={c.shape}, output.shape={tuple(y_pred.shape)}"
            + hint_of_shapes(tuple(c.shape), tuple(y_pred.shape), sparse=True)
        )
    ignored = None
    if ignore_class is not None:
        ignored = ops.equal(c, ignore_class)
        c = ops.where(ignored, 0, c)
    if symbolic:  # the graph checks its classes when it is evaluated
        return c, ignored
    k = y_pred.shape[-1]
    # One comparison finds both ends: seen as unsigned, a negative number is huge.
    if c.size and np.maximum.reduce(c.view(np.uint64), axis=None) >= k:
        given = np.asarray(y_true).reshape(c.shape)
        wrong = given[(c < 0) | (c >= k)].flat[0]
        raise InvalidArgumentError(
            f"y_true: received a label value of {wrong} which is outside the valid range of "
            f"[0, {k}). The predictions have {k} classes, so class numbers run from 0 to {k - 1}. "
            f"Label values: {_shorten(given)}"
        )
    return c, ignored


def _shorten(c: np.ndarray) -> str:
    return np.array2string(c.ravel(), threshold=20, edgeitems=8, separator=" ")


def _softmax(
    z: np.ndarray, axis: int = -1, known: Node | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The largest z, m; the logarithm of the sum of e^(z - m), s; and softmax(z).

    log softmax(z) = (z - m) - s. Where a node, `known`, has computed the softmax,
    s = -log max softmax(z), for the largest e^(z - m) = 1 is divided by that sum.
    """
    m = np.maximum.reduce(z, axis=axis, keepdims=True)
    if known is not None:
        largest = np.maximum.reduce(known.y, axis=axis, keepdims=True)
        return m, -np.log(largest), known.y.copy()
    e = np.exp(z - m)
    total = e.sum(axis=axis, keepdims=True)
    return m, np.log(total), np.divide(e, total, out=e)


@hand_derived(categorical_crossentropy)
class CategoricalCrossentropyPair:
    """From logits: L = -sum_j y_j log softmax(z)_j,   dz = softmax(z) - y.

    That derivative takes for granted that y sums to 1. TensorFlow computes it for any y, and so
    does this. From probabilities: with q = p / sum p, dq = -y / q inside the clip, else 0, and
    dp_i = (dq_i - sum_j dq_j q_j) / sum p.
    """

    @staticmethod
    def forward(
        y: np.ndarray,
        p: np.ndarray,
        node: Node,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
    ) -> np.ndarray:
        """One value per sample."""
        require_same_shape(y, p)
        y = smooth(y, label_smoothing, y.shape[-1])
        if from_logits:
            m, log_total, q = _softmax(p, axis, node.saved.get("softmax"))
            log_q = p - m - log_total
            node.saved["slope"] = np.subtract(q, y, out=q)
        else:
            total = p.sum(axis=axis, keepdims=True)
            q = p / total
            clipped, inside = clipped_probabilities(q)
            log_q = np.log(clipped)
            dq = np.where(inside, -y / clipped, 0)
            node.saved["slope"] = (dq - (dq * q).sum(axis=axis, keepdims=True)) / total
        return -(y * log_q).sum(axis=axis)

    @staticmethod
    def backward(dvalues: np.ndarray, node: Node, axis: int = -1, **_: Any) -> np.ndarray:
        """The derivative with respect to p (or z)."""
        return np.expand_dims(dvalues, axis) * node.saved["slope"]


@hand_derived(sparse_categorical_crossentropy)
class SparseCategoricalCrossentropyPair:
    """From logits: L = -log softmax(z)_c,   dz = softmax(z) - onehot(c).

    From probabilities, Keras on TensorFlow takes z = log(clip(p)): dp = dz / p inside the clip.
    """

    @staticmethod
    def forward(
        y: np.ndarray,
        p: np.ndarray,
        node: Node,
        from_logits: bool = False,
        ignore_class: int | None = None,
        axis: int = -1,
    ) -> np.ndarray:
        """One value per sample."""
        pair = SparseCategoricalCrossentropyPair
        return pair.forward_at(pair.look_up(y, p, ignore_class, axis), p, node, from_logits)

    @staticmethod
    def look_up(
        y: np.ndarray, p: np.ndarray, ignore_class: int | None = None, axis: int = -1, **_: Any
    ) -> tuple[np.ndarray, np.ndarray | None]:
        """The place of each sample's true class in `p` seen as one long row; whom to ignore.

        This is what of `forward` looks at single numbers, and may find a wrong one.
        """
        c, ignored = _classes(y, p, ignore_class, axis)
        rows = np.arange(0, p.size, p.shape[-1], dtype=np.intp).reshape(c.shape)
        return rows + c.astype(np.intp, copy=False), ignored

    @staticmethod
    def forward_at(
        places: tuple[np.ndarray, np.ndarray | None],
        p: np.ndarray,
        node: Node,
        from_logits: bool = False,
        **_: Any,
    ) -> np.ndarray:
        """`forward`, for what `look_up` has found."""
        at, ignored = places
        if from_logits:
            z = p
            m, log_total, slope = _softmax(z, known=node.saved.get("softmax"))
        else:
            clipped, inside = clipped_probabilities(p)
            z = np.log(clipped)
            m, log_total, slope = _softmax(z)
        values = log_total[..., 0] - (taken(z.reshape(-1), at) - m[..., 0])
        slopes = slope.reshape(-1)
        put(slopes, at, taken(slopes, at) - 1)
        if not from_logits:
            slope = np.where(inside, slope / clipped, 0)
        if ignored is not None:
            values, slope = np.where(ignored, 0, values), np.where(ignored[..., None], 0, slope)
            set_keras_mask(values, ~ignored)
        node.saved["slope"] = slope
        return values

    @staticmethod
    def backward(dvalues: np.ndarray, node: Node, **_: Any) -> np.ndarray:
        """The derivative with respect to p (or z)."""
        return dvalues[..., None] * node.saved["slope"]


class CategoricalCrossentropy(LossFunctionWrapper):
    """Cross-entropy with one-hot labels (`keras.losses.CategoricalCrossentropy`)."""

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "categorical_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            categorical_crossentropy,
            reduction,
            name,
            dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


class SparseCategoricalCrossentropy(LossFunctionWrapper):
    """Cross-entropy with class numbers (`keras.losses.SparseCategoricalCrossentropy`)."""

    _unsaved = ("axis",)  # Keras's config forgets it

    def __init__(
        self,
        from_logits: bool = False,
        ignore_class: int | None = None,
        reduction: str | None = "sum_over_batch_size",
        axis: int = -1,
        name: str = "sparse_categorical_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            sparse_categorical_crossentropy,
            reduction,
            name,
            dtype,
            from_logits=from_logits,
            ignore_class=ignore_class,
            axis=axis,
        )
