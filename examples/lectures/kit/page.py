"""The pages: one for each lesson, and an index. Each has its pictures and formulas in itself."""

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from examples.lectures.kit import film, listings, markup
from examples.lectures.kit.cells import Result
from examples.lectures.kit.claims import AGREES, DIFFERS, ENGINES_DIFFER
from examples.lectures.kit.engines import ENGINES
from examples.lectures.kit.formulas import formulas
from examples.lectures.kit.lesson import Figure, Lesson
from parity_tests.harness.pages import template


class Ran(NamedTuple):
    """A lesson that has run: its script, what it claimed and showed, and how long it took."""

    path: Path
    lesson: Lesson
    results: list[Result]
    seconds: float


def write(lessons: Sequence[Ran], folder: Path) -> Path:
    """Writes `folder/index.html`, and beside it a page for each lesson; returns the index."""
    shown = [_shown(ran) for ran in lessons]
    for lesson in shown:
        body = _rendered("lesson", lesson=lesson)
        page = _page(body, f"{lesson['title']} | The lectures, alive", shown, lesson["name"])
        (folder / f"{lesson['name']}.html").write_text(page, encoding="utf-8")
    index = folder / "index.html"
    body = _rendered("index", lessons=shown)
    index.write_text(_page(body, "The lectures, alive", shown), encoding="utf-8")
    return index


def _page(body: str, title: str, lessons: list[dict[str, Any]], current: str = "") -> str:
    body, headings = markup.with_ids(body)
    body = body.replace("<!-- contents -->", _contents(headings), 1)
    return _rendered(
        "layout",
        body=body,
        title=title,
        lessons=lessons,
        current=current,
        code_style=markup.style(),
    )


def _contents(headings: Sequence[markup.Heading]) -> str:
    rows = [
        f'<li class="level-{h.level}"><a href="#{h.id}">{h.html}</a></li>'
        for h in headings
        if h.level > 1
    ]
    return (
        f'<details class="contents"><summary>contents</summary><ul>{"".join(rows)}</ul></details>'
    )


def _rendered(name: str, **values: Any) -> str:
    page = template(
        "examples.lectures.kit",
        f"{name}.html.jinja",
        text=markup.text,
        code=markup.code,
        parts=listings.parts,
        formula=markup.display,
        data=_data,
        drawing=_drawing,
        small=lambda number: f"{number:.0e}" if number else "0",
    )
    names = {"AGREES": AGREES, "DIFFERS": DIFFERS, "ENGINES_DIFFER": ENGINES_DIFFER}
    return page.render(engines=list(ENGINES), **names, **values)


def _shown(ran: Ran) -> dict[str, Any]:
    return {
        "name": ran.lesson.name,
        "title": ran.lesson.title,
        "seconds": ran.seconds,
        "script": ran.path.name,
        "results": ran.results,
        "claims": [{**claim.row(), "lesson": ran.lesson.title} for claim in ran.lesson.claims],
        "formulas": formulas(ran.path),
        "pictures": len(ran.lesson.figures),
    }


def _drawing(figure: Figure) -> str:
    frames = [file.read_text(encoding="utf-8") for file in figure.files]
    return film.html(frames, figure.name, figure.caption)


def _data(file: Path) -> str:
    return f"data:image/png;base64,{base64.b64encode(file.read_bytes()).decode()}"
