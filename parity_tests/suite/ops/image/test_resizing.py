"""Images in another size: Keras's, to the last bit."""

from typing import Any

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")
keras = tf.keras

import scratch  # noqa: E402
from parity_tests.harness.outcomes import same  # noqa: E402
from parity_tests.harness.tolerances import derivative  # noqa: E402
from scratch import ops  # noqa: E402
from scratch.ops.image.resizing import resized  # noqa: E402


def alike(call, bound=None, may_fail=True):
    """What a call comes to in both libraries; it must be the same."""
    return same(call, scratch, keras, bound, may_fail)


METHODS = ("bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5")
SIZES = [
    ((4, 4), (2, 2)),
    ((5, 7), (3, 9)),
    ((13, 8), (29, 31)),
    ((1, 3), (4, 2)),
    ((6, 6), (6, 3)),
]
SIZES += [((30, 40), (7, 11)), ((6, 6), (6, 6)), ((1, 1), (5, 5))]
RNG = np.random.default_rng(3)
RATIOS: tuple[dict[str, Any], ...] = (
    {},
    {"crop_to_aspect_ratio": True},
    {"pad_to_aspect_ratio": True, "fill_value": 3},
)


def images(dtype, *shape):
    return (RNG.random(shape) * 255).astype(dtype)


@pytest.mark.parametrize("dtype", ["float32", "uint8", "float64", "float16"])
@pytest.mark.parametrize("method", METHODS)
def test_every_method(method, dtype):
    for old, new in SIZES:
        x = images(dtype, 2, *old, 3)
        for antialias in (False, True):
            for ratio in RATIOS:
                alike(
                    lambda k, x=x, n=new, a=antialias, r=ratio: k.ops.image.resize(
                        x, n, interpolation=method, antialias=a, **r
                    ),
                    may_fail=False,
                )


@pytest.mark.parametrize("method", ["gaussian", "mitchellcubic"])
def test_kernels_that_only_folders_know(method):
    x = images("float32", 2, 9, 14, 3)
    for size in ((4, 20), (20, 4)):
        for antialias in (False, True):
            theirs = tf.image.resize(x, size, method=method, antialias=antialias)
            np.testing.assert_array_equal(resized(x, size, method, antialias), theirs, strict=True)


def test_other_forms_and_refusals():
    x = images("float32", 5, 6, 3)
    for call in (
        lambda k: k.ops.image.resize(x, (3, 4)),
        lambda k: k.ops.image.resize(x[None], (3, 4), data_format="channels_first"),
        lambda k: k.ops.image.resize(x, (3, 4), data_format="channels_first"),
        lambda k: k.ops.image.resize(k.KerasTensor((None, None, None, 3)), (3, 4)).shape,
        lambda k: k.ops.image.resize(k.KerasTensor((None, 5, 5, 3), "uint8"), (3, 4)).dtype,
        lambda k: k.ops.image.resize(x, (3,)),
        *(
            lambda k, size=size: k.ops.image.resize(x, size)
            for size in ((0, 3), (3, 0), (-1, 3), (3, -1), (1, 3), (3, 1))
        ),
        lambda k: k.ops.image.resize(x, (3, 3), interpolation="cubic"),
        lambda k: k.ops.image.resize(x, (3, 3), fill_mode="reflect"),
        lambda k: k.ops.image.resize(x, (3, 3), data_format="last"),
        lambda k: k.ops.image.resize(x[0], (3, 3)),
        lambda k: k.ops.image.resize(
            x, (3, 3), crop_to_aspect_ratio=True, pad_to_aspect_ratio=True
        ),
    ):
        alike(call)


def of_symbol(f, x, dy):
    """dx of sum(f(x) dy), by the graph."""
    leaf = ops.Symbol.leaf(shape=x.shape, dtype=x.dtype)
    (dx,) = ops.gradient(ops.sum(f(leaf) * dy), [leaf])
    return ops.evaluate([dx], {leaf: x})[0]


@pytest.mark.parametrize("method", ["bilinear", "nearest", "bicubic", "lanczos3"])
def test_derivative(method):
    x, dy = images("float32", 2, 9, 14, 3), images("float32", 2, 5, 17, 3)
    bound = derivative("float32").relative
    for antialias in (False, True):
        for ratio in RATIOS:
            settings = {"interpolation": method, "antialias": antialias, **ratio}
            ours = of_symbol(lambda x, s=settings: ops.image.resize(x, (5, 17), **s), x, dy)
            source = tf.constant(x)
            with tf.GradientTape() as tape:
                tape.watch(source)
                y = keras.ops.image.resize(source, (5, 17), **settings)
            theirs = tape.gradient(y, source, dy).numpy()
            assert np.abs(ours - theirs).max() <= bound * np.abs(theirs).max()


@pytest.mark.parametrize("method", METHODS)
def test_the_derivative_is_the_adjoint(method):
    """By itself: <R x, dy> = <x, R' dy>, since every method is linear in the image."""
    x, dy = images("float32", 1, 7, 9, 2), images("float32", 1, 4, 12, 2)
    for ratio in RATIOS[:2]:
        y = ops.image.resize(x, (4, 12), interpolation=method, **ratio)
        dx = of_symbol(
            lambda x, r=ratio: ops.image.resize(x, (4, 12), interpolation=method, **r), x, dy
        )
        one, other = np.sum(np.float64(y) * dy), np.sum(np.float64(dx) * x)
        assert abs(one - other) <= derivative("float32", y.size).relative * abs(one)


@pytest.mark.parametrize("ratio", RATIOS, ids=["distorted", "cropped", "padded"])
def test_the_second_derivative_is_resizing_without_what_is_filled_in(ratio):
    """By itself: d(sum (R' dy) v)/d(dy) = R v, where what is filled in does not depend on v."""
    x, dy, v = (
        images("float32", 1, 7, 9, 2),
        images("float32", 1, 4, 12, 2),
        images("float32", 1, 7, 9, 2),
    )
    image, upstream = (ops.Symbol.leaf(shape=a.shape, dtype=a.dtype) for a in (x, dy))
    y = ops.image.resize(image, (4, 12), **ratio)
    (dx,) = ops.gradient(ops.sum(y * upstream), [image])
    (found,) = ops.gradient(ops.sum(dx * v), [upstream])
    expected = ops.image.resize(v, (4, 12), **{**ratio, "fill_value": 0})
    got = ops.evaluate([found], {image: x, upstream: dy})[0]
    assert np.abs(got - expected).max() <= derivative("float32").relative * np.abs(expected).max()
