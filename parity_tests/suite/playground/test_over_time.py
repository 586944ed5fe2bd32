"""A network over time: sequences, the layers that take them, filters and maps."""

import numpy as np
import pytest

from parity_tests.commands.playground import place
from parity_tests.harness.tolerances import DERIVATIVE, FEW_ROUNDINGS, THREE_DIGITS
from parity_tests.suite.playground.playing import PRESETS, Session, ask, dense, refused

DATA = place.module("data").DATA
GLIDES = {"name": "glides", "samples": 30}
CONV = {"class": "Conv1D", "filters": 3}
MEAN = {"class": "GlobalAveragePooling1D"}


def test_a_glide_is_what_its_class_says():
    """The tone's own frequency: it rises (towards the first row), falls, or stays."""
    x, y = DATA["glides"].draw(np.random.default_rng(0), 90, 0.0)
    assert x.shape == (90, 12, 16)
    at = x.argmax(axis=2)
    for tones, places, kind in zip(x, at, y, strict=True):
        heard = np.flatnonzero(tones.max(axis=1) > 0.5)
        assert len(heard) >= 6
        moved = places[heard[-1]] - places[heard[0]]
        assert {0: moved <= -5, 1: moved >= 5, 2: moved == 0}[int(kind)], (kind, moved)
    # When it begins differs, and says nothing of the class.
    begins = (x.max(axis=2) > 0.5).argmax(axis=1)
    assert all(len(set(begins[y == kind])) > 3 for kind in range(3))


def test_the_time_delay_network_learns_them():
    session = Session()
    new = ask(session, "preset", name="glides")
    assert [layer["class"] for layer in new["layers"]] == [
        "Input", "Conv1D", "Conv1D", "GlobalAveragePooling1D", "Dense",
    ]  # fmt: skip
    assert new["layout"]["maps"] == []
    assert np.shape(new["points"]["inputs"]) == (150, 16, 12)
    told = ask(session, "step", epochs=25)
    assert told["test_metric"] > 0.95
    assert "feature_maps" in refused(session, "view", map=0)


def test_when_a_tone_begins_makes_no_difference():
    """Moved in time, away from the ends, a glide gives the same means: that is what it is for."""
    session = Session()
    ask(session, "new", state={**PRESETS["glides"][-1], "dtype": "float64"})
    ask(session, "step", epochs=3)
    click = np.zeros((1, 12, 16))
    click[0, 5, 4] = 1.0  # seen from 2 to 8: no end of the sequence is near
    outputs = session.run.outputs(click)
    later, higher = (session.run.outputs(np.roll(click, 1, axis=axis)) for axis in (1, 2))
    assert np.allclose(later, outputs, rtol=0, atol=DERIVATIVE)
    assert np.abs(higher - outputs).max() > 0.001


def test_filters_and_maps_are_those_of_the_equation():
    """map_f(t) = tanh(sum over window and channels of x(t + k) W_k,c,f + b_f)."""
    session = Session()
    ask(session, "preset", name="glides")
    ask(session, "step", epochs=1)
    told = ask(session, "feature_maps", row=4)
    run = session.run
    x = run.x[4].astype("float64")
    assert np.array_equal(np.array(told["image"], "float32"), run.x[4].T)
    first = told["layers"][0]
    assert np.shape(first["maps"]) == (4, 1, 12)
    assert np.shape(first["filters"]) == (4, 1, 16, 3)
    padded = np.pad(x, ((1, 1), (0, 0)))  # "same": one moment at each end
    for f in range(4):
        W, b = np.array(first["filters"][f][0]), first["biases"][f]
        z = [sum(padded[t + k] @ W[:, k] for k in range(3)) + b for t in range(12)]
        assert np.allclose(first["maps"][f][0], np.tanh(z), rtol=0, atol=FEW_ROUNDINGS)
    assert np.allclose(
        told["layers"][2]["values"],
        np.mean(told["layers"][1]["maps"], axis=2)[:, 0],
        atol=FEW_ROUNDINGS,
    )
    seen = ask(session, "microscope", rows=[4])
    assert np.allclose(
        np.array(seen["layers"][0]["a"][0]).T, np.array(first["maps"])[:, 0], atol=FEW_ROUNDINGS
    )


@pytest.mark.parametrize(
    ("data", "layers", "said"),
    [
        (GLIDES, dense(3), "put a Flatten before it"),
        (GLIDES, [CONV], "GlobalAveragePooling1D"),
        (GLIDES, [{"class": "Conv2D"}], "needs an image, and gets a sequence"),
        (GLIDES, [MEAN, CONV], "needs a sequence, and gets a list"),
        ({"name": "strokes"}, [CONV, MEAN], "needs a sequence, and gets an image"),
        ({"name": "circle"}, [MEAN], '"glides"'),
        ({"name": "circle"}, [{"class": "Flatten"}], "a sequence or an image"),
    ],
)
def test_layers_that_do_not_fit_are_said(data, layers, said):
    assert said in refused(Session(), "new", state={"data": data, "layers": layers})


@pytest.mark.parametrize(
    "layers",
    [
        [CONV, {"class": "MaxPooling1D"}, {"class": "Flatten"}],
        [CONV, {"class": "AveragePooling1D"}, {"class": "GlobalMaxPooling1D"}, *dense(3)],
        [{"class": "BatchNormalization"}, CONV, {"class": "Dropout"}, MEAN],
        [{**CONV, "strides": 2, "padding": "valid", "use_bias": False}, MEAN],
    ],
    ids=range(4),
)
def test_layers_over_time_are_derived_rightly(layers):
    session = Session()
    ask(session, "new", state={"data": GLIDES, "layers": layers, "dtype": "float64"})
    first = ask(session, "step", batches=1)["loss"]
    checked = ask(session, "check")
    assert checked["caught"] == []
    assert max(np.abs(checked["gradients"]["hand"])) > THREE_DIGITS
    ask(session, "arithmetic", weight="conv1d_1/kernel", index=[0, 1, 2])
    ask(session, "feature_maps", row=3)
    ask(session, "microscope")
    ask(session, "health")
    assert ask(session, "step", epochs=15)["loss"] < first
    assert "no points" in refused(session, "csv_out")


@pytest.mark.parametrize("preset", ["glides", "three_clouds", "autoencoder", "circle"])
def test_the_check_of_a_trained_network_raises_no_alarm(preset):
    """Of a - y the roundings of a and y are left; but a bug is found there too, in float64."""
    session = Session()
    ask(session, "new", state={**PRESETS[preset][-1], "dtype": "float32", "stop": None})
    ask(session, "step", batches=600)
    assert ask(session, "check", dtype="float32")["caught"] == []
    assert ask(session, "check", dtype="float64")["caught"] == []
    assert ask(session, "check", dtype="float64", bug="sign")["caught"]
