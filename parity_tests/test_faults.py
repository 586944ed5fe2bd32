"""The suite's own strength: every planted fault is caught and its component named."""

import time

import pytest

from parity_tests.harness import battery
from parity_tests.harness.blame import diagnose
from parity_tests.harness.faults import FAULTS, NULL_CHANGES


@pytest.fixture(scope="module", autouse=True)
def reference():
    """Nothing is planted: everything is green."""
    for result in battery.run().values():
        if isinstance(result, Exception):
            raise result
        result.check()


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_caught(fault, report):
    begin = time.perf_counter()
    with fault.plant():
        diagnosis = diagnose(battery.run())
    assert diagnosis.red, "not caught"
    assert fault.component in diagnosis.blamed, (
        f"caught, but blamed on {diagnosis.suspects[:4]} ({diagnosis.stage}): {diagnosis.witness}"
    )
    report.note(
        f"fault caught: {fault.name:42} blamed on {', '.join(sorted(diagnosis.blamed)):24} "
        f"{len(diagnosis.red):3} cases  {time.perf_counter() - begin:.1f} s  {diagnosis.witness}"
    )


@pytest.mark.parametrize("change", NULL_CHANGES, ids=[change.name for change in NULL_CHANGES])
def test_null_changes_stay_green(change):
    with change.plant():
        diagnosis = diagnose(battery.run())
    assert not diagnosis.red, diagnosis.witness


def test_there_are_enough():
    assert len(FAULTS) >= 20
    assert len(NULL_CHANGES) >= 5
