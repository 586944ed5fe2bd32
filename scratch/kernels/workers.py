"""Threads of our own, which take the parts of a task as they come to them.

A part belongs to nobody: whoever is awake takes the next, the caller among them. A thread that the
system has put aside holds up the part it is in, if any, and no other; and waiting is sleeping.
Nothing depends on who computed what, as long as the parts do not depend on one another.
"""

import functools
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable
from queue import SimpleQueue

from scratch.kernels.denormals import as_in, environment

Part = Callable[[], object]

# Linux's control groups, version 2: microseconds in each period, and of the period.
CONTAINER = "/sys/fs/cgroup/cpu.max"


class Task:
    """Parts to be computed, in any order, by any number of threads."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self._parts = deque(parts)
        self._number = len(self._parts)
        self._ended: SimpleQueue[BaseException | None] = SimpleQueue()  # parts others computed
        self._environment = environment()

    def help(self) -> None:
        """Takes parts until there are none, with denormals as the caller has them."""
        with as_in(self._environment):
            while (part := self._take()) is not None:
                try:
                    part()
                except BaseException as error:
                    self._ended.put(error)
                else:
                    self._ended.put(None)

    def complete(self) -> None:
        """Takes parts until there are none, and waits for those that others have taken."""
        taken = 0
        try:
            while (part := self._take()) is not None:
                taken += 1
                part()
        finally:  # whatever interrupts it: nobody writes any more when it is left
            left = 0
            while self._take() is not None:
                left += 1
            errors = [self._ended.get() for _ in range(self._number - taken - left)]
        for error in filter(None, errors):
            raise error

    def _take(self) -> Part | None:
        try:
            return self._parts.popleft()
        except IndexError:
            return None


class Workers:
    """The threads beside the callers', made when they are first needed."""

    def __init__(self) -> None:
        self._tasks: SimpleQueue[Task] = SimpleQueue()
        self._lock, self._number = threading.Lock(), 0

    def compute(self, parts: Iterable[Part], threads: int) -> None:
        """Computes all parts on so many threads at most, the caller's being one of them."""
        task = Task(parts)
        beside = min(threads, cores()) - 1
        if beside > 0:
            self._have(beside)
            for _ in range(beside):
                self._tasks.put(task)
        task.complete()

    def _have(self, number: int) -> None:
        if self._number >= number:
            return
        with self._lock:
            for i in range(self._number, number):
                threading.Thread(target=self._work, name=f"scratch {i}", daemon=True).start()
            self._number = max(self._number, number)

    def _work(self) -> None:
        tasks = self._tasks
        while True:
            tasks.get().help()


def cores() -> int:
    """The processors that this process may use."""
    try:
        number = len(os.sched_getaffinity(0))
    except AttributeError:  # not on Linux
        number = os.cpu_count() or 1
    return min(number, _share_of_a_container() or number)


@functools.cache
def _share_of_a_container() -> int:
    """How many processors' time a container is given, rounded up; 0 where there is no such limit.

    Whoever uses more than that is stopped for a while, and so are all its threads.
    """
    try:
        with open(CONTAINER, encoding="ascii") as file:
            time, period = file.read().split()
        return -(-int(time) // int(period))
    except (OSError, ValueError):  # not on Linux; or "max 100000"
        return 0


workers = Workers()


def _forget() -> None:
    """A forked process has the caller's thread alone."""
    global workers
    workers = Workers()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
