"""Intersection over union: how much of two regions overlaps, class by class.

    IoU_c = tp_c / (row sum_c + column sum_c - tp_c + eps)     from the confusion matrix

The result is the mean over the target classes that occur at all. Counts are integers by default:
fractions of sample weights are cut off.
"""

import warnings
from typing import Any

import numpy as np

from scratch import config, ops
from scratch.metrics.mean import broadcast_weight
from scratch.metrics.metric import Metric
from scratch.ops.errors import InvalidArgumentError
from scratch.serialization.configured import configured


@configured()
class IoU(Metric):
    """The mean intersection over union of some classes (`keras.metrics.IoU`).

    Args:
        num_classes: how many there are.
        target_class_ids: those that count.
        name, dtype: see `Metric`; the default type is `"int"`.
        ignore_class: samples with this label do not count.
        sparse_y_true, sparse_y_pred: whether labels and predictions are class numbers; else the
            largest along `axis` says which.
        axis: see there.

    Raises:
        ValueError: for a target class that does not exist.
    """

    _direction = "up"

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Any,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(name=name, dtype=dtype or "int")
        if max(target_class_ids) >= num_classes:
            raise ValueError(
                f"Target class id {max(target_class_ids)} is out of range, which is "
                f"[0, {num_classes})."
            )
        self.num_classes = num_classes
        self.target_class_ids = list(target_class_ids)
        self.ignore_class = ignore_class
        self.sparse_y_true = sparse_y_true
        self.sparse_y_pred = sparse_y_pred
        self.axis = axis
        self.total_cm = self.add_variable(
            (num_classes, num_classes), np.zeros, self.dtype, name="total_confusion_matrix"
        )

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Adds a batch of labels and predictions, of any shape; a single label stands for all.

        Raises:
            InvalidArgumentError: for another number of labels than of predictions.
        """
        y, p = np.asarray(y_true), np.asarray(y_pred)
        if not self.sparse_y_true:
            y = ops.argmax(y, axis=self.axis)
        if not self.sparse_y_pred:
            p = ops.argmax(p, axis=self.axis)
        y, p = y.astype(self.dtype).reshape(-1), p.astype(self.dtype).reshape(-1)
        whole = "int" in self.dtype
        if whole and getattr(getattr(sample_weight, "dtype", None), "kind", "") == "f":
            warnings.warn(
                "You are passing weight as `float`, but dtype is `int`. This may result in an "
                "incorrect weight due to type casting Consider using integer weights.",
                stacklevel=2,
            )
        weight = np.asarray(1 if sample_weight is None else sample_weight).astype(self.dtype)
        weight = broadcast_weight(weight.reshape(-1) if weight.ndim > 1 else weight, y.shape)
        if y.size != p.size and 1 not in (y.size, p.size):
            raise InvalidArgumentError(
                f"{self.name}: {y.size} labels do not fit {p.size} predictions. Where predictions "
                "are probabilities of several classes, set sparse_y_pred=False"
            )
        y, p, weight = np.broadcast_arrays(y, p, weight)
        inside = (y >= 0) & (y < self.num_classes) & (p >= 0) & (p < self.num_classes)
        if self.ignore_class is not None:
            inside &= y != self.ignore_class
        rows, columns = y[inside].astype("int64"), p[inside].astype("int64")
        np.add.at(self.total_cm.array, (rows, columns), weight[inside])

    def result(self) -> np.ndarray:
        """The mean over the target classes that occur, as float32."""
        matrix, chosen = self.total_cm.array, self.target_class_ids
        tp = np.diag(matrix)
        union = matrix.sum(axis=0) + matrix.sum(axis=1) - tp
        tp, union = tp[chosen].astype("float32"), union[chosen].astype("float32")
        occurs = union > 1e-9
        eps = np.float32(config.epsilon())
        overlap = np.where(occurs, tp / (union + eps), 0)
        return overlap.sum(axis=self.axis) / (occurs.sum(dtype="float32") + eps)


@configured(alone=True)
class BinaryIoU(IoU):
    """The mean over no and yes (`keras.metrics.BinaryIoU`); from `threshold` on it is a yes."""

    def __init__(
        self,
        target_class_ids: Any = (0, 1),
        threshold: float = 0.5,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(2, target_class_ids, name, dtype)
        self.threshold = threshold

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Adds a batch of labels and probabilities, of any shape."""
        yes = np.asarray(y_pred, "float32") >= np.float32(self.threshold)
        super().update_state(y_true, yes, sample_weight)


@configured()
class MeanIoU(IoU):
    """The mean over all classes (`keras.metrics.MeanIoU`); arguments as of `IoU`."""

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(
            num_classes,
            range(num_classes),
            name,
            dtype,
            ignore_class,
            sparse_y_true,
            sparse_y_pred,
            axis,
        )


@configured()
class OneHotIoU(IoU):
    """`IoU` of one-hot labels (`keras.metrics.OneHotIoU`)."""

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Any,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(
            num_classes, target_class_ids, name, dtype, ignore_class, False, sparse_y_pred, axis
        )


@configured()
class OneHotMeanIoU(MeanIoU):
    """`MeanIoU` of one-hot labels (`keras.metrics.OneHotMeanIoU`)."""

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, name, dtype, ignore_class, False, sparse_y_pred, axis)
