"""The middle of images; where they are too small, the largest part of the ratio, resized."""

from typing import Any

from scratch import ops
from scratch.layers.preprocessing.bounding_boxes.formats import (
    clip_to_image_size,
    convert_format,
    crop,
)
from scratch.layers.preprocessing.images.image_layer import images_of
from scratch.layers.preprocessing.images.resizing import OfSize
from scratch.serialization.configured import configured


@configured()
class CenterCrop(OfSize):
    """The middle of images (`keras.layers.CenterCrop`).

    Args:
        height, width: of the result.
        data_format: see `ImageLayer`.
    """

    def __init__(
        self, height: int, width: int, data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.height = height
        self.width = width

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        return {"input_shape": ops.shape(images_of(data))}

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool = True
    ) -> Any:
        images = ops.cast(images, self.compute_dtype)
        sizes = [ops.shape(images)[axis] for axis in (self.height_axis, self.width_axis)]
        enough = [size >= new for size, new in zip(sizes, self._size, strict=True)]
        if all(isinstance(size, int) for size in sizes):
            return self._middle(images, sizes) if all(enough) else self._resized(images)
        # An unknown size is compared when it is known: each batch has its own.
        return ops.cond(
            ops.logical_and(*enough),
            lambda: self._middle(images, sizes),
            lambda: self._resized(images),
        )

    @property
    def _size(self) -> tuple[int, int]:
        return self.height, self.width

    def _middle(self, images: Any, sizes: Any) -> Any:
        for axis, old, new in zip(
            (self.height_axis, self.width_axis), sizes, self._size, strict=True
        ):
            images = taken(images, (old - new) // 2, new, axis)
        return images

    def _resized(self, images: Any) -> Any:
        return ops.image.resize(
            images, self._size, crop_to_aspect_ratio=True, data_format=self.data_format
        )

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any, training: bool = True
    ) -> Any:
        return self.transform_images(segmentation_masks, transformation, training)

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any, training: bool = True
    ) -> Any:
        height, width = self._size_in(transformation)
        size = self.height, self.width
        found = convert_format(bounding_boxes, self.bounding_box_format, "xyxy", height, width)
        if height >= self.height and width >= self.width:
            part = size
        else:
            part = (
                max(min(height, int(width * self.height / self.width)), 1),
                max(min(width, int(height * self.width / self.height)), 1),
            )
        top, left = (height - part[0]) // 2, (width - part[1]) // 2
        found = {**found, "boxes": crop(found["boxes"], top, left, *part)}
        if part != size:
            found = convert_format(found, "xyxy", "rel_xyxy", *part)
            found = convert_format(found, "rel_xyxy", "xyxy", *size)
        found = clip_to_image_size(found, *size)
        return convert_format(found, "xyxy", self.bounding_box_format, *size)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape of the input, with the layer's height and width.

        Raises:
            ValueError: unless it is the shape of an image or of a batch of them.
        """
        shape = list(input_shape)
        if len(shape) not in (3, 4) or isinstance(shape[0], list | tuple):
            raise ValueError(
                "`input_shape` must be a non-nested tuple or list of rank-1 with size 3 "
                f"(unbatched) or 4 (batched). Received: input_shape={input_shape}"
            )
        return super().compute_output_shape(shape)


def taken(images: Any, start: Any, size: int, axis: int) -> Any:
    """`size` entries of images from `start` on, which may be a symbol, along an axis."""
    if isinstance(start, int):
        key = [slice(None)] * len(images.shape)
        key[axis] = slice(start, start + size)
        return images[tuple(key)]
    return ops.take(images, ops.arange(size, dtype="int32") + ops.cast(start, "int32"), axis=axis)
