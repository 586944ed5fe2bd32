"""The suite's own strength: every planted fault is caught and its component named.

Here each fault meets the cases that concern it; `parity faults` runs the whole battery on each.
That they are green without a fault is `test_battery`'s matter.
"""

import json

import pytest

from parity_tests.commands.strength import sensitivity
from parity_tests.commands.strength.faults import planted
from parity_tests.harness import battery
from parity_tests.harness.blame import diagnose
from parity_tests.harness.faults import FAULTS, NULL_CHANGES
from parity_tests.harness.faults.fault import method, rewritten
from scratch.optimizers import Optimizer


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_caught(fault, report):
    line = planted("scratch", fault, battery.concerning(fault.component, most=20))
    assert line.caught, "not caught"
    assert line.named, f"caught, but blamed on {line.blamed}: {line.said}"
    assert json.dumps(line.as_json())
    report.note(
        f"fault caught: {fault.name:46} blamed on {', '.join(line.blamed):24} "
        f"{line.red:3} of {line.of} cases  {line.said}"
    )


@pytest.mark.parametrize("change", NULL_CHANGES, ids=[change.name for change in NULL_CHANGES])
def test_null_changes_stay_green(change):
    with change.plant():
        diagnosis = diagnose(battery.run(battery.lanes()[::3]))
    assert not diagnosis.caught, str(diagnosis)


def test_there_are_enough():
    assert len(FAULTS) >= 60
    assert len(NULL_CHANGES) >= 20
    names = [fault.name for fault in FAULTS + NULL_CHANGES]
    assert len(set(names)) == len(names)


def test_a_rewritten_line_must_be_there():
    with (
        pytest.raises(ValueError, match="occurs 0 times"),
        rewritten("scratch.network.network:Network.want_dx", "no such line", "pass")(),
    ):
        pass


def test_a_fault_must_take_the_arguments_of_what_it_stands_for():
    planting = method(Optimizer, "attach", lambda original, self, storage: None)
    with pytest.raises(TypeError, match="too many positional"), planting():
        pass


@pytest.mark.parametrize(
    ("option", "precision"), [("learning_rate", "float64"), ("learning_rate", "float32")]
)
def test_a_learning_rate_is_watched_to_the_last_digits(option, precision, report):
    """A change of some roundings is noticed; one below a rounding is not."""
    users = next(u for kind, name, u in sensitivity.options() if (kind, name) == ("sgd", option))
    found = sensitivity.smallest("sgd", option, users[:3], precision)
    assert found.change is not None
    report.note(f"smallest change of SGD's learning rate noticed, {precision}: {found.change:.1e}")
    unit = 2.0**-53 if precision == "float64" else 2.0**-24
    assert unit < found.change < 1000 * unit
