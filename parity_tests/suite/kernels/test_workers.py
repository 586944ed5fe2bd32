"""Parts of a task, taken by whoever is awake."""

import functools
import os
import threading

import pytest

from scratch.kernels import workers as module
from scratch.kernels.denormals import FlushToZero, environment
from scratch.kernels.workers import Task, Workers


@pytest.fixture(autouse=True)
def four_cores(monkeypatch):
    monkeypatch.setattr(module, "cores", lambda: 4)


@pytest.mark.parametrize("threads", [1, 2, 4, 9])
@pytest.mark.parametrize("number", [0, 1, 5, 100])
def test_every_part_is_computed_once(number, threads):
    done: list[int] = []
    Workers().compute([functools.partial(done.append, i) for i in range(number)], threads)
    assert sorted(done) == list(range(number))


def test_threads_share_the_parts():
    together = threading.Barrier(2)  # only two threads at once pass it
    Workers().compute([lambda: together.wait(10)] * 2, 2)


def test_an_idle_helper_is_not_waited_for():
    done = []
    task = Task([lambda: done.append(1)] * 3)
    task.complete()
    assert done == [1, 1, 1]
    task.help()  # comes too late
    assert done == [1, 1, 1]


def test_an_error_of_a_helper_reaches_the_caller():
    caller, both = threading.get_ident(), threading.Barrier(2)

    def part() -> None:
        both.wait(10)
        if threading.get_ident() != caller:
            raise ZeroDivisionError("in a helper")

    workers = Workers()
    with pytest.raises(ZeroDivisionError, match="in a helper"):
        workers.compute([part] * 2, 2)
    workers.compute([lambda: both.wait(10)] * 2, 2)  # the helper is still there


def test_nobody_computes_any_more_when_an_error_leaves():
    caller, inside, go_on, done = threading.get_ident(), threading.Event(), threading.Event(), []

    def part() -> None:
        if threading.get_ident() == caller:
            inside.wait(10)
            threading.Timer(0.05, go_on.set).start()
            raise KeyboardInterrupt
        inside.set()
        go_on.wait(10)
        done.append(1)

    with pytest.raises(KeyboardInterrupt):
        Workers().compute([part] * 5, 2)
    assert done == [1]


def test_helpers_take_denormals_as_the_caller_does():
    both, seen = threading.Barrier(2), {}

    def part() -> None:
        both.wait(10)
        seen[threading.get_ident()] = bytes(environment() or b"")[28:32]

    workers = Workers()
    workers.compute([part] * 2, 2)
    assert len(set(seen.values())) == 1 < len(seen)
    before = set(seen.values())
    with FlushToZero():
        workers.compute([part] * 2, 2)
    assert len(set(seen.values())) == 1
    if environment() is not None:
        assert before != set(seen.values())
    workers.compute([part] * 2, 2)
    assert set(seen.values()) == before


@pytest.mark.parametrize(
    ("limit", "expected"),
    [("max 100000\n", 64), ("150000 100000\n", 2), ("100000 100000", 1), ("20000 100000", 1),
     ("9900000 100000", 64), ("nonsense", 64), (None, 64)],
)  # fmt: skip
def test_a_container_may_have_fewer_cores_than_the_machine(limit, expected, tmp_path, monkeypatch):
    monkeypatch.undo()  # cores as they are
    file = tmp_path / "cpu.max"
    if limit is not None:
        file.write_text(limit)
    monkeypatch.setattr(module, "CONTAINER", file)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(64)), raising=False)
    module._share_of_a_container.cache_clear()
    try:
        assert module.cores() == expected
    finally:
        module._share_of_a_container.cache_clear()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_makes_threads_of_its_own():
    module.workers.compute([lambda: None] * 4, 2)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            together = threading.Barrier(2)
            module.workers.compute([lambda: together.wait(10)] * 2, 2)
            status = 0
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
