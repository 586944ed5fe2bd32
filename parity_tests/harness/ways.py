"""Every case by every way to its derivative, for `pytest.mark.parametrize`."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest

from parity_tests.harness.case import Case
from parity_tests.harness.checks import DERIVATIVES

QUICK = 2  # cases of each component, by hand


def ways(cases: Iterable[Case]) -> dict[str, Any]:
    """The arguments `way, case`; the quick part of the suite holds a few of each component."""
    seen: Counter[str] = Counter()
    found = []
    for case in cases:
        seen[case.group] += 1
        for way in DERIVATIVES:
            quick = way == "by hand" and seen[case.group] <= QUICK
            marks = pytest.mark.quick if quick else ()
            found.append(pytest.param(way, case, id=f"{way}-{case.name}", marks=marks))
    return {"argnames": ("way", "case"), "argvalues": found}
