"""Invariants of layers of images: of what they draw, and of pictures as a user may give them."""

from typing import Any

import numpy as np

from parity_tests.invariants.drawing_images import DRAWN, OPTIONS
from parity_tests.invariants.invariant import invariant
from parity_tests.invariants.of_layers import called, made
from parity_tests.invariants.shared import loaded

IMAGES = tuple(OPTIONS)
MIXED = ("MixUp", "CutMix")  # of one picture they make nothing: they need another one
# Arguments with which what is drawn leaves a picture as it is: none of it, or as much as it had.
NOTHING: dict[str, dict[str, Any]] = {
    **{
        name: {"factor": (0.0, 0.0)}
        for name in (
            "RandomBrightness", "RandomColorDegeneration", "RandomContrast",
            "RandomElasticTransform", "RandomErasing", "RandomGaussianBlur", "RandomHue",
            "RandomInvert", "RandomPerspective", "RandomRotation",
        )
    },
    **{name: {"factor": (0.5, 0.5)} for name in ("RandomSaturation", "RandomSharpness")},
    "AugMix": {"factor": (0.0, 0.0)},
    "RandAugment": {"factor": (0.0, 0.0)},
    "RandomColorJitter": {
        "brightness_factor": (0.0, 0.0), "contrast_factor": (0.0, 0.0), "hue_factor": (0.0, 0.0),
        "saturation_factor": (0.5, 0.5),
    },
    "RandomCrop": {"height": 4, "width": 6},
    "RandomGrayscale": {"factor": 0.0},
    "RandomPosterization": {"factor": (8, 8)},
    "RandomShear": {"x_factor": (0.0, 0.0), "y_factor": (0.0, 0.0)},
    "RandomTranslation": {"height_factor": (0.0, 0.0), "width_factor": (0.0, 0.0)},
    "RandomZoom": {"height_factor": (0.0, 0.0), "width_factor": (0.0, 0.0)},
}  # fmt: skip


def in_training(s: Any, layer: Any, x: Any) -> Any:
    """What it makes of pictures, or of one, when training; Python's numbers begin anew, too."""
    s.keras.utils.set_random_seed(1)
    return called(s, layer, x, training=True)


def again(s: Any, given: dict[str, Any]) -> Any:
    """A layer of the sample's class with this config; where that has no seed, it is the same."""
    cls = type(made(s))
    s.keras.utils.set_random_seed(1)
    return cls.from_config(given)


@invariant("layers", exact=True, only=DRAWN, but=("Solarization",))
def nothing_without_training(s: Any) -> Any:
    """Without training, pictures stay as they are."""
    return s.x.astype(s.precision), called(s, made(s), s.x)


@invariant("layers", only=tuple(NOTHING))
def nothing_of_it(s: Any) -> Any:
    """Drawn between 0 and 0, a change is none: times the range, to the roundings of one."""
    last = made(s)
    layer = again(s, {**last.get_config(), **NOTHING[type(last).__name__]})
    return s.x / s.high, in_training(s, layer, s.x) / s.high


@invariant("layers", exact=True, only=DRAWN)
def the_seed_alone(s: Any) -> Any:
    """What is drawn depends on the layer's seed, and on nothing that was drawn elsewhere."""
    answers = []
    for other in (1, 2):
        s.keras.utils.set_random_seed(other)
        answers.append(called(s, s.make(), s.x, training=True))
    return tuple(answers)


@invariant("layers", exact=True, only=DRAWN)
def loaded_and_drawn(s: Any) -> Any:
    """What was loaded from its config draws as a new one does."""
    layer = made(s)
    other = loaded(s, layer)
    return in_training(s, layer, s.x), in_training(s, other, s.x)


@invariant("layers", exact=True, only=IMAGES, but=MIXED)
def a_picture_alone(s: Any) -> Any:
    """A picture that comes by itself is a batch of one."""
    return in_training(s, made(s), s.x[0]), in_training(s, made(s), s.x[:1])[0]


@invariant("layers", exact=True, only=IMAGES, but=MIXED)
def other_neighbours(s: Any) -> Any:
    """What becomes of a picture does not depend on what the others of its batch show."""
    x = np.concatenate([s.x, s.x])
    other = np.concatenate([s.x, s.high - s.x[::-1, ::-1]])
    answers = [in_training(s, made(s), batch)[: len(s.x)] for batch in (x, other)]
    return tuple(answers)


@invariant("layers", exact=True, only=DRAWN, but=(*MIXED, "RandomCrop"))
def pictures_permuted(s: Any) -> Any:
    """Pictures and what was drawn for each, permuted together, give the answers permuted."""
    layer, back, n = made(s), slice(None, None, -1), 7  # so many of no other thing are drawn
    x = np.concatenate([s.x] * n)[:n].astype(s.precision)
    tensor, plain = s.keras.ops.convert_to_tensor, s.keras.ops.convert_to_numpy
    drawn = layer.get_random_transformation(tensor(x), training=True)
    turned = s.keras.tree.map_structure(
        lambda part: tensor(plain(part)[back].copy()) if np.shape(part)[:1] == (n,) else part,
        drawn,
    )
    one = layer.transform_images(tensor(x), drawn, training=True)
    other = layer.transform_images(tensor(x[back].copy()), turned, training=True)
    return plain(one), plain(other)[back]


@invariant("layers", exact=True, only=IMAGES)
def bytes(s: Any) -> Any:
    """Pixels may come as bytes: they are whole numbers, as the same floats are."""
    x = np.round(s.x * 255 / s.high)
    given = made(s).get_config()
    if "value_range" in given:
        given["value_range"] = (0, 255)
    one, other = (again(s, given) for _ in range(2))
    return in_training(s, one, x.astype("uint8")), in_training(s, other, x.astype(s.precision))


@invariant("layers", only=IMAGES)
def channels_first_in_training(s: Any) -> Any:
    """With its channels first, it draws the same, and answers the transposed pictures."""
    given = made(s).get_config()
    one, other = (
        again(s, {**given, "data_format": f"channels_{end}"}) for end in ("last", "first")
    )
    turned = in_training(s, other, np.moveaxis(s.x, -1, 1))
    return in_training(s, one, s.x) / s.high, np.moveaxis(turned, 1, -1) / s.high


@invariant("layers", exact=True, only=IMAGES)
def within_the_range(s: Any) -> Any:
    """What had values from 0 to the largest has such values afterwards."""
    layer, slack = made(s), 1e-5 * s.high
    answers = [in_training(s, layer, s.x) for _ in range(3)]
    return [], [float(v) for a in answers for v in a.flat if not -slack <= v <= s.high + slack]
