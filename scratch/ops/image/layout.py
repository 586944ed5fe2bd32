"""Where the axes of images are: (height, width, channels) or (channels, height, width).

What comes before these three is the batch, if there is one. Functions compute on the first form;
the other one is brought to it, and back.
"""

from typing import Any

from scratch import ops
from scratch.ops.graph.sources import is_variable


def as_images(images: Any, ranks: tuple[int, ...] = (3, 4)) -> Any:
    """`images` as a tensor.

    Raises:
        ValueError: unless it has 3 axes, or 4 with the batch.
    """
    if not hasattr(images, "shape") or is_variable(images):
        images = ops.convert_to_tensor(images)
    if images.shape is not None and len(images.shape) not in ranks:
        raise ValueError(
            "Invalid images rank: expected rank 3 (single image) or rank 4 (batch of images). "
            f"Received input with shape: images.shape={tuple(images.shape)}"
        )
    return images


def to_last(images: Any, data_format: str, spatial: int = 2) -> Any:
    """Images of a format with their channels behind `spatial` axes."""
    return images if data_format == "channels_last" else ops.moveaxis(images, -spatial - 1, -1)


def from_last(images: Any, data_format: str, spatial: int = 2) -> Any:
    """Images with their channels last in a format."""
    return images if data_format == "channels_last" else ops.moveaxis(images, -1, -spatial - 1)
