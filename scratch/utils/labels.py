"""Labels in other forms."""

from typing import Any

import numpy as np


def to_categorical(x: Any, num_classes: int | None = None) -> np.ndarray:
    """One-hot labels from class numbers (`keras.utils.to_categorical`).

    Args:
        x: class numbers, any shape; a last axis of size 1 is dropped.
        num_classes: k; default: the largest number plus one.

    Returns:
        Shape `(*x.shape, k)`, of the type that NumPy gives to 0.0.

    Raises:
        IndexError: for a class number that is not below k.
    """
    classes = np.asarray(x, dtype="int64")
    if classes.ndim > 1 and classes.shape[-1] == 1:
        classes = classes[..., 0]
    k = num_classes or int(classes.max()) + 1
    one_hot = np.zeros((classes.size, k))
    one_hot[np.arange(classes.size), classes.ravel()] = 1
    return one_hot.reshape(*classes.shape, k)
