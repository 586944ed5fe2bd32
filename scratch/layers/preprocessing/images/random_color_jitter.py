"""Images, of which brightness, contrast, saturation and hue are changed, one after the other."""

from typing import Any

from scratch import ops, random
from scratch.layers.preprocessing.images.image_layer import ImageLayer
from scratch.layers.preprocessing.images.random_brightness import RandomBrightness
from scratch.layers.preprocessing.images.random_contrast import RandomContrast
from scratch.layers.preprocessing.images.random_hue import RandomHue
from scratch.layers.preprocessing.images.random_saturation import RandomSaturation
from scratch.serialization.configured import configured


@configured()
class RandomColorJitter(ImageLayer):
    """Changes the colours of images in four ways (`keras.layers.RandomColorJitter`).

    Args:
        value_range: the least and the largest value of a pixel.
        brightness_factor: see `RandomBrightness`; None leaves it out, as with the next three.
        contrast_factor: see `RandomContrast`.
        saturation_factor: see `RandomSaturation`.
        hue_factor: see `RandomHue`.
        seed: of the draws; default: drawn when the layer is constructed.
        data_format: see `ImageLayer`.

    Raises:
        ValueError: as these layers do.
    """

    def __init__(
        self,
        value_range: Any = (0, 255),
        brightness_factor: Any = None,
        contrast_factor: Any = None,
        saturation_factor: Any = None,
        hue_factor: Any = None,
        seed: Any = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.value_range = value_range
        self.brightness_factor = brightness_factor
        self.contrast_factor = contrast_factor
        self.saturation_factor = saturation_factor
        self.hue_factor = hue_factor
        self.seed = seed
        self.generator = random.SeedGenerator(seed)
        self._steps: list[ImageLayer] = [
            layer(factor, value_range=value_range, seed=seed)
            for layer, factor in (
                (RandomBrightness, brightness_factor),
                (RandomContrast, contrast_factor),
                (RandomSaturation, saturation_factor),
                (RandomHue, hue_factor),
            )
            if factor is not None
        ]

    def transform_images(self, images: Any, transformation: Any, training: bool = True) -> Any:
        if not training:
            return images
        images = ops.cast(images, self.compute_dtype)
        for step in self._steps:
            drawn = step.get_random_transformation(images, seed=self.generator)
            images = step.transform_images(images, drawn)
        return ops.cast(images, self.compute_dtype)
