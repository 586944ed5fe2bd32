"""The names that programs use most have an example each; it prints the same in both libraries."""

import importlib.util
import os
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import scratch
from parity_tests.docs.by_name import FOLDER, Example, FailedError, by_thing, examples, found

EXAMPLES = list(examples())
FASHION_MNIST = os.environ.get("FASHION_MNIST_DIR")


def named(example: Example) -> str:
    return example.names[0]


def skip_without_what_it_needs(example: Example, keras: Any):
    if keras is scratch:
        pass  # which draws and writes logs by itself
    elif "utils.plot_model" in example.names and not (
        shutil.which("dot") and importlib.util.find_spec("pydot")
    ):
        pytest.skip("Keras needs Graphviz's program dot, and pydot")
    elif example.names[0] == "callbacks.TensorBoard":
        pytest.importorskip("tensorboard", reason="what Keras writes its logs with")
    if example.names[0].startswith("datasets.") and not FASHION_MNIST:
        pytest.skip("needs $FASHION_MNIST_DIR")


@pytest.mark.parametrize("example", EXAMPLES, ids=named)
def test_it_prints_in_scratch_what_stands_there(example, tmp_path, monkeypatch):
    skip_without_what_it_needs(example, scratch)
    monkeypatch.chdir(tmp_path)
    example.run(scratch, np=np)


@pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")
@pytest.mark.parametrize("example", EXAMPLES, ids=named)
def test_it_prints_the_same_in_keras(example, tmp_path, monkeypatch, keras_afresh):
    import keras

    skip_without_what_it_needs(example, keras)
    if example.names[0].startswith("datasets."):  # Keras looks in its cache alone
        cache = tmp_path / "cache" / "datasets"
        cache.mkdir(parents=True)
        (cache / "fashion-mnist").symlink_to(Path(str(FASHION_MNIST)), target_is_directory=True)
        monkeypatch.setattr("keras.src.backend.config._KERAS_DIR", str(cache.parent))
        monkeypatch.setattr("urllib.request.urlopen", None)
    monkeypatch.chdir(tmp_path)
    example.run(keras, np=np)


def test_sixty_names_have_one():
    assert len({name for example in EXAMPLES for name in example.names}) >= 60
    assert len(EXAMPLES) >= 60


@pytest.mark.parametrize("example", EXAMPLES, ids=named)
def test_it_is_of_the_name_and_uses_it(example):
    things = [found(scratch, name) for name in example.names]
    assert all(thing is things[0] for thing in things)
    sessions = "\n".join(example.sessions)
    assert any(re.search(rf"\bkeras\.{re.escape(name)}\b", sessions) for name in example.names)
    # A session that shows nothing could not fail.
    assert all(
        re.search(r"^(?!>>>|\.\.\.)\S", session, re.MULTILINE) for session in example.sessions
    )


def test_names_stand_once_and_in_their_file():
    names = [name for example in EXAMPLES for name in example.names]
    assert len(set(names)) == len(names)
    for path in FOLDER.glob("*.md"):
        written = re.findall(r"^## `([^`]+)`", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert written and all(name.startswith(f"{path.stem}.") for name in written)


def test_every_example_is_found_by_its_class_or_function():
    assert len(by_thing(scratch)) == len(EXAMPLES)


@pytest.mark.parametrize("wrong", [">>> 1 + 1\n3\n", ">>> keras.nothing\n", ">>> 1\n"])
def test_a_wrong_one_fails(wrong):
    with pytest.raises(FailedError):
        Example(("x",), f"```pycon\n{wrong}```").run(scratch)


def test_sessions_know_nothing_of_each_other():
    two = "```pycon\n>>> a = 1\n```\n```pycon\n>>> a\n1\n```"
    with pytest.raises(FailedError, match="NameError"):
        Example(("x",), two).run(scratch)
