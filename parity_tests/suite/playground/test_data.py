"""Data sets, own points, CSV, links."""

import json
from typing import Any

import numpy as np
import pytest

from parity_tests.commands.playground import place
from parity_tests.harness.tolerances import FEW_STEPS
from parity_tests.suite.playground.playing import Session, ask, dense, refused

DATA = place.module("data").DATA
links = place.module("links")


@pytest.mark.parametrize("name", DATA)
def test_a_data_set_is_what_it_says(name):
    made = DATA[name]
    for noise in (0.0, 0.5):
        x, y = made.draw(np.random.default_rng(3), 200, noise)
        again, _ = made.draw(np.random.default_rng(3), 200, noise)
        other, _ = made.draw(np.random.default_rng(4), 200, noise)
        assert np.array_equal(x, again)
        assert not np.array_equal(x, other) or name == "coded_bits"
        assert x.shape == (200, *(made.shape or (len(made.inputs),)))
        assert np.isfinite(x).all()
        if made.inputs and made.kind != "autoencoder":
            assert np.abs(x).max() <= 6
        if made.kind == "classification":
            counts = np.bincount(y, minlength=made.classes)
            assert len(counts) == made.classes
            assert counts.min() > 200 / made.classes / 4
        elif made.kind == "regression":
            assert 0.1 < np.ptp(y) < 4
        else:
            assert y is None


@pytest.mark.parametrize(
    "name", [n for n, d in DATA.items() if d.inputs and d.kind != "autoencoder"]
)
def test_noise_makes_it_harder(name):
    """Of the nearest neighbour's label less can be told."""

    def right(noise):
        x, y = DATA[name].draw(np.random.default_rng(0), 400, noise)
        flat = x.reshape(len(x), -1)
        away = np.linalg.norm(flat[:, None] - flat, axis=2)
        np.fill_diagonal(away, np.inf)
        return -np.abs(y[away.argmin(axis=1)] - y).mean()

    assert right(0.5) < right(0.0)


def test_the_share_and_the_seed_divide_the_points():
    session = Session()
    new = ask(session, "new", state={"data": {"samples": 100, "train_share": 0.3}})
    assert sum(new["points"]["train"]) == 30
    again = ask(session, "new", state={"data": {"samples": 100, "train_share": 0.3}})
    assert again["points"] == new["points"]
    half = ask(session, "new", state={"data": {"samples": 100, "train_share": 0.5}})
    assert half["points"]["inputs"] == new["points"]["inputs"]


def test_features_are_functions_of_the_inputs():
    session = Session()
    names = ["x", "y", "x^2", "y^2", "x*y", "sin(x)", "sin(y)"]
    new = ask(session, "new", state={"features": names, "dtype": "float64"})
    x, y = np.array(new["points"]["inputs"]).T
    expected = np.stack([x, y, x**2, y**2, x * y, np.sin(x), np.sin(y)], axis=1)
    assert np.array_equal(session.run.x, expected)
    assert new["layers"][0]["names"] == names
    kinds = [m["name"] for m in new["layout"]["maps"] if m["kind"] == "input"]
    assert kinds == names


def test_points_are_added_and_removed_while_weights_stay():
    session = Session()
    ask(session, "new", state={"layers": dense(3), "data": {"samples": 20}})
    ask(session, "step", batches=5)
    weights = session.run.model.get_weights()
    before = session.run.samples.inputs.tolist()
    new = ask(session, "points", add=[[1.5, -2.5, 1]], remove=[0, 3])
    assert new["state"]["data"]["name"] == "points"
    after = new["points"]["inputs"]
    assert [1.5, -2.5] in after
    assert len(after) == 19
    assert before[0] not in after
    assert before[3] not in after
    assert all(map(np.array_equal, weights, session.run.model.get_weights()))
    new = ask(session, "points", clear=True)
    assert new["points"]["inputs"] == []
    assert "no points" in refused(session, "step", batches=1)
    assert session.frame()
    for point in ([1, 1, 0], [-1, 1, 1], [2, 2, 0], [-2, -2, 1]):
        ask(session, "points", add=[point])
    assert ask(session, "step", epochs=1)["epoch"] == 1
    new = ask(session, "points", add=[[0, 0, 2]])
    assert new["classes"] == 3
    assert new["state"]["loss"] == "categorical_crossentropy"
    assert new["layers"][-1]["units"] == 3


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([[1, 2]], "same number of columns"),
        ([[1, 2, 0.5]], "whole number"),
        ([[1, 2, 11]], "between"),
        ([[1, None, 0]], "number"),
        ([[1e300, 2, 0]], "number"),
        ([3], "list"),
        ([[1, 2, 0]] * 6000, "5000"),
    ],
)
def test_points_that_are_none(points, said):
    session = Session()
    ask(session, "new", state={"data": {"name": "points", "points": [[0, 0, 0], [1, 1, 1]]}})
    assert said in refused(session, "points", add=points)


@pytest.mark.parametrize("name", ["xor", "three_clouds", "hills", "sine", "coded_bits"])
def test_csv_goes_out_and_comes_back(name):
    session, other = Session(), Session()
    new = ask(session, "new", state={"data": {"name": name, "samples": 40}})
    text = ask(session, "csv_out")["text"]
    assert len(text.splitlines()) == 41
    back = ask(other, "csv_in", text=text, kind=new["kind"])
    assert back["points"]["names"] == new["points"]["names"]
    assert sorted(back["points"]["inputs"]) == sorted(new["points"]["inputs"])
    if new["points"]["labels"] is not None:
        assert sorted(back["points"]["labels"]) == sorted(new["points"]["labels"])
    assert ask(other, "step", epochs=1)["loss"] is not None


def test_csv_of_many_inputs_and_other_marks():
    session = Session()
    rows = "\n".join(f"{i};{i % 3};{i * 0.5};{-i};{i % 2}" for i in range(12))
    new = ask(session, "csv_in", text="a;b;c;d;what\n" + rows)
    assert new["points"]["names"] == ["a", "b", "c", "d"]
    assert new["kind"] == "classification"
    assert new["layers"][0]["units"] == 4
    ask(session, "step", epochs=1)
    session.frame()
    assert ask(session, "csv_in", text="1,2,3.5\n3,4,-1.25")["kind"] == "regression"
    assert ask(session, "csv_in", text="1\t2\n3\t4", kind="autoencoder")["kind"] == "autoencoder"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("   \n ", "empty"),
        ("a,b,c", "no points"),
        ("1,2,3\n1,2", "Line 2"),
        ("1,2,3\n1,2,x", "Line 2"),
        ("1,2,nan", "no points"),
        (",".join("1" * 20), "columns"),
        ("1,2,3\n" * 6000, "5000"),
        ("1" * 1_000_001, "characters"),
        ("1,2,3\n4,5,6", "finite"),
        (7, "empty"),
        ('a,b\n"1,2', "Line 2"),
    ],
    ids=range(11),
)
def test_csv_that_is_none(text, said):
    session = Session()
    if said == "finite":
        assert ask(session, "csv_in", text=text)["kind"] == "classification"
    else:
        assert said in refused(session, "csv_in", text=text)


def test_a_link_restores_the_state_and_the_weights():
    session, other = Session(), Session()
    state = {
        "data": {"name": "spiral", "noise": 0.1}, "layers": dense(5, 3, activation="relu"),
        "optimizer": {"class": "Adam", "learning_rate": 0.02, "beta_1": 0.8},
        "seeds": {"data": 3, "weights": 4, "batches": 5}, "hidden_controls": ["noise"],
    }  # fmt: skip
    new = ask(session, "new", state=state)
    ask(session, "step", epochs=2)
    text = ask(session, "link", weights=True)["text"]
    back = ask(other, "open", text="https://example.org/page/#" + text)
    assert {**back["state"], "weights": None} == new["state"]
    mine, others = session.run.model.get_weights(), other.run.model.get_weights()
    assert all(map(np.array_equal, mine, others))
    back = ask(other, "open", text=ask(session, "link")["text"])
    assert back["state"] == new["state"]
    assert back["loss"] == new["loss"]
    assert ask(other, "open", text=json.dumps(new["state"]))["state"] == new["state"]
    assert len(text) > len(ask(other, "link")["text"])


@pytest.mark.parametrize(
    "text",
    ["", "s=", "s=AAAA", "s=eJw", "{", "[]", "#x=1", "s=" + "A" * 300_000, 5, "{" * 99_999],
    ids=range(10),
)
def test_links_that_are_none(text):
    session = Session()
    assert refused(session, "open", text=text)


def test_a_link_that_unpacks_to_too_much():
    import base64
    import zlib

    bomb = base64.urlsafe_b64encode(zlib.compress(b" " * 50_000_000)).decode()
    assert "more than" in refused(Session(), "open", text=f"s={bomb}")


def test_a_link_of_tensorflow_playground():
    address = (
        "https://playground.tensorflow.org/#activation=relu&regularization=L2&batchSize=5"
        "&dataset=spiral&regDataset=reg-plane&learningRate=0.1&regularizationRate=0.01&noise=20"
        "&networkShape=6,3&seed=0.47182&showTestData=false&discretize=false&percTrainData=70"
        "&x=true&y=false&xTimesY=true&xSquared=false&ySquared=false&cosX=false&sinX=true"
        "&cosY=false&sinY=false&collectStats=false&problem=classification&initZero=false"
    )
    state = ask(Session(), "open", text=address)["state"]
    assert state["data"] == {"name": "spiral", "noise": 0.2, "samples": 500, "train_share": 0.7}
    assert state["features"] == ["x", "x*y", "sin(x)"]
    assert [(layer["units"], layer["activation"]) for layer in state["layers"]] == [
        (6, "relu"), (3, "relu"),
    ]  # fmt: skip
    assert state["output"]["activation"] == "tanh"
    assert state["loss"] == "mean_squared_error"
    assert state["loss_weight"] == 0.5
    assert state["kernel_regularizer"] == {"class": "L2", "l2": 0.005}
    assert state["optimizer"] == {"class": "SGD", "learning_rate": 0.1}
    assert state["batch_size"] == 5
    assert state["seeds"]["data"] == 47182
    regression = address.replace("problem=classification", "problem=regression")
    state = ask(Session(), "open", text=regression.replace("reg-plane", "reg-gauss"))["state"]
    assert state["data"]["name"] == "hills"
    assert state["output"]["activation"] == "linear"
    for broken in ("dataset=spiral", "activation=relu", "learningRate=0.1", "networkShape=6,3"):
        message = refused(Session(), "open", text=address.replace(broken, broken[:-1] + "!"))
        assert message


def test_its_loss_and_its_step_are_those_of_tensorflow_playground():
    """Half the squared error, L2 as r/2 w^2, biases of 0.1: one step written out."""
    session = Session()
    state = links.of_tensorflow_playground(
        {"regularization": "L2", "regularizationRate": "0.1", "learningRate": "0.5",
         "networkShape": "", "dataset": "xor"}
    )  # fmt: skip
    ask(session, "new", state={**state, "dtype": "float64"})
    run = session.run
    W, b = (w.copy() for w in run.model.get_weights())
    assert np.abs(W).max() <= 0.5
    assert b.tolist() == [np.float32(0.1)]
    ask(session, "step", batches=1)
    x, t = run.x[run.last], run.targets[run.last]
    assert set(np.unique(run.targets)) == {-1.0, 1.0}
    o = np.tanh(x @ W + b)
    dz = (o - t) * (1 - o**2)
    expected = W - 0.5 * (x.T @ dz / len(x) + 0.1 * W)
    assert np.allclose(run.model.get_weights()[0], expected, rtol=0, atol=FEW_STEPS)


def test_without_points_everything_is_answered():
    session = Session()
    ask(session, "points", clear=True)
    weight = {"weight": "output/kernel", "index": [0, 0]}
    refusing: dict[str, dict[str, Any]] = {
        "microscope": {}, "equation": {"of": "z", "layer": "output", "unit": 0},
        "arithmetic": weight, "check": {}, "u_curve": weight, "health": {}, "initializations": {},
        "race": {}, "sweep": {}, "save_case": {}, "export": {"what": "code"}, "step": {}, "roc": {},
    }  # fmt: skip
    for command, fields in refusing.items():
        assert "points" in refused(session, command, **fields), command
    following: dict[str, dict[str, Any]] = {
        "predict": {"inputs": [[1, 2]]}, "view": {"map": 0}, "confusion": {}, "summary": {},
        "csv_out": {}, "link": {}, "history": {}, "compare": {}, "export": {"what": "npz"},
        "reset": {}, "edit": {**weight, "value": 1},
    }  # fmt: skip
    for command, fields in following.items():
        ask(session, command, **fields)
    assert ask(session, "points", add=[[1, 1, 0], [2, 2, 1], [3, 3, 0]])["loss"] is not None
    ask(session, "step", epochs=1)
