"""The command `parity kills`."""

import sys
from collections import Counter
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from parity_tests.commands.kill_points.campaign import Point, run, why_not
from parity_tests.commands.kill_points.writers import WRITERS

PROBLEMS = {
    "lost": "neither the old file nor the new one stands there whole",
    "silent": "something failed, no error was raised, and the new file is not there",
    "unclear error": "no OSError, or one that does not name the file",
    "stuck": "the next writing fails, or writes something else",
    "leftover": "the next writing leaves more than its file",
    "not reached": "the writer did something else this time",
}


def kills(
    library: Annotated[str, typer.Option(help="scratch, keras, or both.")] = "both",
    writer: Annotated[str | None, typer.Option(help=f"One of: {', '.join(WRITERS)}.")] = None,
    every: Annotated[int, typer.Option(min=1, help="Only every n-th point.")] = 1,
) -> None:
    """Let every call that changes a file go wrong once; exit status 1 where scratch loses one."""
    if why := why_not():
        raise typer.BadParameter(f"This can't be done here: {why}")
    if writer is not None and writer not in WRITERS:
        raise typer.BadParameter(f"{writer!r} is unknown", param_hint="--writer")
    screen = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    points: list[Point] = []
    for name in ("scratch", "keras") if library == "both" else (library,):
        for chosen in WRITERS.values():
            if name in chosen.libraries and writer in (None, chosen.name):
                with screen.status(f"{name}: {chosen.name}"):
                    points += run(name, [chosen.name], every)
    screen.print(table(points))
    for point in (p for p in points if p.verdict and p.library == "scratch"):
        screen.print(str(point), markup=False, soft_wrap=True)
    raise typer.Exit(any(p.verdict and p.library == "scratch" for p in points))


def table(points: list[Point]) -> Table:
    """For each writer: how many points there are, how many went well, and what went wrong."""
    tally = Counter((p.library, p.writer, p.verdict) for p in points)
    drawn = Table(title=f"{len(points)} points", box=None, padding=(0, 2, 0, 0))
    for heading in ("library", "writer", "points", "whole", *PROBLEMS):
        drawn.add_column(heading, justify="left" if heading in ("library", "writer") else "right")
    for library, writer in dict.fromkeys((p.library, p.writer) for p in points):
        counts = [tally[library, writer, verdict] for verdict in ("", *PROBLEMS)]
        drawn.add_row(library, writer, str(sum(counts)), *map(str, counts))
    return drawn
