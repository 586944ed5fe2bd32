"""Checking a dropout that somebody wrote.

Its draws are its own, so its mask is read off its output; what must be right is what it does with
the mask, in what share of the units, and that every batch gets a new one.
"""

from types import SimpleNamespace
from typing import Any

import numpy as np

from scratch.testing import student
from scratch.testing.bounds import fits_probability
from scratch.testing.comparing import Answers
from scratch.testing.judgement import Convention, Trial, judge
from scratch.testing.mistakes.dropout import AFRESH, MISTAKES, SHARE
from scratch.testing.result import Result

SHAPE = (50, 40)


def dropout_result(
    subject: str, like: str, yours: Any, options: dict[str, Any], draw: np.random.Generator
) -> Result:
    """The result of checking `yours` while it trains; see `check_layer`.

    Raises:
        ValueError: for a rate outside (0, 1) or another option.
        NothingFitsError: when `yours` has none of the accepted shapes.
    """
    rate = options["rate"]
    if set(options) > {"rate"} or not 0 < rate < 1:
        raise ValueError(f"A dropout is checked with a rate between 0 and 1 alone: got {options}")
    given = {"rate": rate, "keep": 1 - rate}
    layer = student.Layer(yours, given, {}, also={**given, "training": True})

    def answered(x: np.ndarray, dy: np.ndarray) -> Answers:
        return {"output": layer.forward(x), **layer.backward(dy, lambda name, value: False)}

    x, dy = draw.normal(size=(2, *SHAPE))
    where = f"{SHAPE[0]} samples of shape {SHAPE[1:]}"
    try:
        answer: Answers = answered(x, dy)
        again = layer.forward(x) != 0
    except student.NothingFitsError:
        raise
    except Exception as error:  # whatever somebody's code raises is an answer too
        answer = {"output": student.Stopped("a pass", error)}
    if np.shape(answer["output"]) != x.shape:  # no mask can be read off
        trial = Trial(where, None, {"output": x})
        only = {"output": answer["output"]}
        return judge(subject, like, [Convention("", [trial])], [only], [])
    kept = answer["output"] != 0
    answer[SHARE] = np.array(fits_probability(~kept, rate))
    answer[AFRESH] = np.array(bool((kept != again).any()))
    mask = kept / (1 - rate)
    expected = {"output": x * mask, "dx": dy * mask}
    facts = {SHARE: np.array(True), AFRESH: np.array(True)}
    passed = np.asarray(answer.get("dx", dy)) != 0
    data = SimpleNamespace(x=x, dy=dy, rate=rate, kept=kept, passed=passed)
    trial = Trial(where, data, {**expected, **facts})
    return judge(subject, like, [Convention("", [trial])], [answer], MISTAKES)
