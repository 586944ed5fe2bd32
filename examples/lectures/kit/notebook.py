"""Where a lesson runs as a notebook, its figures and its table of claims appear in it."""

import sys
from collections.abc import Sequence
from html import escape
from typing import Any

from examples.lectures.kit import film


def inside() -> bool:
    """Whether this program is a notebook that runs."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and getattr(ipython.get_ipython(), "kernel", None) is not None


def show(name: str, contents: Sequence[bytes], caption: str) -> None:
    """Shows a figure.

    Args:
        name: of the figure.
        contents: of its files: a PNG, an SVG document, or the frames of a film.
        caption: what it shows.
    """
    from IPython.display import HTML, Image

    if contents[0].startswith(b"\x89PNG"):
        _display(Image(contents[0], width=720))
    else:
        _display(HTML(film.html([content.decode() for content in contents], name, caption)))
    _display(HTML(f"<i>{escape(caption)}</i>"))


def table(rows: Sequence[Sequence[str]]) -> None:
    """Shows a table; the first row is its head."""
    from IPython.display import HTML

    head, *body = [
        "".join(f'<{kind} style="text-align: left">{escape(cell)}</{kind}>' for cell in row)
        for kind, row in zip(["th", *["td"] * len(rows)], rows, strict=False)
    ]
    lines = "".join(f"<tr>{row}</tr>" for row in body)
    _display(HTML(f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"))


def _display(thing: Any) -> None:
    from IPython.display import display

    display(thing)
