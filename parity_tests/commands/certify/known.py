"""Differences between releases of Keras that are known: each with its reason, and a program.

A program in `differences/` runs on every release. Its docstring says which failures of the suite it
explains (patterns, looked for in a test's name and message) and what it prints on each release. On
a release where it prints something else than on the one that `scratch` follows, it is a difference.
"""

import ast
import functools
import re
from dataclasses import dataclass
from pathlib import Path

from parity_tests.commands.certify.parts import Failure
from parity_tests.harness.backends import Environment
from parity_tests.harness.engines import Engine
from parity_tests.harness.worker import WorkerError

FOLLOWED = "3.15"


@dataclass(frozen=True)
class Difference:
    """A difference.

    Args:
        name: of its program.
        reason: one line.
        script: the program.
        patterns: of the failures that it explains.
        gives: from a release, `"3.14"`, to what the program prints there.
    """

    name: str
    reason: str
    script: Path
    patterns: tuple[str, ...]
    gives: dict[str, str]

    def explains(self, failure: Failure) -> bool:
        """Whether a failure of the suite is of this kind."""
        text = f"{failure.test}\n{failure.said}"
        return any(re.search(pattern, text, re.MULTILINE) for pattern in self.patterns)

    def expected(self, release: str) -> bool:
        """Whether a release is known to differ from the one that is followed."""
        return self.gives.get(release, self.gives[FOLLOWED]) != self.gives[FOLLOWED]

    def confirmed(self, release: str, environment: Environment) -> bool:
        """Whether the program prints on that release, now, what is written down."""
        engine = Engine("tf", "eager", "float64", environment, left_standing=("K3",))
        try:
            printed = engine.run("parity_tests.findings:run_script", str(self.script))
        except WorkerError:
            return False
        return printed == self.gives.get(release)


@functools.cache
def all_differences() -> tuple[Difference, ...]:
    """All of them by name. Nothing is run."""
    folder = Path(__file__).with_name("differences")
    return tuple(_read(path) for path in sorted(folder.glob("[!_]*.py")))


def _read(path: Path) -> Difference:
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    told, _, rest = text.partition("\nTests:\n")
    tests, _, gives = rest.partition("\nGives:\n")
    printed = (line.strip().partition(" ") for line in gives.splitlines() if line.strip())
    return Difference(
        path.stem,
        told.partition("\n")[0],
        path,
        tuple(line.strip() for line in tests.splitlines() if line.strip()),
        {release: what.strip() for release, _, what in printed},
    )
