"""All lessons as one page that needs nothing but itself: it has pictures and formulas in it."""

import base64
import re
from pathlib import Path
from typing import Any, NamedTuple

from examples.lectures.kit import markup
from examples.lectures.kit.cells import Result
from examples.lectures.kit.claims import AGREES, DIFFERS
from examples.lectures.kit.formulas import formulas, numbers_in
from examples.lectures.kit.lesson import Lesson
from parity_tests.harness.pages import template

_TYPES = {".png": "image/png", ".svg": "image/svg+xml"}
_READABLE = 1300  # pixels


class Ran(NamedTuple):
    """A lesson that has run: its script, what it claimed and showed, and how long it took."""

    path: Path
    lesson: Lesson
    results: list[Result]
    seconds: float


def write(lessons: list[Ran], folder: Path) -> Path:
    """Writes `folder/index.html`; returns its path."""
    page = folder / "index.html"
    page.write_text(render(lessons), encoding="utf-8")
    return page


def render(lessons: list[Ran]) -> str:
    """The lessons as one HTML page."""
    page = template(
        "examples.lectures.kit",
        "page.html.jinja",
        text=markup.text,
        code=markup.code,
        formula=markup.display,
        data=_data,
        fits=_fits,
        has_formula=lambda code: bool(numbers_in(code)),
    )
    return page.render(
        lessons=[_shown(ran) for ran in lessons],
        code_style=markup.style(),
        AGREES=AGREES,
        DIFFERS=DIFFERS,
    )


def _shown(ran: Ran) -> dict[str, Any]:
    return {
        "name": ran.lesson.name,
        "title": ran.lesson.title,
        "seconds": ran.seconds,
        "script": ran.path.name,
        "results": ran.results,
        "claims": [claim.row() for claim in ran.lesson.claims],
        "formulas": formulas(ran.path),
    }


def _fits(file: Path) -> bool:
    """Whether a drawing is still readable when it is made as narrow as the page; others scroll."""
    width = re.search(rb'<svg [^>]*width="(\d+)"', file.read_bytes())
    return width is not None and int(width[1]) <= _READABLE


def _data(file: Path) -> str:
    encoded = base64.b64encode(file.read_bytes()).decode()
    return f"data:{_TYPES[file.suffix]};base64,{encoded}"
