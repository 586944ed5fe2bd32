"""As many boxes for every image: more are left out, fewer are filled up."""

from typing import Any

from scratch import ops
from scratch.layers.preprocessing.images.image_layer import ImageLayer
from scratch.serialization.configured import configured


@configured(keys="max_number")
class MaxNumBoundingBoxes(ImageLayer):
    """Keeps a number of boxes (`keras.layers.MaxNumBoundingBoxes`); images stay as they are.

    Args:
        max_number: how many boxes each image gets.
        fill_value: what boxes and labels that are missing consist of. It is not in the config.
    """

    def __init__(self, max_number: int, fill_value: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.max_number = int(max_number)
        self.fill_value = int(fill_value)

    def transform_images(
        self, images: Any, transformation: Any = None, training: bool = True
    ) -> Any:
        return images

    def transform_labels(
        self, labels: Any, transformation: Any = None, training: bool = True
    ) -> Any:
        return labels

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any = None, training: bool = True
    ) -> Any:
        return segmentation_masks

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any, training: bool = True
    ) -> Any:
        found = dict(bounding_boxes)
        for key, rest in (("boxes", (4,)), ("labels", ())):
            kept = bounding_boxes[key][:, : self.max_number]
            margin = ops.full_like(kept[:, :1], self.fill_value)
            wide = ops.concatenate([kept, ops.repeat(margin, self.max_number, axis=1)], axis=1)
            found[key] = ops.reshape(wide[:, : self.max_number], (-1, self.max_number, *rest))
        return found

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shapes of the input, with `max_number` boxes and labels.

        Raises:
            KeyError: where there is more than boxes and labels.
        """
        if not isinstance(input_shape, dict) or "bounding_boxes" not in input_shape:
            return input_shape
        shapes = dict(input_shape["bounding_boxes"])
        if extra := shapes.keys() - {"boxes", "labels"}:
            raise KeyError(
                f"There are unsupported keys in `bounding_boxes`: {[*extra]}. Only `boxes` and "
                "`labels` are supported."
            )
        for key, shape in shapes.items():
            shapes[key] = [shape[0], self.max_number, *shape[2:]]
        return {**input_shape, "bounding_boxes": shapes}
