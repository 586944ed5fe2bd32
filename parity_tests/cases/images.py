# ruff: noqa: E501 - one line a value
"""Image layers in front of a convolution, in training: those that draw, and those that don't."""

from parity_tests.harness.case import Case, normal, uniform


def _in_front(name, layer, *shape, scale=2.0 / 255, form="channels_last", **more):
    """The layer, then numbers near one, a convolution, pooling and a dense layer.

    Pooling over all places, since a random crop leaves images as they are outside of training.
    """
    return Case(
        name,
        lambda k: [
            layer(k),
            k.layers.Rescaling(scale, offset=-1.0),
            k.layers.Conv2D(3, 2, activation="tanh", data_format=form),
            k.layers.GlobalMaxPooling2D(data_format=form),
            k.layers.Dense(2),
        ],
        uniform(4, *(shape or (6, 7, 3)), high=255.0),
        normal(4, 2),
        optimizer=lambda k: k.optimizers.SGD(0.02),
        **more,
    )


FIRST = "channels_first"

# Linear in the pixels: derivatives by every way; what blends pixels does so in float32 always.
LINEAR = [
    _in_front("images/resizing", lambda k: k.layers.Resizing(4, 9), in_float64="nowhere"),
    _in_front("images/resizing, nearest", lambda k: k.layers.Resizing(4, 9, "nearest")),
    _in_front("images/resizing, the ratio kept by a crop", lambda k: k.layers.Resizing(5, 4, crop_to_aspect_ratio=True), in_float64="nowhere"),
    _in_front("images/resizing, the ratio kept by padding", lambda k: k.layers.Resizing(5, 4, pad_to_aspect_ratio=True), in_float64="nowhere"),
    _in_front("images/resizing, smaller, smoothed", lambda k: k.layers.Resizing(3, 4, antialias=True), in_float64="nowhere"),
    _in_front("images/middle", lambda k: k.layers.CenterCrop(4, 4)),
    _in_front("images/middle, larger than the image", lambda k: k.layers.CenterCrop(8, 5), in_float64="nowhere"),
    _in_front("images/rescaling and offset", lambda k: k.layers.Rescaling(1 / 85, offset=-0.5), scale=1.0),
    _in_front("images/middle, channels first", lambda k: k.layers.CenterCrop(4, 4, data_format=FIRST), 3, 6, 7, form=FIRST, in_float64="xla"),
    _in_front("images/resizing, channels first", lambda k: k.layers.Resizing(4, 9, data_format=FIRST), 3, 6, 7, form=FIRST, in_float64="nowhere"),
]  # fmt: skip

# Drawn anew in every step, from the layer's seed.
DRAWN = [
    _in_front("augmented/flip", lambda k: k.layers.RandomFlip(seed=5)),
    _in_front("augmented/rotation", lambda k: k.layers.RandomRotation(0.3, seed=5), in_float64="nowhere"),
    _in_front("augmented/zoom", lambda k: k.layers.RandomZoom(0.3, seed=5), in_float64="nowhere"),
    _in_front("augmented/translation", lambda k: k.layers.RandomTranslation(0.3, 0.2, seed=5)),
    _in_front("augmented/crop", lambda k: k.layers.RandomCrop(4, 3, seed=5)),
    _in_front("augmented/contrast", lambda k: k.layers.RandomContrast(0.4, seed=5)),
    _in_front("augmented/brightness", lambda k: k.layers.RandomBrightness(0.4, seed=5)),
    _in_front("augmented/erasing", lambda k: k.layers.RandomErasing(seed=5)),
    _in_front("augmented/flip, channels first", lambda k: k.layers.RandomFlip(seed=5, data_format=FIRST), 3, 6, 7, form=FIRST, in_float64="nowhere"),
]  # fmt: skip

CASES = [*LINEAR, *DRAWN]
