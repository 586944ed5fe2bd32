"""Images, sheared:  (x, y) -> (x + u y, v x + y), both to the same side or both to the other."""

from typing import Any

from scratch import ops, random
from scratch.layers.preprocessing.bounding_boxes.formats import (
    clip_to_image_size,
    convert_format,
)
from scratch.layers.preprocessing.images.image_layer import images_of, strict_bounds
from scratch.layers.preprocessing.images.projective_layer import ProjectiveLayer, linear_map
from scratch.serialization.configured import configured


@configured(keys="x_factor y_factor fill_mode interpolation seed fill_value")
class RandomShear(ProjectiveLayer):
    """Shears images at random (`keras.layers.RandomShear`).

    Args:
        x_factor: how far along the width for each pixel down, at most; or at least and at most,
            from 0 to 1.
        y_factor: how far down for each pixel along the width.
        interpolation, fill_mode, fill_value: see `ProjectiveLayer`.
        data_format: see `ImageLayer`.
        seed: of the draws; default: drawn when the layer is constructed.

    Raises:
        ValueError: for a factor outside [0, 1].
        NotImplementedError: for an unknown fill mode or interpolation.
    """

    def __init__(
        self,
        x_factor: Any = 0.0,
        y_factor: Any = 0.0,
        interpolation: str = "bilinear",
        fill_mode: str = "reflect",
        fill_value: float = 0.0,
        data_format: str | None = None,
        seed: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.x_factor = _shear(x_factor, "x_factor")
        self.y_factor = _shear(y_factor, "y_factor")
        self._begin(fill_mode, interpolation, fill_value)
        self.seed = seed
        self.generator = random.SeedGenerator(seed)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        if not training:
            return None
        batch, _, _ = self._sizes(data)
        side, v, u = (
            random.uniform((batch, 1), *ends, dtype=self.compute_dtype, seed=seed or self.generator)
            for ends in ((0, 1), self.y_factor, self.x_factor)
        )
        sign = ops.where(side > 0.5, -ops.ones_like(side), ops.ones_like(side))
        shear = ops.multiply(ops.concatenate([u, v], axis=1), sign)
        return {"shear_factor": shear, "input_shape": ops.shape(images_of(data))}

    def _map(self, transformation: Any, images: Any) -> Any:
        u, v = (ops.cast(transformation["shear_factor"][:, i], "float32") for i in range(2))
        zero, one = ops.zeros_like(u), ops.ones_like(u)
        return linear_map(one, u, zero, v, one, zero)

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any, training: bool = True
    ) -> Any:
        if not training:
            return bounding_boxes
        size, dtype = self._size_in(transformation), self.compute_dtype
        found = convert_format(bounding_boxes, self.bounding_box_format, "rel_xyxy", *size, dtype)
        u, v = (ops.cast(transformation["shear_factor"][:, i : i + 1], dtype) for i in range(2))
        x1, y1, x2, y2 = (found["boxes"][..., i] for i in range(4))
        # Keras moves parts of the sides by shears that count pixels.
        x1 = x1 - u * ops.where(u < 0, y1, y2)
        x2 = x2 - u * ops.where(u < 0, y2, y1)
        y1 = y1 - v * ops.where(v > 0, x2, x1)
        y2 = y2 - v * ops.where(v > 0, x1, x2)
        found = {**found, "boxes": ops.stack([x1, y1, x2, y2], axis=-1)}
        found = clip_to_image_size(found, *size, bounding_box_format="rel_xyxy")
        return convert_format(found, "rel_xyxy", self.bounding_box_format, *size, dtype)


def _shear(factor: Any, name: str) -> tuple[float, float]:
    # (-a, a) is what the config says where one number a was given; Keras itself refuses to read it.
    if isinstance(factor, tuple | list) and len(factor) == 2 and factor[0] == -factor[1]:
        factor = factor[1]
    return strict_bounds(factor, name, (0.0, 1.0), "[0, 1.0]")
