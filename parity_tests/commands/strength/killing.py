"""Running the suite on a mutant: only the tests that run the changed line, the fast ones first.

Everything that does not change is loaded once; each mutant gets a fork of that process, imports
`scratch` with the one module changed, and runs pytest until a test fails. Nothing is written to the
tree, so others may work in it meanwhile.
"""

import contextlib
import functools
import os
import pickle
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import coverage
import hypothesis.strategies  # noqa: F401 - these are loaded here once, not in every fork
import keras  # noqa: F401
import pytest

from parity_tests.commands.strength import replay
from parity_tests.commands.strength.mutants import ROOT
from parity_tests.commands.strength.planted import Changed, plant

# What a mutant meets: the day. Left out is what would not see it, because it reads files or starts
# programs of its own, and what trains for long.
LEFT_OUT = (
    "house",
    "oracle",
    "whole/test_bare.py",
    "whole/test_examples.py",
    "whole/test_fit_log.py",
    "whole/test_interrupts.py",
    "whole/test_keras_models.py",
    "whole/test_lectures.py",
    "whole/test_main_job.py",
    "whole/test_notebooks.py",
    "whole/test_resuming.py",
    "whole/test_scripts.py",
    "whole/test_thirty_two_bits.py",
    "whole/test_trajectories.py",
    "whole/test_types.py",
)
SEES = (
    "house/test_signatures.py", "oracle/test_battery.py", "oracle/test_by_itself.py",
    "oracle/test_formulas.py", "oracle/test_invariants.py", "oracle/test_unchanged.py",
)  # fmt: skip
THE_NIGHT = ("kernels/test_compiled.py",)  # and of the night what alone sees its modules
COMPILED = "kernels/compiled/"  # what stands here runs as machine code: no trace sees it
# These read defaults without running a line.
DEFAULTS = ("test_signatures.py", "test_unchanged.py")
DESELECT = "not float32 and not real_data and not by_graph"
THE_DAY = ("-m", "not night", "-k", DESELECT, "--tb=short")
SECONDS = 60  # of a processor: a mutant that takes longer has no result
PATIENCE = 5  # times as long by the clock, since others may be at work here
MEMORY = 8 << 30  # bytes that a mutant may ask for, and write to a file
MOST = 1_500  # tests for one mutant
RAN = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)

FIRST = 8  # of them are tried first: most mutants fall at once
SILENT = (
    "-q", "-m", "", "-p", "no:cacheprovider", "-p", "no:xdist", "--assert=plain", "--no-header",
    "--tb=no",
)  # fmt: skip


class _Timing:
    """A pytest plugin: which tests passed, how long each took, which lines it ran."""

    def __init__(self, measured: coverage.Coverage | None) -> None:
        self.seconds: dict[str, float] = {}
        self.failed: list[str] = []
        self._measured = measured

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: Any, nextitem: Any) -> Any:
        if self._measured is not None:
            self._measured.switch_context(item.nodeid)
        return (yield)

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self.failed.append(report.nodeid)
        if report.when == "call" and report.passed:
            self.seconds[report.nodeid] = report.duration


def prepare(folder: Path) -> list[str]:
    """Runs the suite on the original twice: to record Keras's answers, and to see who runs what.

    Returns:
        The tests that fail on the original: they have no say about mutants.

    Raises:
        RuntimeError: when the suite does not run at all.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, step in (("answers", _record), ("map", _map)):
        target = folder / f"{name}.pickle"
        if not target.exists():
            _in_fork(functools.partial(step, folder, target), 7200)
            if not target.exists():
                raise RuntimeError(f"the suite does not run; see {folder}/{name}.txt")
    return list(_load(folder / "map.pickle")[2])


def _suite() -> list[str]:
    suite = ROOT / "parity_tests" / "suite"
    names = (test.relative_to(suite).as_posix() for test in sorted(suite.rglob("test_*.py")))
    return [str(suite / name) for name in names if name in SEES or not name.startswith(LEFT_OUT)]


def _whole(plugins: list[Any]) -> int:
    """Runs all that mutants may meet; returns the worst of pytest's statuses."""
    night = [str(ROOT / "parity_tests" / "suite" / name) for name in THE_NIGHT]
    return max(
        int(pytest.main([*SILENT, *THE_DAY, *_suite()], plugins=plugins)),
        int(pytest.main([*SILENT, *night], plugins=plugins)),
    )


def _record(folder: Path, target: Path) -> int:
    answers: replay.Answers = {}
    with _output_to(folder / "answers.txt"), replay.recording(answers):
        status = _whole([])
    if status in RAN:
        target.write_bytes(pickle.dumps(answers))
    return status


def _map(folder: Path, target: Path) -> int:
    answers = pickle.loads((folder / "answers.pickle").read_bytes())
    measured = coverage.Coverage(data_file=None, source=[str(ROOT / "scratch")], config_file=False)
    timing = _Timing(measured)
    with _output_to(folder / "map.txt"), replay.playing(answers):
        measured.start()
        status = _whole([timing])
        measured.stop()
    data = measured.get_data()
    lines = {
        Path(file).relative_to(ROOT / "scratch").as_posix(): data.contexts_by_lineno(file)
        for file in data.measured_files()
    }
    if status in RAN:
        target.write_bytes(pickle.dumps((lines, timing.seconds, timing.failed)))
    return status


@contextlib.contextmanager
def _output_to(path: Path) -> Any:
    with path.open("w") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        yield


def tests_for(mutant: Changed, folder: Path) -> list[str]:
    """The tests that run the changed line.

    For one that runs on import: all that touch the module. For one that runs as machine code: those
    and all that compare it with its definition. Besides those that read defaults.

    In turn one of every test function, the fast ones first.
    """
    lines, seconds, _ = _load(folder / "map.pickle")
    here: dict[int, list[str]] = lines.get(mutant.module, {})
    found = {test for test in here.get(mutant.line, []) if test in seconds}
    if not found:
        found = {test for tests in here.values() for test in tests if test in seconds}
        if mutant.module.startswith(COMPILED):
            found |= {test for test in seconds if test.split("::")[0].endswith(THE_NIGHT)}
    if found:
        found |= {test for test in seconds if Path(test.split("::")[0]).name in DEFAULTS}
    by_function: dict[str, list[str]] = {}
    for test in sorted(found, key=lambda test: seconds[test]):
        by_function.setdefault(test.split("[")[0], []).append(test)
    ranked = [
        (number, seconds[test], test)
        for tests in by_function.values()
        for number, test in enumerate(tests)
    ]
    return [test for *_, test in sorted(ranked)[:MOST]]


class Outcome(NamedTuple):
    """What became of a mutant.

    Args:
        verdict: `"killed"`, `"survived"`, `"timeout"` where there was no result in its time,
            `"unseen"` where no test runs the line, or `"equivalent"`.
        by: the test that killed it; why it is equivalent.
    """

    verdict: str
    by: str = ""

    @property
    def alive(self) -> bool:
        """Whether the suite has not noticed it, and should have."""
        return self.verdict in ("survived", "timeout", "unseen")


_loaded: dict[Path, Any] = {}


def _load(path: Path) -> Any:
    if path not in _loaded:
        _loaded[path] = pickle.loads(path.read_bytes())
    return _loaded[path]


def outcome(mutant: Changed, folder: Path) -> Outcome:
    """What becomes of a mutant, see `Outcome`.

    A test that also fails on the original when it runs alone has killed nobody. It is left out from
    then on, and those behind it have their turn.
    """
    tests = tests_for(mutant, folder)
    if not tests:
        return Outcome("unseen")
    while tests:
        status, failed = _met(mutant, tests, folder)
        if status is None:
            return Outcome("timeout")
        if status == pytest.ExitCode.OK:
            break
        unsound = [test for test in failed if not _is_sound(test, folder)]
        if status != pytest.ExitCode.TESTS_FAILED or not unsound:
            return Outcome("killed", failed[0] if failed else "what imports it")
        _leave_out(unsound, folder)
        tests = tests[1 + max(tests.index(test) for test in unsound) :]
    return Outcome("survived")


def _met(mutant: Changed, tests: list[str], folder: Path) -> tuple[int | None, list[str]]:
    """Pytest's status when the first test fails on a mutant, and what failed; None out of time."""
    answers, killers = _load(folder / "answers.pickle"), folder / "killers.txt"

    def meet() -> int:
        with _output_to(Path(os.devnull)), replay.playing(answers):
            if mutant.module.startswith("kernels/"):  # the machine code on disk is the original's
                os.environ["NUMBA_CACHE_DIR"] = os.getcwd()
            plant(mutant)
            paths, timing = [str(ROOT / test) for test in tests], _Timing(None)
            status = pytest.main([*SILENT, "-x", *paths[:FIRST]], plugins=[timing])
            if status == pytest.ExitCode.OK and paths[FIRST:]:
                status = pytest.main([*SILENT, "-x", *paths[FIRST:]], plugins=[timing])
            killers.write_text("\n".join(timing.failed))
            return int(status)

    killers.write_text("")
    status = _in_fork(meet, SECONDS)
    if status is None:  # TensorFlow's threads do not always survive a fork: once more, to be sure
        status = _in_fork(meet, SECONDS)
    return status, [test for test in killers.read_text().split("\n") if test]


_sound: dict[str, bool] = {}


def _is_sound(test: str, folder: Path) -> bool:
    """Whether a test passes on the original, without others before it."""
    answers = _load(folder / "answers.pickle")

    def meet() -> int:
        with _output_to(Path(os.devnull)), replay.playing(answers):
            return int(pytest.main([*SILENT, str(ROOT / test)]))

    if test not in _sound:
        _sound[test] = _in_fork(meet, SECONDS) == pytest.ExitCode.OK
    return _sound[test]


def _leave_out(tests: list[str], folder: Path) -> None:
    """These have no say any more: they fail without a mutant, too."""
    _, seconds, failed = _load(folder / "map.pickle")
    for test in tests:
        seconds.pop(test, None)
        failed.append(test)


def _in_fork(work: Callable[[], int], seconds: float) -> int | None:
    """The status of a fork that does the work; None when it takes too long.

    The fork works in a folder of its own, and may take no more than its share of the machine: a
    mutant may do anything.
    """
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        status = 3
        try:
            os.chdir(tempfile.mkdtemp(prefix="parity-mutant-"))
            resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 5))
            resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_FSIZE, (MEMORY, MEMORY))
            status = work()
        finally:
            os._exit(status)
    end = time.monotonic() + PATIENCE * seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            return None if code in (-signal.SIGXCPU, -signal.SIGKILL) else code
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def forbid_scratch(modules: Iterable[str]) -> None:
    """Raises RuntimeError where `scratch` is loaded already: forks would not see the mutant."""
    if any(name == "scratch" or name.startswith("scratch.") for name in modules):
        raise RuntimeError("scratch is imported in this process: run `parity mutate` on its own")
