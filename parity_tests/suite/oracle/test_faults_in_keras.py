"""The suite as an oracle for Keras: faults in its optimizers, losses, layers are found and named.

Here each fault meets a handful of cases; `parity faults` runs the whole battery on each.
"""

import pytest

from parity_tests.commands.strength.faults import planted
from parity_tests.harness import battery
from parity_tests.harness.faults import KERAS_FAULTS, KERAS_NULL_CHANGES


@pytest.mark.parametrize("fault", KERAS_FAULTS, ids=[fault.name for fault in KERAS_FAULTS])
def test_caught(fault, report):
    line = planted("keras", fault, battery.concerning(fault.component, most=3, neighbours=1))
    assert line.caught, "not caught"
    assert line.named, f"caught, but blamed on {line.blamed}: {line.said}"
    report.note(
        f"fault in Keras caught: {fault.name:46} blamed on {', '.join(line.blamed):24} {line.said}"
    )


@pytest.mark.parametrize("change", KERAS_NULL_CHANGES, ids=[c.name for c in KERAS_NULL_CHANGES])
def test_null_changes_stay_green(change):
    line = planted("keras", change, battery.lanes()[::20])
    assert not line.caught, line.said


def test_there_are_enough():
    assert len(KERAS_FAULTS) >= 40
    assert len({fault.name for fault in KERAS_FAULTS}) == len(KERAS_FAULTS)
