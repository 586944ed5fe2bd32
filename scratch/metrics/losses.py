"""Losses as metrics: the mean over all samples of an epoch."""

from scratch import losses
from scratch.metrics.mean import MeanMetricWrapper


class MeanSquaredError(MeanMetricWrapper):
    """Mean of squared errors (`keras.metrics.MeanSquaredError`)."""

    def __init__(self, name: str = "mean_squared_error", dtype: str | None = None) -> None:
        super().__init__(losses.mean_squared_error, name, dtype)


class Hinge(MeanMetricWrapper):
    """Mean of the hinge loss (`keras.metrics.Hinge`)."""

    def __init__(self, name: str = "hinge", dtype: str | None = None) -> None:
        super().__init__(losses.hinge, name, dtype)


class BinaryCrossentropy(MeanMetricWrapper):
    """Mean of the binary cross-entropy (`keras.metrics.BinaryCrossentropy`)."""

    def __init__(
        self,
        name: str = "binary_crossentropy",
        dtype: str | None = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
    ) -> None:
        super().__init__(
            losses.binary_crossentropy,
            name,
            dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
        )


class CategoricalCrossentropy(MeanMetricWrapper):
    """Mean of the cross-entropy with one-hot labels (`keras.metrics.CategoricalCrossentropy`)."""

    def __init__(
        self,
        name: str = "categorical_crossentropy",
        dtype: str | None = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
        axis: int = -1,
    ) -> None:
        super().__init__(
            losses.categorical_crossentropy,
            name,
            dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


class SparseCategoricalCrossentropy(MeanMetricWrapper):
    """Mean cross-entropy with class numbers (`keras.metrics.SparseCategoricalCrossentropy`)."""

    def __init__(
        self,
        name: str = "sparse_categorical_crossentropy",
        dtype: str | None = None,
        from_logits: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(
            losses.sparse_categorical_crossentropy,
            name,
            dtype,
            from_logits=from_logits,
            axis=axis,
        )
