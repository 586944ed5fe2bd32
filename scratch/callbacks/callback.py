"""A callback: an object whose hooks the training loop calls at set moments.

    fit:       on_train_begin, then for every epoch
                   on_epoch_begin
                   for every batch: on_train_batch_begin, on_train_batch_end
                   with validation data, all that evaluate calls
                   on_epoch_end
               on_train_end
    evaluate:  on_test_begin; on_test_batch_begin, on_test_batch_end, ...; on_test_end
    predict:   on_predict_begin; on_predict_batch_begin, on_predict_batch_end, ...; on_predict_end

The hooks of validation inside `fit` are those of `evaluate`.
"""

from collections.abc import Callable
from typing import Any, TypeVar

Logs = dict[str, Any]

_Hook = TypeVar("_Hook", bound=Callable[..., Any])


def _default(hook: _Hook) -> _Hook:
    """Marks a hook that does nothing, so that the loop can leave out calling it."""
    hook._is_default = True  # type: ignore[attr-defined]
    return hook


def is_default(hook: Callable[..., Any]) -> bool:
    """Whether a callback left this hook as it is in `Callback`."""
    return getattr(hook, "_is_default", False)


class Callback:
    """The base of all callbacks (`keras.callbacks.Callback`): override the hooks you need.

    `logs` are the metrics so far, from name to number; hooks that open something get an empty
    dictionary, `on_predict_batch_end` gets the batch's `outputs`. All callbacks get the same
    dictionary. `batch` and `epoch` count from 0.

    Attributes:
        params: what the loop was started with: `verbose`, `epochs`, `steps`.
        model: the model that is trained, evaluated or asked.
    """

    def __init__(self) -> None:
        self.params: Any = None
        self._model: Any = None

    def set_params(self, params: dict[str, Any]) -> None:
        """Called once, before all hooks."""
        self.params = params

    def set_model(self, model: Any) -> None:
        """Called once, before all hooks."""
        self._model = model

    @property
    def model(self) -> Any:
        """The model that this callback watches."""
        return self._model

    @_default
    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """The same as `on_train_batch_begin`, under an older name."""

    @_default
    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """The same as `on_train_batch_end`, under an older name."""

    @_default
    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Before the first batch of an epoch; `fit` only."""

    @_default
    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """After an epoch and its validation, whose metrics are in `logs` as `val_...`."""

    @_default
    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Before a batch is trained on."""
        self.on_batch_begin(batch, logs=logs)

    @_default
    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """After the step on a batch; `logs` are the means over the epoch so far."""
        self.on_batch_end(batch, logs=logs)

    @_default
    def on_test_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Before a batch is evaluated, in `fit`'s validation as well."""

    @_default
    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """After a batch was evaluated, in `fit`'s validation as well."""

    @_default
    def on_predict_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Before a batch's outputs are computed."""

    @_default
    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """After a batch's outputs were computed; they are in `logs` as `outputs`."""

    @_default
    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Before the first epoch."""

    @_default
    def on_train_end(self, logs: Logs | None = None) -> None:
        """After the last epoch, with its logs."""

    @_default
    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Before an evaluation."""

    @_default
    def on_test_end(self, logs: Logs | None = None) -> None:
        """After an evaluation, with its metrics."""

    @_default
    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Before the first batch of `predict`."""

    @_default
    def on_predict_end(self, logs: Logs | None = None) -> None:
        """After the last batch of `predict`."""
