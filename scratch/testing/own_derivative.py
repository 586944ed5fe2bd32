"""Somebody's backward against somebody's own forward, whatever that forward is.

    L = sum of dy * forward(x; W, b)        dL/dW, dL/db, dL/dx  by central differences

No catalogue and no reference is needed to say that "dW and db are the derivative of your forward,
dx is not".
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from scratch.testing.bounds import agreement
from scratch.testing.differences import central_differences
from scratch.testing.student import Layer
from scratch.testing.student.gradients import gradient_name


def own_derivatives(
    layer: Layer, x: np.ndarray, dy: np.ndarray
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """`d<weight>` and `dx` of somebody's own forward, and how far each may be off."""
    weights = dict(layer.weights)
    at = {**weights, "input": x}
    found = {}
    for key, array in at.items():

        def value(moved: np.ndarray, key: str = key) -> float:
            layer.set_weights({**weights, key: moved} if key in weights else weights)
            output = layer.forward(moved if key == "input" else x)
            return float(np.sum(dy * output))

        found[gradient_name(key)] = central_differences(value, array)
    layer.set_weights(weights)
    return found


def compared(
    layer: Layer, x: np.ndarray, dy: np.ndarray, answers: Mapping[str, Any]
) -> dict[str, bool]:
    """Whether each gradient among the answers is the derivative of somebody's own forward."""
    said: dict[str, bool] = {}
    for name, (right, slack) in own_derivatives(layer, x, dy).items():
        if name not in answers or isinstance(answers[name], Exception):
            continue
        yours = np.asarray(answers[name], float)
        if yours.size != right.size:
            said[name] = False
            continue
        allowed = agreement(np.asarray(answers[name]).dtype) * np.abs(right).max(initial=0) + slack
        said[name] = bool(np.all(np.abs(yours.reshape(right.shape) - right) <= allowed))
    return said


def statement(said: Mapping[str, bool]) -> str:
    """What the comparison says, as a sentence."""
    yes = [name for name, agrees in said.items() if agrees]
    no = [name for name, agrees in said.items() if not agrees]
    if not said:
        return ""
    if not no:
        one = "is" if len(yes) == 1 else "are"
        return (
            f"{_listed(yes)} {one} the derivative of your forward: backward fits forward, and it "
            "is forward that must be mended, backward with it."
        )
    if not yes:
        none = "is" if len(no) == 1 else "are"
        return f"{_listed(no)} {none} not the derivative of your forward, by central differences."
    are, is_not = ("is" if len(names) == 1 else "are" for names in (yes, no))
    return f"{_listed(yes)} {are} the derivative of your forward, {_listed(no)} {is_not} not."


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
