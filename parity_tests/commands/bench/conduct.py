"""A whole run: who takes part, what is measured, and all that is found, as plain numbers."""

import importlib.metadata
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from parity_tests.commands.bench import floors, footprint, growth, peers, targets
from parity_tests.commands.bench.measure import TURNS, interleaved
from parity_tests.commands.bench.work import (
    ASKED_AT_ONCE,
    CALLS,
    FITS,
    LECTURE,
    LOOKED_AT,
    OTHER_NETWORKS,
    OWN,
    PICTURES,
    THREADED,
    UNDER_LOAD,
    Work,
)
from parity_tests.harness.worker import Worker

GROUPS = ("footprint", "fit", "predict", "pictures", "load", "threads", "optimizer", "growth")
TAKING_TURNS = ("fit", "predict", "pictures", "load", "growth")
LIBRARIES = ("numpy", "tensorflow", "keras", "jax", "torch", "scikit-learn")
FEWER = 3  # rounds at most, of imports and of growth, where many points lie on a line
WHOLE, PART = 55_000 // 32 * 32, 3_200  # samples of the fit whose memory is measured

Note = Callable[[str], None]


@dataclass(frozen=True)
class Settings:
    """What to measure.

    Attributes:
        groups: some of `GROUPS`.
        peers: keys of `peers.PEERS`.
        rounds: turns of each peer.
        threads: of each peer.
        before: the folder of an earlier checkout, whose `scratch` is a peer too; empty: none.
        quick: less of everything.
    """

    groups: tuple[str, ...] = GROUPS
    peers: tuple[str, ...] = peers.CHOICE
    rounds: int = 3
    threads: int = 1
    before: str = ""
    quick: bool = False

    def works(self, group: str) -> list[Work]:
        """The works of a group, fewer and shorter for a quick run."""
        if group not in self.groups:
            return []
        if group == "growth":
            return [point.work for points in self.axes.values() for point in points]
        groups = {"fit": [*FITS, *OTHER_NETWORKS, *OWN], "predict": [*CALLS, *ASKED_AT_ONCE],
                  "pictures": PICTURES, "load": UNDER_LOAD, "threads": THREADED}  # fmt: skip
        whole = groups.get(group, [])
        return [self._shorter(w) for w in whole if not self.quick or w.name in LOOKED_AT]

    @property
    def axes(self) -> dict[str, list[growth.Point]]:
        """The axes along which the growth of times is followed, each with its points."""
        if not self.quick:
            return growth.AXES
        few = growth.AXES[growth.OVERHEAD][::2]
        return {growth.OVERHEAD: [p._replace(work=self._shorter(p.work)) for p in few]}

    def _shorter(self, work: Work) -> Work:
        if not self.quick or work.kind != "fit":
            return work
        steps = max(1, work.steps // 8)
        return replace(work, samples=steps * work.batch)

    def count(self) -> int:
        """How many notes a run gives, if nobody is left out."""
        works = sum(len(self.works(group)) for group in (*TAKING_TURNS, "threads"))
        measured = len([key for key in self.peers if key in footprint.PROGRAMS])
        return works + measured * ("footprint" in self.groups) + ("optimizer" in self.groups)


def taking_part(settings: Settings) -> list[str]:
    """The peers that are asked for, in the order of the tables."""
    asked = {*settings.peers, *([peers.BEFORE] if settings.before else [])}
    return [key for key in peers.PEERS if key in asked]


def conduct(settings: Settings, note: Note = lambda what: None) -> dict[str, Any]:
    """Measures everything; `note` hears what is done."""
    left_out = {key: why for key in settings.peers if (why := peers.missing(key))}
    here = [key for key in taking_part(settings) if key not in left_out]
    figures: dict[str, Any] = {
        "machine": machine(settings.threads),
        "rounds": settings.rounds,
        "quick": settings.quick,
        "peers": {key: peers.PEERS[key].title for key in here},
        "remarks": {key: peers.PEERS[key].remark for key in here if peers.PEERS[key].remark},
        "left_out": {peers.PEERS[key].title: why for key, why in left_out.items()},
        "works": {},
        "seconds": {},
    }
    if "footprint" in settings.groups:
        figures["footprint"] = _footprint(settings, here, note)
    if set(settings.groups) - {"footprint", "threads"}:
        _turns(settings, here, figures, note)
    _by_threads(settings, here, figures, note)
    if "growth" in settings.groups:
        figures["growth"] = _growth(settings, figures["seconds"])
    figures["targets"] = targets.judged(figures)
    return figures


def machine(threads: int) -> dict[str, Any]:
    """What was timed, and on what: processor, threads, system, and versions."""
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {
        "processor": _processor(),
        "processors": len(processors()),
        "threads": threads,
        "system": platform.system(),
        "python": platform.python_version(),
        "versions": found,
    }


def processors() -> list[int]:
    """The processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for text in info.read_text().splitlines():
            if text.startswith("model name"):
                return text.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def _footprint(settings: Settings, keys: Sequence[str], note: Note) -> dict[str, Any]:
    """Imports take turns too; a first round, which may compile and read from disk, warms up."""
    keys = [key for key in keys if key in footprint.PROGRAMS]
    found: dict[str, Any] = {key: {"import": [], "first_model": []} for key in keys}
    for i in range(1 if settings.quick else 1 + min(settings.rounds, FEWER)):
        for key in keys:
            imported, model = footprint.import_seconds(key, settings.threads)
            if i or settings.quick:
                found[key]["import"].append(imported)
                found[key]["first_model"].append(model)
    work = Work("memory", samples=PART if settings.quick else WHOLE)
    for key in keys:
        size, packages = footprint.installed_size(key)
        peak = footprint.peak_memory(key, work, settings.threads)
        found[key] |= {"installed": size, "packages": packages, "peak": peak}
        note(f"footprint of {peers.PEERS[key].title}")
    return found


def _turns(settings: Settings, keys: Sequence[str], figures: dict[str, Any], note: Note) -> None:
    """All that is done in the peers' processes, into `figures`."""
    failed = _leaving_out(figures)
    with ExitStack() as stack:
        processes = _processes(stack, keys, settings.threads, settings.before)
        followed = {key: process for key, process in processes.items() if key in growth.FOLLOWED}
        for group in TAKING_TURNS:
            works, measured, rounds = settings.works(group), processes, settings.rounds
            if group == "growth":
                measured, rounds = followed, min(rounds, FEWER)
            figures["works"] |= {work.name: asdict(work) | {"steps": work.steps} for work in works}
            with busy(len(processors()) if group == "load" else 0):
                figures["seconds"] |= interleaved(works, measured, rounds, note, failed)
        if "scratch" in processes:
            figures["machine"]["blas"] = processes["scratch"].call(f"{TURNS}:blas")
            if "optimizer" in settings.groups:
                figures["optimizer_steps"] = _optimizer_steps(processes["scratch"], settings.rounds)
                note("optimizer steps")


def _by_threads(
    settings: Settings, keys: Sequence[str], figures: dict[str, Any], note: Note
) -> None:
    """The same works on one thread, on two and on all, each time in processes of their own."""
    failed = _leaving_out(figures)
    works = settings.works("threads")
    for threads in dict.fromkeys(work.threads for work in works):
        same = [work for work in works if work.threads == threads]
        figures["works"] |= {work.name: asdict(work) | {"steps": work.steps} for work in same}
        with ExitStack() as stack:
            processes = _processes(stack, keys, threads or len(processors()), settings.before)
            figures["seconds"] |= interleaved(same, processes, settings.rounds, note, failed)


def _leaving_out(figures: dict[str, Any]) -> Callable[[str, str, str], None]:
    """What notes in a run's figures which peer could not do which work, and why."""

    def failed(peer: str, work: str, why: str) -> None:
        figures["left_out"][f"{peers.PEERS[peer].title}, {work}"] = why

    return failed


def _processes(
    stack: ExitStack, keys: Sequence[str], threads: int, before: str
) -> dict[str, Worker]:
    """A process for each peer, with so many threads, as long as `stack` is open."""
    found = {}
    for key in keys:
        found[key] = stack.enter_context(Worker(peers.environment(key, threads), key))
        found[key].call(f"{TURNS}:limit", threads)
        if key == peers.BEFORE:
            found[key].call(f"{TURNS}:stand_in", before)
    return found


@contextmanager
def busy(number: int) -> Iterator[list[subprocess.Popen]]:
    """Inside the `with` block, so many processes of no use keep the processors busy."""
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(number)]
    try:
        yield others
    finally:
        for other in others:
            other.kill()
        for other in others:
            other.wait()


def _optimizer_steps(process: Worker, rounds: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for optimizer in ("sgd", "adam"):
        name = f"{floors.__name__}:optimizer_step"
        each = [process.call(name, optimizer, LECTURE) for _ in range(rounds)]
        found[optimizer] = {quantity: [one[quantity] for one in each] for quantity in each[0]}
    return found


def _growth(settings: Settings, seconds: Any) -> dict[str, Any]:
    """The axes, and what a step and a layer cost."""
    points = settings.axes[growth.OVERHEAD]
    measured = [key for key in ("scratch", "tf") if key in seconds[points[0].work.name]]
    with_floor = "products" in seconds[points[0].work.name]
    return {
        "axes": {
            title: [{"size": p.size, "work": p.work.name} for p in axis]
            for title, axis in settings.axes.items()
        },
        "overhead": {key: growth.overhead(points, seconds, key) for key in measured if with_floor},
    }
