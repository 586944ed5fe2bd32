"""Layers of images whose factor is fixed, and all of them in inference: as their docstrings say."""

import numpy as np

from parity_tests.formulas.formula import Formula

rng = np.random.default_rng(9)
x = np.round(rng.uniform(size=(2, 6, 6, 3)) * 256) / 256
IMAGES = {
    "drawn": (x,),
    "black": (0 * x,),
    "white": (0 * x + 1,),
    "one": (x[:1],),
    "of one value": (np.full((1, 4, 4, 3), 0.375),),
}
GREY = {"drawn": (x[..., :1],)}
SPREAD = {
    "drawn": (0.25 + x[:1, ..., :1] / 4,),
    "of two values": (np.array([[[[0.0], [0.25]], [[0.25], [0.0]]]]),),
}
BYTES = {"drawn": (np.round(x * 255),), "steps of 16": (np.arange(256.0).reshape(1, 16, 16, 1),)}
LUMA = np.array([0.2989, 0.587, 0.114])


def luminance(x):
    return np.broadcast_to(np.sum(x * LUMA, -1, keepdims=True), x.shape)


def stretched(x):
    low, high = np.min(x, (1, 2), keepdims=True), np.max(x, (1, 2), keepdims=True)
    return (x - low) / (high - low)


def shifted(x):
    """A quarter of the height down, the rest black."""
    y = np.zeros_like(x)
    y[:, 1:] = x[:, :-1]
    return y


def trained(call, says, inputs=IMAGES, parts=None, **options):
    return Formula(f"layers.{call}(x, training=True)", says, inputs, parts or {},
                   precision="float32", **options)  # fmt: skip


STILL = (
    "AugMix()", "ContrastLimitedAdaptiveHistogramEqualization(value_range=(0, 1))", "CutMix()",
    "MixUp()", "RandAugment(value_range=(0, 1))", "RandomBrightness(0.5, (0, 1))",
    "RandomColorDegeneration(1.0, (0, 1))", "RandomColorJitter((0, 1), 0.5, 0.5, 0.5, 0.5)",
    "RandomContrast(0.5, (0, 1))", "RandomElasticTransform(1.0, value_range=(0, 1))",
    "RandomErasing(1.0, value_range=(0, 1))", "RandomFlip()", "RandomGrayscale(1.0)",
    "RandomGaussianBlur(1.0, value_range=(0, 1))", "RandomHue(0.5, (0, 1))",
    "RandomInvert(1.0, (0, 1))", "RandomPerspective(1.0)", "RandomPosterization(1, (0, 1))",
    "RandomRotation(0.5)", "RandomSaturation(1.0, (0, 1))", "RandomSharpness(1.0, (0, 1))",
    "RandomShear(0.5, 0.5)", "RandomTranslation(0.5, 0.5)", "RandomZoom(0.5)",
)  # fmt: skip
BOXES = {
    "drawn": (x[:1], np.array([[[1.0, 2.0, 3.0, 4.0], [0.0, 0.0, 2.0, 2.0]]]), np.array([[1, 2]])),
}
UNEVEN = {"drawn": (x,)}
QUARTERS = {"drawn": (x[:, :4, :4],)}

FORMULAS = [
    *(Formula(f"layers.{call}(x, training=False)", lambda x: x, {"drawn": (x,)},
              precision="float32") for call in STILL if not call.startswith("ContrastL")),
    Formula("layers.RandomCrop(6, 6)(x, training=True)", lambda x: x, {"drawn": (x,)},
            precision="float32"),
    Formula("layers.Pipeline([layers.Rescaling(0.5), layers.Rescaling(2.0, 1.0)])(x)",
            lambda x: x + 1, {"drawn": (x,)}),
    Formula("layers.Solarization(value_range=(0, 1))(x)", lambda x: 1 - x, IMAGES,
            precision="float32"),
    Formula("layers.Solarization(0.0, (0.5, 0.5), (0, 1))(x)",
            lambda x: np.where(x > 0.5, 1 - x, x), UNEVEN, {"drawn": "solarization_range"},
            precision="float32"),
    Formula("layers.Solarization((0.25, 0.25), value_range=(0, 1))(x)",
            lambda x: 1 - np.minimum(x + 0.25, 1), UNEVEN, {"drawn": "solarization_range"},
            precision="float32"),
    Formula("layers.AutoContrast((0, 1))(x)", stretched, SPREAD, precision="float32"),
    trained("RandomInvert((1.0, 1.0), (0, 1))", lambda x: 1 - x),
    trained("RandomGrayscale(1.0)", luminance),
    trained("RandomColorDegeneration((1.0, 1.0), (0, 1))", luminance),
    trained("RandomColorDegeneration((0.5, 0.5), (0, 1))", lambda x: 0.5 * x + 0.5 * luminance(x)),
    trained("RandomColorDegeneration((0.0, 0.0), (0, 1))", lambda x: x),
    # Grey is what has no saturation in HSV: its value is the largest of the three.
    trained("RandomSaturation((0.0, 0.0), (0, 1))",
            lambda x: np.max(x, -1, keepdims=True) + 0 * x, through=lambda x: 1),
    trained("RandomSaturation((0.5, 0.5), (0, 1))", lambda x: x, through=lambda x: 1),
    trained("RandomSharpness((0.5, 0.5), (0, 1))", lambda x: x),
    trained("RandomHue((0.0, 0.0), (0, 1))", lambda x: x, through=lambda x: 1),
    trained("RandomBrightness((0.25, 0.25), (0, 1))", lambda x: np.clip(x + 0.25, 0, 1)),
    trained("RandomBrightness((1.0, 1.0), (0, 1))", lambda x: 0 * x + 1),
    trained("RandomBrightness((-1.0, -1.0), (0, 1))", lambda x: 0 * x),
    trained("RandomContrast((0.0, 0.0), (0, 1))", lambda x: x),
    trained("RandomPosterization(4, (0, 255))", lambda x: np.floor(x / 16) * 16, BYTES,
            {"all": "posterization_of_fewer_bits"}, jumps=True),
    trained("RandomPosterization((4, 4), (0, 255))", lambda x: np.floor(x / 16) * 16, BYTES,
            jumps=True),
    trained("RandomTranslation((0.25, 0.25), (0.0, 0.0), 'constant')", shifted, QUARTERS),
    trained("RandomRotation((0.25, 0.25))",
            lambda x: np.rot90(x, 1, (1, 2)), QUARTERS, through=lambda x: 16,
            there={"all": "rotation_in_float64"}),
    trained("RandomRotation((0.5, 0.5))",
            lambda x: np.rot90(x, 2, (1, 2)), QUARTERS, through=lambda x: 16,
            there={"all": "rotation_in_float64"}),
    trained("RandomZoom((0.0, 0.0))", lambda x: x, through=lambda x: 16),
    trained("RandomShear(0.0, 0.0)", lambda x: x, through=lambda x: 16),
    trained("RandomErasing((0.0, 0.0), value_range=(0, 1))", lambda x: x),
    trained("RandomGaussianBlur((0.0, 0.0), value_range=(0, 1))", lambda x: x),
    trained("RandomFlip('horizontal')", lambda x: x, {"symmetric": (
        np.concatenate([x, x[:, :, ::-1]], 2),)}),
    trained("RandomFlip('vertical')", lambda x: x, {"symmetric": (
        np.concatenate([x, x[:, ::-1]], 1),)}),
    Formula("layers.MaxNumBoundingBoxes(3, bounding_box_format='xyxy')({'images': x, "
            "'bounding_boxes': {'boxes': boxes, "
            "'labels': labels}})['bounding_boxes']['boxes']",
            lambda x, boxes, labels: np.concatenate([boxes, np.full((1, 1, 4), -1.0)], 1), BOXES,
            precision="float32"),
]  # fmt: skip
