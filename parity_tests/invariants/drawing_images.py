# ruff: noqa: E501 - one line a layer
"""How to draw a layer of images of every class, and pictures for it.

A sample has `x`, pictures of whole numbers from 0 to 255, or of the same numbers divided by 255
where the layer is told that range; `given`, what the layer is called with; and `high`, the largest
value of a pixel.
"""

from typing import Any

from hypothesis import strategies as st

from parity_tests.commands.fuzz.program import Code
from parity_tests.commands.fuzz.tables.calls import one_of, some
from parity_tests.invariants.sample import Sample

CHANCES = one_of(1.0, 0.5, (0.5, 1.0), 0.0)
SIGNED = one_of(0.4, 0.1, (-0.2, 0.3), (0.2, 0.2), 0.0)
SIDES = one_of(2, 3, 4)
WARPED: dict[str, Any] = {
    "fill_mode": one_of("reflect", "constant", "wrap", "nearest"),
    "interpolation": one_of("bilinear", "nearest"),
    "fill_value": one_of(0.0, 0.5),
}

# What each class must be given, and what it may be given.
OPTIONS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "AugMix": ({}, {"num_chains": one_of(1, 3), "chain_depth": one_of(1, 2), "factor": one_of(0.3, (0.0, 0.5)), "all_ops": one_of(True, False)}),
    "AutoContrast": ({}, {}),
    "CenterCrop": ({"height": SIDES, "width": SIDES}, {}),
    "ContrastLimitedAdaptiveHistogramEqualization": ({"tile_grid_size": one_of((2, 2), (1, 3))}, {"clip_limit": one_of(4.0, 1.0)}),
    "CutMix": ({}, {"factor": CHANCES}),
    "Equalization": ({}, {"bins": one_of(256, 16)}),
    "MixUp": ({}, {"alpha": one_of(0.2, 1.0)}),
    "RandAugment": ({}, {"num_ops": one_of(1, 2, 3), "factor": one_of(0.5, (0.1, 0.3))}),
    "RandomBrightness": ({"factor": SIGNED}, {}),
    "RandomColorDegeneration": ({"factor": CHANCES}, {}),
    "RandomColorJitter": ({}, {"brightness_factor": SIGNED, "contrast_factor": one_of(0.3, 0.9), "saturation_factor": CHANCES, "hue_factor": CHANCES}),
    "RandomContrast": ({"factor": one_of(0.4, (0.2, 0.5), 1.0)}, {}),
    "RandomCrop": ({"height": SIDES, "width": SIDES}, {}),
    "RandomElasticTransform": ({}, {"factor": CHANCES, "scale": one_of(1.0, 0.3), **WARPED}),
    "RandomErasing": ({}, {"factor": CHANCES, "scale": one_of((0.1, 0.5), 0.3), "fill_value": one_of(0.5)}),
    "RandomFlip": ({}, {"mode": one_of("horizontal", "vertical")}),
    "RandomGaussianBlur": ({}, {"factor": CHANCES, "kernel_size": one_of(3, (3, 5), 1), "sigma": one_of(1.0, (0.3, 0.6))}),
    "RandomGrayscale": ({}, {"factor": one_of(0.5, 1.0, 0.0)}),
    "RandomHue": ({"factor": CHANCES}, {}),
    "RandomInvert": ({}, {"factor": CHANCES}),
    "RandomPerspective": ({}, {"factor": CHANCES, "scale": one_of(0.3, 1.0), "interpolation": WARPED["interpolation"], "fill_value": WARPED["fill_value"]}),
    "RandomPosterization": ({"factor": one_of(3, (2, 6), 8)}, {}),
    "RandomRotation": ({"factor": SIGNED}, WARPED),
    "RandomSaturation": ({"factor": CHANCES}, {}),
    "RandomSharpness": ({"factor": CHANCES}, {}),
    "RandomShear": ({"x_factor": CHANCES, "y_factor": CHANCES}, WARPED),
    "RandomTranslation": ({"height_factor": SIGNED, "width_factor": SIGNED}, WARPED),
    "RandomZoom": ({"height_factor": SIGNED}, {"width_factor": SIGNED, **WARPED}),
    "Resizing": ({"height": SIDES, "width": SIDES}, {"interpolation": one_of("bilinear", "nearest", "bicubic", "area", "lanczos3"), "antialias": one_of(True), "crop_to_aspect_ratio": one_of(True)}),
    "Solarization": ({}, {"addition_factor": one_of(0.2, (0.1, 0.3)), "threshold_factor": one_of(0.5, (0.2, 0.4))}),
}  # fmt: skip
WITHOUT_A_SEED = (
    "AutoContrast", "CenterCrop", "ContrastLimitedAdaptiveHistogramEqualization", "Equalization",
    "Resizing",
)  # fmt: skip
DRAWN = tuple(name for name in OPTIONS if name not in WITHOUT_A_SEED)
WITHOUT_A_RANGE = (
    "CenterCrop", "CutMix", "MixUp", "RandomCrop", "RandomFlip", "RandomGrayscale",
    "RandomPerspective", "RandomRotation", "RandomShear", "RandomTranslation", "RandomZoom",
    "Resizing",
)  # fmt: skip
SEVERAL = one_of(2, 3, 1, 4)


@st.composite
def _of(draw: Any, name: str) -> Sample:
    """A layer with some of its options, and pictures with values in its range."""
    given, options = OPTIONS[name]
    always = dict(given)
    if name not in WITHOUT_A_SEED:
        always["seed"] = one_of(3, 0, 12345)
    high = 255
    if name not in WITHOUT_A_RANGE:
        high = draw(st.sampled_from([255, 1]))
        always["value_range"] = one_of((0, high))
    made = draw(some(f"layers.{name}", always, **options))
    # In float64 it cannot be called on TensorFlow (finding aug_mix_in_float64).
    precision = "float32" if name == "AugMix" else draw(one_of("float64", "float32"))
    return Sample(made, _pictures(draw(SEVERAL), high), precision)


@st.composite
def _as_it_is(draw: Any, made: str) -> Sample:
    """A layer that has no options worth drawing."""
    return Sample(Code(made), _pictures(draw(SEVERAL), 255), draw(one_of("float64", "float32")))


def _pictures(n: int, high: int) -> tuple[Code, ...]:
    lines = (f"high = {high}", f"x = draw.integers(0, 256, ({n}, 4, 6, 3)) * high / 255")
    return tuple(map(Code, (*lines, "given = [x]")))


LAYERS: dict[str, Any] = {
    **{name: _of(name) for name in OPTIONS},
    "MaxNumBoundingBoxes": _as_it_is(
        "keras.layers.MaxNumBoundingBoxes(max_number=2, bounding_box_format='xyxy')"
    ),
    "Pipeline": _as_it_is("keras.layers.Pipeline(layers=[keras.layers.RandomFlip(seed=3)])"),
}
