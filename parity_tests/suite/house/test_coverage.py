"""The coverage table tells the truth about names, about what is tested, and about what is not."""

import re
from pathlib import Path

import pytest

import scratch
from parity_tests.commands import coverage
from scratch.context.absent import reason_for


@pytest.mark.parametrize(
    ("name", "thing", "mentioned"),
    [
        ("Dense", scratch.layers.Dense, True),
        ("NoSuchLayer", object(), False),
    ],
)
def test_a_name_counts_as_exercised_only_where_the_suite_names_it(name, thing, mentioned):
    assert coverage._is_mentioned("layers", name, thing) is mentioned


NAMED = {
    "keras.losses.Huber(0.5)": {("losses", "Huber")},
    "lambda k: k.optimizers.schedules.CosineDecay": {("schedules", "CosineDecay")},
    "keras.Model(x, y)": {("", "Model")},
    "o.einsum": {("ops", "einsum")},
    "from scratch import random as ours\nours.normal((3,))": {("random", "normal")},
    "from scratch.saving import load_model": {("saving", "load_model")},
    "for n in ('Huber', 'Dice'): getattr(k.losses, n)()": {("losses", "Huber"), ("losses", "Dice")},
    "np.random.normal(3)": set(),
    "'Huber'": set(),
    "getattr(k.losses, name) if name != 'Huber' else None": set(),
    "getattr(k.losses, name) if name not in ('Huber', 'Dice') else None": set(),
    "Case('einsum', lambda o: getattr(o, name)())": set(),
}


@pytest.mark.parametrize("source", NAMED)
def test_what_a_source_names(source):
    public = {("losses", "Huber"), ("losses", "Dice"), ("ops", "einsum"), ("random", "normal")}
    found = coverage.mentions_in(source)
    assert found >= NAMED[source]
    assert not (found - NAMED[source]) & public


def test_a_file_about_losses_names_them_by_strings():
    assert ("losses", "huber") in coverage.mentions_in("model.compile('sgd', 'huber')", "losses")
    assert ("losses", "huber") not in coverage.mentions_in("model.compile('sgd', 'huber')", "fits")


def test_one_thing_has_all_its_names():
    names = set(coverage._names_of(scratch.losses.mean_squared_error))
    spelled = ("mean_squared_error", "mse", "MSE")
    assert names == {(space, name) for space in ("losses", "metrics") for name in spelled}
    assert ("initializers", "zeros") in set(coverage._names_of(scratch.initializers.Zeros))
    assert {("", "Layer"), ("layers", "Layer")} <= set(coverage._names_of(scratch.Layer))
    assert not list(coverage._names_of(3))


def test_what_is_left_out_has_a_reason():
    assert reason_for("layers", "LSTM") == "recurrent networks"
    assert reason_for("layers", "Dense") is None


def test_what_is_missing_or_in_no_case_is_named():
    sets = [frozenset(names) for names in ({"A", "B", "C"}, {"A", "B"}, {"A"}, set())]
    row = coverage.Row("layers", *sets)
    assert row.missing == ["B"]
    assert row.untested == ["A"]
    assert "| `layers` | 3 | 2 | 1 | 0 |" in coverage.as_markdown([row])


@pytest.fixture(scope="module")
def table():
    pytest.importorskip("keras")
    return coverage.rows()


def test_all_that_is_promised_is_here_and_all_that_is_here_is_exercised(table):
    assert {row.namespace: row.missing for row in table if row.missing} == {}
    assert {row.namespace: row.untested for row in table if row.untested} == {}


def test_the_page_counts_the_same(table):
    path = Path(coverage.__file__).parents[2] / "examples" / "pages" / "contents.md"
    page = path.read_text(encoding="utf-8")
    counts: dict[str, list[tuple[int, int, int]]] = {}
    for row in table:  # the page has one line for all data sets
        home = row.namespace.partition(".")[0] if "datasets" in row.namespace else row.namespace
        counted = len(row.names), len(row.promised), len(row.present & row.promised)
        counts.setdefault(home, []).append(counted)
    lines = re.findall(r"^\| (`[^|]+`) \| (\d+) \| (\d+) \| (\d+) \|", page, re.MULTILINE)
    for namespaces, *numbers in lines:
        found = [row for name in re.findall(r"`([^`]+)`", namespaces) for row in counts.pop(name)]
        assert [sum(column) for column in zip(*found, strict=True)] == [int(n) for n in numbers]
    assert set(counts) == {"keras"}  # the classes that stand at the top as well
