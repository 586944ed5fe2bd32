"""Pillow, which reads and writes files of images: needed by nothing else here, as in Keras."""

from typing import Any


def pillow(user: str) -> Any:
    """The module `PIL.Image`.

    Args:
        user: the function that needs it, for the message.

    Raises:
        ImportError: where Pillow is not installed.
    """
    try:
        from PIL import Image
    except ImportError:
        raise ImportError(
            f"Could not import PIL.Image. The use of `{user}` requires PIL."
        ) from None
    return Image


def brightened(image: Any, factor: float) -> Any:
    """An image of Pillow's, each colour times a factor; 0 is black."""
    from PIL import ImageEnhance

    return ImageEnhance.Brightness(image).enhance(factor)
