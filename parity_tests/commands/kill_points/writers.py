"""What writes files: each writer begins with a sound file, writes another, and is looked at.

All weights of the model are one number, so that a file is the old one, the new one, or broken.
"""

import contextlib
import csv
import os
import struct
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

OLD, NEW, AFTER = 1.0, 2.0, 3.0
X, Y = np.linspace(-1, 1, 16).reshape(4, 4), np.ones((4, 3))


@dataclass(frozen=True)
class Writer:
    """Writes into a folder.

    `write(keras, folder, value)` writes a state that `value` names; `state(folder)` is the value
    that stands there, or None where what stands there is not whole.
    """

    name: str
    write: Callable[[Any, str, float], None]
    state: Callable[[str], float | None]
    grows: bool = False  # a file that grows holds `value` records
    after: float = AFTER  # what stands there when AFTER has been written
    libraries: tuple[str, ...] = ("scratch", "keras")


def model_of(keras: Any, value: float) -> Any:
    """A model whose weights are all `value`, and stay so: the learning rate is 0."""
    filled = keras.initializers.Constant(value)
    layers = keras.layers
    model = keras.Sequential([
        keras.Input((4,)), layers.Dense(8, kernel_initializer=filled, bias_initializer=filled),
        layers.Dense(3, kernel_initializer=filled, bias_initializer=filled),
    ])  # fmt: skip
    model.compile(keras.optimizers.SGD(0.0, momentum=0.5), "mse")
    model.optimizer.build(model.trainable_variables)
    return model


def fit(keras: Any, value: float, epochs: int, *callbacks: Any) -> None:
    """Trains that model for some epochs."""
    model = model_of(keras, value)
    model.fit(X, Y, epochs=epochs, verbose=0, shuffle=False, callbacks=list(callbacks))


def _saves(ending: str, how: str) -> Writer:
    def write(keras: Any, folder: str, value: float) -> None:
        path = os.path.join(folder, f"m{ending}")
        if how == "checkpoint":
            only = ending == ".weights.h5"
            point = keras.callbacks.ModelCheckpoint(path, save_weights_only=only)
            fit(keras, value, 1, point)
        else:
            getattr(model_of(keras, value), how)(path)

    def state(folder: str) -> float | None:
        return _filling(os.path.join(folder, f"m{ending}"))

    name = f"ModelCheckpoint {ending}" if how == "checkpoint" else f"{how} {ending}"
    libraries = ("scratch",) if ending == ".safetensors" else ("scratch", "keras")
    return Writer(name, write, state, libraries=libraries)


def _filling(path: str) -> float | None:
    """The one number of which a file's weights consist."""
    import scratch as keras

    with contextlib.suppress(ValueError, OSError), warnings.catch_warnings():
        warnings.simplefilter("error")
        if path.endswith((".keras", ".h5")) and not path.endswith(".weights.h5"):
            model = keras.saving.load_model(path)
        else:
            model = model_of(keras, 0.0)
            model.load_weights(path)
        values = {float(v) for weight in model.get_weights() for v in weight.ravel()}
        return values.pop() if len(values) == 1 else None
    return None


def _log(keras: Any, folder: str, value: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the line that a kill has torn
        fit(keras, value, 1, keras.callbacks.CSVLogger(os.path.join(folder, "t.csv"), append=True))


def _log_state(folder: str) -> float | None:
    """The number of whole rows; a part of a row at the end is none, within the table a fault."""
    with open(os.path.join(folder, "t.csv"), "rb") as file:
        content = file.read()
    whole = content[: content.rfind(b"\n") + 1].decode()
    rows = list(csv.reader(whole.splitlines()))
    if not rows or rows[0] != ["epoch", "loss", "val_loss"]:
        return None
    good = all(len(row) == 3 and row[0] == "0" and float(row[1]) > 0 for row in rows[1:])
    return float(len(rows) - 1) if good else None


def _events(keras: Any, folder: str, value: float) -> None:
    fit(keras, value, 1, keras.callbacks.TensorBoard(folder, write_graph=False))


def _events_state(folder: str) -> float | None:
    """The number of files of whole records; a part of one may stand at the end of a file."""
    from scratch.callbacks.event_file import record

    found = 0
    place = os.path.join(folder, "train")
    for name in os.listdir(place) if os.path.isdir(place) else []:
        with open(os.path.join(place, name), "rb") as file:
            left = file.read()
        records = 0
        while len(left) >= 12 and len(left) >= (size := struct.unpack("<Q", left[:8])[0] + 16):
            if record(left[12 : size - 4]) != left[:size]:
                return None
            left, records = left[size:], records + 1
        found += records > 1
    return float(found)


def _backs_up(deletes: bool) -> Writer:
    """Every epoch adds 1 to the only weight: a backup is whole where it has as many as epochs."""

    def training(keras: Any, folder: str, value: float) -> tuple[Any, Any]:
        layers, last = keras.layers, value != OLD
        model = keras.Sequential(
            [keras.Input((1,)), layers.Dense(1, use_bias=False, kernel_initializer="zeros")]
        )
        model.compile(keras.optimizers.SGD(1.0), "mae")
        place = os.path.join(folder, "backup")
        return model, keras.callbacks.BackupAndRestore(place, delete_checkpoint=deletes and last)

    def write(keras: Any, folder: str, value: float) -> None:
        model, backup = training(keras, folder, value)
        ones = np.ones((4, 1))
        model.fit(ones, 100 * ones, epochs=int(value), verbose=0, callbacks=[backup])

    def state(folder: str) -> float | None:
        import scratch as keras

        model, backup = training(keras, folder, OLD)
        backup.set_model(model)
        with contextlib.suppress(ValueError, OSError):
            backup.on_train_begin()
            epochs = model._initial_epoch or 0
            if float(model.get_weights()[0][0, 0]) != epochs:
                return None
            return NEW if deletes and not epochs else float(epochs)
        return None

    name = "BackupAndRestore, deleted at the end" if deletes else "BackupAndRestore"
    return Writer(name, write, state, after=NEW if deletes else AFTER)


WRITERS = {
    writer.name: writer
    for writer in (
        _saves(".keras", "save"),
        _saves(".h5", "save"),
        _saves(".weights.h5", "save_weights"),
        _saves(".safetensors", "save_weights"),
        _saves(".keras", "checkpoint"),
        _saves(".weights.h5", "checkpoint"),
        _backs_up(deletes=False),
        _backs_up(deletes=True),
        Writer("CSVLogger", _log, _log_state, grows=True),
        Writer("TensorBoard", _events, _events_state, grows=True, libraries=("scratch",)),
    )
}
