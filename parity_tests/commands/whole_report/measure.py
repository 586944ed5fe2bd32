"""The comparisons. The engines' processes work side by side; what is measured is kept at once.

A kept result holds for the code that it was made with: once `scratch`, a case or the harness
changes, it is measured anew.
"""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from parity_tests.commands.whole_report.cells import LIMIT, Cell
from parity_tests.harness import backends, checks, fingerprint, quirks, tolerances
from parity_tests.harness.comparison import Comparison, compare
from parity_tests.harness.engines import Engine
from parity_tests.harness.record import Record

AT_ONCE = 2  # engines that compute at the same time


@dataclass(frozen=True)
class Result:
    """The result of a cell.

    Attributes:
        key: the cell's.
        source: the fingerprint of the code.
        verdict: `exact` or `close`; `different`, `missing` or `vacuous`; `explained`, where it is
            red because of a quirk that is known; `refused`, where the engine raises an error, and
            `error`, where `scratch` does; `healed`, where a known quirk no longer shows.
        used: the share of the bound that the worst quantity uses.
        worst: that quantity, as the suite would print it.
        compared, exact, failed: how many quantities.
    """

    key: str
    source: str
    verdict: str
    used: float
    worst: str
    compared: int
    exact: int
    failed: int

    @property
    def red(self) -> bool:
        """Whether the cell fails."""
        return self.verdict not in ("exact", "close", "explained", "refused")


def source(engine: Engine) -> str:
    """What a result of this engine depends on."""
    code = fingerprint.of("scratch", "parity_tests/cases", "parity_tests/harness")
    versions = backends.versions(engine.library)
    return " ".join([code, *(f"{name} {version}" for name, version in versions.items())])


def kept(path: Path) -> dict[str, Result]:
    """What earlier runs have left, by key."""
    if not path.exists():
        return {}
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        found[entry["key"]] = Result(**entry)
    return found


def run(plan: list[Cell], path: Path, note: Callable[[Cell, Result], None]) -> dict[str, Result]:
    """All results of the plan by key; those that are missing are measured and added to `path`.

    Args:
        plan: the cells.
        path: a file of one result a line.
        note: hears of every result, old or new.
    """
    before, results = kept(path), {}
    missing = []
    for cell in plan:
        old = before.get(cell.key)
        if (
            old is not None
            and old.source == source(cell.engine)
            and old.verdict not in ("error", "refused")
        ):
            results[cell.key] = old
            note(cell, old)
        else:
            missing.append(cell)
    with path.open("a", encoding="utf-8") as file:
        for cell, result in _measured(missing):
            results[cell.key] = result
            file.write(json.dumps(asdict(result)) + "\n")
            file.flush()
            note(cell, result)
    return results


def _measured(plan: list[Cell]) -> Iterator[tuple[Cell, Result]]:
    """A thread waits for each engine; `scratch` answers here, in between."""
    queues: dict[str, list[Cell]] = {}
    for cell in plan:
        queues.setdefault(_process(cell.engine), []).append(cell)
    own = queues.pop("scratch", [])
    with ThreadPoolExecutor(AT_ONCE) as pool:
        order = sorted(queues.values(), key=len, reverse=True)
        streams: dict[Future, tuple[Cell, list[Cell]]] = {}

        def ask(queue: list[Cell]) -> None:
            if queue:
                cell = queue.pop(0)
                streams[pool.submit(_expected, cell)] = (cell, queue)

        waiting = [list(queue) for queue in order]
        for _ in range(AT_ONCE):
            if waiting:
                ask(waiting.pop(0))
        while streams:
            done, _ = wait(streams, return_when=FIRST_COMPLETED)
            for future in done:
                cell, queue = streams.pop(future)
                ask(queue or (waiting.pop(0) if waiting else []))
                yield cell, _result(cell, future.result)
    for cell in own:
        yield cell, _result(cell, lambda cell=cell: _expected(cell))  # type: ignore[misc]


def _process(engine: Engine) -> str:
    """Engines with the same answer share a process."""
    if engine.library == "scratch":
        return "scratch"
    return str((engine.library, backends.environment(engine.library, engine.precision)))


def _options(cell: Cell) -> dict[str, int]:
    return {"limit": LIMIT} if cell.scenario == "training" else {}


def _expected(cell: Cell) -> Record:
    return cell.engine.record(cell.case, cell.scenario, **_options(cell))


def _result(cell: Cell, expected: Callable[[], Record]) -> Result:
    try:
        theirs = expected()
    except Exception as error:
        return _failed(cell, "refused", error)
    try:
        comparison = _compare(cell, theirs)
    except Exception as error:
        return _failed(cell, "error", error)
    rows, failures, row = comparison.rows, comparison.failures, cell.divergence
    worst = failures[0] if failures else comparison.worst
    exact = sum(row.verdict == "exact" for row in rows)
    verdict = failures[0].verdict if failures else "exact" if exact == len(rows) else "close"
    if row is not None:
        verdict = "explained" if failures else "healed"
    text = str(worst) if row is None else f"{worst}  ({row.id})"
    return Result(
        cell.key, source(cell.engine), verdict, worst.used, text, len(rows), exact,
        len(failures),
    )  # fmt: skip


def _failed(cell: Cell, verdict: str, error: Exception) -> Result:
    text = f"{cell.name}  {str(error).strip().splitlines()[-1]}"
    return Result(cell.key, source(cell.engine), verdict, np.inf, text, 0, 0, 0)


def _compare(cell: Cell, expected: Record) -> Comparison:
    case, precision = cell.case, cell.engine.precision
    own = cell.engine.library == "scratch"
    with quirks.as_on(*(("tf",) if own else (cell.engine.library, cell.engine.mode))):
        actual = Engine("scratch", "hand", precision).record(case, cell.scenario, **_options(cell))
    if cell.scenario == "gradients":
        if cell.engine.library == "scratch":
            # Each of our own derivations knows a part: the complex step, some of the entries.
            actual = checks.restricted(actual, expected)
        return compare(case, expected, actual, lambda name: tolerances.rule(name, precision))
    if cell.scenario == "initial":
        # With weights of its own, a layer's output is more than a mask: it rounds.
        only = ("initial/",) if any(n.startswith("initial/") for n in expected) else ("mask/",)
        orthogonal = tolerances.ORTHOGONAL if "orthogonal" in case.name else tolerances.EXACT
        return compare(case, expected, actual, lambda name: orthogonal, only)
    steps = None
    if cell.scenario == "fitting":
        steps = int(expected[next(n for n in expected if n.endswith("/iteration"))])
    return compare(case, expected, actual, checks.trajectory_rule(case, precision, steps))
