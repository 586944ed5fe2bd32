"""BMP files as TensorFlow reads them: rows of pixels behind a header, from below.

A pixel is a byte, or blue, green and red, and perhaps an opacity. What a byte stands for in a
palette is not looked up.
"""

import numpy as np

_HEADER = 54  # bytes that are always there


def decode_bmp(contents: bytes, channels: int) -> np.ndarray:
    """The pixels of a file.

    Args:
        contents: of the file.
        channels: 3 or 4.

    Returns:
        (height, width, channels), uint8.

    Raises:
        ValueError: for another number of channels, bits that are no whole bytes, or a file that is
            shorter or longer than its header says.
    """
    if channels not in (3, 4):
        raise ValueError(f"`channels` must be 0, 3 or 4 for BMP, but got {channels}")
    if len(contents) < _HEADER:
        raise ValueError(f"Incomplete bmp content, requires at least {_HEADER} bytes")
    start, width, height = (
        int.from_bytes(contents[at : at + 4], "little", signed=True) for at in (10, 18, 22)
    )
    bits = int.from_bytes(contents[28:30], "little")
    inside = bits // 8
    if inside not in (1, 3, 4):
        raise ValueError(
            f"Number of channels inherent in the image must be 1, 3 or 4, was {inside}"
        )
    row = (bits * width + 31) // 32 * 4  # bytes, padded
    size = row * abs(height)
    if start < 0 or width < 0:
        raise ValueError(f"Broken bmp content: pixels from byte {start} on, {width} in a row")
    if len(contents) != start + size:
        raise ValueError(
            f"Input size should match the {start} bytes in front of the pixels and {abs(height)} "
            f"rows of {row}, but they differ by {len(contents) - start - size} bytes"
        )
    rows = np.frombuffer(contents, "uint8", size, start).reshape(abs(height), row)
    pixels = rows[:: 1 if height < 0 else -1, : inside * width].reshape(-1, width, inside)
    if inside == 1:
        pixels = np.repeat(pixels, 3, axis=2)
    colors, opacity = pixels[..., 2::-1], pixels[..., 3:]
    if channels == 4 and inside != 4:
        opacity = np.full((*pixels.shape[:2], 1), 255, "uint8")
    return np.concatenate([colors, opacity][: channels - 2], axis=2)
