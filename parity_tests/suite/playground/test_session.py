"""A session's own commands, without any transport."""

import json
import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import scratch
from parity_tests.commands.playground import place
from parity_tests.harness.tolerances import FEW_ROUNDINGS
from parity_tests.suite.playground.playing import PRESETS, Session, ask, dense, refused, unpacked


def test_every_preset_begins_trains_and_draws():
    session = Session()
    for name, (_, good, _, state) in PRESETS.items():
        new = ask(session, "preset", name=name)
        json.dumps(new, allow_nan=False)
        first = new["loss"]
        step = ask(session, "step", epochs=3)
        assert step["epoch"] == 3 or step["stopped"] or step["halted"], name
        frame = unpacked(session.frame())
        assert frame["step"] == step["step"]
        layout = new["layout"]
        assert len(frame["weights"]) == sum(w["size"] for w in layout["weights"])
        assert frame["maps"].shape == (len(layout["maps"]), layout["rows"], layout["columns"])
        if good:
            assert step["loss"] < first, name
        assert state.keys() <= new["state"].keys()


def test_the_state_comes_back_whole_and_begins_the_same_run():
    session, other = Session(), Session()
    new = ask(session, "new", state={"layers": dense(3), "data": {"name": "moons"}})
    again = ask(other, "new", state=new["state"])
    assert again == new
    ask(session, "step", batches=7)
    ask(other, "step", batches=4)
    ask(other, "step", batches=3)
    assert session.frame()[8:] == other.frame()[8:]  # all but the number of the frame


def test_weights_are_those_that_keras_draws():
    session = Session()
    new = ask(session, "new", state={"layers": dense(3), "seeds": {"weights": 7}})
    scratch.utils.set_random_seed(7)
    model = scratch.Sequential(
        [
            scratch.Input((2,)),
            scratch.layers.Dense(3, "tanh"),
            scratch.layers.Dense(1, "sigmoid"),
        ]
    )
    flat = np.concatenate([w.ravel() for w in model.get_weights()])
    assert np.array_equal(unpacked(session.frame())["weights"], flat)
    assert [w["name"] for w in new["layout"]["weights"]] == [
        "dense_1/kernel", "dense_1/bias", "output/kernel", "output/bias",
    ]  # fmt: skip


def test_a_step_is_a_step_of_train_on_batch():
    session = Session()
    state = {
        "layers": dense(3, activation="relu"),
        "optimizer": {"class": "Adam", "learning_rate": 0.1},
        "batch_size": 8,
        "dtype": "float64",
    }
    ask(session, "new", state=state)
    run = session.run
    x, y = run.x.copy(), run.targets.copy()
    start = run.model.get_weights()
    ask(session, "step", epochs=2)
    network = place.module("network")
    with network.precision(scratch, "float64"), network.policy(scratch, "float64"):
        model = scratch.Sequential(
            [
                scratch.Input((2,)),
                scratch.layers.Dense(3, "relu"),
                scratch.layers.Dense(1, "sigmoid"),
            ]
        )
        model.set_weights(start)
        model.compile(scratch.optimizers.Adam(0.1), "binary_crossentropy")
        for epoch in range(2):
            order = np.random.default_rng([0, 2, epoch]).permutation(run.train)
            for k in range(0, run.train, 8):
                model.train_on_batch(x[order[k : k + 8]], y[order[k : k + 8]])
        assert np.array_equal(model.predict_on_batch(x), run.outputs(x))
    for a, b in zip(model.get_weights(), run.model.get_weights(), strict=True):
        assert a.dtype == b.dtype == np.float64
        assert np.array_equal(a, b)
        assert not np.array_equal(a, np.zeros_like(a))


def test_losses_are_of_all_points_with_the_penalty_apart():
    session = Session()
    state = {"kernel_regularizer": {"class": "L2", "l2": 0.01}, "layers": dense(3)}
    told = ask(session, "new", state=state)
    run = session.run
    kernels = [w for w in run.model.get_weights() if w.ndim == 2]
    penalty = sum(0.01 * float((w.astype("float64") ** 2).sum()) for w in kernels)
    assert told["penalty"] == pytest.approx(penalty, rel=16 * FEW_ROUNDINGS)
    p = run.outputs(run.x[: run.train])[:, 0].astype("float64")
    y = run.targets[: run.train, 0]
    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    assert told["loss"] - told["penalty"] == pytest.approx(loss, rel=16 * FEW_ROUNDINGS)


def test_a_map_is_what_the_network_says_of_each_cell():
    session = Session()
    new = ask(session, "new", state={"resolution": 10, "layers": dense(3, activation="relu")})
    frame = unpacked(session.frame())
    x0, x1, y0, y1 = new["layout"]["domain"]
    k = next(i for i, m in enumerate(new["layout"]["maps"]) if m["kind"] == "output")
    for row, column in [(0, 0), (0, 9), (9, 0), (4, 6)]:
        x = x0 + (column + 0.5) * (x1 - x0) / 10
        y = y1 - (row + 0.5) * (y1 - y0) / 10
        (output,) = ask(session, "predict", inputs=[[x, y]])["outputs"][0]
        spread = np.ptp(frame["maps"][k])
        assert abs(frame["maps"][k, row, column] - output) <= spread / 255
    view = ask(session, "view", map=k, resolution=20)
    assert (view["rows"], view["columns"]) == (20, 20)
    assert view["minimum"] < view["maximum"]


def test_of_one_input_there_is_one_row_and_of_images_no_map():
    session = Session()
    layout = ask(session, "preset", name="sine")["layout"]
    assert (layout["rows"], layout["columns"]) == (1, 40)
    assert unpacked(session.frame())["maps"].shape[1:] == (1, 40)
    assert ask(session, "preset", name="strokes")["layout"]["maps"] == []
    assert "feature_maps" in refused(session, "view", map=0)


def test_an_edited_weight_changes_the_output():
    session = Session()
    ask(session, "new", state={"layers": dense(2)})
    before = unpacked(session.frame())
    told = ask(session, "edit", weight="output/kernel", index=[1, 0], value=3.0)
    after = unpacked(session.frame())
    assert after["weights"][7] == 3.0
    assert not np.array_equal(before["maps"][-1], after["maps"][-1])
    assert told["loss"] == after["loss"] != before["loss"]
    assert "shape" in refused(session, "edit", weight="output/kernel", index=[0], value=1)
    assert "between" in refused(session, "edit", weight="output/kernel", index=[2, 0], value=1)
    assert "one of" in refused(session, "edit", weight="nowhere", index=[0], value=1)


def test_reset_begins_with_the_same_bits_or_with_other_seeds():
    session = Session()
    first = ask(session, "new", state={})
    start = session.frame()[8:]
    ask(session, "step", batches=5)
    assert session.frame()[8:] != start
    assert ask(session, "reset") == first
    assert session.frame()[8:] == start
    other = ask(session, "reset", seeds={"weights": 1})
    assert other["points"] == first["points"]
    assert session.frame()[8:] != start
    other = ask(session, "reset", seeds={"data": 1})
    assert other["points"] != first["points"]


def test_the_learning_rate_changes_at_once():
    session = Session()
    ask(session, "new", state={})
    ask(session, "step", batches=3)
    weights = session.run.model.get_weights()
    assert ask(session, "set", learning_rate=0.5)["state"]["optimizer"]["learning_rate"] == 0.5
    assert all(map(np.array_equal, weights, session.run.model.get_weights()))
    assert ask(session, "step", batches=1)["learning_rate"] == 0.5


def test_a_schedule():
    schedule = {"class": "ExponentialDecay", "initial_learning_rate": 0.1, "decay_steps": 10,
                "decay_rate": 0.5}  # fmt: skip
    session = Session()
    ask(session, "new", state={"optimizer": {"class": "SGD", "learning_rate": schedule}})
    rate = ask(session, "step", batches=10)["learning_rate"]
    assert rate == pytest.approx(0.05)
    assert "schedule" in refused(session, "set", learning_rate=0.1)


@pytest.mark.parametrize(
    ("name", "perfect"), [("gauss", True), ("circle", False), ("as_tensorflow_playground", False)]
)
def test_confusion_and_accuracy_say_the_same(name, perfect):
    session = Session()
    ask(session, "preset", name=name)
    told = ask(session, "step", epochs=10)
    for which, key in (("train", "metric"), ("test", "test_metric")):
        matrix = np.array(ask(session, "confusion", of=which)["matrix"])
        assert matrix.trace() / matrix.sum() == pytest.approx(told[key])
    assert (told["metric"] == 1) == perfect


def test_r2_is_one_for_a_plane():
    session = Session()
    ask(session, "preset", name="plane")
    assert ask(session, "step", epochs=30)["test_metric"] > 0.999
    assert "classes" in refused(session, "confusion")
    line = ask(session, "line")
    assert [round(line[key], 2) for key in "abc"] == [0.1, 0.1, 0.0]


def test_the_perceptrons_line_divides_the_classes():
    session = Session()
    new = ask(session, "preset", name="perceptron")
    assert ask(session, "step", epochs=20)["metric"] == 1
    line = ask(session, "line")
    for (x, y), label in zip(new["points"]["inputs"], new["points"]["labels"], strict=True):
        inside = new["points"]["train"][new["points"]["inputs"].index([x, y])]
        if inside:
            assert (line["a"] * x + line["b"] * y + line["c"] > 0) == (label == 1)
    ask(session, "preset", name="xor")
    assert "one layer" in refused(session, "line")


def test_steps_by_epoch_end_with_the_epoch():
    session = Session()
    new = ask(session, "new", state={})
    ask(session, "step", batches=3)
    told = ask(session, "step", epochs=1)
    assert told["step"] == new["batches_per_epoch"]
    assert told["epoch"] == 1
    assert 0 < len(told["batch"]) <= 10
    assert ask(session, "step", milliseconds=5)["step"] > told["step"]


@pytest.mark.parametrize(
    ("state", "layer"),
    [
        ({"data": {"name": "plane"}, "layers": dense(3, activation="relu"),
          "optimizer": {"class": "SGD", "learning_rate": 1e6}}, "dense_1"),
        ({"layers": [], "output": {"activation": "exponential"}, "loss": "mean_squared_error",
          "optimizer": {"class": "SGD", "learning_rate": 100}}, "output"),
    ],
)  # fmt: skip
def test_what_is_not_finite_stops_the_run_and_names_the_layer(state, layer):
    session = Session()
    ask(session, "new", state=state)
    told = ask(session, "step", batches=500)
    assert layer in told["stopped"]
    assert told["step"] < 500
    assert unpacked(session.frame())["flags"] == 1
    assert told["stopped"] in refused(session, "step", batches=1)
    told = ask(session, "reset")
    assert told["stopped"] is None
    assert math.isfinite(told["loss"])


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ([], "object"),
        ({"command": "no such"}, "one of"),
        ({}, "one of"),
        ({"command": "step", "batches": -1}, "between"),
        ({"command": "step", "batches": 1e12}, "between"),
        ({"command": "step", "batches": "1"}, "whole number"),
        ({"command": "step", "batches": math.nan}, "whole number"),
        ({"command": "step", "hatches": 1}, "no `hatches`"),
        ({"command": "new", "state": {"layers": dense(100_000)}}, "between 1 and 64"),
        ({"command": "new", "state": {"layers": dense(*[64] * 8)}}, "weights"),
        ({"command": "new", "state": {"layers": dense(*[2] * 9)}}, "at most 8"),
        ({"command": "new", "state": {"layers": [{"class": "Lambda"}]}}, "one of"),
        ({"command": "new", "state": {"layers": [{"class": "Conv2D"}]}}, "image"),
        ({"command": "new", "state": {"layers": dense(2, activation="eval")}}, "one of"),
        ({"command": "new", "state": {"optimizer": {"class": "__import__"}}}, "one of"),
        ({"command": "new", "state": {"optimizer": {"class": "SGD", "path": "x"}}}, "path"),
        ({"command": "new", "state": {"optimizer": {"class": "SGD", "momentum": 7}}}, "momentum"),
        ({"command": "new", "state": {"loss": "no_loss"}}, "one of"),
        ({"command": "new", "state": {"data": {"name": "circle", "samples": 1e9}}}, "between"),
        ({"command": "new", "state": {"data": {"noise": math.inf}}}, "number"),
        ({"command": "new", "state": {"seeds": {"weights": -1}}}, "between"),
        ({"command": "new", "state": {"weights": [[1]]}}, "list of"),
        ({"command": "new", "state": {"features": ["z"]}}, "one of"),
        ({"command": "new", "state": {"engines": ["jax"]}}, "engines"),
        ({"command": "new", "state": {"engines": ["scratch", "tf"]}}, "no tf.keras"),
        ({"command": "new", "state": {"dtype": "float16"}}, "one of"),
        ({"command": "new", "state": {"kernel_initializer": {"class": "Constant", "value": []}}},
         "number"),
        ({"command": "new", "state": 3}, "object"),
        ({"command": "predict", "inputs": [[1, 2, 3]]}, "points of"),
        ({"command": "predict", "inputs": [[1, math.nan]]}, "finite"),
        ({"command": "predict", "inputs": "abc"}, "points of"),
        ({"command": "view", "map": 1000}, "between"),
        ({"command": "csv_in", "text": ""}, "empty"),
        ({"command": "open", "text": "https://example.org/"}, "no link"),
    ],
    ids=str,
)  # fmt: skip
def test_one_clear_sentence_and_the_session_lives(request_, said):
    session = Session()
    ask(session, "step", batches=2)
    before = session.frame()[8:]
    message = refused(session, request_)
    assert said in message
    assert "\n" not in message
    assert session.frame()[8:] == before


def test_an_id_comes_back():
    session = Session()
    assert session.command({"command": "step", "id": 7})["id"] == 7
    assert session.command({"command": "none", "id": "a"})["id"] == "a"


def test_no_number_of_an_answer_is_nan():
    session = Session()
    told = ask(session, "new", state={"data": {"name": "circle", "train_share": 1}})
    assert told["test_loss"] is None
    json.dumps(told, allow_nan=False)


def test_hello_knows_what_may_be_chosen():
    found = ask(Session(), "hello")
    json.dumps(found, allow_nan=False)
    assert found["engines"] == ["scratch"]
    assert {p["name"] for p in found["presets"]} == set(PRESETS)
    session = Session()
    for name in found["activations"]:
        ask(session, "new", state={"layers": dense(2, activation=name)})
        ask(session, "step", batches=1)
    for name, options in found["optimizers"].items():
        ask(session, "new", state={"optimizer": {"class": name, **options}})
        ask(session, "step", batches=1)
    for name, options in found["initializers"].items():
        ask(session, "new", state={"kernel_initializer": {"class": name, **options}})
    for kind, losses in found["losses"].items():
        data = {"classification": "three_clouds", "regression": "plane"}.get(kind, "coded_line")
        for loss in losses:
            ask(session, "new", state={"data": {"name": data}, "loss": loss})
            ask(session, "step", batches=1)


def test_dropout_and_batch_normalization_train():
    session = Session()
    layers = [*dense(4), {"class": "BatchNormalization"}, {"class": "Dropout"}, *dense(2)]
    new = ask(session, "new", state={"layers": layers})
    assert [layer["name"] for layer in new["layers"]] == [
        "input", "dense_1", "batch_normalization_1", "dropout_1", "dense_2", "output",
    ]  # fmt: skip
    told = ask(session, "step", epochs=5)
    assert told["loss"] < new["loss"]
    trainable = {w["name"]: w["trainable"] for w in new["layout"]["weights"]}
    assert not trainable["batch_normalization_1/moving_mean"]


NONSENSE: list[Any] = [None, True, -1, 0, 0.5, 1e30, math.nan, "", "x", "dense_1/kernel", [], [0],
                       [[1, 2]], {}, {"class": "Adam"}, "circle", 3, [1, "a"],
                       {"layers": []}]  # fmt: skip
FIELDS = ["state", "name", "batches", "epochs", "rows", "weight", "index", "value", "text", "kind",
          "of", "layer", "unit", "row", "input", "to", "dtype", "h", "bug", "optimizers", "steps",
          "what", "library", "weights", "base64", "add", "remove", "clear", "map", "resolution",
          "learning_rate", "inputs", "training", "keep", "seeds", "initializers", "low", "high",
          "milliseconds"]  # fmt: skip


def test_nonsense_of_every_kind_is_answered():
    """Commands with fields drawn at random: each is followed, or refused in one sentence."""
    draw = np.random.default_rng(5)
    session = Session()
    commands = list(session._commands)
    for _ in range(600):
        name = commands[draw.integers(len(commands))]
        request = {"command": name}
        for _ in range(draw.integers(3)):
            request[FIELDS[draw.integers(len(FIELDS))]] = NONSENSE[draw.integers(len(NONSENSE))]
        if name in ("race", "sweep", "initializations"):
            request.setdefault("steps", 1)
        answer = session.command(request)
        json.dumps(answer, allow_nan=False)
        if not answer["ok"]:
            assert answer["error"], request
            assert "\n" not in answer["error"]
            assert "object has no attribute" not in answer["error"], (request, answer)
            assert "not subscriptable" not in answer["error"], (request, answer)
            assert "unexpected keyword" not in answer["error"], (request, answer)
    ask(session, "new", state={})
    assert ask(session, "step", epochs=1)["epoch"] == 1


def test_nonsense_within_a_state_is_answered():
    draw = np.random.default_rng(6)
    session = Session()
    whole = ask(session, "new", state={"layers": dense(2)})["state"]
    refusals = 0
    for _ in range(500):
        state = json.loads(json.dumps(whole))
        state["weights"] = None
        parts = [state, state["data"], state["layers"][0], state["output"], state["optimizer"],
                 state["seeds"], state["kernel_initializer"]]  # fmt: skip
        part = parts[draw.integers(len(parts))]
        key = list(part)[draw.integers(len(part))]
        part[key] = NONSENSE[draw.integers(len(NONSENSE))]
        answer = session.command({"command": "new", "state": state})
        json.dumps(answer, allow_nan=False)
        if not answer["ok"]:
            refusals += 1
            assert key in answer["error"] or "layers" in answer["error"], (key, part[key], answer)
            assert "object has no" not in answer["error"], (key, part[key], answer)
            assert "not subscriptable" not in answer["error"], (key, part[key], answer)
    assert refusals > 100


def test_sessions_do_not_disturb_each_other():
    """In two types and turn by turn, and from two threads: each as alone."""
    states = [
        {"dtype": "float64", "layers": [*dense(3), {"class": "Dropout"}]},
        {"dtype": "float32", "layers": dense(4, activation="relu"), "seeds": {"weights": 3}},
    ]

    def run(session, state):
        ask(session, "new", state=state)
        for _ in range(5):
            ask(session, "step", batches=3)
            ask(session, "microscope")
        return session.frame()[8:]

    alone = [run(Session(), state) for state in states]
    both = [Session(), Session()]
    for session, state in zip(both, states, strict=True):
        ask(session, "new", state=state)
    for _ in range(5):
        for session in both:
            ask(session, "step", batches=3)
    assert [session.frame()[8:] for session in both] == alone
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(run, both, states)) == alone
