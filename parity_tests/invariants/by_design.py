# ruff: noqa: E501 - one line a row
"""Where an invariant does not hold, and why: by design, or because of a finding.

Every row is tested to fail really, for every class that it names, so that none can go stale.
"""

import fnmatch
import re
from dataclasses import dataclass

EVERYWHERE = ("scratch", "tf", "jax", "torch")


@dataclass(frozen=True)
class Row:
    """An invariant that some classes break.

    Args:
        subjects: patterns, `"metrics.Sum"`, separated by blanks.
        invariant: its name.
        reason: why.
        where: a regular expression: of what samples' lines it is so; of all, where empty.
        finding: the finding that it is, if it is one.
        on: the libraries in which it is so.
    """

    subjects: str
    invariant: str
    reason: str
    where: str = ""
    finding: str = ""
    on: tuple[str, ...] = EVERYWHERE

    @property
    def always(self) -> bool:
        """Whether it is so of all samples."""
        return not self.where

    def names(self, subject: str) -> bool:
        """Whether it speaks of a class."""
        return any(fnmatch.fnmatchcase(subject, pattern) for pattern in self.subjects.split())

    def concerns(self, lines: str) -> bool:
        """Whether it speaks of a sample with these lines."""
        return re.search(self.where, lines) is not None


ROWS: tuple[Row, ...] = ()


def rows(subject: str, invariant: str, library: str) -> list[Row]:
    """What is known to break an invariant of a class in a library."""
    return [
        row
        for row in ROWS
        if row.invariant == invariant and library in row.on and row.names(subject)
    ]
