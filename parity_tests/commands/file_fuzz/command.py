"""The command `parity files`."""

import tempfile
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from parity_tests.commands.file_fuzz.mutations import OF_ENDING
from parity_tests.commands.file_fuzz.trial import SOUND, Fuzzer, Trial


def files(
    count: Annotated[int, typer.Option(min=1, help="How many files.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    first: Annotated[int, typer.Option(min=0, help="The number of the first.")] = 0,
    output: Annotated[
        Path | None, typer.Option(help="Where files that show a fault are kept.")
    ] = None,
) -> None:
    """Change files of models at random and load them; exit status 1 where one does harm."""
    screen = Console(highlight=False)
    folder = str(output or tempfile.mkdtemp(prefix="parity-files-"))
    Path(folder).mkdir(parents=True, exist_ok=True)
    fuzzer = Fuzzer(seed, folder)
    numbers = range(first, first + count)
    trials = [fuzzer.trial(n) for n in track(numbers, "files", console=screen, transient=True)]
    screen.print(table(trials))
    faults = [trial for trial in trials if trial.verdict not in SOUND]
    for trial in faults[:50]:
        screen.print(
            f"[red]{trial.verdict}[/] {trial.number}{trial.ending}, {trial.mutation}: ", end=""
        )
        screen.print(trial.detail[:400], markup=False, soft_wrap=True)
    if faults:
        screen.print(f"The files: {folder}", soft_wrap=True)
    raise typer.Exit(1 if faults else 0)


def table(trials: list[Trial]) -> Table:
    """How often each verdict was given, by kind of file."""
    tally = Counter((trial.verdict, trial.ending) for trial in trials)
    verdicts = [*SOUND, *sorted({trial.verdict for trial in trials} - set(SOUND))]
    # A config alone may ask for any memory; with weights, the file says how much there may be.
    peak = max((t.peak for t in trials if t.ending != ".json"), default=0)
    slowest = max(t.seconds for t in trials)
    drawn = Table(
        title=f"{len(trials)} files, at most {peak / 2**20:.1f} MiB and {slowest:.1f} s for one"
    )
    drawn.add_column("verdict")
    for ending in (*OF_ENDING, "all"):
        drawn.add_column(ending, justify="right")
    for verdict in verdicts:
        row = [tally[verdict, ending] for ending in OF_ENDING]
        drawn.add_row(verdict, *map(str, [*row, sum(row)]))
    return drawn
