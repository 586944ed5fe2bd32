"""A part of images, anywhere; where they are too small, the largest part of the ratio, resized."""

from typing import Any

from scratch import ops, random
from scratch.layers.preprocessing.bounding_boxes.formats import convert_format
from scratch.layers.preprocessing.images.center_crop import taken
from scratch.layers.preprocessing.images.resizing import OfSize
from scratch.serialization.configured import configured


@configured()
class RandomCrop(OfSize):
    """A random part of images, the same for a whole batch (`keras.layers.RandomCrop`).

    Outside of training the images stay as they are.

    Args:
        height, width: of the result.
        seed: of the draws; default: drawn when the layer is constructed.
        data_format: see `ImageLayer`.

    Raises:
        ValueError: for images of unknown size.
    """

    def __init__(
        self,
        height: int,
        width: int,
        seed: Any = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.height = height
        self.width = width
        # Two draws, as in Keras: the seed that a config tells is not the one that is used.
        self.seed = random.make_default_seed() if seed is None else seed
        self.generator = random.SeedGenerator(seed)

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        _, height, width = self._sizes(data)
        if not isinstance(height, int) or not isinstance(width, int):
            raise ValueError(
                "RandomCrop requires the input to have a fully defined height and width. Received: "
                f"a height of {height} and a width of {width}"
            )
        if training and height > self.height and width > self.width:
            return tuple(
                ops.cast(
                    random.uniform((), 0, float(old - new + 1), seed=seed or self.generator),
                    "int32",
                )
                for old, new in ((height, self.height), (width, self.width))
            )
        part = (
            max(min(height, int(width * self.height / self.width)), 1),
            max(min(width, int(height * self.width / self.height)), 1),
        )
        return (height - part[0]) // 2, (width - part[1]) // 2

    def transform_images(self, images: Any, transformation: Any, training: bool = True) -> Any:
        if not training:
            return images
        images = ops.cast(images, self.compute_dtype)
        axes = self.height_axis, self.width_axis
        for axis, start, size in zip(axes, transformation, self._size, strict=True):
            images = taken(images, start, size, axis)
        if tuple(images.shape[axis] for axis in axes) != self._size:
            images = ops.image.resize(images, self._size, data_format=self.data_format)
        return images

    @property
    def _size(self) -> tuple[int, int]:
        return self.height, self.width

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any, training: bool = True
    ) -> Any:
        return self.transform_images(segmentation_masks, transformation)

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any, training: bool = True
    ) -> Any:
        if not training:
            return bounding_boxes
        boxes = convert_format(
            bounding_boxes["boxes"], self.bounding_box_format, "xyxy", *self._size
        )
        # Keras takes the start along the height from x, and that along the width from y.
        moves = ops.stack([ops.cast(start, boxes.dtype) for start in transformation] * 2)
        boxes = ops.maximum(boxes - moves, 0)
        boxes = convert_format(boxes, "xyxy", self.bounding_box_format, *self._size)
        return {"boxes": boxes, "labels": bounding_boxes["labels"]}
