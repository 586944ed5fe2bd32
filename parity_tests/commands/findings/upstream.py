"""Whether upstream knows: the issue that tells of a finding's cause, and when one was looked for.

`upstream.tsv` has a line for each finding: an issue or pull request, or a dash where a search found
none that tells of the same cause; its state when it was last read, where that is known; and the
day of the search. A finding without a line has not been looked for.
"""

import csv
from pathlib import Path
from typing import NamedTuple

PATH = Path(__file__).with_name("upstream.tsv")


class Search(NamedTuple):
    """What a search among upstream's issues came to.

    Args:
        issue: `"keras-team/keras#21420"`; empty where none was found.
        state: `open`, `closed` or `merged`; empty where it is not known.
        searched: the day, `"2026-11-30"`; empty where it was not looked for.
    """

    issue: str = ""
    state: str = ""
    searched: str = ""

    def __str__(self) -> str:
        """The issue and its state, or that none was found, or not looked for."""
        if self.issue:
            return f"{self.issue}, {self.state}" if self.state else self.issue
        if self.searched:
            return f"no issue found on {self.searched}"
        return "no issue looked for"


def known() -> dict[str, Search]:
    """By finding."""
    with PATH.open(newline="", encoding="utf-8") as lines:
        rows = csv.DictReader(lines, dialect="excel-tab")
        return {
            row["finding"]: Search(
                "" if row["issue"] == "-" else row["issue"], row["state"], row["searched"]
            )
            for row in rows
        }
