"""Where a data set may lie on this machine, in the order in which the places are asked.

1. Keras's cache: `$KERAS_HOME` or `~/.keras`, then `datasets/<data set>`
2. the Debian and Ubuntu package: `/usr/share/datasets/<data set>`
3. the folder that an environment variable names

A place counts when it holds *all* files of the set, so that a run reads one folder and can name it.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from scratch.utils.get_file import cache_home, writable_cache

from .known_file import KnownFile

PACKAGES = Path("/usr/share/datasets")


def cache_folder(data_set: str) -> Path:
    """The folder in which Keras keeps `data_set`, whether it exists or not.

    As in Keras, a home that can't be written to gives way to `.keras` in the temporary folder.
    """
    there = Path(cache_home()) / "datasets" / data_set
    if data_set and there.is_dir():  # it need not be written to
        return there
    return Path(writable_cache()) / "datasets" / data_set


def places(data_set: str, variable: str) -> dict[str, Path]:
    """The folders to ask, in order, each under the name that a message calls it."""
    found = {
        "Keras's cache": cache_folder(data_set),
        f"the package dataset-{data_set}": PACKAGES / data_set,
    }
    if folder := os.environ.get(variable):
        found[f"${variable}"] = Path(os.path.expanduser(folder))
    return found


def missing(files: Sequence[KnownFile], folder: Path) -> list[KnownFile]:
    """The names of `files` that `folder` does not hold."""
    return [file for file in files if file.find(folder) is None]
