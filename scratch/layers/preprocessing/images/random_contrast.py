"""Images with more or less contrast:  y = clip((x - m) c + m), m the mean of each channel."""

from typing import Any

from scratch import ops, random
from scratch.layers.preprocessing.images.image_layer import ImageLayer, bounds
from scratch.serialization.configured import configured


@configured()
class RandomContrast(ImageLayer):
    """Changes the contrast of images (`keras.layers.RandomContrast`).

    Args:
        factor: (a, b): c is drawn between 1 - a and 1 + b; one number b stands for (0, b).
        value_range: the least and the largest value of a pixel.
        seed: of the draws; default: drawn when the layer is constructed.

    Raises:
        ValueError: for a factor outside [0, 1].
    """

    def __init__(
        self, factor: Any, value_range: Any = (0, 255), seed: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.factor = bounds(factor, (0, 1))
        self.value_range = value_range
        self.seed = seed
        self.generator = random.SeedGenerator(seed)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        shape = self._each(data)
        if not training:
            return {"contrast_factor": ops.zeros(shape)}
        factor = random.uniform(
            shape, 1.0 - self.factor[0], 1.0 + self.factor[1],
            dtype=self.compute_dtype, seed=seed or self.generator,
        )  # fmt: skip
        return {"contrast_factor": factor}

    def transform_images(self, images: Any, transformation: Any, training: bool = True) -> Any:
        if not training:
            return images
        mean = ops.mean(images, axis=self.height_axis, keepdims=True)
        mean = ops.mean(mean, axis=self.width_axis, keepdims=True)
        changed = (images - mean) * transformation["contrast_factor"] + mean
        return ops.clip(changed, *self.value_range)
