"""What all image layers share: what may be given, and in which order it is changed.

    layer(images)                      images (height, width, channels), or a batch of them
    layer({"images": images,           ... and what goes with them is changed in the same way
           "labels": labels,
           "bounding_boxes": {"boxes": boxes, "labels": labels},
           "segmentation_masks": masks})

    t = get_random_transformation(data)                    what is done is drawn once
    y = transform_images(images, t), transform_labels(labels, t), ...

A layer says what it does with a batch; of a single image a batch of one is made.
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.context.defaults import standardize_data_format
from scratch.layers.base.layer import Layer
from scratch.layers.preprocessing.bounding_boxes.dense import dense_boxes
from scratch.random import SeedGenerator


class ImageLayer(Layer):
    """The base of all image layers.

    Args:
        bounding_box_format: of boxes in what the layer is given; one of
            `bounding_boxes.formats.FORMATS`.
        data_format: `"channels_last"` or `"channels_first"`; default: the configured one.

    Raises:
        ValueError: for another data format.
    """

    _takes_anything = True  # structures, too
    generator: SeedGenerator
    bounding_box_format: Any

    def __init__(
        self,
        bounding_box_format: str | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.bounding_box_format = bounding_box_format
        self.data_format = standardize_data_format(data_format)
        self.built = True

    # What a layer says ---------------------------------------------------------------------------

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """What is done to a batch, drawn from `seed`, or from the layer's own generator."""
        return None

    def transform_images(self, images: Any, transformation: Any, training: bool = True) -> Any:
        """What becomes of a batch of images."""
        raise NotImplementedError(f"{type(self).__name__} does not say what becomes of images")

    def transform_labels(self, labels: Any, transformation: Any, training: bool = True) -> Any:
        """What becomes of their labels."""
        return labels

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any, training: bool = True
    ) -> Any:
        """What becomes of the boxes in them."""
        return bounding_boxes

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any, training: bool = True
    ) -> Any:
        """What becomes of masks that say what each pixel shows."""
        return segmentation_masks

    # A call --------------------------------------------------------------------------------------

    def call(self, data: Any, training: bool = True) -> Any:
        """What becomes of images and what goes with them, by one transformation."""
        t = self.get_random_transformation(data, training=training)
        if not isinstance(data, dict):
            return self._as_batch(self.transform_images, data, t, training, _is_batch(data))
        batch = _is_batch(data["images"])
        data = dict(data)
        data["images"] = self._as_batch(self.transform_images, data["images"], t, training, batch)
        if "bounding_boxes" in data:
            data["bounding_boxes"] = self._boxes_as_batch(
                data["bounding_boxes"], t, training, batch
            )
        for key, transform in (
            ("labels", self.transform_labels),
            ("segmentation_masks", self.transform_segmentation_masks),
        ):
            if key in data:
                data[key] = self._as_batch(transform, data[key], t, training, batch)
        return data

    def _as_batch(
        self, transform: Any, x: Any, transformation: Any, training: bool, batch: bool
    ) -> Any:
        x = ops.convert_to_tensor(x)
        if batch:
            return transform(x, transformation, training=training)
        return ops.squeeze(transform(ops.expand_dims(x, 0), transformation, training=training), 0)

    def _boxes_as_batch(
        self, bounding_boxes: Any, transformation: Any, training: bool, batch: bool
    ) -> Any:
        if not self.bounding_box_format:
            raise ValueError(
                "You passed an input with a 'bounding_boxes' key, but you didn't specify a "
                "bounding box format. Pass a `bounding_box_format` argument to your "
                f"{type(self).__name__} layer, e.g. `bounding_box_format='xyxy'`."
            )
        boxes = dense_boxes(bounding_boxes)
        if batch:
            return self.transform_bounding_boxes(boxes, transformation, training=training)
        one = {key: ops.expand_dims(value, 0) for key, value in boxes.items()}
        one = self.transform_bounding_boxes(one, transformation, training=training)
        return {key: ops.squeeze(value, 0) for key, value in one.items()}

    # Sizes ---------------------------------------------------------------------------------------

    @property
    def height_axis(self) -> int:
        """Where the height of images is, from the end."""
        return -3 if self.data_format == "channels_last" else -2

    @property
    def width_axis(self) -> int:
        """Where their width is."""
        return self.height_axis + 1

    @property
    def channel_axis(self) -> int:
        """Where their channels are."""
        return -1 if self.data_format == "channels_last" else -3

    def _sizes(self, data: Any) -> tuple[Any, Any, Any]:
        """How many images there are, their height and their width."""
        shape = ops.shape(images_of(data))
        if len(shape) not in (3, 4):
            raise ValueError(
                f"Expected the input image to be rank 3 or 4. Received: inputs.shape={shape}"
            )
        return (
            shape[0] if len(shape) == 4 else 1, shape[self.height_axis], shape[self.width_axis]
        )  # fmt: skip

    def _each(self, data: Any) -> tuple[Any, ...]:
        """The shape of one number for each image, that broadcasts with the images."""
        batch, _, _ = self._sizes(data)
        return (batch, 1, 1, 1) if len(ops.shape(images_of(data))) == 4 else (1, 1, 1)

    def _size_in(self, transformation: Any) -> tuple[Any, Any]:
        """The height and the width of the images for which a transformation was drawn."""
        shape = transformation["input_shape"]
        return shape[self.height_axis], shape[self.width_axis]

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape of the result; here: that of the input."""
        return input_shape

    # Config --------------------------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        config = {**super().get_config(), "data_format": self.data_format}
        if self.bounding_box_format is not None:
            config["bounding_box_format"] = self.bounding_box_format
        return config

    def _own_config(self) -> dict[str, Any]:
        return {"name": self.name}

    # Values --------------------------------------------------------------------------------------

    def _rescaled(self, images: Any, old: Any, new: Any, dtype: Any = "float32") -> Any:
        """Pixels from one range of values in another one."""
        if old[0] == new[0] and old[1] == new[1]:
            return images
        (old_low, old_high), (low, high) = (
            [np.asarray(end, dtype) for end in ends] for ends in (old, new)
        )
        shares = ops.divide(ops.subtract(ops.cast(images, dtype), old_low), old_high - old_low)
        return shares * (high - low) + low


def images_of(data: Any) -> Any:
    """The images, of what a layer was given."""
    return data["images"] if isinstance(data, dict) else data


def _is_batch(images: Any) -> bool:
    shape = ops.shape(images)
    if len(shape) not in (3, 4):
        raise ValueError(
            "Expected image tensor to have rank 3 (single image) or 4 (batch of images). "
            f"Received: data.shape={shape}"
        )
    return len(shape) == 4


# Settings ----------------------------------------------------------------------------------------


def bounds(factor: Any, limits: tuple[float, float] = (-1, 1), name: str = "factor") -> Any:
    """A range (lower, upper), from a number or from two; one number goes from its opposite.

    Args:
        factor: a number, or two.
        limits: in which they must be; a lower end that is not in them is cut off.
        name: of the argument.

    Raises:
        ValueError: for anything else.
    """
    low, high = limits
    if isinstance(factor, tuple | list) and len(factor) == 2:
        if factor[0] <= high and factor[1] >= low:
            lower, upper = sorted(factor)
            return lower, upper
    elif isinstance(factor, int | float) and low <= factor <= high:
        return max(-abs(factor), low), abs(factor)
    raise ValueError(
        f"The `{name}` argument should be a number (or a list of two numbers) in the range "
        f"[{low}, {high}]. Received: {name}={factor}"
    )


def strict_bounds(
    factor: Any, name: str, limits: tuple[float, float], interval: str, opposite: bool = True
) -> tuple[float, float]:
    """The same, where neither end may lie outside.

    Args:
        factor, name, limits: see `bounds`.
        interval: how the limits are written; `"("` excludes the lower one.
        opposite: whether one number goes from its opposite, not from 0.

    Raises:
        ValueError: for anything else.
    """
    numbers = factor if isinstance(factor, tuple | list) else [factor]
    low, high = limits
    fits = all(isinstance(n, int | float) for n in numbers) and len(numbers) in (1, 2)
    fits = fits and (len(numbers) == 2) == isinstance(factor, tuple | list)
    if not fits or any(n > high or n < low or (n == low and "(" in interval) for n in numbers):
        raise ValueError(
            f"The `{name}` argument should be a number (or a list of two numbers) in the range "
            f"{interval}. Received: {name}={factor}"
        )
    if len(numbers) == 2:
        lower, upper = sorted(numbers)
        return lower, upper
    size = abs(numbers[0])
    return (-size if opposite else 0), size


def sorted_range(value_range: Any) -> list[Any]:
    """The two ends of a range of values, in their order.

    Raises:
        ValueError: unless there are two.
    """
    if not isinstance(value_range, tuple | list) or len(value_range) != 2:
        raise ValueError(
            "The `value_range` argument should be a list of two numbers. Received: "
            f"value_range={value_range}"
        )
    return sorted(value_range)
