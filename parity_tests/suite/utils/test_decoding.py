"""Files of images, decoded: TensorFlow's pixels, or an error."""

import io
import struct
import sys
import zlib

import numpy as np
import pytest

import scratch
from scratch.utils.decoding import decode_image

tf = pytest.importorskip("tensorflow")
Image = pytest.importorskip("PIL.Image")
RNG = np.random.default_rng(0)


def saved(image, format, **options):
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(kind, bits, channels, *chunks):
    """A PNG of numbers in the file's own bits."""
    height, width = 11, 13
    rows = RNG.integers(0, 1 << bits, (height, width, channels))
    packed = [
        np.packbits(np.unpackbits(row.astype(">u2").view("u1").reshape(-1, 2), axis=1)[:, -bits:])
        for row in rows.reshape(height, -1)
    ]
    data = zlib.compress(b"".join(b"\0" + row.tobytes() for row in packed))
    header = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0)
    body = [chunk(b"IHDR", header), *chunks, chunk(b"IDAT", data), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


def bmp(bits, *, height=5, width=7):
    row = (bits * width + 31) // 32 * 4
    pixels = RNG.integers(0, 256, row * abs(height), np.uint8).tobytes()
    header = struct.pack("<2sIHHI", b"BM", 54 + len(pixels), 0, 0, 54)
    header += struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, 0, 0, 0, 0, 0, 0)
    return header + pixels


def colors(*shape):
    return Image.fromarray(RNG.integers(0, 256, shape, np.uint8))


PALETTE = chunk(b"PLTE", bytes(range(60)))
GAMMA, SRGB = chunk(b"gAMA", struct.pack(">I", 45455)), chunk(b"sRGB", b"\0")
FILES = {
    "png, grey 1 bit": png(0, 1, 1),
    "png, grey 2 bits": png(0, 2, 1),
    "png, grey 4 bits": png(0, 4, 1),
    "png, grey": png(0, 8, 1),
    "png, grey 16 bits": png(0, 16, 1),
    "png, grey, one transparent": png(0, 8, 1, chunk(b"tRNS", b"\0\7")),
    "png, grey 4 bits, one transparent": png(0, 4, 1, chunk(b"tRNS", b"\0\7")),
    "png, grey and opacity": png(4, 8, 2),
    "png, grey and opacity 16 bits": png(4, 16, 2),
    "png, palette 4 bits": png(3, 4, 1, PALETTE),
    "png, palette 4 bits, transparent": png(3, 4, 1, PALETTE, chunk(b"tRNS", b"\1\2\3")),
    "png, palette 1 bit": png(3, 1, 1, PALETTE),
    "png, palette": saved(colors(30, 20, 3).convert("P"), "PNG"),
    "png, palette, transparent": saved(colors(9, 8, 3).convert("P"), "PNG", transparency=3),
    "png, colours": png(2, 8, 3),
    "png, colours, one transparent": png(2, 8, 3, chunk(b"tRNS", bytes(6))),
    "png, many colours": saved(colors(200, 300, 3), "PNG"),
    "png, colours 16 bits": png(2, 16, 3),
    "png, colours and opacity": png(6, 8, 4),
    "png, colours and opacity 16 bits": png(6, 16, 4),
    "png, gamma": png(2, 8, 3, GAMMA),
    "png, another gamma": png(2, 8, 3, chunk(b"gAMA", struct.pack(">I", 80000))),
    "png, gamma of 1": png(2, 8, 3, chunk(b"gAMA", struct.pack(">I", 100000))),
    "png, srgb": png(2, 8, 3, SRGB),
    "png, srgb and gamma": png(2, 8, 3, SRGB, GAMMA),
    "png, grey, gamma": png(0, 8, 1, GAMMA),
    "png, not compressed": saved(colors(9, 9, 4), "PNG", compress_level=0),
    "bmp, 24 bits": bmp(24),
    "bmp, 24 bits, odd width": bmp(24, width=5),
    "bmp, wide": bmp(24, width=61),
    "bmp, from above": bmp(24, height=-4),
    "bmp, 32 bits": bmp(32),
    "bmp, 8 bits": bmp(8),
    "bmp, 1 bit": bmp(1),
    "bmp, palette": saved(colors(9, 8, 3).convert("P"), "BMP"),
    "bmp, cut": bmp(24)[:-9],
    "bmp, longer than it says": bmp(24) + b"more",
    "gif": saved(colors(9, 8, 3).convert("P"), "GIF"),
    "gif, grey": saved(colors(9, 8), "GIF"),
    "gif, transparent": saved(colors(9, 8, 3).convert("P"), "GIF", transparency=3),
    "gif, moving": saved(colors(9, 8, 3).convert("P"), "GIF", save_all=True,
                         append_images=[colors(9, 8, 3).convert("P")]),
}  # fmt: skip
# What Pillow does not hand out: an error here.
REFUSED = {"png, colours 16 bits", "png, colours and opacity 16 bits"}


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("name", FILES)
def test_pixels(name, channels):
    try:
        theirs = tf.image.decode_image(FILES[name], channels, expand_animations=False).numpy()
    except tf.errors.InvalidArgumentError:
        theirs = None
    if theirs is None or (channels == 1 and name in REFUSED):
        with pytest.raises(ValueError, match=r"\w"):
            decode_image(FILES[name], channels)
    else:
        np.testing.assert_array_equal(decode_image(FILES[name], channels), theirs, strict=True)


def test_a_profile_does_not_become_grey():
    file = png(2, 8, 3, chunk(b"iCCP", b"x\0\0" + zlib.compress(b"profile")))
    with pytest.raises(ValueError, match="a profile of colours"):
        decode_image(file, 1)


def jpegs():
    smooth = colors(6, 5, 3).resize((90, 70))
    yield from {
        f"{name}, quality {quality}, thinned {thinned}": saved(
            image, "JPEG", quality=quality, subsampling=thinned
        )
        for name, image in {"smooth": smooth, "noise": colors(43, 31, 3)}.items()
        for quality in (10, 75, 100)
        for thinned in (0, 1, 2)
    }.items()
    file = saved(colors(43, 31, 3), "JPEG")
    inks = saved(colors(43, 31, 3).convert("CMYK"), "JPEG")
    adobe = inks.index(b"\xff\xee")
    yield "grey", saved(colors(40, 30), "JPEG")
    yield "progressive", saved(colors(40, 30, 3), "JPEG", progressive=True)
    yield "as red, green and blue", saved(colors(40, 30, 3), "JPEG", keep_rgb=True)
    yield "in rows", saved(colors(40, 30, 3), "JPEG", restart_marker_rows=1)
    yield "more than a file", file + b"more"
    yield "damaged", file[:700] + bytes(50) + file[750:]
    yield "four inks, inverted", inks
    yield "four inks", inks[:adobe] + inks[adobe + 16 :]
    yield "cut", file[: len(file) // 2]
    yield "without an end", file[:-2]
    yield "cut in the tables", file[:200]


JPEGS = dict(jpegs())


@pytest.mark.parametrize("transform", ["INTEGER_FAST", "INTEGER_ACCURATE", "as a folder's"])
@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("name", JPEGS)
def test_k41_pixels_of_a_jpeg_by_both_transforms(name, channels, transform):
    pytest.importorskip("simplejpeg")
    file = JPEGS[name]
    exact = ["K41"] if transform == "INTEGER_ACCURATE" else []
    with scratch.quirks.without(*exact):
        try:
            if transform == "as a folder's":
                theirs = tf.image.decode_image(file, channels).numpy()
            else:
                theirs = tf.io.decode_jpeg(file, channels, dct_method=transform).numpy()
        except (tf.errors.InvalidArgumentError, ValueError):
            with pytest.raises(ValueError, match="JPEG"):
                decode_image(file, channels)
        else:
            np.testing.assert_array_equal(decode_image(file, channels), theirs, strict=True)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("name", ["grey", "progressive", "noise, quality 100, thinned 2"])
def test_without_simplejpeg_pixels_are_exact_and_it_is_said(name, channels, monkeypatch):
    monkeypatch.setitem(sys.modules, "simplejpeg", None)
    exact = tf.io.decode_jpeg(JPEGS[name], channels, dct_method="INTEGER_ACCURATE")
    with pytest.warns(UserWarning, match="pip install simplejpeg"):
        ours = decode_image(JPEGS[name], channels)
    np.testing.assert_array_equal(ours, exact, strict=True)
