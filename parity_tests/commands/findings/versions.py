"""The table of versions: on which releases of Keras a finding is as it was told.

`versions.tsv` has a line for each finding and backend, a column for each release; a cell says
`as told`, or what the program printed or raised there. `parity findings --versions` makes it anew.
"""

import csv
from collections.abc import Iterable
from pathlib import Path

from parity_tests.commands.findings.standing import AS_TOLD, Standing
from parity_tests.findings import Finding

PATH = Path(__file__).with_name("versions.tsv")
RELEASES = ("3.12", "3.13", "3.14", "3.15")
Cells = dict[tuple[str, str], dict[str, str]]  # by finding and backend, by release


def recorded() -> Cells:
    """The table as it is kept."""
    with PATH.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, dialect="excel-tab"))
    return {(row.pop("finding"), row.pop("backend")): row for row in rows}


def write(cells: Cells) -> None:
    """Keeps the table."""
    releases = sorted({release for row in cells.values() for release in row}, key=_number)
    with PATH.open("w", newline="", encoding="utf-8") as lines:
        table = csv.writer(lines, dialect="excel-tab", lineterminator="\n")
        table.writerow(["finding", "backend", *releases])
        for (finding, backend), row in sorted(cells.items()):
            table.writerow([finding, backend, *(row.get(release, "") for release in releases)])


def added(cells: Cells, release: str, found: Iterable[Standing]) -> Cells:
    """The table with what was seen on a release; what could not be run there stays as it was."""
    cells = {key: dict(row) for key, row in cells.items()}
    for finding, backend, now in found:
        if not now.startswith("("):
            cells.setdefault((finding.name, backend), {})[release] = now
    return cells


def _number(release: str) -> tuple[int, ...]:
    return tuple(map(int, release.split(".")))


def since(finding: Finding, cells: Cells) -> str:
    """The first release from which on all backends do what the finding tells.

    `"3.14.1"`; `"3.12.4 or before"` where the oldest does already; `"not measured"`.
    """
    rows = [row for (name, _), row in cells.items() if name == finding.name]
    seen = [{r: cell for r, cell in row.items() if cell} for row in rows]
    releases = sorted({release for row in seen for release in row}, key=_number)
    first = ""
    for release in reversed(releases):
        if any(row.get(release, AS_TOLD) != AS_TOLD for row in seen):
            break
        first = release
    if not first:
        return "not measured"
    return f"{first} or before" if first == releases[0] else first


def markdown(found: Iterable[Finding], cells: Cells) -> list[str]:
    """The table for people: a finding a line, a release a column, then since when."""
    releases = sorted({release for row in cells.values() for release in row}, key=_number)
    lines = [
        "| finding | " + " | ".join(releases) + " | since |",
        "|---" * (len(releases) + 2) + "|",
    ]
    for finding in found:
        words = [_cell(finding, release, cells) for release in releases]
        lines.append(f"| {finding.title} | {' | '.join(words)} | {since(finding, cells)} |")
    return lines


def _cell(finding: Finding, release: str, cells: Cells) -> str:
    here = {
        backend: cells.get((finding.name, backend), {}).get(release, "")
        for backend in finding.gives
    }
    other = [f"{backend}: {now}" for backend, now in here.items() if now not in ("", AS_TOLD)]
    if not other:
        return "yes" if any(here.values()) else ""
    return ("in part; " if AS_TOLD in here.values() else "") + "; ".join(other).replace("|", "\\|")
