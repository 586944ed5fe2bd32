"""Images of fewer colours: of the eight bits of a value, the last few become 0."""

from typing import Any

import numpy as np

from scratch import ops, random
from scratch.layers.preprocessing.images.image_layer import ImageLayer, bounds, sorted_range
from scratch.ops.graph.operation import Tensor, operation
from scratch.serialization.configured import configured

_BITS = 8


@configured()
class RandomPosterization(ImageLayer):
    """Keeps a few bits of each value (`keras.layers.RandomPosterization`).

    Args:
        factor: below how many (1: one bit); or between which numbers, from 1 to 8, the larger left
            out. Keras's documentation has it that exactly so many are kept.
        value_range: the least and the largest value of a pixel.
        data_format: see `ImageLayer`.
        seed: of the draws; default: drawn when the layer is constructed.

    Raises:
        ValueError: for a factor outside [1, 8], or a range that is no pair.
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
        self.factor = bounds(factor, (1, _BITS))
        self.value_range = sorted_range(value_range)
        self.seed = seed
        self.generator = random.SeedGenerator(seed)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        shape = (self._sizes(data)[0],)
        fewest, most = self.factor
        if fewest == most:
            kept = ops.full(shape, fewest, dtype="uint8")
        else:
            kept = random.randint(shape, fewest, most, dtype="uint8", seed=seed or self.generator)
        return {"shift_factor": ops.subtract(_BITS, kept)}

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool = True
    ) -> Any:
        if not training:
            return images
        shift = ops.reshape(transformation["shift_factor"], (-1, 1, 1, 1))
        dtype = self.compute_dtype
        values = ops.cast(self._rescaled(images, self.value_range, (0, 255), dtype), "uint8")
        values = ops.cast(_without_last_bits(values, shift), dtype)
        return self._rescaled(values, (0, 255), self.value_range, dtype)


@operation()
def _without_last_bits(x: Tensor, shift: Tensor) -> Tensor:
    shift = shift.astype(np.uint8)
    return np.left_shift(np.right_shift(x, shift), shift)
