"""A finding as a text that can be filed upstream."""

import ast
from collections.abc import Iterable
from pathlib import Path

from parity_tests.commands.findings.standing import AS_TOLD, Standing
from parity_tests.commands.findings.upstream import Search
from parity_tests.findings import Finding

MOST_LINES = 15


def script(path: Path) -> str:
    """A program without its docstrings and the remarks that keep our own checks quiet."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    spared: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            spared.update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for number, line in enumerate(lines, 1) if number not in spared and line.strip()]
    return "\n".join(line.partition("  # noqa")[0] for line in kept)


def report(
    finding: Finding, found: Iterable[Standing], versions: str, since: str, searched: Search
) -> str:
    """The text, in Markdown.

    Args:
        finding: what it tells of.
        found: how it stands now on each backend.
        versions: of what is installed, in words.
        since: the first release that has it.
        searched: what a search for an issue of upstream's own came to.
    """
    got = [f"- {backend}: {_got(finding, backend, now)}" for _, backend, now in found]
    lines = [
        f"# {finding.title}", "", finding.explanation, "",
        "## To reproduce", "", "```python", script(finding.script), "```", "",
        "## Expected", "", finding.documentation, "",
        "## Got", "", *got, "",
        "## Versions", "", versions, f"Seen since Keras {since}.", "",
        f"See also {searched}." if searched.issue else f"{str(searched).capitalize()}.",
    ]  # fmt: skip
    return "\n".join(lines)


def _got(finding: Finding, backend: str, now: str) -> str:
    if now.startswith("("):
        return f"`{finding.gives[backend]}` (as recorded; not run here)"
    return f"`{finding.gives[backend] if now == AS_TOLD else now}`"
