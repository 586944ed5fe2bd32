"""Runs set-ups: straight through, killed before a step, and started again.

A kill is an error that nothing catches, raised in this process before a step, and everything is
made anew for the next run, from the seed on; `process.py` kills real processes.
"""

import contextlib
import glob
import hashlib
import json
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from parity_tests.commands.resuming.setups import EPOCHS, STEPS, Setup

TOTAL = EPOCHS * STEPS  # steps; a kill "before step TOTAL" is one at the end of the training
Digests = dict[str, str]


class Killed(BaseException):
    """Ends a run as a kill would, but leaves the process alive."""


def killing(k: Any, at: int | None, how: Any) -> Any:
    """A callback that ends the run before step number `at`, counted over all epochs."""

    class Kill(k.callbacks.Callback):
        step = 0

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self.step = epoch * STEPS

        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            if at is not None and self.step + batch >= at:
                how()

        def on_train_end(self, logs: Any = None) -> None:
            if at is not None:
                how()

    return Kill()


def die() -> None:
    """Ends the run, but not its process."""
    raise Killed


def run(
    k: Any, setup: Setup, folder: str, exact: bool, kill: int | None = None, how: Any = die
) -> Digests:
    """The program of a set-up: the same whether it starts or starts again.

    Args:
        k: a library.
        setup: what to do.
        folder: for all files.
        exact: whether to resume exactly; False for Keras, which can't.
        kill: before which step to end.
        how: ends it.
    """
    k.utils.clear_session()  # names of layers as in a new process
    k.utils.set_random_seed(7)
    options: dict[str, Any] = {"exact": True} if exact else {}
    callbacks = setup.callbacks(k, folder)
    path, initial = f"{folder}/c{setup.how}", 0
    if setup.how == "backup":
        saving = k.callbacks.BackupAndRestore(f"{folder}/backup", save_freq=setup.freq, **options)
    else:
        weights_only = setup.how == ".weights.h5"
        saving = k.callbacks.ModelCheckpoint(
            path, save_weights_only=weights_only, save_freq=setup.freq, **options
        )
    started = os.path.exists(path)
    if started and setup.how == ".keras":
        model = k.models.load_model(path)
    else:
        model = setup.model(k)
        compiled = {
            "loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"], **setup.compiled
        }  # fmt: skip
        model.compile(setup.optimizer(k), **compiled)
    if started and setup.how == ".weights.h5":
        model.optimizer.build(model.trainable_variables)
        model.load_weights(path)
    if started and not exact:
        with open(f"{folder}/epochs") as file:
            initial = int(file.read())

    class Epochs(k.callbacks.Callback):
        """What a user of Keras writes down."""

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            with open(f"{folder}/epochs", "w") as file:
                file.write(str(epoch + 1))

    all_callbacks = [*callbacks, saving] if setup.first else [saving, *callbacks]
    end = [] if kill is None else [killing(k, kill, how)]
    try:
        history = model.fit(
            **setup.data(k),
            epochs=EPOCHS,
            initial_epoch=initial,
            verbose=0,
            callbacks=[*end, *all_callbacks, Epochs()],
        )
    finally:  # what the end of a process does
        for table in (getattr(callback, "csv_file", None) for callback in callbacks):
            if table is not None:
                table.close()
    return digests(model, history, callbacks, folder)


def digests(model: Any, history: Any, callbacks: list[Any], folder: str) -> Digests:
    """SHA-256 of all that a training leaves behind."""
    told = [callback.told() for callback in callbacks if hasattr(callback, "told")]
    files = {}
    for path in sorted(glob.glob(f"{folder}/*.csv") + glob.glob(f"{folder}/best*")):
        with open(path, "rb") as file:
            files[os.path.basename(path)] = hashlib.sha256(file.read()).hexdigest()
    variables = [np.asarray(v) for v in model.optimizer.variables]
    return {
        "weights": _sha(model.get_weights()),
        "optimizer": _sha(variables),
        "history": hashlib.sha256(json.dumps(history.history).encode()).hexdigest(),
        "callbacks": hashlib.sha256(json.dumps([told, files]).encode()).hexdigest(),
    }


def _sha(arrays: Iterable[np.ndarray]) -> str:
    return hashlib.sha256(b"".join(a.tobytes() for a in arrays)).hexdigest()


@contextlib.contextmanager
def temporary() -> Iterator[str]:
    """A folder that is removed afterwards."""
    folder = tempfile.mkdtemp(prefix="resuming-")
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def resumed(k: Any, setup: Setup, exact: bool, kills: Iterable[int]) -> Digests:
    """What a training leaves that is killed before each of these steps, one run after the other."""
    with temporary() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for kill in kills:
            try:
                run(k, setup, folder, exact, kill)
            except Killed:
                continue
            raise AssertionError(f"{setup.name}: nothing was killed before step {kill}")
        return run(k, setup, folder, exact)


def straight(k: Any, setup: Setup, exact: bool) -> Digests:
    """What a training leaves that is never stopped."""
    with temporary() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return run(k, setup, folder, exact)


def differing(expected: Digests, found: Digests) -> list[str]:
    """The names whose digests differ."""
    return [name for name in expected if expected[name] != found[name]]


def sweep(k: Any, setup: Setup, kills: Iterable[Any]) -> dict[Any, list[str]]:
    """Where an exact training ends differently: by the kill, a step or several.

    Args:
        k: `scratch`.
        setup: what to do.
        kills: each a step, or steps of kills one after the other.
    """
    expected = straight(k, setup, exact=True)
    found = {}
    for kill in kills:
        steps = [kill] if isinstance(kill, int) else kill
        names = differing(expected, resumed(k, setup, True, steps))
        if names:
            found[kill] = names
    return found


def lasting(k: Any, setup: Setup, kill: int = 13) -> list[str]:
    """What differs without an exact mode: of all but the history, which begins anew there."""
    expected = straight(k, setup, exact=False)
    found = resumed(k, setup, False, [kill])
    return [name for name in differing(expected, found) if name != "history"]
