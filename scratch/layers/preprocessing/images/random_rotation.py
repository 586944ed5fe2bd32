"""Images, turned about their middle (m, n) by an angle t.

(x, y) -> (cos t (x - m) - sin t (y - n) + m,  sin t (x - m) + cos t (y - n) + n)
"""

import math
from typing import Any

import numpy as np

from scratch import ops, random
from scratch.layers.preprocessing.bounding_boxes.affine import affine_transform
from scratch.layers.preprocessing.bounding_boxes.formats import clip_to_image_size, convert_format
from scratch.layers.preprocessing.images.image_layer import bounds
from scratch.layers.preprocessing.images.projective_layer import ProjectiveLayer, linear_map
from scratch.serialization.configured import configured


@configured(keys="factor fill_mode fill_value interpolation seed")
class RandomRotation(ProjectiveLayer):
    """Turns images by a random angle (`keras.layers.RandomRotation`).

    Args:
        factor: the largest angle as a part of a full turn, or the smallest and the largest, from -1
            to 1; positive ones turn counterclockwise.
        fill_mode, interpolation, fill_value: see `ProjectiveLayer`.
        seed: of the draws; default: drawn when the layer is constructed.
        data_format: see `ImageLayer`.

    Raises:
        ValueError: for a factor outside [-1, 1].
        NotImplementedError: for an unknown fill mode or interpolation.
    """

    def __init__(
        self,
        factor: Any,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: Any = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.factor = bounds(factor or 0.0)
        self.seed = seed
        self.generator = random.SeedGenerator(seed)
        self._begin(fill_mode, interpolation, fill_value)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        if not training:
            return None
        batch, height, width = self._sizes(data)
        angle = random.uniform(
            (batch,), self.factor[0] * 360.0, self.factor[1] * 360.0, seed=seed or self.generator
        )
        turn = ops.multiply(angle, np.float32(math.pi / 180.0))
        cos, sin = ops.cos(turn), ops.sin(turn)
        m, n = (0.5 * (ops.cast(side, "float32") - 1) for side in (width, height))
        return {
            "angle": angle,
            "rotation_matrix": linear_map(
                cos, -sin, m - m * cos - n * -sin, sin, cos, n - m * sin - n * cos
            ),
            "image_height": height,
            "image_width": width,
            "batch_size": batch,
        }

    def _map(self, transformation: Any, images: Any) -> Any:
        return transformation["rotation_matrix"]

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any, training: bool = True
    ) -> Any:
        if not training:
            return bounding_boxes
        angle = transformation["angle"]
        height, width = transformation["image_height"], transformation["image_width"]
        none = ops.zeros_like(angle)
        # Keras turns the boxes as they are, whatever their format is.
        boxes = affine_transform(
            bounding_boxes["boxes"], angle, none, none, ops.ones_like(angle), none, none,
            height, width,
        )  # fmt: skip
        found = clip_to_image_size({**bounding_boxes, "boxes": boxes}, height, width)
        return convert_format(found, "xyxy", self.bounding_box_format, height, width)
