"""Which known function somebody's forward is, without a catalogue of mistakes.

    y = f(s)      f: every activation;  s: z = x W + b, -z, x W, x W - b

A forward that is none of the usual mistakes but one of these is told what it is: "forward is
sigmoid(-(x W + b))".
"""

import functools
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from scratch import activations
from scratch.testing.comparing import Answers
from scratch.testing.judgement import Mistake
from scratch.testing.references import activation_names

# The usual ones first: where two agree, the first is named.
USUAL = ("linear", "relu", "sigmoid", "tanh", "softmax")
SCORES: dict[str, Callable[[Any], Any]] = {
    "x W + b": lambda d: d.z,
    "-(x W + b)": lambda d: -d.z,
    "x W": lambda d: d.x @ d.W,
    "x W - b": lambda d: d.x @ d.W - (0 if d.b is None else d.b),
}
PLAIN = {"z": lambda d: d.z, "-z": lambda d: -d.z}


@functools.cache
def shape_keeping() -> list[str]:
    """Every activation that needs no argument and keeps the shape, the usual ones first."""
    return list(dict.fromkeys([*USUAL, *(n for n in activation_names() if _alone(n))]))


def _alone(name: str) -> bool:
    f = activations.get(name)
    needed = [p for p in inspect.signature(f).parameters.values() if p.default is p.empty]
    return len(needed) == 1 and np.shape(f(np.zeros((2, 2)))) == (2, 2)


@functools.cache
def known_forwards(like: str, dense: bool) -> list[tuple[str, str, Mistake]]:
    """`(function, argument, mistake)` for every known function that is not the right one.

    Args:
        like: the name of the right function; empty for none.
        dense: whether it stands behind x W + b, or alone.
    """
    right = like or "linear"
    scores = SCORES if dense else PLAIN
    meant = next(iter(scores))
    return [
        (name, score, _known(name, score, of, _written(right, meant)))
        for score, of in scores.items()
        for name in shape_keeping()
        if (name, score) != (right, meant)
    ]


def _written(name: str, score: str) -> str:
    return score if name == "linear" else f"{name}({score})"


def _known(name: str, score: str, of: Callable[[Any], Any], right: str) -> Mistake:
    f = activations.get(name)

    def answer(d: Any) -> Answers:
        return {"output": np.asarray(f(of(d)))}

    written = _written(name, score)
    return Mistake(
        f"forward is {written}",
        f"y = {right}",
        f"y = {written}",
        "Your output was compared with every activation that is known here, of z and of -z.",
        answer,
        only="output",
    )
