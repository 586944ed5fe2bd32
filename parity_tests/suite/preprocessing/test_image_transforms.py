"""Transforms of single images, as functions: Keras's and SciPy's results, bit for bit."""

from typing import Any

import numpy as np
import pytest

import scratch
from parity_tests.suite.preprocessing.test_image_generator import LIBRARIES, X, both, same
from scratch.preprocessing.image.resampling import affine_transform

ndimage = pytest.importorskip("scipy.ndimage")
pytest.importorskip("PIL")
pytestmark = pytest.mark.filterwarnings("ignore:.*scipy.ndimage.interpolation:DeprecationWarning")
MODES = (
    "constant", "nearest", "reflect", "wrap", "mirror", "grid-constant", "grid-mirror", "grid-wrap",
)  # fmt: skip


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("mode", MODES)
def test_affine_transform_is_scipys(mode, order):
    draw = np.random.default_rng(1)
    for dtype in ("float32", "float64", "uint8", "int16"):
        for trial in range(30):
            far = (0.1, 1, 3)[trial % 3]
            x = (draw.normal(size=draw.integers(1, 12, 2)) * 50 + 100).astype(dtype)
            matrix = np.eye(2) + draw.normal(size=(2, 2)) * far
            offset = draw.normal(size=2) * 5 * far
            if trial % 4 == 0:  # onto pixels, and halfway between them
                matrix, offset = np.eye(2), np.round(offset * 2) / 2
            theirs = ndimage.affine_transform(x, matrix, offset, order=order, mode=mode, cval=7.3)
            ours = affine_transform(x, matrix, offset, order, mode, 7.3)
            np.testing.assert_array_equal(ours, theirs, strict=True)


FIRST = np.moveaxis(X[0], -1, 0)
CALLS: dict[str, tuple[str, tuple[Any, ...], dict[str, Any]]] = {
    "rotation": ("random_rotation", (FIRST, 40), {}),
    "rotation, channels last": (
        "random_rotation", (X[0], 40), {"row_axis": 0, "col_axis": 1, "channel_axis": 2},
    ),
    "rotation, columns first": (
        "random_rotation", (X[0], 40), {"row_axis": 1, "col_axis": 0, "channel_axis": 2},
    ),
    "shift": ("random_shift", (FIRST, 0.3, 0.2), {"fill_mode": "constant", "cval": 3.0}),
    "shear": ("random_shear", (FIRST, 30), {"fill_mode": "wrap"}),
    "zoom": ("random_zoom", (FIRST, (0.4, 1.7)), {"fill_mode": "reflect"}),
    "zoom, nearest": ("random_zoom", (FIRST, (0.4, 1.7)), {"interpolation_order": 0}),
    "no zoom": ("random_zoom", (FIRST, (1, 1)), {}),
    "no pair": ("random_zoom", (FIRST, (1, 2, 3)), {}),
    "channels": ("random_channel_shift", (FIRST, 50.0), {}),
    "channels last": ("random_channel_shift", (X[0], 50.0), {"channel_axis": 2}),
    "channels by": ("apply_channel_shift", (X[0], 20.0), {"channel_axis": 2}),
    "brightness": ("random_brightness", (X[0], (0.4, 1.4)), {}),
    "brightness, as it is": ("random_brightness", (X[0], (0.4, 1.4)), {"scale": False}),
    "brightness no pair": ("random_brightness", (X[0], (0.4,)), {}),
    "brightness by": ("apply_brightness_shift", (X[0] * 2 - 100, 1.3), {"scale": False}),
    "whole numbers": ("apply_affine_transform", (FIRST.astype("uint8"),), {"theta": 30, "tx": 2}),
    "all": (
        "apply_affine_transform", (FIRST,),
        {"theta": 30, "tx": 2, "ty": -1, "shear": 8, "zx": 0.7, "zy": 1.2, "order": 1},
    ),
    "nothing": ("apply_affine_transform", (FIRST,), {}),
    "one axis twice": ("apply_affine_transform", (FIRST,), {"row_axis": 2}),
    "another axis": ("apply_affine_transform", (FIRST,), {"row_axis": 3}),
    "channels between": (
        "apply_affine_transform", (FIRST,), {"row_axis": 0, "channel_axis": 1},
    ),
    "two axes": ("apply_affine_transform", (FIRST[0],), {"theta": 3}),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_functions(name):
    function, args, options = CALLS[name]

    def call(image):
        try:
            return getattr(image, function)(*(np.copy(args[0]), *args[1:]), **options)
        except ValueError as error:
            return np.array(str(error)), np.random.random()

    same(*both(call))


def test_a_generator_changes_one_image():
    def changed(image):
        generator = image.ImageDataGenerator(rotation_range=9, zoom_range=0.2, shear_range=3)
        drawn = generator.get_random_transform(X[0].shape, seed=4)
        told = {"theta": 30, "flip_vertical": True, "channel_shift_intensity": 4.0}
        return (
            np.array([str(sorted(drawn.items()))]),
            generator.apply_transform(X[0], drawn),
            generator.apply_transform(X[0], told),
            generator.random_transform(X[0], seed=7),
        )

    same(*both(changed))


def test_higher_orders_are_refused_by_name():
    with pytest.raises(ValueError, match="Interpolation of order 3 is not part of this package"):
        scratch.preprocessing.image.random_rotation(FIRST, 40, interpolation_order=3)
    for library in LIBRARIES:
        with pytest.raises((ValueError, RuntimeError), match="not supported"):
            library.preprocessing.image.random_rotation(FIRST, 40, fill_mode="edge")
