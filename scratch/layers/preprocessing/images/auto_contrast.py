"""Images, stretched to the whole range of values, or turned over above a threshold."""

from typing import Any

from scratch import ops, random
from scratch.layers.preprocessing.images.image_layer import (
    ImageLayer,
    sorted_range,
    strict_bounds,
)
from scratch.serialization.configured import configured


@configured(keys="value_range")
class AutoContrast(ImageLayer):
    """Stretches each channel of an image to all values (`keras.layers.AutoContrast`).

    y = (x - least) 255 / (largest - least); a channel of one value stays as it is.

    Args:
        value_range: the least and the largest value of a pixel.

    Raises:
        ValueError: for a range that is no pair.
    """

    def __init__(self, value_range: Any = (0, 255), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.value_range = sorted_range(value_range)

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool = True
    ) -> Any:
        dtype = self.compute_dtype
        values = ops.cast(self._rescaled(images, self.value_range, (0, 255), dtype), dtype)
        # Axes 1 and 2, whatever the data format is: as Keras takes them.
        low = ops.min(values, axis=(1, 2), keepdims=True)
        high = ops.max(values, axis=(1, 2), keepdims=True)
        scale = ops.divide(255.0, high - low)
        offset = ops.multiply(-low, scale)
        stretched = ops.clip(ops.multiply(values, scale) + offset, 0.0, 255.0)
        stretched = self._rescaled(stretched, (0, 255), self.value_range, dtype)
        return ops.cast(ops.where(ops.isnan(stretched), images, stretched), dtype)


@configured(keys="value_range addition_factor threshold_factor seed")
class Solarization(ImageLayer):
    """Turns values over that reach a threshold (`keras.layers.Solarization`).

    z = clip(x + a),  y = z below t, else 255 - z;  a and t are drawn for each image.

    Args:
        addition_factor: a at most, as a part of 255; or at least (not as a part) and at most, from
            0 to 1.
        threshold_factor: t, likewise.
        value_range: the least and the largest value of a pixel.
        seed: of the draws; default: drawn when the layer is constructed.

    Raises:
        ValueError: for a factor outside [0, 1], or a range that is no pair.
    """

    def __init__(
        self,
        addition_factor: Any = 0.0,
        threshold_factor: Any = 0.0,
        value_range: Any = (0, 255),
        seed: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.seed = seed
        self.generator = random.SeedGenerator(seed)
        self.addition_factor = _part(addition_factor, "addition_factor")
        self.threshold_factor = _part(threshold_factor, "threshold_factor")
        self.value_range = sorted_range(value_range)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        if not training:
            return None
        additions, thresholds = (
            random.uniform(
                self._each(data), lower, upper * 255, dtype=self.compute_dtype,
                seed=seed or self.generator,
            )
            for lower, upper in (self.addition_factor, self.threshold_factor)
        )  # fmt: skip
        return {"additions": additions, "thresholds": thresholds}

    def transform_images(self, images: Any, transformation: Any, training: bool = True) -> Any:
        images = ops.cast(images, self.compute_dtype)
        if not training or transformation is None:
            return images
        dtype = self.compute_dtype
        values = self._rescaled(images, self.value_range, (0, 255), dtype)
        values = ops.clip(values + transformation["additions"], 0, 255)
        values = ops.where(values < transformation["thresholds"], values, 255 - values)
        return self._rescaled(values, (0, 255), self.value_range, dtype)


def _part(factor: Any, name: str) -> tuple[float, float]:
    return strict_bounds(factor, name, (0, 1), "[0, 1]", opposite=False)
