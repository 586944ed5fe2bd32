"""Threads that share the rows of a table, awake for a moment after each (see `loops.play`).

    the caller                          every other thread
    writes the rows, and the ticket     reads the ticket, until nothing has come for a while
    takes a row, calls its loop         takes a row, calls its loop
    ...                                 ...
    waits for rows that others took     sleeps, until a bell wakes it

The ticket is one number: which task, for how many threads, of how many rows, and the next row.
Whoever wants a row replaces the ticket by one with a later row, if nobody else has done so before.
So a row belongs to nobody, one thread that takes them all computes what many compute, and somebody
who comes late finds nothing to take.

Between two tasks a thread offers its processor to whoever else wants it, again and again, which
takes a millionth of a second where nobody does. To wake one that sleeps takes fifty of them, as
long as half a layer.

On a busy machine, whoever has taken a row may lose his processor in the middle of it, for longer
than the whole task takes. A leader who has waited for others far longer than he has computed does
the next tasks alone: some, and twice as many each time that it happens soon again.
"""

import ctypes
import os
import threading
import time
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from scratch.kernels import denormals
from scratch.kernels.compiled.loops import SIZE, play_row
from scratch.kernels.tape import WIDTH
from scratch.kernels.workers import cores

ROWS = 8  # of a task, at most
PATIENCE = 1_500  # offers of its processor, until a thread goes to sleep
RESTLESS = 4_000  # and until one that waits for others does so asleep, for moments
MOMENT = 50  # microseconds
STALL = 500_000  # nanoseconds: so much longer he waits for nobody who is computing, or waking up
REST, LONGEST_REST = 512, 1 << 14  # tasks that a leader does alone, after having waited too long
CALM = 1_024  # tasks shared without that: it was an exception

# Where in a team's state things stand; what different threads write is 64 bytes apart.
TICKET, ENDED, SEQUENCE, YIELD, SLEEP, CLOCK, GET, SET, TIME, ENVIRONMENT, STATE = (
    0, 8, 16, 17, 18, 19, 20, 21, 22, 24, 40
)  # fmt: skip
BYTE = 8  # bits: of a ticket's row, number of rows, and number of threads

# C's functions, by their addresses: to offer the processor to others, to sleep, to see how late
# it is.
_LIBRARY: Any = ctypes.CDLL(None) if hasattr(os, "sched_yield") else None
KNOWN = _LIBRARY is not None
MONOTONIC = getattr(time, "CLOCK_MONOTONIC", 0)


def _pointer(builder: Any, address: Any) -> Any:
    return builder.inttoptr(address, ir.IntType(64).as_pointer())


@intrinsic
def _load(context: Any, address: Any) -> Any:
    """The number at an address, and all that was written before it was."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return builder.load_atomic(_pointer(builder, given[0]), "acquire", SIZE)

    return types.int64(types.int64), generate


@intrinsic
def _store(context: Any, address: Any, number: Any) -> Any:
    """Writes a number for whoever loads it."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        builder.store_atomic(given[1], _pointer(builder, given[0]), "release", SIZE)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), generate


@intrinsic
def _exchange(context: Any, address: Any, expected: Any, number: Any) -> Any:
    """Writes a number where the expected one stands; returns what stood there."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        pair = builder.cmpxchg(
            _pointer(builder, given[0]), given[1], given[2], "acq_rel", "acquire"
        )
        return builder.extract_value(pair, 0)

    return types.int64(*[types.int64] * 3), generate


@intrinsic
def _increment(context: Any, address: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        one = ir.Constant(ir.IntType(64), 1)
        return builder.atomic_rmw("add", _pointer(builder, given[0]), one, "acq_rel")

    return types.int64(types.int64), generate


@intrinsic
def _call(context: Any, function: Any, first: Any, second: Any) -> Any:
    """Calls a function of C with numbers or addresses; it looks at as many as it takes."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        kind = ir.FunctionType(ir.IntType(32), [ir.IntType(64)] * 2)
        builder.call(builder.inttoptr(given[0], kind.as_pointer()), given[1:])
        return context.get_dummy_value()

    return types.void(*[types.int64] * 3), generate


@numba.njit(cache=True, nogil=True)
def _now(state: np.ndarray) -> int:
    """Nanoseconds, from some moment on."""
    _call(state[CLOCK], MONOTONIC, state.ctypes.data + SIZE * TIME)
    return state[TIME] * 1_000_000_000 + state[TIME + 1]


@numba.njit(cache=True, nogil=True)
def _take(ticket: int, thread: int) -> int:
    """The number of a row that this thread is to compute; -1 if there is none.

    Args:
        ticket: its address.
        thread: 0 is the caller's.
    """
    found = _load(ticket)
    while True:
        row, rows, threads = found & 255, (found >> BYTE) & 255, (found >> 2 * BYTE) & 255
        if row >= rows or thread >= threads:
            return -1
        before = _exchange(ticket, found, found + 1)
        if before == found:
            return row
        found = before


@numba.njit(cache=True, nogil=True)
def _serve(state: np.ndarray, table: np.ndarray, thread: int) -> None:
    """Computes rows until none has come for a while."""
    start, idle = state.ctypes.data, 0
    while idle < PATIENCE:
        row = _take(start + SIZE * TICKET, thread)
        if row < 0:
            _call(state[YIELD], 0, 0)
            idle += 1
            continue
        if state[SET]:
            _call(state[SET], start + SIZE * ENVIRONMENT, 0)
        play_row(table, row)
        _increment(start + SIZE * ENDED)
        idle = 0


@numba.njit(cache=True, nogil=True)
def lead(state: np.ndarray, table: np.ndarray, rows: int, threads: int) -> bool:
    """Has so many threads, this one among them, compute the first rows of the table.

    Returns whether that was worth it: not where it waited far longer for others than it computed.
    """
    start, begun = state.ctypes.data, _now(state)
    ticket, ended = start + SIZE * TICKET, start + SIZE * ENDED
    if state[GET]:
        _call(state[GET], start + SIZE * ENVIRONMENT, 0)
    _store(ended, 0)
    state[SEQUENCE] += 1
    _store(ticket, (((state[SEQUENCE] << BYTE) + threads << BYTE) + rows) << BYTE)
    row = _take(ticket, 0)
    while row >= 0:
        play_row(table, row)
        _increment(ended)
        row = _take(ticket, 0)
    done, waited = _now(state), 0
    while _load(ended) < rows:
        if waited < RESTLESS:
            _call(state[YIELD], 0, 0)
            waited += 1
        else:
            _call(state[SLEEP], MOMENT, 0)
    return _now(state) - done <= done - begun + STALL


class Team:
    """Threads, made when they are first needed, and what they and their leader read and write."""

    def __init__(self) -> None:
        self._state, self._table = _memory()
        self._leading = threading.Lock()
        self._bells: list[threading.Lock] = []  # one for each thread but the leader's
        self._asleep: list[bool] = []
        self._alone, self._rest = 0, REST  # tasks to be done alone; how many the next time
        self._calm = 0  # tasks that were worth sharing, one after the other

    def share(self, rows: Callable[..., int], threads: int, *arguments: Any) -> None:
        """Computes the rows that `rows(table, *arguments)` writes, on so many threads at most.

        Who comes while another one leads computes them alone.
        """
        if not self._leading.acquire(blocking=False):
            state, table = _memory()
            lead(state, table, rows(table, *arguments), 1)
            return
        try:
            number = rows(self._table, *arguments)
            threads = 1 if self._alone else min(threads, cores(), number)
            for thread in range(1, threads):
                self._wake(thread)
            worth_it = lead(self._state, self._table, number, threads)
            self._decide(threads, worth_it)
        finally:
            self._leading.release()

    @property
    def rests(self) -> bool:
        """Whether the next task is not shared, because others were not worth it."""
        return self._alone > 0

    def _decide(self, threads: int, worth_it: bool) -> None:
        """How many of the next tasks are not shared."""
        if threads == 1:
            self._alone = max(0, self._alone - 1)
        elif worth_it:
            self._calm += 1
            if self._calm == CALM:
                self._rest = REST
        else:
            self._alone, self._rest = self._rest, min(2 * self._rest, LONGEST_REST)
            self._calm = 0

    def _wake(self, thread: int) -> None:
        while len(self._bells) < thread:
            bell = threading.Lock()
            bell.acquire()
            self._bells.append(bell)
            self._asleep.append(False)
            number = len(self._bells)
            threading.Thread(
                target=self._work, args=(number,), name=f"scratch {number}, compiled", daemon=True
            ).start()
        if self._asleep[thread - 1]:
            self._asleep[thread - 1] = False
            self._bells[thread - 1].release()

    def _work(self, thread: int) -> None:
        while True:
            with denormals.as_in(denormals.environment()):
                _serve(self._state, self._table, thread)
            self._asleep[thread - 1] = True
            self._bells[thread - 1].acquire()


def _address(function: Any) -> int:
    return ctypes.cast(function, ctypes.c_void_p).value or 0


def _memory() -> tuple[np.ndarray, np.ndarray]:
    """A team's state and its table."""
    state = np.zeros(STATE, np.int64)
    for place, function in ((YIELD, "sched_yield"), (SLEEP, "usleep"), (CLOCK, "clock_gettime")):
        state[place] = _address(getattr(_LIBRARY, function))
    if denormals.C is not None:
        state[GET], state[SET] = map(_address, (denormals.C.fegetenv, denormals.C.fesetenv))
    return state, np.zeros((ROWS, WIDTH), np.int64)


team = Team()


def _forget() -> None:
    """A forked process has the caller's thread alone."""
    global team
    team = Team()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
