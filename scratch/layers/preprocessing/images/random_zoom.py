"""Images, made larger or smaller about their middle (m, n).

(x, y) -> (s x + (1 - s) m,  r y + (1 - r) n);   above 1, s and r make them smaller
"""

from typing import Any

from scratch import ops, random
from scratch.layers.preprocessing.bounding_boxes.formats import (
    clip_to_image_size,
    convert_format,
    joined,
)
from scratch.layers.preprocessing.images.image_layer import images_of, strict_bounds
from scratch.layers.preprocessing.images.projective_layer import ProjectiveLayer, linear_map
from scratch.serialization.configured import configured


@configured()
class RandomZoom(ProjectiveLayer):
    """Zooms into images, or out of them (`keras.layers.RandomZoom`).

    Args:
        height_factor: how much is seen more (or, if negative, less) along the height at most; or at
            least and at most, above -1 and up to 1.
        width_factor: the same for the width; default: that of the height, as it is drawn.
        fill_mode, interpolation, fill_value: see `ProjectiveLayer`.
        seed: of the draws; default: drawn when the layer is constructed.
        data_format: see `ImageLayer`.

    Raises:
        ValueError: for a factor outside (-1, 1].
        NotImplementedError: for an unknown fill mode or interpolation.
    """

    def __init__(
        self,
        height_factor: Any,
        width_factor: Any = None,
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
            None if factor is None else strict_bounds(factor, name, (-1.0, 1.0), "(-1.0, 1.0]")
            for name, factor in (("height_factor", height_factor), ("width_factor", width_factor))
        ]
        self._begin(fill_mode, interpolation, fill_value)
        self.seed = seed
        self.generator = random.SeedGenerator(seed)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        if not training:
            return None
        batch, _, _ = self._sizes(data)
        zooms = [
            random.uniform((batch, 1), 1.0 + lower, 1.0 + upper, seed=seed or self.generator)
            for lower, upper in filter(None, self._ranges)
        ]
        return {
            "height_zoom": zooms[0],
            "width_zoom": zooms[-1],
            "input_shape": ops.shape(images_of(data)),
        }

    def _map(self, transformation: Any, images: Any) -> Any:
        _, *sizes = self._sizes(images)
        return self._of_size(transformation, *sizes)

    def _of_size(self, transformation: Any, height: Any, width: Any) -> Any:
        s, r = (ops.squeeze(transformation[f"{side}_zoom"], 1) for side in ("width", "height"))
        m, n = ((ops.cast(side, "float32") - 1.0) / 2.0 for side in (width, height))
        zero = ops.zeros_like(s)
        return linear_map(s, zero, m * (1.0 - s), zero, r, n * (1.0 - r))

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any, training: bool = True
    ) -> Any:
        if not training:
            return bounding_boxes
        size = self._size_in(transformation)
        found = convert_format(bounding_boxes, self.bounding_box_format, "xyxy", *size)
        matrix = ops.reshape(self._of_size(transformation, *size), (-1, 1, 8))
        s, _, left, _, r, top = (matrix[..., i : i + 1] for i in range(6))
        # What is seen begins here and ends there, in pixels of the old image.
        right, bottom = s * size[1] + left, r * size[0] + top
        starts, ends = (left, top) * 2, (right, bottom) * 2
        edges = [
            ops.clip(edge, start, end) - start
            for edge, start, end in zip(
                ops.split(found["boxes"], 4, axis=-1), starts, ends, strict=True
            )
        ]
        seen = (bottom - top, right - left)
        found = convert_format({**found, "boxes": joined(*edges)}, "xyxy", "rel_xyxy", *seen)
        found = clip_to_image_size(found, *seen, bounding_box_format="rel_xyxy")
        return convert_format(found, "rel_xyxy", self.bounding_box_format, *size)
