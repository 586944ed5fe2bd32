"""JPEG files as TensorFlow reads them: by libjpeg, with its fast inverse cosine transform.

The fast transform has fewer multiplications than the exact one, by constants of 8 bits, so that
bytes differ by a few of 255, and by more where little is rounded away (quirk K41). simplejpeg has
both; Pillow has the exact one alone. Four inks become colours by whole numbers, inverted where
Adobe wrote the file:

    red = ⌊cyan black / 255⌋   or   ⌊(255 - cyan) (255 - black) / 255⌋.
"""

import io
import warnings
from types import ModuleType

import numpy as np

from scratch import quirks
from scratch.utils.pillow import pillow

_ADOBE = b"\xff\xee\x00\x0eAdobe"  # a segment's start
_LEGIBLE = "Corrupt JPEG data"  # what libjpeg says of files that it reads all the same


def decode_jpeg(contents: bytes, channels: int) -> np.ndarray:
    """The pixels of a file: TensorFlow's where simplejpeg is installed, exact ones where not.

    Args:
        contents: of the file.
        channels: 1, brightness as it is stored, or 3.

    Returns:
        (height, width, channels), uint8.

    Raises:
        ImportError: with neither simplejpeg nor Pillow.
        ValueError: for a file that is cut off or cannot be read, and for four inks as grey.

    Warns where pixels are Pillow's, and TensorFlow's would be others.
    """
    try:
        import simplejpeg
    except ImportError:
        return _by_pillow(contents, channels)
    try:
        return _by_libjpeg(simplejpeg, contents, channels, strict=True)
    except ValueError as error:
        if not str(error).startswith(_LEGIBLE):
            raise
    return _by_libjpeg(simplejpeg, contents, channels, strict=False)


def _by_libjpeg(library: ModuleType, contents: bytes, channels: int, *, strict: bool) -> np.ndarray:
    fast = quirks.active("K41")
    inks = library.decode_jpeg_header(contents, strict=strict)[2] == "CMYK"
    if channels == 1:
        if inks:
            raise ValueError("four inks do not become grey")
        return library.decode_jpeg(contents, "GRAY", fastdct=fast, strict=strict)
    if not inks:
        return library.decode_jpeg(contents, "RGB", fastdct=fast, strict=strict)
    ink = library.decode_jpeg(contents, "CMYK", fastdct=fast, strict=strict).astype(np.uint16)
    light = ink if _ADOBE in contents else 255 - ink
    return (light[..., :3] * light[..., 3:] // 255).astype(np.uint8)


def _by_pillow(contents: bytes, channels: int) -> np.ndarray:
    image = pillow("image_dataset_from_directory").open(io.BytesIO(contents))
    if quirks.active("K41"):
        warnings.warn(
            "JPEG files are decoded by Pillow: bytes differ by a few of 255 from those of "
            "TensorFlow, which `pip install simplejpeg` gives.",
            stacklevel=2,
        )
    if channels == 1:
        if image.mode == "CMYK":
            raise ValueError("four inks do not become grey")
        image.draft("L", image.size)
    pixels = np.asarray(image.convert("L" if channels == 1 else "RGB"))
    return pixels[..., None] if channels == 1 else pixels
