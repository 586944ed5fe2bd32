"""Images between files and arrays, and resized: as Keras does it, bit for bit."""

import io
import sys
from typing import Any

import numpy as np
import pytest

import scratch
from scratch.ops.image.resizing import resized

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")
Image = pytest.importorskip("PIL.Image")
LIBRARIES = (keras, scratch)
RNG = np.random.default_rng(0)
COLORS = RNG.integers(0, 256, (9, 14, 3), np.uint8)


def look(made):
    """What an image or an array is, to compare."""
    if isinstance(made, np.ndarray):
        return made.shape, made.dtype, made.tobytes()
    return made.size, made.mode, made.tobytes()


def both(call, *args):
    """What a call gives in both libraries: a value, or the class and the words of an error."""
    found = []
    for library in LIBRARIES:
        try:
            found.append(look(call(library.utils, *args)))
        except (ValueError, TypeError) as error:
            found.append((type(error), str(error)))
    return found


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    top = tmp_path_factory.mktemp("files")
    Image.fromarray(COLORS).save(top / "colours.png")
    Image.fromarray(COLORS).save(top / "colours.jpg")
    Image.fromarray(COLORS[..., 0]).save(top / "grey.png")
    Image.fromarray(COLORS[..., 0].astype("uint16") * 200).save(top / "grey16.png")
    Image.fromarray(np.dstack([COLORS, COLORS[..., :1]])).save(top / "opacity.png")
    Image.fromarray(COLORS).convert("P").save(top / "palette.gif")
    return top


LOADS: dict[str, dict[str, Any]] = {
    "as it is": {},
    "grey": {"color_mode": "grayscale"},
    "opacity": {"color_mode": "rgba"},
    "no colours": {"color_mode": "hsv"},
    "smaller": {"target_size": (4, 5)},
    "the same": {"target_size": (9, 14), "interpolation": "no such"},
    "larger": {"target_size": (20, 31), "interpolation": "bilinear"},
    "not distorted": {"target_size": (6, 6), "keep_aspect_ratio": True},
    "a row": {"target_size": (2, 30), "keep_aspect_ratio": True, "interpolation": "lanczos"},
    **{name: {"target_size": (5, 5), "interpolation": name} for name in
       ("nearest", "bicubic", "hamming", "box", "lanczos", "linear")},
}  # fmt: skip


@pytest.mark.parametrize("options", LOADS)
def test_load_img(files, options):
    for file in sorted(files.iterdir()):
        theirs, ours = both(lambda u, path=file: u.load_img(path, **LOADS[options]))
        assert theirs == ours, file


def test_where_images_come_from(files):
    path = files / "colours.png"
    for source in (path, str(path), str(path).encode(), io.BytesIO(path.read_bytes()), 3, None):
        theirs, ours = both(lambda u, source=source: u.load_img(source))
        assert theirs == ours


def test_img_to_array():
    for image in (Image.fromarray(COLORS), Image.fromarray(COLORS[..., 0]), COLORS[0, 0], [[1, 2]]):
        for data_format in (None, "channels_first", "CHANNELS_LAST", "rows"):
            for dtype in (None, "uint8", "float64"):
                theirs, ours = both(
                    lambda u, *args: u.img_to_array(*args), image, data_format, dtype
                )
                assert theirs == ours


ARRAYS: dict[str, Any] = {
    "colours": COLORS,
    "floats": COLORS.astype("float64") / 7 - 3,
    "one grey value": np.full((3, 4, 1), 7.0),
    "grey": COLORS[..., :1],
    "grey, large": COLORS[..., :1].astype("float32") * 300,
    "opacity": np.dstack([COLORS, COLORS[..., :1]]),
    "two channels": COLORS[..., :2],
    "flat": COLORS[..., 0],
    "batch": COLORS[None],
    "three rows": COLORS[:3],
    "list": COLORS.tolist(),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_array_to_img(name):
    for data_format in (None, "channels_first", "rows"):
        for scale in (True, False):
            for dtype in (None, "float64"):
                theirs, ours = both(
                    lambda u, *args: u.array_to_img(*args), ARRAYS[name], data_format, scale, dtype
                )
                assert theirs == ours


def test_the_configured_format_counts():
    try:
        for library in LIBRARIES:
            library.config.set_image_data_format("channels_first")
        theirs, ours = both(lambda u: u.img_to_array(Image.fromarray(COLORS)))
        assert theirs == ours
        assert ours[0] == (3, 9, 14)
        assert scratch.preprocessing.image.img_to_array is scratch.utils.img_to_array
    finally:
        for library in LIBRARIES:
            library.config.set_image_data_format("channels_last")


SAVES: dict[str, tuple[str, dict[str, Any]]] = {
    "png": ("a.png", {}),
    "jpg": ("a.jpg", {}),
    "jpg, good": ("a.JPG", {"quality": 95}),
    "another format": ("a.png", {"file_format": "bmp"}),
    "jpg by name": ("a", {"file_format": "JPG"}),
    "not scaled": ("a.gif", {"scale": False}),
    "no format": ("a.nothing", {}),
}


@pytest.mark.parametrize("name", SAVES)
def test_save_img(tmp_path, name):
    file, options = SAVES[name]
    for x in (COLORS, COLORS[..., :1]):
        found = []
        for library in LIBRARIES:
            try:
                library.utils.save_img(str(tmp_path / file), x, **options)
                found.append((tmp_path / file).read_bytes())
            except (ValueError, KeyError) as error:
                found.append((type(error), str(error)))
        assert found[0] == found[1]


def test_opacity_is_lost_in_a_jpeg(tmp_path):
    found = []
    for library in LIBRARIES:
        with pytest.warns(UserWarning, match="does not support RGBA images, converting to RGB"):
            library.utils.save_img(tmp_path / "a.jpg", ARRAYS["opacity"])
        found.append((tmp_path / "a.jpg").read_bytes())
    assert found[0] == found[1]


def test_without_pillow_it_is_asked_for(monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL", None)
    for name, args in {"load_img": ("a.png",), "array_to_img": (COLORS,)}.items():
        words = f"Could not import PIL.Image. The use of `{name}` requires PIL."
        with pytest.raises(ImportError, match=words):
            getattr(scratch.utils, name)(*args)


@pytest.mark.parametrize("method", ["bilinear", "nearest"])
def test_resize(method):
    """Of every size into every other, as `tf.image.resize`."""
    sizes = [*RNG.integers(1, 60, (25, 4)), (1, 1, 5, 5), (300, 2, 299, 3)]
    for height, width, *size in sizes:
        shape = (2, height, width, 3)
        for x in (RNG.integers(0, 256, shape, np.uint8), RNG.normal(size=shape).astype("float32")):
            ours = resized(x, tuple(size), method)
            theirs = tf.image.resize(tf.constant(x), size, method)
            np.testing.assert_array_equal(ours, theirs, strict=True)


RESIZED: dict[str, dict[str, Any]] = {
    "smaller": {"size": (4, 4)},
    "larger": {"size": (31, 22)},
    "a column": {"size": (9, 1)},
    "the same": {"size": (9, 14)},
    "nearest": {"size": (5, 9), "interpolation": "nearest"},
    "bicubic": {"size": (5, 9), "interpolation": "bicubic"},
    "another": {"size": (5, 9), "interpolation": "cubic"},
    "no pair": {"size": (5,)},
    "channels first": {"size": (2, 5), "data_format": "channels_first"},
}


@pytest.mark.parametrize("name", RESIZED)
def test_smart_resize(name):
    for x in (COLORS, COLORS[None], COLORS / 3.0, COLORS[0], COLORS.astype("float32")):
        found = []
        for library in LIBRARIES:
            try:
                found.append(look(library.preprocessing.image.smart_resize(x, **RESIZED[name])))
            except ValueError as error:
                found.append(str(error))
        assert found[0] == found[1]
