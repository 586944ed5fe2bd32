# ruff: noqa: E501 - one line a value
"""Which component is to blame, when some cases are red and others green.

Every case carries tags: the layers, activations, loss, optimizer and options that it exercises. The
more of the red cases a tag is in, and the fewer of the green ones, the more suspect it is (Ochiai's
coefficient, as in spectrum-based fault localization):

    red(tag) / sqrt(red * (red(tag) + green(tag)))

Where the first red quantity stands says which tags come into question: outputs point to layers and
activations, weights after correct gradients to optimizers, metrics to metrics.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

import scratch
from parity_tests.harness.case import Case
from parity_tests.harness.comparison import Comparison, Row
from parity_tests.harness.record import step_of

SCENARIOS = ("gradients", "training", "fitting")
# In the order of computation.
STAGES = ("initial", "output", "loss", "gradient", "weights", "metric", "slot", "log")
ABOUT = {
    "output": ("layer", "activation"),
    "loss": ("loss", "regularizer", "activation", "layer"),
    "gradient": ("layer", "activation", "loss", "regularizer"),
    "weights": ("optimizer", "layer", "fit"),
    "metric": ("metric",),
    "log": ("fit", "metric"),
}


def tags(case: Case) -> dict[str, str]:
    """From tag to kind, for everything that a case exercises."""
    found: dict[str, str] = {}
    layers = case.layers(scratch)
    layers = layers if isinstance(layers, list) else layers.layers
    for layer in layers:
        found[type(layer).__name__.lower()] = "layer"
        activation = getattr(layer, "activation", None)
        if activation is not None:
            found[activation.__name__] = "activation"
        for name in ("kernel_regularizer", "bias_regularizer", "activity_regularizer"):
            regularizer = getattr(layer, name, None)
            for factor in ("l1", "l2"):
                if getattr(regularizer, factor, 0):
                    found[factor] = "regularizer"
                    if name.startswith("activity"):
                        found["activity"] = "regularizer"
    found |= _of_loss(case, layers) | _of_optimizer(case) | _of_metrics(case)
    if case.sample_weight is not None:
        found["sample_weight"] = "loss"
    if case.fit is not None:
        x, y, weight = case.data()
        options = case.fit(x, y, weight)
        found |= {"log": "fit"} | {name: "fit" for name in options if name != "epochs"}
        if options.get("shuffle", True) is True:
            found["shuffle"] = "fit"
        else:
            found.pop("shuffle", None)
    return found


def _of_loss(case: Case, layers: list[Any]) -> dict[str, str]:
    if case.loss is None:
        return {}
    found = scratch.losses.get(case.loss if isinstance(case.loss, str) else case.loss(scratch)) if case.loss != "crossentropy" else None  # fmt: skip
    function = getattr(found, "fn", found)
    named = {getattr(function, "__name__", "crossentropy"): "loss"}
    options = getattr(found, "fn_kwargs", {})
    named |= {
        option: "loss" for option in ("from_logits", "label_smoothing") if options.get(option)
    }
    if getattr(found, "reduction", "mean") not in ("sum", "none", None):
        named["reduction"] = "loss"
    activation = getattr(getattr(layers[-1], "activation", None), "__name__", "")
    probable = "crossentropy" in str(getattr(function, "__name__", ""))
    if probable and activation not in ("softmax", "sigmoid") and not options.get("from_logits"):
        named["probabilities"] = "loss"
    return named


def _of_optimizer(case: Case) -> dict[str, str]:
    optimizer = scratch.optimizers.get(case.optimizer(scratch))
    plain = type(optimizer)().get_config()
    found = {type(optimizer).__name__.lower(): "optimizer", "optimizer": "optimizer"}
    for name, value in optimizer.get_config().items():
        if value != plain.get(name) and name not in ("name", "learning_rate"):
            found["clip" if "clip" in name else name] = "optimizer"
    return found


def _of_metrics(case: Case) -> dict[str, str]:
    found: dict[str, str] = {}
    for given in (case.metrics, case.weighted_metrics):
        for metric in (given(scratch) if given else None) or []:
            name = metric if isinstance(metric, str) else getattr(metric, "fn", metric).__name__
            found[name] = "metric"
    return found


@dataclass(frozen=True)
class Diagnosis:
    """What a suite found.

    Args:
        red: the failed comparisons.
        suspects: tags, the most suspect first, with their coefficients.
        stage: the first kind of quantity that is wrong.
    """

    red: tuple[Comparison, ...]
    suspects: tuple[tuple[str, float], ...]
    stage: str

    @property
    def blamed(self) -> set[str]:
        """The most suspect tags: those that no other surpasses."""
        best = self.suspects[0][1] if self.suspects else 0.0
        return {tag for tag, value in self.suspects if value >= best}

    @property
    def witness(self) -> str:
        """The clearest failure: the earliest step of the earliest quantity."""
        rows = [row for comparison in self.red for row in comparison.failures]
        return str(min(rows, key=_when))


def _when(row: Row) -> tuple[int, int]:
    """In a run of steps the first step counts; what has no step comes after it."""
    kind = row.quantity.split("/")[0]
    stage = STAGES.index(kind) if kind in STAGES else len(STAGES)
    step = step_of(row.quantity)
    return (len(STAGES) if step is None else step), stage


def diagnose(results: Mapping[tuple[Case, str], Comparison | Exception]) -> Diagnosis:
    """Ranks the components by the cases that are red and green.

    The simplest scenario that is red is the one to look at: what breaks a derivative breaks
    training too.
    """
    red = {k: r for k, r in results.items() if isinstance(r, Exception) or r.failures}
    scenario = min((k[1] for k in red), key=SCENARIOS.index, default="")
    looked_at = {key: result for key, result in results.items() if key[1] == scenario}
    first = [
        min(result.failures, key=_when).quantity.split("/")[0]
        for result in looked_at.values()
        if isinstance(result, Comparison) and result.failures
    ]
    stage = "log" if scenario == "fitting" else min(first, key=STAGES.index, default="")
    comparisons = tuple(r for r in red.values() if isinstance(r, Comparison))
    return Diagnosis(comparisons, _suspects(looked_at, red, stage), stage)


def _suspects(looked_at: Mapping, red: Mapping, stage: str) -> tuple[tuple[str, float], ...]:
    in_red: dict[str, int] = {}
    in_green: dict[str, int] = {}
    for key in looked_at:
        counts = in_red if key in red else in_green
        for tag, kind in tags(key[0]).items():
            if kind in ABOUT.get(stage, ()):
                counts[tag] = counts.get(tag, 0) + 1
    total = sum(key in red for key in looked_at)
    score = {
        tag: n / float(np.sqrt(total * (n + in_green.get(tag, 0)))) for tag, n in in_red.items()
    }
    return tuple(sorted(score.items(), key=lambda item: -item[1]))
