"""Pools: ties, NaN, infinities, whole numbers, bins, mistakes."""

import itertools

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import DERIVATIVE
from scratch.network.node import Node

X = np.random.default_rng(3).normal(size=(2, 5, 6, 4)).astype("float32")
STEPS = X[:, :, 0]
NAN, INF = np.nan, np.inf


def through(layer, numbers, dy=None):
    """y and dx of a layer of steps, for a sequence, by hand: as lists; dy is 1 by default."""
    x = np.array(numbers, "float32").reshape(1, -1, 1)
    node = Node(layer)
    y = np.array(layer.forward(x, node))
    dx = layer.backward(np.ones_like(y) if dy is None else np.reshape(dy, y.shape), node)
    return np.ravel(y).tolist(), np.ravel(dx).tolist()


@pytest.mark.parametrize(
    ("layer", "numbers", "dx"),
    [
        (lambda k: k.layers.MaxPooling1D(2), [1, 1, 0, 2, 2, 2], [1, 0, 0, 1, 1, 0]),
        (lambda k: k.layers.MaxPooling1D(3, strides=1), [1, 1, 0, 2, 2, 2], [1, 0, 0, 3, 0, 0]),
        (lambda k: k.layers.MaxPooling1D(2), [-INF] * 4, [1, 0, 1, 0]),
        (lambda k: k.layers.MaxPooling1D(2, padding="same"), [-1, -1, -1], [1, 0, 1]),
        (lambda k: k.layers.AdaptiveMaxPooling1D(3), [1, 1, 1, 1, 1], [1, 1, 0, 1, 0]),
        (lambda k: k.layers.GlobalMaxPooling1D(), [1, 0, 2, 2], [0, 0, 0.5, 0.5]),
    ],
)
def test_who_has_the_gradient_of_ties(layer, numbers, dx):
    """The first of a window has it all; of a whole sequence they share it."""
    assert through(layer(scratch), numbers)[1] == dx


@pytest.mark.parametrize(
    ("layer", "numbers", "y"),
    [
        (lambda k: k.layers.MaxPooling1D(2, padding="same"), [-1, -1, -1], [-1, -1]),
        (lambda k: k.layers.AveragePooling1D(2, padding="same"), [1, 2, 3], [1.5, 3]),
        (lambda k: k.layers.AveragePooling1D(3, 1, padding="same"), [1, 2, 3], [1.5, 2, 2.5]),
        (lambda k: k.layers.AdaptiveAveragePooling1D(3), [1, 2, 3, 4, 5], [1.5, 3, 4.5]),
        (lambda k: k.layers.AdaptiveAveragePooling1D(3), [1, 2], [1, 1.5, 2]),
        (lambda k: k.layers.AdaptiveMaxPooling1D(2), [1, 2, 3, 4, 5], [3, 5]),
    ],
)
def test_what_is_padded_is_not_there(layer, numbers, y):
    assert through(layer(scratch), numbers)[0] == y


def test_nan_is_the_largest():
    """It is kept, and has the gradient, by hand as in the definition."""
    numbers = [NAN, 1, 2, NAN, 3, 4]
    y, dx = through(scratch.layers.MaxPooling1D(2), numbers, [1.0, 2.0, 3.0])
    np.testing.assert_array_equal(y, [NAN, NAN, 4])
    x = np.array(numbers, "float32").reshape(1, -1, 1)
    np.testing.assert_array_equal(np.ravel(scratch.ops.max_pool(x, 2)), y)
    assert dx == [1, 0, 0, 2, 0, 3]


def test_an_infinite_gradient_stays_where_it_belongs():
    """Zero times infinity would be NaN."""
    numbers, dy = [1, 2, 4, 3], np.array([INF, 1.0], "float32")
    assert through(scratch.layers.MaxPooling1D(2), numbers, dy)[1] == [0, INF, 1, 0]
    assert through(scratch.layers.MaxPooling1D(2, 1), numbers, [INF, 1.0, 1.0])[1] == [0, INF, 2, 0]
    leaf = scratch.ops.Symbol.leaf(shape=(1, 4, 1), dtype="float32")
    y = scratch.ops.max_pool(leaf, 2)
    (dx,) = scratch.ops.gradient(y, [leaf], dy=dy.reshape(1, 2, 1))
    x = np.array(numbers, "float32").reshape(1, 4, 1)
    assert np.ravel(scratch.ops.evaluate(dx, {leaf: x})).tolist() == [0, INF, 1, 0]


@pytest.mark.parametrize("dtype", ["int32", "int64", "uint8"])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_whole_numbers_stay_whole(dtype, padding):
    keras = pytest.importorskip("keras")
    x = np.arange(30).reshape(1, 5, 6, 1).astype(dtype)
    found = [k.layers.MaxPooling2D(2, padding=padding)(x) for k in (scratch, keras)]
    assert found[0].dtype == dtype
    np.testing.assert_array_equal(found[0], np.asarray(found[1]))


@pytest.mark.parametrize("kept", [[True, True, False], [False, False, False]])
def test_a_mask(kept):
    """The mean of what is kept: NaN where nothing is."""
    keras = pytest.importorskip("keras")
    x = np.array([[[1.0], [2.0], [6.0]]], "float32")
    ours, theirs = (
        np.ravel(k.layers.GlobalAveragePooling1D()(x, mask=np.array([kept])))
        for k in (scratch, keras)
    )
    np.testing.assert_array_equal(ours, theirs)


def test_bins_cover_the_axis():
    """As many as are asked for, the first from the start, the last to the end, none empty."""
    for n in range(1, 12):
        for count in range(1, 14):
            found = scratch.ops.pooling.bins(n, count)
            assert len(found) == count
            assert (found[0][0], found[-1][1]) == (0, n)
            assert all(start < stop for start, stop in found)
            assert all(b[0] <= a[1] for a, b in itertools.pairwise(found))


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_one_bin_is_the_whole_image(rank):
    x = np.random.default_rng(rank).normal(size=(2, *(4, 3, 5)[:rank], 2))
    layers = scratch.layers
    one = getattr(layers, f"AdaptiveMaxPooling{rank}D")(1, dtype="float64")(x)
    whole = getattr(layers, f"GlobalMaxPooling{rank}D")(keepdims=True, dtype="float64")(x)
    np.testing.assert_array_equal(one, whole)
    one = getattr(layers, f"AdaptiveAveragePooling{rank}D")(1, dtype="float64")(x)
    whole = getattr(layers, f"GlobalAveragePooling{rank}D")(keepdims=True, dtype="float64")(x)
    assert np.abs(one - whole).max() <= DERIVATIVE


MISTAKES = {
    "no places": (lambda k: k.layers.MaxPooling2D(0), "pool_size=0"),
    "strides": (lambda k: k.layers.MaxPooling2D(2, strides=0)(X), "strides"),
    "padding": (lambda k: k.layers.MaxPooling2D(2, padding="causal")(X), "causal"),
    "too large": (lambda k: k.layers.MaxPooling2D(6)(k.Input((5, 5, 2))), "zero or negative"),
    "sequence": (lambda k: k.layers.MaxPooling2D(2)(STEPS), "ndim=4"),
    "mean of whole numbers": (lambda k: k.layers.AveragePooling2D(2)(X.astype("int32")), "int32"),
    "mask": (lambda k: k.layers.GlobalMaxPooling1D()(STEPS, mask=np.ones((2, 5), bool)), "mask"),
    "half a bin": (lambda k: k.layers.AdaptiveAveragePooling2D(2.5), "2.5"),
    "three bins": (lambda k: k.layers.AdaptiveAveragePooling2D((2, 2, 2)), r"\(2, 2, 2\)"),
    "two bins": (lambda k: k.layers.AdaptiveAveragePooling1D((2, 2)), r"\(2, 2\)"),
    "format": (lambda k: k.layers.GlobalAveragePooling2D(data_format="first"), "data_format"),
    "op on two axes": (lambda k: k.ops.max_pool(X[0, 0], 2), "shape|rank"),
    "op with two sizes": (lambda k: k.ops.max_pool(STEPS, (2, 2)), "pool_size|ksize"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes(name):
    """Each raises the class of error that Keras raises, and says what is wrong."""
    keras = pytest.importorskip("keras")
    make, says = MISTAKES[name]
    with pytest.raises((ValueError, TypeError), match=says) as ours:
        make(scratch)
    with pytest.raises(Exception) as theirs:  # noqa: PT011 - any
        make(keras)
    known = next(c for c in type(theirs.value).__mro__ if c.__module__ == "builtins")
    assert isinstance(ours.value, known)
