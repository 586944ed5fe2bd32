"""Ctrl-C waits for the end of a step.

    with held():                          around a training: handlers of signals are told to wait
        while ...:
            with step():                  a signal in here is answered when the block ends;
                ...                       the same once more: at once

So an interrupt finds a model between two steps. Python answers signals in the main thread alone,
and between any two of its instructions.
"""

import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

_NAMES = ("SIGINT", "SIGTERM", "SIGALRM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGBREAK")
_SIGNALS = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]


class _State:
    """Of the main thread.

    Attributes:
        thread: in which handlers are told to wait; None where they are not.
        steps: how many steps are under way, one inside the other.
        waiting: the signals that have come meanwhile, each with its handler.
    """

    def __init__(self) -> None:
        self.thread: int | None = None
        self.steps = 0
        self.waiting: dict[int, Callable] = {}


_state = _State()


def in_main_thread() -> bool:
    """Whether signals are answered in this thread."""
    return threading.current_thread() is threading.main_thread()


def nothing_can_interrupt() -> bool:
    """Whether what is under way will run to its end.

    Not where a signal may come at any time, nor under a debugger, which may raise anywhere.
    """
    return sys.gettrace() is None and (bool(_state.steps) or not in_main_thread())


@contextlib.contextmanager
def held() -> Iterator[None]:
    """Inside the `with` block, signals that come in a `step` wait for its end."""
    if _state.thread is not None or not in_main_thread():
        yield
        return
    replaced: dict[Any, tuple[Callable, Callable]] = {}
    try:
        for number in _SIGNALS:
            handler = signal.getsignal(number)
            if callable(handler):  # one of Python's: C's own end the process
                waits = _waiting(handler)
                replaced[number] = handler, waits
                signal.signal(number, waits)
        _state.thread = threading.get_ident()
        yield
    finally:
        _state.thread, _state.steps = None, 0
        for number, (handler, waits) in replaced.items():
            if signal.getsignal(number) is waits:  # not one that was set meanwhile
                signal.signal(number, handler)
        _answer()


def _waiting(handler: Callable) -> Callable:
    def wait(number: int, frame: FrameType | None) -> Any:
        if _state.steps and number not in _state.waiting:
            _state.waiting[number] = handler
            return None
        _state.waiting.pop(number, None)
        return handler(number, frame)

    return wait


def _answer() -> None:
    """Calls every handler that waits, even if one before it raises."""
    if _state.waiting:
        number = next(iter(_state.waiting))
        handler = _state.waiting.pop(number)
        try:
            handler(number, sys._getframe())
        finally:
            _answer()


class step:  # noqa: N801 - used as a function; a generator would take three times as long
    """Inside the `with` block, signals wait, where they are told to."""

    def __enter__(self) -> None:
        if _state.thread == threading.get_ident():
            _state.steps += 1
            self.holds = True

    def __exit__(self, *error: Any) -> None:
        if self.holds:
            _state.steps -= 1
            if not _state.steps and _state.waiting:
                _answer()

    holds = False
