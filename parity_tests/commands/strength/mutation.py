"""The program behind `parity mutate`: draw mutants, run the suite on each, say who survived.

parity mutate --sample 400 --minutes 10       goes on where the last call stopped
parity mutate --module optimizers             all mutants of some modules
parity mutate --faults                        the faults planted outside the core, in their place
"""

import contextlib
import csv
import importlib.util
import math
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import pytest  # noqa: F401 - loaded once for all mutants, like the rest
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from parity_tests.commands.strength import killing, outside
from parity_tests.commands.strength.equivalent import why_equivalent
from parity_tests.commands.strength.killing import Outcome
from parity_tests.commands.strength.mutants import Mutant, at, room, sample

Z = 1.96  # standard deviations of a 95 % confidence interval
OPTIONAL = ("numba", "onnx", "onnxruntime", "torch")  # packages that some tests need
COLUMNS = ("module", "operator", "occurrence", "before", "after", "verdict", "by")
Key = tuple[str, ...]  # the first five of them


def mutation(
    number: Annotated[
        int | None, typer.Option("--sample", min=1, help="How many mutants; default: all.")
    ] = None,
    seed: Annotated[str, typer.Option(help="Of the choice: a commit, for instance.")] = "1",
    module: Annotated[str, typer.Option(help="Only modules whose name holds this.")] = "",
    minutes: Annotated[float | None, typer.Option(min=0, help="Stop after so long.")] = None,
    again: Annotated[
        bool, typer.Option(help="Give survivors of an earlier call a new chance.")
    ] = False,
    output: Annotated[Path, typer.Option(help="What is remembered between calls.")] = Path(
        "parity-mutation"
    ),
    verdicts: Annotated[
        Path | None,
        typer.Option(help="The table of verdicts. Default: verdicts.tsv in the output's folder."),
    ] = None,
    fill: Annotated[
        bool,
        typer.Option(help="The sample is what the table holds, and as many new ones as it lacks."),
    ] = False,
    faults: Annotated[
        bool, typer.Option("--faults", help="The faults planted outside the core, not mutants.")
    ] = False,
) -> None:
    """Change `scratch` in one place at a time; the suite must notice."""
    screen = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    killing.forbid_scratch(sys.modules)
    output = output.resolve()  # each mutant works in a folder of its own
    with screen.status("the suite runs on the original"):
        broken = killing.prepare(output)
    if missing := [name for name in OPTIONAL if importlib.util.find_spec(name) is None]:
        screen.print(f"not installed, so that mutants survive that need it: {', '.join(missing)}")
    for test in broken:
        screen.print(f"fails on the original, and is left out: {test}", markup=False)
    if faults:
        raise typer.Exit(0 if outside.meet(screen, output, minutes, again) else 1)
    file = verdicts or output / "verdicts.tsv"
    chosen, counts = sample(module, number, seed)
    if fill:
        chosen = filled(chosen, read(file), len(chosen))
    outcomes = _run(screen, chosen, output, file, minutes, again)
    done = [(mutant, outcomes[_key(mutant)]) for mutant in chosen if _key(mutant) in outcomes]
    alive = _show(screen, done, counts, len(chosen))
    raise typer.Exit(1 if alive else 0)


def _key(mutant: Mutant) -> Key:
    """What a mutant is known by, as long as its line stays what it is."""
    line = (mutant.module, mutant.operator, str(mutant.occurrence))
    return (*line, *(" ".join(text.split()) for text in (mutant.before, mutant.after)))


def filled(drawn: Iterable[Mutant], known: Iterable[Key], number: int) -> list[Mutant]:
    """The mutants of a table whose lines are still there, and drawn ones, `number` in all.

    A sample is drawn by position, so that it is another one after each change of `scratch`; what it
    has cost to meet the mutants of an earlier one need not be spent again.
    """
    kept = [
        mutant
        for module, operator, occurrence, *text in known
        if (mutant := at(module, operator, int(occurrence))) is not None
        and _key(mutant)[3:] == tuple(text)
    ]
    there = set(map(_key, kept))
    return [*kept, *(mutant for mutant in drawn if _key(mutant) not in there)][:number]


def read(file: Path) -> dict[Key, Outcome]:
    """The verdicts that a table holds."""
    if not file.exists():
        return {}
    with file.open(newline="", encoding="utf-8") as lines:
        rows = [list(row.values()) for row in csv.DictReader(lines, dialect="excel-tab")]
    return {tuple(row[:5]): Outcome(*row[5:]) for row in rows}


def write(outcomes: dict[Key, Outcome], file: Path) -> None:
    """The table of verdicts, a mutant a line."""
    with file.open("w", newline="", encoding="utf-8") as lines:
        table = csv.writer(lines, dialect="excel-tab", lineterminator="\n")
        table.writerow(COLUMNS)
        table.writerows([*key, *outcome] for key, outcome in outcomes.items())


def _run(
    screen: Console,
    chosen: list[Mutant],
    folder: Path,
    file: Path,
    minutes: float | None,
    again: bool,
) -> dict[Key, Outcome]:
    """The outcome of every mutant met so far; each is written down at once."""
    outcomes = read(file)
    if again:
        outcomes = {key: found for key, found in outcomes.items() if found.verdict == "killed"}
    left = [mutant for mutant in chosen if _key(mutant) not in outcomes]
    end = math.inf if minutes is None else time.monotonic() + 60 * minutes
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=screen, transient=True) as bar:
        task = bar.add_task("", total=len(left))
        for mutant in left:
            if time.monotonic() > end:
                break
            bar.update(task, description=f"{mutant.module}:{mutant.line}")
            why = why_equivalent(mutant)
            outcomes[_key(mutant)] = (
                Outcome("equivalent", why) if why else killing.outcome(mutant, folder)
            )
            write(outcomes, file)
            bar.advance(task)
    return outcomes


def _show(
    screen: Console, done: list[tuple[Mutant, Outcome]], counts: dict[str, int], chosen: int
) -> list[Mutant]:
    """The table and the survivors; returns those that are not explained."""
    same = [mutant for mutant, _ in done if why_equivalent(mutant)]
    alive = [m for m, outcome in done if outcome.alive and not why_equivalent(m)]
    table = Table("room", "places", "met", "killed", "equivalent", "survived")
    met, equal, survived = (
        Counter(room(m.module) for m in group) for group in ([m for m, _ in done], same, alive)
    )
    for where, number in counts.items():
        killed = met[where] - equal[where] - survived[where]
        cells: list[Any] = [number, met[where], killed, equal[where], survived[where]]
        table.add_row(where, *map(str, cells))
    screen.print(table)
    for mutant in alive:
        verdict = dict(done)[mutant].verdict
        screen.print(f"{verdict}: {mutant}", markup=False, soft_wrap=True)
    for mutant in same:
        screen.print(
            f"equivalent: {mutant}: {why_equivalent(mutant)}", markup=False, soft_wrap=True
        )
    real = len(done) - len(same)
    dead = real - len(alive)
    low, high = interval(dead, real)
    screen.print(
        f"{dead} of {real} mutants killed: {100 * dead / max(1, real):.1f} % (95 % confidence: "
        f"{100 * low:.1f} to {100 * high:.1f} %); {len(same)} more change nothing; "
        f"{len(done)} of {chosen} done, drawn from {sum(counts.values())}"
    )
    return alive


def interval(good: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % confidence interval for a share."""
    if not of:
        return 0.0, 1.0
    share, spread = good / of, Z * Z / of
    middle = (share + spread / 2) / (1 + spread)
    half = Z * math.sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return middle - half, middle + half


def main() -> None:
    """`python -m parity_tests.commands.strength.mutation`."""
    with contextlib.suppress(KeyboardInterrupt):
        typer.run(mutation)


if __name__ == "__main__":
    main()
