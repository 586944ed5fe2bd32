"""Invariants of callbacks: of what they decide in a training."""

import contextlib
import io
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from parity_tests.invariants.invariant import invariant


class Decided:
    """What a training came to: its log, the weights, the rates, and the files that it wrote."""

    def __init__(self, s: Any, callbacks: list[Any], **settings: Any) -> None:
        s.keras.utils.set_random_seed(4)
        s.seen.clear()
        layers = [s.keras.Input((3,)), s.keras.layers.Dense(1, kernel_initializer="ones")]
        model = s.keras.Sequential(layers)
        model.compile(s.optimizer(), "mse", run_eagerly=True)
        rates: list[float] = []
        spy = s.keras.callbacks.LambdaCallback(
            on_epoch_end=lambda epoch, logs: rates.append(float(model.optimizer.learning_rate))
        )
        with contextlib.redirect_stdout(io.StringIO()):
            history = model.fit(
                s.x, s.y, epochs=s.epochs, batch_size=2, shuffle=False, verbose=0,
                validation_data=(s.x, 1 - s.y), callbacks=[*callbacks, spy], **settings,
            )  # fmt: skip
        self.model = model
        self.logs = {name: list(map(float, v)) for name, v in history.history.items()}
        self.all = [self.logs, model.get_weights(), rates, files(), list(s.seen)]


def files() -> Any:
    """The files here that are text, with what they say, and the names of the others."""
    found = {}
    for path in sorted(p for p in Path().rglob("*") if p.is_file()):
        found[str(path)] = path.read_text() if path.suffix == ".csv" else ""
    return found


def cleared() -> None:
    """Takes away whatever was written."""
    for path in Path().iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def decided(s: Any, *callbacks: Any, **settings: Any) -> Any:
    """What a training with these callbacks comes to, begun in an empty folder."""
    cleared()
    return Decided(s, list(callbacks), **settings).all


@invariant("callbacks", exact=True)
def told_the_same_twice(s: Any) -> Any:
    """A callback that is used again, in a training of the same numbers, decides the same."""
    callback = s.make()
    return decided(s, callback), decided(s, callback)


@invariant("callbacks", exact=True)
def two_of_a_kind(s: Any) -> Any:
    """Two that are told the same decide as each would alone, one after the other."""
    first = decided(s, s.make())
    return first, decided(s, s.make())


@invariant("callbacks", exact=True)
def neighbours(s: Any) -> Any:
    """It decides the same whoever else is called."""
    other = s.keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: None)
    return decided(s, s.make()), decided(s, other, s.make(), s.keras.callbacks.TerminateOnNaN())


@invariant("callbacks", exact=True, also=("callbacks.CallbackList",))
def in_a_list(s: Any) -> Any:
    """A list of callbacks is its callbacks."""
    listed = s.keras.callbacks.CallbackList([s.make()], add_history=False)
    return decided(s, s.make()), decided(s, *listed.callbacks)


@invariant("callbacks", exact=True, only=("EarlyStopping", "ReduceLROnPlateau", "ModelCheckpoint"))
def smallest_and_largest(s: Any) -> Any:
    """The smallest of the numbers is the largest of the opposite ones."""
    return driven(s, "min", 1.0), driven(s, "max", -1.0)


def driven(s: Any, mode: str, sign: float) -> Any:
    """What it decides on drawn numbers: the rates and whether it goes on, epoch by epoch."""
    cleared()
    callback = s.make()
    callback = type(callback)(**{**given_to(s, callback), "mode": mode, "monitor": "q"})
    layers = [s.keras.Input((1,)), s.keras.layers.Dense(1)]
    model = s.keras.Sequential(layers)
    model.compile(s.keras.optimizers.SGD(0.5), "mse")
    callback.set_model(model)
    callback.set_params({"epochs": 9})
    callback.on_train_begin()
    found = []
    for epoch, value in enumerate(np.random.default_rng(s.epochs).integers(0, 6, 9) / 2):
        model.stop_training = False
        logs = {"q": sign * float(value)}
        with contextlib.redirect_stdout(io.StringIO()):
            callback.on_epoch_begin(epoch)
            callback.on_epoch_end(epoch, logs)
        found.append([float(model.optimizer.learning_rate), bool(model.stop_training), files()])
    return found


def given_to(s: Any, callback: Any) -> dict[str, Any]:
    """The arguments in the sample's call, but for those that depend on the numbers' signs."""
    call = s.text.rsplit("make = lambda: ", 1)[1]
    inside = call[call.index("(") :]
    names = {"EarlyStopping": ("monitor",), "ReduceLROnPlateau": ("monitor",)}
    first = names.get(type(callback).__name__, ("filepath",))

    def keep(*args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**dict(zip(first, args, strict=False)), **kwargs}

    given = eval(f"keep{inside}", {"keep": keep})
    for name in ("baseline", "initial_value_threshold", "restore_best_weights", "save_freq"):
        given.pop(name, None)
    return given


@invariant("callbacks", exact=True)
def weights_of_1(s: Any) -> Any:
    """Rows that are weighted with 1 decide nothing else."""
    return decided(s, s.make()), decided(s, s.make(), sample_weight=np.ones(len(s.x)))
