"""Six scripts as one finds them published, each run from one source in both libraries.

What is compared: every line that is printed, times apart; the history; what the callbacks decided;
the predictions at the end.
"""

import importlib
import io
import re
from contextlib import redirect_stdout
from typing import Any

import numpy as np
import pytest

from parity_tests.harness import tolerances
from parity_tests.harness.case import Case, given
from parity_tests.harness.comparison import compare
from parity_tests.harness.engines import Engine

# A script, its optimizer, its momentum, its steps, and what must be seen in its log.
SCRIPTS = {
    "multi_input": ("adam", 0.0, 50, r"val_priority_loss: "),
    "early_stopping": ("adam", 0.0, 480, r"Restoring model weights from the end of the best epoch"),
    "custom_layer": ("rmsprop", 0.0, 96, r"between the quantiles 0.1 and 0.9: \d+"),
    "autoencoder": ("adam", 0.0, 100, r"#{2}"),
    "training_loop": ("adam", 0.0, 192, r"val_accuracy 0\.9"),
    "wide_and_deep": ("adagrad", 0.0, 72, r"val_auc: "),
}
TIMES = re.compile(r"\d+m?s - \d+[mu]?s/(step|epoch)")
FOLDER = re.compile(r"\S*/(?=best\.keras)")


def ran(keras: Any, engine: Engine, name: str) -> dict[str, Any]:
    """What the script prints and returns, as a record."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        found = importlib.import_module(f"examples.scripts.{name}").main(keras)
    text = FOLDER.sub("", TIMES.sub("...", printed.getvalue()))
    record: dict[str, Any] = {"order/printed": np.array(text.splitlines())}
    record["order/history"] = np.array(list(found["history"]))
    record |= {f"log/{key}": np.asarray(values) for key, values in found["history"].items()}
    record |= {f"log/test {key}": np.asarray(v) for key, v in found.get("tested", {}).items()}
    record |= {f"order/{key}": np.array(v) for key, v in found.get("decisions", {}).items()}
    return record | {f"output/{key}": y for key, y in found["predictions"].items()}


@pytest.mark.parametrize("name", SCRIPTS)
def test_same_log(name: str, report: Any) -> None:
    optimizer, momentum, steps, seen = SCRIPTS[name]
    theirs, ours = (
        Engine(library, mode, "float64").run(f"{__name__}:ran", name)
        for library, mode in (("tf", "graph"), ("scratch", "hand"))
    )
    lines = theirs["order/printed"].tolist()
    assert any(line.startswith("Epoch 5/") for line in lines)
    assert any(re.search(seen, line) for line in lines)
    assert lines == ours["order/printed"].tolist()
    case = Case(f"script/{name}", lambda keras: [], given([0.0]), given([0.0]))
    kappa = tolerances.kappa_of(optimizer, momentum)
    found = compare(case, theirs, ours, lambda part: tolerances.rule(part, "float64", steps, kappa))
    report.check("scripts, float64", case, found)
