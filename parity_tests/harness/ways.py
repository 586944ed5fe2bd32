"""Every case by every way to its derivative, for `pytest.mark.parametrize`."""

from collections.abc import Iterable
from typing import Any

import pytest

from parity_tests.harness.case import Case
from parity_tests.harness.checks import DERIVATIVES


def ways(cases: Iterable[Case]) -> dict[str, Any]:
    """The arguments `way, case`."""
    found = [
        pytest.param(way, case, id=f"{way}-{case.name}") for case in cases for way in DERIVATIVES
    ]
    return {"argnames": ("way", "case"), "argvalues": found}
