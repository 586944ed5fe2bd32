"""What is said of a wrong answer that no usual mistake gives: what was changed in place, and whose
derivative the gradients are.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from scratch.testing import student
from scratch.testing.comparing import Answers
from scratch.testing.judgement import Trial
from scratch.testing.mistakes import batch
from scratch.testing.own_derivative import compared, statement
from scratch.testing.result import Finding, Result

IN_PLACE = {
    "forward": "The caller's x is still needed, by the layers beside this one: work on a copy.",
    "dy": "dy is the caller's: work on a copy, dz = dy * f'(z).",
    "weights": "The step was made before everything that needs the old weights was computed: dx = "
    "dz W^T wants the W of the forward pass. Update after backward.",
    "kept": "What the forward pass kept must stay as it was until backward is done with it: work "
    "on a copy (+=, *= and out= change the array that others hold).",
}


def explained(
    result: Result,
    used: Sequence[student.Layer],
    trials: Sequence[Trial],
    answers: Sequence[Answers],
) -> Result:
    """The result with what can be said without a catalogue.

    Args:
        result: of the check.
        used: the layers that gave the answers, one for each size.
        trials, answers: of all of them.
    """
    layer, trial, answer = used[0], trials[0], answers[0]
    if not result.right and all(f.quantity == "forward" for f in result.findings):
        return result
    changes = list(dict.fromkeys(change for one in used for change in one.record.changes))
    if result:
        return replace(result, notes=[*result.notes, *_harmless(changes)])
    open_ones = [f for f in result.findings if f.diagnosis is None and f.quantity != "backward"]
    notes = list(result.notes)
    if open_ones or any(f.quantity == "output" for f in result.findings):
        x = trial.given.x if isinstance(trial.given, batch.Given) else trial.given.z
        if "output" in result.right:
            changes += _lost(layer, trial, changes)
        try:
            with np.errstate(all="ignore"):
                own = compared(layer, x, trial.given.dy, answer)
            # Gradients of the right forward tell nothing of a wrong one.
            said = statement(own) if any(f.quantity in own for f in result.findings) else ""
            if all(own.values()) and own:
                said = statement(own)
        except Exception:  # a forward that cannot be moved a little has no derivative to show
            said = ""
        notes = [said, *notes] if said else notes
    return replace(
        result,
        notes=notes,
        findings=[_in_place(f, changes) if f in open_ones else f for f in result.findings],
    )


def _in_place(finding: Finding, changes: list[str]) -> Finding:
    if not changes or finding.quantity == "output":
        return finding
    return replace(
        finding,
        diagnosis="; ".join(changes),
        advice=tuple(dict.fromkeys(_advice(change) for change in changes)),
    )


def _advice(change: str) -> str:
    stage, _, what = change.partition(" changes ")
    if what == "the weights":
        return IN_PLACE["weights"]
    if stage == "forward":
        return IN_PLACE["forward"]
    return IN_PLACE["dy"] if what == "dy" else IN_PLACE["kept"]


def _harmless(changes: list[str]) -> list[str]:
    return [f"{change[0].upper()}{change[1:]} in place: right here, but mind who else holds it."
            for change in changes if change != "backward changes the weights"]  # fmt: skip


def _lost(layer: student.Layer, trial: Trial, known: Sequence[str]) -> list[str]:
    """What an attribute should hold, by its name, and does not."""
    given = trial.given
    if not isinstance(given, batch.Given) or layer.owner is None:
        return []
    layer.set_weights({k: v for k, v in (("kernel", given.W), ("bias", given.b)) if v is not None})
    with np.errstate(all="ignore"):
        layer.forward(given.x)
    turned = layer.layout.data
    layer.record.no_longer(
        {"y": turned(given.f(given.z)), "z": turned(given.z), "x": turned(given.x)},
        {"y": "the output", "z": "x W + b", "x": "x"},
    )
    return [change for change in layer.record.changes if change not in known]
