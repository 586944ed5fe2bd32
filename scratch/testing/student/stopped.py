"""Somebody's code that raised: at which stage, in which file, at which line."""

import linecache
import traceback
from pathlib import Path

import numpy as np

OURS = tuple(str(Path(p).parent) for p in (Path(__file__).parent, np.__file__))


class Stopped(Exception):  # noqa: N818 - an answer, not an error of ours
    """An exception as an answer.

    Attributes:
        stage: `"forward"`, `"backward"`, `"loss"`, ...
        error: what was raised.
        file, line: where in somebody's code, or None.
    """

    def __init__(self, stage: str, error: BaseException) -> None:
        super().__init__(stage, error)
        self.stage, self.error = stage, error
        frames = traceback.extract_tb(error.__traceback__)
        theirs = [f for f in frames if not f.filename.startswith((*OURS, "<frozen"))]
        self.file = theirs[-1].filename if theirs else None
        self.line = theirs[-1].lineno if theirs else None

    @property
    def kind(self) -> type:
        """The class of what was raised."""
        return type(self.error)

    def __str__(self) -> str:
        return f"{self.stage} raised {self.kind.__name__}: {self.error}"

    def where(self) -> tuple[str, ...]:
        """The place and its line of code, line by line."""
        if self.file is None or self.line is None:
            return ()
        code = linecache.getline(self.file, self.line).strip()
        place = f"{Path(self.file).name}, line {self.line}"
        return (f"{place}: {code}" if code else place,)
