"""The files of a backup: one for the last, and one for the backup before it where that is kept.

    backup.weights.h5       weights, optimizer, and in `training-state` epoch, batch, and what else
    previous.weights.h5     the same, of one backup before

A backup is one file that appears under its name by one renaming: whenever a process is killed, its
epoch and its weights belong together. (Keras keeps them in two files, and takes weights without an
epoch for the weights of epoch 0; so these names are not Keras's, which passes them over.)

Backups of two files, Keras's own, are read and replaced:

    latest.weights.h5, training_metadata.json            and the ones before: the same with .bkp
"""

import contextlib
import json
import os
import warnings
from typing import Any

from scratch.saving import keras_format, training_state

LATEST, PREVIOUS = "backup.weights.h5", "previous.weights.h5"
_PAIRS = [
    (f"latest.weights.h5{ending}", f"training_metadata.json{ending}") for ending in ("", ".bkp")
]
_METADATA_BYTES = 10_000


class BackupFiles:
    """The backups in a folder.

    Args:
        folder: where; need not be there yet.
        double: whether to keep the backup before the last.
    """

    def __init__(self, folder: str, double: bool) -> None:
        self.folder, self._double = folder, double

    def _path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def restore(self, model: Any, epochs: int | None) -> tuple[str, dict[str, Any]] | None:
        """Fills the model from the last backup that is intact.

        Args:
            model: built.
            epochs: how many the training has; a pair of files that says more is broken.

        Returns:
            The file, and the state in it; None where there is no backup, or, with a warning, none
            that is whole.

        Raises:
            ValueError: for a backup of another model.
        """
        problems: list[str] = []
        for name, metadata in ((LATEST, None), (PREVIOUS, None), *_PAIRS):
            path = self._path(name)
            there = os.path.lexists(path)
            if not there and (metadata is None or not os.path.lexists(self._path(metadata))):
                continue
            try:
                state = self._read(path, metadata, epochs)
            except (OSError, ValueError) as error:
                problems.append(str(error))
                continue
            optimizer = model.optimizer
            if optimizer is not None and not optimizer.built:
                optimizer.build(model.trainable_variables)
            keras_format.load_weights(model, path)
            if problems:
                warnings.warn(
                    f"The last backup in {self.folder} is broken: {'; '.join(problems)}. The "
                    f"training goes on from the one before, {name}",
                    stacklevel=5,
                )
                if name == PREVIOUS:  # lest the broken one takes its place
                    os.replace(path, self._path(LATEST))
                    path = self._path(LATEST)
            return path, state
        if problems:
            warnings.warn(
                f"No backup in {self.folder} can be used, so the training begins anew: "
                f"{'; '.join(problems)}",
                stacklevel=5,
            )
        return None

    def _read(self, path: str, metadata: str | None, epochs: int | None) -> dict[str, Any]:
        """The state in a backup all of which can be read."""
        if metadata is None:
            state = training_state.read_state(path)
            if state is None:
                raise ValueError(f"{path} holds weights, but no epoch")
            _check_count(state, "epoch", path)
            return state
        if not os.path.lexists(path):
            raise ValueError(f"{path}, the weights that belong to {metadata}, is missing")
        training_state.check_readable(path)
        state = _read_metadata(self._path(metadata))
        if epochs is not None and state["epoch"] > epochs:
            raise ValueError(f"{metadata} says epoch {state['epoch']} of {epochs}")
        return {"epoch": state["epoch"]}

    def write(self, model: Any, state: dict[str, Any]) -> None:
        """Makes a backup the last; the one before is kept where that is wanted.

        Raises:
            OSError: where it can't be written; then the backup before it is there.
        """
        os.makedirs(self.folder, exist_ok=True)
        latest = self._path(LATEST)
        if self._double and os.path.exists(latest):
            os.replace(latest, self._path(PREVIOUS))
        training_state.save_with_state(model, latest, state)
        self._remove(_of_pairs())

    def delete(self) -> None:
        """Removes the backups, the last at last; and the folder, unless it holds something else.

        A folder behind a symbolic link is emptied of them, and stays.
        """
        if not os.path.isdir(self.folder):
            return
        left_behind = [
            name
            for name in os.listdir(self.folder)
            if name.startswith((f".{LATEST}.", f".{PREVIOUS}.")) and name.endswith(".tmp")
        ]
        self._remove([*left_behind, PREVIOUS, *_of_pairs(), LATEST])
        if not os.path.islink(self.folder):
            with contextlib.suppress(OSError):  # something else is in it
                os.rmdir(self.folder)

    def _remove(self, names: list[str]) -> None:
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                os.remove(self._path(name))


def _of_pairs() -> list[str]:
    """The names of pairs, epochs first: weights alone are never taken for a backup."""
    return [name for weights, metadata in reversed(_PAIRS) for name in (metadata, weights)]


def _read_metadata(path: str) -> dict[str, Any]:
    try:
        with open(path, "rb") as file:
            found = json.loads(file.read(_METADATA_BYTES))
    except FileNotFoundError:
        raise ValueError(f"{path}, which tells the epoch of the weights, is missing") from None
    except (ValueError, RecursionError):
        raise ValueError(f"{path} is no JSON, or only a part of it") from None
    if not isinstance(found, dict):
        raise ValueError(f"{path} holds no epoch")
    _check_count(found, "epoch", path)
    return found


def _check_count(state: dict[str, Any], name: str, path: str) -> None:
    value = state.get(name)
    if type(value) is not int or value < 0:
        raise ValueError(f"{path} says {name} {str(value)[:100]!r}, expected an integer from 0")
