"""An interrupt leaves a model between two steps, and fit to train on."""

import functools
import os
import signal
import threading
from typing import Any

import numpy as np
import pytest

import scratch as keras
from parity_tests.commands.interrupts import (
    OPTIMIZERS,
    X,
    Y,
    at_line,
    between_steps,
    compiled,
    fit,
    interrupted,
    state,
    trains_on,
)
from scratch.context.interrupts import held, step


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_at_any_line(optimizer):
    """Some of the places that `parity interrupts` takes."""
    for line, whole, wrong in interrupted(optimizer, 10):
        assert whole, f"line {line}"
        assert not wrong, f"line {line}: {wrong}"


class StoppedError(Exception):
    pass


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGALRM], ids=["Ctrl-C", "an alarm"])
def test_a_signal_waits_for_the_end_of_the_step(number):
    """Also one whose handler is the user's: the step is whole, metrics included."""
    seen = between_steps("adam")

    def stop(*_):
        raise StoppedError

    before = signal.signal(number, stop)
    try:
        model = compiled("adam")
        update = type(model.optimizer).update
        calls: list[Any] = []

        def update_and_stop(self, *args):
            calls.append(1)
            if len(calls) == 3:
                os.kill(os.getpid(), number)
            update(self, *args)
            calls.append("made")

        model.optimizer.update = functools.partial(update_and_stop, model.optimizer)
        with pytest.raises(StoppedError):
            fit(model)
        assert calls[-1] == "made"
        assert len(calls) == 4  # two steps of one part, and no third
        assert state(model) in seen
        assert signal.getsignal(number) is stop
    finally:
        signal.signal(number, before)


def test_a_second_signal_does_not_wait():
    def stop(*_):
        raise StoppedError

    before = signal.signal(signal.SIGINT, stop)
    try:
        with pytest.raises(StoppedError), held(), step():  # noqa: PT012
            os.kill(os.getpid(), signal.SIGINT)
            answered = True
            os.kill(os.getpid(), signal.SIGINT)
            answered = False
        assert answered
    finally:
        signal.signal(signal.SIGINT, before)


def test_every_signal_is_answered():
    """Several kinds in one step, one of which ends the training; each handler gets a frame."""
    answered = []

    def note(number, frame):
        answered.append((number, frame.f_code.co_name))

    def stop(number, frame):
        note(number, frame)
        raise StoppedError

    numbers = [signal.SIGTERM, signal.SIGINT, signal.SIGALRM]
    handlers = [note, stop, note]
    before = [signal.signal(n, h) for n, h in zip(numbers, handlers, strict=True)]
    try:
        with pytest.raises(StoppedError), held(), step():  # noqa: PT012
            for number in numbers:
                os.kill(os.getpid(), number)
            assert not answered
        assert [number for number, _ in answered] == numbers
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def test_a_signal_at_any_time():
    """From another thread, while nobody looks."""
    seen = between_steps("adam")
    for delay in np.linspace(0.0005, 0.02, 12):
        model = compiled("adam")
        timer = threading.Timer(delay, lambda: os.kill(os.getpid(), signal.SIGINT))
        try:
            timer.start()
            model.fit(X, Y, batch_size=16, epochs=2, verbose=0)
            timer.join()
            signal.pthread_sigmask(signal.SIG_BLOCK, [])  # a place where it is answered
        except KeyboardInterrupt:
            pass
        timer.join()
        assert state(model) in seen
        assert not trains_on(model)


def test_an_error_in_the_middle_of_a_step():
    """Of a user's own, after the averages have moved: nothing has happened."""
    model = compiled("adam")
    fit(model)
    before, forward = state(model), type(model.layers[-1]).forward

    def broken(self, x, node):
        raise RuntimeError("broken")

    for where in ("forward", "backward"):
        original = getattr(type(model.layers[-1]), where)
        setattr(type(model.layers[-1]), where, broken)
        try:
            with pytest.raises(RuntimeError, match="broken"):
                fit(model)
        finally:
            setattr(type(model.layers[-1]), where, original)
        assert state(model) == before
    assert type(model.layers[-1]).forward is forward


COUNTERS = ("loss", "loss class", "compute_loss", "regularizer")


def counting(where: str) -> tuple[Any, Any]:
    """A model whose loss counts the steps in a variable, and that variable."""
    counter = keras.Variable(np.zeros(()), trainable=False)

    def squares(y: Any, p: Any) -> Any:
        counter.assign_add(1.0)
        return keras.ops.mean(keras.ops.square(y - p), axis=-1)

    def penalty(w: Any) -> Any:
        counter.assign_add(1.0)
        return 0.1 * keras.ops.sum(w**4)

    class Squares(keras.losses.Loss):
        def call(self, y: Any, p: Any) -> Any:
            return squares(y, p)

    class Model(keras.Sequential):
        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            return keras.ops.mean(squares(y, y_pred))

    keras.utils.set_random_seed(1)
    kind = Model if where == "compute_loss" else keras.Sequential
    regularizer = penalty if where == "regularizer" else None
    model = kind([keras.Input((10,)), keras.layers.Dense(1, kernel_regularizer=regularizer)])
    model.compile("adam", {"loss": squares, "loss class": Squares()}.get(where, "mse"))
    model.optimizer.build(model.trainable_variables)
    return model, counter


@pytest.mark.parametrize("where", COUNTERS)
def test_what_a_loss_assigns_belongs_to_the_step(where):
    model, counter = counting(where)
    lines = at_line(0, lambda: model.train_on_batch(X, Y))
    torn = 0
    for number in np.linspace(1, lines, 60, dtype=int):
        model, counter = counting(where)
        at_line(int(number), lambda model=model: model.train_on_batch(X, Y))
        assert float(counter) == int(model.optimizer.iterations)
        torn += not float(counter)
        model.train_on_batch(X, Y)
        assert float(counter) == int(model.optimizer.iterations) > 0
    assert 0 < torn < 60


def test_the_last_step_of_a_step_that_cannot_be_made_whole_says_so():
    """No memory, say, where no copy was kept: the error tells what it has left behind."""
    model = compiled("adam")

    def fails(*_):
        raise MemoryError

    model.optimizer.update = fails
    with pytest.raises(MemoryError) as caught:
        fit(model)
    assert "half-way" in caught.value.__notes__[0]


def test_callbacks_and_generators_see_denormals():
    """They are the user's code: only what the model computes takes denormals for zero."""
    found = {}

    def halved() -> float:
        return float((np.full(1, 1e-38, "float32") * np.float32(0.1))[0])

    class Look(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            found["begin"] = halved()

        def on_train_batch_end(self, batch, logs=None):
            found["end"] = halved()

        def on_epoch_end(self, epoch, logs=None):
            found["epoch"] = halved()

    def batches():
        while True:
            found["generator"] = halved()
            yield X[:8], Y[:8]

    def loss(y, p):
        found.setdefault("loss", halved())
        return keras.ops.mean(p)

    model = compiled("adam")
    model.fit(batches(), steps_per_epoch=3, shuffle=False, verbose=0, callbacks=[Look()])
    assert len(found) == 4
    assert all(found.values()), found
