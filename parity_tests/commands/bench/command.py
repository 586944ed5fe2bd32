"""`parity bench`: measures, prints the tables, and writes them into a folder, with the plots."""

import json
import os
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from parity_tests.commands.bench.conduct import Settings

ROUNDS, QUICK_ROUNDS = 3, 2
EVERY = 20  # seconds between lines, where there is no terminal


def bench(
    quick: Annotated[bool, typer.Option("--quick", help="A look, in some minutes.")] = False,
    rounds: Annotated[
        int | None, typer.Option(min=1, help=f"Turns of each peer; default {ROUNDS}.")
    ] = None,
    only: Annotated[
        str | None,
        typer.Option(
            help="Of footprint,fit,predict,pictures,load,threads,optimizer,growth, with commas."
        ),
    ] = None,
    chosen: Annotated[
        str | None, typer.Option("--peers", help="Some of those below, with commas between.")
    ] = None,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Of each peer; default: one for each processor.")
    ] = None,
    before: Annotated[
        Path | None,
        typer.Option(help="An earlier checkout, whose scratch is measured beside this one."),
    ] = None,
    output: Annotated[Path, typer.Option(help="Where tables and plots go.")] = Path("parity-bench"),
    json_path: Annotated[
        str | None, typer.Option("--json", help="Write all figures to this file too, - for stdout.")
    ] = None,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print the tables as markdown.")
    ] = False,
) -> None:
    """How fast, beside all whom one might use instead, and beside the floor (an hour or more).

    Peers: scratch; scratch-fast, the same with compiled kernels; tf, tf-xla, keras-jax,
    keras-torch, torch, jax, sklearn; by-hand, the step written out in NumPy without a library;
    products, the matrix products alone. One that is not installed is left out and named.
    """
    from parity_tests.commands.bench import conduct, pictures, tables
    from parity_tests.commands.bench.peers import CHOICE
    from parity_tests.commands.main_job.plain import standard_error_to

    settings = conduct.Settings(
        groups=_some("--only", only, conduct.GROUPS),
        peers=_some("--peers", chosen, CHOICE),
        rounds=rounds or (QUICK_ROUNDS if quick else ROUNDS),
        threads=threads or len(conduct.processors()),
        before=_checkout(before),
        quick=quick,
    )
    with _screen(apart=json_path == "-" or markdown) as screen:
        output.mkdir(parents=True, exist_ok=True)
        with standard_error_to(output / "peers.log"):
            figures = _measured(screen, settings)
        text = tables.markdown(figures)
        files = {"bench.json": json.dumps(figures, indent=1) + "\n", "bench.md": text}
        for name, content in files.items():
            (output / name).write_text(content, encoding="utf-8")
        drawn = pictures.save(figures, output)
        _show(screen, figures)
        screen.print(f"Written to {output}: {', '.join([*files, *(p.name for p in drawn)])}")
    if markdown:
        print(text)
    if json_path == "-":
        print(files["bench.json"])
    elif json_path is not None:
        Path(json_path).write_text(files["bench.json"], encoding="utf-8")


@contextmanager
def _screen(apart: bool) -> "Iterator[Console]":
    """Where everything is shown; `apart`: standard output is left to what was asked for."""
    from rich.console import Console

    stream = os.fdopen(os.dup(2 if apart else 1), "w")
    with stream:
        width = None if stream.isatty() else 140
        yield Console(file=stream, highlight=False, width=width)


def _some(option: str, given: str | None, known: Collection[str]) -> tuple[str, ...]:
    """The known names among `given`, in their own order; None means all."""
    names = list(known) if given is None else [name.strip() for name in given.split(",")]
    for name in names:
        if name not in known:
            raise typer.BadParameter(
                f"{name!r} is unknown. Expected some of: {', '.join(known)}.", param_hint=option
            )
    return tuple(name for name in known if name in names)


def _checkout(folder: Path | None) -> str:
    """The absolute path of a folder with a `scratch` in it; empty for None."""
    if folder is not None and not (folder / "scratch" / "__init__.py").is_file():
        raise typer.BadParameter(f"there is no scratch in {folder}", param_hint="--before")
    return "" if folder is None else str(folder.resolve())


def _measured(screen: "Console", settings: "Settings") -> dict[str, Any]:
    """Everything, with a bar on a terminal and a line now and then elsewhere."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from parity_tests.commands.bench.conduct import conduct

    columns = (TextColumn("{task.description:32}"), BarColumn(), MofNCompleteColumn())
    hidden = not screen.is_terminal
    said = [time.monotonic()]
    screen.print(f"{settings.count()} things to measure, {settings.rounds} rounds")
    with Progress(
        *columns, TimeElapsedColumn(), console=screen, transient=True, disable=hidden
    ) as bar:
        task, done = bar.add_task("starting", total=settings.count()), [0]

        def note(what: str) -> None:
            done[0] += 1
            bar.update(task, advance=1, description=what)
            if hidden and time.monotonic() > said[0] + EVERY:
                said[0] = time.monotonic()
                screen.print(f"{done[0]} of {settings.count()} measured: {what}")

        return conduct(settings, note)


def _show(screen: "Console", figures: dict[str, Any]) -> None:
    from parity_tests.commands.bench import tables

    screen.print(tables.header(figures), "\n", markup=False)
    for grid in tables.grids(figures):
        screen.print(f"[bold]{grid.title}[/]")
        screen.print(tables.rich_table(grid))
    for remark in tables.remarks(figures):
        screen.print(remark, style="dim", markup=False)
