"""Images in another perspective: their four corners are moved, each on its own."""

from typing import Any

import numpy as np

from scratch import ops, random
from scratch.layers.preprocessing.bounding_boxes.formats import (
    clip_to_image_size,
    convert_format,
)
from scratch.layers.preprocessing.images.image_layer import ImageLayer, bounds, images_of
from scratch.layers.preprocessing.images.projective_layer import check_interpolation
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.image.perspective import homography
from scratch.serialization.configured import configured


@configured()
class RandomPerspective(ImageLayer):
    """Moves the corners of images at random (`keras.layers.RandomPerspective`).

    Args:
        factor: how probable it is that an image is changed: from 0, or between two numbers.
        scale: how far a corner moves at most, as a part of twice its coordinates.
        interpolation: `"bilinear"`, or `"nearest"`.
        fill_value: what lies beyond the edges.
        seed: of the draws; default: drawn when the layer is constructed.
        data_format: see `ImageLayer`.

    Raises:
        ValueError: for a factor or a scale outside [0, 1].
        NotImplementedError: for an unknown interpolation.
    """

    def __init__(
        self,
        factor: Any = 1.0,
        scale: float = 1.0,
        interpolation: str = "bilinear",
        fill_value: float = 0.0,
        seed: Any = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.factor = bounds(factor, (0, 1))
        self.scale = scale
        self.fill_value = fill_value
        self.interpolation = interpolation
        self.seed = seed
        self.generator = random.SeedGenerator(seed)
        if not 0.0 <= scale <= 1.0:
            raise ValueError(
                f"The `scale` argument should be a number in the range [0,1]. Received: "
                f"scale={scale}"
            )
        check_interpolation(interpolation)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        if not training:
            return None
        batch, height, width = self._sizes(data)
        seed = seed or self.generator
        chance = random.uniform((batch,), *self.factor, seed=seed)
        changed = random.uniform((batch,), seed=seed) < chance
        dtype = self.compute_dtype
        moves = random.uniform(
            (batch, 4, 2), -0.5 * self.scale, 0.5 * self.scale, dtype=dtype, seed=seed
        )
        right, bottom = (ops.cast(side - 1, dtype) for side in (width, height))
        corners = ops.multiply(
            np.array([[0, 0], [1, 0], [0, 1], [1, 1]], dtype), ops.stack([right, bottom])
        )
        start = ops.zeros_like(moves) + corners
        return {
            "apply_perspective": changed,
            "start_points": start,
            "end_points": start + start * moves,
            "input_shape": ops.shape(images_of(data)),
        }

    def _seen(self, images: Any, transformation: Any, interpolation: str) -> Any:
        alone = len(images.shape) == 3
        if alone:
            images = ops.expand_dims(images, 0)
        seen = ops.image.perspective_transform(
            images,
            transformation["start_points"],
            transformation["end_points"],
            interpolation=interpolation,
            fill_value=self.fill_value,
            data_format=self.data_format,
        )
        changed = ops.reshape(transformation["apply_perspective"], (-1, 1, 1, 1))
        seen = ops.where(changed, seen, images)
        return ops.squeeze(seen, 0) if alone else seen

    def transform_images(self, images: Any, transformation: Any, training: bool = True) -> Any:
        images = ops.cast(images, self.compute_dtype)
        if not training or transformation is None:
            return images
        return self._seen(images, transformation, self.interpolation)

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any, training: bool = True
    ) -> Any:
        if not training or transformation is None:
            return segmentation_masks
        return self._seen(segmentation_masks, transformation, "nearest")

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any, training: bool = True
    ) -> Any:
        if not training or transformation is None:
            return bounding_boxes
        size = self._size_in(transformation)
        found = convert_format(bounding_boxes, self.bounding_box_format, "xyxy", *size)
        forward = homography(
            *(ops.cast(transformation[f"{end}_points"], "float32") for end in ("start", "end"))
        )
        corners = [_looked_up(found["boxes"], forward, x=x, y=y) for x in (0, 2) for y in (1, 3)]
        corner = ops.stack(corners, axis=-1)
        ends = [ops.amin(corner, axis=-1), ops.amax(corner, axis=-1)]
        changed = ops.reshape(transformation["apply_perspective"], (-1, 1, 1))
        boxes = ops.where(changed, ops.concatenate(ends, axis=-1), found["boxes"])
        # Keras gives the edges, whatever the format is.
        return clip_to_image_size({**found, "boxes": boxes}, *size)


@operation()
def _looked_up(boxes: Tensor, transform: Tensor, x: int = 0, y: int = 1) -> Tensor:
    """Where the corner of numbers x and y comes to: the inverse map of (x, y, 1); (..., 2)."""
    ones = np.ones((len(transform), 1), transform.dtype)
    matrix = np.concatenate([transform, ones], axis=1).reshape(-1, 3, 3)
    inverse = np.linalg.inv(matrix) if matrix.any() else matrix  # zeros stand for what will be
    points = np.stack([boxes[..., x], boxes[..., y], np.ones_like(boxes[..., 0])], -2)
    found = inverse @ points
    return np.stack([found[:, 0] / found[:, 2], found[:, 1] / found[:, 2]], axis=-1)
