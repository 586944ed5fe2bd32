"""The battery: cases enough to catch every planted fault, quick enough to run for each of them.

What TensorFlow says is computed once; `scratch` answers anew every time.
"""

import functools
from typing import Any

from parity_tests import cases
from parity_tests.harness import checks
from parity_tests.harness.case import Case
from parity_tests.harness.comparison import Comparison
from parity_tests.harness.engines import TAPE, Engine

LIMIT = 11  # steps: after the learning rates have changed, and a ragged batch has passed
SKIP = ("default", "dyadic", "compiled again", "frozen", "weights set")


@functools.cache
def lanes() -> tuple[tuple[Case, str], ...]:
    """Pairs of a case and a scenario."""
    static = [
        case
        for module in ("layers", "activations", "losses", "regularizers")
        for case in cases.of(module)
        if case.group != "dropout"
    ]
    trained = [c for c in cases.of("optimizers") if not any(word in c.name for word in SKIP)]
    trained += [c for c in cases.of("layers") if c.group == "dropout"]
    trained += cases.of("metrics")
    fits = ("plain", "class weight", "not shuffled", "sample weight", "shuffled in batches")
    return (
        *((case, "gradients") for case in static),
        *((case, "training") for case in trained),
        *((cases.find(f"fit/{name}"), "fitting") for name in fits),
    )


def run() -> dict[tuple[Case, str], Comparison | Exception]:
    """All of it, as `scratch` is now."""
    return {key: _compare(*key) for key in lanes()}


def _compare(case: Case, scenario: str) -> Any:
    try:
        if scenario == "gradients":
            return checks.gradients(case, "by hand")
        if scenario == "training":
            return checks.training(case, TAPE, limit=LIMIT)
        return checks.fitting(case, Engine("tf", "graph", "float64"))
    except Exception as error:
        return error
