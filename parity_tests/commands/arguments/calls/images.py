"""Images and texts: read from files that are written for that, changed, and written."""

import os
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from parity_tests.commands.arguments.calls.call import Call

_draw = np.random.default_rng(2)
_IMAGE = _draw.integers(0, 200, (5, 8, 3)).astype("float32")


def _write(path: str, shape: tuple[int, ...], seed: int) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, shape, np.uint8)
    Image.fromarray(pixels).save(path)
    Path(path).with_suffix(".txt").write_text(f"text {seed}", encoding="utf-8")


def _loaded(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    _write("a.png", (6, 9, 3), 0)
    _write("b.png", (6, 9, 3), 1)
    return np.asarray(thing(**given))


def _as_array(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    return np.asarray(thing(**given))


def _saved(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    thing(**given)
    return {str(p): np.asarray(Image.open(p)) for p in sorted(Path().iterdir())}, [
        Image.open(p).format for p in sorted(Path().iterdir())
    ]


def _shown(part: Any) -> Any:
    """An array of numbers; of texts, their bytes."""
    return np.frombuffer(b"\n".join(part), "uint8") if part.dtype == object else np.asarray(part)


def _folder(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    """Two passes over the files of three classes, one of them a link."""
    for i in range(9):
        _write(f"top/{'ab'[i % 2]}/{i}.png", (5 + i, 7, 3), i)
    _write("other/d/0.png", (4, 7, 3), 11)
    os.symlink("../../top/b", "top/a/c", target_is_directory=True)
    made = thing(**given)
    return [
        [_shown(part) for part in (batch if isinstance(batch, tuple) else [batch])]
        for dataset in (made if isinstance(made, list) else [made])
        for _ in range(2)
        for batch in dataset.as_numpy_iterator()
    ]


_BOTH = {
    "directory": "other",
    "labels": None,
    "label_mode": "categorical",
    "class_names": ["b", "a"],
    "batch_size": 3,
    "shuffle": False,
    "seed": 4,
    "validation_split": 0.4,
    "subset": "validation",
    "follow_links": True,
    "format": "csv",
    "verbose": False,
}
_TOGETHER = {
    "validation_split": {"subset": "training", "validation_split": 0.2},
    "subset": {"validation_split": 0.4, "subset": "training"},
}

IMAGES = {
    "utils.array_to_img": Call(
        {"x": _IMAGE},
        {"x": _IMAGE[::-1], "data_format": "channels_first", "scale": False, "dtype": "float16"},
        {"data_format": {"x": _IMAGE[:3, :, :3]}},
        _as_array,
    ),
    "utils.img_to_array": Call(
        {"img": _IMAGE},
        {"img": -_IMAGE, "data_format": "channels_first", "dtype": "float64"},
    ),
    "utils.load_img": Call(
        {"path": "a.png"},
        {
            "path": "b.png",
            "color_mode": "grayscale",
            "target_size": (4, 4),
            "interpolation": "bilinear",
            "keep_aspect_ratio": True,
        },
        {"interpolation": {"target_size": (4, 4)}, "keep_aspect_ratio": {"target_size": (4, 4)}},
        _loaded,
    ),
    "utils.save_img": Call(
        {"path": "a.png", "x": _IMAGE},
        {
            "path": "b.png",
            "x": -_IMAGE,
            "data_format": "channels_first",
            "file_format": "bmp",
            "scale": False,
        },
        {"data_format": {"x": _IMAGE[:3, :, :3]}},
        _saved,
    ),
    "utils.image_dataset_from_directory": Call(
        {"directory": "top", "image_size": (4, 6), "seed": 3},
        {
            **_BOTH,
            "color_mode": "grayscale",
            "image_size": (6, 4),
            "interpolation": "nearest",
            "crop_to_aspect_ratio": True,
            "pad_to_aspect_ratio": True,
            "data_format": "channels_first",
        },
        _TOGETHER,
        _folder,
    ),
    "utils.text_dataset_from_directory": Call(
        {"directory": "top", "seed": 3}, {**_BOTH, "max_length": 2}, _TOGETHER, _folder
    ),
}
