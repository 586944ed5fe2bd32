"""Each package of `scratch` has its folder of tests, and each folder its package."""

from pathlib import Path

import pytest

import scratch
from parity_tests import tiers

SCRATCH = Path(scratch.__file__).parent
SUITE = Path(tiers.__file__).with_name("suite")
# About all rooms at once, the oracle, the source itself, the playground.
APART = {"whole", "oracle", "house", "playground"}


def packages(root):
    """The packages below a folder, as paths from it."""
    return sorted(path.parent.relative_to(root) for path in root.glob("*/**/__init__.py"))


PACKAGES = [path for path in packages(SCRATCH) if len(path.parts) == 1]
FOLDERS = [path for path in packages(SUITE) if path.parts[0] not in APART]


@pytest.mark.parametrize("package", PACKAGES, ids=str)
def test_a_package_has_its_folder(package):
    assert list((SUITE / package).rglob("test_*.py")), f"no tests of scratch.{package}"


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_a_folder_has_its_package(folder):
    assert (SCRATCH / folder / "__init__.py").is_file()
    assert list((SUITE / folder).rglob("test_*.py")), "an empty room"


def test_beside_the_folders_stand_tests_of_files_beside_the_packages():
    for path in SUITE.glob("test_*.py"):
        assert (SCRATCH / path.name.removeprefix("test_")).is_file(), path.name


def test_no_test_stands_outside_a_package():
    for path in SUITE.rglob("test_*.py"):
        assert (path.parent / "__init__.py").is_file(), path
