"""Interrupts at many places of a training: is the model between two steps, and does it train on?

    parity interrupts

raises KeyboardInterrupt at 350 lines of `scratch`, evenly spread over a training of two epochs, for
each kind of optimizer, in a model with moving averages, random masks and a constraint.
"""

import functools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

import scratch as keras

HERE = str(Path(keras.__file__).parent)
X = np.random.default_rng(0).normal(size=(64, 10)).astype("float32")
Y = np.random.default_rng(1).integers(0, 3, 64)
o = keras.optimizers
OPTIMIZERS: dict[str, Any] = {
    "adam": o.Adam,
    "averaged, clipped": lambda: o.SGD(
        0.1, momentum=0.9, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=3, clipnorm=0.5
    ),
    "accumulating": lambda: o.Adam(gradient_accumulation_steps=2, global_clipnorm=0.1),
    "scaled": lambda: o.LossScaleOptimizer(o.Nadam(0.01), dynamic_growth_steps=2),
    "muon": lambda: o.Muon(0.01),
    "lamb": lambda: o.Lamb(0.01, weight_decay=0.1),
    "schedule free": lambda: o.ScheduleFreeAdamW(0.01),
}


def compiled(optimizer: str) -> Any:
    """A model that is built, and so is its optimizer."""
    keras.utils.set_random_seed(1)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((10,)),
            layers.Dense(12, "relu", kernel_constraint="non_neg"),
            layers.BatchNormalization(),
            layers.Dropout(0.2, seed=1),
            layers.Dense(3, "softmax"),
        ]
    )
    model.compile(OPTIMIZERS[optimizer](), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.optimizer.build(model.trainable_variables)
    return model


def state(model: Any) -> bytes:
    """Weights, averages, seeds, and all that the optimizer remembers."""
    variables = [*model.variables, *model.optimizer.variables]
    return b"".join(np.asarray(v).tobytes() for v in variables)


def fit(model: Any, *callbacks: Any) -> None:
    """Two epochs of four steps."""
    model.fit(X, Y, batch_size=16, epochs=2, verbose=0, callbacks=list(callbacks))


@functools.cache
def between_steps(optimizer: str) -> set[bytes]:
    """The states that a training passes through."""
    model = compiled(optimizer)
    seen = {state(model)}

    class Look(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            seen.add(state(model))

    fit(model, Look())
    return seen | {state(model)}


def at_line(number: int, function: Any) -> int:
    """Raises KeyboardInterrupt at a line of `scratch`; returns how many lines have run."""
    lines = 0

    def trace(frame: Any, event: str, argument: Any) -> Any:
        nonlocal lines
        if not frame.f_code.co_filename.startswith(HERE):
            return None
        if event == "line":
            lines += 1
            if lines == number:
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(before)
    return lines


def trains_on(model: Any) -> str:
    """What is wrong with a model after an interrupt; nothing, as a rule."""
    before = state(model)
    try:
        fit(model)
        model.evaluate(X, Y, verbose=0)
        model.predict(X[:3], verbose=0)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if state(model) == before:
        return "does not train"
    if not float((np.array([1e-40], "float32") * np.ones(1, "float32"))[0]):
        return "denormals are still taken for zero"
    return ""


def interrupted(optimizer: str, places: int) -> Iterator[tuple[int, bool, str]]:
    """Line, whether the state was one between two steps, and what is wrong afterwards."""
    seen = between_steps(optimizer)
    lines = at_line(0, lambda: fit(compiled(optimizer)))
    for number in np.linspace(1, lines, places, dtype=int):
        model = compiled(optimizer)
        at_line(int(number), functools.partial(fit, model))
        yield int(number), state(model) in seen, trains_on(model)


def interrupts(
    places: Annotated[int, typer.Option(help="Interrupts of a training.", min=1)] = 350,
) -> None:
    """Ctrl-C at many places of a training: is the model between two steps, and does it train on?"""
    broken = 0
    for optimizer in OPTIMIZERS:
        found = list(interrupted(optimizer, places))
        torn = [line for line, whole, _ in found if not whole]
        wrong = [(line, why) for line, _, why in found if why]
        broken += len(torn) + len(wrong)
        print(f"{optimizer:20} {places} interrupts   torn {len(torn)}   broken {len(wrong)}")
        for line in (*torn[:5], *wrong[:5]):
            print("    at line", line)
    raise typer.Exit(int(bool(broken)))
