"""Drawings of models without Graphviz: nothing overlaps, and every arrow joins the right boxes."""

import itertools
import re
import sys
import xml.etree.ElementTree as ET
from typing import NamedTuple

import numpy as np
import pytest

import scratch as keras
from scratch.utils.model_svg import DIRECTIONS

layers = keras.layers
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def without_graphviz(monkeypatch):
    monkeypatch.setitem(sys.modules, "graphviz", None)


# What is in a drawing ----------------------------------------------------------------------------


class Box(NamedTuple):
    """A box or a frame, and what stands in its first line."""

    left: float
    top: float
    right: float
    bottom: float
    title: str
    is_frame: bool


def numbers(text):
    return [float(n) for n in re.findall(r"-?[\d.]+", text)]


def contents(svg):
    """The boxes, and of each arrow a hundred points of each of its curves; all from (0, 0)."""
    found, lines = [], []

    def look(element, dx, dy):
        if "transform" in element.attrib:
            x, y = numbers(element.attrib["transform"])
            dx, dy = dx + x, dy + y
        for child in element:
            if child.tag == f"{SVG}rect" and "rx" in child.attrib:
                width, height = float(child.attrib["width"]), float(child.attrib["height"])
                title = "".join(element.find(f"{SVG}text").itertext())
                frame = "stroke-dasharray" in child.attrib
                found.append(Box(dx, dy, dx + width, dy + height, title, frame))
            elif "marker-end" in child.attrib:
                corners = np.reshape(numbers(child.attrib["d"]), (-1, 2)) + np.array([dx, dy])
                lines.append(sampled(corners))
            elif child.tag == f"{SVG}g":
                look(child, dx, dy)

    look(ET.fromstring(svg), 0.0, 0.0)
    return found, lines


def sampled(corners):
    t = np.linspace(0, 1, 100)[:, None]
    curves = [corners[i : i + 4] for i in range(0, len(corners) - 1, 3)]
    return np.concatenate(
        [
            (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
            for a, b, c, d in curves
        ]
    )


def inside(points, box, margin=1.0):
    left, top, right, bottom = box[:4]
    x, y = points.T
    across = (x > left + margin) & (x < right - margin)
    return across & (y > top + margin) & (y < bottom - margin)


def at(point, boxes):
    """The titles of the boxes on whose border a point is."""
    return {
        box.title
        for box in boxes
        if inside(point[None], box, -1.0)[0] and not inside(point[None], box, 1.0)[0]
    }


def joined(svg):
    """The arrows of a drawing as pairs of titles."""
    boxes, lines = contents(svg)
    pairs = set()
    for line in lines:
        (tail,), (head,) = at(line[0], boxes), at(line[-1], boxes)
        pairs.add((tail, head))
    return pairs


def drawn(model, **options):
    return keras.utils.model_to_dot(model, **options)


# Models ------------------------------------------------------------------------------------------


def stack():
    return keras.Sequential(
        [
            keras.Input((28, 28)),
            layers.Flatten(name="flat"),
            layers.Dense(300, "relu", name="wide"),
            layers.Dense(10, "softmax", name="narrow"),
        ]
    )


def branches():
    x, z = keras.Input((16,), name="x"), keras.Input((4,), name="an input with quite a long name")
    a = layers.Dense(32, "relu", name="a")(x)
    skip = layers.Add(name="skip")([a, layers.Dense(32, name="b")(a)])
    both = layers.Concatenate(name="both")([skip, layers.Dense(8, name="c")(z), x])
    ends = [layers.Dense(10, name="classes")(both), layers.Dense(1, name="price")(both)]
    return keras.Model([x, z], ends)


def nested():
    block = keras.Sequential([keras.Input((8,)), layers.Dense(8), layers.Dense(8)], name="block")
    inner = keras.Input((8,), name="inside")
    skip = layers.Add(name="sum")([layers.Dense(8)(inner), inner])
    residual = keras.Model(inner, skip, name="residual")
    x = keras.Input((8,), name="x")
    product = layers.Multiply(name="product")([residual(block(x)), x])
    return keras.Model(x, layers.Dense(2, name="last")(product))


def shared():
    left, right = keras.Input((4,), name="left"), keras.Input((4,), name="right")
    tower = layers.Dense(4, "tanh", name="tower")
    back = layers.Dense(4, name="back")(tower(tower(left)))
    y = keras.ops.abs(tower(back) - tower(right))
    return keras.Model([left, right], layers.Dense(1, name="same")(y))


def wide():
    x = keras.Input((4,), name="x")
    heads = [layers.Dense(3, name=f"head{i}")(x) for i in range(6)]
    deep = x
    for i in range(5):
        deep = layers.Dense(4, name=f"deep{i}")(deep)
    sums = [layers.Add(name=f"sum{i}")([heads[i], heads[-1 - i]]) for i in range(3)]
    return keras.Model(x, layers.Concatenate(name="all")([*sums, deep, heads[0], x]))


MODELS = (stack, branches, nested, shared, wide)


def expected(model):
    """The pairs of boxes of which one reads the other, from the model itself."""
    kind = {id(op): getattr(op, "class_name", type(op).__name__) for op in model.graph.operations}
    return {
        (f"{source.name} ({kind[id(source)]})", f"{reader.name} ({kind[id(reader)]})")
        for reader in model.graph.operations
        for call in reader.inbound_calls
        for tensor in call.inputs
        for source in [tensor.keras_history[0]]
    }


# Tests -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("expand", [False, True])
@pytest.mark.parametrize("build", MODELS)
def test_nothing_overlaps(build, direction, expand):
    svg = drawn(build(), rankdir=direction, expand_nested=expand, show_shapes=True)
    boxes, lines = contents(svg)
    root = ET.fromstring(svg).attrib
    for box in boxes:
        assert 0 <= box.left < box.right <= float(root["width"])
        assert 0 <= box.top < box.bottom <= float(root["height"])
    for a, b in itertools.combinations(boxes, 2):
        apart = a.right < b.left or b.right < a.left or a.bottom < b.top or b.bottom < a.top
        outer, inner = (a, b) if a.is_frame else (b, a)
        within = outer.is_frame and inside(np.reshape(inner[:4], (2, 2)), outer).all()
        assert apart or within, (a, b)
    for line in lines:
        for box in boxes:
            if not box.is_frame:
                assert not inside(line, box).any(), box


@pytest.mark.parametrize("build", MODELS[1:])
def test_arrows_join_what_is_joined(build):
    model = build()
    assert joined(drawn(model)) == expected(model)


def test_a_stack_is_a_chain():
    pairs = joined(drawn(stack()))
    assert pairs == {("flat (Flatten)", "wide (Dense)"), ("wide (Dense)", "narrow (Dense)")}


@pytest.mark.parametrize(
    ("direction", "axis", "sign"), [("TB", 1, 1), ("BT", 1, -1), ("LR", 0, 1), ("RL", 0, -1)]
)
def test_arrows_run_in_the_direction(direction, axis, sign):
    _, lines = contents(drawn(branches(), rankdir=direction))
    assert all(sign * (line[-1] - line[0])[axis] > 0 for line in lines)


def test_frames_hold_the_layers_of_models_inside():
    model = nested()
    boxes, _ = contents(drawn(model, expand_nested=True))
    frames = {box.title: box for box in boxes if box.is_frame}
    assert set(frames) == {"block (Sequential)", "residual (Functional)"}
    held = [
        box.title
        for box in boxes
        if inside(np.reshape(box[:4], (2, 2)), frames["residual (Functional)"]).all()
    ]
    assert {"inside (InputLayer)", "sum (Add)"} < set(held)
    assert len(held) == 3


def test_a_box_tells_what_is_asked_for():
    model = stack()
    model.get_layer("wide").trainable = False
    asked = {
        "show_shapes": "Output shape: (None, 300)",
        "show_dtype": "Output dtype: float32",
        "show_layer_activations": "Activation: softmax",
        "show_trainable": "Non-trainable",
    }
    for option, words in asked.items():
        for is_shown in (True, False):
            svg = drawn(model, **{option: is_shown})
            texts = ["".join(t.itertext()) for t in ET.fromstring(svg).iter(f"{SVG}text")]
            assert (words in texts) == is_shown
    titles = [box.title for box in contents(drawn(model, show_layer_names=False))[0]]
    assert titles == ["Flatten", "Dense", "Dense"]


def test_texts_fit_into_their_boxes():
    name = "WWWWmmmm_" * 4 + "漢字"
    (box,), _ = contents(drawn(keras.Sequential([keras.Input((4,)), layers.Dense(1, name=name)])))
    # Four of five letters are as wide as they are high (14 pixels), or nearly.
    assert box.right - box.left > 32 * 0.85 * 14


def test_names_are_escaped():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(1, name="<a> & b")])
    assert contents(drawn(model))[0][0].title == "<a> & b (Dense)"


def test_a_model_with_a_call_of_its_own_is_one_box():
    class Own(keras.Model):
        def __init__(self):
            super().__init__(name="own")
            self.inner = layers.Dense(2)

        def call(self, x):
            return self.inner(x)

    model = Own()
    model(np.ones((1, 3), "float32"))
    for expand in (False, True):
        boxes, lines = contents(drawn(model, expand_nested=expand))
        assert [box.title for box in boxes] == ["own (Own)"]
        assert not lines


def test_an_unknown_direction_is_refused():
    with pytest.raises(ValueError, match="TB, BT, LR, RL"):
        drawn(stack(), rankdir="down")


# Files -------------------------------------------------------------------------------------------


def without_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "graphviz", None)


def without_program(monkeypatch):
    monkeypatch.undo()
    pytest.importorskip("graphviz")
    monkeypatch.setenv("PATH", "")


MISSING = pytest.mark.parametrize("missing", [without_package, without_program])


@MISSING
def test_a_file_is_written_without_graphviz(tmp_path, monkeypatch, missing):
    missing(monkeypatch)
    path = keras.utils.plot_model(branches(), tmp_path / "model.svg", show_layer_names=True)
    assert path == str(tmp_path / "model.svg")
    svg = (tmp_path / "model.svg").read_text()
    assert path._repr_svg_() == svg
    assert path._repr_png_() is None
    assert ("a (Dense)", "b (Dense)") in joined(svg)


@MISSING
@pytest.mark.parametrize(("name", "instead"), [("m.png", "m.svg"), ("m", "m.svg")])
def test_what_only_graphviz_can_write_says_what_to_do(monkeypatch, missing, name, instead):
    missing(monkeypatch)
    with pytest.raises(ImportError, match=f"install graphviz.*to_file='{instead}'"):
        keras.utils.plot_model(branches(), name)


def test_a_notebook_shows_the_drawing():
    drawing = keras.utils.model_to_dot(branches())
    assert drawing._repr_svg_() == drawing
    assert drawing.startswith("<svg ")


def test_a_notebook_shows_the_drawing_without_the_program(monkeypatch):
    without_program(monkeypatch)
    dot = keras.utils.model_to_dot(branches(), rankdir="LR")
    assert "a</b> (Dense)" in dot.source
    (svg,) = dot._repr_mimebundle_(include=None, exclude=None).values()
    assert ("a (Dense)", "b (Dense)") in joined(svg)


def test_one_drawing_inside_another_needs_graphviz():
    with pytest.raises(ImportError, match="one drawing into another"):
        keras.utils.model_to_dot(branches(), subgraph=True)
