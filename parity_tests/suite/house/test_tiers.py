"""The tiers: who belongs to which, and that the list names what there is."""

import ast
from pathlib import Path

import pytest

from parity_tests import tiers

SUITE = Path(tiers.__file__).with_name("suite")


def functions(file):
    """The tests of a file."""
    tree = ast.parse((SUITE / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


NAMED = [*tiers.FIRST, *(late.tests for late in tiers.LATE)]


@pytest.mark.parametrize("test", NAMED)
def test_what_is_named_is_there(test):
    file, _, function = test.partition("::")
    assert (SUITE / file).is_file()
    assert not function or function in functions(file)


def test_nothing_is_named_twice():
    assert len(set(NAMED)) == len(NAMED)


def test_the_day_has_one_of_each_kind():
    class Case:
        def __init__(self, group):
            self.group = group

    test = "optimizers/schedules/test_schedules.py::test_float64"
    given = [(test, {"case": Case(group)}) for group in ("sgd", "sgd", "adam", "sgd", "adam")]
    assert list(tiers.of(given)) == ["day", "night", "day", "night", "night"]


def test_the_day_has_one_in_so_many():
    test = "losses/test_own_losses.py::test_as_in_keras"
    assert list(tiers.of([(test, {})] * 9)) == [*["day", "night", "night", "night"] * 2, "day"]


def test_in_float64_a_training_waits_for_the_night_unless_it_draws():
    class Case:
        def __init__(self, group):
            self.group = group

    test = "layers/test_layers.py::test_training"
    given = [
        (test, {"case": Case(group), "precision": precision})
        for group in ("dense", "dropout")
        for precision in ("float64", "float32")
    ]
    assert list(tiers.of(given)) == ["night", "day", "day", "day"]


@pytest.mark.parametrize(
    ("test", "tier"),
    [
        ("kernels/test_axpy.py::test_adds_a_multiple", "first"),
        ("losses/test_functions.py::test_loss", "day"),
        ("whole/test_lectures.py::test_verdicts", "night"),
    ],
)
def test_a_tier(test, tier):
    assert list(tiers.of([(test, {})])) == [tier]


def test_what_is_over_its_budget_is_told(monkeypatch):
    monkeypatch.setattr(tiers, "BUDGET", {"first": {"ops": 2.0}, "day": {"ops": 2.0}})
    within = tiers.Summary([("first", "ops", 1.5), ("day", "ops", 1.5), ("", "to begin", 9.0)])
    assert within.over() == []
    assert any("ops" in line and "1.5" in line for line in within.lines())
    over = tiers.Summary([("first", "ops", 1.5), ("first", "ops", 1.0), ("night", "ops", 99.0)])
    assert over.over()[-1] == "  first, ops: 2.5 CPU seconds of 2"
    long = tiers.Summary([("first", "ops", 1.5), ("day", "ops", 1.5), ("", "to begin", 800.0)])
    assert long.over()[-1] == "  day: 803 CPU seconds of 720 on 2 cores"


def test_every_test_of_the_night_is_in_a_campaign():
    late = {late.tests.partition("::")[0] for late in tiers.LATE}
    planned = [file for campaign in tiers.CAMPAIGNS for file in campaign.files]
    assert sorted(planned) == sorted(set(planned)), "a file in two campaigns"
    assert set(planned) == late
