"""Checking a gradient of a function that somebody wrote, number by number.

    complex step          df/dx_i = Im f(x + i h e_i) / h,   h = 1e-30: exact to the last digits
    central difference    df/dx_i = (f(x + h e_i) - f(x - h e_i)) / 2h,   h = u^(1/3) max(1, |x_i|),
                          and how far it may be off, from what the step 2h gives

The complex step needs an f that complex numbers can pass; abs, max and comparisons may let them
pass and still be wrong. So it is believed only where the central difference agrees.
"""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from scratch.testing.bounds import agreement
from scratch.testing.check_layers import name_of
from scratch.testing.differences import central_differences
from scratch.testing.gradients import STEP
from scratch.testing.judgement import Catalogue, Convention, Trial, judge
from scratch.testing.result import Result

MISTAKES = Catalogue()
MISTAKES.add(
    "sign",
    right="df/dx",
    wrong="-df/dx",
    why="Every entry has the right size and the wrong sign.",
)(lambda right: {"gradient": -right})
MISTAKES.add(
    "gradient transposed",
    right="a gradient of the shape of x",
    wrong="its transpose",
    why="Entry (i, j) of the gradient belongs to entry (i, j) of x.",
)(lambda right: {"gradient": right.T})


def check_gradient(f: Callable, x: Any, gradient: Any = None) -> Result:
    """Compares a gradient with numerical ones.

    Args:
        f: from an array to one number; or to a pair (number, gradient).
        x: where; any shape.
        gradient: an array of the shape of x, a function from x to one, or None where f returns it.

    Raises:
        ValueError: when f does not return one number, or no gradient is given.
    """
    x = np.array(x, float)
    first = f(x.copy())
    pair = isinstance(first, tuple)
    if gradient is None and not pair:
        raise ValueError(
            "No gradient to check: pass check_gradient(f, x, gradient), or let f return a pair "
            "(number, gradient)"
        )
    if np.size(first[0] if pair else first) != 1:
        raise ValueError(
            f"f must return one number, not an array of shape {np.shape(first)}: sum it up, "
            "weighted with random numbers to see every entry"
        )

    def value(at: np.ndarray) -> Any:
        found = f(at)
        return np.reshape(found[0] if isinstance(found, tuple) else found, ())

    with np.errstate(all="ignore"):
        differences, slack = central_differences(value, x)
        exact = _complex_step(value, x)
        largest = float(np.abs(differences).max(initial=0))
        agrees = exact is not None and np.all(
            np.abs(exact - differences) <= agreement("float64") * largest + slack
        )
        right = exact if agrees else differences
        yours = first[1] if gradient is None else gradient
        yours = np.array(yours(x.copy()) if callable(yours) else yours)
    how = "complex step" if agrees else "central difference"
    trial = Trial(f"x of shape {x.shape}", right, {"gradient": right})
    if not agrees and yours.shape == x.shape and np.all(np.abs(yours - right) <= slack):
        yours = right  # as close as differences can tell
    return judge(
        name_of(f), f"its {how}", [Convention("", [trial])], [{"gradient": yours}], MISTAKES
    )


def _complex_step(f: Callable, x: np.ndarray) -> np.ndarray | None:
    """The derivatives, or None where f does not take complex numbers."""
    found = np.empty(x.shape)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for i in np.ndindex(x.shape):
                moved = x.astype(complex)
                moved[i] += 1j * STEP
                result = f(moved)
                if not np.iscomplexobj(result):
                    return None
                found[i] = result.imag / STEP
    except Exception:  # whatever stops f: then differences must do
        return None
    return found
