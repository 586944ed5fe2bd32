"""An exact checkpoint goes on from the file that the model was loaded from."""

import os
import re
import warnings
from typing import Any

from scratch.saving import keras_format, training_state
from scratch.saving.loaded_from import LoadedFrom, fingerprint_of


def resume_from_loaded(model: Any, training: Any, filepath: str) -> None:
    """Resumes the training from the file that the model was loaded from.

    Args:
        model: that is trained.
        training: the running `fit`.
        filepath: of the checkpoint, with names in braces; files of other names are not its own.

    Raises:
        ValueError: for a file that has changed since, or whose state is broken or another
            training's.
    """
    loaded: LoadedFrom | None = model._loaded_from
    if loaded is None:
        return
    path = loaded.path
    is_own = _pattern(filepath).fullmatch(path)
    if loaded.fingerprint is None or loaded.fingerprint != fingerprint_of(path):
        if is_own:
            raise ValueError(
                f"The model was loaded from {path}, which is gone or has changed since: it cannot "
                "be resumed exactly. Load it again, just before `fit`"
            )
        return
    state = training_state.read_state(path)
    if state is None or "training" not in state:
        return
    if not is_own:
        warnings.warn(
            f"The model was loaded from {path}, which holds the state of a training, but the exact "
            f"checkpoint is to be written to {filepath}: the training begins anew. To go on with "
            "that training, give the checkpoint the same `filepath`",
            stacklevel=6,
        )
        return
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    keras_format.load_weights(model, path)
    training.go_on(state["training"], path, epoch_counts=True)


def _pattern(filepath: str) -> re.Pattern[str]:
    """Matches the names that a checkpoint may give to its files."""
    parts = re.split(r"(\{[^{}]*\})", os.path.abspath(filepath))
    return re.compile("".join(".+" if p.startswith("{") else re.escape(p) for p in parts), re.S)
