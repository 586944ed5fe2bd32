"""tf.keras beside `scratch`, live and recorded; runs saved as cases."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parity_tests import cases
from parity_tests.commands.playground import command, place
from parity_tests.harness import checks
from parity_tests.harness.engines import Engine
from parity_tests.harness.tolerances import FEW_ROUNDINGS, kappa_of, trajectory
from parity_tests.suite.playground.playing import PRESETS, Session, ask, dense, unpacked

recordings = place.module("recordings")
PLAYED = cases.of("played")
BOTH = {"engines": ["scratch", "tf"]}
ADAM = {"class": "Adam", "learning_rate": 0.02}


def begun(**state):
    session = Session("tf")
    ask(session, "new", state={**BOTH, **state})
    return session


@pytest.mark.parametrize(
    "state",
    [
        {"layers": dense(4, 3), "optimizer": ADAM},
        {"data": {"name": "three_clouds"}, "dtype": "float64", "batch_size": 9,
         "layers": [*dense(4), {"class": "Dropout"}, {"class": "BatchNormalization"}],
         "kernel_regularizer": {"class": "L2", "l2": 0.0078125}},
    ],
    ids=["adam", "dropout, float64"],
)  # fmt: skip
def test_both_stay_together_step_by_step(state):
    session = begun(**state)
    frame = unpacked(session.frame())
    assert frame["flags"] & 2
    assert not frame["values"].any()
    told = ask(session, "step", epochs=3)
    found = ask(session, "compare")
    assert found["step"] == told["step"]
    assert found["first_beyond"] is None
    for tensor in found["tensors"]:
        assert tensor["difference"] <= tensor["allowed"], tensor
    assert any(tensor["difference"] > 0 for tensor in found["tensors"])
    frame = unpacked(session.frame())
    n = len(found["tensors"])
    assert frame["values"][:n].tolist() == [t["difference"] for t in found["tensors"]]
    layout = ask(session, "new", state={**session.run.state})["layout"]
    assert [m["kind"] for m in layout["maps"]].count("difference") == session.run.targets.shape[1]
    assert layout["values"][0] == "difference/dense_1/kernel"


def test_the_first_step_beyond_the_bound_is_marked():
    session = begun(layers=dense(3))
    ask(session, "step", batches=5)
    kernel = session.run.twin.model.weights[2]
    kernel.assign(kernel.numpy() + 0.001)
    ask(session, "step", batches=5)
    found = ask(session, "compare")
    assert found["first_beyond"] == 6
    by_name = {tensor["name"]: tensor for tensor in found["tensors"]}
    assert by_name["output/kernel"]["first_beyond"] == 6
    frame = unpacked(session.frame())
    assert np.abs(frame["maps"][-1]).max() > 1e-5  # the map of the difference
    ask(session, "back", to=5)
    assert ask(session, "compare")["first_beyond"] is None


def test_what_is_changed_by_hand_is_changed_in_both():
    session = begun(layers=dense(3))
    ask(session, "edit", weight="output/bias", index=[0], value=2.0)
    ask(session, "set", learning_rate=0.5)
    ask(session, "step", batches=20)
    assert ask(session, "compare")["first_beyond"] is None
    assert session.run.twin.model.optimizer.learning_rate == 0.5


def test_an_update_in_both_columns():
    session = begun(layers=dense(3), optimizer=ADAM)
    ask(session, "step", batches=5)
    before = session.frame()[8:]
    told = ask(session, "arithmetic", weight="dense_1/kernel", index=[1, 2])
    assert session.frame()[8:] == before
    theirs = told["tf"]
    assert theirs["after"] == pytest.approx(told["after"], abs=FEW_ROUNDINGS)
    assert theirs["before"] != theirs["after"]
    assert [s["name"] for s in theirs["slots"]] == ["momentum", "velocity"]
    for slot, own in zip(theirs["slots"], told["slots"], strict=True):
        assert slot["after"] == pytest.approx(own["after"], rel=64 * FEW_ROUNDINGS)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_tensorflows_tape_in_the_gradient_check(dtype):
    session = begun(layers=dense(3), kernel_regularizer={"class": "L2", "l2": 0.0078125})
    ask(session, "step", batches=3)
    said = ask(session, "check", dtype=dtype)
    assert said["ways"]["tf"]["agrees"]
    assert "tf" in ask(session, "check", dtype=dtype, bug="tanh_slope")["caught"]


def test_both_behind_the_servers_socket():
    """Where every command may be followed in another thread."""
    testclient = pytest.importorskip("starlette.testclient")
    pytest.importorskip("httpx2")
    app = command.application(None)
    session = Session("tf")
    script = [
        {"command": "new", "state": {**BOTH, "layers": dense(3), "dtype": "float64"}},
        {"command": "step", "epochs": 2},
        {"command": "edit", "weight": "output/bias", "index": [0], "value": 1.0},
        {"command": "step", "batches": 3},
        {"command": "check"},
        {"command": "compare"},
    ]
    with (
        testclient.TestClient(app, base_url="http://localhost") as client,
        client.websocket_connect("/session", headers={"host": "localhost"}) as socket,
    ):
        for request in script:
            socket.send_text(json.dumps(request))
            answer = json.loads(socket.receive_text())
            assert answer == session.command(request)
        assert answer["first_beyond"] is None
        assert answer["against"] == "tf.keras, live"
        socket.send_text("frame")
        assert socket.receive_bytes() == session.frame()


# Recorded ---------------------------------------------------------------------------------------

PROGRAMME = recordings.programme()


def test_every_preset_is_recorded_with_every_optimizer():
    titles = [title for title, _ in PROGRAMME]
    assert len(titles) == len(set(titles))
    optimizers = place.module("choices").OPTIMIZERS
    for name in PRESETS:
        found = {t.split(", ")[1].split()[0] for t in titles if t.startswith(f"{name}, ")}
        # Keras has no rule of the perceptron.
        assert found == (set() if PRESETS[name][-1].get("rule") else set(optimizers)), name
    assert recordings.FILE.stat().st_size < 1_000_000
    with np.load(recordings.FILE) as held:
        assert held["losses"].shape == (len(PROGRAMME), recordings.STEPS)
        assert len(held["offsets"]) == len(PROGRAMME) + 1


# At these, a ReLU, an absolute value or a sign comes within a rounding of its bend, and two right
# runs part there: TensorFlow from itself too.
SOME = [i for i, (title, _) in enumerate(PROGRAMME) if i % 29 == 0]


@pytest.mark.parametrize("number", SOME, ids=[PROGRAMME[i][0] for i in SOME])
def test_a_run_keeps_to_its_recording(number):
    title, state = PROGRAMME[number]
    session = Session()
    new = ask(session, "new", state=state)
    assert new["recording"] == title
    ask(session, "step", batches=100)
    said = ask(session, "compare")
    assert title in said["against"]
    assert said["losses"]["ours"][0] == pytest.approx(said["losses"]["theirs"][0])
    assert said["first_beyond"] is None
    assert [one["step"] for one in said["weights"]] == [1, 10, 30, 100]
    for one in said["weights"]:
        assert one["difference"] <= one["allowed"]


def test_changed_settings_have_no_recording():
    session = Session()
    ask(session, "preset", name="circle")
    assert ask(session, "compare")["against"]
    ask(session, "edit", weight="output/bias", index=[0], value=1.0)
    assert ask(session, "compare")["against"] is None
    new = ask(session, "new", state={**PRESETS["circle"][-1], "batch_size": 11})
    assert new["recording"] is None
    said = ask(session, "compare")
    assert said["against"] is None
    assert "no recording" in said["why"]
    new = ask(session, "new", state={**PRESETS["circle"][-1], "resolution": 20})
    assert new["recording"]
    again = ask(session, "new", state=PRESETS["circle"][-1], keep="weights")
    assert again["recording"]  # they are those with which the recording begins
    ask(session, "step", batches=1)
    moved = ask(session, "new", state=PRESETS["circle"][-1], keep="weights")
    assert moved["recording"] is None


# Saved as cases ---------------------------------------------------------------------------------

SAVED: dict[str, dict[str, Any]] = {
    "spiral": {"data": {"name": "spiral"}, "layers": dense(4, 3), "optimizer": ADAM},
    "three_clouds": {
        "data": {"name": "three_clouds"},
        "layers": dense(4, activation="elu"),
        "optimizer": {"class": "SGD", "learning_rate": 0.1, "momentum": 0.9},
        "kernel_regularizer": {"class": "L2", "l2": 0.0078125},
    },
}


@pytest.mark.parametrize("name", SAVED)
def test_a_saved_case_is_a_case_of_the_suite(name):
    """The files in `cases/played` are what the session saves, but for how processors round."""
    session = Session()
    ask(session, "new", state=SAVED[name])
    step = ask(session, "step", epochs=1)["step"]
    said = ask(session, "save_case")
    begins = said["name"].rpartition("_")[0]
    (path,) = (Path(cases.__file__).parent / "played").glob(f"{begins}_*.json")
    saved, now = json.loads(path.read_text()), json.loads(said["text"])
    old, new = (np.concatenate([np.ravel(w) for w in one.pop("weights")]) for one in (saved, now))
    assert saved == now, f"write what the session saves into {path.name}"
    options = SAVED[name]["optimizer"]
    kappa = kappa_of(options["class"].lower(), options.get("momentum", 0.0))
    allowed = trajectory(step, kappa, "float32").relative * np.abs(old).max()
    assert np.abs(new - old).max() <= allowed
    assert f"played/{path.stem}" in {case.name for case in PLAYED}
    case = cases.find(f"played/{path.stem}")
    x, _, _ = case.data()
    assert np.array_equal(x, np.array(saved["x"], "float32"))
    assert case.batch_size == 10
    assert len(x) == case.steps * 10 == 80


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("case", PLAYED, ids=[case.name for case in PLAYED])
def test_saved_cases_are_replayed(case, precision, report):
    engine = Engine("tf", "graph", precision)
    report.check(f"saved in the playground, {precision}", case, checks.training(case, engine))
