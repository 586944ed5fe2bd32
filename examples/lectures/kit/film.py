"""Drawings as part of a page: one SVG element, for a single drawing or for all frames of a film.

A frame differs from the one before in a few numbers. So a film is the frames laid one upon the
other: what several of them have in common is there once, in a group that says in which frames it
is seen, `<g data-frames="3 4 5">`. A slider beneath shows a frame by hiding the other groups.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import groupby

_SVG = "http://www.w3.org/2000/svg"
# Pixels. What is wider cannot be read when it is made as narrow as a page, nor what is on a
# telephone: these scroll.
_READABLE, _NARROWEST = 1300, 720
ET.register_namespace("", _SVG)

# One line, so that it needs no script of the page that it stands in: a notebook has none.
_SLIDE = (
    "for (const g of this.parentNode.querySelectorAll('[data-frames]')) "
    "g.style.display = g.dataset.frames.split(' ').includes(this.value) ? '' : 'none'"
)


def html(frames: Sequence[str], name: str, says: str) -> str:
    """The drawing, and where there are several frames, a slider beneath it.

    Args:
        frames: SVG documents, all of one size.
        name: unique in the page: ids within the drawings are made unique with it.
        says: what the drawing shows, for those who cannot see it.
    """
    drawing = f'<div style="overflow-x: auto">{_element(frames, name, says)}</div>'
    if len(frames) == 1:
        return drawing
    slider = (
        f'<input type="range" min="0" max="{len(frames) - 1}" value="0" oninput="{_SLIDE}" '
        f'aria-label="step" style="display: block; width: min(24rem, 90%); margin: .4rem auto">'
    )
    return f"<div>{drawing}{slider}</div>"


def _element(frames: Sequence[str], name: str, says: str) -> str:
    roots = [ET.fromstring(frame) for frame in frames]
    width, height = roots[0].attrib["width"], roots[0].attrib["height"]
    body = []
    for shown, things in groupby(_merged([_things(root) for root in roots]), lambda pair: pair[1]):
        inside = "".join(thing for thing, _ in things)
        if len(shown) < len(frames):
            hidden = "" if 0 in shown else ' style="display:none"'
            inside = f'<g data-frames="{" ".join(map(str, shown))}"{hidden}>{inside}</g>'
        body.append(inside)
    drawn = re.sub(r'(id="|url\(#)', rf"\g<1>{name}-", "".join(body))
    least = min(int(width), _NARROWEST) if int(width) <= _READABLE else width
    style = f"max-width: 100%; min-width: {least}px; height: auto"
    attributes = {"role": "img", "aria-label": says, "style": style, "width": width}
    begin = ET.tostring(ET.Element("svg", {**attributes, "viewBox": f"0 0 {width} {height}"}))
    return f"{begin.decode().removesuffix(' />')}>{drawn}</svg>"


def _things(root: ET.Element) -> list[str]:
    return [ET.tostring(child).decode().replace(f' xmlns="{_SVG}"', "").strip() for child in root]


def _merged(frames: list[list[str]]) -> list[tuple[str, tuple[int, ...]]]:
    """Everything that is in any frame, in an order that fits all, and in which frames it is."""
    merged: list[tuple[str, tuple[int, ...]]] = []
    for i, frame in enumerate(frames):
        longer: list[tuple[str, tuple[int, ...]]] = []
        known = [thing for thing, _ in merged]
        for tag, a, b, c, d in SequenceMatcher(None, known, frame, autojunk=False).get_opcodes():
            both = tag == "equal"
            longer += [(thing, (*seen, i) if both else seen) for thing, seen in merged[a:b]]
            longer += [] if both else [(thing, (i,)) for thing in frame[c:d]]
        merged = longer
    return merged
