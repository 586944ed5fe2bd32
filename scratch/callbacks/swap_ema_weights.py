"""Evaluation with averaged weights: for its time the average takes the weights' place."""

from typing import Any

from scratch.callbacks.callback import Callback, Logs


class SwapEMAWeights(Callback):
    """Swaps weights and their moving averages (`keras.callbacks.SwapEMAWeights`).

    They are swapped before validation, evaluation and prediction, and back afterwards. The
    optimizer must keep averages: `use_ema=True`.

    Args:
        swap_on_epoch: whether to swap at the end of every epoch already, for callbacks that save.

    Raises:
        ValueError: when the optimizer keeps no averages.
    """

    def __init__(self, swap_on_epoch: bool = False) -> None:
        super().__init__()
        self.swap_on_epoch = swap_on_epoch
        self._ema_weights_in_model = False

    def _pairs(self) -> Any:
        optimizer = getattr(self.model.optimizer, "inner_optimizer", self.model.optimizer)
        averages = getattr(optimizer, "_model_variables_moving_average", None)
        if not averages:
            raise ValueError(
                "SwapEMAWeights must be used when `use_ema=True` is set on the optimizer. "
                f"Received: use_ema={optimizer.use_ema}"
            )
        return zip(optimizer._trainable_variables, averages, strict=True)

    def _swap(self, wanted: bool) -> None:
        """Brings the averages into the model, or the weights back."""
        if self._ema_weights_in_model is wanted:
            return
        for weight, average in self._pairs():
            # By sums and differences, as Keras does it on TensorFlow: the last digits change.
            total = weight.array + average.array
            average.assign(total - average.array)
            weight.assign(total - average.array)
        self._ema_weights_in_model = wanted

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Puts the weights back, with `swap_on_epoch`."""
        if self.swap_on_epoch:
            self._swap(False)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Puts the averages in, with `swap_on_epoch`; after the last epoch for good."""
        if self.swap_on_epoch and not self._ema_weights_in_model:
            self._swap(True)
            if epoch == self.params["epochs"] - 1:
                for weight, average in self._pairs():
                    average.assign(weight.array)

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Puts the averages in."""
        self._swap(True)

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Puts the weights back."""
        self._swap(False)

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Puts the averages in."""
        self._swap(True)

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """Puts the averages in, if the weights are there: Keras 3.15.1 does not swap back here."""
        self._swap(True)
