"""The outcome on a terminal."""

from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

Figures = dict[str, Any]
ENGINES = {"scratch": "scratch", "tensorflow": "tf.keras"}
STYLES = {"scratch": "bold orange3", "tensorflow": "bold dodger_blue1"}


def show(console: Console, figures: Figures) -> None:
    """Prints all tables and the verdict."""
    console.print()
    console.print(_epochs(figures))
    console.print(_distances(figures))
    console.print(_summary(figures))
    console.print(_checks(figures))
    console.print(_verdict(figures))


def _table(title: str, *columns: str, left: int = 1) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for i, column in enumerate(columns):
        table.add_column(column, justify="left" if i < left else "right", no_wrap=i < left)
    return table


def _epochs(figures: Figures) -> Table:
    digits = 4 if figures["job"]["precision"] == "float32" else 12
    names = [name for name in figures["epochs"][0]["scratch"] if name != "seconds"]
    table = _table("What fit reports", "epoch", "", *names, "seconds", left=2)
    for epoch in figures["epochs"]:
        for i, (engine, shown) in enumerate(ENGINES.items()):
            log = epoch[engine]
            table.add_row(
                str(epoch["epoch"]) if i == 0 else "",
                Text(shown, STYLES[engine]),
                *(f"{log[name]:.{digits}f}" for name in names),
                f"{log['seconds']:.2f}",
            )
    return table


def _distances(figures: Figures) -> Table:
    table = _table(
        "How far apart the weights are",
        "after epoch", "relative L2", "nearest", "TF's own", "max norm", "nearest", "TF's own",
    )  # fmt: skip
    for epoch in figures["epochs"]:
        distances = [epoch[name] for name in ("distance", "nearest_distance", "noise_floor")]
        cells = [
            f"{distance[norm]:.2e}" if distance else "-"
            for norm in ("relative_l2", "max_norm")
            for distance in distances
        ]
        table.add_row(str(epoch["epoch"]), *cells)
    if figures["epochs"][0]["noise_floor"]:
        table.caption = (
            "nearest: to the nearest of TensorFlow's settings. TF's own: the largest distance\n"
            f"between these: {', '.join(figures['tensorflow_settings'])}"
        )
        table.caption_justify = "left"
    return table


def _summary(figures: Figures) -> Table:
    test, initial, times = figures["test"], figures["initial_weights"], figures["seconds"]
    digits = 4 if figures["job"]["precision"] == "float32" else 12
    table = _table("And then", "", *ENGINES.values())
    for name in test["scratch"]:
        values = (f"{test[engine][name]:.{digits}f}" for engine in ENGINES)
        table.add_row(f"test {name}", *values)
    table.add_row("seconds an epoch (median)", *(f"{times[e]['median']:.2f}" for e in ENGINES))
    table.add_row("seconds of the first epoch", *(f"{times[e]['first']:.2f}" for e in ENGINES))
    notes = [
        f"initial weights: {initial['differing']:,} of {initial['total']:,} differ",
        f"an epoch takes tf.keras {times['ratio']:.2f} times as long as scratch",
    ]
    if test["decisions_differ"] is not None:
        samples = figures["data"]["test"]
        notes.insert(1, f"{test['decisions_differ']:,} of {samples:,} test predictions differ")
    table.caption, table.caption_justify = "\n".join(notes), "left"
    return table


def _checks(figures: Figures) -> Table:
    table = Table(
        title="The verdict", title_justify="left", title_style="bold", box=box.SIMPLE_HEAD
    )
    table.add_column("")
    table.add_column("check")
    table.add_column("found")
    table.add_column("of the bound", justify="right")
    for check in figures["checks"]:
        mark = Text("ok", "bold green") if check["holds"] else Text("NO", "bold red")
        table.add_row(mark, check["name"], check["found"], share_used(check))
    return table


def share_used(check: dict[str, Any]) -> str:
    """`12 %`; nothing where bits are equal."""
    if check["used"] is None:
        return "over"
    return f"{100 * check['used']:.2g} %" if check["used"] else "exact" * check["holds"]


def _verdict(figures: Figures) -> Text:
    if figures["parity"]:
        return Text("PARITY HOLDS", "bold white on green")
    failed = ", ".join(check["name"] for check in figures["checks"] if not check["holds"])
    return Text(f"PARITY FAILS: {failed}", "bold white on red")
