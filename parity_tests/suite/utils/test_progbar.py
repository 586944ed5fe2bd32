"""The progress bar's text, character by character, under one clock for both libraries.

With the clock in the test's hand the times are the same too, so nothing needs to be masked.
"""

import contextlib
import io
import math
import os
import re
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scratch
from scratch.utils import progbar as our_progbar

keras = pytest.importorskip("tensorflow").keras

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


class Terminal(io.StringIO):
    """Text that is taken for a terminal."""

    def isatty(self):
        return True


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self):
        self.now = 1_000_000.0

    def __call__(self):
        return self.now


@contextlib.contextmanager
def stopped_clock():
    clock, real = Clock(), time.time
    time.time = clock
    try:
        yield clock
    finally:
        time.time = real


def visible(text):
    """The lines that a reader is left with: without colours, and overwritten ones left out."""
    lines = ESCAPES.sub("", text).split("\n")
    return [line.rsplit("\r", 1)[-1].rstrip() for line in lines if line]


def draw(library, updates, out, **arguments):
    """What a progress bar writes to `out` for `(seconds, current, values, finalize)` entries."""
    with stopped_clock() as clock, contextlib.redirect_stdout(out):
        bar = library.utils.Progbar(**arguments)
        for seconds, current, values, finalize in updates:
            clock.now += seconds
            bar.update(current, values, finalize=finalize)
    return out.getvalue()


def same_on_a_terminal(updates, **arguments):
    ours = draw(scratch, updates, Terminal(), **arguments)
    assert ours == draw(keras, updates, Terminal(), **arguments)
    return ours


def steps(count, seconds=0.1, values=(), last=None):
    """One update for each step, and perhaps a final one."""
    updates = [(seconds, i + 1, [(k, f(i)) for k, f in values], False) for i in range(count)]
    return updates if last is None else [*updates, (seconds, count, last, True)]


# On a terminal -----------------------------------------------------------------------------------

numbers = st.one_of(
    st.sampled_from([0.0, 1e-3, 1.0001e-3, -1e-3, -0.5, 1.2345e-4, -3e-5, 12345.678, 1e10]),
    st.sampled_from([math.nan, math.inf, 7, 0, np.float32(0.1), np.float64(1e-4)]),
    st.floats(-1e6, 1e6),
)


@st.composite
def passes(draw_from):
    target = draw_from(st.sampled_from([None, 0, 1, 2, 7, 10, 99, 100, 999, 1000, 1875]))
    updates = []
    for _ in range(draw_from(st.integers(1, 6))):
        seconds = draw_from(
            st.sampled_from([0.0, 1e-5, 0.01, 0.04, 0.05, 0.3, 1.0, 59.9, 61, 3599, 3700.5])
        )
        current = draw_from(st.integers(0, target or 50))
        names = draw_from(st.permutations(["loss", "accuracy", "val_loss"]))
        values = [(name, draw_from(numbers)) for name in names[: draw_from(st.integers(0, 3))]]
        finalize = draw_from(st.sampled_from([None, None, False, True]))
        updates.append((seconds, current, values or None, finalize))
    return target, updates


@settings(max_examples=300, deadline=None)
@given(
    a_pass=passes(),
    verbose=st.sampled_from([0, 1, 1, 1, 2, 2]),
    interval=st.sampled_from([0.05, 0.0, 1.0]),
    width=st.sampled_from([20, 30, 1]),
    averaged=st.sampled_from(
        [
            {},
            {"stateful_metrics": ["loss"]},
            {"stateless_metrics": ["loss", "accuracy"]},
            {"stateless_metrics": []},
        ]
    ),
    unit_name=st.sampled_from(["step", "sample"]),
)
def test_same_text_on_a_terminal(a_pass, verbose, interval, width, averaged, unit_name):
    target, updates = a_pass
    same_on_a_terminal(
        updates,
        target=target,
        verbose=verbose,
        interval=interval,
        width=width,
        unit_name=unit_name,
        **averaged,
    )


def test_an_epoch_looks_like_this():
    values = [("accuracy", lambda i: 0.5), ("loss", lambda i: 1.2345e-4)]
    text = same_on_a_terminal(
        steps(4, 1.5, values, [("loss", 0.25), ("val_loss", 3.0)]), target=4, stateless_metrics=[]
    )
    assert visible(text) == [
        "4/4 ━━━━━━━━━━━━━━━━━━━━ 8s 2s/step - accuracy: 0.5000 - loss: 0.2500 - val_loss: 3.0000"
    ]
    assert "\x1b[1m2/4\x1b[0m \x1b[32m" + "━" * 10 + "\x1b[0m\x1b[37m" in text


@pytest.mark.parametrize("value", [np.array([0.5, 0.25]), np.array(0.125, np.float32), [1, 2]])
def test_arrays_are_averaged(value):
    updates = steps(3, 1, [("loss", lambda i: np.asarray(value) * (i + 1))])
    text = same_on_a_terminal(updates, target=4)
    assert "loss: " in text
    same_on_a_terminal([(1, 4, [("loss", value)], None)], target=4)


def test_a_line_that_becomes_shorter_is_wiped():
    updates = [(1, 1, [("a_long_name", 1e-9)], False), (1, 2, None, False), (4000, 3, None, True)]
    same_on_a_terminal(updates, target=50_000)


def test_an_unknown_number_of_steps():
    text = same_on_a_terminal(steps(3, 1, [("loss", float)]), target=None)
    assert "      3/Unknown \x1b[1m3s\x1b[0m" in text


def test_both_lists_of_metrics_are_refused():
    for library in (scratch, keras):
        with pytest.raises(ValueError, match="Only one of"):
            library.utils.Progbar(3, stateful_metrics=[], stateless_metrics=[])


def test_add_counts_on():
    texts = []
    for library in (scratch, keras):
        out = Terminal()
        with stopped_clock() as clock, contextlib.redirect_stdout(out):
            bar = library.utils.Progbar(10)
            for n in (3, 4, 3):
                clock.now += 1
                bar.add(n, [("loss", float(n))])
        texts.append(out.getvalue())
    assert texts[0] == texts[1]
    assert "10/10" in texts[0]


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="this system has no pseudo-terminals")
@pytest.mark.parametrize("verbose", [1, 2])
def test_same_bytes_on_a_real_pseudo_terminal(verbose):
    seen = []
    for library in (scratch, keras):
        reader, writer = os.openpty()
        with open(writer, "w", encoding="utf-8") as out:
            updates = steps(5, 0.06, [("loss", lambda i: 1 / (i + 1))], [("loss", 0.2)])
            with stopped_clock() as clock, contextlib.redirect_stdout(out):
                bar = library.utils.Progbar(5, verbose=verbose)
                for seconds, current, values, finalize in updates:
                    clock.now += seconds
                    bar.update(current, values, finalize=finalize)
            written = b""
            while not written.endswith(b"\n"):
                written += os.read(reader, 100_000)
            seen.append(written)
        os.close(reader)
    assert seen[0] == seen[1]
    assert b"5/5" in seen[0]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
@pytest.mark.parametrize("verbose", [1, 2])
def test_an_encoding_without_the_line(encoding, verbose):
    class Narrow(io.TextIOWrapper):
        def isatty(self):
            return True

    written = []
    for library in (scratch, keras):
        raw = io.BytesIO()
        with stopped_clock(), contextlib.redirect_stdout(Narrow(raw, encoding=encoding)):
            bar = library.utils.Progbar(3, verbose=verbose)
            bar.update(1, [("verlust", 1.0)])
            bar.update(3, [("verlust", 1.0)])
            written.append(raw.getvalue())
    assert written[0] == written[1]
    assert (b"===" in written[0]) == (encoding != "utf-8" and verbose == 1)


# On a pipe or in a file --------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(
    target=st.sampled_from([1, 7, 100, 1875]),
    seconds=st.sampled_from([1e-4, 0.01, 0.2]),
    value=numbers,
    verbose=st.sampled_from([1, 2]),
)
def test_the_last_line_on_a_pipe_is_what_remains_of_keras_bar(target, seconds, value, verbose):
    updates = steps(min(target, 9), seconds, [("loss", lambda i: value)])
    updates.append((seconds, target, [("loss", value), ("val_loss", 2.0)], True))
    ours = draw(scratch, updates, io.StringIO(), target=target, verbose=verbose)
    theirs = draw(keras, updates, io.StringIO(), target=target, verbose=verbose)
    assert ours.splitlines() == visible(theirs)
    assert ours.endswith("\n")


def test_a_quick_epoch_is_one_line_on_a_pipe():
    text = draw(scratch, steps(1000, 0.005, (), []), io.StringIO(), target=1000)
    assert text == "1000/1000 ━━━━━━━━━━━━━━━━━━━━ 5s 5ms/step\n"


@pytest.mark.parametrize("target", [1000, None])
def test_a_slow_epoch_leaves_few_lines_on_a_pipe(target):
    text = draw(scratch, steps(1000, 1.0, [("loss", float)], []), io.StringIO(), target=target)
    lines = text.splitlines()
    assert not set("\b\r\x1b") & set(text)
    assert len(lines) == (20 if target else 101)
    theirs = draw(keras, steps(1000, 1.0, [("loss", float)], []), io.StringIO(), target=target)
    assert set(lines) <= set(visible(theirs.replace("\b", "").replace("\r", "\n\r")))


# As the loop uses it -----------------------------------------------------------------------------


def drive(library, mode, out, batches, **params):
    """What fit (two epochs, with validation), evaluate or predict call."""
    with stopped_clock() as clock, contextlib.redirect_stdout(out):
        callbacks = library.callbacks.CallbackList(add_progbar=params["verbose"] != 0, **params)

        def run(mode):
            for batch in range(batches):
                getattr(callbacks, f"on_{mode}_batch_begin")(batch)
                clock.now += 0.03
                logs = {"loss": 1 / (batch + 1), "accuracy": 0.5, "zeros": 0.0}
                getattr(callbacks, f"on_{mode}_batch_end")(batch, logs)
                # Keras may draw in another thread: let it.
                for future in getattr(callbacks, "_futures", []):
                    future.result()

        if mode == "train":
            callbacks.on_train_begin()
            for epoch in range(params["epochs"]):
                callbacks.on_epoch_begin(epoch)
                run("train")
                callbacks.on_test_begin()
                run("test")
                callbacks.on_test_end({"loss": 1.0})
                logs = {"loss": 0.5, "accuracy": 1.0, "zeros": 0.0}
                callbacks.on_epoch_end(epoch, {**logs, "val_loss": 2.0, "val_zeros": 0.1})
            callbacks.on_train_end({"loss": 0.5})
        else:
            getattr(callbacks, f"on_{mode}_begin")()
            run(mode)
            logs = {"loss": 0.5, "accuracy": 1.0, "zeros": 0.0}
            getattr(callbacks, f"on_{mode}_end")(logs if mode == "test" else None)
    return out.getvalue()


@pytest.mark.parametrize("mode", ["train", "test", "predict"])
@pytest.mark.parametrize("verbose", ["auto", 0, 1, 2])
@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("epochs", [1, 2])
def test_same_text_in_the_loop(mode, verbose, known, epochs):
    params = {"verbose": verbose, "epochs": epochs, "steps": 7 if known else None}
    ours = drive(scratch, mode, Terminal(), 7, **params)
    assert ours == drive(keras, mode, Terminal(), 7, **params)
    assert bool(ours) == (verbose != 0)
    piped = drive(scratch, mode, io.StringIO(), 7, **params)
    assert piped.splitlines() == visible(drive(keras, mode, io.StringIO(), 7, **params))


def test_pycharms_console_overdraws(monkeypatch):
    monkeypatch.setenv("PYCHARM_HOSTED", "1")
    assert our_progbar._can_overdraw()


# In a notebook -----------------------------------------------------------------------------------


class OutStream(io.StringIO):
    """Text that is taken for a kernel's standard output, which is no terminal."""

    __module__ = "ipykernel.iostream"


def shown(text):
    """What a notebook shows: from a `\r` on, characters take the place of the line's first ones."""
    lines = []
    for line in text.split("\n"):
        on_screen = ""
        for part in line.split("\r"):
            on_screen = part + on_screen[len(part) :]
        lines.append(ESCAPES.sub("", on_screen).rstrip())
    return lines


UPDATES = [
    (1.0, 1, [("a_long_name", 1e-9)], False),
    (1.0, 2, None, False),
    (4000.0, 3, None, False),
    (1.0, 4, [("a_long_name", 0.5)], True),
]


@pytest.mark.parametrize("target", [4, None])
def test_a_notebook_goes_back_without_backspaces(target):
    text = draw(scratch, UPDATES, OutStream(), target=target)
    assert text.replace("\r", "") == draw(scratch, UPDATES, Terminal(), target=target).translate(
        {ord("\b"): None, ord("\r"): None}
    )
    assert text.count("\r") == len(UPDATES)
    assert shown(text) == [*visible(draw(keras, UPDATES, Terminal(), target=target)), ""]


def test_what_a_cell_redirects_is_plain(monkeypatch):
    monkeypatch.setattr("sys.stdout", OutStream())
    text = draw(scratch, steps(5, 0.1, (), []), io.StringIO(), target=5)
    assert not set("\b\r\x1b") & set(text)
