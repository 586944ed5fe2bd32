"""Every row of the formulas, on `scratch` and on tf.keras; and that no public name is without one."""

from typing import Any

import numpy as np
import pytest

from parity_tests import formulas
from parity_tests.findings import all_findings
from parity_tests.formulas import judging
from parity_tests.formulas.formula import Formula
from parity_tests.harness.engines import HAND, TAPE

ROWS = formulas.all_formulas()
FINDINGS = {finding.name for finding in all_findings()}


def disagreements(row: Formula, given: dict[str, Any], library: str) -> list[str]:
    """The inputs on which an engine is not where the row says that it is."""
    found = []
    for label in row.inputs:
        told, reason = judging.difference(row, label, given[label]), row.reason(label, library)
        if told and not reason:
            found.append(f"{label}: {told}")
        if reason and not told:
            found.append(f"{label}: does as documented. Take the reason out: {reason}")
    return found


@pytest.mark.parametrize("row", ROWS, ids=[row.expression for row in ROWS])
def test_on_scratch(row):
    given = HAND.run("parity_tests.formulas.asking:answers", [row.expression])
    assert disagreements(row, given[row.expression], "scratch") == []


@pytest.fixture(scope="module")
def of_keras():
    return TAPE.run("parity_tests.formulas.asking:answers", [row.expression for row in ROWS])


@pytest.mark.parametrize("row", ROWS, ids=[row.expression for row in ROWS])
def test_on_keras(row, of_keras):
    assert disagreements(row, of_keras[row.expression], "tf") == []


@pytest.mark.parametrize("row", ROWS, ids=[row.expression for row in ROWS])
def test_another_formula_would_be_noticed(row):
    """One that is a thousandth larger, on one of the inputs at least."""
    noticed = False
    for label in row.inputs:
        said, bounds = judging.expectation(row, label)
        if not isinstance(said, str):
            with np.errstate(all="ignore"):
                same = [judging.agrees(v * 1.001, b, v) for v, b in zip(said, bounds, strict=True)]
            noticed = noticed or not all(np.all(part) for part in same)
    assert noticed


@pytest.mark.parametrize("row", ROWS, ids=[row.expression for row in ROWS])
def test_a_reason_is_a_finding_or_a_sentence_about_inputs_that_there_are(row):
    assert {*row.parts, *row.there} <= {*row.inputs, "all"}
    for reason in (*row.parts.values(), *row.there.values()):
        assert reason in FINDINGS or " " in reason, reason


def test_no_row_stands_twice():
    assert len({row.expression for row in ROWS}) == len(ROWS)
