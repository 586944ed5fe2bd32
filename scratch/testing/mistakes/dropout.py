"""Usual mistakes in dropout: y = x m, dx = dy m, m = 0 with probability rate, else 1 / (1 - rate).

`given` has x, dy, rate, `kept` (where somebody's own y is not 0) and `passed` (where their dx is
not 0): the draws themselves are theirs.
"""

from typing import Any

from scratch.testing.comparing import Answers
from scratch.testing.judgement import Catalogue

MISTAKES = Catalogue()
SHARE = "share of silenced units fits the rate"
AFRESH = "every batch gets a mask of its own"


def _masked(d: Any, scale: float) -> Answers:
    return {"output": d.x * d.kept * scale, "dx": d.dy * d.kept * scale}


@MISTAKES.add(
    "not scaled",
    right="m = 1 / (1 - rate) where a unit stays",
    wrong="m = 1 where a unit stays",
    why="With a part of the units silent, the sum that the next layer sees becomes smaller. "
    "Scaling up while training keeps its expected value, so that nothing need be done afterwards.",
)
def _not_scaled(d: Any) -> Answers:
    return _masked(d, 1.0)


@MISTAKES.add(
    "scaled down instead of up",
    right="m = 1 / (1 - rate) where a unit stays",
    wrong="m = 1 - rate where a unit stays",
    why="Dividing by the share that stays keeps the expected value; multiplying shrinks it twice.",
)
def _scaled_down(d: Any) -> Answers:
    return _masked(d, 1 - d.rate)


@MISTAKES.add(
    "scaled by the wrong share",
    right="m = 1 / (1 - rate) where a unit stays",
    wrong="m = 1 / rate where a unit stays",
    why="rate is the share that is silenced. What stays is 1 - rate: divide by that.",
)
def _scaled_by_rate(d: Any) -> Answers:
    return _masked(d, 1 / d.rate)


@MISTAKES.add(
    "rate taken for the share that stays",
    right="a unit is silenced with probability rate; m = 1 / (1 - rate) for the others",
    wrong="a unit stays with probability rate; m = 1 / rate",
    why="Some books and older libraries count what is kept. In Keras, rate is what is dropped.",
)
def _rate_is_kept(d: Any) -> Answers:
    return {**_masked(d, 1 / d.rate), SHARE: d.rate == 1 / 2}


@MISTAKES.add(
    "gradient not masked",
    right="dx = dy m",
    wrong="dx = dy",
    why="A silenced unit had no part in the loss, and the others had it enlarged: the gradient "
    "passes through the same mask. Keep m in the forward pass.",
)
def _gradient_not_masked(d: Any) -> Answers:
    return {"dx": d.dy}


@MISTAKES.add(
    "gradient masked but not scaled",
    right="dx = dy m,  m = 1 / (1 - rate) where a unit stays",
    wrong="dx = dy where a unit stays",
    why="The factor of the forward pass is a factor of the derivative, too.",
)
def _gradient_not_scaled(d: Any) -> Answers:
    return {"dx": d.dy * d.kept}


@MISTAKES.add(
    "another mask for the gradient",
    right="dx = dy m, with the m of the forward pass",
    wrong="dx = dy m', with an m' that is drawn again",
    why="The gradient belongs to what was computed: keep m in the forward pass.",
)
def _another_mask(d: Any) -> Answers:
    return {"dx": d.dy * d.passed / (1 - d.rate)}


@MISTAKES.add(
    "mask drawn once for all batches",
    right="a new m for every batch",
    wrong="one m for ever",
    why="Then the same units are silent all the time, and the network is just a smaller one.",
)
def _drawn_once(d: Any) -> Answers:
    return {AFRESH: False}
