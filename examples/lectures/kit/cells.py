r"""A lesson is a script in the percent format: cells that begin with `# %%`.

    # %% [markdown]
    # Text, with formulas: $$ a = \sigma(z) \tag{1} $$
    # %%
    a = 1 / (1 + np.exp(-z))  # (1)

It runs as a program, and opens as a notebook in VS Code and in Jupyter. Here its
cells are read, and run one by one in one namespace, as a notebook runs them; what each prints and
shows is kept beside it.
"""

import contextlib
import io
import re
import sys
from pathlib import Path
from typing import Any, NamedTuple

from examples.lectures.kit.lesson import Figure, Lesson

_MARK = re.compile(r"^# %%(?: \[(markdown)\])?.*$", re.MULTILINE)


class Cell(NamedTuple):
    """A cell: "markdown" or "code", its text, and the number of its first line."""

    kind: str
    text: str
    line: int


class Result(NamedTuple):
    """A cell that has run: what it printed, and the figures it showed."""

    cell: Cell
    printed: str
    figures: list[Figure]


def read(path: Path) -> list[Cell]:
    """The cells of a script. Its docstring, before the first mark, is a markdown cell too."""
    source = path.read_text(encoding="utf-8")
    marks = list(_MARK.finditer(source))
    cells = []
    for mark, after in zip(marks, [*marks[1:], None], strict=True):
        text = source[mark.end() + 1 : after.start() if after else len(source)]
        line = source.count("\n", 0, mark.end()) + 2
        if mark[1]:
            text = "\n".join(row.removeprefix("#").removeprefix(" ") for row in text.splitlines())
        cells.append(Cell(mark[1] or "code", text.strip("\n"), line))
    return cells


def run(path: Path) -> tuple[Lesson, list[Result]]:
    """Runs a script cell by cell; prints what it prints.

    Returns:
        The `lesson` that it made, and the results in order.
    """
    namespace: dict[str, Any] = {
        "__name__": f"examples.lectures.{path.stem}",
        "__file__": str(path),
    }
    results = []
    for cell in read(path):
        printed = io.StringIO()
        shown = len(namespace["lesson"].figures) if "lesson" in namespace else 0
        if cell.kind == "code":
            # Empty lines before it, so that errors name the script's own lines.
            code = compile("\n" * (cell.line - 1) + cell.text, str(path), "exec")
            with contextlib.redirect_stdout(_Tee(sys.stdout, printed)):
                exec(code, namespace)
        figures = namespace["lesson"].figures[shown:] if "lesson" in namespace else []
        results.append(Result(cell, printed.getvalue(), figures))
    return namespace["lesson"], results


class _Tee(io.TextIOBase):
    """Writes to two streams."""

    def __init__(self, *streams: Any) -> None:
        self._streams = streams

    def write(self, text: str) -> int:
        for stream in self._streams:
            stream.write(text)
        return len(text)

    def flush(self) -> None:
        for stream in self._streams:
            stream.flush()
