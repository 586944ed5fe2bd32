"""Images with less colour: towards grey, or grey at all."""

from typing import Any

from scratch import ops, random
from scratch.layers.preprocessing.images.image_layer import ImageLayer, bounds, sorted_range
from scratch.serialization.configured import configured


@configured(without=["seed"])
class RandomGrayscale(ImageLayer):
    """Makes some images grey (`keras.layers.RandomGrayscale`); they keep their channels.

    Args:
        factor: how many, from 0 to 1.
        data_format: see `ImageLayer`.
        seed: of the draws; default: drawn when the layer is constructed. It is not in the config.

    Raises:
        ValueError: for a factor outside [0, 1].
    """

    def __init__(
        self, factor: float = 0.5, data_format: str | None = None, seed: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        if factor < 0 or factor > 1:
            raise ValueError(f"`factor` should be between 0 and 1. Received: factor={factor}")
        self.factor = factor
        self.seed = seed
        self.generator = random.SeedGenerator(seed)

    def get_random_transformation(
        self, images: Any, training: bool = True, seed: Any = None
    ) -> Any:
        drawn = random.uniform((self._sizes(images)[0],), seed=seed or self.generator)
        return ops.reshape(drawn < self.factor, (-1, 1, 1, 1))

    def transform_images(self, images: Any, transformation: Any, training: bool = True) -> Any:
        if not training:
            return images
        if transformation is None:
            transformation = self.get_random_transformation(images)
        grey = ops.image.rgb_to_grayscale(images, data_format=self.data_format)
        return ops.where(transformation, grey, images)


@configured()
class RandomColorDegeneration(ImageLayer):
    """Makes images greyer (`keras.layers.RandomColorDegeneration`): y = x + f (grey - x).

    Args:
        factor: f at most; or at least and at most, from -1 to 1.
        value_range: the least and the largest value of a pixel.
        data_format: see `ImageLayer`.
        seed: of the draws; default: drawn when the layer is constructed.

    Raises:
        ValueError: for a factor outside [-1, 1], a range that is no pair, or images that do not
            have three channels.
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
        self.factor = bounds(factor)
        self.value_range = sorted_range(value_range)
        self.seed = seed
        self.generator = random.SeedGenerator(seed)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        shape = (self._sizes(data)[0], 1, 1, 1)
        return {"factor": random.uniform(shape, *self.factor, seed=seed or self.generator)}

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool = True
    ) -> Any:
        if not training:
            return images
        images = ops.cast(images, self.compute_dtype)
        factor = ops.cast(transformation["factor"], self.compute_dtype)
        grey = ops.image.rgb_to_grayscale(images, data_format=self.data_format)
        return ops.clip(images + factor * (grey - images), *self.value_range)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape of the input.

        Raises:
            ValueError: unless it is the shape of images with three channels.
        """
        if len(input_shape) not in (3, 4):
            raise ValueError(
                "Invalid images rank: expected rank 3 (single image) or rank 4 (batch of images). "
                f"Received: input_shape={input_shape}"
            )
        if (channels := input_shape[self.channel_axis]) not in (None, 3):
            raise ValueError(
                f"Input images must have 3 channels, but received images with {channels} channels."
            )
        return input_shape
