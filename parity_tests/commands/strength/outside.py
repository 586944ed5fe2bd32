"""The faults outside the numeric core: what the suite said at first sight, and what it says now."""

import csv
import math
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from parity_tests.commands.strength import killing
from parity_tests.commands.strength.killing import Outcome
from parity_tests.commands.strength.slips import SLIPS

TABLE = Path(__file__).with_name("outside.tsv")
COLUMNS = ("fault", "first", "verdict", "by")


class Met(NamedTuple):
    """What became of a fault.

    Args:
        first: the verdict when the suite met it for the first time; it stays.
        verdict: the last one; see `killing.Outcome`.
        by: the test that killed it.
    """

    first: str
    verdict: str
    by: str

    @property
    def alive(self) -> bool:
        """Whether the suite does not notice it."""
        return Outcome(self.verdict, self.by).alive


def read(file: Path = TABLE) -> dict[str, Met]:
    """What a table holds, by the faults' titles."""
    if not file.exists():
        return {}
    with file.open(newline="", encoding="utf-8") as lines:
        return {
            row["fault"]: Met(*list(row.values())[1:])
            for row in csv.DictReader(lines, dialect="excel-tab")
        }


def write(found: Mapping[str, Met], file: Path = TABLE) -> None:
    """The table, a fault a line, in the order of the list."""
    with file.open("w", newline="", encoding="utf-8") as lines:
        table = csv.writer(lines, dialect="excel-tab", lineterminator="\n")
        table.writerow(COLUMNS)
        table.writerows([s.title, *found[s.title]] for s in SLIPS if s.title in found)


def meet(
    screen: Console, folder: Path, minutes: float | None, again: bool, file: Path = TABLE
) -> bool:
    """Plants every fault that the suite has not met, with `again` the survivors too; shows all.

    Returns:
        Whether the suite kills all of them.
    """
    found = read(file)
    left = [s for s in SLIPS if s.title not in found or (again and found[s.title].alive)]
    end = math.inf if minutes is None else time.monotonic() + 60 * minutes
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=screen, transient=True) as bar:
        task = bar.add_task("", total=len(left))
        for slip in left:
            if time.monotonic() > end:
                break
            bar.update(task, description=slip.title)
            verdict, by = killing.outcome(slip, folder)
            first = found[slip.title].first if slip.title in found else verdict
            found[slip.title] = Met(first, verdict, by)
            write(found, file)
            bar.advance(task)
    return _show(screen, found)


def _show(screen: Console, found: Mapping[str, Met]) -> bool:
    table = Table("fault", "where", "happened in", "first", "now", "by")
    for slip in SLIPS:
        first, verdict, by = found.get(slip.title, Met("", "", ""))
        table.add_row(slip.title, slip.module, slip.happened, first, verdict, by.rpartition("/")[2])
    screen.print(table)
    at_first = sum(met.first == "killed" for met in found.values())
    now = sum(met.verdict == "killed" for met in found.values())
    screen.print(
        f"{len(SLIPS)} faults outside the core: {at_first} of {len(found)} killed at first sight, "
        f"{now} now"
    )
    return now == len(SLIPS)
