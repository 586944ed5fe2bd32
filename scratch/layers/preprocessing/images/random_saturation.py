"""Images with stronger or weaker colours:  s -> clip(s f / (1 - f + epsilon))."""

from typing import Any

from scratch import config, ops, random
from scratch.layers.preprocessing.images.image_layer import ImageLayer, bounds, sorted_range
from scratch.serialization.configured import configured


def channel_changed(layer: ImageLayer, images: Any, channel: int, change: Any) -> Any:
    """Images of hue, saturation and value, of which one channel is changed."""
    axis = layer.channel_axis
    parts = [ops.take(images, i, axis=axis) for i in range(3)]
    parts[channel] = change(parts[channel])
    return ops.stack(parts, axis=axis)


@configured()
class RandomSaturation(ImageLayer):
    """Changes how strong colours are (`keras.layers.RandomSaturation`).

    Pixels are read as values from 0 to 1, whatever `value_range` says, which limits saturation.

    Args:
        factor: f at most; or at least and at most, from -1 to 1: 0 is grey, 0.5 changes nothing.
        value_range: between which saturation is clipped.
        data_format: see `ImageLayer`.
        seed: of the draws; default: drawn when the layer is constructed.

    Raises:
        ValueError: for a factor outside [-1, 1], or a range that is no pair.
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
        batch, _, _ = self._sizes(data)
        factor = random.uniform((batch,), *self.factor, seed=seed or self.generator)
        return {"factor": factor / (1 - factor + config.epsilon())}

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool = True
    ) -> Any:
        if not training:
            return images
        factor = ops.cast(transformation["factor"], self.compute_dtype)
        factor = ops.reshape(factor, (-1, 1, 1))
        colors = ops.image.rgb_to_hsv(images, data_format=self.data_format)
        colors = channel_changed(
            self, colors, 1, lambda s: ops.clip(ops.multiply(s, factor), *self.value_range)
        )
        return ops.image.hsv_to_rgb(colors, data_format=self.data_format)
