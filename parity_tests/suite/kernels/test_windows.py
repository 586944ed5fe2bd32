"""Windows on images: where they are, how many, and what products with them are."""

import math

import numpy as np
import pytest

from parity_tests.harness.tolerances import DERIVATIVE
from scratch.kernels.convolution import convolve, input_gradient, kernel_gradient
from scratch.kernels.windows import as_tuple, gather_windows, windows_on

HOW = [
    (n, k, s, d, padding)
    for n, k, s, d in ((7, 3, 1, 1), (7, 2, 3, 1), (8, 3, 2, 2), (5, 1, 2, 1), (6, 2, 2, 1))
    for padding in ("valid", "same", "causal")
]


def _room(name, shape, dtype):
    return np.empty(shape, dtype)


def one_by_one(x, w):
    """The windows, place after place."""
    found = np.zeros((len(x), *w.output, *w.size, x.shape[-1]))
    for place in np.ndindex(*w.output, *w.size):
        o, t = place[: len(w.size)], place[len(w.size) :]
        at = [a * s + b * d - p for a, s, b, d, p in zip(o, w.strides, t, w.dilation, w.before, strict=True)]  # fmt: skip  # noqa: E501
        if all(0 <= i < n for i, n in zip(at, w.spatial, strict=True)):
            found[(slice(None), *place)] = x[(slice(None), *at)]
    return found


@pytest.mark.parametrize(("n", "k", "s", "d", "padding"), HOW)
def test_what_windows_see(n, k, s, d, padding):
    """By one strided view as place after place; and every place as often as it is counted."""
    w = windows_on((n, n + 1), (k, k), (s, s), (d, d), padding)
    x = np.random.default_rng(n * k + s).normal(size=(2, n, n + 1, 3))
    seen = gather_windows(x, w, np.empty((2, *w.output, k, k, 3)))
    np.testing.assert_array_equal(seen, one_by_one(x, w))
    ones = gather_windows(np.ones_like(x), w, np.empty_like(seen))
    np.testing.assert_array_equal(ones.sum(axis=(3, 4))[0, ..., :1], w.counts)
    if padding != "valid":
        assert w.output == tuple(math.ceil(m / s) for m in w.spatial)


@pytest.mark.parametrize(("n", "k", "s", "d", "padding"), HOW)
def test_the_three_products_are_one(n, k, s, d, padding):
    """<dy, conv(x, W)> = <input gradient(dy, W), x> = <kernel gradient(x, dy), W>."""
    w = windows_on((n, n + 1), (k, k), (s, s), (d, d), padding)
    draw = np.random.default_rng(n * k + s)
    x, W = draw.normal(size=(2, n, n + 1, 4)), draw.normal(size=(k, k, 2, 6))  # in two groups
    dy = draw.normal(size=(2, *w.output, 6))
    y = np.empty_like(dy)
    assert convolve(x, W, w, y, _room) is None  # of two groups
    dx = input_gradient(dy, W, w, np.empty_like(x), _room)
    dW = kernel_gradient(x, dy, w, np.empty_like(W), _room)
    allowed = DERIVATIVE * np.abs(dy * y).sum()
    assert abs((dy * y).sum() - (dx * x).sum()) <= allowed
    assert abs((dy * y).sum() - (dW * W).sum()) <= allowed
    assert np.abs(dy * y).sum() > 0


@pytest.mark.parametrize(("n", "k", "s", "d", "padding"), HOW)
def test_windows_that_were_gathered_at_once_are_found_again(n, k, s, d, padding):
    w = windows_on((n, n + 1), (k, k), (s, s), (d, d), padding)
    draw = np.random.default_rng(n)
    x, W = draw.normal(size=(3, n, n + 1, 4)), draw.normal(size=(k, k, 4, 6))
    dy = draw.normal(size=(3, *w.output, 6))
    seen = convolve(x, W, w, np.empty_like(dy), _room)
    if not w.trivial:
        expected = one_by_one(x, w).reshape(-1, k * k * 4)
        np.testing.assert_array_equal(seen, expected)
    anew = kernel_gradient(x, dy, w, np.empty_like(W), _room)
    assert kernel_gradient(x, dy, w, np.empty_like(W), _room, seen).tobytes() == anew.tobytes()


def test_tiles():
    """Windows that cover every place once: pools may write there without adding."""
    assert windows_on((4, 6), (2, 3), (2, 3), (1, 1), "valid").tiles
    assert not windows_on((5, 6), (2, 3), (2, 3), (1, 1), "valid").tiles
    assert not windows_on((5, 6), (2, 3), (2, 3), (1, 1), "same").tiles
    assert not windows_on((4, 6), (2, 2), (1, 2), (1, 1), "same").tiles


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"a window of \(4,\).*image of \(3,\)"):
        windows_on((3,), (4,), (1,), (1,), "valid")
    with pytest.raises(ValueError, match="`strides` must be one number, or 2"):
        as_tuple((1, 2, 3), 2, "strides")


@pytest.mark.parametrize("value", [(), (2,), (2, 3, 4), [1]])
def test_a_number_for_each_axis_or_one_for_all(value):
    assert as_tuple(3, 2, "strides") == (3, 3)
    assert as_tuple([2, 3], 2, "strides") == (2, 3)
    with pytest.raises(ValueError, match="`strides` must be one number, or 2"):
        as_tuple(value, 2, "strides")
