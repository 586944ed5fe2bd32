"""What the trajectories look like: a table on the terminal, a figure, and all numbers as JSON."""

from dataclasses import asdict
from typing import Any

from matplotlib.figure import Figure
from rich import box
from rich.table import Table
from rich.text import Text

from parity_tests.commands.main_job.pictures import NOISE, SCRATCH
from parity_tests.commands.trajectories import verdict
from parity_tests.commands.trajectories.job import Result, source

COLUMNS = ("", "optimizer", "within the bound", "chaos from", "at the end", "twins (their number)",
           "of the allowed", "predictions differ")  # fmt: skip


def table(results: list[Result]) -> Table:
    """A table with a row for each variant."""
    settings = results[0].settings
    shown = Table(
        title=f"float64 trajectories, {settings.steps:,} steps on {results[0].data}: the distance "
        "of scratch from tf.keras, and from its own permuted twins",
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
    )
    for i, column in enumerate(COLUMNS):
        shown.add_column(column, justify="left" if i < 2 else "right")
    for result in results:
        shown.add_row(*_cells(result))
    if any(result.source != source() for result in results):
        shown.caption = "* measured before the last change of scratch"
    return shown


def _cells(result: Result) -> list[Any]:
    found, last = result.verdict, result.looks[-1]
    mark = Text("ok", "bold green") if found.holds else Text("NO", "bold red")
    return [
        mark,
        result.name + "*" * (result.source != source()),
        f"to step {found.within:,}",
        "none" if found.horizon is None else f"step {found.horizon:,}",
        f"{last.distance:.1e}",
        f"{max(last.twins):.1e} ({len(last.twins)})",
        found.vacuous or f"{100 * found.used:.2g} %, step {found.at:,}",
        f"{result.decisions['differ']:,} of {result.decisions['samples']:,}",
    ]


def figures(results: list[Result]) -> dict[str, Any]:
    """The results as plain values, for a file."""
    return {
        "holds": all(result.verdict.holds for result in results),
        "source": source(),
        "optimizers": [
            {
                "name": result.name,
                **asdict(result.verdict),
                "decisions": result.decisions,
                "seconds": result.seconds,
                "source": result.source,
                "versions": result.versions,
                "looks": [
                    {**verdict.as_dict(look), "allowed": allowed}
                    for look, allowed in zip(result.looks, result.verdict.allowed, strict=True)
                ],
            }
            for result in results
        ],
    }


def figure(results: list[Result]) -> Figure:
    """Distance against steps on logarithmic axes, a panel for each variant."""
    columns = 3
    rows = -(-len(results) // columns)
    drawn = Figure(figsize=(3.6 * columns, 2.7 * rows), layout="constrained")
    panels = drawn.subplots(rows, columns, squeeze=False, sharex=True, sharey=True)
    for axes, result in zip(panels.flat, results, strict=False):
        _panel(axes, result)
    for axes in panels.flat[len(results) :]:
        axes.set_visible(False)
    for axes in panels[-1]:
        axes.set_xlabel("step")
    handles, labels = panels.flat[0].get_legend_handles_labels()
    drawn.legend(handles, labels, loc="outside upper center", ncols=3)
    return drawn


def _panel(axes: Any, result: Result) -> None:
    steps = [look.step for look in result.looks]
    largest = [max(look.twins) for look in result.looks]
    axes.fill_between(steps, 1e-17, largest, color=NOISE, alpha=0.3, linewidth=0,
                      label="scratch and its permuted twins")  # fmt: skip
    axes.plot(steps, [look.distance for look in result.looks], color=SCRATCH, linewidth=1.6,
              label="scratch and tf.keras")  # fmt: skip
    axes.plot(steps, result.verdict.allowed, "--", color=NOISE, linewidth=1, label="allowed")
    axes.set(title=result.name, xscale="log", yscale="log", ylim=(1e-17, 1e2))
    axes.set_xlim(1, steps[-1])
