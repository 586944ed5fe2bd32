"""`parity report`, quickly: the page says yes when all agrees and no when something is wrong."""

import json
from collections import Counter

import pytest
from typer.testing import CliRunner

from parity_tests import cases
from parity_tests.__main__ import app
from parity_tests.commands.whole_report import cells, measure, page, summary
from parity_tests.commands.whole_report.cells import Cell
from parity_tests.harness import engines
from parity_tests.harness.engines import Engine
from scratch.optimizers import Adam

PLAN = [
    Cell("layers", "dense/wide", engines.GRAPH),
    Cell("layers", "dense/wide", engines.TAPE),
    Cell("optimizers", "adam/plain", Engine("tf", "eager", "float32")),
]


def run(path, plan=PLAN):
    results = measure.run(plan, path, lambda cell, result: None)
    return [(cell, results[cell.key]) for cell in plan]


def test_the_command_writes_page_and_numbers(tmp_path):
    options = ["report", "--quick", "--output", str(tmp_path), "--fuzz", str(tmp_path / "none")]
    said = CliRunner().invoke(app, options)
    assert said.exit_code == 0, said.output
    assert "EVERYTHING AGREES" in said.output
    text = (tmp_path / "index.html").read_text()
    assert "Yes: everything agrees" in text
    assert "<script" not in text
    assert "http://" not in text.replace("http://www.w3.org", "")
    found = json.loads((tmp_path / "report.json").read_text())
    assert found["headline"]["holds"]
    seen = {c["name"] for room in found["matrix"] for c in room["components"]}
    assert seen >= {case.group for room in cases.MODULES for case in cases.of(room)} - {
        "fit", "stopped"
    }  # fmt: skip
    assert found["offenders"][0]["used"] == max(row["used"] for row in found["offenders"])
    assert {row["id"] for row in found["quirks"]} >= {"K1", "K2"}
    assert found["findings"]


def test_what_was_measured_is_kept_while_the_code_is_the_same(tmp_path, monkeypatch):
    path = tmp_path / "kept.jsonl"
    first = run(path)
    assert all(result.verdict in ("exact", "close") for _, result in first)

    def fails(cell):
        raise RuntimeError("measured again")

    monkeypatch.setattr(measure, "_expected", fails)
    assert run(path) == first
    monkeypatch.setattr(measure, "source", lambda engine: "another")
    again = run(path)
    assert {result.verdict for _, result in again} == {"refused"}
    assert "measured again" in again[0][1].worst


def test_a_planted_fault_turns_the_page_red(tmp_path, monkeypatch):
    original = Adam.coefficients
    monkeypatch.setattr(
        Adam, "coefficients", lambda self, t, lr: original(self, t + 1, lr)
    )  # off by one
    measured = run(tmp_path / "kept.jsonl")
    verdicts = {cell.name: result.verdict for cell, result in measured}
    assert verdicts == {"dense/wide": verdicts["dense/wide"], "adam/plain": "different"}
    head = summary.headline(measured)
    assert not head["holds"]
    assert head["red"] == 1
    worst = summary.offenders(measured)[0]
    assert worst["state"] == "red"
    assert worst["what"].startswith("adam/plain")
    room = summary.matrix(measured)[1]
    states = [c["state"] for c in room["components"][0]["cells"] if c]
    assert states == ["red"]


def test_an_engine_that_refuses_everything_proves_nothing(tmp_path, monkeypatch):
    def fails(cell):
        raise RuntimeError("the worker died")

    monkeypatch.setattr(measure, "_expected", fails)
    head = summary.headline(run(tmp_path / "kept.jsonl"))
    assert head["refused"] == len(PLAN)
    assert head["silent"] == ["adam", "dense"]
    assert not head["holds"]


def test_a_known_quirk_explains_and_must_still_be_there(tmp_path):
    cell = Cell("losses", "hinge/at the margin", engines.TORCH)
    if cell.engine.unavailable:
        pytest.skip(cell.engine.unavailable)
    (_, result), *_ = run(tmp_path / "kept.jsonl", [cell])
    assert result.verdict == "explained"
    assert not result.red
    assert "K9" in result.worst
    assert summary.explained([(cell, result)])[0]["cases"] == [cell.name]


def test_the_plan_reaches_every_component_and_compiles_few_of_its_cases():
    few, everything = cells.plan(), cells.plan(every_case=True)
    assert set(few) < set(everything)
    names = {cell.name for cell in everything if cell.engine.library == "tf"}
    assert names == {case.name for room in cases.MODULES for case in cases.of(room)}
    compiled = [c for c in few if c.engine == engines.XLA]
    sizes = Counter((cell.room, cell.case.group) for cell in compiled)
    assert max(sizes.values()) <= cells.OF_A_COMPONENT
    assert len({cell.key for cell in everything}) == len(everything)


def test_shares():
    assert page.share(0.123) == "12 %"
    assert page.share(0.001) == "< 1 %"
    assert page.share(None) == "over"
