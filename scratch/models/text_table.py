"""Text with styles, wrapped into the cells of a table drawn with lines.

A styled text is a list of characters, each with a style; a style is a colour (a number of the
256-colour palette, or None) and whether it is bold. The layout follows the library `rich`, with
which Keras draws: words move to the next line, and one that fits on no line ends in an ellipsis.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple


class Style(NamedTuple):
    """How a character looks."""

    color: int | None = None
    bold: bool = False


PLAIN = Style()
BOLD = Style(bold=True)

Text = list[tuple[str, Style]]
Paint = Callable[[str, Style], str]  # what a run of characters of one style becomes when printed

# Lines above the head, beside it, under it, beside the body, between its rows, and below:
# left end, stroke, crossing, right end.
HEAVY_HEAD = ("┏━┳┓", "┃ ┃┃", "┡━╇┩", "│ ││", "├─┼┤", "└─┴┘")
ASCII = ("+--+", "| ||", "|-+|", "| ||", "|-+|", "+--+")

_WORD = re.compile(r"\s*\S+\s*")


def styled(*parts: str | tuple[str, Style]) -> Text:
    """A text from strings, plain or paired with a style."""
    text: Text = []
    for part in parts:
        string, style = (part, PLAIN) if isinstance(part, str) else part
        text += [(char, style) for char in string]
    return text


def paint_plain(string: str, style: Style) -> str:
    """Leaves styles out."""
    return string


def painter(colors: int, use_color: bool = True) -> Paint:
    """How a terminal of `colors` (16 or more) colours is told about styles."""

    def paint(string: str, style: Style) -> str:
        codes = ["1"] if style.bold else []
        if style.color is not None and use_color:
            codes.append(_color_code(style.color, colors))
        return f"\x1b[{';'.join(codes)}m{string}\x1b[0m" if codes else string

    return paint


def _color_code(color: int, colors: int) -> str:
    if color < 16:
        return str(30 + color if color < 8 else 82 + color)
    if colors > 16:
        return f"38;5;{color}"
    return {33: "94", 34: "32", 45: "96"}[color]  # the nearest of 16: blue, green, cyan


def paint_line(text: Text, paint: Paint) -> str:
    """A line as it is printed, run by run."""
    runs = groupby(text, key=lambda item: item[1])
    return "".join(paint("".join(char for char, _ in run), style) for style, run in runs)


# Wrapping ----------------------------------------------------------------------------------------


def wrap(text: Text, width: int, justify: str = "", fold: bool = True) -> list[Text]:
    """Breaks a text into lines of at most `width` characters.

    Args:
        text: without line breaks.
        width: at least 1.
        justify: `"left"`, `"right"`, `"center"`: fills every line up to `width`; `""` does not.
        fold: whether a word that is too long goes on in the next line; if not, it is cut.
    """
    breaks = _breaks("".join(char for char, _ in text), width, fold)
    lines = [text[a:b] for a, b in zip([0, *breaks], [*breaks, len(text)], strict=True)]
    return [_justified(_without_overhang(line, width), width, justify, fold) for line in lines]


def _breaks(string: str, width: int, fold: bool) -> list[int]:
    breaks: list[int] = []
    used = 0
    for start, word in _words(string):
        length = len(word.rstrip())
        if length <= width - used:
            used += len(word)
        elif length <= width:
            if used and start:
                breaks.append(start)
                used = len(word)
        elif fold:
            pieces = range(start, start + len(word), width)
            breaks += [piece for piece in pieces if piece]
            used = start + len(word) - pieces[-1]
        else:
            if start:
                breaks.append(start)
            used = len(word)
    return breaks


def _words(string: str) -> Iterator[tuple[int, str]]:
    """The words, each with the blanks after it, and where they start."""
    match = _WORD.match(string)
    while match:
        yield match.start(), match.group()
        match = _WORD.match(string, match.end())


def _stripped(line: Text) -> Text:
    end = len(line)
    while end and line[end - 1][0].isspace():
        end -= 1
    return line[:end]


def _without_overhang(line: Text, width: int) -> Text:
    """Drops blanks at the end of the line that reach beyond `width`."""
    return line[: max(width, len(_stripped(line)))]


def _justified(line: Text, width: int, justify: str, fold: bool) -> Text:
    if justify in ("right", "center"):
        line = _stripped(line)
    if len(line) > width:
        # The ellipsis looks like the character in whose place it stands.
        line = line[:width] if fold else [*line[: width - 1], ("…", line[width - 1][1])]
    missing = width - len(line)
    before = {"right": missing, "center": missing // 2}.get(justify, 0)
    after = missing - before if justify else 0
    return styled(" " * before) + line + styled(" " * after)


# Tables ------------------------------------------------------------------------------------------


class Column(NamedTuple):
    """A column: its heading, its width without margins, and how its cells are justified."""

    heading: str
    width: int
    justify: str


def table(
    columns: Sequence[Column],
    rows: Sequence[Sequence[Text]],
    width: int,
    lines: tuple[str, ...] = HEAVY_HEAD,
    paint: Paint = paint_plain,
    crop: int | None = None,
) -> list[str]:
    """The lines of a table.

    Args:
        columns: the columns, from left to right.
        rows: for every row the texts of its cells.
        width: the table's width: columns that need more are all narrowed by the same, columns that
            need less widened in proportion.
        lines: `HEAVY_HEAD` or `ASCII`.
        paint: turns styles into characters.
        crop: where lines are cut off, if anywhere.
    """
    top, beside_head, below_head, beside, between, bottom = lines
    widths = _fitted([c.width + 2 for c in columns], width - len(columns) - 1)

    def rule(ends: str) -> str:
        return (ends[0] + ends[2].join(ends[1] * w for w in widths) + ends[3])[:crop]

    def body(texts: Sequence[Text], ends: str, is_head: bool) -> list[str]:
        cells = [
            wrap(text, w - 2, column.justify, fold=False) if w > 2 else []
            for text, w, column in zip(texts, widths, columns, strict=True)
        ]
        height = max(1, *(len(cell) for cell in cells))
        painted = []
        for number in range(height):
            pieces: list[Text] = [styled(ends[0])]
            for cell, w in zip(cells, widths, strict=True):
                # Headings stand on the line below them, all else hangs from the one above.
                at = number - (height - len(cell)) if is_head else number
                pieces += _padded(cell[at] if 0 <= at < len(cell) else None, w, is_head)
                pieces.append(styled(ends[2]))
            pieces[-1] = styled(ends[3])
            painted.append("".join(paint_line(piece, paint) for piece in _cut(pieces, crop)))
        return painted

    drawn = [rule(top), *body([styled(c.heading) for c in columns], beside_head, True)]
    drawn.append(rule(below_head))
    for number, row in enumerate(rows):
        if number:
            drawn.append(rule(between))
        drawn += body(row, beside, False)
    return [*drawn, rule(bottom)]


def _padded(line: Text | None, width: int, is_head: bool) -> list[Text]:
    """A cell's line between its margins, or an empty one; headings are bold, margins included."""
    style = BOLD if is_head else PLAIN
    if line is None:
        return [styled((" " * width, style))]
    if is_head:
        line = [(char, BOLD) for char, _ in line]
    margin = styled((" ", style))
    return [margin, line, margin]


def _cut(pieces: list[Text], crop: int | None) -> list[Text]:
    if crop is None:
        return pieces
    kept, left = [], crop
    for piece in pieces:
        kept.append(piece[:left])
        left = max(0, left - len(piece))
    return kept


def _fitted(widths: list[int], available: int) -> list[int]:
    """Widths whose sum is `available`."""
    missing, fitted = available - sum(widths), []
    if missing < 0:
        for number, width in enumerate(widths):
            share = min(width, round(-missing / (len(widths) - number)))
            fitted.append(width - share)
            missing += share
    else:
        rest = sum(widths)
        for width in widths:
            share = math.ceil(width * missing / rest)
            fitted.append(width + share)
            missing, rest = missing - share, rest - width
    return fitted
