"""Losses that are the mean, over the last axis, of a function of one label and one prediction.

    values = 1/k sum_j l(y_j, p_j)         dp_j = dvalues l'(y_j, p_j) / k

l' is the derivative of l with respect to p. Labels and predictions may be broadcast.
"""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from scratch import ops
from scratch.losses.loss import require_fit, squeeze_or_expand
from scratch.network.node import Node


def tensors(y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """Both as tensors, the labels in the type of the predictions."""
    p = ops.convert_to_tensor(y_pred)
    # A complex step perturbs predictions, never labels.
    dtype = "float64" if p.dtype == "complex128" else p.dtype
    return ops.convert_to_tensor(y_true, dtype), p


def fitting_tensors(y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """Both as tensors, as `tensors` does; arrays must fit each other.

    Raises:
        InvalidArgumentError: for arrays that do not.
    """
    return _fitting(*tensors(y_true, y_pred))


def aligned_tensors(y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """As `fitting_tensors`; where ranks differ by one, an axis of size 1 is added or dropped."""
    return _fitting(*squeeze_or_expand(*tensors(y_true, y_pred)))


def _fitting(y: Any, p: Any) -> tuple[Any, Any]:
    if isinstance(y, np.ndarray) and isinstance(p, np.ndarray):
        require_fit(y, p, compiled=False)
    return y, p


class ElementwisePair(ABC):
    """Forward and backward, for a subclass that knows l and l'."""

    @classmethod
    def forward(cls, y: np.ndarray, p: np.ndarray, node: Node, **settings: Any) -> np.ndarray:
        """One value per sample."""
        y, p = squeeze_or_expand(y, p)
        require_fit(y, p)
        with np.errstate(all="ignore"):
            values, slope = cls.elements(y.astype(p.dtype, copy=False), p, **settings)
        node.saved["slope"], node.saved["p"] = slope, p
        return np.mean(values, axis=-1)

    @classmethod
    def backward(cls, dvalues: np.ndarray, node: Node, **settings: Any) -> np.ndarray:
        """The derivative with respect to p."""
        slope, p = node.saved["slope"], node.saved["p"]
        return ops.sum_to_shape(np.expand_dims(dvalues, -1) * slope / slope.shape[-1], p.shape)

    @staticmethod
    @abstractmethod
    def elements(y: np.ndarray, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """l(y, p) and its slope l'(y, p), element by element."""
