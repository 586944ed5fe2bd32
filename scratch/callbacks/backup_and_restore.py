"""A training that was interrupted goes on where its last backup was made."""

import json
import os
import shutil
from typing import Any

from scratch.callbacks.batch_counter import BatchCounter
from scratch.callbacks.callback import Callback, Logs

_WEIGHTS, _METADATA = "latest.weights.h5", "training_metadata.json"


class BackupAndRestore(Callback):
    """Backs weights, optimizer and epoch up (`keras.callbacks.BackupAndRestore`).

    When `fit` is called again, in another process perhaps, it begins with the epoch after the last
    backup, from its weights and its optimizer's state.

    Args:
        backup_dir: the folder; for one model only.
        save_freq: `"epoch"`, or after how many batches.
        double_checkpoint: whether to keep the backup before the last, for when the last is broken.
        delete_checkpoint: whether to delete the folder when the training has ended.

    Raises:
        ValueError: without a folder, for another frequency, or for a model that is not built.
    """

    def __init__(
        self,
        backup_dir: str | os.PathLike,
        save_freq: Any = "epoch",
        double_checkpoint: bool = False,
        delete_checkpoint: bool = True,
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
        self._counter = BatchCounter(save_freq)
        self._current_epoch = 0
        self._files = [os.path.join(self.backup_dir, name) for name in (_WEIGHTS, _METADATA)]

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Restores the last backup, or the one before it where that one is broken."""
        try:
            self._restore()
        except OSError:
            if not os.path.exists(self._files[0] + ".bkp"):
                raise
            for path in self._files:
                if os.path.exists(path + ".bkp"):
                    shutil.copyfile(path + ".bkp", path)
                elif os.path.exists(path):
                    os.remove(path)
            self._restore()

    def _restore(self) -> None:
        model, (weights, metadata) = self.model, self._files
        if not model.built:
            raise ValueError(
                "To use the BackupAndRestore callback, you model must be built before you call "
                f"`fit()`. Model {model} is unbuilt. You can build it beforehand by calling it on "
                "a batch of data."
            )
        if os.path.exists(weights):
            if model.optimizer is not None and not model.optimizer.built:
                model.optimizer.build(model.trainable_variables)
            model.load_weights(weights)
        if os.path.exists(metadata):
            with open(metadata) as file:
                model._initial_epoch = json.load(file)["epoch"]

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Backs up, where it is time."""
        self._current_epoch = epoch + 1
        self._counter.last = 0
        if self.save_freq == "epoch":
            self._save()

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Backs up, where it is time."""
        if self._counter.is_time(batch):
            self._save()

    def _save(self) -> None:
        os.makedirs(self.backup_dir, exist_ok=True)
        weights, metadata = self._files
        if self.double_checkpoint:
            for path in self._files:
                if os.path.exists(path):
                    shutil.copyfile(path, path + ".bkp")
        self.model.save_weights(weights, overwrite=True)
        with open(metadata + ".new", "w") as file:
            json.dump({"epoch": self._current_epoch, "batch": self._counter.last or 0}, file)
        os.replace(metadata + ".new", metadata)

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Deletes the folder, where that is wanted."""
        if self.delete_checkpoint and os.path.exists(self.backup_dir):
            shutil.rmtree(self.backup_dir)
