"""Looking into a step: microscope, equations, arithmetic, history, gradient check, health, race."""

import base64
import json
from typing import Any

import numpy as np
import pytest

from parity_tests.commands.playground import place
from parity_tests.harness.tolerances import DERIVATIVE, FEW_ROUNDINGS, UNIT_ROUNDOFF
from parity_tests.suite.playground.playing import Session, ask, dense, refused

microscope, arithmetic = place.module("microscope"), place.module("arithmetic")
BUGS = place.module("bugs").BUGS
OPTIMIZERS = place.module("choices").OPTIMIZERS
ADAM = {"class": "Adam", "learning_rate": 0.02}
L2 = {"class": "L2", "l2": 2.0**-7}  # in either type


def begun(steps=3, **state):
    """A session some steps from its beginning."""
    session = Session()
    ask(session, "new", state={"dtype": "float64", **state})
    if steps:
        ask(session, "step", batches=steps)
    return session


# Microscope -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "state",
    [
        {"layers": dense(4, 3)},
        {"layers": dense(4, 3, activation="relu"), "kernel_regularizer": L2},
        {"data": {"name": "three_clouds"}, "layers": dense(4), "optimizer": ADAM},
        {"data": {"name": "hills"}, "layers": dense(3), "loss": "huber"},
        {"layers": dense(3), "output": {"activation": "tanh"}, "loss_weight": 0.5},
        {"data": {"name": "coded_parabola"}, "layers": dense(3, 1)},
    ],
    ids=str,
)
def test_a_step_written_out(state):
    """Each number against the equations of the lectures, in plain NumPy."""
    session = begun(**state)
    found = ask(session, "microscope")
    run = session.run
    rows, x = found["rows"], np.array(found["input"])
    assert np.array_equal(x, run.x[rows])
    dz_next: Any = None
    W_next: Any = None
    for layer, one in zip(run.model.layers, found["layers"], strict=True):
        W, b = (np.array(w["before"]) for w in one["weights"].values())
        z, a = np.array(one["z"]), np.array(one["a"])
        assert np.allclose(z, x @ W + b, rtol=0, atol=DERIVATIVE)
        assert np.allclose(a, np.asarray(layer.activation(z)), rtol=0, atol=DERIVATIVE)
        x = a
    x = np.array(found["input"])
    inputs = [x, *(np.array(one["a"]) for one in found["layers"])]
    for number in reversed(range(len(found["layers"]))):
        one = found["layers"][number]
        da, dz = np.array(one["dL_da"]), np.array(one["dL_dz"])
        if dz_next is not None:
            assert np.allclose(da, dz_next @ W_next.T, rtol=0, atol=DERIVATIVE)
        kernel, bias = one["weights"].values()
        penalised = 2.0**-6 if state.get("kernel_regularizer") else 0.0
        penalty = penalised * np.array(kernel["before"])
        dW = inputs[number].T @ dz + penalty
        assert np.allclose(kernel["dL_dw"], dW, rtol=0, atol=DERIVATIVE)
        assert np.allclose(bias["dL_dw"], dz.sum(axis=0), rtol=0, atol=DERIVATIVE)
        assert np.abs(dW).max() > 1000 * DERIVATIVE
        dz_next, W_next = dz, np.array(kernel["before"])
    assert np.allclose(found["dL_dx"], dz_next @ W_next.T, rtol=0, atol=DERIVATIVE)
    total = np.mean(found["losses"]) + found["penalty"]
    assert found["loss"] == pytest.approx(total, rel=DERIVATIVE)


def test_the_slope_of_the_loss_at_the_output():
    session = begun(data={"name": "three_clouds"}, layers=dense(3))
    found = ask(session, "microscope", rows=[5])
    a, da = np.array(found["layers"][-1]["a"][0]), np.array(found["layers"][-1]["dL_da"][0])
    (y,) = np.array(found["targets"])
    # Keras divides probabilities by their sum first, so that only their ratios count.
    expected = np.array([-y[k] / a[k] + 1 for k in range(3)])
    assert np.allclose(da, expected, rtol=0, atol=1000 * DERIVATIVE)


def test_behind_the_step_stands_what_the_next_step_makes():
    for optimizer in (ADAM, {"class": "SGD", "learning_rate": 0.1, "momentum": 0.9}):
        session = begun(optimizer=optimizer)
        found = ask(session, "microscope")
        told = ask(session, "step", batches=1)
        assert told["batch"] == found["rows"]
        after = {n: w["after"] for one in found["layers"] for n, w in one["weights"].items()}
        for name, v in zip(session.run.names, session.run.model.weights, strict=True):
            assert after[name] == v.numpy().tolist()


def test_looking_moves_nothing():
    layers = [*dense(4), {"class": "BatchNormalization"}, {"class": "Dropout"}, *dense(3)]
    session, other = begun(layers=layers), begun(layers=layers)
    for command, fields in (
        ("microscope", {}),
        ("microscope", {"rows": [1, 2], "training": False}),
        ("equation", {"of": "z", "layer": "output", "unit": 0}),
        ("arithmetic", {"weight": "dense_1/kernel", "index": [0, 0]}),
        ("check", {"bug": "sign"}),
        ("u_curve", {"weight": "dense_1/kernel", "index": [0, 0]}),
        ("health", {}),
        ("initializations", {"steps": 5}),
        ("race", {"steps": 5, "resolution": 5}),
        ("sweep", {"steps": 2}),
        ("save_case", {}),
        ("summary", {}),
        ("export", {"what": "npz"}),
    ):
        ask(session, command, **fields)
    assert session.frame()[8:] == other.frame()[8:]
    assert ask(session, "step", batches=5) == ask(other, "step", batches=5)
    assert session.frame()[8:] == other.frame()[8:]


def test_dropouts_mask_and_both_faces_of_batch_normalization():
    layers = [{"class": "BatchNormalization"}, *dense(40), {"class": "Dropout", "rate": 0.5}]
    session = begun(0, layers=layers)
    normal, _, dropout, _ = ask(session, "microscope")["layers"]
    mask = np.array(dropout["mask"])
    assert set(np.unique(mask)) == {0.0, 2.0}
    before = np.array(ask(session, "microscope")["layers"][1]["a"])
    assert np.array_equal(before * mask, np.array(dropout["a"]))  # the mask that is drawn again
    found = np.array(normal["a"])
    assert np.allclose(found.mean(axis=0), 0, atol=FEW_ROUNDINGS)
    assert not np.allclose(np.array(normal["inference"]).mean(axis=0), 0, atol=FEW_ROUNDINGS)
    assert normal["batch_mean"] != normal["moving_mean"]
    calm = ask(session, "microscope", training=False)["layers"]
    assert np.array(calm[2]["mask"]).min() == 1
    assert np.array_equal(calm[0]["a"], calm[0]["inference"])


def test_rows_that_are_none():
    session = begun(0)
    none: list[Any] = [[], [250], [-1], [0.5], "all", [True], {}]
    for rows in none:
        assert "rows" in refused(session, "microscope", rows=rows)


# Equations --------------------------------------------------------------------------------------


@pytest.mark.parametrize("layer", ["dense_1", "dense_2", "output"])
@pytest.mark.parametrize("of", place.module("equations").KINDS)
@pytest.mark.parametrize("data", ["circle", "three_clouds"])
def test_an_equation_adds_up_to_the_number(of, layer, data):
    session = begun(data={"name": data}, layers=dense(4, 3), kernel_regularizer=L2)
    seen = {one["name"]: one for one in ask(session, "microscope")["layers"]}[layer]
    said = ask(session, "equation", of=of, layer=layer, unit=0, row=2, input=1)
    expected = {
        "z": lambda: seen["z"][2][0],
        "a": lambda: seen["a"][2][0],
        "dL_da": lambda: seen["dL_da"][2][0],
        "dL_dz": lambda: seen["dL_dz"][2][0],
        "dL_dw": lambda: seen["weights"][f"{layer}/kernel"]["dL_dw"][1][0],
        "dL_db": lambda: seen["weights"][f"{layer}/bias"]["dL_dw"][0],
    }[of]()
    assert said["value"] == expected
    assert f"{expected:.5g}" in said["numbers"]
    if said["terms"] and of != "a":
        total = sum(term["product"] for term in said["terms"])
        assert total == pytest.approx(expected, abs=DERIVATIVE)
    assert said["symbols"].split(" = ")[0].split(" of ")[0] in said["numbers"]


def test_equations_that_are_none():
    session = begun()
    assert "one of" in refused(session, "equation", of="x", layer="output", unit=0)
    assert "one of" in refused(session, "equation", of="z", layer="input", unit=0)
    assert "between" in refused(session, "equation", of="z", layer="output", unit=9)
    session = begun(output={"use_bias": False})
    assert "no bias" in refused(session, "equation", of="dL_db", layer="output", unit=0)


# Arithmetic -------------------------------------------------------------------------------------

MORE = [
    {"class": "SGD", "momentum": 0.9},
    {"class": "SGD", "momentum": 0.9, "nesterov": True},
    {"class": "SGD", "weight_decay": 0.1},
    {"class": "SGD", "clipnorm": 0.01},
    {"class": "RMSprop", "centered": True, "momentum": 0.5},
    {"class": "Adam", "amsgrad": True},
    {"class": "Adam", "weight_decay": 0.1},
    {"class": "Ftrl", "l1_regularization_strength": 0.01, "l2_regularization_strength": 0.1,
     "beta": 0.2, "l2_shrinkage_regularization_strength": 0.1},
    {"class": "Muon", "nesterov": False},
    {"class": "Adafactor", "clip_threshold": 0.1},
]  # fmt: skip


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("options", [*({"class": n} for n in OPTIMIZERS), *MORE], ids=str)
def test_every_line_of_an_update_comes_to_what_the_optimizer_comes_to(options, dtype):
    session = begun(5, optimizer={"learning_rate": 0.5, **options}, dtype=dtype)
    u = UNIT_ROUNDOFF[dtype]
    run = session.run
    for number in (0, 1):
        found = arithmetic.worked_out(run, run.batches.rows_of(run.step), number)
        assert np.abs(found["after"] - found["before"]).max() > 50 * u
        scale = np.abs(found["after"]).max()
        assert np.abs(found["result"] - found["after"]).max() <= 16 * u * scale
        values = {name: value for name, _, _, value in found["lines"]}
        for name, (_, after) in found["slots"].items():
            assert np.allclose(values[name], after, rtol=16 * u, atol=u * 1e-3)
    name = run.names[0]
    told = ask(session, "arithmetic", weight=name, index=[1, 2])
    assert told["lines"][-1]["name"] in ("w", "m", "n")
    assert told["after"] == pytest.approx(
        next(line["value"] for line in reversed(told["lines"]) if line["name"] == "w"), rel=16 * u
    )
    ask(session, "step", batches=1)
    assert session.run.model.weights[0].numpy()[1, 2] == told["after"]
    json.dumps(told, allow_nan=False)


def test_numbers_are_put_into_the_formula():
    session = begun(optimizer={"class": "SGD", "learning_rate": 0.5})
    told = ask(session, "arithmetic", weight="dense_1/kernel", index=[0, 0])
    (line,) = told["lines"]
    assert line["formula"] == "w - lr * g"
    as_text = place.module("equations").as_text
    assert line["numbers"] == f"{as_text(told['before'])} - 0.5 * {as_text(told['gradient'])}"
    assert "one of" in refused(session, "arithmetic", weight="x", index=[0, 0])
    session = begun(layers=[{"class": "BatchNormalization"}])
    name = "batch_normalization_1/moving_mean"
    assert "not trained" in refused(session, "arithmetic", weight=name, index=[0])


# History ----------------------------------------------------------------------------------------


def test_back_and_forth():
    session = begun(0, optimizer=ADAM, layers=[*dense(3), {"class": "Dropout"}])
    frames = {0: session.frame()[8:]}
    for _ in range(4):
        told = ask(session, "step", batches=3)
        frames[told["step"]] = session.frame()[8:]
    assert ask(session, "history")["steps"] == [0, 3, 6, 9, 12]
    for step in (6, 0, 9, 12, 3):
        assert ask(session, "back", to=step)["step"] == step
        assert session.frame()[8:] == frames[step]
    ask(session, "step", batches=3)
    assert session.frame()[8:] == frames[6]  # the same way again
    assert ask(session, "history")["steps"] == [0, 3, 6]
    assert "Nothing is kept" in refused(session, "back", to=5)


def test_back_to_numbers_that_were_finite():
    session = begun(0, data={"name": "plane"}, optimizer={"class": "SGD", "learning_rate": 1e6})
    assert ask(session, "step", batches=200)["stopped"]
    assert ask(session, "back", to=0)["stopped"] is None
    ask(session, "set", learning_rate=0.001)
    assert ask(session, "step", batches=20)["stopped"] is None


def test_there_are_not_too_many_snapshots():
    History = place.module("history").History
    history = History()
    for step in range(2000):
        history.add({"step": step, "held": [np.zeros(10)]})
    steps = history.steps
    assert len(steps) <= 400
    assert steps[0] == 0
    assert steps[-100:] == list(range(1900, 2000))
    history.add({"step": 2000, "held": [np.zeros(100_000_000 // 8 // 400)]})
    assert len(history.steps) < len(steps)


# Gradient check ---------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    "state",
    [
        {"layers": dense(4, 4), "kernel_regularizer": L2},
        {"data": {"name": "three_clouds"}, "layers": dense(4, activation="relu")},
        {"data": {"name": "strokes", "samples": 40}, "batch_size": 4,
         "layers": [{"class": "Conv2D", "filters": 2, "activation": "tanh"}, {"class": "Flatten"}]},
        {"layers": [{"class": "BatchNormalization"}, *dense(3)]},
    ],
    ids=str,
)  # fmt: skip
def test_all_ways_agree(state, dtype):
    session = begun(**state)
    said = ask(session, "check", dtype=dtype)
    assert set(said["ways"]) == {"graph", "tape", "differences"} | (
        {"complex"} if dtype == "float64" else set()
    )
    assert said["caught"] == []
    assert all(way["agrees"] for way in said["ways"].values())
    assert np.abs(said["gradients"]["hand"]).max() > 1e-3


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_is_caught(name):
    activation = {"leaky_slope": "leaky_relu", "relu_slope": "relu", "sigmoid_slope": "sigmoid"}
    session = begun(
        layers=dense(4, 4, activation=activation.get(name, "tanh")), kernel_regularizer=L2
    )
    for dtype in ("float64", "float32"):
        said = ask(session, "check", dtype=dtype, bug=name)
        assert set(said["caught"]) == set(said["ways"])
        assert said["bug"]["wrong"]
    assert ask(session, "check")["caught"] == []


def test_a_bug_that_has_nothing_to_spoil_is_not_caught():
    session = begun(layers=dense(4, activation="tanh"))
    for name in ("relu_slope", "no_penalty", "not_transposed"):
        assert ask(session, "check", bug=name)["caught"] == []


def test_too_small_a_step_catches_nothing():
    session = begun(layers=dense(4))
    said = ask(session, "check", h=1e-12, bug="half_penalty")
    assert "differences" not in said["caught"]
    assert "one of" in refused(session, "check", bug="none")
    assert "number" in refused(session, "check", h=0)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_error_of_a_difference_is_a_u(dtype):
    session = begun(layers=dense(4))
    said = ask(session, "u_curve", weight="dense_1/kernel", index=[0, 1], dtype=dtype)
    errors = np.array(said["error"])
    there = errors[np.abs(np.log(np.array(said["h"]) / said["expected"])).argmin()]
    assert errors[-1] > 100 * there
    assert errors[:5].max() > 100 * there
    assert said["h"][0] < said["best"] < said["h"][-1]


def test_a_bend_is_told_of_and_is_no_bug():
    session = begun(0, data={"name": "points", "points": [[0, 0, 1], [1, 1, 0]], "train_share": 1},
                    layers=dense(2, activation="relu"))  # fmt: skip
    said = ask(session, "check", rows=[session.run.samples.inputs.tolist().index([0, 0])])
    assert {"weight": "dense_1/bias", "index": [0]} in said["bends"]
    assert said["caught"] == []


# Health, race and the rest ----------------------------------------------------------------------


def test_health_tells_dead_and_saturated_units():
    session = Session()
    ask(session, "preset", name="dead_units")
    first, _, output = ask(session, "health")["layers"]
    assert first["dead"] == [0, 1, 2, 3]
    assert first["saturated"] == 1
    assert first["gradient_norm"] == 0
    assert output["gradient_norm"] > 0
    ask(session, "preset", name="vanishing")
    layers = ask(session, "health")["layers"]
    assert layers[0]["gradient_norm"] < layers[-1]["gradient_norm"] / 1000
    ask(session, "preset", name="circle")
    layers = ask(session, "health")["layers"]
    assert layers[0]["dead"] == []
    assert sum(layers[0]["z"]["counts"]) == 4 * 125
    found = ask(session, "microscope")["layers"][0]["weights"]
    norm = np.sqrt(sum(np.square(w["dL_dw"]).sum() for w in found.values()))
    assert layers[0]["gradient_norm"] == pytest.approx(norm)
    steps = [np.subtract(w["after"], w["before"]) for w in found.values()]
    assert layers[0]["update_norm"] == pytest.approx(np.sqrt(sum((s**2).sum() for s in steps)))


def test_initializations():
    session = Session()
    ask(session, "preset", name="xor")
    runs = ask(session, "initializations", steps=60)["runs"]
    by_name = {run["initializer"]["class"]: run for run in runs}
    assert set(by_name) >= {"Zeros", "Constant", "RandomNormal", "GlorotUniform", "HeNormal"}
    assert by_name["Zeros"]["layers"][0]["std"] == 0
    assert by_name["GlorotUniform"]["losses"][-1][1] < by_name["Zeros"]["losses"][-1][1]
    assert by_name["Zeros"]["losses"][-1][0] == 60
    small = by_name["RandomNormal"]["layers"][0]["std"]
    assert small < by_name["GlorotUniform"]["layers"][0]["std"] / 10


def test_a_race_starts_here_and_its_paths_lie_on_the_slice():
    session = begun(layers=dense(3), dtype="float32")
    optimizers = [ADAM, {"class": "SGD", "learning_rate": 0.1}]
    said = ask(session, "race", optimizers=optimizers, steps=40, resolution=11)
    run = session.run
    start = run.loss_of(slice(0, run.train))
    for one in said["runs"]:
        assert one["losses"][0] == [0, start]
        assert one["path"][0] == pytest.approx([0, 0], abs=FEW_ROUNDINGS)
        assert one["losses"][-1][0] == 40
    plane = said["slice"]
    values = np.frombuffer(base64.b64decode(plane["values"]), "<f4").reshape(11, 11)
    assert np.isfinite(values).all()
    ends = np.array([one["path"][-1] for one in said["runs"]])
    assert (ends >= [plane["x"][0], plane["y"][0]]).all()
    assert (ends <= [plane["x"][1], plane["y"][1]]).all()
    assert plane["minimum"] < start
    other = Session()
    weights = [v.numpy().tolist() for v in run.model.weights]
    state = {**run.state, "weights": weights, "optimizer": optimizers[1]}
    ask(other, "new", state=state)
    assert ask(other, "step", batches=40)["loss"] == said["runs"][1]["losses"][-1][1]
    assert "at most" in refused(session, "race", optimizers=[ADAM] * 9)


def test_a_runner_that_diverges_is_told_of():
    session = begun(data={"name": "plane"}, dtype="float32")
    fast = {"class": "SGD", "learning_rate": 1e5}
    said = ask(session, "race", optimizers=[fast, ADAM], steps=40, resolution=7)
    assert said["runs"][0]["stopped"]
    assert said["runs"][1]["stopped"] is None
    json.dumps(said, allow_nan=False)


def test_feature_maps_are_convolutions_of_the_image():
    session = Session()
    ask(session, "preset", name="strokes")
    ask(session, "step", batches=3)
    said = ask(session, "feature_maps", row=3)
    conv, pool, flat, output = said["layers"]
    image = np.pad(np.array(said["image"]), 1)
    filters, biases = np.array(conv["filters"]), conv["biases"]
    assert filters.shape == (4, 1, 3, 3)
    for k in range(4):
        window = image[2:5, 4:7]  # around row 2, column 4
        z = (window * filters[k, 0]).sum() + biases[k]
        assert conv["maps"][k][2][4] == pytest.approx(max(z, 0), abs=FEW_ROUNDINGS)
        quarter = np.array(conv["maps"][k])[2:4, 4:6]
        assert pool["maps"][k][1][2] == quarter.max()
    assert len(flat["values"]) == 64
    assert said["output"] == output["values"]
    assert sum(said["output"]) == pytest.approx(1)
    ask(session, "preset", name="circle")
    assert "images" in refused(session, "feature_maps")


def test_a_curve_of_an_activation():
    said = ask(Session(), "activation", name="tanh")
    z = np.array(said["z"])
    assert np.allclose(said["a"], np.tanh(z), atol=FEW_ROUNDINGS)
    assert np.allclose(said["slope"], 1 - np.tanh(z) ** 2, atol=4 * FEW_ROUNDINGS)
    assert "no curve" in refused(Session(), "activation", name="softmax")
    for name in place.module("choices").ACTIVATIONS:
        if "max" not in name:
            ask(Session(), "activation", name=name)


def test_a_sweep_finds_a_rate_that_goes_well():
    session = begun(0, data={"name": "plane"}, layers=[], dtype="float32")
    said = ask(session, "sweep", steps=20)
    assert 1e-3 < said["best"] < 1
    assert said["losses"][-1] is None or said["losses"][-1] > 1  # diverges


def test_roc():
    session = Session()
    ask(session, "preset", name="gauss")
    ask(session, "step", epochs=20)
    said = ask(session, "roc")
    assert said["auc"] > 0.99
    run = session.run
    rows = slice(run.train, None)
    scores, positive = run.outputs(run.x[rows])[:, 0], run.labels[rows] == 1
    above = np.sign(scores[positive][:, None] - scores[~positive])
    assert said["auc"] == pytest.approx((1 + above.mean()) / 2)  # of all pairs, who is in order
    ask(session, "preset", name="plane")
    assert "two classes" in refused(session, "roc")


def test_summary_counts():
    session = Session()
    ask(session, "new", state={"layers": dense(4)})
    said = ask(session, "summary")
    assert said["parameters"] == said["trainable"] == 2 * 4 + 4 + 4 + 1
    assert said["multiplications"] == 12
    assert "dense_1" in said["text"]
