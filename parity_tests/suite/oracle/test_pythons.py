"""`parity pythons`: which Pythons are found; each pair is tried, or left out with a reason."""

import os
import sys
import tomllib

import pytest
from typer.testing import CliRunner

from parity_tests.__main__ import app
from parity_tests.commands import pythons
from parity_tests.commands.pythons import NEWEST, NotToBeHadError, Pair

HERE = sys.version_info[:2]


@pytest.fixture
def here_alone(monkeypatch):
    """No Python but this one is looked for."""
    monkeypatch.setattr(pythons, "interpreters", lambda: {HERE: sys.executable})


posix = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are scripts of a shell")


def stand_in(path, says, fails=False):
    """A program that answers as a Python of some version does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\nexit {int(fails)}\n")
    path.chmod(0o755)
    return str(path)


@posix
def test_pythons_are_found_on_the_path_and_at_pyenv(tmp_path, monkeypatch):
    pyenv, path = tmp_path / "pyenv", tmp_path / "bin"
    monkeypatch.setenv("PYENV_ROOT", str(pyenv))
    monkeypatch.setenv("PATH", f"{path}:/nowhere")
    monkeypatch.setattr(pythons, "oldest_python", lambda: (3, 11))
    newest = stand_in(pyenv / "versions/3.20.0/bin/python", "3 20 final")
    stand_in(pyenv / "versions/3.11.1/bin/python", "3 11 final")
    on_path = stand_in(path / "python3.11", "3 11 final")
    stand_in(path / "python3.9", "3 9 final")  # too old
    stand_in(path / "python3.21", "3 21 beta")  # not out yet
    stand_in(path / "python3.12-config", "Usage: python3.12-config", fails=True)
    stand_in(path / "python3.13", "")  # without the module venv
    found = pythons.interpreters()
    assert found.pop(HERE, "") in (sys.executable, on_path)
    assert {**found, (3, 11): on_path} == {(3, 11): on_path, (3, 20): newest}
    assert list(found) == sorted(found)


def test_a_real_python_tells_its_version():
    assert pythons._version_of(sys.executable) == HERE
    assert pythons._version_of("/nowhere/python") is None


def test_the_oldest_python_is_the_one_that_the_package_promises():
    text = (pythons.ROOT / "pyproject.toml").read_text()
    assert f'target-version = "py{"".join(map(str, pythons.oldest_python()))}"' in text


def test_what_the_first_tier_needs_has_no_framework():
    project = tomllib.loads((pythons.ROOT / "pyproject.toml").read_text())["project"]
    needed = " ".join(project["optional-dependencies"]["first"] + project["dependencies"])
    assert not any(name in needed for name in ("tensorflow", "keras", "torch", "jax"))


def test_the_oldest_and_the_newest_of_both():
    here = {(3, 11): "a", (3, 12): "b", (3, 13): "c"}
    assert pythons.corners(here) == [Pair("a", "2.0"), Pair("c", NEWEST)]
    assert pythons.corners({}) == []


@pytest.mark.parametrize(
    ("python", "numpy", "expected"),
    [
        ("3.12", None, Pair("b", NEWEST)),
        ("3.12", "2.1", Pair("b", "2.1")),
        (None, "2.0", Pair("b", "2.0")),
        ("3.13", None, "left out: no Python 3.13 here"),
    ],
)
def test_one_pair_can_be_asked_for(python, numpy, expected):
    assert list(pythons.asked_for({(3, 11): "a", (3, 12): "b"}, python, numpy)) == [expected]


def with_steps(monkeypatch, *codes):
    monkeypatch.setattr(pythons, "environment", lambda pair, folder: sys.executable)
    steps = {f"step {i}": ["-c", code] for i, code in enumerate(codes)}
    monkeypatch.setattr(pythons, "STEPS", steps)


def ran(*options):
    return CliRunner().invoke(app, ["pythons", *options])


def test_all_steps_pass(monkeypatch, here_alone):
    with_steps(monkeypatch, "pass", "import sys")
    done = ran()
    assert done.exit_code == 0
    assert "NumPy 2.0" in done.output
    assert done.output.count("passed") == 2


def test_the_step_that_fails_is_told(monkeypatch, here_alone):
    with_steps(monkeypatch, "pass", "raise SystemExit(3)")
    done = ran()
    assert done.exit_code == 1
    assert "FAILED: step 1" in done.output


def test_what_cannot_be_had_is_left_out_with_the_reason(monkeypatch, here_alone):
    def environment(pair, folder):
        raise NotToBeHadError("ERROR: no wheel")

    monkeypatch.setattr(pythons, "environment", environment)
    done = ran()
    assert done.exit_code == 0
    assert "left out: ERROR: no wheel" in done.output


def test_a_failing_command_gives_its_last_error():
    code = "import sys; sys.exit('WARNING: slow\\nERROR: first\\nERROR: last\\nnotice')"
    with pytest.raises(NotToBeHadError, match="^ERROR: last$"):
        pythons._must([sys.executable, "-c", code])
    with pytest.raises(NotToBeHadError, match="nowhere"):
        pythons._must(["/nowhere/python"])


def test_an_environment_knows_nothing_of_this_one(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    assert "PYTHONPATH" not in pythons._clean()


@pytest.mark.parametrize("words", [("--python", "three"), ("--numpy", "2")])
def test_a_version_that_is_none_is_refused(words):
    done = ran(*words)
    assert done.exit_code == 2
    assert "is no version such as 3.12" in done.output
