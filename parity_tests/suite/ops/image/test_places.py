"""Pixels looked up elsewhere: through maps of the plane, at any coordinates, on a rubber sheet."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness.outcomes import same  # noqa: E402
from parity_tests.harness.tolerances import derivative  # noqa: E402
from parity_tests.suite.ops.image.test_resizing import images, of_symbol  # noqa: E402
from scratch import ops  # noqa: E402


def alike(call, bound=None, may_fail=True):
    """What a call comes to in both libraries; it must be the same."""
    return same(call, scratch, keras, bound, may_fail)


FLOAT32 = derivative("float32")
FILL_MODES = ("constant", "nearest", "wrap", "reflect")
# Turned; far away; with a horizon; mirrored, with a horizon that passes through pixels.
MAPS = np.array(
    [
        [1, 0.1, 2, -0.2, 0.9, 1.5, 0, 0],
        [1, 0, -20.5, 0, 1, 30.25, 0, 0],
        [1, 0, 0.5, 0, 1, 0.5, 0.01, -0.02],
        [-1, 0, 3, 0, -1, 4, 0, -0.25],
    ],
    "float32",
)


@pytest.mark.parametrize("dtype", ["float32", "uint8", "float64", "int32", "float16"])
@pytest.mark.parametrize("interpolation", ["nearest", "bilinear"])
def test_affine_transform(interpolation, dtype):
    """Bit for bit."""
    for size in ((5, 7), (1, 3), (8, 8)):
        x = images(dtype, 4, *size, 2)
        for mode in FILL_MODES:
            alike(
                lambda k, x=x, m=mode: k.ops.image.affine_transform(x, MAPS, interpolation, m, 7),
                may_fail=False,
            )


def test_affine_transform_otherwise():
    x, one = images("float32", 2, 3, 6, 3), MAPS[0]
    tensor = [images("float32", 3, 6, 3), one]
    for call in (
        lambda k: k.ops.image.affine_transform(*map(k.ops.convert_to_tensor, tensor)),
        lambda k: k.ops.image.affine_transform(x, one, data_format="channels_first"),
        lambda k: k.ops.image.affine_transform(k.KerasTensor((None, 4, 4, 3)), one).shape,
        lambda k: k.ops.image.affine_transform(x, one, "cubic"),
        lambda k: k.ops.image.affine_transform(x, one, fill_mode="mirror"),
        lambda k: k.ops.image.affine_transform(x[0, 0], one),
        lambda k: k.ops.image.affine_transform(x, one[None, None]),
    ):
        alike(call)


@pytest.mark.parametrize("interpolation", ["nearest", "bilinear"])
@pytest.mark.parametrize("mode", FILL_MODES)
def test_the_derivative_is_the_adjoint(mode, interpolation):
    """<P x, dy> = <x, P' dy>; TensorFlow's goes through the inverse map, which is another thing."""
    x, dy = images("float32", 4, 5, 7, 2), images("float32", 4, 5, 7, 2)

    def f(x):
        return ops.image.affine_transform(x, MAPS, interpolation, mode)

    dx = of_symbol(f, x, dy)
    one, other = np.sum(np.float64(f(x)) * dy), np.sum(np.float64(dx) * x)
    assert abs(one - other) <= derivative("float32", x.size).relative * abs(one)


CORNERS = np.array([[0, 0], [0, 5], [6, 5], [6, 0]], "float32")
MOVED = CORNERS + np.array([[0.5, 0.2], [1, -0.3], [-0.4, 0.6], [0.1, 0.1]], "float32")


def test_perspective_transform():
    x = images("float32", 2, 6, 7, 3)
    both = np.stack([MOVED, CORNERS + 0.25])
    for call in (
        lambda k: k.ops.image.perspective_transform(x, CORNERS, MOVED, fill_value=0.5),
        lambda k: k.ops.image.perspective_transform(x, CORNERS, MOVED, "nearest"),
        lambda k: k.ops.image.perspective_transform(x, np.stack([CORNERS] * 2), both),
        lambda k: k.ops.image.perspective_transform(x[0], CORNERS, MOVED),
        lambda k: k.ops.image.perspective_transform(
            x.transpose(0, 3, 1, 2), CORNERS, MOVED, data_format="channels_first"
        ),
        lambda k: k.ops.image.perspective_transform(x, CORNERS, MOVED, "cubic"),
        lambda k: k.ops.image.perspective_transform(x, CORNERS[:3], MOVED[:3]),
        lambda k: k.ops.image.perspective_transform(x, CORNERS, both),
        lambda k: k.ops.image.perspective_transform(x, CORNERS, CORNERS[[0, 0, 1, 2]]),
    ):
        alike(call, FLOAT32)


def test_corners_come_to_where_they_were_sent():
    """By itself: the homography takes each end point to its start point."""
    from scratch.ops.image.perspective import homography

    a, b, c, d, e, f, g, h = np.asarray(homography(CORNERS[None], MOVED[None]), "float64")[0]
    for (x, y), wanted in zip(MOVED, CORNERS, strict=True):
        k = g * x + h * y + 1
        found = np.array([(a * x + b * y + c) / k, (d * x + e * y + f) / k])
        assert np.abs(found - wanted).max() <= derivative("float32", 64).relative * 6


PLACES = {
    "anywhere": np.random.default_rng(4).random((2, 3, 6)) * 12 - 4,
    "edges": np.array([[-1.0, 0, 0.5, 1.5, 4, 5, 6.5], [0, 1, 2, 3, 3.5, 2.5, -3]]),
    "whole": np.array([[-1, 0, 5, 4], [0, 7, 1, 2]], "int32"),
    "outside": np.array([[5.0, 10.0], [4.0, 8.0]]),
}


@pytest.mark.parametrize("mode", ["constant", "nearest", "wrap", "mirror", "reflect"])
@pytest.mark.parametrize("places", PLACES.values(), ids=PLACES)
def test_map_coordinates(places, mode):
    for dtype in ("float32", "float64", "uint8"):
        a = (np.random.default_rng(5).random((5, 4)) * 200).astype(dtype)
        for order in (0, 1):
            if places.dtype == "int32" and order == 1:
                continue  # TensorFlow has no floor of whole numbers
            at = places if places.dtype == "int32" else places.astype("float32")
            alike(
                lambda k, a=a, at=at, o=order: k.ops.image.map_coordinates(a, at, o, mode, 3),
                FLOAT32,
            )


def test_map_coordinates_is_refused():
    a, at = np.ones((5, 4), "float32"), np.ones((2, 3), "float32")
    for call in (
        lambda k: k.ops.image.map_coordinates(a, at[:1], 1),
        lambda k: k.ops.image.map_coordinates(a, at[:, 0], 1),
        lambda k: k.ops.image.map_coordinates(a, at, 2),
        lambda k: (
            k.ops.image.map_coordinates(k.KerasTensor((5, 4)), k.KerasTensor((2, 7, 3)), 1).shape
        ),
    ):
        alike(call)
    with pytest.raises(ValueError, match="fill_mode"):  # in Keras its message fails
        scratch.ops.image.map_coordinates(a, at, 1, "edge")


def test_map_coordinates_has_both_derivatives():
    import tensorflow as tf

    a = np.random.default_rng(6).random((5, 4))
    at = np.random.default_rng(7).random((2, 9)) * 3
    leaves = [ops.Symbol.leaf(shape=x.shape, dtype="float64") for x in (a, at)]
    y = ops.sum(ops.image.map_coordinates(leaves[0], leaves[1], 1) ** 2)
    ours = ops.evaluate(ops.gradient(y, leaves), dict(zip(leaves, (a, at), strict=True)))
    sources = [tf.constant(x) for x in (a, at)]
    with tf.GradientTape() as tape:
        tape.watch(sources)
        loss = tf.reduce_sum(keras.ops.image.map_coordinates(*sources, 1) ** 2)
    for one, other in zip(ours, tape.gradient(loss, sources), strict=True):
        assert np.abs(one - other).max() <= derivative().relative * np.abs(other).max()


@pytest.mark.parametrize("mode", FILL_MODES)
@pytest.mark.parametrize("interpolation", ["nearest", "bilinear"])
def test_elastic_transform(interpolation, mode):
    x = images("float32", 2, 9, 8, 3)
    for form in ({}, {"data_format": "channels_first"}):
        for given in (x, x[0]):
            alike(
                lambda k, x=given, f=form: k.ops.image.elastic_transform(
                    x, 3.0, 1.0, interpolation, mode, 0.5, seed=3, **f
                ),
                FLOAT32,
                may_fail=False,
            )
