"""What the commands print: tables, and progress while they work."""

import math
from collections.abc import Iterable

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from parity_tests.commands.strength import faults, sensitivity
from parity_tests.commands.strength.faults import Caught
from parity_tests.commands.strength.sensitivity import Noticed
from parity_tests.harness import battery


def progress(screen: Console) -> Progress:
    """A progress bar that says what is being done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeRemainingColumn(), console=screen, transient=True)


SOME = 6  # cases of a scenario that meet a fault in Keras: each must be computed anew


def run_faults(screen: Console, only: str, full: bool) -> list[Caught]:
    """Plants the faults and prints the table.

    Args:
        screen: where it is printed.
        only: see `faults.everything`.
        full: whether faults in Keras meet the whole battery, and not only what concerns them.
    """
    chosen = list(faults.everything(only))
    lines: list[Caught] = []
    with progress(screen) as bar:
        task = bar.add_task("", total=len(chosen))
        for library, fault in chosen:
            bar.update(task, description=f"{library}: {fault.name}")
            lanes = battery.lanes()
            if library == "keras" and not full:
                lanes = battery.concerning(fault.component, SOME) or lanes[::SOME]
            lines.append(faults.planted(library, fault, lanes))
            bar.advance(task)
    for library in faults.LIBRARIES:
        here = [line for line in lines if line.library == library and line.component]
        if here:
            screen.print(_fault_table(f"Faults planted in {library}", here))
    alarms = [line for line in lines if not line.component]
    for line in alarms:
        if line.caught:
            screen.print(f"[red]false alarm[/]: {line.library}, {line.fault}: {line.said}")
    screen.print(summary(lines))
    return lines


def summary(lines: Iterable[Caught]) -> str:
    """How many faults were caught and how many alarms were false, in a sentence."""
    real = [line for line in lines if line.component]
    null = [line for line in lines if not line.component]
    parts = []
    for library in faults.LIBRARIES:
        here = [line for line in real if line.library == library]
        caught, named = sum(line.caught for line in here), sum(line.named for line in here)
        parts += [f"{library}: {caught} of {len(here)} caught, {named} named"] * bool(here)
    parts.append(f"{sum(line.caught for line in null)} false alarms among {len(null)} null changes")
    return "; ".join(parts)


def _fault_table(title: str, lines: list[Caught]) -> Table:
    table = Table(title=title, title_justify="left", show_lines=False)
    for name in ("fault", "caught by", "quantity", "step", "times allowed", "cases", "blamed"):
        table.add_column(name, justify="right" if name in ("step", "times allowed") else "left")
    for line in lines:
        mark = "[green]" if line.right else "[red]"
        blamed = ", ".join(line.blamed) + ("" if line.named else f" (not {line.component})")
        table.add_row(
            f"{mark}{line.fault}[/]",
            line.case if line.caught else "[red]nobody[/]",
            line.quantity,
            "" if line.step is None else str(line.step),
            times(line.margin),
            f"{line.red} of {line.of}",
            blamed,
        )
    return table


def times(margin: float) -> str:
    """`3e+13`, or `exact` where not a bit may differ."""
    return "exact" if math.isinf(margin) else f"{margin:.1g}"


def run_sensitivity(screen: Console, only: str) -> list[Noticed]:
    """Finds the smallest changes that are noticed, and prints them."""
    asked = [
        (kind, option, users, precision)
        for kind, option, users in sensitivity.options()
        for precision in ("float64", "float32")
        if only.lower() in f"{kind} {option}" or only == "scratch"
    ]
    found: list[Noticed] = []
    with progress(screen) as bar:
        task = bar.add_task("", total=len(asked))
        for kind, option, users, precision in asked:
            bar.update(task, description=f"{kind} {option}, {precision}")
            found.append(sensitivity.smallest(kind, option, users, precision))
            bar.advance(task)
    if found:
        screen.print(_sensitivity_table(found))
    return found


def _sensitivity_table(found: list[Noticed]) -> Table:
    title = "The smallest relative change that is noticed within 11 steps"
    table = Table(title=title, title_justify="left")
    for name in ("optimizer", "option", "float64", "by", "float32", "by"):
        table.add_column(name)
    pairs: dict[tuple[str, str], dict[str, Noticed]] = {}
    for line in found:
        pairs.setdefault((line.optimizer, line.option), {})[line.precision] = line
    for (kind, option), by_precision in pairs.items():
        cells = []
        for precision in ("float64", "float32"):
            line = by_precision[precision]
            cells += ["-" if line.change is None else f"{line.change:.1e}", line.case]
        table.add_row(kind, option, *cells)
    return table
