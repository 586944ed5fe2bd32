"""A data set of the images in a folder, read batch by batch."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from scratch import ops
from scratch.context.defaults import standardize_data_format
from scratch.data.dataset import Dataset
from scratch.utils.decoding import decode_image
from scratch.utils.folders import (
    LabelledFiles,
    check_format,
    check_labels,
    check_split,
    datasets_of,
)
from scratch.utils.resizing import resize_with_pad

_FORMATS = (".bmp", ".gif", ".jpeg", ".jpg", ".png")
_CHANNELS = {"rgb": 3, "rgba": 4, "grayscale": 1}
_KNOWN = (
    "bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5", "gaussian", "mitchellcubic",
)  # fmt: skip


def image_dataset_from_directory(
    directory: str,
    labels: str | Sequence[int] | None = "inferred",
    label_mode: str | None = "int",
    class_names: list[str] | None = None,
    color_mode: str = "rgb",
    batch_size: int | None = 32,
    image_size: int | tuple[int, int] = (256, 256),
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    interpolation: str = "bilinear",
    follow_links: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    data_format: str | None = None,
    format: str = "tf",
    verbose: bool = True,
) -> Any:
    """The images of a folder and their labels (`keras.utils.image_dataset_from_directory`).

    Args:
        directory: the folder.
        labels: `"inferred"`: the number of the folder inside it that a file stands in; or a list,
            of the files in the order of `os.walk`; or None.
        label_mode: `"int"`; `"categorical"` for one-hot rows; `"binary"` for 0 and 1; or None.
        class_names: the folders in their order; default: all but hidden ones, sorted.
        color_mode: `"grayscale"`, `"rgb"` or `"rgba"`.
        batch_size: images of a batch; None for single ones.
        image_size: (height, width), or one number for both.
        shuffle: whether every pass has another order, Keras's; otherwise they are sorted.
        seed: of the order; default: drawn by `np.random`.
        validation_split: the share that is for validation.
        subset: `"training"`, `"validation"`, or `"both"`.
        interpolation: `"bilinear"`, `"nearest"`, `"bicubic"`, `"area"`, `"lanczos3"`, `"lanczos5"`,
            `"gaussian"` or `"mitchellcubic"`.
        follow_links: whether folders that are links are entered.
        crop_to_aspect_ratio: whether images are cropped, not distorted.
        pad_to_aspect_ratio: whether they are padded with zeros, not distorted.
        data_format: `"channels_last"` or `"channels_first"`; default: the configured one.
        format: `"tf"` or `"grain"`: here the same.
        verbose: whether to say how many files there are.

    Returns:
        Batches of images (batch, height, width, channels), float32, or uint8 for `"nearest"`; or
        pairs of them and labels, int32 (batch,), or float32 (batch, classes), or float32 (batch, 1)
        for `"binary"`. For `subset="both"` a list of two such data sets. Each has `class_names` and
        `file_paths`.

    Raises:
        ImportError: without Pillow, when it is read.
        ValueError: for an unknown setting, or where there are no images; for a file that cannot be
            read, when it is.
    """
    check_labels(labels, label_mode, class_names, "image")
    if color_mode not in _CHANNELS:
        raise ValueError(
            '`color_mode` must be one of {"rgb", "rgba", "grayscale"}. '
            f"Received: color_mode={color_mode}"
        )
    if isinstance(image_size, int):
        image_size = (image_size, image_size)
    elif not isinstance(image_size, list | tuple) or len(image_size) != 2:
        raise ValueError(
            "Invalid `image_size` value. Expected a tuple of 2 integers. "
            f"Received: image_size={image_size}"
        )
    if interpolation.lower() not in _KNOWN:
        raise ValueError(
            f"Argument `interpolation` should be one of {_KNOWN}. Received: "
            f"interpolation={interpolation.lower()}"
        )
    check_format(format)
    check_split(validation_split, subset, shuffle, seed)
    if crop_to_aspect_ratio and pad_to_aspect_ratio:
        raise ValueError(
            "Only one of `pad_to_aspect_ratio`, `crop_to_aspect_ratio` can be set to `True`."
        )
    seed = np.random.randint(1_000_000) if seed is None else seed
    files = LabelledFiles(
        directory, labels, label_mode, class_names, _FORMATS, shuffle, seed, follow_links, verbose
    )
    first = standardize_data_format(data_format) == "channels_first"
    size = (image_size[0], image_size[1])

    def read(path: str) -> np.ndarray:
        image = decode_image(Path(path).read_bytes(), _CHANNELS[color_mode])
        if pad_to_aspect_ratio:
            image = resize_with_pad(image, size, interpolation.lower())
        else:
            image = ops.image.resizing.crop_to_ratio(image, size) if crop_to_aspect_ratio else image
            image = ops.image.resizing.resized(image, size, interpolation.lower())
        return image.transpose(2, 0, 1) if first else image

    none = f"images found in directory {directory}. Allowed formats: {_FORMATS}"
    found = datasets_of(files, read, batch_size, shuffle, seed, validation_split, subset, none)
    for dataset, part in found:
        dataset.file_paths = part.paths
    datasets: list[Dataset] = [dataset for dataset, _ in found]
    return datasets if subset == "both" else datasets[0]
