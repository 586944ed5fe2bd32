"""Whether upstream knows: the issue that tells of a finding's cause, where one was found."""

import csv
from pathlib import Path

PATH = Path(__file__).with_name("upstream.tsv")


def known() -> dict[str, str]:
    """By finding: `"keras-team/keras#21420"`; empty where a search has found none."""
    with PATH.open(newline="", encoding="utf-8") as lines:
        rows = csv.DictReader(lines, dialect="excel-tab")
        return {row["finding"]: row["issue"] for row in rows}
