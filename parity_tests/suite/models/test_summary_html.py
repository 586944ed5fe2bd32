"""What a notebook shows of a model: its summary as a table."""

import re
import xml.etree.ElementTree as ET

import pytest

import scratch as keras


def rows(model):
    tree = ET.fromstring(model._repr_html_())
    return [["".join(cell.itertext()) for cell in row] for row in tree.iter("tr")]


def stack():
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(3, name="first"), keras.layers.Dense(2)], name="<b>"
    )


def branches():
    x = keras.Input((4,), name="x")
    a, b = keras.layers.Dense(3, name="a")(x), keras.layers.Dense(3, name="b")(x)
    return keras.Model(x, keras.layers.Add(name="sum")([a, b]), name="branches")


def test_a_stack():
    assert rows(stack()) == [
        ["Layer (type)", "Output Shape", "Param #"],
        ["first (Dense)", "(None, 3)", "15"],
        ["dense (Dense)", "(None, 2)", "8"],
    ]


def test_a_graph():
    head, *found = rows(branches())
    assert head[-1] == "Connected to"
    assert [row[-1] for row in found] == ["-", "x[0][0]", "x[0][0]", "a[0][0], b[0][0]"]


def test_what_is_not_built_yet():
    assert rows(keras.Sequential([keras.layers.Dense(3)]))[1][1:] == ["?", "0 (unbuilt)"]


@pytest.mark.parametrize("build", [stack, branches])
def test_it_tells_what_the_summary_tells(build):
    model = build()
    printed: list[str] = []
    model.summary(print_fn=printed.append)
    told = "".join(ET.fromstring(model._repr_html_()).itertext())
    totals = re.findall(r"\w+ params: .*", printed[0])
    assert len(totals) == 3
    assert all(total in told for total in totals)


def test_names_are_escaped():
    assert "<b>Model: &lt;b&gt;</b>" in stack()._repr_html_()
