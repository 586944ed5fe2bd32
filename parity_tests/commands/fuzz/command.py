"""The command `parity fuzz`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from parity_tests.harness.engines import MODES, Engine

if TYPE_CHECKING:
    from parity_tests.commands.fuzz.campaign import Campaign

MEANING = {
    "agreed": "within the derived bounds, or bit for bit",
    "agreed by following quirks": "and would not, were a quirk of Keras not followed",
    "ill-conditioned": "outside the plain bound, inside the envelope of scratch's own twins",
    "refused": "Keras refuses the program, and so does scratch, with an error of that class",
    "diverges": "",
}


def fuzz(
    minutes: Annotated[float | None, typer.Option(min=0, help="Default: 10.")] = None,
    count: Annotated[int | None, typer.Option(min=1, help="How many programs.")] = None,
    engines: Annotated[
        str, typer.Option(help='E.g. "tf,tf xla,jax,torch"; tf alone mixes eager and graph.')
    ] = "tf",
    seed: Annotated[int, typer.Option(min=0)] = 0,
    output: Annotated[Path, typer.Option(help="Scripts and the tally.")] = Path("parity-fuzz"),
) -> None:
    """Draw training programs, run them in scratch and in Keras, and shrink what differs."""
    from parity_tests.commands.fuzz.campaign import Campaign

    screen = Console(highlight=False)
    if minutes is None and count is None:
        minutes = 10.0
    chosen = [_engine(name) for name in engines.split(",")]
    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=screen, transient=True) as bar:
        seconds = None if minutes is None else 60 * minutes
        task = bar.add_task("starting", total=count or seconds)

        def show(campaign: "Campaign") -> None:
            done = campaign.drawn if count else bar.tasks[0].elapsed
            text = f"{campaign.drawn} programs, {len(campaign.found)} divergences"
            bar.update(task, completed=done, description=text)

        campaign = Campaign(chosen, seed, count, seconds, progress=show).run()
    path = campaign.write(output)
    screen.print(table(campaign))
    for found in campaign.found:
        screen.print(f"[red]{found.look}[/]\n{found.verdict.detail}")
    screen.print(f"Scripts and tally: {path.parent}")
    raise typer.Exit(1 if campaign.tally["diverges"] else 0)


def table(campaign: "Campaign") -> Table:
    """The tally of a campaign as a table."""
    drawn = Table(title=f"{campaign.drawn} programs, seed {campaign.first}")
    for name in ("verdict", "programs", "meaning"):
        drawn.add_column(name, justify="right" if name == "programs" else "left")
    for verdict, meaning in MEANING.items():
        drawn.add_row(verdict, str(campaign.tally[verdict]), meaning)
    for quirk, number in sorted(campaign.quirks.items()):
        drawn.add_row(f"  {quirk}", str(number), "needed for the agreement")
    return drawn


def _engine(name: str) -> tuple[str, str]:
    """`"tf xla"` -> `("tf", "xla")`; a library alone runs as the programs say."""
    from parity_tests.commands.fuzz.running import AS_DRAWN

    library, _, mode = name.strip().partition(" ")
    if library not in MODES or library == "scratch" or (mode and mode not in MODES[library]):
        raise typer.BadParameter(f"{name!r} is unknown", param_hint="--engines")
    if why := Engine(library, mode or AS_DRAWN).unavailable:
        raise typer.BadParameter(f"{name!r} cannot run here: {why}", param_hint="--engines")
    return library, mode or AS_DRAWN
