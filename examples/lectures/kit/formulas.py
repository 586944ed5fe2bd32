r"""Every formula of a lesson, with the line of code that is it.

In the text of a lesson a formula carries a number, `$$ ... \tag{7} $$`; a line of code that is the
formula ends with the same number in a comment, `# (7)`. Here both are read and put side by side, so
the list can neither forget a formula nor point to the wrong line.
"""

import re
from pathlib import Path
from typing import NamedTuple

from examples.lectures.kit.cells import read

_FORMULA = re.compile(r"\$\$(.+?)\\tag\{(\w+)\}\s*\$\$", re.DOTALL)
_NUMBERS = re.compile(r"^(.*)#((?:\s*\(\d+[a-z]?\))+)\s*$", re.MULTILINE)


class Formula(NamedTuple):
    """A formula in LaTeX, its number, and the lines of code that are it: `(number, text)`."""

    number: str
    latex: str
    lines: list[tuple[int, str]]


def formulas(path: Path) -> list[Formula]:
    """The formulas of a script, in order; those without code have no lines.

    Raises:
        ValueError: for a number that two formulas have, or a line whose formula there is not.
    """
    found: dict[str, Formula] = {}
    cells = read(path)
    for latex, number in _FORMULA.findall("\n".join(c.text for c in cells if c.kind == "markdown")):
        if number in found:
            raise ValueError(f"{path.name}: two formulas have the number {number}")
        found[number] = Formula(number, " ".join(latex.split()), [])
    for cell in (c for c in cells if c.kind == "code"):
        for offset, line in enumerate(cell.text.splitlines()):
            for number in numbers_in(line):
                code = line[: line.rindex("#")].strip()
                if number not in found or not code:
                    raise ValueError(f"{path.name}:{cell.line + offset}: no formula ({number})")
                found[number].lines.append((cell.line + offset, code))
    return list(found.values())


def numbers_in(code: str) -> list[str]:
    """The numbers of the formulas that lines of code are."""
    return [n for match in _NUMBERS.finditer(code) for n in re.findall(r"\((\w+)\)", match[2])]


def listing(lessons: dict[Path, str]) -> str:
    """The list of all formulas as a Markdown document.

    Args:
        lessons: the scripts, and the titles of their lectures.
    """
    parts = [
        "# Every formula of the lectures, and the line of code that is it",
        "Made by `python -m examples.lectures --formulas`; a test keeps it true.",
    ]
    for path, title in lessons.items():
        parts.append(f"## {title}")
        for formula in formulas(path):
            lines = [
                f"  `{code}`  ([{path.name}:{number}]({path.name}#L{number}))"
                for number, code in formula.lines
            ]
            parts.append("\n".join([f"- ({formula.number}) ${formula.latex}$  ", *lines]))
    return "\n\n".join(parts) + "\n"
