"""Checkpoints: the model is written to a file during training, every time or when it is better."""

import os
import warnings
from typing import Any

import numpy as np

from scratch import messages
from scratch.callbacks.batch_counter import BatchCounter
from scratch.callbacks.callback import Logs
from scratch.callbacks.loaded_from import resume_from_loaded
from scratch.callbacks.monitor_callback import MonitorCallback
from scratch.saving.training_state import save_with_state


class ModelCheckpoint(MonitorCallback):
    """Saves the model, or its weights (`keras.callbacks.ModelCheckpoint`).

    With `exact`, which Keras does not have, the file also holds all that `BackupAndRestore(exact=
    True)` keeps; Keras passes it over. A model that was loaded from such a file, by `load_model` or
    `load_weights`, and then trained with the same callbacks, goes on where the file was written, to
    the last bit. The file must be this callback's: have its `filepath`, whatever stands in the
    braces. To begin anew from the weights in it, train without `exact`, or to another `filepath`.

    Args:
        filepath: where; may hold names in braces: `"m-{epoch:02d}-{val_loss:.2f}.keras"`. Ends in
            `.keras` (or `.h5`), or `.weights.h5` with `save_weights_only`.
        monitor: the metric's name in the logs.
        verbose: 1 to tell about it.
        save_best_only: whether to save only when the metric has improved.
        save_weights_only: whether to save weights only.
        mode: `"min"`, `"max"` or `"auto"`: see `MonitorCallback`.
        save_freq: `"epoch"`, or after how many batches.
        initial_value_threshold: a value that must be beaten from the start.
        exact: whether trainings can be resumed from the file to the last bit; not for `.h5`.

    Raises:
        ValueError: for another ending or frequency; for a model from a file of another training, or
            when `fit` is given an `initial_epoch` that is neither 0 nor the file's.
        KeyError: when `filepath` names something that is not in the logs.
        OSError: when `filepath` is a folder.
    """

    training: Any = None  # the running `fit`, which says what an exact checkpoint holds

    def __init__(
        self,
        filepath: str | os.PathLike,
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: Any = "epoch",
        initial_value_threshold: float | None = None,
        exact: bool = False,
    ) -> None:
        super().__init__(monitor, mode, initial_value_threshold)
        self.verbose = verbose
        self.filepath = os.fspath(filepath)
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only
        self.save_freq = save_freq
        self.exact = bool(exact)
        self._counter = BatchCounter(save_freq)
        self._due: tuple[str, int] | None = None  # what an exact checkpoint is to write
        if save_weights_only and not self.filepath.endswith(".weights.h5"):
            raise ValueError(
                "When using `save_weights_only=True` in `ModelCheckpoint`, the filepath provided "
                "must end in `.weights.h5` (Keras weights format). Received: "
                f"filepath={self.filepath}"
            )
        if not save_weights_only and not self.filepath.endswith((".keras", ".h5")):
            raise ValueError(
                "The filepath provided must end in `.keras` (Keras model format). Received: "
                f"filepath={self.filepath}"
            )

        if exact and not self.filepath.endswith((".keras", ".weights.h5")):
            raise ValueError(
                "An exact checkpoint is a `.keras` or a `.weights.h5` file. Received: "
                f"filepath={self.filepath}"
            )

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """With `exact`, resumes from the file that the model was loaded from."""
        if self.exact and self.training is not None and not self.training.is_resumed:
            resume_from_loaded(self.model, self.training, self.filepath)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Remembers the epoch, for the names of files that are written during it."""
        self._current_epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Saves every `save_freq` batches."""
        if self._counter.is_time(batch):
            self._save(self._current_epoch, batch, logs or {})

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Saves, if `save_freq` is `"epoch"`."""
        if self.monitor_op is None:
            self._set_monitor_op()
        if self.save_freq == "epoch":
            self._save(epoch, None, logs or {})

    def _save(self, epoch: int, batch: int | None, logs: Logs) -> None:
        path = self._path(epoch, batch, logs)
        if not self._is_wanted(epoch, logs, path):
            return
        if os.path.isdir(path):
            raise OSError(
                "Please specify a non-directory filepath for ModelCheckpoint. Filepath used is an "
                f"existing directory: {path}"
            )
        if folder := os.path.dirname(path):
            os.makedirs(folder, exist_ok=True)
        if self.exact:
            self._due = path, epoch
            return
        if self.save_weights_only:
            self.model.save_weights(path, overwrite=True)
        else:
            self.model.save(path, overwrite=True)
        self._tell(f"\nEpoch {epoch + 1}: finished saving model to {path}")

    def record(self) -> None:
        """Writes the exact checkpoint that is due, once all callbacks have been called."""
        if self._due is None:
            return
        (path, epoch), self._due = self._due, None
        save_with_state(self.model, path, {"training": self.training.state()})
        self._tell(f"\nEpoch {epoch + 1}: finished saving model to {path}")

    def get_state(self) -> dict[str, Any]:
        """What an exact checkpoint knows of this callback itself."""
        return {
            "best": self.best,
            "epoch": getattr(self, "_current_epoch", 0),
            "counter": self._counter.get_state(),
        }

    def set_state(self, state: dict[str, Any]) -> None:
        """Takes over what `get_state` gave.

        Raises:
            ValueError: for a state of something else.
        """
        match state:
            case {"best": None | int() | float() | np.generic() as best, "epoch": int() as epoch,
                  "counter": counter}:  # fmt: skip
                self._counter.set_state(counter)
                self.best, self._current_epoch = best, epoch  # type: ignore[assignment]
            case _:
                raise ValueError(f"no state of a ModelCheckpoint: {str(state)[:100]}")

    def _is_wanted(self, epoch: int, logs: Logs, path: str) -> bool:
        if not self.save_best_only:
            self._tell(f"\nEpoch {epoch + 1}: saving model to {path}")
            return True
        current: Any = logs.get(self.monitor)
        if current is None:
            warnings.warn(f"Can save best model only with {self.monitor} available.", stacklevel=2)
            return True
        if np.ndim(current):
            warnings.warn(
                "Can save best model only when `monitor` is a scalar value. Received: "
                f"{current}. Falling back to `save_best_only=False`.",
                stacklevel=2,
            )
            return True
        before = "None" if self.best is None else f"{self.best:.5f}"
        if not self._is_improvement(current, self.best):
            self._tell(f"\nEpoch {epoch + 1}: {self.monitor} did not improve from {before}")
            return False
        self._tell(
            f"\nEpoch {epoch + 1}: {self.monitor} improved from {before} to {current:.5f}, saving "
            f"model to {path}"
        )
        self.best = current
        return True

    def _tell(self, message: str) -> None:
        if self.verbose > 0:
            messages.print_msg(message)

    def _path(self, epoch: int, batch: int | None, logs: Logs) -> str:
        names: dict[str, Any] = {"epoch": epoch + 1, **logs}
        if batch is not None:
            names.setdefault("batch", batch + 1)
        try:
            return self.filepath.format(**names)
        except KeyError as error:
            raise KeyError(
                f'Failed to format this callback filepath: "{self.filepath}". Reason: {error}'
            ) from error
