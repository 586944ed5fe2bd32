"""Colours, filters, patches, margins, and how alike two images are."""

from typing import Any

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")
keras = tf.keras

import scratch  # noqa: E402
from parity_tests.harness.outcomes import same  # noqa: E402
from parity_tests.harness.tolerances import derivative  # noqa: E402
from parity_tests.suite.ops.image.test_resizing import images, of_symbol  # noqa: E402
from scratch import ops  # noqa: E402


def alike(call, bound=None, may_fail=True):
    """What a call comes to in both libraries; it must be the same."""
    return same(call, scratch, keras, bound, may_fail)


BOUNDS = {"float32": derivative("float32"), "float64": derivative()}
COLORS = np.random.default_rng(1).random((2, 6, 7, 3))
COLORS[0, 0, :3] = np.array(
    [[0, 0, 0], [0.5, 0.5, 0.2], [0.2, 0.7, 0.7]]
)  # black, and equal channels
COLORS[0, 1, :2] = np.array([[0.9, 0.1, 0.8], [0.4, 0.4, 0.4]])
CALLS = {
    "grey": lambda i, x, form: i.rgb_to_grayscale(x, form),
    "hsv": lambda i, x, form: i.rgb_to_hsv(x, form),
    "rgb": lambda i, x, form: i.hsv_to_rgb(x, form),
    "blur": lambda i, x, form: i.gaussian_blur(x, (3, 3), (1.0, 0.5), form),
    "blur, oblong": lambda i, x, form: i.gaussian_blur(x, (3, 5), (1.0, 0.7), form),
    "blur, even": lambda i, x, form: i.gaussian_blur(x, (4, 4), (1.0, 0.7), form),
    "alike": lambda i, x, form: i.ssim(x, x[::-1] ** 2, filter_size=3, data_format=form),
    "alike by default": lambda i, x, form: i.ssim(
        np.tile(x, (1,) * (x.ndim - 3) + (3, 3, 3)), np.tile(x, (1,) * (x.ndim - 3) + (3, 3, 3)),
        2.0, 5, 1.0, 0.1, 0.2, form,
    ),
}  # fmt: skip


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", CALLS)
def test_every_form(name, dtype):
    for form in ("channels_last", "channels_first"):
        batch = COLORS if form == "channels_last" else COLORS.transpose(0, 3, 1, 2)
        for x in (batch, batch[0]):
            if name == "alike" and x.ndim == 3 and form == "channels_first":
                continue  # the axis that is turned round is that of the channels
            alike(
                lambda k, x=x, f=form: CALLS[name](k.ops.image, x.astype(dtype), f),
                BOUNDS[dtype],
                may_fail=False,
            )


def test_edges():
    for dtype in ("float32", "float64"):
        x = COLORS.astype(dtype)
        for call in (
            lambda k, x=x: k.ops.image.sobel_edges(x),
            lambda k, x=x: k.ops.image.sobel_edges(x.transpose(0, 3, 1, 2), "channels_first"),
            lambda k: k.ops.image.sobel_edges(k.KerasTensor((None, 5, 5, 3))).shape,
        ):
            alike(call, BOUNDS[dtype], may_fail=False)
    with pytest.raises(ValueError, match="rank"):
        ops.image.sobel_edges(COLORS[0])


def test_whole_numbers_and_refusals():
    whole = images("uint8", 2, 6, 7, 3)
    x = COLORS.astype("float32")
    for call in (
        lambda k: k.ops.image.rgb_to_grayscale(whole),
        lambda k: k.ops.image.rgb_to_grayscale(x[..., :1]),
        lambda k: k.ops.image.rgb_to_grayscale(x[..., :2]),
        lambda k: k.ops.image.rgb_to_grayscale(x[0, 0]),
        lambda k: k.ops.image.rgb_to_hsv(whole),
        lambda k: k.ops.image.rgb_to_hsv(x[0, 0]),
        lambda k: k.ops.image.hsv_to_rgb(whole),
        lambda k: k.ops.image.rgb_to_hsv(k.KerasTensor((None, 4, 4, 2))),
        lambda k: k.ops.image.gaussian_blur(whole),
        lambda k: k.ops.image.gaussian_blur(x[0, 0]),
        lambda k: k.ops.image.ssim(x[0, 0], x[0, 0]),
        lambda k: [
            getattr(k.ops.image, name)(k.KerasTensor((None, None, None, 3))).shape
            for name in ("rgb_to_grayscale", "rgb_to_hsv", "hsv_to_rgb", "gaussian_blur")
        ],
    ):
        alike(call)


def test_there_and_back():
    """By itself: red, green and blue come back from hue, saturation and value."""
    there = ops.image.rgb_to_hsv(COLORS)
    back = np.asarray(ops.image.hsv_to_rgb(there))
    assert np.abs(back - COLORS).max() <= derivative().relative


@pytest.mark.parametrize("name", ["hsv", "blur", "blur, even", "grey"])
def test_derivative(name):
    """TensorFlow has none of `hsv_to_rgb`."""
    x = COLORS
    dy = np.random.default_rng(2).normal(size=CALLS[name](ops.image, x, None).shape)
    ours = of_symbol(lambda x: CALLS[name](ops.image, x, None), x, dy)
    source = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(source)
        y = CALLS[name](keras.ops.image, source, "channels_last")
    theirs = tape.gradient(y, source, dy).numpy()
    different = np.zeros(x.shape, bool)
    if name == "hsv":  # where two channels are equal there is a kink
        different[0, 0, :3] = different[0, 1, 1] = True
    assert np.abs(np.where(different, 0, ours - theirs)).max() <= (
        derivative().relative * np.abs(theirs).max()
    )


# Patches and margins --------------------------------------------------------------------------

PATCHES: list[dict[str, Any]] = [
    {"size": 2}, {"size": (3, 2)}, {"size": 3, "strides": 1},
    {"size": 3, "strides": 2, "padding": "same"}, {"size": 2, "strides": 1, "dilation_rate": 2},
    {"size": 2, "strides": 1, "dilation_rate": 2, "padding": "same"},
    {"size": (2, 2), "strides": (1, 2)}, {"size": 1, "dilation_rate": 2},
    {"size": "a"}, {"size": (1, 2, 3, 4)}, {"size": 2, "strides": 2, "dilation_rate": 2},
    {"size": 2, "strides": (1, 2), "dilation_rate": (2, 1)},
]  # fmt: skip


@pytest.mark.parametrize("settings", PATCHES, ids=str)
def test_extract_patches(settings):
    x = COLORS.astype("float32")
    for given in (x, x[0]):
        alike(lambda k, x=given: k.ops.image.extract_patches(x, **settings))
    first = x.transpose(0, 3, 1, 2)
    alike(
        lambda k: k.ops.image.extract_patches(first, data_format="channels_first", **settings),
    )


def test_extract_patches_3d():
    v = images("float32", 2, 4, 6, 7, 2)
    for call in (
        lambda k: k.ops.image.extract_patches_3d(v, 2),
        lambda k: k.ops.image.extract_patches_3d(v[0], 2),
        lambda k: k.ops.image.extract_patches_3d(v, (1, 3, 2), (1, 1, 2), padding="same"),
        lambda k: k.ops.image.extract_patches(v, (2, 2, 2)),
        lambda k: k.ops.image.extract_patches(v, (2, 2, 2), dilation_rate=2),
        lambda k: k.ops.image.extract_patches_3d(v, (2, 2)),
        lambda k: k.ops.image.extract_patches_3d(k.KerasTensor((None, 4, 4, 4, 2)), 2).shape,
    ):
        alike(call)


def test_patches_add_up_where_they_came_from():
    """By itself: <patches(x), dy> = <x, dx>."""
    x = COLORS
    for settings in PATCHES[:8]:
        y = np.asarray(ops.image.extract_patches(x, **settings))
        dy = np.random.default_rng(3).normal(size=y.shape)
        dx = of_symbol(lambda x, s=settings: ops.image.extract_patches(x, **s), x, dy)
        assert abs(np.sum(y * dy) - np.sum(x * dx)) <= derivative().relative * np.sum(
            np.abs(y * dy)
        )


PADDED = [
    {"top_padding": 1, "bottom_padding": 2, "left_padding": 0, "target_width": 12},
    {"top_padding": 1, "target_height": 9, "right_padding": 3, "target_width": 10},
    {"bottom_padding": 1, "target_height": 9, "right_padding": 3, "target_width": 10},
    {"target_height": 5, "top_padding": 0, "left_padding": 1, "right_padding": 0},
    {"top_padding": 1},
    {"top_padding": -1, "bottom_padding": 0, "left_padding": 1, "right_padding": 1},
]
CROPPED = [
    {"top_cropping": 1, "bottom_cropping": 2, "left_cropping": 0, "target_width": 3},
    {"top_cropping": 1, "target_height": 2, "right_cropping": 3, "target_width": 1},
    {"bottom_cropping": 1, "target_height": 2, "left_cropping": 3, "right_cropping": 1},
    {"target_height": 9, "top_cropping": 0, "left_cropping": 1, "right_cropping": 0},
    {"bottom_cropping": 1, "target_height": 9, "left_cropping": 1, "right_cropping": 0},
    {"top_cropping": 1},
]


@pytest.mark.parametrize(
    ("name", "settings"),
    [*(("pad_images", s) for s in PADDED), *(("crop_images", s) for s in CROPPED)],
    ids=str,
)
def test_margins(name, settings):
    last = images("float32", 2, 6, 7, 3)
    for form, x in (("channels_last", last), ("channels_first", last.transpose(0, 3, 1, 2))):
        for given in (x, x[0]):
            alike(
                lambda k, x=given, f=form: getattr(k.ops.image, name)(x, data_format=f, **settings),
            )


def test_margins_of_images_of_unknown_size():
    for call in (
        lambda k: k.ops.image.pad_images(
            k.KerasTensor((None, None, None, 3)), 1, 2, target_height=9, target_width=10
        ).shape[-1],
        lambda k: (
            k.ops.image.crop_images(
                k.KerasTensor((None, None, 3)), 2, 3, target_height=10, target_width=20
            ).shape
        ),
        lambda k: k.ops.image.crop_images(k.KerasTensor((None, 10, 3)), 2, 3, 4, 5),
    ):
        alike(call)
    x = np.arange(60.0).reshape(1, 5, 4, 3)
    leaf = ops.Symbol.leaf(shape=(None, None, None, 3), dtype="float64")
    inner = ops.image.crop_images(
        leaf, bottom_cropping=1, right_cropping=1, target_height=2, target_width=1
    )
    outer = ops.image.pad_images(leaf, 1, 2, target_height=9, target_width=10)
    found = ops.evaluate([inner, outer, *ops.gradient(ops.sum(outer), [leaf])], {leaf: x})
    np.testing.assert_array_equal(found[0], x[:, 2:4, 2:3])
    np.testing.assert_array_equal(found[1], np.pad(x, [(0, 0), (1, 3), (2, 4), (0, 0)]))
    np.testing.assert_array_equal(found[2], np.ones_like(x))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("method", ["linear", "cubic", "lanczos3", "lanczos5", "bicubic", "spline"])
def test_scale_and_translate(method, dtype):
    x = images(dtype, 2, 6, 7, 3)
    for antialias in (True, False):
        for scale, move in (([0.5, 2.0], [0.3, -1.0]), ([1.7, 0.4], [0.0, 0.0])):
            alike(
                lambda k, s=scale, t=move, a=antialias: k.ops.image.scale_and_translate(
                    x, (2, 4, 9, 3), np.float32(s), np.float32(t), (1, 2), method, a
                ),
                BOUNDS["float32"],
            )


def test_whole_numbers_are_scaled_and_rounded():
    """By itself: TensorFlow refuses them, as it does patches larger than an image."""
    x = np.array([[0, 10, 20, 30]], "uint8")
    scaled = ops.image.scale_and_translate(
        x, (1, 8), np.array([2.0]), np.array([0.0]), (1,), "linear", False
    )
    np.testing.assert_array_equal(
        scaled, np.array([[0, 2, 8, 12, 18, 22, 28, 30]], "uint8"), strict=True
    )
    assert ops.image.extract_patches(COLORS, 9).shape == (2, 0, 0, 243)
