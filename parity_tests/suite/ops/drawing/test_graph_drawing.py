"""Values and gradients on the edges of a drawn graph: the right numbers, each where it belongs."""

import itertools
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from parity_tests.harness.tolerances import DERIVATIVE
from scratch import ops
from scratch.ops.drawing.draw_values import GRADIENT, VALUE, number, number_rows
from scratch.ops.drawing.layout import layered
from scratch.ops.drawing.passes import Passes
from scratch.ops.gradient import contributions

SVG = "{http://www.w3.org/2000/svg}"


def leaf(name, value):
    return ops.Symbol.leaf(name, shape=np.shape(value), dtype="float64")


def lecture_graph():
    """f = (x + y + 1) r at x = -2, y = 5, r = 3."""
    x, y, r = (leaf(name, 0.0) for name in "xyr")
    f = (((x + y).named("q") + 1).named("z") * r).named("f")
    return f, {x: -2.0, y: 5.0, r: 3.0}


def used_twice():
    """F = (w x) (w v) at w = 3, x = 2, v = -1: 6 w x v is its derivative by w."""
    w, x, v = (leaf(name, 0.0) for name in "wxv")
    return ((w * x).named("z1") * (w * v).named("z2")).named("F"), {w: 3.0, x: 2.0, v: -1.0}


def network():
    """A sigmoid layer and a square loss, with a bias that is broadcast over the rows."""
    rng = np.random.default_rng(1)
    arrays = {"x": rng.normal(size=(3, 2)), "W": rng.normal(size=(2, 2)), "b": rng.normal(size=2)}
    leaves = {name: leaf(name, value) for name, value in arrays.items()}
    a = ops.sigmoid(leaves["x"] @ leaves["W"] + leaves["b"]).named("a")
    feeds = {leaves[name]: value for name, value in arrays.items()}
    return (0.5 * ops.sum(ops.square(a))).named("L"), feeds


GRAPHS = pytest.mark.parametrize("graph", [lecture_graph, used_twice, network])


def texts(svg):
    """`(text, colour, x, y)` of everything that is written in a drawing."""
    root = ET.fromstring(svg)
    return [
        (t.text or "", t.get("fill"), float(t.attrib["x"]), float(t.attrib["y"]))
        for t in root.iter(f"{SVG}text")
    ]


def written(svg, colour):
    return sorted(
        t for t, fill, *_ in texts(svg) if fill == colour and t not in ("values", "gradients")
    )


def signs(*numbers):
    """As a drawing writes them: with a true minus sign."""
    return sorted(n.replace("-", "\N{MINUS SIGN}") for n in numbers)


# The numbers --------------------------------------------------------------------------------


def test_the_lectures_small_example():
    y, feeds = lecture_graph()
    drawing = ops.draw_values(y, feeds)
    assert written(drawing, VALUE) == signs("-2", "5", "q = 3", "z = 4", "3", "f = 12")
    # by f: 1; by z: r; by q, x and y: r; by r: z
    assert written(drawing, GRADIENT) == signs("1", "3", "3", "3", "3", "4")


def test_both_edges_of_what_is_used_twice_and_their_sum():
    y, feeds = used_twice()
    # z1 = 6, z2 = -3: dw = -3 * 2 along one edge, 6 * -1 along the other
    assert written(ops.draw_values(y, feeds), GRADIENT) == signs(
        "1", "-3", "6", "-6", "-6", "-12", "-9", "18"
    )


@GRAPHS
def test_values_and_gradients_are_those_of_evaluate_and_gradient(graph):
    y, feeds = graph()
    passes = Passes(y, feeds)
    found = ops.evaluate([y, *ops.gradient(y, list(feeds))], feeds)
    np.testing.assert_array_equal(passes.values[y.serial], found[0])
    for symbol, expected in zip(feeds, found[1:], strict=True):
        np.testing.assert_array_equal(passes.gradients[symbol.serial], expected)


@GRAPHS
def test_what_comes_back_along_the_edges_adds_up_to_the_gradient(graph):
    y, feeds = graph()
    passes = Passes(y, feeds)
    for symbol in feeds:
        backs = np.array([edge.gradient for edge in passes.uses(symbol)])
        total = passes.gradients[symbol.serial]
        assert np.abs(backs.sum(axis=0) - total).max() <= DERIVATIVE * np.abs(total).max()
    totals, edges = contributions(y, list(feeds))
    assert set(totals) >= {symbol.serial for symbol in feeds}
    assert {(e.user.serial, e.place) for e in passes.edges if e.gradient is not None} <= set(edges)


def test_the_gradient_of_an_array_is_that_of_the_sum_of_its_entries():
    x = leaf("x", np.zeros(3))
    passes = Passes(ops.square(x), {x: np.array([1.0, 2.0, 3.0])})
    np.testing.assert_array_equal(passes.gradients[x.serial], [2.0, 4.0, 6.0])


def test_nothing_goes_back_where_there_is_no_derivative():
    x = leaf("x", 0.0)
    passes = Passes(ops.floor(x) + 0.0 * x, {x: 1.5})
    floor = next(z for z in passes.nodes if z.inputs and z.op.name == "floor")
    back = next(edge.gradient for edge in passes.edges if edge.user is floor)
    assert back is None


@pytest.mark.parametrize(
    ("value", "rows"),
    [
        (-0.5, ["-0.5"]),
        (-0.0, ["0"]),
        (np.array([1.0, 22.0]), ["[1 22]"]),
        (np.array([[1.0], [-22.0]]), ["[  1]", "[-22]"]),
        (np.zeros((4, 4)), ["4x4"]),
        (np.zeros((2, 2, 2)), ["2x2x2"]),
    ],
)
def test_how_a_number_is_written(value, rows):
    plain = str.maketrans("\N{MINUS SIGN}\N{MULTIPLICATION SIGN}", "-x")
    assert [row.translate(plain) for row in number_rows(value)] == rows


def test_three_digits():
    assert number(1234.5) == "1.23e+03"
    assert number(0.123456) == "0.123"


# The steps ----------------------------------------------------------------------------------


@GRAPHS
def test_frames_lead_to_the_finished_drawing(graph):
    y, feeds = graph()
    frames = ops.draw_frames(y, feeds, title="one")
    assert len({ET.fromstring(f).get("viewBox") for f in frames}) == 1
    numbers = [{t for t in texts(f) if t[1] in (VALUE, GRADIENT)} for f in frames]
    for before, after in itertools.pairwise(numbers):
        assert before <= after
    assert all(fill == VALUE for _, fill, *_ in numbers[0])
    finished = {
        t for t in texts(ops.draw_values(y, feeds, title="one")) if t[1] in (VALUE, GRADIENT)
    }
    assert numbers[-1] == {t for t in finished if t[0] not in ("values", "gradients")}


def test_forward_all_the_way_before_anything_goes_back():
    y, feeds = network()
    passes = Passes(y, feeds)
    kinds = [step.kind for step in passes.steps]
    operations = sum(bool(z.inputs) for z in passes.nodes)
    assert kinds == ["start", *["forward"] * operations, "seed", *["backward"] * operations]
    captions = [t for f in ops.draw_frames(y, feeds) for t, *_ in texts(f) if t.startswith("step")]
    assert captions[0] == f"step 1 of {len(kinds)}: the inputs"
    assert captions[-1].endswith("backward through matmul")


# The picture --------------------------------------------------------------------------------


@GRAPHS
def test_nothing_stands_on_anything_else(graph):
    y, feeds = graph()
    places = [(x, y) for _, _, x, y in texts(ops.draw_values(y, feeds, title="a title"))]
    assert len(set(places)) == len(places)
    rows = sorted(places, key=lambda place: (place[0], place[1]))
    for (x1, y1), (x2, y2) in itertools.pairwise(rows):
        assert x1 != x2 or abs(y2 - y1) >= 12, "two lines of text on each other"


def test_a_title_is_written_as_it_is():
    y, feeds = lecture_graph()
    assert any(t == "a < b & c" for t, *_ in texts(ops.draw_values(y, feeds, title="a < b & c")))


def test_operands_enter_in_their_order():
    x, y = leaf("x", 0.0), leaf("y", 0.0)
    drawn = {t: height for t, _, _, height in texts(ops.draw_values(x - y, {x: 1.0, y: 2.0}))}
    assert drawn["x"] < drawn["y"]
    turned = {t: height for t, _, _, height in texts(ops.draw_values(y - x, {x: 1.0, y: 2.0}))}
    assert turned["y"] < turned["x"]


def test_layers_keep_the_gap_they_are_given():
    sizes, edges = [(30.0, 20.0), (40.0, 20.0)], [(0, 1, None)]
    for gap in (22.0, 60.0):
        first, second = layered(sizes, edges, gap).boxes
        assert second.y - first.y == 20.0 + gap


def test_a_notebook_shows_the_drawing():
    x = ops.Symbol.leaf("x", shape=())
    y = ops.tanh(x)
    for drawing in (ops.draw_svg(y), ops.draw_values(y, {x: 1.0}), *ops.draw_frames(y, {x: 1.0})):
        assert drawing._repr_svg_() == drawing
        assert type(drawing._repr_svg_()) is str
