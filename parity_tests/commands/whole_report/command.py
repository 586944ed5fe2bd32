"""`parity report`: every comparison that this machine can make, and one page that shows them."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from parity_tests.commands.whole_report.summary import Measured

GROWTH_STEPS, NOISE_STEPS = 500, 1719  # the lecture's first epoch
QUICK_STEPS = 10


def report(
    output: Annotated[Path, typer.Option(help="The page, and what is kept for the next time.")]
    = Path("parity-whole-report"),
    quick: Annotated[bool, typer.Option("--quick", help="A few cases, nothing compiled.")] = False,
    every_case: Annotated[
        bool, typer.Option("--every-case", help="Compiled engines take all cases too (an hour).")
    ] = False,
    faults: Annotated[Path, typer.Option(help="What `parity faults --json` wrote.")]
    = Path("parity-faults.json"),
    fuzz: Annotated[Path, typer.Option(help="The folder of `parity fuzz`.")] = Path("parity-fuzz"),
    trajectories: Annotated[Path, typer.Option(help="The folder of `parity trajectories`.")]
    = Path("trajectories"),
) -> None:  # fmt: skip
    """Compare everything with every engine, and write one page (ten minutes; it can resume)."""
    import json
    import time

    from rich.console import Console

    from parity_tests.commands.main_job.plain import standard_error_to
    from parity_tests.commands.trajectories import shown
    from parity_tests.commands.whole_report import cells, page, summary

    begin = time.perf_counter()
    screen = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
    output.mkdir(parents=True, exist_ok=True)
    with standard_error_to(output / "engines.log"):
        measured = _measure(screen, cells.plan(every_case, quick), output)
        growth = _growth(screen, output, QUICK_STEPS if quick else GROWTH_STEPS)
        noise = [] if quick else _noise(screen, output)
    long = _trajectories(trajectories)
    titles = list(cells.COLUMNS.values())
    found: dict[str, Any] = {
        "headline": summary.headline(measured),
        "columns": [{"library": library, "mode": mode} for library, mode in titles],
        "libraries": [
            [name, sum(library == name for library, _ in titles)]
            for name in dict.fromkeys(library for library, _ in titles)
        ],
        "matrix": summary.matrix(measured),
        "offenders": summary.offenders(measured),
        "explained": summary.explained(measured),
        "refused": [f"{c.engine.name}: {r.worst}" for c, r in measured if r.verdict == "refused"],
        "growth": growth,
        "noise": noise,
        "trajectories": None
        if not long
        else shown.figures(long) | {"steps": long[0].settings.steps, "data": long[0].data},
        "quirks": summary.rows_of(),
        "findings": summary.findings(),
        "faults": summary.faults(summary.read(faults)),
        "fuzz": summary.read(fuzz / "tally.json"),
        "allowances": summary.allowances(measured),
        "machine": summary.machine(),
        "when": time.strftime("%Y-%m-%d %H:%M"),
        "command": " ".join(["parity", *sys.argv[1:]]),
    }
    (output / "report.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (output / "index.html").write_text(page.render(found, long), encoding="utf-8")
    _say(screen, found, output / "index.html", time.perf_counter() - begin)
    raise typer.Exit(0 if found["headline"]["holds"] else 1)


def _measure(screen: "Console", plan: list[Any], output: Path) -> "Measured":
    """All comparisons, with a bar; a line a minute where there is no terminal."""
    import time

    from rich.progress import Progress

    from parity_tests.commands.whole_report import measure

    said = [time.monotonic()]
    with Progress(console=screen, transient=True, disable=not screen.is_terminal) as bar:
        task, done, red = bar.add_task("comparing", total=len(plan)), [0], [0]

        def note(cell: Any, result: Any) -> None:
            done[0] += 1
            red[0] += result.red
            bar.update(task, advance=1, description=f"{cell.engine.name}, {red[0]} red")
            if result.red:
                screen.print(f"[red]{cell.engine.name}[/]: {result.worst}", soft_wrap=True)
            if not screen.is_terminal and time.monotonic() > said[0] + 60:
                said[0] = time.monotonic()
                screen.print(f"{done[0]:,} of {len(plan):,} comparisons, {red[0]} red")

        results = measure.run(plan, output / "comparisons.jsonl", note)
    return [(cell, results[cell.key]) for cell in plan]


def _growth(screen: "Console", output: Path, steps: int) -> dict[str, Any]:
    """Errors against steps, in both precisions."""
    from parity_tests.commands.whole_report import growth
    from parity_tests.harness.engines import TF

    screen.print(f"Error growth over {steps:,} steps")
    return growth.remembered(
        output / "growth.json",
        TF,
        steps,
        lambda: {
            precision: [growth.errors(name, precision, steps) for name in growth.FOLLOWED]
            for precision in ("float64", "float32")
        },
    )


def _noise(screen: "Console", output: Path) -> list[dict[str, Any]]:
    """How far float32 runs part from each other, and from themselves."""
    from parity_tests.commands.whole_report import growth
    from parity_tests.harness.engines import TF

    screen.print(f"The noise floor over {NOISE_STEPS:,} steps of the lecture's network")
    return growth.remembered(
        output / "noise.json", TF, NOISE_STEPS, lambda: growth.noise(NOISE_STEPS)
    )


def _trajectories(folder: Path) -> list[Any]:
    """The finished runs of `parity trajectories`: those with the most steps."""
    from parity_tests.commands.trajectories import job
    from parity_tests.commands.trajectories.variants import catalogue

    found = [job.anything_kept(folder, name) for name in catalogue()]
    longest = max((r.settings.steps for r in found if r is not None), default=0)
    return [r for r in found if r is not None and r.settings.steps == longest]


def _say(screen: "Console", found: dict[str, Any], page: Path, seconds: float) -> None:
    head = found["headline"]
    screen.print(
        f"{head['cells']:,} comparisons with {head['engines']} engines, {head['quantities']:,} "
        f"quantities: {head['exact']:,} exact, the worst uses {100 * head['worst']:.0f} % of its "
        f"bound; {head['explained']} explained by quirks, {head['refused']} refused, "
        f"{head['red']} red"
    )
    screen.print(
        "[bold white on green]EVERYTHING AGREES[/]"
        if head["holds"]
        else "[bold white on red]SOMETHING DIFFERS[/]"
    )
    screen.print(f"Report: {page} ({seconds:.0f} s)", soft_wrap=True)
