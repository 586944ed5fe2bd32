"""Central differences, and how far each may be off.

    df/dx_i = (f(x + h e_i) - f(x - h e_i)) / 2h,   h = u^(1/3) max(1, |x_i|)

Rounding adds u |f| / h; the third derivative's part, h^2 f''' / 6, is read off the step 2h, for
which it is four times as large.
"""

from collections.abc import Callable

import numpy as np

from scratch.testing.bounds import roundoff, step


def central_differences(f: Callable, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The derivatives of a function with one number as its value, and the slack of each."""
    found, slack = np.empty(x.shape), np.empty(x.shape)
    for i in np.ndindex(x.shape):
        h = step() * max(1.0, float(abs(x[i])))

        def at(moved: float, i: tuple[int, ...] = i) -> float:
            y = x.copy()
            y[i] += moved
            return float(f(y))

        high, low = at(h), at(-h)
        found[i] = (high - low) / (2 * h)
        wide = (at(2 * h) - at(-2 * h)) / (4 * h)
        slack[i] = max(abs(high), abs(low)) * roundoff("float64") / h + abs(wide - found[i])
    return found, slack
