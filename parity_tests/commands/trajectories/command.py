"""`parity trajectories`: hours of work, done once; run again, it goes on where it stopped."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from parity_tests.commands.trajectories.job import Result, Settings
    from parity_tests.commands.trajectories.runs import Pictures, Worker
    from parity_tests.commands.trajectories.verdict import Look


def trajectories(
    steps: Annotated[int | None, typer.Option(min=1, help="Default: 30 epochs.")] = None,
    optimizer: Annotated[list[str] | None, typer.Option(help="Default: all of them.")] = None,
    twins: Annotated[int, typer.Option(min=1, help="Permuted runs of scratch.")] = 3,
    samples: Annotated[int | None, typer.Option(min=1, help="Train on the first few only.")] = None,
    output: Annotated[Path, typer.Option(help="Where results are kept.")] = Path("trajectories"),
) -> None:
    """The lecture's 51,570 steps in float64 with every optimizer, against tf.keras (hours)."""
    from rich.console import Console

    from parity_tests.commands.trajectories import job, runs
    from parity_tests.commands.trajectories.variants import catalogue

    names = optimizer or list(catalogue())
    for name in names:
        if name not in catalogue():
            raise typer.BadParameter(
                f"{name!r} is unknown. Expected one of: {', '.join(catalogue())}.",
                param_hint="--optimizer",
            )
    screen = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
    data = runs.load(samples)
    settings = job.Settings(steps or job.EPOCHS * data.steps_per_epoch, twins, samples)
    to_do = [name for name in names if not job.is_done(output, name, settings)]
    screen.print(f"{len(names) - len(to_do)} of {len(names)} optimizers were finished before")
    if to_do:
        with runs.tensorflow_worker() as worker:
            for name in to_do:
                _follow(screen, name, settings, data, worker, output)
    everything = (job.kept(output, name, settings) for name in catalogue())
    holds = _show(screen, [result for result in everything if result is not None], output)
    raise typer.Exit(0 if holds else 1)


def _show(screen: "Console", results: "list[Result]", output: Path) -> bool:
    import json

    import matplotlib

    from parity_tests.commands.main_job.pictures import STYLE
    from parity_tests.commands.trajectories import shown

    found = shown.figures(results)
    (output / "trajectories.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    with matplotlib.rc_context(STYLE):
        shown.figure(results).savefig(output / "trajectories.svg", facecolor="white")
    screen.print(shown.table(results))
    return found["holds"]


def _follow(
    screen: "Console",
    name: str,
    settings: "Settings",
    data: "Pictures",
    worker: "Worker",
    folder: Path,
) -> None:
    """Runs one variant and keeps it; a bar on a terminal, a line for every look elsewhere."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from parity_tests.commands.trajectories import job

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns,
        TimeRemainingColumn(),
        console=screen,
        transient=True,
        disable=not screen.is_terminal,
    ) as bar:
        task = bar.add_task(name, total=settings.steps)

        def note(look: "Look") -> None:
            bar.update(task, completed=look.step)
            if not screen.is_terminal:
                screen.print(
                    f"{name}: step {look.step:,}  tf.keras {look.distance:.1e}  "
                    f"twins {max(look.twins):.1e}"
                )

        result = job.run(name, settings, data, worker, note, folder)
    job.keep(result, folder)
    found = result.verdict
    screen.print(
        f"{name}: {'holds' if found.holds else 'FAILS'}, {100 * found.used:.2g} % of what is "
        f"allowed; {result.seconds:.0f} s"
    )
