"""A model's summary for a notebook: the same table, in HTML.

Without colours of its own, it suits a dark page as well as a white one.
"""

from collections.abc import Sequence
from html import escape
from typing import Any

from scratch.models import text_table as tt
from scratch.models.summary import contents


def summary_html(model: Any) -> str:
    """What `model.summary()` tells, as HTML."""
    found = contents(model)

    def line(tag: str, texts: Sequence[str]) -> str:
        cells = zip(texts, found.justify, strict=True)
        return "".join(
            f'<{tag} style="text-align: {side}">{escape(text)}</{tag}>' for text, side in cells
        )

    body = "".join(f"<tr>{line('td', [_plain(text) for text in row])}</tr>" for row in found.rows)
    totals = "<br/>".join(escape(_plain(text).strip()) for text in found.totals)
    return (
        f"<div><b>Model: {escape(model.name)}</b> ({escape(type(model).__name__)})"
        f"<table><thead><tr>{line('th', found.headings)}</tr></thead><tbody>{body}</tbody></table>"
        f"{totals}</div>"
    )


def _plain(text: tt.Text) -> str:
    return tt.paint_line(text, tt.paint_plain)
