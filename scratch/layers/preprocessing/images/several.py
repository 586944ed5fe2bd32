"""Images, changed by several layers: by some that are drawn, or by chains of them that are mixed.

RandAugment   two (or more) of eleven layers, one after the other      (Cubuk et al., 2019)
AugMix        y = w x + (1 - w) sum_i m_i chain_i(x),   chains of up to three layers; m from a
              Dirichlet, w from a beta distribution                    (Hendrycks et al., 2019)
"""

import functools
import random as python_random
from typing import Any

from scratch import ops, random
from scratch.layers.preprocessing.images.auto_contrast import AutoContrast, Solarization
from scratch.layers.preprocessing.images.equalization import Equalization
from scratch.layers.preprocessing.images.image_layer import ImageLayer, bounds
from scratch.layers.preprocessing.images.random_brightness import RandomBrightness
from scratch.layers.preprocessing.images.random_contrast import RandomContrast
from scratch.layers.preprocessing.images.random_grayscale import RandomColorDegeneration
from scratch.layers.preprocessing.images.random_posterization import RandomPosterization
from scratch.layers.preprocessing.images.random_rotation import RandomRotation
from scratch.layers.preprocessing.images.random_sharpness import RandomSharpness
from scratch.layers.preprocessing.images.random_shear import RandomShear
from scratch.layers.preprocessing.images.random_translation import RandomTranslation
from scratch.serialization.configured import configured


def _itself(x: Any) -> Any:
    return x


class _Several(ImageLayer):
    """What both share: the layers to choose from, by name."""

    factor: tuple[float, float]
    interpolation: str
    value_range: Any
    seed: Any

    def _make(self, names: list[str], data_format: str | None, **kwargs: Any) -> None:
        f, ends = self.factor, {"value_range": self.value_range}
        place = {"interpolation": self.interpolation}
        made: dict[str, tuple[type, dict[str, Any]]] = {
            "random_shear": (RandomShear, {"x_factor": f, "y_factor": f, **place}),
            "random_translation": (
                RandomTranslation,
                {"height_factor": f, "width_factor": f, **place},
            ),
            "random_rotation": (RandomRotation, {"factor": f, **place}),
            "random_brightness": (RandomBrightness, {"factor": f, **ends}),
            "random_color_degeneration": (RandomColorDegeneration, {"factor": f, **ends}),
            "random_contrast": (RandomContrast, {"factor": f, **ends}),
            "random_sharpness": (RandomSharpness, {"factor": f, **ends}),
            "solarization": (Solarization, {"addition_factor": f, "threshold_factor": f, **ends}),
            "random_posterization": (
                RandomPosterization,
                {"factor": max(1, int(8 * f[1])), **ends},
            ),
            "auto_contrast": (AutoContrast, ends),
            "equalization": (Equalization, ends),
        }
        for name in names:
            layer, arguments = made[name]
            if layer not in (AutoContrast, Equalization):
                arguments = {**arguments, "seed": self.seed}
            setattr(self, name, layer(**arguments, data_format=data_format, **kwargs))


@configured()
class RandAugment(_Several):
    """Some of eleven changes, drawn for each batch (`keras.layers.RandAugment`).

    Args:
        value_range: the least and the largest value of a pixel.
        num_ops: how many.
        factor: how strong at most, or at least and at most, from 0 to 1.
        interpolation: `"bilinear"`, or `"nearest"`.
        seed: of the draws; default: drawn when the layer is constructed.
        data_format: see `ImageLayer`.

    Raises:
        ValueError: for a factor outside [0, 1].
    """

    # In the order in which they are numbered, and in the one in which they are made.
    _NAMES = (
        "random_shear", "random_translation", "random_rotation", "random_brightness",
        "random_color_degeneration", "random_contrast", "random_sharpness",
        "random_posterization", "solarization", "auto_contrast", "equalization",
    )  # fmt: skip
    _MADE = (
        "random_shear", "random_translation", "random_rotation", "random_brightness",
        "random_color_degeneration", "random_contrast", "random_sharpness", "solarization",
        "random_posterization", "auto_contrast", "equalization",
    )  # fmt: skip

    def __init__(
        self,
        value_range: Any = (0, 255),
        num_ops: int = 2,
        factor: Any = 0.5,
        interpolation: str = "bilinear",
        seed: Any = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.value_range = value_range
        self.num_ops = num_ops
        self.factor = bounds(factor, (0, 1))
        self.interpolation = interpolation
        self.seed = seed
        self.generator = random.SeedGenerator(seed)
        self._make(list(self._MADE), data_format, **kwargs)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        if not training:
            return None
        chosen = random.randint((self.num_ops,), 0, len(self._NAMES), seed=self.generator)
        drawn = {
            name: getattr(self, name).get_random_transformation(
                data, training=training, seed=self.generator
            )
            for name in self._NAMES
        }
        return {"transforms": drawn, "layer_idxes": chosen}

    def _changed(self, x: Any, transformation: Any, method: str) -> Any:
        for i in range(self.num_ops):
            chosen = transformation["layer_idxes"][i]
            for number, (name, drawn) in enumerate(transformation["transforms"].items()):
                change = getattr(getattr(self, name), method)
                x = ops.cond(
                    ops.equal(chosen, number),
                    functools.partial(change, x, drawn),
                    functools.partial(_itself, x),
                )
        return x

    def transform_images(self, images: Any, transformation: Any, training: bool = True) -> Any:
        images = ops.cast(images, self.compute_dtype)
        if training:
            images = self._changed(images, transformation, "transform_images")
        return ops.cast(images, self.compute_dtype)

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any, training: bool = True
    ) -> Any:
        if not training:
            return segmentation_masks
        return self._changed(segmentation_masks, transformation, "transform_segmentation_masks")

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any, training: bool = True
    ) -> Any:
        if not training:
            return bounding_boxes
        boxes = dict(bounding_boxes)
        for number, (name, drawn) in enumerate(transformation["transforms"].items()):
            moved = getattr(self, name).transform_bounding_boxes(dict(boxes), drawn)
            for i in range(self.num_ops):
                chosen = ops.equal(transformation["layer_idxes"][i], number)
                for key in ("boxes", "labels"):
                    boxes[key] = ops.where(chosen, moved[key], boxes[key])
        return boxes


@configured()
class AugMix(_Several):
    """Mixes an image with changed ones (`keras.layers.AugMix`).

    Which layers a chain consists of, Python's `random` says.

    Args:
        value_range: the least and the largest value of a pixel.
        num_chains: how many chains.
        chain_depth: how many layers each has at most.
        factor: how strong the changes are at most, or at least and at most, from 0 to 1.
        alpha: the parameter of the Dirichlet and the beta distribution.
        all_ops: whether there are brightness, colour, contrast and sharpness among the layers.
        interpolation: `"bilinear"`, or `"nearest"`.
        seed: of the draws; default: drawn when the layer is constructed.
        data_format: see `ImageLayer`.

    Raises:
        ValueError: for a factor outside [0, 1].
    """

    _SOME = (
        "random_shear", "random_translation", "random_rotation", "random_posterization",
        "solarization", "auto_contrast", "equalization",
    )  # fmt: skip
    _MORE = (
        "random_brightness", "random_color_degeneration", "random_contrast", "random_sharpness",
    )  # fmt: skip
    _MADE = (
        "random_shear", "random_translation", "random_rotation", "solarization",
        "random_posterization", "auto_contrast", "equalization",
    )  # fmt: skip

    def __init__(
        self,
        value_range: Any = (0, 255),
        num_chains: int = 3,
        chain_depth: int = 3,
        factor: Any = 0.3,
        alpha: float = 1.0,
        all_ops: bool = True,
        interpolation: str = "bilinear",
        seed: Any = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.value_range = value_range
        self.num_chains = num_chains
        self.chain_depth = chain_depth
        self.factor = bounds(factor, (0, 1))
        self.alpha = alpha
        self.all_ops = all_ops
        self.interpolation = interpolation
        self.seed = seed
        self.generator = random.SeedGenerator(seed)
        more = list(self._MORE) if all_ops else []
        self._names = [*self._SOME, *more]
        self._make([*self._MADE, *more], data_format, **kwargs)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        if not training:
            return None
        seed = seed or self.generator
        parts = random.gamma((self.num_chains,), self.alpha, seed=seed)
        weight = random.beta((), self.alpha, self.alpha, seed=seed)
        chains = []
        for _ in range(self.num_chains):
            chain = []
            for _ in range(self.chain_depth):
                name = python_random.choice([*self._names, None])
                if name is not None:
                    layer = getattr(self, name)
                    drawn = layer.get_random_transformation(data, seed=self.generator)
                    chain.append({"layer_name": name, "transformation": drawn})
            chains.append(chain)
        return {
            "chain_mixing_weights": parts / ops.sum(parts, axis=-1, keepdims=True),
            "weight_sample": weight,
            "chain_transforms": chains,
        }

    def _mixed(self, x: Any, transformation: Any, method: str) -> Any:
        parts = ops.cast(transformation["chain_mixing_weights"], self.compute_dtype)
        weight = ops.cast(transformation["weight_sample"], self.compute_dtype)
        total = ops.zeros_like(x)
        for i, chain in enumerate(transformation["chain_transforms"]):
            changed = x
            for step in chain:
                change = getattr(getattr(self, step["layer_name"]), method)
                changed = change(changed, step["transformation"])
            total = total + changed * parts[i]
        return weight * x + (1 - weight) * total

    def transform_images(self, images: Any, transformation: Any, training: bool = True) -> Any:
        images = ops.cast(images, self.compute_dtype)
        if not training:
            return images
        images = self._mixed(images, transformation, "transform_images")
        return ops.cast(ops.clip(images, *self.value_range), self.compute_dtype)

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any, training: bool = True
    ) -> Any:
        if not training:
            return segmentation_masks
        return self._mixed(segmentation_masks, transformation, "transform_segmentation_masks")
