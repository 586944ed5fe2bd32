"""What engines print, made fit to be read.

tf.keras draws its bar over itself with backspaces and colours on every POSIX system, terminal or
not. On a pipe that is litter: here each line is written once, as it looked when it was finished.
"""

import contextlib
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class FinishedLines:
    """A text stream that passes on each line in its final state."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._line = ""

    def write(self, text: str) -> int:
        """Takes text; passes on what is finished."""
        *finished, self._line = (self._line + text).split("\n")
        for line in finished:
            self._stream.write(final_state(line) + "\n")
        # What a carriage return or backspaces have made invisible need not be kept.
        self._line = self._line.rsplit("\r", 1)[-1]
        return len(text)

    def flush(self) -> None:
        """Passes on nothing unfinished."""
        self._stream.flush()

    def isatty(self) -> bool:
        """No terminal is behind this."""
        return False


def final_state(line: str) -> str:
    """What a terminal shows after `line` was written to it: the text after the last return."""
    shown = _COLOUR.sub("", line).rsplit("\r", 1)[-1]
    return shown.replace("\b", "").rstrip()


@contextlib.contextmanager
def readable_bars() -> Iterator[None]:
    """Inside the block, bars that go to a pipe or a file leave one line each."""
    if sys.stdout.isatty():
        yield
        return
    with contextlib.redirect_stdout(FinishedLines(sys.stdout)):
        yield
        sys.stdout.flush()


@contextlib.contextmanager
def silent_start() -> Iterator[None]:
    """Inside the block, standard error goes nowhere.

    TensorFlow's C++ parts remark, before their logger listens to any setting, that oneDNN is on and
    that there is no GPU driver. An import that fails still raises.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


@contextlib.contextmanager
def standard_error_to(path: Path) -> Iterator[None]:
    """What backends say while they start and trace belongs into a file, in their processes too."""
    sys.stderr.flush()
    before = os.dup(2)
    with path.open("a") as file:
        os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(before, 2)
        os.close(before)
