"""A graph as text and as a picture."""

import itertools
import xml.etree.ElementTree as ET

import numpy as np

from scratch import ops


def test_text():
    x, w = ops.Symbol.leaf("x", shape=(2,)), ops.Symbol.leaf("w", shape=(2,))
    y = ops.sum(ops.square(x * w) + 0.5).named("y")
    assert ops.draw_text(y).splitlines() == [
        "#1  x  input           (2,) float32",
        "#2  w  input           (2,) float32",
        "#3     multiply(x, w)  (2,) float32",
        "#4     square(#3)      (2,) float32",
        "#5     add(#4, 0.5)    (2,) float32",
        "#6  y  sum(#5)         () float32    <-",
    ]


def test_a_number_is_written_and_an_array_is_not():
    def written(y):
        texts = ET.fromstring(ops.draw_svg(y)).iter("{http://www.w3.org/2000/svg}text")
        return [t.text for t in texts]

    x = ops.Symbol.leaf("x", shape=(1, 2))
    for number in (np.array(0.25), np.float32(0.25)):
        assert written([x, ops.convert_to_tensor(number)]) == ["x", "(1, 2)", "0.25", "()"]
    assert "constant" in written([x, np.array([0.25])])


def test_svg():
    x = ops.Symbol.leaf("x & <x>", shape=(2,))
    y = ops.sum(ops.tanh(x) * ops.exp(x) / ops.Symbol.leaf("unknown"))
    drawing = ops.draw_svg([y, *ops.gradient(y, [x])], title="A & B")
    tree = ET.fromstring(drawing)
    texts = [t.text for t in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[0] == "A & B"
    assert texts.count("x & <x>") == 1
    assert texts.count("tanh") == 1
    boxes = list(tree.iter("{http://www.w3.org/2000/svg}rect"))[1:]
    width, height = float(tree.attrib["width"]), float(tree.attrib["height"])
    rectangles = [[float(b.attrib[k]) for k in ("x", "y", "width", "height")] for b in boxes]
    for left, top, w, h in rectangles:
        assert left >= 0
        assert top >= 0
        assert left + w <= width
        assert top + h <= height
    for (l1, t1, w1, h1), (l2, t2, w2, h2) in itertools.combinations(rectangles, 2):
        assert l1 + w1 <= l2 or l2 + w2 <= l1 or t1 + h1 <= t2 or t2 + h2 <= t1
