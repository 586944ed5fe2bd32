"""Findings: what Keras does that it should not, or does not say. One stand-alone program each.

Every program uses public calls only, runs on whatever backend `KERAS_BACKEND` names, and prints
what that backend gives:

    KERAS_BACKEND=jax python -m parity_tests.findings.celu_slope

Its docstring is the finding: a title, the explanation, and under fixed headings what the
documentation says, what each backend printed, and in which versions. test_findings runs the
programs again: it turns red when one of them prints something else, that is, when the defect has
been mended.
"""

import ast
import contextlib
import functools
import io
import runpy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parity_tests.harness.backends import KERAS_NAMES, Environment
from parity_tests.harness.engines import Engine

_HERE = Path(__file__).parent
_HEADINGS = ("Documentation", "Gives", "Kind", "Needs", "Quirk", "Versions")


@dataclass(frozen=True)
class Finding:
    """A finding.

    Args:
        name: of its program.
        title: one line.
        explanation: what happens and why.
        documentation: what Keras says about it.
        kind: `defect`, `backends disagree` or `documentation`.
        script: the program.
        gives: from a backend's name to what the program prints there.
        versions: from a package to the version it was found in.
        quirk: the row of `harness.quirks` that follows it, or empty.
        needs: what the processor must have for it to be seen, in NumPy's words, or empty.
    """

    name: str
    title: str
    explanation: str
    documentation: str
    kind: str
    script: Path
    gives: dict[str, str]
    versions: dict[str, str]
    quirk: str = ""
    needs: str = ""


@functools.cache
def all_findings() -> tuple[Finding, ...]:
    """All findings by name. Nothing is imported or run."""
    scripts = sorted(path for path in _HERE.glob("*.py") if path.stem != "__init__")
    return tuple(_read(path) for path in scripts)


def measure(finding: Finding, backend: str, environment: Environment = ()) -> str:
    """What the program prints on a backend (`"jax"`) now, in that backend's worker.

    Args:
        finding: whose program it is.
        backend: its name.
        environment: of the worker, where it is another than this process's.
    """
    library = next(short for short, name in KERAS_NAMES.items() if name == backend)
    engine = Engine(library, "eager", "float64", environment, left_standing=("K3",))
    return engine.run(f"{__name__}:run_script", str(finding.script))


def run_script(keras: Any, engine: Engine, script: str) -> str:
    """Runs a program and returns what it prints; runs in a worker."""
    keras.config.set_floatx("float32")  # as a program finds it
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        runpy.run_path(script, run_name="__main__")
    return printed.getvalue().strip()


def _read(path: Path) -> Finding:
    text = ast.get_docstring(ast.parse(path.read_text())) or ""
    title, _, rest = text.partition("\n")
    parts: dict[str, list[str]] = {}
    heading = "Explanation"
    for line in rest.splitlines():
        word, colon, remainder = line.partition(":")
        if colon and word in _HEADINGS:
            heading, line = word, remainder
        parts.setdefault(heading, []).append(line.strip())
    joined = {name: " ".join(lines).strip() for name, lines in parts.items()}
    gives = (line.partition(" ") for line in parts["Gives"] if line)
    versions = (item.split() for item in joined["Versions"].split(","))
    return Finding(
        path.stem,
        title.rstrip("."),
        joined["Explanation"],
        joined["Documentation"],
        joined["Kind"],
        path,
        {backend: printed.strip() for backend, _, printed in gives},
        dict(versions),
        joined.get("Quirk", ""),
        joined.get("Needs", ""),
    )
