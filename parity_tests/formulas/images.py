"""Layers of images, as their docstrings say: in inference, and with what they draw given or fixed.

A range of one number, `(v, v)`, fixes a factor. Where a layer draws what no argument fixes, the row
gives its `transform_images` the transformation (`done`).
"""

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


def saturated(x):
    """Of three channels, the smallest becomes 0, the largest stays, all others in proportion."""
    low, high = np.min(x, -1, keepdims=True), np.max(x, -1, keepdims=True)
    return np.where(high > low, high * (x - low) / np.where(high > low, high - low, 1), x)


def opposite(x):
    """The hue on the other side of the circle, of the same saturation and value."""
    return np.max(x, -1, keepdims=True) + np.min(x, -1, keepdims=True) - x


def contrasted(x, c):
    mean = np.mean(x, (1, 2), keepdims=True)
    return np.clip((x - mean) * c.reshape(-1, 1, 1, 1) + mean, 0, 1)


def weighted(x, window):
    """Each pixel that has all its neighbours: the mean of them, with weights (3, 3)."""
    rows, columns = x.shape[1] - 2, x.shape[2] - 2
    return sum(
        window[i][j] * x[:, i : i + rows, j : j + columns] for i in range(3) for j in range(3)
    )


def gaussian(sigma):
    """Weights exp(-k^2 / (2 sigma^2)) of k = -1, 0, 1 along each axis, which sum to 1."""
    line = np.exp(-np.array([1, 0, 1], "longdouble") / (2 * sigma**2))
    return np.outer(line, line) / np.sum(line) ** 2


def at(x, rows, columns):
    """Pixels at fractional places, between the four around each."""
    lines = [np.array(places, "longdouble") for places in (rows, columns)]
    for axis, places in zip((1, 2), lines, strict=True):
        low = np.floor(places).astype(int)
        high = np.minimum(low + 1, x.shape[axis] - 1)
        share = (places - low).reshape([-1 if a == axis else 1 for a in range(4)])
        x = (1 - share) * np.take(x, low, axis) + share * np.take(x, high, axis)
    return x


def half_as_large(x):
    """In the middle; the rest is black. Of an even size, each pixel is the mean of four."""
    y = np.zeros_like(x)
    quarter = x.shape[1] // 4
    y[:, quarter:-quarter, quarter:-quarter] = (
        sum(x[:, i::2, j::2] for i in (0, 1) for j in (0, 1)) / 4
    )
    return y


def sheared(x):
    """Every row a pixel farther to the left than the one above it; what is left is black."""
    y = np.zeros_like(x)
    for i in range(x.shape[1]):
        y[:, i, : x.shape[2] - i] = x[:, i, i:]
    return y


def equalized(x, top=255.0):
    """(C(v) - C_min) / (n - C_min) of the top: C(v), how many of the n pixels are at most v."""
    counts = np.sum(x.reshape(1, -1) <= x.reshape(-1, 1), 1).reshape(x.shape)
    least = np.min(counts)
    return (counts - least) * top / (x.size - least)


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

PAIRS = {"drawn": (x, np.array([0.25, 1.0]), np.array([1, 0]))}
MASKS = {"drawn": (x, rng.integers(0, 2, x.shape).astype(bool), np.array([1, 0]))}
# Images of one value each, so that the mean of what was mixed says of how much of each.
ONES = {
    "of 5 x 5": (
        np.broadcast_to(np.array([0.0, 0.25, 0.5, 1.0]).reshape(4, 1, 1, 1), (4, 5, 5, 1)),
        np.eye(4),
    )
}
SMOOTH = {"drawn": (0.4 + x / 8,), "of one value": (0.375 + 0 * x,)}
SIXTEEN = {"all different": (rng.permutation(16).reshape(1, 4, 4, 1) * 9.0 + 3,),
           "in steps": (np.arange(16.0).reshape(1, 4, 4, 1) * 16,)}  # fmt: skip
TWO = {"two": (np.concatenate([SIXTEEN["in steps"][0], 0 * SIXTEEN["in steps"][0] + 255]),)}
CORNERS = np.array([[[0, 0], [3, 0], [0, 3], [3, 3]]], "float32")  # (x, y) of 4 x 4 pixels
BYTE = {"bright": (np.array([100, 204, 250], "uint8").reshape(1, 1, 3, 1),),
        "dark": (np.array([0, 10, 100], "uint8").reshape(1, 1, 3, 1),)}  # fmt: skip
WHITE = {"white": (np.ones((1, 8, 8, 1)),)}

GIVEN = [
    Formula("done(layers.MixUp(), x, {'mix_weight': w, 'permutation_order': p})",
            lambda x, w, p: (w * x.T + (1 - w) * x[p].T).T, PAIRS, precision="float32"),
    Formula("done(layers.CutMix(), x, {'batch_masks': m, 'permutation_order': p})",
            lambda x, m, p: np.where(m, x[p], x), MASKS, precision="float32"),
    *(Formula(f"np.subtract(*mixed(layers.{name}(seed={seed}), x, y))",
              lambda x, y: np.zeros(4), ONES, parts, precision="float32",
              through=lambda x, y: 1)
      for name, seed, parts in (("MixUp", 1, {}), ("CutMix", 1, {"all": "areas_of_cut_mix"}))),
    Formula("done(layers.RandomContrast(1.0, (0, 1)), x, "
            "{'contrast_factor': c.reshape(-1, 1, 1, 1)})", contrasted,
            {"less and more": (x, np.array([0.5, 1.5])), "none": (x, np.array([0.0, 0.0]))},
            precision="float32", through=lambda x, c: 1),
    Formula("done(layers.RandomHue(1.0, (0, 1)), x, {'factor': f})",
            # A third of the circle: red becomes green, green blue, blue red.
            lambda x, f: np.roll(x, 1, -1), {"a third": (x, np.full(2, 1 / 3))},
            precision="float32", through=lambda x, f: 6),
    Formula("done(layers.RandomFlip('horizontal'), x, {'flips': f.reshape(-1, 1, 1, 1)})",
            lambda x, f: np.where(f.reshape(-1, 1, 1, 1), x[:, :, ::-1], x),
            {"one of two": (x, np.array([True, False]))}, precision="float32"),
    Formula("done(layers.RandomFlip('vertical'), x, {'flips': f.reshape(-1, 1, 1, 1)})",
            lambda x, f: np.where(f.reshape(-1, 1, 1, 1), x[:, ::-1], x),
            {"one of two": (x, np.array([True, False]))}, precision="float32"),
    Formula("done(layers.RandomFlip(), x, {'flips': f.reshape(-1, 1, 1, 1)})",
            lambda x, f: np.where(f.reshape(-1, 1, 1, 1), x[:, ::-1, ::-1], x),
            {"one of two": (x, np.array([True, False]))}, precision="float32"),
    Formula("layers.RandomCrop(2, 3).transform_images(x, (1, 2))",
            lambda x: x[:, 1:3, 2:5], {"drawn": (x,)}, precision="float32"),
    Formula("done(layers.RandomShear(1.0, 1.0, fill_mode='constant'), x, "
            "{'shear_factor': np.array([[1.0, 0.0]] * 2, 'float32')})", sheared, QUARTERS,
            precision="float32", through=lambda x: 16),
    Formula("done(layers.RandomPerspective(), x, {'apply_perspective': np.array([True]), "
            "'start_points': corners, 'end_points': corners + np.array([1, 0], 'float32')})",
            lambda x: np.concatenate([0 * x[:, :, :1], x[:, :, :-1]], 2),
            {"a pixel to the right": (x[:1, :4, :4],)}, given={"corners": CORNERS},
            precision="float32", through=lambda x: 64),
    Formula("done(layers.RandomErasing(fill_value=0.5, value_range=(0, 1)), x, {'apply_erasing': "
            "np.array([True, False]), 'batch_masks': m, 'fill_value': 0 * x + np.float32(0.5)})",
            lambda x, m: np.where(m & (np.arange(2) == 0).reshape(2, 1, 1, 1), 0.5, x),
            {"drawn": MASKS["drawn"][:2]}, precision="float32"),
]  # fmt: skip
FORMULAS = [
    *GIVEN,
    trained("RandomHue((1.0, 1.0), (0, 1))", opposite, through=lambda x: 6),
    trained("RandomSaturation((1.0, 1.0), (0, 1))", saturated, through=lambda x: 6),
    trained("RandomSaturation((1.0, 1.0), (0, 255))", saturated,
            {"drawn": (255 * x,)}, {"drawn": "saturation_leaves_the_range"},
            through=lambda x: 6 * 255),
    trained("RandomColorJitter((0, 1), (0.25, 0.25), (0.0, 0.0), (0.0, 0.0), (1.0, 1.0))",
            # One after the other: brighter, then grey, of which neither is of any hue.
            lambda x: np.clip(np.max(x, -1, keepdims=True) + 0.25 + 0 * x, 0, 1),
            through=lambda x: 6),
    Formula("layers.RandomSharpness((0.0, 0.0), (0, 1))(x, training=True)[:, 1:-1, 1:-1]",
            # PIL's ImageFilter.SMOOTH, which its ImageEnhance.Sharpness blends with.
            lambda x: weighted(x, np.array([[1, 1, 1], [1, 5, 1], [1, 1, 1]]) / np.longdouble(13)),
            SMOOTH, precision="float32", through=lambda x: 1),
    Formula("layers.RandomSharpness((0.0, 0.0), (0, 1))(x, training=True) "
            "+ layers.RandomSharpness((1.0, 1.0), (0, 1))(x, training=True)",
            lambda x: 2 * x, SMOOTH, precision="float32", through=lambda x: 2),
    Formula("layers.RandomGaussianBlur((1.0, 1.0), 3, (0.5, 0.5), (0, 1))(x, training=True)"
            "[:, 1:-1, 1:-1]", lambda x: weighted(x, gaussian(np.longdouble(0.5))), SMOOTH,
            precision="float32", through=lambda x: 1),
    trained("RandomZoom((1.0, 1.0), fill_mode='constant')", half_as_large, QUARTERS,
            through=lambda x: 16),
    trained("RandomZoom((-0.5, -0.5))",
            lambda x: at(x, [0.75, 1.25, 1.75, 2.25], [0.75, 1.25, 1.75, 2.25]), QUARTERS,
            through=lambda x: 16),
    trained("RandomTranslation((0.0, 0.0), (-0.5, -0.5), 'constant')",
            lambda x: np.concatenate([x[:, :, 2:], 0 * x[:, :, 2:]], 2), QUARTERS),
    trained("RandomElasticTransform((1.0, 1.0), value_range=(0, 1))", lambda x: x,
            {"of one value": IMAGES["of one value"]}, through=lambda x: 16),
    Formula("ratio(layers.RandomErasing((1.0, 1.0), (0.25, 0.25), 0.0, (0, 1), seed=1)"
            "(x, training=True))", lambda x: 0.25, WHITE, {"white": "ratio_of_erasing"},
            precision="float32"),
    trained("RandomBrightness((0.2, 0.2))",
            lambda x: np.clip(x.astype("longdouble") + 51, 0, 255), BYTE,
            {"bright": "brightness_of_bytes"}),
    Formula("layers.AutoContrast((0, 1), data_format='channels_first')(x)",
            lambda x: np.moveaxis(stretched(np.moveaxis(x, 1, -1)), -1, 1),
            {"drawn": (np.moveaxis(0.25 + x[:1, :4] / 4, -1, 1),)},
            {"drawn": "contrast_channels_first"}, precision="float32"),
    Formula("layers.Equalization()(x)", equalized, SIXTEEN, precision="float32", jumps=True),
    # A single tile, and a limit that is never reached: what is left is equalization.
    Formula("layers.ContrastLimitedAdaptiveHistogramEqualization((0, 255), 256.0, (1, 1))(x)",
            equalized, SIXTEEN, {"all different": "C_min is the count of the value 0, also where "
            "no pixel has it: the darkest is not black then"}, precision="float32", jumps=True),
    Formula("layers.Equalization()(x)[:1]", lambda x: equalized(x[:1]), TWO,
            {"two": "equalization_of_neighbours"}, precision="float32", jumps=True),
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
