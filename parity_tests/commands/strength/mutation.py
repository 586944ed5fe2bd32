"""The program behind `parity mutate`: draw mutants, run the suite on each, say who survived.

parity mutate --sample 500 --minutes 10       goes on where the last call stopped
parity mutate --module optimizers             all mutants of some modules
"""

import contextlib
import json
import math
import sys
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import pytest  # noqa: F401 - loaded once for all mutants, like the rest
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from parity_tests.commands.strength import killing
from parity_tests.commands.strength.equivalent import why_equivalent
from parity_tests.commands.strength.mutants import Mutant, sample

Z = 1.96  # standard deviations of a 95 % confidence interval


def mutation(
    number: Annotated[
        int | None, typer.Option("--sample", min=1, help="How many mutants; default: all.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the choice.")] = 1,
    module: Annotated[str, typer.Option(help="Only modules whose name holds this.")] = "",
    minutes: Annotated[float | None, typer.Option(min=0, help="Stop after so long.")] = None,
    again: Annotated[
        bool, typer.Option(help="Give survivors of an earlier call a new chance.")
    ] = False,
    output: Annotated[Path, typer.Option(help="What is remembered between calls.")] = Path(
        "parity-mutation"
    ),
    json_path: Annotated[Path | None, typer.Option("--json", help="Write the result here.")] = None,
) -> None:
    """Change the numeric core in one place at a time; the suite must notice."""
    screen = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    killing.forbid_scratch(sys.modules)
    with screen.status("the suite runs on the original"):
        broken = killing.prepare(output)
    for test in broken:
        screen.print(f"fails on the original, and is left out: {test}", markup=False)
    chosen, counts = sample(module, number, seed)
    outcomes = _run(screen, chosen, output, minutes, again)
    done = [(mutant, outcomes[_key(mutant)]) for mutant in chosen if _key(mutant) in outcomes]
    alive = _show(screen, done, counts, len(chosen))
    if json_path is not None:
        lines = [{**asdict(m), "outcome": o, "why": why_equivalent(m)} for m, o in done]
        json_path.write_text(json.dumps(lines, indent=2) + "\n")
    raise typer.Exit(1 if alive else 0)


def _key(mutant: Mutant) -> str:
    return f"{mutant} {mutant.operator} {mutant.occurrence}"


def _run(
    screen: Console, chosen: list[Mutant], folder: Path, minutes: float | None, again: bool
) -> dict[str, str]:
    """The outcome of every mutant met so far; each is written down at once."""
    file = folder / "outcomes.json"
    outcomes: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    if again:
        outcomes = {key: found for key, found in outcomes.items() if found in ("killed", "timeout")}
    left = [mutant for mutant in chosen if _key(mutant) not in outcomes]
    end = math.inf if minutes is None else time.monotonic() + 60 * minutes
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=screen, transient=True) as bar:
        task = bar.add_task("", total=len(left))
        for mutant in left:
            if time.monotonic() > end:
                break
            bar.update(task, description=f"{mutant.module}:{mutant.line}")
            if not why_equivalent(mutant):
                outcomes[_key(mutant)] = killing.outcome(mutant, folder)
            else:
                outcomes[_key(mutant)] = "equivalent"
            file.write_text(json.dumps(outcomes, indent=1))
            bar.advance(task)
    return outcomes


def _show(
    screen: Console, done: list[tuple[Mutant, str]], counts: dict[str, int], chosen: int
) -> list[Mutant]:
    """The table and the survivors; returns those that are not explained."""
    alive = [m for m, o in done if o in ("survived", "unseen") and not why_equivalent(m)]
    same = [m for m, _ in done if why_equivalent(m)]
    table = Table("module", "mutants", "met", "killed", "equivalent", "survived")
    met, killed = (
        Counter(m.module for m, _ in done),
        Counter(m.module for m, o in done if o in ("killed", "timeout")),
    )
    for module, number in counts.items():
        cells: list[Any] = [number, met[module], killed[module]]
        cells += [sum(m.module == module for m in group) for group in (same, alive)]
        table.add_row(module, *map(str, cells))
    screen.print(table)
    for mutant in alive:
        screen.print(f"survived: {mutant}", markup=False, soft_wrap=True)
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
