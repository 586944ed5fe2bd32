"""All callbacks of one `fit`, `evaluate` or `predict`, called as one.

Hooks run in the order of the list; `History` and the progress bar come last. Calling Python for
every batch is not free, so batch hooks go only to callbacks that define them, and the loop may ask
first whether anybody wants them at all:

    if callbacks.wants_batch_hooks("train"):
        callbacks.on_train_batch_begin(step)
        ...
        callbacks.on_train_batch_end(step, get_logs)     # get_logs() only runs if somebody looks

Keras calls some of these hooks from another thread; here all run in the caller's.
"""

from collections.abc import Callable
from typing import Any

from scratch.callbacks.callback import Callback, Logs, is_default
from scratch.callbacks.history import History
from scratch.callbacks.progbar_logger import ProgbarLogger
from scratch.callbacks.remembered import is_exact

MODES = ("train", "test", "predict")

# A batch hook of one callback, and the question to ask before an end hook is called (None: always).
_Listener = tuple[Callable[..., Any], Callable[[int], bool] | None]

_NOBODY: dict[str, list[_Listener]] = {
    f"on_{mode}_batch_{moment}": [] for mode in MODES for moment in ("begin", "end")
}


class CallbackList(Callback):
    """A list of callbacks that is itself a callback (`keras.callbacks.CallbackList`).

    Args:
        callbacks: a callback, or a list of them, nested or not.
        add_history: whether to add a `History` if there is none.
        add_progbar: whether to add a `ProgbarLogger` if there is none.
        model: the model; it gets the history.
        params: `verbose`, `epochs` and `steps`, for all callbacks.
    """

    def __init__(
        self,
        callbacks: Any = None,
        add_history: bool = False,
        add_progbar: bool = False,
        model: Any = None,
        **params: Any,
    ) -> None:
        super().__init__()
        self.callbacks: list[Any] = _flat(callbacks) if callbacks else []
        for callback in self.callbacks:
            if isinstance(callback, type | str):
                name = callback if isinstance(callback, str) else callback.__name__
                raise TypeError(
                    f"`callbacks` takes objects, e.g. keras.callbacks.{name}(...). Received: "
                    f"{callback!r}"
                )
        self._open = 0  # how many on_..._begin have no on_..._end yet
        self._history = _last_of(History, self.callbacks)
        self._progbar = _last_of(ProgbarLogger, self.callbacks)
        self._recorders = [c for c in self.callbacks if is_exact(c)]
        if self._history is None and add_history:
            self._history = History()
            self.callbacks.append(self._history)
        if self._progbar is None and add_progbar:
            self._progbar = ProgbarLogger()
            self.callbacks.append(self._progbar)
        self.set_model(model)
        self.set_params(params)
        self._find_listeners()

    def set_params(self, params: dict[str, Any]) -> None:
        """Passes the parameters on to all callbacks."""
        self.params = params
        if params:
            for callback in self.callbacks:
                callback.set_params(params)

    def set_model(self, model: Any) -> None:
        """Passes the model on to all callbacks, and the history on to the model."""
        if not model:
            return
        super().set_model(model)
        if self._history:
            model.history = self._history
        for callback in self.callbacks:
            callback.set_model(model)

    # Batches ------------------------------------------------------------------------------------

    def wants_batch_hooks(self, mode: str) -> bool:
        """Whether leaving out the batch hooks of `mode` would make a difference to anybody.

        Args:
            mode: `"train"`, `"test"` or `"predict"`.

        Raises:
            ValueError: for another mode.
        """
        if mode not in MODES:
            raise ValueError(f"mode must be one of {MODES}; got {mode!r}")
        self._find_listeners()
        bar = self._progbar
        for hook in (f"on_{mode}_batch_begin", f"on_{mode}_batch_end"):
            for _, asks in self._listeners[hook]:
                if asks is None or (bar is not None and bar.wants_batches(mode)):
                    return True
        return False

    def _find_listeners(self) -> None:
        """Looks up who defines which batch hook; anew for every epoch, as lists may change."""
        self._listeners: dict[str, list[_Listener]] = dict(_NOBODY)
        if not self.callbacks:  # a prediction's, as a rule
            return
        for mode in MODES:
            for moment in ("begin", "end"):
                hook = f"on_{mode}_batch_{moment}"
                self._listeners[hook] = [
                    (getattr(callback, hook), self._question(callback, hook, mode))
                    for callback in self.callbacks
                    if _listens(callback, hook, mode, moment)
                ]

    def _question(self, callback: Any, hook: str, mode: str) -> Callable[[int], bool] | None:
        untouched = getattr(type(callback), hook, None) is getattr(ProgbarLogger, hook)
        if callback is self._progbar and untouched and hook not in vars(callback):
            return lambda batch: callback.wants_batch_end(mode, batch)
        return None

    def _batch_hook(self, hook: str, batch: int, logs: Any) -> None:
        listeners = self._listeners[hook]
        if len(listeners) == 1:  # as a rule, the progress bar alone
            call, asks = listeners[0]
            if asks is None or asks(batch):
                call(batch, logs=python_logs(logs))
            return
        wanted = [call for call, asks in listeners if asks is None or asks(batch)]
        if wanted:
            logs = python_logs(logs)
            for call in wanted:
                call(batch, logs=logs)

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        self._batch_hook("on_train_batch_begin", batch, logs)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Calls the hook of all callbacks that define it; `logs` may be a function giving them."""
        self._batch_hook("on_train_batch_end", batch, logs)
        self._record()

    def on_test_batch_begin(self, batch: int, logs: Any = None) -> None:
        self._batch_hook("on_test_batch_begin", batch, logs)

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """Calls the hook of all callbacks that define it; `logs` may be a function giving them."""
        self._batch_hook("on_test_batch_end", batch, logs)

    def on_predict_batch_begin(self, batch: int, logs: Any = None) -> None:
        self._batch_hook("on_predict_batch_begin", batch, logs)

    def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:
        """Calls the hook of all callbacks that define it; `logs` may be a function giving them."""
        self._batch_hook("on_predict_batch_end", batch, logs)

    def _record(self) -> None:
        """Once all callbacks have been called: lets those write that save the state of all."""
        for callback in self._recorders:
            callback.record()

    # All other hooks ----------------------------------------------------------------------------

    def _hook(self, hook: str, *args: Any, logs: Any) -> None:
        logs = python_logs(logs)
        for callback in self.callbacks:
            getattr(callback, hook)(*args, logs)

    def _begin(self, hook: str, logs: Any) -> None:
        self._open += 1
        self._hook(hook, logs=logs)
        self._find_listeners()

    def _end(self, hook: str, logs: Any) -> None:
        self._hook(hook, logs=logs)
        self._open -= 1
        if self._open < 0:
            raise ValueError(
                f"`{hook}` called without the corresponding `{hook.replace('end', 'begin')}`"
            )

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        logs = python_logs(logs)
        for callback in self.callbacks:
            callback.on_batch_begin(batch, logs=logs)

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        logs = python_logs(logs)
        for callback in self.callbacks:
            callback.on_batch_end(batch, logs=logs)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self._hook("on_epoch_begin", epoch, logs=logs)
        self._find_listeners()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self._hook("on_epoch_end", epoch, logs=logs)
        self._record()

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._begin("on_train_begin", logs)

    def on_train_end(self, logs: Logs | None = None) -> None:
        self._end("on_train_end", logs)

    def on_test_begin(self, logs: Logs | None = None) -> None:
        self._begin("on_test_begin", logs)

    def on_test_end(self, logs: Logs | None = None) -> None:
        self._end("on_test_end", logs)

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        self._begin("on_predict_begin", logs)

    def on_predict_end(self, logs: Logs | None = None) -> None:
        self._end("on_predict_end", logs)


def python_logs(logs: Any) -> Logs:
    """Logs with their names sorted, nested dictionaries flattened and numbers as Python floats.

    Args:
        logs: a dictionary, a function without arguments that returns one, or None.
    """
    if callable(logs):
        logs = logs()
    result: Logs = {}
    for name, value in sorted((logs or {}).items()):
        if isinstance(value, dict):
            result.update(python_logs(value))
            continue
        try:
            result[name] = float(value)
        except Exception:  # whatever is no number stays what it is
            result[name] = value
    return result


def _listens(callback: Any, hook: str, mode: str, moment: str) -> bool:
    if not is_default(getattr(callback, hook)):
        return True
    return mode == "train" and not is_default(getattr(callback, f"on_batch_{moment}"))


def _last_of(kind: type, callbacks: list[Any]) -> Any:
    return next((c for c in reversed(callbacks) if isinstance(c, kind)), None)


def _flat(callbacks: Any) -> list[Any]:
    if isinstance(callbacks, dict):
        callbacks = [callbacks[key] for key in sorted(callbacks)]
    if not isinstance(callbacks, list | tuple):
        return [callbacks]
    return [leaf for entry in callbacks for leaf in _flat(entry)]
