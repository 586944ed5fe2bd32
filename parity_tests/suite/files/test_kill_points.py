"""A kill and a failure at a sample of the calls by which files are written; all: `parity kills`."""

import pytest

from parity_tests.commands.kill_points import campaign
from parity_tests.commands.kill_points.writers import WRITERS

pytestmark = pytest.mark.skipif(bool(campaign.why_not()), reason=str(campaign.why_not()))
SAVES = [name for name in WRITERS if name.startswith("save")]


def test_nothing_is_lost():
    points = campaign.run("scratch", list(WRITERS), every=9)
    assert {point.writer for point in points} == set(WRITERS)
    assert len(points) >= 30
    assert [point for point in points if point.verdict] == []


@pytest.mark.parametrize("name", SAVES)
def test_who_writes(name):
    """One file, written by one function: h5py and zipfile touch nothing."""
    points = campaign.run("scratch", [name], trace=True)
    calls = [point.call for point in points if point.call != "mkdir"]
    assert calls[:2] == ["open", "chmod"]
    assert set(calls[2:-5]) == {"write"}
    assert calls[-5:] == ["fsync", "close", "close", "rename", "fsync"]
