"""A callback made of functions."""

from collections.abc import Callable
from typing import Any

from scratch.callbacks.callback import Callback


class LambdaCallback(Callback):
    """Calls the given functions at the given moments (`keras.callbacks.LambdaCallback`).

    Args:
        on_epoch_begin, on_epoch_end: functions of `(epoch, logs)`.
        on_train_begin, on_train_end: functions of `(logs)`.
        on_train_batch_begin, on_train_batch_end: functions of `(batch, logs)`; `logs` is passed by
            name.
        kwargs: functions for any other hook of `Callback`, by its name.
    """

    def __init__(
        self,
        on_epoch_begin: Callable | None = None,
        on_epoch_end: Callable | None = None,
        on_train_begin: Callable | None = None,
        on_train_end: Callable | None = None,
        on_train_batch_begin: Callable | None = None,
        on_train_batch_end: Callable | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__()
        given = {
            "on_epoch_begin": on_epoch_begin,
            "on_epoch_end": on_epoch_end,
            "on_train_begin": on_train_begin,
            "on_train_end": on_train_end,
            "on_train_batch_begin": on_train_batch_begin,
            "on_train_batch_end": on_train_batch_end,
        }
        vars(self).update(kwargs)
        vars(self).update({hook: f for hook, f in given.items() if f is not None})
