"""Invariants hold of every public class, or a row says why not, and is true; and all are asked."""

import re

import pytest

pytest.importorskip("hypothesis")

import scratch
from parity_tests import findings
from parity_tests.harness.engines import Engine
from parity_tests.invariants import by_design, covered, judging
from parity_tests.invariants.drawing import FAMILIES
from parity_tests.invariants.judging import Question

QUICK = ("losses", "regularizers", "constraints", "initializers", "optimizers.schedules", "utils")
QUESTIONS = {
    family: [q for q in judging.questions() if q.subject.rpartition(".")[0] == family]
    for family in FAMILIES
}
MANY = 100
KNOWN = [
    (row, question)
    for row in by_design.ROWS
    for question in judging.questions()
    if row.invariant == question.invariant and row.names(question.subject)
]


def all_hold(family, examples, library="scratch"):
    """Asks a family in an engine; what is broken, as programs."""
    engine = Engine(library, "hand" if library == "scratch" else "eager")
    if why := engine.unavailable:
        pytest.skip(why)
    asked = [
        engine.run(f"{judging.__name__}:ask_there", q.subject, q.invariant, examples)
        for q in QUESTIONS[family]
    ]
    return [found for found in asked if found not in ("", "known")]


@pytest.mark.parametrize("family", QUICK)
def test_of_what_is_quick(family):
    assert all_hold(family, 2) == []


@pytest.mark.parametrize("family", [family for family in FAMILIES if family not in QUICK])
def test_of_what_trains(family):
    assert all_hold(family, 1 if family == "layers" else 2) == []


@pytest.mark.parametrize("family", FAMILIES)
def test_with_many_samples(family):
    assert all_hold(family, MANY) == []


@pytest.mark.parametrize("library", ["tf", "jax", "torch"])
@pytest.mark.parametrize("family", FAMILIES)
def test_of_keras(family, library):
    assert all_hold(family, 2, library) == []


@pytest.mark.parametrize(
    ("row", "question"), KNOWN, ids=[f"{question}-{row.where}" for row, question in KNOWN]
)
def test_what_is_known_to_break_one_really_does(row, question):
    if "scratch" not in row.on:
        pytest.skip(f"only on {', '.join(row.on)}")
    assert judging.counterexample(question, scratch, examples=3 * MANY, only=row)


def test_what_is_rare_is_searched_for_again():
    rare = by_design.Row("layers.Conv1D", "channels first", "of one in 35", "activation='softmax'")
    asked = Question("layers.Conv1D", "channels first")
    assert "softmax" in judging.counterexample(asked, scratch, examples=MANY, only=rare)


def test_every_row_speaks_of_a_question_and_says_why():
    assert [row for row in by_design.ROWS if row not in [known for known, _ in KNOWN]] == []
    names = {finding.name for finding in findings.all_findings()}
    for row in by_design.ROWS:
        assert row.reason
        assert not row.finding or row.finding in names


def test_every_public_name_is_asked_or_has_a_reason():
    reasons = covered.not_asked()
    assert reasons.pop("NO REASON", []) == []
    found = [name for names in reasons.values() for name in names]
    idle = [
        pattern
        for patterns in covered.REASONS.values()
        for pattern in patterns.split()
        if not any(covered.fnmatch.fnmatchcase(name, pattern) for name in found)
    ]
    assert idle == [], "these patterns leave nothing out any more"


def test_a_fault_is_found_and_shrunk_to_a_program(monkeypatch):
    update = scratch.metrics.Mean.update_state

    def faulty(self, values, sample_weight=None):
        update(self, values[-2:], None if sample_weight is None else sample_weight[-2:])

    monkeypatch.setattr(scratch.metrics.Mean, "update_state", faulty)
    script = judging.counterexample(Question("metrics.Mean", "cut in two"), scratch, examples=50)
    assert "(3, 2)" in script, "three rows are the least that show it"
    names: dict = {}
    exec(
        compile(script.replace("import keras", "import scratch as keras"), "script", "exec"), names
    )
    assert names["make"]().result() == 0


def test_a_class_that_takes_nothing_is_not_passed_over(monkeypatch):
    monkeypatch.setitem(judging.drawing.USES, "losses", lambda s: s.nothing)
    with pytest.raises(judging.UnaskedError):
        judging.counterexample(Question("losses.Huber", "cut in two"), scratch)


def test_the_same_samples_every_time():
    seen = []
    invariant = judging.questions()[Question("losses.Huber", "cut in two")]
    for _ in range(2):
        found: list[str] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                judging,
                "_broken",
                lambda i, k, sample, found=found: found.append(sample.script) or "",
            )
            judging.counterexample(Question("losses.Huber", "cut in two"), scratch, examples=5)
        seen.append(found)
    assert seen[0] == seen[1] and len(seen[0]) > 2
    assert re.match(r"[a-z]", invariant.name) and invariant.says
