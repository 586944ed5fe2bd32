"""Images in other colours:  h -> h + f, once around the circle of colours."""

from typing import Any

from scratch import ops, random
from scratch.layers.preprocessing.images.image_layer import ImageLayer, bounds
from scratch.layers.preprocessing.images.random_saturation import channel_changed
from scratch.serialization.configured import configured


@configured()
class RandomHue(ImageLayer):
    """Turns the colours of images (`keras.layers.RandomHue`).

    Args:
        factor: how far at most, as a part of half the circle; or at least and at most, from 0 to 1.
        value_range: the least and the largest value of a pixel.
        data_format: see `ImageLayer`.
        seed: of the draws; default: drawn when the layer is constructed.

    Raises:
        ValueError: for a factor outside [0, 1].
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
        self.value_range = value_range
        self.seed = seed
        self.generator = random.SeedGenerator(seed)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        batch, _, _ = self._sizes(data)
        seed = seed or self.generator
        side = random.uniform((batch,), seed=seed)
        sign = ops.where(side > 0.5, -ops.ones_like(side), ops.ones_like(side))
        return {"factor": sign * random.uniform((batch,), *self.factor, seed=seed) * 0.5}

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool = True
    ) -> Any:
        if not training:
            return images
        images = self._rescaled(ops.cast(images, self.compute_dtype), self.value_range, (0, 1))
        turn = ops.reshape(ops.cast(transformation["factor"], images.dtype), (-1, 1, 1))

        def turned(hue: Any) -> Any:
            hue = hue + turn
            hue = ops.where(hue > 1.0, hue - 1.0, hue)
            return ops.where(hue < 0.0, hue + 1.0, hue)

        colors = ops.image.rgb_to_hsv(images, data_format=self.data_format)
        colors = channel_changed(self, colors, 0, turned)
        images = ops.clip(ops.image.hsv_to_rgb(colors, data_format=self.data_format), 0, 1)
        return ops.cast(self._rescaled(images, (0, 1), self.value_range), self.compute_dtype)
