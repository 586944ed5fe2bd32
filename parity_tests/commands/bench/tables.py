"""What was found, as tables: rows of text first, then for a terminal or in markdown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from parity_tests.commands.bench.measure import ratios, spread
from parity_tests.commands.bench.units import duration, number, size, times
from parity_tests.commands.bench.work import ASKED_AT_ONCE, FITS, PICTURES, THREADED, Work

Figures = dict[str, Any]


def _under_load(columns: Mapping[str, str]) -> dict[str, str]:
    return {f"{name}, under load": head for name, head in columns.items()}


_OTHERS = {
    "small sgd": "2-8-8-1, SGD",
    "small adam": "2-8-8-1, Adam",
    "wide sgd": "784-1024-1024-10, SGD",
    "wide adam": "784-1024-1024-10, Adam",
}
_OWN = {
    "small sgd": "all built in",
    "small sgd, own loss": "a loss",
    "small sgd, own metric": "a metric",
}
_CALLS = {
    "evaluate 10000": "evaluate 10,000",
    "predict 1": "predict 1",
    "predict 32": "predict 32",
    "predict 10000": "predict 10,000",
    "call 1": "model(x), 1",
}
_AT_ONCE = {work.name: f"{work.askers}, {work.quantile:.0%}" for work in ASKED_AT_ONCE}


def _of_pictures(kind: str) -> dict[str, str]:
    return {w.name: w.name.replace(f", {kind}", ", batch") for w in PICTURES if w.kind == kind}


def _by_batch(optimizer: str) -> dict[str, str]:
    return {w.name: str(w.batch) for w in FITS if w.optimizer == optimizer}


def _of_threads(work: Work) -> str:
    return work.name.removesuffix(" threads").replace("sgd", "SGD").replace("adam", "Adam")


COLUMNS = {
    "In short: time per step or call": {
        "sgd 32": "SGD, batch 32",
        "adam 32": "Adam, batch 32",
        "sgd 1": "SGD, batch 1",
        "sgd 512": "SGD, batch 512",
        "small sgd": "2-8-8-1, batch 32",
        "predict 1": "predict one",
        "call 1": "model(x), one",
    },
    "Training with SGD: time per step, by batch size": _by_batch("sgd"),
    "Training with Adam: time per step, by batch size": _by_batch("adam"),
    "Training other networks, batch 32: time per step": _OTHERS,
    "Of one's own, in keras.ops, 2-8-8-1: time per step": _OWN,
    "Pictures: time per step": _of_pictures("fit"),
    "Pictures: time per predict of a batch": _of_pictures("predict"),
    "Without training: time per call": _CALLS,
    "Several threads ask for a prediction of one: what a call takes": _AT_ONCE,
    "Training, by batch size and threads: time per step": {
        work.name: _of_threads(work) for work in THREADED
    },
    **{
        f"Under load, a busy process for each core: {title}": _under_load(columns)
        for title, columns in (
            ("SGD, time per step, by batch size", _by_batch("sgd")),
            ("Adam, time per step, by batch size", _by_batch("adam")),
            ("other networks, time per step", _OTHERS),
            ("of one's own, time per step", _OWN),
            ("pictures, time per step", _of_pictures("fit")),
            ("pictures, time per predict of a batch", _of_pictures("predict")),
            ("time per call", _CALLS),
            ("several threads ask for a prediction of one", _AT_ONCE),
        )
    },
}
"""By title: the works of a table, and the heads of their columns."""


@dataclass(frozen=True)
class Grid:
    """A table of text; the first column is a name, all others are numbers."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def grids(figures: Figures) -> list[Grid]:
    """Every table for which there are figures."""
    found = [_times(figures, title, heads) for title, heads in COLUMNS.items()]
    if "footprint" in figures:
        found.append(_footprint(figures))
    if "optimizer_steps" in figures:
        found.append(_optimizer_steps(figures))
    if figures.get("growth", {}).get("overhead"):
        found.append(_overhead(figures))
    return [grid for grid in [*found, _targets(figures)] if grid.rows and len(grid.columns) > 1]


def _times(figures: Figures, title: str, heads: Mapping[str, str]) -> Grid:
    """A row for each peer; in each cell the median, its spread, and how many times scratch's."""
    names = [name for name in heads if name in figures["seconds"]]
    rows = []
    for key, peer in figures["peers"].items():
        cells = []
        for name in names:
            seconds, work = figures["seconds"][name], figures["works"][name]
            steps = work["steps"] if work["kind"] == "fit" else 1
            cells.append(_cell(seconds, key, steps) if key in seconds else "")
        rows.append((peer, *cells))
    return Grid(title, ("", *(heads[name] for name in names)), rows if names else [])


def _cell(seconds: dict[str, list[float]], key: str, steps: int) -> str:
    text = _with_spread([each / steps for each in seconds[key]])
    if key == "scratch" or "scratch" not in seconds:
        return text
    return f"{text}  {times(ratios(seconds[key], seconds['scratch']).median)}"


def _with_spread(seconds: Sequence[float]) -> str:
    found = spread(seconds)
    return duration(found.median) + (f" ±{found.percent:.0f}%" if len(seconds) > 1 else "")


def _footprint(figures: Figures) -> Grid:
    rows = []
    for key, found in figures["footprint"].items():
        rows.append((
            figures["peers"][key],
            *(_with_spread(found[what]) for what in ("import", "first_model")),
            f"{size(found['installed'])} in {found['packages']} packages",
            size(found["peak"]),
        ))  # fmt: skip
    columns = ("", "import", "and a first model", "installed", "peak memory of a fit")
    return Grid("What it costs to have it", columns, rows)


def _optimizer_steps(figures: Figures) -> Grid:
    rows = []
    for name, found in figures["optimizer_steps"].items():
        middle = {quantity: spread(values).median for quantity, values in found.items()}
        rows.append((
            name,
            size(middle["bytes"]),
            f"{size(middle['bandwidth'])}/s",
            duration(middle["floor"]),
            duration(middle["step"]),
            f"{100 * middle['floor'] / middle['step']:.0f} %",
        ))  # fmt: skip
    columns = ("", "must move", "bandwidth", "floor", "scratch", "floor / scratch")
    return Grid("An optimizer's step alone, 266,610 weights", columns, rows)


def _overhead(figures: Figures) -> Grid:
    rows = [
        (figures["peers"][key], duration(found["per_step"]), duration(found["per_layer"]))
        for key, found in figures["growth"]["overhead"].items()
    ]
    title = "A small net (8 units a layer, batch 32): time beyond the matrix products"
    return Grid(title, ("", "per step", "and per layer"), rows)


def _targets(figures: Figures) -> Grid:
    rows = []
    for row in figures["targets"]:
        if row["reached"] is None:
            found = ("not measured", "", "")
        else:
            wide = row["low"] != row["high"]
            between = f"{number(row['low'])} to {number(row['high'])}" if wide else ""
            found = (number(row["value"]), between, "reached" if row["reached"] else "not reached")
        rows.append((row["title"], f"at least {row['bound']:g}", *found))
    return Grid("Targets", ("", "is to be", "is", "in single rounds", ""), rows)


def header(figures: Figures) -> str:
    """The machine, in a line."""
    found = figures["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in found["versions"].items())
    for pool in found.get("blas", ()):
        versions += f", {pool['internal_api']} {pool['version']} ({pool['architecture']})"
    return (
        f"{found['processor']}, {found['processors']} processors; threads of each peer: "
        f"{found['threads']}; float32; medians of {figures['rounds']} rounds, ± half their range; "
        f"Python {found['python']}, {versions}"
    )


def remarks(figures: Figures) -> list[str]:
    """What is not the same for everyone, and who is missing."""
    titles = figures["peers"]
    said = [f"{titles[key]}: {remark}" for key, remark in figures["remarks"].items()]
    return said + [f"left out: {who}: {why}" for who, why in figures["left_out"].items()]


def rich_table(grid: Grid) -> Table:
    """A table as rich prints it on a terminal."""
    table = Table(box=box.SIMPLE_HEAD)
    for i, column in enumerate(grid.columns):
        table.add_column(column, justify="right" if i else "left", no_wrap=not i)
    colours = {"scratch": "bold orange3", "reached": "green", "not reached": "bold red",
               "NumPy, by hand": "dim", "matrix products alone": "dim"}  # fmt: skip
    for row in grid.rows:
        table.add_row(*(Text(cell, colours.get(cell, "")) for cell in row))
    return table


def markdown(figures: Figures) -> str:
    """All tables in Markdown, for a README."""
    parts = [header(figures) + "."]
    for grid in grids(figures):
        head = "| " + " | ".join(grid.columns) + " |"
        rule = "|---|" + "---:|" * (len(grid.columns) - 1)
        lines = ["| " + " | ".join(row) + " |" for row in grid.rows]
        parts.append("\n".join([f"**{grid.title}**", "", head, rule, *lines]))
    parts += ["\n".join(f"- {remark}" for remark in remarks(figures))]
    return "\n\n".join(part for part in parts if part) + "\n"
