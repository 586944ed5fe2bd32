"""Every row of the formulas, on `scratch` and on tf.keras; and no public name is without one."""

from typing import Any

import numpy as np
import pytest

from parity_tests import formulas
from parity_tests.findings import all_findings
from parity_tests.formulas import elsewhere, judging
from parity_tests.formulas.formula import Formula
from parity_tests.formulas.reasons import REASON_OF
from parity_tests.harness.engines import HAND, TAPE, Engine

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


@pytest.mark.parametrize("row", ROWS, ids=[row.expression for row in ROWS])
def test_on_keras(row):
    given = TAPE.run("parity_tests.formulas.asking:answers", [row.expression])
    assert disagreements(row, given[row.expression], "tf") == []


@pytest.mark.parametrize("library", ["jax", "torch"])
@pytest.mark.parametrize("row", ROWS, ids=[row.expression for row in ROWS])
def test_elsewhere(row, library):
    """What is so on TensorFlow may be so there; what is so there alone, `elsewhere` says."""
    engine = Engine(library, "eager")
    if engine.unavailable:
        pytest.skip(f"{library}: {engine.unavailable}")
    given = engine.run("parity_tests.formulas.asking:answers", [row.expression])[row.expression]
    told = {label: judging.difference(row, label, given[label]) for label in row.inputs}
    assert not {
        label: words
        for label, words in told.items()
        if words and not row.reason(label, library) and not elsewhere.reasons(row, label, library)
    }
    known = {reason for label in told for reason in elsewhere.reasons(row, label, library)}
    seen = {reason for label in told if told[label]
            for reason in elsewhere.reasons(row, label, library)}  # fmt: skip
    assert known == seen, "it does as documented: take these reasons out"


def test_a_reason_elsewhere_is_a_finding_or_a_sentence_about_rows_that_there_are():
    for reason in elsewhere.ROWS:
        assert reason.reason in FINDINGS or " " in reason.reason, reason
        for library in reason.libraries.split():
            assert library in ("jax", "torch")
            assert any(reason.speaks_of(r, label, library) for r in ROWS for label in r.inputs)


@pytest.mark.parametrize("row", ROWS, ids=[row.expression for row in ROWS])
def test_another_formula_would_be_noticed(row):
    """One that is a thousandth larger, or a thousandth instead of 0, on one of the inputs."""
    noticed = False
    for label in row.inputs:
        said, bounds = judging.expectation(row, label)
        if not isinstance(said, str):
            with np.errstate(all="ignore"):
                others = [np.where(value == 0, 0.001, value * 1.001) for value in said]
                same = map(judging.agrees, others, bounds, said)
                noticed = noticed or not all(np.all(part) for part in same)
    assert noticed


@pytest.mark.parametrize("row", ROWS, ids=[row.expression for row in ROWS])
def test_a_reason_is_a_finding_or_a_sentence_about_inputs_that_there_are(row):
    assert {*row.parts, *row.there} <= {*row.inputs, "all"}
    for reason in (*row.parts.values(), *row.there.values()):
        assert reason in FINDINGS or " " in reason, reason


FAR = Formula("of no library", np.var, {"": (np.array([1e8, 1e8 + 1, 1e8 + 2.5]),)})


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda x: np.mean((x - x.mean()) ** 2), ""),
        (lambda x: np.mean(x**2) - np.mean(x) ** 2, "formula: 1.0555"),
        (lambda x: np.array([x.var()]), "formula has shapes [()], answer [(1,)]"),
        (lambda x: np.array(np.nan), "answer: nan"),
        (lambda x: "ValueError: no", "answer: ValueError"),
    ],
    ids=["stable", "cancels", "another shape", "NaN", "refused"],
)
def test_what_is_told_of_an_answer(answer, told):
    given = answer(FAR.inputs[""][0])
    said = judging.difference(FAR, "", given if isinstance(given, str) else [np.asarray(given)])
    assert told in said if told else not said


def test_no_row_stands_twice():
    assert len({row.expression for row in ROWS}) == len(ROWS)


def test_every_public_name_has_a_row_or_a_reason():
    assert formulas.uncovered() == []


def test_a_reason_is_of_a_name_that_has_no_row():
    known, things = formulas.with_a_row(), formulas.public_things()
    assert [name for name in REASON_OF if name not in things or id(things[name]) in known] == []
