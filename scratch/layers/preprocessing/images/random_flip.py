"""Images, mirrored: every pixel where its opposite was, for half of all images."""

from typing import Any

from scratch import ops, random
from scratch.layers.preprocessing.bounding_boxes.formats import (
    clip_to_image_size,
    convert_format,
    joined,
)
from scratch.layers.preprocessing.images.image_layer import ImageLayer, images_of
from scratch.serialization.configured import configured


@configured(keys="seed mode")
class RandomFlip(ImageLayer):
    """Mirrors every second image, by chance (`keras.layers.RandomFlip`).

    Args:
        mode: `"horizontal"`, `"vertical"`, or `"horizontal_and_vertical"`: both or none.
        seed: of the draws; default: drawn when the layer is constructed.
        data_format: see `ImageLayer`.
    """

    def __init__(
        self,
        mode: str = "horizontal_and_vertical",
        seed: Any = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.seed = seed
        self.generator = random.SeedGenerator(seed)
        self.mode = mode

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        if not training:
            return None
        flips = random.uniform(self._each(data), seed=seed or self.generator) <= 0.5
        return {"flips": flips, "input_shape": ops.shape(images_of(data))}

    def transform_images(self, images: Any, transformation: Any, training: bool = True) -> Any:
        images = ops.cast(images, self.compute_dtype)
        if not training or transformation is None:
            return images
        for word, axis in (("horizontal", self.width_axis), ("vertical", self.height_axis)):
            if word in self.mode:
                images = ops.where(transformation["flips"], ops.flip(images, axis), images)
        return images

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any, training: bool = True
    ) -> Any:
        return self.transform_images(segmentation_masks, transformation, training)

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any, training: bool = True
    ) -> Any:
        if not training:
            return bounding_boxes
        size = self._size_in(transformation)
        flips = ops.squeeze(transformation["flips"], -1)
        found = convert_format(bounding_boxes, self.bounding_box_format, "rel_xyxy", *size)
        boxes = found["boxes"]
        if "horizontal" in self.mode:
            x1, y1, x2, y2 = ops.split(boxes, 4, axis=-1)
            boxes = ops.where(flips, joined(1 - x2, y1, 1 - x1, y2), boxes)
        if "vertical" in self.mode:
            x1, y1, x2, y2 = ops.split(boxes, 4, axis=-1)
            boxes = ops.where(flips, joined(x1, 1 - y2, x2, 1 - y1), boxes)
        # Keras clips these parts of the image as if they were pixels.
        found = clip_to_image_size({**found, "boxes": boxes}, *size, bounding_box_format="xyxy")
        return convert_format(found, "rel_xyxy", self.bounding_box_format, *size)
