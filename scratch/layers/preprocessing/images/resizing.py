"""Images in another size."""

from typing import Any

from scratch import ops
from scratch.layers.preprocessing.bounding_boxes.formats import (
    clip_to_image_size,
    convert_format,
    joined,
)
from scratch.layers.preprocessing.images.image_layer import ImageLayer
from scratch.serialization.configured import configured


class OfSize(ImageLayer):
    """The base of layers that give images of one size, `height` and `width`."""

    height: int
    width: int

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape of the input, with the layer's height and width."""
        shape = list(input_shape)
        shape[self.height_axis], shape[self.width_axis] = self.height, self.width
        return tuple(shape)


@configured()
class Resizing(OfSize):
    """Images in another size (`keras.layers.Resizing`); see `ops.image.resize`.

    Args:
        height, width: of the result.
        interpolation: `"bilinear"`, `"nearest"`, `"bicubic"`, `"area"`, `"lanczos3"`, `"lanczos5"`.
        crop_to_aspect_ratio: whether the images are cropped, not distorted.
        pad_to_aspect_ratio: whether they get a margin, and are not distorted.
        fill_mode: `"constant"`.
        fill_value: of that margin.
        antialias: whether many pixels that become few are averaged.
        data_format: see `ImageLayer`.
    """

    def __init__(
        self,
        height: int,
        width: int,
        interpolation: str = "bilinear",
        crop_to_aspect_ratio: bool = False,
        pad_to_aspect_ratio: bool = False,
        fill_mode: str = "constant",
        fill_value: float = 0.0,
        antialias: bool = False,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.height = height
        self.width = width
        self.interpolation = interpolation
        self.crop_to_aspect_ratio = crop_to_aspect_ratio
        self.pad_to_aspect_ratio = pad_to_aspect_ratio
        self.fill_mode = fill_mode
        self.fill_value = fill_value
        self.antialias = bool(antialias)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        return self._sizes(data)[1:]

    def _resized(self, images: Any, interpolation: str) -> Any:
        return ops.image.resize(
            images,
            (self.height, self.width),
            interpolation=interpolation,
            antialias=self.antialias,
            crop_to_aspect_ratio=self.crop_to_aspect_ratio,
            pad_to_aspect_ratio=self.pad_to_aspect_ratio,
            fill_mode=self.fill_mode,
            fill_value=self.fill_value,
            data_format=self.data_format,
        )

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool = True
    ) -> Any:
        return self._resized(images, self.interpolation)

    def transform_labels(
        self, labels: Any, transformation: Any = None, training: bool = True
    ) -> Any:
        return labels

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any = None, training: bool = True
    ) -> Any:
        return self._resized(segmentation_masks, "nearest")

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any, training: bool = True
    ) -> Any:
        given = bounding_boxes["boxes"]
        absent = ops.logical_or(
            ops.all(ops.equal(given, -1), axis=-1, keepdims=True),
            ops.all(ops.equal(given, 0), axis=-1, keepdims=True),
        )
        found = convert_format(bounding_boxes, self.bounding_box_format, "xyxy", *transformation)
        height, width = transformation
        scales, moves = self._moves(height, width, found["boxes"].dtype)
        edges = ops.split(found["boxes"], 4, axis=-1)
        moved = [
            edge * scale + move
            for edge, scale, move in zip(edges, scales * 2, moves * 2, strict=True)
        ]
        size = self.height, self.width
        found = clip_to_image_size({**found, "boxes": joined(*moved)}, *size)
        found["boxes"] = ops.where(absent, 0.0, found["boxes"])
        return convert_format(found, "xyxy", self.bounding_box_format, *size)

    def _moves(self, height: Any, width: Any, dtype: Any) -> tuple[list[Any], list[Any]]:
        """By which factors boxes are stretched, and how far they are moved, along x and y."""
        height, width = ops.cast(height, dtype), ops.cast(width, dtype)
        high, wide = ops.divide(self.height, height), ops.divide(self.width, width)
        if self.pad_to_aspect_ratio:
            scale = ops.minimum(high, wide)
            return [scale, scale], [
                ops.floor_divide(self.width - width * scale, 2),
                ops.floor_divide(self.height - height * scale, 2),
            ]
        if self.crop_to_aspect_ratio:
            ratio = ops.divide(width, height)
            is_wide = ratio > self.width / self.height
            new_width = ops.where(is_wide, self.height * ratio, self.width)
            new_height = ops.where(is_wide, self.height, ops.divide(self.width, ratio))
            return [ops.divide(new_width, width), ops.divide(new_height, height)], [
                -ops.floor_divide(new_width - self.width, 2),
                -ops.floor_divide(new_height - self.height, 2),
            ]
        zero = ops.zeros_like(high)
        return [wide, high], [zero, zero]
