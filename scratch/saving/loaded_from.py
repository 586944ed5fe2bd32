"""Which file a model was loaded from, as it was then."""

import os
from typing import NamedTuple

Fingerprint = tuple[int, int, int]


class LoadedFrom(NamedTuple):
    """A file as it was when a model was loaded from it."""

    path: str
    fingerprint: Fingerprint | None

    @classmethod
    def of(cls, path: str) -> "LoadedFrom":
        """What is known of a file now."""
        return cls(os.path.abspath(path), fingerprint_of(path))


def fingerprint_of(path: str) -> Fingerprint | None:
    """What tells a file from what is written over it; None where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
