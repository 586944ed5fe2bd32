"""Errors against steps, and what rounding does to a float32 run that nothing is wrong with.

growth        small networks, smooth, 500 steps: the distance of `scratch` from tf.keras
noise floor   the lecture's network in float32: the same distance beside TensorFlow's from itself
              in other settings, and beside scratch's from its permuted twin
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import scratch
from parity_tests import cases
from parity_tests.commands.main_job import compare as distance
from parity_tests.commands.main_job.job import TENSORFLOW, TWINS
from parity_tests.commands.trajectories import runs
from parity_tests.commands.trajectories.job import checkpoints
from parity_tests.commands.whole_report.measure import source
from parity_tests.harness import checks, tolerances
from parity_tests.harness.comparison import compare
from parity_tests.harness.engines import HAND, Engine
from parity_tests.harness.record import step_of

FOLLOWED = ("sgd/plain", "sgd/momentum", "rmsprop/plain", "adam/plain")
NETWORK = "sgd"  # the lecture's optimizer

Curve = list[tuple[int, float]]


def remembered(path: Path, engine: Engine, asked: Any, find: Callable[[], Any]) -> Any:
    """What `path` holds for this code and these settings, or what is found and written there."""
    key = [source(engine), asked]
    if path.exists():
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["key"] == key:
            return kept["found"]
    found = json.loads(json.dumps(find()))
    path.write_text(json.dumps({"key": key, "found": found}) + "\n", encoding="utf-8")
    return found


def errors(name: str, precision: str, steps: int) -> dict[str, Any]:
    """The worst tensor's distance after each step that is looked at, and the bound."""
    case, engine = cases.find(name), Engine("tf", "graph", precision)
    options: dict[str, Any] = {"every": checks.LOOKS, "limit": steps}
    expected = engine.record(case, "training", **options)
    actual = Engine(HAND.library, HAND.mode, precision).record(case, "training", **options)
    rule = checks.trajectory_rule(case, precision)
    rows = compare(case, expected, actual, rule, only=("weights/",)).rows
    curve: dict[int, float] = {}
    for row in rows:
        step = step_of(row.quantity)
        if step:
            apart = row.used * rule(row.quantity).relative
            curve[step] = max(curve.get(step, 0.0), apart)
    bound = [tolerances.trajectory(t, checks.kappa_of(case), precision).relative for t in curve]
    return {"name": name, "steps": list(curve), "distance": list(curve.values()), "bound": bound}


def noise(steps: int) -> list[dict[str, Any]]:
    """Relative L2 distances of all weights, in float32, from one start, on the same batches."""
    before = scratch.config.floatx()
    scratch.config.set_floatx("float32")
    try:
        data = runs.load(precision="float32")
        ours = runs.ScratchRun(NETWORK, data)
        twin = runs.ScratchRun(NETWORK, data, twin=1)
        initial, looks = ours.weights_after(0), checkpoints(steps)
        followed = {"scratch": _weights(ours, looks), "its permuted twin": _weights(twin, looks)}
    finally:
        scratch.config.set_floatx(before)
    for setting in (s for s in (TENSORFLOW, *TWINS) if not s.xla):
        with runs.tensorflow_worker(setting.environment) as worker:
            run = runs.TensorFlowRun(worker, NETWORK, initial, precision="float32")
            followed[setting.name] = _weights(run, looks)
    pairs = [("scratch", TENSORFLOW.name), ("scratch", "its permuted twin")]
    pairs += [(TENSORFLOW.name, s.name) for s in TWINS if not s.xla]
    return [
        {
            "pair": [a, b],
            "steps": looks,
            "distance": [
                distance.relative_l2(x, y) for x, y in zip(followed[a], followed[b], strict=True)
            ],
        }
        for a, b in pairs
    ]


def _weights(run: Any, looks: list[int]) -> list[runs.Weights]:
    return [run.weights_after(step) for step in looks]
