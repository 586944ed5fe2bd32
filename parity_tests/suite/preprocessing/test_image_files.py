"""`flow_from_directory` and `flow_from_dataframe`: Keras's files, labels and pixels."""

import os
from typing import Any

import numpy as np
import pytest

import scratch
from parity_tests.suite.preprocessing.test_image_generator import LIBRARIES, both, same

pytest.importorskip("keras")
Image = pytest.importorskip("PIL.Image")
pd = pytest.importorskip("pandas")
pytestmark = pytest.mark.filterwarnings("ignore:.*scipy.ndimage.interpolation:DeprecationWarning")
RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    top = tmp_path_factory.mktemp("images")
    for name, count in {"b": 3, "a class": 4, ".hidden": 2, "empty": 0}.items():
        (top / name / "inside").mkdir(parents=True)
        for i in range(count):
            pixels = RNG.integers(0, 256, (6, 5 + i, 3), np.uint8)
            Image.fromarray(pixels).save(top / name / f"{9 - i}.png")
            Image.fromarray(pixels[::-1]).save(top / name / "inside" / f"{i}.JPG", "JPEG")
        (top / name / "notes.txt").write_text("no image")
    (top / "linked").mkdir()
    os.symlink(top / "b", top / "linked" / "b", target_is_directory=True)
    return str(top)


def batches(flow):
    found = [next(flow) for _ in range(len(flow) + 1)]
    told = flow.samples, flow.n, flow.filenames, flow.filepaths, flow.image_shape
    return found, repr(told), repr(getattr(flow, "class_indices", None)), np.random.random()


DIRECTORIES: dict[str, dict[str, Any]] = {
    "as it is": {},
    "in order": {"shuffle": False},
    "a seed": {"seed": 3},
    "some classes": {"classes": ["b", "a class"]},
    "numbers": {"class_mode": "sparse"},
    "binary": {"class_mode": "binary", "classes": ["b", "empty"]},
    "itself": {"class_mode": "input"},
    "alone": {"class_mode": None},
    "grey": {"color_mode": "grayscale"},
    "opacity": {"color_mode": "rgba"},
    "links": {"follow_links": True},
    "for training": {"subset": "training"},
    "for validation": {"subset": "validation"},
    "bilinear": {"interpolation": "bilinear"},
    "not distorted": {"keep_aspect_ratio": True},
}
SETTINGS: dict[str, dict[str, Any]] = {
    "plain": {"validation_split": 0.3},
    "changed": {
        "validation_split": 0.3, "rotation_range": 20, "horizontal_flip": True, "rescale": 1 / 255,
        "data_format": "channels_first", "dtype": "float64",
    },
}  # fmt: skip


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("name", DIRECTORIES)
def test_directories(folder, name, settings):
    given = {"target_size": (7, 6), "batch_size": 4, **DIRECTORIES[name]}

    def flow(image):
        generator = image.ImageDataGenerator(**SETTINGS[settings])
        return batches(generator.flow_from_directory(folder, **given))

    same(*both(flow))


def test_without_a_generator(folder):
    same(*both(lambda image: batches(image.DirectoryIterator(folder, None, (5, 5), batch_size=3))))


def test_batches_are_written_for_a_look(folder, tmp_path):
    def written(image):
        to = tmp_path / image.__name__
        to.mkdir()
        generator = image.ImageDataGenerator(rotation_range=10)
        save = {"save_to_dir": str(to), "save_prefix": "x"}
        next(generator.flow_from_directory(folder, (5, 5), **save, save_format="bmp"))
        next(generator.flow(RNG.integers(0, 9, (3, 4, 4, 1)) * 0 + 1, seed=2, **save))
        return [(p.name, p.read_bytes()) for p in sorted(to.iterdir())]

    theirs, ours = both(written)
    assert theirs == ours
    assert len(ours) > 3


def test_how_large_the_number_in_a_name_is(folder, tmp_path, monkeypatch):
    def written(image):
        to = tmp_path / image.__name__
        to.mkdir()
        generator = image.ImageDataGenerator()
        monkeypatch.setattr(np.random, "randint", lambda limit, *args, **options: int(limit) - 1)
        next(generator.flow_from_directory(folder, (5, 5), shuffle=False, save_to_dir=str(to)))
        next(generator.flow(np.ones((1, 4, 4, 1)), shuffle=False, save_to_dir=str(to)))
        monkeypatch.undo()
        return sorted(p.name for p in to.iterdir())

    theirs, ours = both(written)
    assert theirs == ours
    assert len({name.split("_")[2] for name in ours}) == 2


@pytest.fixture(scope="module")
def table():
    names = [f"b/{i}.png" for i in (7, 8, 9)] + ["b/no.png", "b/notes.txt", "a class/9.png"]
    return pd.DataFrame(
        {
            "filename": names,
            "class": ["x", "y", "x", "z", "y", "x"],
            "several": [["x"], ["y", "x"], "x", ["z"], [], ("y",)],
            "number": [1.5, 2.5, 3.5, 4.5, 5.5, 6.5],
            "whole": [1, 2, 3, 4, 5, 6],
            "id": list(range(6)),
        }
    )


TABLES: dict[str, dict[str, Any]] = {
    "as it is": {},
    "in order": {"shuffle": False},
    "several": {"y_col": "several"},
    "several of some": {"y_col": "several", "classes": ["x", "z", "x"]},
    "some classes": {"classes": ["y", "z"]},
    "numbers": {"class_mode": "sparse"},
    "binary": {"class_mode": "binary", "classes": ["x", "y"]},
    "raw": {"class_mode": "raw", "y_col": "number"},
    "raw columns": {"class_mode": "raw", "y_col": ["number", "whole"]},
    "outputs": {"class_mode": "multi_output", "y_col": ["number", "class"]},
    "itself": {"class_mode": "input"},
    "alone": {"class_mode": None},
    "weights": {"weight_col": "number"},
    "for training": {"subset": "training"},
    "for validation": {"subset": "validation", "seed": 4},
    # Refused.
    "names of another kind": {"x_col": "id"},
    "classes of another kind": {"y_col": "number"},
    "numbers of another kind": {"y_col": "whole", "class_mode": "sparse"},
    "three classes": {"class_mode": "binary"},
    "one of two classes": {"class_mode": "binary", "classes": ["x"]},
    "weights of another kind": {"weight_col": "class"},
    "one output": {"class_mode": "multi_output", "y_col": "number"},
    "mode": {"class_mode": "any"},
    "subset": {"subset": "test"},
    "colours": {"color_mode": "hsv"},
}


@pytest.mark.filterwarnings("ignore:Found [0-9] invalid image filename")
@pytest.mark.parametrize("name", TABLES)
def test_tables(folder, table, name):
    given = {"target_size": (4, 5), "batch_size": 2, **TABLES[name]}

    def flow(image):
        generator = image.ImageDataGenerator(validation_split=0.5)
        try:
            return batches(generator.flow_from_dataframe(table, folder, **given))
        except (ValueError, TypeError) as error:
            return type(error).__name__, str(error).partition("; expected one of: {")[0]

    theirs, ours = both(flow)
    if isinstance(theirs[0], str):
        assert theirs == ours
    else:
        same(theirs, ours)


def test_what_tables_warn_of(folder, table):
    for library in LIBRARIES:
        generator = library.preprocessing.image.ImageDataGenerator()
        with pytest.warns(UserWarning, match="Found 2 invalid image filename"):
            generator.flow_from_dataframe(table, folder)
        flow = {"class_mode": None, "classes": ["x"], "validate_filenames": False}
        with pytest.warns(UserWarning, match="`classes` will be ignored given the class_mode"):
            generator.flow_from_dataframe(table, folder, **flow)
        for outdated in ({"sort": True}, {"has_ext": True}, {"drop_duplicates": True}):
            with (
                pytest.warns(UserWarning, match="Found 2"),
                pytest.warns(DeprecationWarning, match=f"{next(iter(outdated))} is deprecated"),
            ):
                generator.flow_from_dataframe(table, folder, **outdated)


def test_refused_directories(folder):
    for options in ({"class_mode": "raw"}, {"subset": "test"}, {"color_mode": "hsv"}):
        said = []
        for library in LIBRARIES:
            generator = library.preprocessing.image.ImageDataGenerator()
            with pytest.raises(ValueError, match="Invalid") as caught:
                generator.flow_from_directory(folder, **options)
            said.append(str(caught.value).partition("; expected one of: {")[0])
        assert said[0] == said[1]


def test_tiff_files_warn(tmp_path):
    (tmp_path / "a").mkdir()
    Image.fromarray(RNG.integers(0, 256, (6, 5, 3), np.uint8)).save(tmp_path / "a" / "x.tiff")
    with pytest.warns(UserWarning, match="files with multiple bands"):
        flow = scratch.preprocessing.image.ImageDataGenerator().flow_from_directory(str(tmp_path))
    assert flow.n == 1
