"""The battery, one test a lane: what planted faults and mutants meet must be green without them."""

import pytest

from parity_tests.harness import battery

LANES = battery.lanes()


@pytest.mark.parametrize(
    "lane", LANES, ids=[f"{scenario}: {case.name}" for case, scenario in LANES]
)
def test_green(lane, report):
    result = battery.run([lane])[lane]
    if isinstance(result, Exception):
        raise result
    report.check(f"battery, {lane[1]}", lane[0], result)
