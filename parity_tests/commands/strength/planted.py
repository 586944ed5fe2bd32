"""A module with a change in its source, which is imported in place of the original.

python -m parity_tests.commands.strength.planted TITLE TEST    runs a test with a fault planted
"""

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from pathlib import Path
from typing import Any, Protocol


class Changed(Protocol):
    """A mutant, or a planted fault."""

    @property
    def module(self) -> str:
        """The module in `scratch`: `"optimizers/adam.py"`."""

    @property
    def name(self) -> str:
        """The name under which it is imported."""

    @property
    def path(self) -> Path:
        """The file of the original."""

    @property
    def line(self) -> int:
        """Number of the first line that is changed."""

    def source(self) -> str:
        """The source with the change."""


def plant(changed: Changed) -> None:
    """From now on this process imports the changed module; `scratch` must not be loaded yet."""
    sys.meta_path.insert(0, _Finder(changed))


class _Finder(importlib.abc.MetaPathFinder):
    """Imports one module from other source than its file's."""

    def __init__(self, changed: Changed) -> None:
        self._name, self._path, self._source = changed.name, changed.path, changed.source()

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        if fullname != self._name:
            return None
        package = [str(self._path.parent)] if self._path.stem == "__init__" else None
        return importlib.util.spec_from_file_location(
            fullname, self._path, loader=_Loader(fullname, str(self._path), self._source),
            submodule_search_locations=package,
        )  # fmt: skip


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, fullname: str, path: str, source: str) -> None:
        super().__init__(fullname, path)
        self._source = source

    def get_code(self, fullname: str) -> Any:
        return compile(self._source, self.path, "exec")


def main(title: str, test: str) -> int:
    """Runs one test with one fault planted; returns pytest's status."""
    import pytest

    from parity_tests.commands.strength.slips import SLIPS

    plant(next(slip for slip in SLIPS if slip.title == title))
    return int(
        pytest.main(["-q", "-x", "-m", "", "-p", "no:cacheprovider", "-p", "no:xdist", test])
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
