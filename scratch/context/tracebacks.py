"""Tracebacks without the lines of this library: a program's own line, then the message.

Frames are left out when a traceback is printed, and only then: an exception keeps its traceback,
for a debugger and for who catches it; and nothing is wrapped, so nothing costs time before there is
an exception. What is printed is what would be printed else, by whoever prints (Python, IPython):
with notes, causes and groups.
"""

import contextlib
import functools
import itertools
import os
import sys
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import numpy as np


def _folder(file: str) -> str:
    return os.path.dirname(os.path.abspath(file)) + os.sep


HOME = _folder(os.path.dirname(__file__))
# Between a program's line and ours, or below ours, stand lines of these: ours, too, in a way.
LIBRARIES = (HOME, _folder(os.__file__), _folder(str(np.__file__)), "<frozen ")

_before: list[Any] = []  # while it is enabled: the hook that was there, and IPython's shell


def enable_traceback_filtering() -> None:
    """Leaves the lines of this library out of printed tracebacks (`keras.config`).

    In Keras that is the default; here it is not, since these lines are meant to be read.
    """
    if _before:
        return
    _before[:] = sys.excepthook, _shell()
    sys.excepthook = functools.partial(_print_short, sys.excepthook)
    if (shell := _before[1]) is not None:
        shell.set_custom_exc((Exception,), _show_short)


def disable_traceback_filtering() -> None:
    """Prints whole tracebacks again, which is the default."""
    if not _before:
        return
    hook, shell = _before
    _before.clear()
    sys.excepthook = hook
    if shell is not None:
        shell.set_custom_exc((), None)


def is_traceback_filtering_enabled() -> bool:
    """Whether printed tracebacks leave out the lines of this library; at first they do not."""
    return bool(_before)


def _shell() -> Any:
    """IPython's shell, which prints by itself, in a notebook too; None outside of it."""
    ipython = sys.modules.get("IPython")
    return None if ipython is None else ipython.get_ipython()


def _print_short(hook: Any, kind: type, error: BaseException, trace: TracebackType | None) -> None:
    with shortened(error):
        hook(kind, error, error.__traceback__)


def _show_short(
    shell: Any, kind: type, error: BaseException, trace: Any, tb_offset: int | None = None
) -> None:
    with shortened(error):
        shell.showtraceback((kind, error, error.__traceback__), tb_offset=tb_offset)


@contextlib.contextmanager
def shortened(error: BaseException) -> Iterator[None]:
    """Within it, an exception and all that it came from have short tracebacks."""
    related = _related(error)
    whole = [(e, e.__traceback__, e.__cause__, e.__context__, e.__suppress_context__)
             for e in related]  # fmt: skip
    inner = {id(e) for e in related if e is not error and _is_inner(e)}
    try:
        for one in related:
            one.__traceback__ = _short(one.__traceback__)
            suppressed = one.__suppress_context__
            if id(one.__cause__) in inner:
                one.__cause__ = None
            if id(one.__context__) in inner:
                one.__context__ = None
            one.__suppress_context__ = suppressed
        yield
    finally:
        for one, trace, cause, context, suppressed in whole:
            one.__traceback__, one.__cause__, one.__context__ = trace, cause, context
            one.__suppress_context__ = suppressed


def _related(error: BaseException) -> list[BaseException]:
    """An exception, what it was raised from or during, and what it groups; each once."""
    found: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or any(one is other for other in found):
            continue
        found.append(one)
        waiting += [one.__cause__, one.__context__]
        if isinstance(one, BaseExceptionGroup):
            waiting += one.exceptions
    return found


def _is_inner(error: BaseException) -> bool:
    """Whether no line but this library's had a part in an exception and all that it came from."""
    return all(
        e.__traceback__ is not None and all(of_ours for of_ours, _ in _runs(e.__traceback__))
        for e in _related(error)
    )


def _runs(trace: TracebackType | None) -> list[tuple[bool, list[TracebackType]]]:
    """The entries of a traceback in runs: lines of libraries, ours among them, and all others."""
    entries = []
    while trace is not None:
        entries.append(trace)
        trace = trace.tb_next

    def starts(entry: TracebackType, folders: str | tuple[str, ...]) -> bool:
        return entry.tb_frame.f_code.co_filename.startswith(folders)

    runs = itertools.groupby(entries, lambda entry: starts(entry, LIBRARIES))
    found = ((is_library, list(run)) for is_library, run in runs)
    return [(is_library and any(starts(e, HOME) for e in run), run) for is_library, run in found]


def _short(trace: TracebackType | None) -> TracebackType | None:
    """A traceback without this library's lines; the whole one where nothing would remain."""
    kept = [entry for of_ours, run in _runs(trace) if not of_ours for entry in run]
    short = None
    for entry in reversed(kept):
        short = TracebackType(short, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return short or trace
