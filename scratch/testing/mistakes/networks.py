"""Usual mistakes in the gradients of a whole network: `given` has `right` and `m`, the samples."""

from typing import Any

from scratch.testing.comparing import Answers
from scratch.testing.judgement import Catalogue

MISTAKES = Catalogue()


def _scaled(d: Any, factor: float) -> Answers:
    return {name: value * factor for name, value in d.right.items()}


@MISTAKES.add(
    "sign of the gradient",
    right="dZ = A - Y",
    wrong="dZ = Y - A",
    why="Training goes downhill, against the gradient: the update has the minus, not the gradient.",
)
def _sign(d: Any) -> Answers:
    return _scaled(d, -1)


@MISTAKES.add(
    "1/m missing",
    right="dW = 1/m dZ A^T",
    wrong="dW = dZ A^T",
    why="The cost is a mean over the m samples, so its gradient is one too.",
)
def _missing(d: Any) -> Answers:
    return _scaled(d, d.m)


@MISTAKES.add(
    "1/m twice",
    right="dW = 1/m dZ A^T",
    wrong="dW = 1/m^2 dZ A^T",
    why="The cost is a mean over the m samples: 1/m comes in once, with dZ or with dW.",
)
def _twice(d: Any) -> Answers:
    return _scaled(d, 1 / d.m)
