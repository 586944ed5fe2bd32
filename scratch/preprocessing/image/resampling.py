"""What an image is at places between its pixels: the nearest pixel's value, or linear in between.

For the coordinate c = n + f along an axis, n whole and 0 <= f < 1:

    order 0:  x[n],                    where n is the whole number next to c
    order 1:  (1 - f) x[n] + f x[n+1],  along each of both axes

and what lies beyond the edges depends on the mode; |abcd| is the image:

    constant  kkkk|abcd|kkkk         nearest  aaaa|abcd|dddd         reflect  dcba|abcd|dcba
    mirror     dcb|abcd|cba          wrap     bcd|abcd|abc, with a and d at one place
    grid-wrap abcd|abcd|abcd         grid-mirror: reflect    grid-constant: constant, k is blended

All is computed in float64, sums from the upper left to the lower right: bit for bit what
`scipy.ndimage.affine_transform` computes.
"""

from collections.abc import Callable

import numpy as np

Place = Callable[[np.ndarray, int], np.ndarray]


def affine_transform(
    x: np.ndarray,
    matrix: np.ndarray,
    offset: np.ndarray,
    order: int = 1,
    mode: str = "nearest",
    cval: float = 0.0,
) -> np.ndarray:
    """One channel, transformed: the new pixel p is the old one at matrix p + offset.

    Args:
        x: (height, width).
        matrix: (2, 2).
        offset: (2,).
        order: 0 or 1.
        mode: what lies beyond the edges.
        cval: the number for `"constant"`.

    Returns:
        (height, width), in the type of x; integers are rounded.

    Raises:
        ValueError: for another order or mode.
    """
    if order not in (0, 1):
        raise ValueError(
            f"Interpolation of order {order} is not part of this package: 0 takes the nearest "
            "pixel, 1 is linear. SciPy's `ndimage` has splines of higher orders"
        )
    if mode not in _PLACES:
        raise ValueError(f"boundary mode not supported: {mode}. Expected one of {[*_PLACES]}")
    i, j = np.indices(x.shape, dtype="float64")
    axes = [
        _Axis((shift + i * row[0]) + j * row[1], n, order, mode)
        for row, shift, n in zip(np.asarray(matrix, "float64"), offset, x.shape, strict=True)
    ]
    values = x.astype("float64")
    total = np.zeros(x.shape)
    for rows, row_weights, row_inside in axes[0].taps:
        for columns, column_weights, column_inside in axes[1].taps:
            term = np.where(row_inside & column_inside, values[rows, columns], float(cval))
            total = total + term * row_weights * column_weights
    total = np.where(axes[0].found & axes[1].found, total, float(cval))
    return _in_type(total, x.dtype)


class _Axis:
    """Places along an axis: which pixels they lie between, and what each of these weighs.

    Attributes:
        found: where there is an image, or what stands for it.
        taps: for each neighbour its number, its weight, and whether it is a pixel at all.
    """

    def __init__(self, at: np.ndarray, n: int, order: int, mode: str) -> None:
        place = _PLACES[mode]
        by_neighbours = mode in ("grid-constant", "nearest")  # each is looked up by itself
        at = at if by_neighbours else place(at, n)
        self.found = (at > -1.0) | by_neighbours
        first = np.floor(at) if order else np.floor(at + 0.5)
        low = 1.0 - (at - first)
        weights = [low, 1.0 - low] if order else [np.ones_like(at)]
        # Beside the last pixel, with no weight, stands what a spline would have there.
        beyond = _mirror if mode in ("constant", "wrap") else place
        self.taps = []
        for step, weight in enumerate(weights):
            number = first + step
            inside = (number >= 0) & (number < n)
            number = np.where(inside, number, np.trunc(beyond(number, n)))
            if mode != "grid-constant":
                inside = np.True_
            self.taps.append((np.clip(number, 0, n - 1).astype(int), weight, inside))


def _in_type(total: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Numbers in the image's type; halves are rounded away from zero."""
    if dtype.kind == "f":
        return total.astype(dtype)
    if dtype.kind == "b":
        return total.astype(bool)
    limits = np.iinfo(dtype)
    return np.clip(np.trunc(total + np.copysign(0.5, total)), limits.min, limits.max).astype(dtype)


# Where a place beyond the edges is found in the image of n pixels; -1: nowhere.


def _nowhere(at: np.ndarray, n: int) -> np.ndarray:
    return np.where((at < 0) | (at > n - 1), -1.0, at)


def _nearest(at: np.ndarray, n: int) -> np.ndarray:
    return np.clip(at, 0.0, n - 1.0)


def _reflect(at: np.ndarray, n: int) -> np.ndarray:
    period = 2 * n
    below = np.where(at < -period, period * np.trunc(-at / period) + at, at)
    edge = np.where(below > -1e-15, 1e-15, -below)  # a rounding, no pixel of its own
    below = np.where(below < -n, below + period, edge - 1)
    above = at - period * np.trunc(at / period)
    above = np.where(above >= n, period - above - 1, above)
    return _pick(at, n, below, above)


def _mirror(at: np.ndarray, n: int) -> np.ndarray:
    period = max(2 * n - 2, 1)
    below = period * np.trunc(-at / period) + at
    below = np.where(below <= 1 - n, below + period, -below)
    above = at - period * np.trunc(at / period)
    above = np.where(above >= n, period - above, above)
    return _pick(at, n, below, above)


def _wrap(at: np.ndarray, n: int) -> np.ndarray:
    period = max(n - 1, 1)
    below = at + period * (np.trunc(-at / period) + 1)
    return _pick(at, n, below, at - period * np.trunc(at / period))


def _grid_wrap(at: np.ndarray, n: int) -> np.ndarray:
    below = at + n * (np.trunc((-1 - at) / n) + 1)
    return _pick(at, n, below, at - n * np.trunc(at / n))


def _pick(at: np.ndarray, n: int, below: np.ndarray, above: np.ndarray) -> np.ndarray:
    """`at` itself within the image, otherwise one of the others; the only pixel of one."""
    if n == 1:
        return np.where((at < 0) | (at > 0), 0.0, at)
    return np.where(at < 0, below, np.where(at > n - 1, above, at))


_PLACES: dict[str, Place] = {
    "constant": _nowhere,
    "nearest": _nearest,
    "reflect": _reflect,
    "wrap": _wrap,
    "mirror": _mirror,
    "grid-constant": _nowhere,
    "grid-mirror": _reflect,
    "grid-wrap": _grid_wrap,
}
