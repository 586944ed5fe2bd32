"""Tables and event files that grow while a model trains: records are whole, whatever happens."""

import os
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import scratch as keras
from scratch.callbacks.event_file import EventFile, record
from scratch.files.growing import GrowingFile

X, Y = np.linspace(-1, 1, 12).reshape(4, 3), np.ones((4, 1))


def fit(*callbacks, epochs=2):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, kernel_initializer="ones")])
    model.compile("sgd", "mse")
    model.fit(X, Y, epochs=epochs, verbose=0, shuffle=False, callbacks=list(callbacks))


def lines_of(path):
    with open(path, newline="") as file:
        return file.read().split("\r\n")


@pytest.mark.parametrize("torn", ["2,0.12", "2", "2,0.123456,NA,", '"[1.0, 2'])
def test_a_torn_line_is_not_glued_to_the_next(torn, tmp_path):
    path = tmp_path / "log.csv"
    fit(keras.callbacks.CSVLogger(path))
    whole = lines_of(path)
    with open(path, "ab") as file:
        file.write(torn.encode())
    with pytest.warns(UserWarning, match="interrupted run has left.*It was removed"):
        fit(keras.callbacks.CSVLogger(path, append=True))
    assert lines_of(path) == [*whole[:3], *whole[1:]]


def test_a_line_that_lacks_its_last_character_is_whole(tmp_path):
    path = tmp_path / "log.csv"
    fit(keras.callbacks.CSVLogger(path))
    whole = lines_of(path)
    os.truncate(path, os.path.getsize(path) - 1)
    fit(keras.callbacks.CSVLogger(path, append=True))
    assert lines_of(path) == [*whole[:3], *whole[1:]]


@pytest.mark.parametrize("torn", ["", "epo", "epoch,loss,val_los"])
def test_a_torn_head_is_written_anew(torn, tmp_path):
    path = tmp_path / "log.csv"
    fit(keras.callbacks.CSVLogger(path))
    whole = lines_of(path)
    path.write_text(torn)
    logger = keras.callbacks.CSVLogger(path, append=True)
    if torn:
        with pytest.warns(UserWarning, match="interrupted run"):
            fit(logger)
    else:
        fit(logger)
    assert lines_of(path) == whole


@pytest.mark.parametrize("append", [False, True])
def test_one_logger_for_two_trainings(append, tmp_path):
    logger = keras.callbacks.CSVLogger(tmp_path / "log.csv", append=append)
    fit(logger)
    first = lines_of(logger.filename)
    fit(logger)
    assert lines_of(logger.filename) == ([*first[:3], *first[1:]] if append else first)


class Half:
    """A file that takes so many bytes and then fails; what is left can't be cut off either."""

    def __init__(self, file, room, stubborn):
        self._file, self.room, self.stubborn = file, room, stubborn

    def __getattr__(self, name):
        return getattr(self._file, name)

    def write(self, content):
        if not self.room:
            raise OSError(28, "No space left on device")
        written = self._file.write(content[: min(self.room, 5)])
        self.room -= written
        return written

    def truncate(self, size):
        if self.stubborn:
            raise OSError(5, "Input/output error")
        return self._file.truncate(size)


@pytest.mark.parametrize("stubborn", [False, True])
@pytest.mark.parametrize("room", [0, 3, 7])
def test_a_record_is_whole_or_not_there(room, stubborn, tmp_path):
    path = str(tmp_path / "f")
    file: Any = GrowingFile(path, "w")
    file.append(b"first\n")
    file._file = Half(file._file, room, stubborn)
    with pytest.raises(OSError, match="No space left") as failed:
        file.append(b"another\n")
    assert failed.value.filename == path
    left = b"another\n"[:room] if stubborn else b""
    assert Path(path).read_bytes() == b"first\n" + left
    file._file.room, file._file.stubborn = 100, False
    file.append(b"third\n")
    file.close()
    assert Path(path).read_bytes() == b"first\nthird\n"


def records_of(path):
    content, found = Path(path).read_bytes(), []
    while len(content) >= 12:
        (length,) = struct.unpack("<Q", content[:8])
        whole, content = content[: length + 16], content[length + 16 :]
        if record(whole[12:-4]) != whole:
            break
        found.append(whole)
    return found


def test_every_run_has_an_event_file_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr("time.time", lambda: 1.0)  # within one second, and of one process
    first, second = EventFile(str(tmp_path)), EventFile(str(tmp_path))
    assert first.path != second.path
    for step in range(3):
        first.scalar("loss", 0.5, step)
        second.scalar("loss", 0.25, step)
    os.truncate(first.path, os.path.getsize(first.path) - 3)  # as after a kill
    assert len(records_of(first.path)) == 3  # the head, and two events
    assert len(records_of(second.path)) == 4
    first.close()
    second.close()
