"""Training that stops by itself, steps on chosen points, and looking elsewhere on the plane."""

import json

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import DERIVATIVE
from parity_tests.suite.playground.playing import Session, ask, dense, refused, unpacked

ALL_RIGHT = {"when": "all_right"}


def test_it_stops_at_the_first_step_at_which_all_are_right():
    session, other = Session(), Session()
    state = {"data": {"name": "gauss"}, "layers": dense(3), "seeds": {"weights": 2}}
    ask(session, "new", state={**state, "stop": ALL_RIGHT})
    told = ask(session, "step", epochs=20)
    assert told["metric"] == 1
    assert told["halted"] == f"Step {told['step']}: all 125 training points are right."
    ask(other, "new", state=state)
    for step in range(1, told["step"] + 1):
        assert (ask(other, "step", batches=1)["metric"] == 1) == (step == told["step"])
    assert other.frame()[84:88] == session.frame()[84:88]
    # It goes on when asked to, a step at a time; and begins anew.
    again = ask(session, "step", batches=10)
    assert again["step"] == told["step"] + 1
    assert again["halted"]
    assert ask(session, "back", to=told["step"])["halted"] == told["halted"]
    assert ask(session, "reset", seeds={"weights": 3})["halted"] is None


def test_what_has_no_classes_goes_on():
    session = Session()
    ask(session, "new", state={"data": {"name": "plane"}, "layers": [], "stop": ALL_RIGHT})
    assert ask(session, "step", epochs=3)["epoch"] == 3


def test_it_stops_where_keras_early_stopping_stops():
    """The same epochs by `fit` with EarlyStopping, without shuffling."""
    session = Session()
    state = {
        "data": {"name": "moons", "samples": 60, "noise": 0.3, "train_share": 0.2},
        "layers": dense(16), "optimizer": {"class": "Adam", "learning_rate": 0.1},
        "shuffle": False, "stop": {"when": "test_loss", "patience": 3},
    }  # fmt: skip
    ask(session, "new", state=state)
    run = session.run
    start = run.model.get_weights()
    told = ask(session, "step", epochs=100)
    assert "not fallen for 3 epochs" in told["halted"]
    assert 3 < told["epoch"] < 100
    model = scratch.Sequential(
        [
            scratch.Input((2,)),
            scratch.layers.Dense(16, "tanh"),
            scratch.layers.Dense(1, "sigmoid"),
        ]
    )
    model.set_weights(start)
    model.compile(scratch.optimizers.Adam(0.1), "binary_crossentropy")
    history = model.fit(
        run.x[: run.train], run.targets[: run.train], batch_size=10, epochs=100, shuffle=False,
        verbose=0, validation_data=(run.x[run.train :], run.targets[run.train :]),
        callbacks=[scratch.callbacks.EarlyStopping(monitor="val_loss", patience=3)],
    )  # fmt: skip
    assert told["epoch"] == len(history.epoch)


@pytest.mark.parametrize(
    ("stop", "said"),
    [
        (3, "object"),
        ({"when": "tomorrow"}, "one of"),
        ({"when": "test_loss", "patience": 0}, "patience"),
        ({"restart": 1}, "restart"),
        ({"after": 3}, "no `after`"),
    ],
)
def test_conditions_that_are_none(stop, said):
    session = Session()
    assert said in refused(session, "new", state={"stop": stop})
    assert said in refused(session, "set", stop=stop)


def test_when_to_stop_is_chosen_while_it_trains():
    session = Session()
    ask(session, "new", state={"data": {"name": "gauss"}, "layers": dense(3)})
    ask(session, "step", batches=3)
    told = ask(session, "set", stop={"when": "all_right", "restart": True})
    assert told["state"]["stop"] == {"when": "all_right", "patience": 10, "restart": True}
    assert session.run.step == 3
    assert ask(session, "step", epochs=30)["halted"]
    ask(session, "set", stop=None)
    before = session.run.step
    assert ask(session, "step", batches=5)["step"] == before + 5
    ask(session, "back", to=3)
    assert ask(session, "step", epochs=1)["halted"] is None


def test_a_step_on_chosen_points_alone():
    session, other = Session(), Session()
    for one in (session, other):
        ask(one, "new", state={"layers": dense(3), "dtype": "float64"})
    told = ask(session, "step", rows=[7])
    assert (told["step"], told["batch"]) == (1, [7])
    run = other.run
    with run.precision():
        run.model.train_on_batch(run.x[[7]], run.targets[[7]])
    assert np.array_equal(session.run.flat(), run.flat())
    assert session.run.edited, "no recorded run is held against it any more"
    assert "numbers of points" in refused(session, "step", rows=[1000])
    assert "numbers of points" in refused(session, "step", rows="all")


def test_one_looks_elsewhere_while_it_trains():
    session = Session()
    new = ask(session, "new", state={"layers": dense(3), "resolution": 10})
    assert new["layout"]["domain"] == [-6, 6, -6, 6]
    ask(session, "step", batches=4)
    told = ask(session, "set", domain=[1, 3, -2, 0])
    assert told["layout"]["domain"] == told["state"]["domain"] == [1, 3, -2, 0]
    frame = unpacked(session.frame())
    assert frame["step"] == 4
    (output,) = ask(session, "predict", inputs=[[1.1, -0.1]])["outputs"][0]
    spread = np.ptp(frame["maps"][-1])
    assert abs(frame["maps"][-1][0, 0] - output) <= spread / 255
    assert ask(session, "set", domain=None)["layout"]["domain"] == [-6, 6, -6, 6]
    for wrong in ([1, 2], [3, 1, 0, 1], [0, 0, 0, 0], "all", [0, None, 0, 1]):
        assert "domain" in refused(session, "set", domain=wrong)


def test_inputs_are_named_by_the_learner():
    session = Session()
    ask(session, "new", state={"layers": dense(3)})
    ask(session, "step", batches=2)
    weights = session.run.flat()
    new = ask(session, "points", names=["height", "weight"])
    assert new["points"]["names"] == new["layers"][0]["names"] == ["height", "weight"]
    assert np.array_equal(session.run.flat(), weights)
    assert ask(session, "csv_out")["text"].startswith("height,weight,label,")
    features = ["x^2", "x*y", "sin(y)"]
    named = ask(session, "new", state={**new["state"], "features": features})["layers"][0]["names"]
    assert named == ["height^2", "height*weight", "sin(weight)"]
    assert "names of inputs" in refused(session, "points", names=["one"])
    assert "names of inputs" in refused(session, "points", names=[1, 2])


def test_a_state_as_json_with_its_weights():
    session, other = Session(), Session()
    ask(session, "new", state={"layers": dense(3), "stop": ALL_RIGHT})
    ask(session, "step", batches=5)
    file = ask(session, "export", what="json", weights=True)
    assert file["name"] == "playground.json"
    ask(other, "open", text=file["text"])
    assert np.array_equal(other.run.flat(), session.run.flat())
    assert other.run.state["stop"]["when"] == "all_right"
    assert json.loads(ask(session, "export", what="json")["text"])["weights"] is None


def test_gradients_of_single_samples():
    """Each is what a batch of that sample alone has, and their mean is the batch's."""
    session = Session()
    ask(session, "new", state={"layers": dense(3), "data": {"samples": 40}, "dtype": "float64"})
    ask(session, "step", batches=3)
    told = ask(session, "sample_gradients", weight="dense_1/kernel", index=[1, 2])
    assert len(told["gradients"]) == 20
    for row in (0, 7):
        alone = ask(session, "microscope", rows=[row])
        dW = alone["layers"][0]["weights"]["dense_1/kernel"]["dL_dw"]
        assert told["gradients"][row] == pytest.approx(dW[1][2], rel=DERIVATIVE)
        assert told["losses"][row] == pytest.approx(alone["loss"], rel=DERIVATIVE)
    whole = ask(session, "microscope", rows=list(range(20)))
    dW = whole["layers"][0]["weights"]["dense_1/kernel"]["dL_dw"]
    assert told["mean"] == pytest.approx(dW[1][2], rel=DERIVATIVE)
    assert told["mean"] != 0
    bias = ask(session, "sample_gradients", weight="output/bias", index=[0])
    assert np.ptp(bias["gradients"]) > 0
    ask(session, "preset", name="strokes")
    message = refused(session, "sample_gradients", weight="conv2d_1/kernel", index=[0, 0, 0, 0])
    assert "Dense" in message
