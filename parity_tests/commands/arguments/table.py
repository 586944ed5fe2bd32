"""The file `table.tsv`: subject, argument, what it does here, what it does in Keras, and why."""

import csv
from dataclasses import astuple, dataclass
from pathlib import Path

from parity_tests.commands.arguments.reasons import reason
from parity_tests.commands.arguments.signatures import all_arguments
from parity_tests.commands.arguments.verdicts import verdict

PATH = Path(__file__).with_name("table.tsv")
_HEADINGS = ("subject", "argument", "here", "in Keras", "reason")


@dataclass(frozen=True)
class Row:
    """What an argument does in both libraries; the reason where that needs one."""

    subject: str
    argument: str
    here: str
    keras: str
    reason: str = ""

    @property
    def needs_reason(self) -> bool:
        """Whether the argument does nothing, is refused, or does another thing in Keras."""
        return self.here == "nothing" or self.here.startswith("refuses") or self.here != self.keras


def found(subject: str, argument: str) -> Row:
    """The row of an argument, by experiment in both libraries."""
    here, keras = (verdict(library, subject, argument) for library in ("scratch", "keras"))
    row = Row(subject, argument, here, keras)
    return Row(
        subject, argument, here, keras, reason(subject, argument) if row.needs_reason else ""
    )


def read() -> list[Row]:
    """The rows in the file."""
    with PATH.open(encoding="utf-8", newline="") as file:
        return [Row(*line) for line in csv.reader(file, delimiter="\t")][1:]


def write(only_new: bool = False) -> list[Row]:
    """Determines every row anew, or those that are missing, and writes the file."""
    known = {(row.subject, row.argument): row for row in (read() if only_new else ())}
    rows = [known.get(argument) or found(*argument) for argument in all_arguments()]
    with PATH.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerows([_HEADINGS, *map(astuple, rows)])
    return rows
