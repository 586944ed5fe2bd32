"""What `parity mutate` stands on: its choice of mutants, its recorded answers, its statistics."""

import re

import pytest

pytest.importorskip("cosmic_ray", reason="needs the extra `dev`")
pytest.importorskip("coverage", reason="needs the extra `dev`")

from parity_tests.commands.strength import equivalent, killing, mutants, mutation, replay
from parity_tests.harness import worker


def test_a_sample_is_fair_and_every_mutant_compiles():
    chosen, counts = mutants.sample("", 60, seed="3")
    rooms = [mutants.room(mutant.module) for mutant in chosen]
    assert set(rooms) == set(counts)
    assert len(chosen) > 55
    for mutant in chosen:
        source = mutant.source()
        assert source != mutant.path.read_text()
        compile(source, mutant.module, "exec")
    first = mutants.sample("optimizers", 12, seed="3")[0]
    assert mutants.sample("optimizers", 12, seed="3")[0] == first
    assert mutants.sample("optimizers", 12, seed="4")[0] != first


def test_every_room_gets_its_share():
    assert mutants.shares({"ops": 900, "data": 90, "tape": 10}, 100) == {
        "ops": 90, "data": 9, "tape": 1,
    }  # fmt: skip
    assert mutants.shares({"ops": 1000, "tape": 1}, 10) == {"ops": 9, "tape": 1}
    assert mutants.shares({"ops": 2, "tape": 1}, 10) == {"ops": 2, "tape": 1}


def test_verdicts_are_kept(tmp_path):
    table: dict[mutation.Key, killing.Outcome] = {
        ("a.py", "core/AddNot", "0", "if x:", "if not x:"): killing.Outcome("killed", "t.py::t"),
        ("a.py", "core/AddNot", "1", 'if "\t":', 'if not "\t":'): killing.Outcome("timeout"),
    }
    mutation.write(table, tmp_path / "verdicts.tsv")
    assert mutation.read(tmp_path / "verdicts.tsv") == table
    assert [found.alive for found in table.values()] == [False, True]
    assert mutation.read(tmp_path / "nowhere.tsv") == {}


def test_annotations_and_messages_are_spared():
    module = "regularizers/regularizers.py"
    assert " | None" in (mutants.ROOT / "scratch" / module).read_text()
    assert not [name for _, name, _ in mutants.places(module) if "BitOr" in name]
    chosen = mutants.sample(module, None, "0")[0]
    assert len(chosen) > 30
    assert not [mutant for mutant in chosen if mutant.before.strip().startswith(("raise", 'f"'))]


def test_what_is_left_out_of_the_suite_is_there():
    suite = mutants.ROOT / "parity_tests" / "suite"
    for name in (*killing.LEFT_OUT, *killing.SEES):
        assert (suite / name).exists(), name


def test_every_explained_mutant_still_exists():
    for module, before, after in equivalent.ROWS:
        lines = {
            " ".join(line.split())
            for line in (mutants.ROOT / "scratch" / module).read_text().splitlines()
        }
        assert before in lines, f"{module}: {before}"
        assert after != before


def test_answers_are_played_back(monkeypatch):
    monkeypatch.setattr(worker.Worker, "__init__", lambda self: None)
    monkeypatch.setattr(
        worker.Worker, "call", lambda self, function, /, *args, **kwargs: [function, *args]
    )
    answers: replay.Answers = {}
    with replay.recording(answers):
        assert worker.Worker().call("a:b", 1, c=2) == ["a:b", 1]
    monkeypatch.undo()
    with replay.playing(answers):
        asked = worker.Worker({"no": "process"})
        assert asked.call("a:b", 1, c=2) == ["a:b", 1]
        with pytest.raises(pytest.skip.Exception, match="no answer to a:b"):
            asked.call("a:b", 2, c=2)


def test_a_question_is_known_in_another_folder(tmp_path):
    path, other = tmp_path / "a", re.sub(r"pytest-\d+", "pytest-999", f"{tmp_path}/a")
    assert other != str(path)
    keys = [replay._key("f", ([x], {"b": 1}), {"path": x}) for x in (str(path), other)]
    assert keys[0] == keys[1]
    assert keys[0] != replay._key("f", (["/elsewhere/a"], {"b": 1}), {"path": other})


def test_a_test_that_fails_on_the_original_kills_nobody(tmp_path, monkeypatch):
    mutant = mutants.sample("variables/indexed_slices.py", 1, seed="1")[0][0]
    seconds, failed = {"a": 0.1, "b": 0.2}, list[str]()
    monkeypatch.setattr(
        killing,
        "_loaded",
        {
            tmp_path / "map.pickle": ({mutant.module: {mutant.line: ["a", "b"]}}, seconds, failed),
            tmp_path / "answers.pickle": {},
        },
    )

    def fork(work, limit):
        first = killing.tests_for(mutant, tmp_path)[0]
        (tmp_path / "killers.txt").write_text(first)
        return 1

    monkeypatch.setattr(killing, "_in_fork", fork)
    monkeypatch.setattr(killing, "_is_sound", lambda test, folder: test == "b")
    assert killing.outcome(mutant, tmp_path) == ("killed", "b")
    assert killing.tests_for(mutant, tmp_path) == ["b"]
    assert failed == ["a"]


def test_machine_code_meets_what_compares_it_with_its_definition(tmp_path, monkeypatch):
    night, other = f"parity_tests/suite/{killing.THE_NIGHT[0]}::test_a", "t.py::test_b"
    module = f"{killing.COMPILED}optimizers.py"
    lines = {module: {1: [other]}, "kernels/tape.py": {1: [other]}}
    found = (lines, {night: 0.1, other: 0.2, "u.py::test_c": 0.1}, list[str]())
    monkeypatch.setattr(killing, "_loaded", {tmp_path / "map.pickle": found})

    def met(module, line):
        mutant = mutants.Mutant(module, "core/AddNot", 0, line, "", "")
        return killing.tests_for(mutant, tmp_path)

    assert met(module, 1) == [other]
    assert met(module, 2) == [night, other]
    assert met("kernels/tape.py", 2) == [other]


def test_the_confidence_interval_is_wilsons():
    low, high = mutation.interval(95, 100)
    assert (round(low, 4), round(high, 4)) == (0.8882, 0.9785)
    assert mutation.interval(0, 0) == (0.0, 1.0)


def test_a_process_that_has_loaded_scratch_is_refused():
    with pytest.raises(RuntimeError, match="on its own"):
        killing.forbid_scratch(["numpy", "scratch.ops"])
    killing.forbid_scratch(["scratchpad"])
