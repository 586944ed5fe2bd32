"""Recorded runs of tf.keras: what the page without a server holds its digits against.

Every preset with its own optimizer, and with every other at the rate with which the page offers it:
the loss of each of 300 batches, and the weights behind some of them. `parity playground --record`
makes the file again.
"""

import functools
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np

from parity_tests.harness.tolerances import kappa_of, trajectory

from .choices import OPTIMIZERS, RATES
from .fields import table
from .presets import PRESETS
from .run import MARKED, Run
from .state import checked

FILE = Path(__file__).with_name("recordings.npz")
STEPS = 300
_LEFT_OUT = ("engines", "resolution", "domain", "hidden_controls", "weights", "stop", "rule")


def programme() -> list[tuple[str, dict[str, Any]]]:
    """Name and state of each run that is recorded."""
    found = []
    for name, (*_, state) in PRESETS.items():
        own, _ = checked(state)
        if own["rule"]:  # which Keras has not
            continue
        known = [own["optimizer"]]
        known += [{"class": c, "learning_rate": RATES[c]} for c in OPTIMIZERS]
        for i, optimizer in enumerate(known):
            if optimizer not in known[:i]:
                title = f"{name}, {optimizer['class']} {optimizer['learning_rate']:g}"
                found.append((title, {**own, "optimizer": optimizer}))
    return found


def key_of(state: dict[str, Any]) -> str:
    """What tells recorded states apart."""
    told = json.dumps({k: v for k, v in state.items() if k not in _LEFT_OUT}, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


@functools.cache
def _held(name: str) -> np.ndarray:
    with np.load(io.BytesIO(FILE.read_bytes()), allow_pickle=False) as held:
        return held[name]


@functools.cache
def _numbers() -> dict[str, int]:
    return {str(key): i for i, key in enumerate(_held("keys"))} if FILE.is_file() else {}


def number_of(run: Run) -> int | None:
    """Which recorded run this is; None where there is none, or something was changed by hand."""
    if run.edited or run.twin is not None or run.rule is not None:
        return None
    return _numbers().get(key_of(run.state))


def name_of(run: Run) -> str | None:
    """What the recorded run is called."""
    number = number_of(run)
    return None if number is None else str(_held("titles")[number])


def compared(run: Run, request: dict[str, Any]) -> dict[str, Any]:
    """What the command `compare` answers: against the live twin, else against a recorded run."""
    table("compare", request, ("command", "id"))
    if run.twin is not None:
        return run.twin.told()
    if run.rule is not None:
        return {
            "against": None,
            "why": f"Keras has no rule {run.rule.kind}: there is nothing to hold these digits "
            "against. With an optimizer in its place there is.",
        }
    number = number_of(run)
    if number is None:
        return {
            "against": None,
            "why": "There is no recording of these settings: of every preset with every optimizer "
            "there is one, as it begins. With tf.keras installed, `parity playground` runs both.",
        }
    steps = min(run.step, STEPS)
    losses = _held("losses")[number][:steps]
    ours = np.array(run.losses[:steps])
    options = run.state["optimizer"]
    kappa = kappa_of(options["class"].lower(), float(options.get("momentum") or 0.0))
    bounds = np.array([trajectory(t, kappa, "float32").relative for t in range(1, steps + 1)])
    away = np.abs(ours - losses)
    # Of the largest loss so far: of a run that explodes the last is no measure of the first.
    finite = np.where(np.isfinite(losses), np.abs(losses), 0)
    allowed = bounds * np.maximum.accumulate(finite)
    beyond = np.flatnonzero(~(away <= allowed) & ~(np.isnan(ours) & np.isnan(losses)))
    start, stop = _held("offsets")[number : number + 2]
    recorded = _held("weights")[start:stop].reshape(len(MARKED), -1)
    weights = []
    for t, theirs in zip(MARKED, recorded, strict=True):
        if t > run.step or t not in run.marks:
            continue
        largest = float(np.abs(theirs).max(initial=0))
        weights.append(
            {
                "step": t,
                "difference": float(np.abs(run.marks[t] - theirs).max(initial=0)),
                "allowed": trajectory(t, kappa, "float32").relative * largest,
            }
        )
    return {
        "against": f"a recorded run of tf.keras: {name_of(run)}",
        "step": run.step,
        "recorded": STEPS,
        "losses": {
            "ours": ours,
            "theirs": losses,
            "difference": float(np.nanmax(away, initial=0)),
            "allowed": float(allowed.max(initial=0)),
        },
        "weights": weights,
        "first_beyond": int(beyond[0]) + 1 if len(beyond) else None,
        "why": trajectory(max(1, steps), kappa, "float32").why,
    }
