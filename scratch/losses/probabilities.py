"""What all cross-entropies share: label smoothing, clipping, and shapes that must agree.

Probabilities are clipped to [eps, 1 - eps] before their logarithm is taken; where the clip acts,
the derivative is 0: a confidently wrong prediction learns nothing. That is why a softmax or a
sigmoid followed by a cross-entropy is computed from the logits wherever possible, see `fusion`.
"""

import warnings
from typing import Any

import numpy as np

from scratch import config


def smooth(y: Any, amount: float, classes: int) -> Any:
    """Labels moved towards the uniform distribution: y (1 - amount) + amount / classes."""
    return y * (1.0 - amount) + amount / classes if amount else y


def clipped_probabilities(p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """p clipped to [eps, 1 - eps], and where it was inside."""
    low, high = p.dtype.type(config.epsilon()), p.dtype.type(1 - config.epsilon())
    return np.clip(p, low, high), (p >= low) & (p <= high)


def require_classes(y_pred: Any, axis: Any, caller: str) -> None:
    """Raises ValueError for an axis that is no number; warns of predictions of a single class."""
    if isinstance(axis, bool):
        raise ValueError(
            f"`axis` must be of type `int`. Received: axis={axis} of type {type(axis)}"
        )
    shape = np.shape(y_pred)
    if shape and shape[-1] == 1:
        warnings.warn(
            f"In loss {caller}, expected y_pred.shape to be (batch_size, num_classes) with "
            f"num_classes > 1. Received: y_pred.shape={shape}. Consider using "
            "'binary_crossentropy' if you only have 2 classes.",
            SyntaxWarning,
            stacklevel=3,
        )


def require_same_shape(y: np.ndarray, p: np.ndarray) -> None:
    """Raises ValueError where labels and predictions do not have one shape."""
    if y.shape != p.shape:
        raise ValueError(
            "Arguments `target` and `output` must have the same shape. Received: "
            f"target.shape={y.shape}, output.shape={p.shape}"
            + hint_of_shapes(y.shape, p.shape, sparse=False)
        )


def hint_of_shapes(y: tuple[Any, ...], p: tuple[Any, ...], sparse: bool) -> str:
    """What to do about labels and predictions of these shapes, which do not fit.

    Args:
        y: shape of the labels.
        p: shape of the predictions; the last axis has the classes.
        sparse: whether labels are class numbers, not distributions.
    """
    if sparse and y == p:
        return (
            ". The labels look one-hot: use `categorical_crossentropy`, or turn them into class "
            "numbers by y.argmax(axis=-1)"
        )
    labels = len(y) + 1 if sparse else len(y)
    if len(p) > 2 and labels == 2:
        return (
            f". The model gives {len(p) - 1} axes besides the batch: is a `Flatten()` missing "
            "before its first Dense layer?"
        )
    if not sparse and (len(y) == 1 or y[1:] == (1,)):
        return (
            ". The labels look like class numbers: use `sparse_categorical_crossentropy`, or turn "
            f"them into one-hot rows by keras.utils.to_categorical(y, {p[-1]})"
        )
    return (
        ". If the labels are class numbers, use a sparse loss; if they are one-hot, their last "
        "axis must be the output's"
    )
