"""A training that was interrupted goes on where its last backup was made."""

import os
import warnings
from typing import Any

from scratch import quirks
from scratch.callbacks.backup_files import BackupFiles
from scratch.callbacks.batch_counter import BatchCounter
from scratch.callbacks.callback import Callback, Logs


class BackupAndRestore(Callback):
    """Backs up weights, optimizer and epoch (`keras.callbacks.BackupAndRestore`).

    When `fit` is called again, in another process perhaps, it begins with the epoch after the last
    backup, from its weights and its optimizer's state. A backup is one file: epoch and weights
    always belong together. One that is broken or incomplete is passed over with a warning that says
    why, for the one before or a new beginning. Backups that Keras made are read too; Keras does not
    see those made here.

    With `exact`, which Keras does not have, a training that was killed at any moment ends on the
    same bits as one that was never stopped, if the same program is started again: seeds of all
    random generators, batch and order inside the epoch, running metrics, the history, learning rate
    and the state of every callback are kept as well, and read after all callbacks have begun. A
    callback of your own is asked for its state by `get_state()`, and given it by `set_state(state)`
    (numbers, texts, arrays, and lists and dictionaries of them); of one without these methods, the
    attributes with such values are kept that have changed since the training began. A generator or
    an iterable is read again up to where it stood; of a `PyDataset` only `on_epoch_begin` and
    `on_epoch_end` are called again, unless it has `get_state()` and `set_state(state)`, too. With
    `save_freq="epoch"` an epoch that was interrupted is trained again, exactly.

    Args:
        backup_dir: the folder; for one model only.
        save_freq: `"epoch"`, or after how many batches. Of several that run at once
            (`steps_per_execution`) the first in every epoch is not counted, as in Keras (K43).
        double_checkpoint: whether to keep the backup before the last, for when the last is broken.
        delete_checkpoint: whether to delete the backups when the training has ended, and the
            folder, if it holds nothing else.
        exact: whether to resume to the last bit.

    Raises:
        ValueError: without a folder, for another frequency, for a model that is not built, or for
            a backup of another model or, with `exact`, of another training.
        TypeError: with `exact`, when a `get_state()` gives something else.
        OSError: when a backup can't be written; the one before is still there.
    """

    training: Any = None  # the running `fit`, which says what an exact backup holds

    def __init__(
        self,
        backup_dir: str | os.PathLike,
        save_freq: Any = "epoch",
        double_checkpoint: bool = False,
        delete_checkpoint: bool = True,
        exact: bool = False,
    ) -> None:
        super().__init__()
        if not backup_dir:
            raise ValueError("Empty `backup_dir` argument passed")
        if save_freq != "epoch" and not isinstance(save_freq, int):
            raise ValueError(
                f"Invalid value for argument `save_freq`. Received: save_freq={save_freq}. "
                "Expected either 'epoch' or an integer value."
            )
        self.backup_dir = os.fspath(backup_dir)
        self.save_freq = save_freq
        self.double_checkpoint = double_checkpoint
        self.delete_checkpoint = delete_checkpoint
        self.exact = bool(exact)
        self._counter = BatchCounter(save_freq)
        self._begin_epoch()
        self._current_epoch = 0
        self._is_time = False
        self._files = BackupFiles(self.backup_dir, double_checkpoint)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Restores the last backup that is intact."""
        model = self.model
        if not model.built:
            raise ValueError(
                "To use the BackupAndRestore callback, you model must be built before you call "
                f"`fit()`. Model {model} is unbuilt. You can build it beforehand by calling it on "
                "a batch of data."
            )
        epochs = (self.params or {}).get("epochs")
        self._current_epoch = 0
        found = self._files.restore(model, epochs)
        if found is None:
            return
        path, state = found
        self._current_epoch = state["epoch"]
        if self.exact and self.training is not None and "training" in state:
            self.training.go_on(state["training"], path, epoch_counts=False)
            return
        if self.exact:
            warnings.warn(
                f"{path} was written without `exact`: the training goes on with its weights and "
                f"epoch {state['epoch'] + 1}, but not exactly",
                stacklevel=4,
            )
        if epochs is not None and state["epoch"] > epochs:
            warnings.warn(
                f"{path} was made in epoch {state['epoch'] + 1}, but `fit` was asked for {epochs} "
                "epochs: nothing is trained",
                stacklevel=4,
            )
        model._initial_epoch = state["epoch"]

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Backs up, if `save_freq` is `"epoch"`."""
        self._current_epoch = epoch + 1
        self._begin_epoch()
        if self.save_freq == "epoch":
            self._save()

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Backs up every `save_freq` batches."""
        if self._counter.is_time(batch):
            self._save()

    def _begin_epoch(self) -> None:
        # Keras takes the first batch, number 0, for one that has been seen.
        self._counter.last = 0 if quirks.active("K43") else None

    def _save(self) -> None:
        if self.exact:
            self._is_time = True
        else:
            self._write({})

    def record(self) -> None:
        """Writes the exact backup that is due, once all callbacks have been called."""
        if self._is_time:
            self._is_time = False
            self._write({"training": self.training.state()})

    def _write(self, more: dict[str, Any]) -> None:
        place = {"epoch": self._current_epoch, "batch": self._counter.last or 0}
        self._files.write(self.model, {**place, **more})

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Deletes the backups, with `delete_checkpoint`."""
        if self.delete_checkpoint:
            self._files.delete()

    def get_state(self) -> dict[str, Any]:
        """What an exact backup knows of this callback itself."""
        return {"epoch": self._current_epoch, "counter": self._counter.get_state()}

    def set_state(self, state: dict[str, Any]) -> None:
        """Takes over what `get_state` gave.

        Raises:
            ValueError: for a state of something else.
        """
        match state:
            case {"epoch": int() as epoch, "counter": counter}:
                self._counter.set_state(counter)
                self._current_epoch = epoch
            case _:
                raise ValueError(f"no state of a BackupAndRestore: {str(state)[:100]}")
