"""Images, from some of which a rectangle is erased.

Its sides are sqrt(w) of the image's, w drawn for each side; it lies anywhere, and is filled with
noise, or with one number.
"""

from typing import Any

import numpy as np

from scratch import ops, random
from scratch.layers.preprocessing.images.image_layer import ImageLayer, bounds
from scratch.serialization.configured import configured


def rectangles(layer: ImageLayer, data: Any, shares: tuple[Any, Any], seed: Any) -> tuple[Any, Any]:
    """A rectangle in each image.

    Args:
        layer: of images.
        data: the images.
        shares: the rectangles' parts of the width and of the height, (batch,) each.
        seed: of where they lie.

    Returns:
        Which pixels are in them, booleans that broadcast with the images; and how large a part of
        the image that is, (batch,).
    """
    batch, height, width = layer._sizes(data)
    dtype = layer.compute_dtype
    spans, sides = [], []
    for share, length in zip(shares, (width, height), strict=True):
        side = ops.cast(share * length, dtype)
        start = random.uniform((batch,), dtype=dtype, seed=seed) * (length - side)
        spans.append((start, start + side))
        sides.append(spans[-1][1] - start)
    inside = None
    for (start, end), length, axis in zip(
        spans, (width, height), (layer.width_axis, layer.height_axis), strict=True
    ):
        shape = [1, 1, 1, 1]
        shape[axis] = -1
        place = ops.reshape(ops.arange(length, dtype=dtype), shape)
        start, end = (ops.reshape(x, (-1, 1, 1, 1)) for x in (start, end))
        within = ops.logical_and(place >= start, place < end)
        inside = within if inside is None else ops.logical_and(inside, within)
    return inside, sides[0] * sides[1] / (width * height)


@configured()
class RandomErasing(ImageLayer):
    """Erases a rectangle of some images (`keras.layers.RandomErasing`).

    Args:
        factor: how probable that is: from 0, or between two numbers from 0 to 1.
        scale: how large a part at most, or at least and at most, from 0 to 1.
        fill_value: a number, or one for each of three channels; None for normal noise.
        value_range: the least and the largest value of a pixel.
        seed: of the draws; default: drawn when the layer is constructed.
        data_format: see `ImageLayer`.

    Raises:
        ValueError: for a factor or a scale outside [0, 1], or another fill value.
    """

    def __init__(
        self,
        factor: Any = 1.0,
        scale: Any = (0.02, 0.33),
        fill_value: Any = None,
        value_range: Any = (0, 255),
        seed: Any = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.factor = bounds(factor, (0, 1))
        self.scale = bounds(scale, (0, 1), "scale")
        self.fill_value = fill_value
        self.value_range = value_range
        self.seed = seed
        self.generator = random.SeedGenerator(seed)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        if not training:
            return None
        batch, _, _ = self._sizes(data)
        seed = seed or self.generator
        dtype = self.compute_dtype
        shares = ops.sqrt(random.uniform((batch, 2), *self.scale, dtype=dtype, seed=seed))
        masks, _ = rectangles(self, data, (shares[:, 0], shares[:, 1]), seed)
        chance = random.uniform((batch,), *self.factor, seed=seed)
        erased = random.uniform((batch,), seed=seed) < chance
        images = data["images"] if isinstance(data, dict) else data
        return {
            "apply_erasing": erased,
            "batch_masks": masks,
            "fill_value": ops.clip(self._filling(images, seed), *self.value_range),
        }

    def _filling(self, images: Any, seed: Any) -> Any:
        dtype = self.compute_dtype
        if self.fill_value is None:
            noise = random.normal(ops.shape(images), dtype=dtype, seed=seed)
            return noise * self.value_range[1]
        several = len(self.fill_value) if isinstance(self.fill_value, tuple | list) else 0
        if several not in (0, 3) or not (several or isinstance(self.fill_value, int | float)):
            raise ValueError(
                "The `fill_value` argument should be a number (or a list of three numbers). "
                f"Received: fill_value={self.fill_value}"
            )
        # Three numbers broadcast along the last axis, whatever the data format is.
        return ops.zeros_like(images, dtype) + np.asarray(self.fill_value, dtype)

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool = True
    ) -> Any:
        images = ops.cast(images, self.compute_dtype)
        if not training:
            return images
        erased = ops.where(transformation["batch_masks"], transformation["fill_value"], images)
        chosen = ops.reshape(transformation["apply_erasing"], (-1, 1, 1, 1))
        return ops.where(chosen, erased, images)
