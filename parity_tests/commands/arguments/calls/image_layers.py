"""What image layers do with a batch, and with what goes with it: their methods, one by one."""

from collections.abc import Callable
from typing import Any

import numpy as np

from parity_tests.commands.arguments.calls.call import Call

_draw = np.random.default_rng(8)
# Three rows: read with the channels first, these images have three channels as well.
IMAGES = _draw.integers(0, 256, (2, 3, 8, 3)).astype("float32")
_OTHERS = _draw.integers(0, 256, (2, 3, 8, 3)).astype("float32")
_MASKS = IMAGES[..., :1] // 50
_EDGES = np.array([[[1, 0, 5, 2], [2, 1, 7, 3], [0, 0, 4, 1]]] * 2, "float32")
_KINDS = np.array([[0, 1, 2], [2, 1, 0]], "int32")

# What each layer is made with.
LAYERS: dict[str, dict[str, Any]] = {
    **{
        name: {"seed": 3}
        for name in (
            "AugMix", "CutMix", "MixUp", "RandAugment", "RandomElasticTransform", "RandomErasing",
            "RandomGaussianBlur", "RandomGrayscale", "RandomInvert",
            "RandomPerspective",
        )
    },
    **{
        name: {"factor": 0.4, "seed": 3}
        for name in (
            "RandomBrightness", "RandomColorDegeneration", "RandomContrast", "RandomHue",
            "RandomRotation", "RandomSaturation", "RandomSharpness",
        )
    },
    "RandomFlip": {"seed": 4},
    "AutoContrast": {},
    "CenterCrop": {"height": 2, "width": 4},
    "ContrastLimitedAdaptiveHistogramEqualization": {"tile_grid_size": (2, 2)},
    "Equalization": {},
    "MaxNumBoundingBoxes": {"max_number": 2},
    "Pipeline": {"layers": lambda k: [k.layers.RandomFlip(seed=3)]},
    "RandomColorJitter": {"brightness_factor": 0.2, "contrast_factor": 0.3, "seed": 3},
    "RandomCrop": {"height": 2, "width": 4, "seed": 3},
    "RandomPosterization": {"factor": (2, 6), "seed": 3},
    "RandomShear": {"x_factor": 0.3, "y_factor": 0.2, "seed": 3},
    "RandomTranslation": {"height_factor": 0.3, "width_factor": 0.2, "seed": 3},
    "RandomZoom": {"height_factor": 0.3, "seed": 3},
    "Resizing": {"height": 2, "width": 5},
    "Solarization": {"addition_factor": 0.2, "threshold_factor": 0.5, "seed": 3},
}  # fmt: skip


def _transformed(name: str, first: str) -> Callable[[Any, Any, dict[str, Any]], Any]:
    """What a method gives, for a transformation that is drawn first."""

    def look(k: Any, thing: Any, given: dict[str, Any]) -> Any:
        layer = getattr(k.layers, name)(bounding_box_format="xyxy", **LAYERS[name])
        drawn = layer.get_random_transformation(IMAGES)
        if given.keys() & {
            "transformation",
            "transformations",
        }:  # another one, drawn after the first
            drawn = layer.get_random_transformation(IMAGES)
        tensor = k.ops.convert_to_tensor
        x = given[first]
        x = {key: tensor(part) for key, part in x.items()} if isinstance(x, dict) else tensor(x)
        try:
            return thing(layer, x, drawn, given.get("training", True))
        except NotImplementedError:
            return "not known"

    return look


def _drawn(name: str) -> Callable[[Any, Any, dict[str, Any]], Any]:
    def look(k: Any, thing: Any, given: dict[str, Any]) -> Any:
        layer = getattr(k.layers, name)(**LAYERS[name])
        if name == "RandomGrayscale":  # which calls it otherwise
            given["images"] = given.pop("images", given.pop("data"))
        return thing(layer, **given)

    return look


_GIVEN = {
    "images": (IMAGES, _OTHERS),
    "labels": (np.eye(2, dtype="float32"), np.ones((2, 2), "float32")),
    "segmentation_masks": (_MASKS, 5 - _MASKS),
    "bounding_boxes": (
        {"boxes": _EDGES, "labels": _KINDS},
        {"boxes": _EDGES + 0.5, "labels": _KINDS},
    ),
}


def _calls() -> dict[str, Call]:
    found = {}
    for name in LAYERS:
        if name == "Pipeline":
            continue
        found[f"layers.{name}.get_random_transformation"] = Call(
            {"data": IMAGES},
            {
                "data": IMAGES[:1],
                "images": IMAGES[:1],
                "training": False,
                "seed": lambda k: k.random.SeedGenerator(8),
            },
            look=_drawn(name),
        )
        for first, (base, other) in _GIVEN.items():
            found[f"layers.{name}.transform_{first}"] = Call(
                {first: base},
                {
                    first: other,
                    "transformation": True,
                    "transformations": True,
                    "training": False,
                },
                look=_transformed(name, first),
            )
    return found


IMAGE_LAYERS = _calls()
