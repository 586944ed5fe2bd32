"""Images, sharper or smoother:  y = clip(x + (1 - 2 f) (s - x)), s the image smoothed."""

from typing import Any

import numpy as np

from scratch import ops, random
from scratch.layers.preprocessing.images.image_layer import ImageLayer, bounds, sorted_range
from scratch.ops.image.filters import filtered
from scratch.serialization.configured import configured

_WINDOW = np.array([[1, 1, 1], [1, 5, 1], [1, 1, 1]]) / 13.0


@configured()
class RandomSharpness(ImageLayer):
    """Makes images sharper or smoother (`keras.layers.RandomSharpness`).

    Args:
        factor: f at most; or at least and at most, from 0 to 1: below 0.5 is smoother.
        value_range: the least and the largest value of a pixel.
        data_format: see `ImageLayer`.
        seed: of the draws; default: drawn when the layer is constructed.

    Raises:
        ValueError: for a factor outside [0, 1], or a range that is no pair.
    """

    def __init__(
        self,
        factor: Any,
        value_range: Any = (0, 255),
        data_format: str | None = None,
        seed: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.factor = bounds(factor, (0, 1))
        self.value_range = sorted_range(value_range)
        self.seed = seed
        self.generator = random.SeedGenerator(seed)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        shape = (self._sizes(data)[0],)
        return {"factor": random.uniform(shape, *self.factor, seed=seed or self.generator)}

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool = True
    ) -> Any:
        images = ops.cast(images, self.compute_dtype)
        if not training:
            return images
        factor = ops.cast(transformation["factor"] * 2, self.compute_dtype)
        factor = ops.reshape(factor, (-1, 1, 1, 1))
        first = self.data_format == "channels_first"
        smooth = filtered(
            ops.swapaxes(images, -3, -1) if first else images,
            _WINDOW.astype(self.compute_dtype),
            "same",
        )
        smooth = ops.swapaxes(smooth, -3, -1) if first else smooth
        return ops.clip(images + (1.0 - factor) * (smooth - images), *self.value_range)
