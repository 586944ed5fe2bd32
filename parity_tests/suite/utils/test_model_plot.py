"""The drawing of a model names its layers and joins the right ones."""

import re
import shutil

import pytest

import scratch as keras

graphviz = pytest.importorskip("graphviz")


def branches():
    x = keras.Input((4,), name="x")
    a = keras.layers.Dense(3, "tanh", name="a")(x)
    b = keras.layers.Dense(3, name="b")(x)
    return keras.Model(x, keras.layers.Add(name="sum")([a, b]))


def test_boxes_and_arrows():
    model = branches()
    source = keras.utils.model_to_dot(model, show_shapes=True, show_layer_activations=True).source
    names = dict(re.findall(r"(\d+) \[label=<.*?<b>(\w+)</b> \(", source))
    assert sorted(names.values()) == ["a", "b", "sum", "x"]
    arrows = {(names[t], names[h]) for t, h in re.findall(r"(\d+) -> (\d+)", source)}
    assert arrows == {("x", "a"), ("x", "b"), ("a", "sum"), ("b", "sum")}
    assert "Output shape: <b>(None, 3)</b>" in source
    assert source.count("Input shape: <b>(None, 4)</b>") == 3
    assert "Activation: <b>tanh</b>" in source


def test_a_model_inside_is_framed():
    inner = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)], name="inner")
    model = keras.Sequential([keras.Input((4,)), inner, keras.layers.Dense(1)])
    assert "cluster" in keras.utils.model_to_dot(model, expand_nested=True).source
    assert "cluster" not in keras.utils.model_to_dot(model).source


def test_a_drawing_becomes_a_frame_of_another():
    model = branches()
    outer = graphviz.Digraph()
    outer.subgraph(keras.utils.model_to_dot(model, subgraph=True, dpi=50))
    source = outer.source
    assert re.search(r"subgraph cluster_\d+ {", source)
    assert f"label={model.name}" in source and "dashed" in source and "dpi" not in source
    assert {"a", "b", "sum", "x"} == set(re.findall(r"<b>(\w+)</b>", source))


def test_an_unbuilt_model_cannot_be_drawn():
    with pytest.raises(ValueError, match="not yet been built"):
        keras.utils.plot_model(keras.Sequential([keras.layers.Dense(1)]))


@pytest.mark.skipif(shutil.which("dot") is None, reason="the program dot is not installed")
def test_a_picture_is_written(tmp_path):
    path = keras.utils.plot_model(
        branches(), tmp_path / "model.svg",
        show_shapes=True, show_dtype=True, show_layer_activations=True,
    )  # fmt: skip
    with open(path) as file:
        assert "<svg" in file.read()
