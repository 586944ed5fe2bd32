"""Images, of which some become their negative:  y = largest value - x."""

from typing import Any

from scratch import ops, random
from scratch.layers.preprocessing.images.image_layer import ImageLayer, bounds
from scratch.serialization.configured import configured


@configured()
class RandomInvert(ImageLayer):
    """Inverts some images (`keras.layers.RandomInvert`).

    Args:
        factor: how probable that is: from 0, or between two numbers from 0 to 1.
        value_range: the least and the largest value of a pixel.
        seed: of the draws; default: drawn when the layer is constructed.
        data_format: see `ImageLayer`.

    Raises:
        ValueError: for a factor outside [0, 1].
    """

    def __init__(
        self,
        factor: Any = 1.0,
        value_range: Any = (0, 255),
        seed: Any = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.factor = bounds(factor, (0, 1))
        self.value_range = value_range
        self.seed = seed
        self.generator = random.SeedGenerator(seed)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        if not training:
            return None
        shape, seed = (self._sizes(data)[0],), seed or self.generator
        chance = random.uniform(shape, *self.factor, seed=seed)
        return {"apply_inversion": random.uniform(shape, seed=seed) < chance}

    def transform_images(self, images: Any, transformation: Any, training: bool = True) -> Any:
        if not training:
            return images
        images = ops.cast(images, self.compute_dtype)
        inverted = ops.reshape(transformation["apply_inversion"], (-1, 1, 1, 1))
        return ops.where(inverted, self.value_range[1] - images, images)
