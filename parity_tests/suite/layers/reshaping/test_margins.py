"""Margins and up-sampling: smooth lines, formats, mistakes."""

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import rounding

X = np.random.default_rng(3).normal(size=(2, 3, 4, 2)).astype("float32")
SMOOTH = ("bilinear", "bicubic", "lanczos3", "lanczos5")  # TensorFlow does not derive "area"


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@pytest.mark.parametrize("interpolation", SMOOTH)
def test_smooth_lines(interpolation, data_format):
    """Beside Keras, and trained: the definition is differentiated."""
    keras = pytest.importorskip("keras")
    pytest.importorskip("scratch.ops.image")
    results = []
    for k in (scratch, keras):
        layer = k.layers.UpSampling2D((2, 3), data_format, interpolation)
        k.utils.set_random_seed(3)
        layers = [k.layers.Dense(2), layer, k.layers.Flatten(), k.layers.Dense(2)]
        model = k.Sequential([k.Input(X.shape[1:]), *layers])
        model.compile(k.optimizers.SGD(0.1), "mse")
        losses = [float(model.train_on_batch(X, X[:, 0, 0])) for _ in range(3)]
        results.append([np.asarray(layer(X)), losses, *model.get_weights()])
    for ours, theirs in zip(*results, strict=True):
        scale = np.abs(theirs).max()
        assert np.abs(np.asarray(ours) - theirs).max() <= rounding(100, "float32") * scale


def test_no_such_line():
    pytest.importorskip("scratch.ops.image")
    with pytest.raises(ValueError, match="smooth"):
        scratch.layers.UpSampling2D(2, interpolation="smooth")(X)


def test_the_nearest_is_what_stands_there():
    y = scratch.layers.UpSampling2D((2, 3))(X)
    assert y.shape == (2, 6, 12, 2)
    np.testing.assert_array_equal(y, X.repeat(2, axis=1).repeat(3, axis=2))


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_what_is_padded_can_be_cut_off(rank):
    x = np.random.default_rng(rank).normal(size=(2, *(3, 4, 2)[:rank], 2)).astype("float32")
    sides = [(1, 2), (0, 3), (2, 0)][:rank]
    margins = sides[0] if rank == 1 else sides
    wide = getattr(scratch.layers, f"ZeroPadding{rank}D")(margins)(x)
    assert wide.sum() == pytest.approx(x.sum())
    np.testing.assert_array_equal(getattr(scratch.layers, f"Cropping{rank}D")(margins)(wide), x)


MISTAKES = {
    "three margins": (lambda k: k.layers.ZeroPadding2D((1, 2, 3)), "padding"),
    "half a margin": (lambda k: k.layers.ZeroPadding2D(1.5), "padding=1.5"),
    "three ends": (lambda k: k.layers.ZeroPadding1D((1, 2, 3)), "2 integers"),
    "cut below zero": (lambda k: k.layers.Cropping2D(-1), "-1"),
    "cut of letters": (lambda k: k.layers.Cropping2D("ab"), "cropping"),
    "cut of all": (lambda k: k.layers.Cropping2D(2)(X), "smaller than"),
    "cut of all steps": (lambda k: k.layers.Cropping1D((2, 1))(X[:, :, 0]), "smaller than"),
    "no times": (lambda k: k.layers.UpSampling1D(0), "size=0"),
    "half a time": (lambda k: k.layers.UpSampling1D(1.5), "float"),
    "not at all": (lambda k: k.layers.UpSampling2D(0), "size=0"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes(name):
    """Each raises the class of error that Keras raises, and says what is wrong."""
    keras = pytest.importorskip("keras")
    make, says = MISTAKES[name]
    with pytest.raises((ValueError, TypeError), match=says) as ours:
        make(scratch)
    with pytest.raises(type(ours.value), match="."):
        make(keras)
