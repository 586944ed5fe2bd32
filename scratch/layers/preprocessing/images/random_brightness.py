"""Images, brighter or darker:  y = clip(x + d), one d for each image."""

from typing import Any

from scratch import ops, random
from scratch.layers.preprocessing.images.image_layer import ImageLayer, bounds, sorted_range
from scratch.serialization.configured import configured


@configured()
class RandomBrightness(ImageLayer):
    """Makes images brighter or darker (`keras.layers.RandomBrightness`).

    Args:
        factor: by how much of the range of values at most; or at least and at most, from -1 to 1.
        value_range: the least and the largest value of a pixel.
        seed: of the draws; default: drawn when the layer is constructed.

    Raises:
        ValueError: for a factor outside [-1, 1], or a range that is no pair.
    """

    def __init__(
        self, factor: Any, value_range: Any = (0, 255), seed: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.factor = bounds(factor or 0.0)
        self.seed = seed
        self.generator = random.SeedGenerator(seed)
        self.value_range = sorted_range(value_range)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        shape = self._each(data)
        if not training:
            return {"rgb_delta": ops.zeros(shape)}
        delta = random.uniform(shape, *self.factor, seed=seed or self.generator)
        return {"rgb_delta": delta * (self.value_range[1] - self.value_range[0])}

    def transform_images(self, images: Any, transformation: Any, training: bool = True) -> Any:
        if not training:
            return images
        brighter = images + ops.cast(transformation["rgb_delta"], images.dtype)
        return ops.clip(brighter, *self.value_range)
