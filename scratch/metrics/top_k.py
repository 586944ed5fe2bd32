"""How often the right class is among the k largest predictions."""

from typing import Any

import numpy as np

from scratch import config, ops
from scratch.metrics.mean import MeanMetricWrapper


def top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> np.ndarray:
    """Where the 1 of the one-hot label is among the k largest; (..., c) twice -> (...)."""
    return sparse_top_k_categorical_accuracy(ops.argmax(y_true, axis=-1), y_pred, k)


def sparse_top_k_categorical_accuracy(
    y_true: Any, y_pred: Any, k: int = 5, from_sorted_ids: bool = False
) -> np.ndarray:
    """Where the class number is among the k largest; (...) and (..., c) -> (...).

    Args:
        y_true: class numbers.
        y_pred: scores; or, if `from_sorted_ids`, class numbers, the best first.
        k: how many count. Ties with the k-th count, too.
        from_sorted_ids: see `y_pred`.
    """
    p = ops.convert_to_tensor(y_pred)
    y = np.asarray(y_true).astype(p.dtype if from_sorted_ids else "int32")
    rows = p.reshape(-1, p.shape[-1]) if p.ndim > 2 else p
    classes = y.reshape(-1) if y.ndim > 1 else y
    if from_sorted_ids:
        matches = (classes[:, None] == rows[:, :k]).any(axis=1)
    else:
        matches = ops.in_top_k(classes, rows, k=k)
    return matches.astype(config.floatx()).reshape(y.shape)


class TopKCategoricalAccuracy(MeanMetricWrapper):
    """How often the one-hot label is among the k largest outputs.

    Source: `keras.metrics.TopKCategoricalAccuracy`.
    """

    _direction = "up"

    def __init__(
        self, k: int = 5, name: str = "top_k_categorical_accuracy", dtype: Any = None
    ) -> None:
        super().__init__(top_k_categorical_accuracy, name, dtype, k=k)


class SparseTopKCategoricalAccuracy(MeanMetricWrapper):
    """How often the label's class is among the k largest outputs.

    Source: `keras.metrics.SparseTopKCategoricalAccuracy`.
    """

    _direction = "up"

    def __init__(
        self,
        k: int = 5,
        name: str = "sparse_top_k_categorical_accuracy",
        dtype: Any = None,
        from_sorted_ids: bool = False,
    ) -> None:
        super().__init__(
            sparse_top_k_categorical_accuracy, name, dtype, k=k, from_sorted_ids=from_sorted_ids
        )

    def get_config(self) -> dict[str, Any]:
        """The arguments that build this metric again; `from_sorted_ids` only where it is set."""
        config = super().get_config()
        if not config["from_sorted_ids"]:
            del config["from_sorted_ids"]
        return config
