"""Images, moved:  (x, y) -> (x - p, y - q)."""

from typing import Any

from scratch import ops, random
from scratch.layers.preprocessing.bounding_boxes.formats import (
    clip_to_image_size,
    convert_format,
    pad,
)
from scratch.layers.preprocessing.images.image_layer import images_of, strict_bounds
from scratch.layers.preprocessing.images.projective_layer import ProjectiveLayer, linear_map
from scratch.serialization.configured import configured


@configured()
class RandomTranslation(ProjectiveLayer):
    """Moves images by a random distance (`keras.layers.RandomTranslation`).

    Args:
        height_factor: how far down, as a part of the height, at most; or at least and at most, from
            -1 to 1.
        width_factor: the same to the right, as a part of the width.
        fill_mode, interpolation, fill_value: see `ProjectiveLayer`.
        seed: of the draws; default: drawn when the layer is constructed.
        data_format: see `ImageLayer`.

    Raises:
        ValueError: for a factor outside [-1, 1].
        NotImplementedError: for an unknown fill mode or interpolation.
    """

    def __init__(
        self,
        height_factor: Any,
        width_factor: Any,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: Any = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.height_factor = height_factor
        self.width_factor = width_factor
        self._ranges = [
            strict_bounds(factor, "factor", (-1.0, 1.0), "[-1.0, 1.0]")
            for factor in (height_factor, width_factor)
        ]
        self._begin(fill_mode, interpolation, fill_value)
        self.seed = seed
        self.generator = random.SeedGenerator(seed)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        if not training:
            return None
        batch, height, width = self._sizes(data)
        down, right = (
            ops.multiply(random.uniform((batch, 1), *ends, seed=seed or self.generator), side)
            for ends, side in zip(self._ranges, (height, width), strict=True)
        )
        return {
            "translations": ops.cast(ops.concatenate([right, down], axis=1), "float32"),
            "input_shape": ops.shape(images_of(data)),
        }

    def _map(self, transformation: Any, images: Any) -> Any:
        right, down = (transformation["translations"][:, i] for i in range(2))
        zero, one = ops.zeros_like(right), ops.ones_like(right)
        return linear_map(one, zero, -right, zero, one, -down)

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any, training: bool = True
    ) -> Any:
        if not training:
            return bounding_boxes
        size = self._size_in(transformation)
        found = convert_format(bounding_boxes, self.bounding_box_format, "xyxy", *size)
        moves = ops.reshape(transformation["translations"], (-1, 1, 2))
        boxes = pad(found["boxes"], moves[..., 1:], moves[..., :1])
        found = clip_to_image_size({**found, "boxes": boxes}, *size)
        return convert_format(found, "xyxy", self.bounding_box_format, *size)
