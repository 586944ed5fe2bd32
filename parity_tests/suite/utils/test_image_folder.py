"""Data sets of images and of texts from folders: Keras's pixels, in Keras's order."""

import os
from typing import Any

import numpy as np
import pytest

import scratch
import scratch.random.seeding
from parity_tests.harness.tolerances import FEW_ROUNDINGS

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")
Image = pytest.importorskip("PIL.Image")
LIBRARIES = (keras, scratch)
RNG = np.random.default_rng(0)


def picture(*shape):
    return Image.fromarray(RNG.integers(0, 256, shape, np.uint8))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Three classes with names out of order, files in folders inside, some that are no images."""
    top = tmp_path_factory.mktemp("images")
    for name, count in {"b": 3, "a class": 4, "Ü.x": 2, ".hidden": 1, "empty": 0}.items():
        (top / name / "inside").mkdir(parents=True)
        for i in range(count):
            height, width = RNG.integers(5, 20, 2)
            picture(height, width, 3).save(top / name / f"{9 - i}.png")
        if count:
            picture(7, 9, 3).save(top / name / "inside" / "0.PNG")
            (top / name / "notes.md").write_text("no image")
            (top / name / "t.txt").write_text(f"a text of {name}, ünlike others")
    (top / "linked").mkdir()
    os.symlink(top / "b", top / "linked" / "b", target_is_directory=True)
    return top


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    top = tmp_path_factory.mktemp("two")
    for name in ("no", "yes"):
        (top / name).mkdir()
        for i in range(11):
            picture(6, 8 + i % 2, 3).save(top / name / f"{i}.png")
            (top / name / f"{i}.txt").write_bytes(f"{name} {i}".encode() * i)
    return top


def passes(dataset):
    """Two passes over a data set, as lists of lists of arrays."""
    return [
        [
            [np.asarray(part) for part in (batch if isinstance(batch, tuple) else (batch,))]
            for batch in dataset.as_numpy_iterator()
        ]
        for _ in range(2)
    ]


def same(theirs, ours):
    assert len(theirs) == len(ours)
    for a, b in zip(theirs, ours, strict=True):
        if isinstance(a, list):
            same(a, b)
        else:
            np.testing.assert_array_equal(b, a, strict=True)


def both(function, folder, global_seed=None, **options):
    """The data sets of both libraries, from one state of `np.random`."""
    tf.random.set_seed(None)
    scratch.random.seeding.state.seed = None
    found = []
    for library in LIBRARIES:
        if global_seed is not None:
            library.utils.set_random_seed(global_seed)
        np.random.seed(3)
        given = options
        if isinstance(options.get("labels"), list):
            given = {**options, "labels": list(options["labels"])}  # which Keras shuffles
        made = getattr(library.utils, function)(folder, **given)
        found.append(made if isinstance(made, list) else [made])
    return found


def check(function, folder, global_seed=None, **options):
    theirs, ours = both(function, folder, global_seed, **options)
    assert len(theirs) == len(ours)
    for a, b in zip(theirs, ours, strict=True):
        assert a.class_names == b.class_names
        assert getattr(a, "file_paths", None) == b.file_paths
        assert len(a) == len(b)
        same(passes(a), passes(b))


SMALL: dict[str, Any] = {"image_size": (9, 7), "batch_size": 4}
OPTIONS: dict[str, dict[str, Any]] = {
    "sorted": {"shuffle": False},
    "shuffled": {},
    "shuffled by a seed": {"seed": 5},
    "one-hot": {"label_mode": "categorical", "seed": 1},
    "without labels": {"labels": None, "shuffle": False},
    "without labels by mode": {"label_mode": None, "seed": 2},
    "chosen classes": {"class_names": ["b", "a class"], "shuffle": False},
    "binary": {"class_names": ["b", "a class"], "label_mode": "binary", "seed": 0},
    "grey": {"color_mode": "grayscale", "shuffle": False},
    "with opacity": {"color_mode": "rgba", "shuffle": False},
    "single": {"batch_size": None, "seed": 4},
    "nearest": {"interpolation": "nearest", "shuffle": False},
    "in capitals": {"interpolation": "BILINEAR", "shuffle": False},
    "bicubic": {"interpolation": "bicubic", "shuffle": False},
    "by area": {"interpolation": "area", "shuffle": False},
    "lanczos": {"interpolation": "lanczos5", "crop_to_aspect_ratio": True, "shuffle": False},
    "gaussian": {"interpolation": "gaussian", "pad_to_aspect_ratio": True, "shuffle": False},
    "mitchell": {"interpolation": "mitchellcubic", "shuffle": False},
    "a square": {"image_size": 6, "shuffle": False},
    "cropped": {"crop_to_aspect_ratio": True, "shuffle": False},
    "cropped to a column": {
        "crop_to_aspect_ratio": True, "image_size": (30, 3), "shuffle": False,
    },
    "padded": {"pad_to_aspect_ratio": True, "shuffle": False},
    "padded, nearest": {
        "pad_to_aspect_ratio": True, "image_size": (25, 11), "interpolation": "nearest",
        "shuffle": False,
    },
    "channels first": {"data_format": "channels_first", "shuffle": False},
    "channels first, cropped": {
        "data_format": "channels_first", "crop_to_aspect_ratio": True, "shuffle": False,
    },
    "links": {"follow_links": True, "shuffle": False},
    "for training": {"validation_split": 0.3, "subset": "training", "seed": 3},
    "for validation": {"validation_split": 0.3, "subset": "validation", "seed": 3},
    "both parts": {"validation_split": 0.3, "subset": "both", "seed": 3},
    "both parts, sorted": {"validation_split": 0.3, "subset": "both", "shuffle": False},
}  # fmt: skip


@pytest.mark.parametrize("name", OPTIONS)
def test_images(folder, name):
    check("image_dataset_from_directory", folder, **{**SMALL, **OPTIONS[name]})


@pytest.mark.parametrize("quality", [75, 100])
@pytest.mark.parametrize("color_mode", ["rgb", "grayscale"])
def test_photographs(tmp_path, color_mode, quality):
    """JPEG, the format of most folders: TensorFlow's fast transform, bit for bit (K41)."""
    pytest.importorskip("simplejpeg")
    for name in ("no", "yes"):
        (tmp_path / name).mkdir()
        for i in range(3):
            picture(4, 5 + i, 3).resize((40, 30)).save(
                tmp_path / name / f"{i}.jpg", quality=quality
            )
    check("image_dataset_from_directory", tmp_path, color_mode=color_mode, seed=1, **SMALL)


@pytest.mark.parametrize("seed", [None, 8])
def test_the_global_seed_counts(two, seed):
    check("image_dataset_from_directory", two, seed, batch_size=2, image_size=5, seed=1)
    check("text_dataset_from_directory", two, seed, batch_size=2)


def test_given_labels(two):
    labels = list(range(22))
    for mode in ("int", "categorical"):
        check("image_dataset_from_directory", two, labels=labels, label_mode=mode, seed=6, **SMALL)
    check("text_dataset_from_directory", two, labels=[0.5, 1.0] * 11, shuffle=False)


TEXTS: dict[str, dict[str, Any]] = {
    "sorted": {"shuffle": False},
    "shuffled": {"batch_size": 3},
    "cut": {"max_length": 3, "seed": 1},
    "single": {"batch_size": None, "seed": 4},
    "without labels": {"labels": None, "seed": 4},
    "binary": {"label_mode": "binary", "seed": 4},
    "one-hot": {"label_mode": "categorical", "seed": 4},
    "both parts": {"validation_split": 0.3, "subset": "both", "seed": 3},
}


@pytest.mark.parametrize("name", TEXTS)
def test_texts(two, name):
    check("text_dataset_from_directory", two, **TEXTS[name])


def test_texts_stand_in_arrays_of_bytes(two):
    (texts, labels), *_ = scratch.utils.text_dataset_from_directory(two, verbose=False)
    assert texts.dtype == object
    assert {type(text) for text in texts} == {bytes}
    assert labels.dtype == np.int32


def test_what_is_said(two, capsys):
    said = []
    for library in LIBRARIES:
        library.config.enable_interactive_logging()
        for labels in ("inferred", None):
            library.utils.text_dataset_from_directory(two, labels=labels)
        library.utils.text_dataset_from_directory(two, verbose=False)
        library.utils.image_dataset_from_directory(
            two, validation_split=0.25, subset="both", seed=1
        )
        said.append(capsys.readouterr().out)
    assert said[0] == said[1] != ""


WRONG: dict[str, dict[str, Any]] = {
    "labels": {"labels": "all"},
    "few labels": {"labels": [1, 2]},
    "names beside labels": {"labels": [0] * 22, "class_names": ["no"]},
    "names without labels": {"labels": None, "class_names": ["no"]},
    "names of no folder": {"class_names": ["no", "perhaps"]},
    "mode": {"label_mode": "text"},
    "colours": {"color_mode": "hsv"},
    "size": {"image_size": (1, 2, 3)},
    "interpolation": {"interpolation": "cubic"},
    "format": {"format": "csv"},
    "share": {"validation_split": 2, "subset": "training"},
    "share alone": {"validation_split": 0.5},
    "subset alone": {"subset": "training"},
    "subset": {"validation_split": 0.5, "subset": "test", "shuffle": False},
    "no seed": {"validation_split": 0.5, "subset": "training"},
    "three classes": {"label_mode": "binary", "class_names": ["no"]},
    "cropped and padded": {"crop_to_aspect_ratio": True, "pad_to_aspect_ratio": True},
    "nothing for training": {"validation_split": 0.01, "subset": "training", "seed": 1},
    "nothing for training beside": {"validation_split": 0.01, "subset": "both", "seed": 1},
    "format of data": {"data_format": "rows"},
}


@pytest.mark.filterwarnings("ignore:Exception ignored in. <function Pool")  # of Keras's threads
@pytest.mark.parametrize("name", WRONG)
def test_refusals(two, name):
    for function in ("image_dataset_from_directory", "text_dataset_from_directory"):
        if function[0] == "t" and set(WRONG[name]) & {
            "color_mode", "image_size", "interpolation", "data_format", "crop_to_aspect_ratio",
        }:  # fmt: skip
            continue
        said = []
        for library in LIBRARIES:
            with pytest.raises(ValueError, match=r"\w") as caught:
                getattr(library.utils, function)(two, **WRONG[name])
            said.append(str(caught.value).replace("in user code:", ""))
        assert " ".join(said[1].split()) in " ".join(said[0].split())


def test_a_folder_without_images(tmp_path):
    (tmp_path / "a").mkdir()
    for function in ("image_dataset_from_directory", "text_dataset_from_directory"):
        said = []
        for library in LIBRARIES:
            with pytest.raises(ValueError, match=r"^No ") as caught:
                getattr(library.utils, function)(tmp_path)
            said.append(str(caught.value))
        assert said[0] == said[1]
    for library in LIBRARIES:
        with pytest.raises(FileNotFoundError):
            library.utils.image_dataset_from_directory(tmp_path / "b")


@pytest.mark.parametrize("contents", [b"", b"no image", b"\x89PNG\r\n\x1a\nxxxx", b"BM12"], ids=str)
def test_a_file_that_cannot_be_read(tmp_path, contents):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.png").write_bytes(contents)
    with pytest.raises(tf.errors.InvalidArgumentError):
        list(keras.utils.image_dataset_from_directory(tmp_path))
    with pytest.raises(ValueError, match="Input is empty|Unknown|Invalid PNG|Incomplete bmp"):
        list(scratch.utils.image_dataset_from_directory(tmp_path))


@pytest.mark.filterwarnings("ignore:`shuffle=True` was passed")
def test_a_model_learns_from_a_folder(two):
    losses = []
    for library in LIBRARIES:
        library.utils.set_random_seed(1)
        data = library.utils.image_dataset_from_directory(two, image_size=4, batch_size=5, seed=2)
        layers = library.layers
        model = library.Sequential(
            [layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(2, "softmax")]
        )
        model.compile("sgd", "sparse_categorical_crossentropy")
        losses.append(model.fit(data, epochs=2, verbose=0).history["loss"])
    np.testing.assert_allclose(losses[1], losses[0], rtol=FEW_ROUNDINGS)
