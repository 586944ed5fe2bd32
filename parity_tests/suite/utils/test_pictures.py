"""Drawings of graphs, models and histories: as they were when they were last looked at."""

import xml.etree.ElementTree as ET

import pytest

from parity_tests.commands.unchanged import pictures

RECORDED = pictures.recorded()


def test_each_is_recorded_and_no_other():
    assert set(pictures.found()) == set(RECORDED)


@pytest.mark.parametrize("name", RECORDED)
def test_it_is_drawn_as_before(name):
    """Is a change meant? `parity unchanged --write` records it; look at the picture."""
    assert pictures.found()[name] == RECORDED[name]


@pytest.mark.parametrize("name", [name for name in RECORDED if name.endswith(".svg")])
def test_it_is_drawn_within_its_frame(name):
    root = ET.fromstring(RECORDED[name])
    width, height = (float(root.attrib[side].removesuffix("px")) for side in ("width", "height"))
    texts = [t for t in root.iter("{http://www.w3.org/2000/svg}text") if "x" in t.attrib]
    assert texts
    for text in texts:
        assert 0 <= float(text.attrib["x"]) <= width
        assert 0 <= float(text.attrib["y"]) <= height
