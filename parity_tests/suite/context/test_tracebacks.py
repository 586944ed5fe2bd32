"""Short tracebacks: a program's own lines, the message, and nothing of the library."""

import sys
import traceback
import types
from typing import Any

import numpy as np
import pytest

import scratch as keras
from scratch.context import tracebacks

config = keras.config


@pytest.fixture(autouse=True)
def as_it_was(monkeypatch):
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
    yield
    config.disable_traceback_filtering()


class Doubled(keras.layers.Layer):
    """A layer whose definition asks for what cannot be."""

    def call(self, x):
        return keras.ops.matmul(x, np.ones((7, 2), "float32"))


def fails():
    """Trains a model that cannot be: the error is raised from another, deep inside."""
    model = keras.Sequential([Doubled()])
    model.compile("sgd", "mse")
    model.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0)


def printed(capsys, program):
    """What Python prints of the exception that a program ends with."""
    try:
        program()
    except Exception as error:
        caught = error
    before = traceback.format_exception(caught)
    sys.excepthook(type(caught), caught, caught.__traceback__)
    assert traceback.format_exception(caught) == before, "the exception itself has changed"
    return capsys.readouterr().err


def files(text):
    return [line for line in text.splitlines() if line.startswith("  File ")]


def test_off_by_default_and_switched_at_will(capsys):
    assert not config.is_traceback_filtering_enabled()
    whole = printed(capsys, fails)
    config.enable_traceback_filtering()
    config.enable_traceback_filtering()
    assert config.is_traceback_filtering_enabled()
    assert len(files(printed(capsys, fails))) == 2 < len(files(whole))
    config.disable_traceback_filtering()
    assert not config.is_traceback_filtering_enabled()
    assert sys.excepthook is sys.__excepthook__


def test_only_lines_of_the_program_and_the_message_are_left(capsys):
    config.enable_traceback_filtering()
    text = printed(capsys, fails)
    assert all(__file__ in line for line in files(text))
    assert "model.fit(" in text
    assert text.count("Traceback") == 1
    assert "InvalidArgumentError: ops.matmul: these arguments do not fit" in text
    assert "In the first batch of the data: x of shape (4, 3)" in text  # a note


def test_lines_that_the_library_calls_back_are_left(capsys):
    class Raises(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            raise RuntimeError("mine")

    def program():
        model = keras.Sequential([keras.layers.Dense(2)])
        model.compile("sgd", "mse")
        model.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0, callbacks=[Raises()])

    config.enable_traceback_filtering()
    text = printed(capsys, program)
    assert [line.rpartition(" ")[2] for line in files(text)] == [
        "printed", "program", "on_epoch_begin",
    ]  # fmt: skip


def test_chains_and_notes_of_a_program_survive(capsys):
    def from_another():
        try:
            fails()
        except Exception as error:
            error.add_note("a note of mine")
            raise LookupError("the last") from error

    def during_another():
        try:
            fails()
        except Exception:
            raise LookupError("the last")  # noqa: B904 - so that one is raised during another

    config.enable_traceback_filtering()
    text = printed(capsys, from_another)
    assert "a note of mine" in text
    assert "direct cause" in text
    assert text.count("Traceback") == 2
    text = printed(capsys, during_another)
    assert "During handling" in text
    assert text.count("Traceback") == 2


def test_groups_are_shortened_throughout(capsys):
    def program():
        found = []
        for _ in range(2):
            try:
                fails()
            except Exception as error:
                found.append(error)
        raise ExceptionGroup("both", found)

    config.enable_traceback_filtering()
    text = printed(capsys, program)
    assert text.count("these arguments do not fit") == 2
    assert tracebacks.HOME not in text


def test_what_is_not_of_this_library_is_printed_whole(capsys):
    def program():
        np.ones(3).reshape(2, 2)

    whole = printed(capsys, program)
    config.enable_traceback_filtering()
    assert printed(capsys, program) == whole


def test_where_nothing_would_remain_all_is_printed():
    code = compile("raise ValueError('within')", tracebacks.HOME + "inner.py", "exec")
    with pytest.raises(ValueError, match="within") as caught:
        exec(code)
    error, trace = caught.value, caught.tb.tb_next
    error.__traceback__ = trace
    with tracebacks.shortened(error):
        assert error.__traceback__ is trace


def test_whoever_printed_before_prints_the_rest(monkeypatch):
    seen = []
    monkeypatch.setattr(sys, "excepthook", lambda *told: seen.append(told))
    config.enable_traceback_filtering()
    with pytest.raises(ValueError, match="units") as caught:
        keras.layers.Dense(-1)
    sys.excepthook(caught.type, caught.value, caught.tb)
    ((kind, error, trace),) = seen
    assert (kind, error) == (caught.type, caught.value)
    assert [frame.filename for frame in traceback.extract_tb(trace)] == [__file__]


def test_ipython_shows_short_ones(monkeypatch):
    class Shell:
        """As far as IPython's shell is asked for."""

        def __init__(self):
            self.custom: tuple[Any, Any] = (), None
            self.shown: list[Any] = []

        def set_custom_exc(self, kinds, handler):
            self.custom = kinds, handler

        def showtraceback(self, told, tb_offset):
            self.shown.append(traceback.extract_tb(told[2]))

    shell = Shell()
    ipython = types.SimpleNamespace(get_ipython=lambda: shell)
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    config.enable_traceback_filtering()
    kinds, handler = shell.custom
    assert kinds == (Exception,)  # Ctrl-C stays IPython's own
    with pytest.raises(ValueError, match="units") as caught:
        keras.layers.Dense(-1)
    handler(shell, caught.type, caught.value, caught.tb, tb_offset=1)
    assert [frame.filename for frame in shell.shown[0]] == [__file__]
    config.disable_traceback_filtering()
    assert shell.custom == ((), None)
