"""Export, files, lessons."""

import base64
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parity_tests.commands.playground import place
from parity_tests.suite.playground.playing import PRESETS, Session, ask, dense, refused

LESSONS = place.module("lessons").LESSONS
FILES = place.module("protocol").FILES
L2 = {"class": "L2", "l2": 0.0078125}
SCHEDULE = {"class": "ExponentialDecay", "initial_learning_rate": 0.05, "decay_steps": 20,
            "decay_rate": 0.5}  # fmt: skip
STATES = [
    {"layers": dense(4, 3), "features": ["x", "x*y", "sin(y)"], "data": {"samples": 40}},
    {"data": {"name": "three_clouds", "samples": 30}, "layers": dense(3), "dtype": "float64",
     "optimizer": {"class": "Adam", "learning_rate": SCHEDULE}, "kernel_regularizer": L2},
    {"data": {"name": "hills", "samples": 40}, "shuffle": False, "loss": "huber",
     "layers": [*dense(4, kernel_initializer={"class": "HeNormal"}), {"class": "Dropout"}]},
    {"data": {"name": "coded_bits", "samples": 20}, "layers": dense(2), "batch_size": 7},
    {**PRESETS["as_tensorflow_playground"][-1], "data": {"name": "xor", "samples": 30}},
    {**PRESETS["strokes"][-1], "data": {"name": "strokes", "samples": 24}, "batch_size": 6},
    {"data": {"name": "three_clouds", "samples": 30}, "loss": "sparse_categorical_crossentropy",
     "layers": [{"class": "BatchNormalization"}, *dense(3)],
     "optimizer": {"class": "SGD", "learning_rate": 0.1, "momentum": 0.9}},
]  # fmt: skip


def weights_of(code):
    """What a program of ours ends with, in this process."""
    names: dict[str, Any] = {"__name__": "exported"}
    exec(compile(code, "exported", "exec"), names)
    return [np.asarray(w) for w in names["model"].get_weights()]


@pytest.mark.parametrize("state", STATES, ids=range(len(STATES)))
def test_the_code_for_scratch_makes_the_run_again_bit_by_bit(state, capsys):
    session = Session()
    ask(session, "new", state=state)
    ask(session, "step", epochs=2)
    run = session.run
    network = place.module("network")
    library = place.module("choices").library
    with network.precision(library, "float32"), network.policy(library, "float32"):
        code = ask(session, "export", what="code", library="scratch", epochs=2)["text"]
        found = weights_of(code)
    assert "loss:" in capsys.readouterr().out
    for a, v in zip(found, run.model.weights, strict=True):
        assert a.dtype == v.numpy().dtype
        assert np.array_equal(a, v.numpy())


@pytest.mark.parametrize("library", ["scratch", "keras"])
def test_the_code_runs_as_a_program_in_either_library(library, tmp_path):
    """And goes on from the weights of now; both print the loss that the session tells."""
    session = Session()
    ask(session, "new", state=STATES[1])
    ask(session, "step", epochs=2)
    code = ask(session, "export", what="code", library=library, epochs=1, weights=True)["text"]
    state = {
        **session.run.state,
        "weights": [v.numpy().tolist() for v in session.run.model.weights],
    }
    (tmp_path / "exported.py").write_text(code)
    done = subprocess.run(
        [sys.executable, "exported.py"], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(Path(place.CLONE)), "PATH": "", "TF_CPP_MIN_LOG_LEVEL": "3"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-1000:]
    printed = dict(line.split(": ") for line in done.stdout.splitlines() if "loss: " in line)
    ask(session, "new", state=state)
    told = ask(session, "step", epochs=1)
    digits = 1e-12 if library == "scratch" else 1e-9
    assert float(printed["loss"]) == pytest.approx(told["loss"], rel=digits)
    assert float(printed["test loss"]) == pytest.approx(told["test_loss"], rel=digits)


def test_what_a_learner_types_is_in_no_code():
    session = Session()
    text = '__import__("os"),b,c\n1,2,0\n3,4,1\n5,6,0\n'
    new = ask(session, "csv_in", text=text)
    assert new["points"]["names"][0] == '__import__("os")'
    code = ask(session, "export", what="code")["text"]
    assert "__import__" not in code
    compile(code, "exported", "exec")


@pytest.mark.parametrize("kind", FILES)
def test_weights_travel_in_a_file(kind):
    session, other = Session(), Session()
    for one in (session, other):
        ask(one, "new", state={"layers": [*dense(3), {"class": "BatchNormalization"}]})
    ask(session, "step", epochs=2)
    file = ask(session, "export", what=kind)
    assert file["name"].endswith(kind)
    told = ask(other, "load", name=file["name"], base64=file["base64"])
    mine, others = session.run.model.get_weights(), other.run.model.get_weights()
    assert all(map(np.array_equal, mine, others))
    assert told["loss"] == ask(session, "back", to=session.run.step)["loss"]
    ask(other, "new", state={"layers": dense(5)})
    before = other.frame()[8:]
    assert refused(other, "load", name=file["name"], base64=file["base64"])
    assert other.frame()[8:] == before


def packed(**arrays):
    held = io.BytesIO()
    np.savez_compressed(held, **arrays)
    return base64.b64encode(held.getvalue()).decode()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.pickle", "", "ends in"),
        ("a.npz", "!", "cannot be read"),
        ("a.npz", base64.b64encode(b"PK" * 50).decode(), "cannot be read"),
        ("a.npz", packed(a=np.zeros(3)), "other weights"),
        ("a.npz", packed(a=np.array([{}], object)), "other weights"),
        ("a.keras", base64.b64encode(b"nothing").decode(), "cannot be read"),
        ("a.weights.h5", base64.b64encode(b"nothing").decode(), "cannot be read"),
        ("a.safetensors", base64.b64encode(b"nothing").decode(), "cannot be read"),
        (None, None, "needs"),
        ("a.npz", packed(a=np.zeros(2_000_000)), "more than"),
    ],
    ids=range(10),
)
def test_files_that_are_none(name, text, said):
    session = Session()
    message = refused(session, "load", name=name, base64=text)
    assert said in message
    assert ask(session, "step")["step"] == 1


def test_a_pickle_inside_is_not_opened():
    session = Session()
    arrays = {name: np.array([print], object) for name in session.run.names}
    assert "cannot be read" in refused(session, "load", name="a.npz", base64=packed(**arrays))


def test_weights_that_are_not_finite_stay_outside():
    session = Session()
    arrays = {n: np.full(v.shape, np.nan) for n, v in zip(session.run.names,
              session.run.model.weights, strict=True)}  # fmt: skip
    assert "finite" in refused(session, "load", name="a.npz", base64=packed(**arrays))


# Lessons ----------------------------------------------------------------------------------------

ADAM = {"class": "Adam", "learning_rate": 0.03}
# How a learner passes: what is changed, and how many epochs are trained.
PASSES: dict[str, tuple[dict[str, Any], int]] = {
    "line": ({"layers": [], "optimizer": {"class": "SGD", "learning_rate": 0.1}}, 10),
    "xor": ({"layers": dense(4)}, 30),
    "feature": ({"features": ["x^2", "y^2"]}, 80),
    "perceptron": ({"features": ["x^2", "y^2"]}, 60),
    "zeros": ({"kernel_initializer": {"class": "GlorotUniform"}}, 30),
    "rate": ({"optimizer": {"class": "SGD", "learning_rate": 0.01}}, 20),
    "vanishing": ({"layers": dense(*[4] * 7, activation="tanh"), "optimizer": ADAM}, 60),
    "overfitting": ({"kernel_regularizer": {"class": "L2", "l2": 0.03}}, 100),
    "spiral": (
        {"layers": dense(8, 8), "optimizer": ADAM, "features": ["x", "y", "sin(x)", "sin(y)"]},
        100,
    ),
}


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_is_passed_by_what_it_teaches_and_not_before(name):
    session = Session()
    new = ask(session, "lesson", name=name)
    assert not ask(session, "check_lesson", name=name)["passed"]
    changes, epochs = PASSES[name]
    ask(session, "step", epochs=epochs)
    said = ask(session, "check_lesson", name=name)
    assert not said["passed"], "it is passed by pressing Play"
    assert said["answer"] is None
    ask(session, "new", state={**new["state"], "output": None, **changes})
    ask(session, "step", epochs=epochs)
    said = ask(session, "check_lesson", name=name)
    assert said["passed"], said
    assert said["answer"]
    ask(session, "preset", name="hills" if name != "zeros" else "perceptron")
    assert not ask(session, "check_lesson", name=name)["passed"]


def test_hello_tells_of_lessons():
    told = ask(Session(), "hello")
    assert len(told["lessons"]) >= 6
    for lesson in told["lessons"]:
        assert lesson["goal"]
        assert lesson["hint"]
        assert "answer" not in lesson
    json.dumps(told, allow_nan=False)
