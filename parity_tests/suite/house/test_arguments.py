"""The table of arguments: a row for each, and every row as it is found now."""

import random
import struct

import numpy as np
import pytest

pytest.importorskip("keras")

import scratch
from parity_tests.commands.arguments import table
from parity_tests.commands.arguments.observe import _events
from parity_tests.commands.arguments.signatures import all_arguments
from parity_tests.commands.arguments.verdicts import verdict
from scratch.callbacks import event_file

ROWS = table.read()
PLACES = tuple(dict.fromkeys(row.subject.split(".")[0] for row in ROWS))


def test_every_argument_has_a_row_and_every_row_an_argument():
    assert [(row.subject, row.argument) for row in ROWS] == list(all_arguments())


def test_an_argument_without_a_row_is_noticed(monkeypatch):
    def init(self, units, more=None):
        """As Dense, with one argument more."""

    monkeypatch.setattr(scratch.layers.Dense, "__init__", init)
    rows = {(row.subject, row.argument) for row in ROWS}
    assert set(all_arguments()) - rows == {("layers.Dense", "more")}


def test_what_does_nothing_is_refused_or_differs_has_a_reason():
    assert [row for row in ROWS if row.needs_reason and not row.reason] == []


def test_no_probe_fails():
    assert [row for row in ROWS if row.here.startswith("fails")] == []
    failed_in_keras = {row.subject for row in ROWS if row.keras.startswith("fails")}
    assert failed_in_keras <= {"callbacks.TensorBoard"}


@pytest.mark.parametrize("place", PLACES)
def test_every_row_is_as_it_is_found_here(place):
    rows = [row for row in ROWS if row.subject.split(".")[0] == place]
    assert rows
    found = {row: verdict("scratch", row.subject, row.argument) for row in rows}
    assert {row: now for row, now in found.items() if now != row.here} == {}


def test_a_sample_is_as_it_is_found_in_keras():
    quick = [row for row in ROWS if not row.subject.startswith(("callbacks", "Model"))]
    slow = [row for row in ROWS if row.subject.startswith(("callbacks", "Model"))]
    slow = [row for row in slow if not row.keras.startswith("fails")]
    draw = random.Random(14)
    for row in draw.sample(quick, 80) + draw.sample(slow, 6):
        assert verdict("keras", row.subject, row.argument) == row.keras, row


def test_times_in_an_event_file_are_no_tags(monkeypatch, tmp_path):
    """Eight bytes of a time can look like a tag; the files of two runs hold different ones."""
    (looks_like_one,) = struct.unpack("<d", b"zebra/ab")
    monkeypatch.setattr(event_file.time, "time", lambda: looks_like_one)
    monkeypatch.setattr(event_file, "int", lambda number: 7, raising=False)  # in the file's name
    file = event_file.EventFile(str(tmp_path))
    file.scalar("epoch_loss", 0.5, 3)
    file.histogram("dense/kernel/histogram", np.arange(9.0), 3)
    file.close()
    assert any(b"zebra/ab" in path.read_bytes() for path in tmp_path.iterdir())
    assert _events(tmp_path) == ["dense/kernel/histogram", "epoch_loss"]


def test_an_argument_that_is_ignored_is_noticed(monkeypatch):
    monkeypatch.setattr(scratch.losses.Huber, "call", lambda self, y_true, y_pred: y_pred[:, 0])
    monkeypatch.setattr(scratch.losses.Huber, "forward_values",
                        lambda self, y_true, y_pred, node: y_pred[:, 0])  # fmt: skip
    row = next(row for row in ROWS if (row.subject, row.argument) == ("losses.Huber", "delta"))
    assert row.here == "changes"
    assert verdict("scratch", "losses.Huber", "delta") == "nothing"
