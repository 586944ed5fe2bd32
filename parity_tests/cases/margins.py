# ruff: noqa: E501 - one line a value
"""Images with margins, without their edges, and some times as large."""

from parity_tests.cases.pooling import between
from parity_tests.harness.case import Case, normal, uniform

CASES = [
    Case("zeropadding/steps", between(lambda k: k.layers.ZeroPadding1D((0, 2))), normal(4, 3, 2), normal(4, 5, 2), uniform(4, 1)),
    Case("zeropadding/steps, channels first", between(lambda k: k.layers.ZeroPadding1D(1, data_format="channels_first")), normal(4, 3, 2), normal(4, 3, 2)),
    Case("zeropadding/images", between(lambda k: k.layers.ZeroPadding2D(((1, 2), (0, 3)))), normal(4, 2, 3, 2), normal(4, 5, 6, 2)),
    Case("zeropadding/images, each way alike", between(lambda k: k.layers.ZeroPadding2D((1, 2))), normal(4, 2, 3, 2), normal(4, 4, 7, 2)),
    Case("zeropadding/volumes", between(lambda k: k.layers.ZeroPadding3D(1)), normal(3, 1, 2, 2, 2), normal(3, 3, 4, 4, 2)),
    Case("cropping/steps", between(lambda k: k.layers.Cropping1D((2, 0))), normal(4, 5, 2), normal(4, 3, 2), uniform(4, 1)),
    Case("cropping/images", between(lambda k: k.layers.Cropping2D(((1, 2), (0, 1)))), normal(4, 5, 4, 2), normal(4, 2, 3, 2)),
    Case("cropping/images, channels first", lambda k: [k.layers.Cropping2D((1, 2), data_format="channels_first"), k.layers.Flatten(), k.layers.Dense(2)], normal(4, 2, 4, 6), normal(4, 2)),
    Case("cropping/volumes", between(lambda k: k.layers.Cropping3D(((0, 1), (1, 0), (1, 1)))), normal(3, 2, 3, 3, 2), normal(3, 1, 2, 1, 2)),
    Case("upsampling/steps", between(lambda k: k.layers.UpSampling1D(3)), normal(4, 2, 2), normal(4, 6, 2), uniform(4, 1)),
    Case("upsampling/images", between(lambda k: k.layers.UpSampling2D((2, 3))), normal(4, 2, 3, 2), normal(4, 4, 9, 2)),
    Case("upsampling/images, channels first", between(lambda k: k.layers.UpSampling2D(2, data_format="channels_first")), normal(4, 2, 2, 3), normal(4, 2, 4, 2)),
    Case("upsampling/volumes", between(lambda k: k.layers.UpSampling3D(2)), normal(3, 1, 2, 2, 2), normal(3, 2, 4, 4, 2)),
]  # fmt: skip
