"""What a page shows of a cell's code, and what it folds away.

A reader came for the formulas: a cell in which a line is one, `# (7)`, is shown, down to the last
of them. What claims, prints and draws between them is folded away, and so are cells without any.
"""

import ast
from itertools import groupby
from typing import NamedTuple

from examples.lectures.kit.formulas import numbers_in
from examples.lectures.marks import without_marks

_HARNESS = {"lesson", "plots", "print", "figure", "import"}


class Part(NamedTuple):
    """Some statements of a cell, and whether they are folded away."""

    folded: bool
    code: str


def parts(code: str) -> list[Part]:
    """A cell's code in parts, in order; comments stand with the statement after them."""
    clean = without_marks(code)
    if not numbers_in(code):
        return [Part(True, clean)] if clean.strip() else []
    lines, statements = code.splitlines(), ast.parse(code).body
    ends = [*(statement.end_lineno for statement in statements[:-1]), len(lines)]
    pieces = [
        (statement, "\n".join(lines[begin:end]))
        for statement, begin, end in zip(statements, [0, *ends], ends, strict=False)
    ]
    last = max(i for i, (_, text) in enumerate(pieces) if numbers_in(text))
    folded = [
        i > last or (not numbers_in(text) and bool(_names(statement) & _HARNESS))
        for i, (statement, text) in enumerate(pieces)
    ]
    runs = groupby(zip(folded, pieces, strict=True), lambda piece: piece[0])
    return [
        Part(hidden, without_marks("\n".join(text for _, (_, text) in run)).strip("\n"))
        for hidden, run in runs
    ]


def _names(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {"import"}
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
