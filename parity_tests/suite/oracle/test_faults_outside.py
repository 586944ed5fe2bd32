"""Faults planted outside the numeric core: each is still killed by the test that killed it.

Who does, `parity mutate --faults` finds out and writes down, in `commands/strength/outside.tsv`.
"""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("coverage", reason="needs the extra `dev`")

from parity_tests.commands.strength import outside
from parity_tests.commands.strength.slips import SLIPS, Slip

ROOT = Path(__file__).resolve().parents[3]
FOUND = outside.read()


@pytest.mark.parametrize("slip", SLIPS, ids=[slip.title for slip in SLIPS])
def test_it_can_be_planted(slip):
    source = slip.source()
    compile(source, slip.module, "exec")
    before, after = slip.path.read_text().splitlines(), source.splitlines()
    assert before[: slip.line - 1] == after[: slip.line - 1]
    assert before[slip.line - 1] != after[slip.line - 1]


def test_what_is_not_there_cannot_be_planted():
    slip = Slip("a title", "tree.py", "no such line", "pass", "")
    with pytest.raises(ValueError, match="occurs 0 times"):
        slip.source()


def test_there_are_enough_and_all_are_killed():
    assert len({slip.title for slip in SLIPS}) == len(SLIPS) >= 60
    assert len({slip.module.partition("/")[0] for slip in SLIPS}) >= 8
    assert all("(" in slip.happened for slip in SLIPS)
    assert list(FOUND) == [slip.title for slip in SLIPS]
    assert {title: met for title, met in FOUND.items() if met.verdict != "killed"} == {}


def test_a_first_verdict_stays(tmp_path):
    found = {SLIPS[0].title: outside.Met("survived", "killed", "a.py::test")}
    outside.write(found, tmp_path / "outside.tsv")
    assert outside.read(tmp_path / "outside.tsv") == found
    assert outside.read(tmp_path / "nowhere.tsv") == {}


@pytest.mark.parametrize("slip", SLIPS, ids=[slip.title for slip in SLIPS])
def test_its_killer_kills_it(slip):
    """In a process of its own, which has not loaded `scratch`."""
    program = [sys.executable, "-m", "parity_tests.commands.strength.planted"]
    by = FOUND[slip.title].by
    done = subprocess.run([*program, slip.title, by], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout[-2000:] + done.stderr[-500:]
