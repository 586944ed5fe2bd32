"""Images (`tf.keras.preprocessing.image`): read, changed at random, in batches."""

from scratch.context.absent import explain_absent
from scratch.preprocessing.image.arrays import NumpyArrayIterator
from scratch.preprocessing.image.directory import DirectoryIterator
from scratch.preprocessing.image.generator import ImageDataGenerator
from scratch.preprocessing.image.iterator import Iterator
from scratch.preprocessing.image.transforms import (
    apply_affine_transform,
    apply_brightness_shift,
    apply_channel_shift,
    random_brightness,
    random_channel_shift,
    random_rotation,
    random_shear,
    random_shift,
    random_zoom,
)
from scratch.utils.images import array_to_img, img_to_array, load_img, save_img
from scratch.utils.resizing import smart_resize

__all__ = [
    "DirectoryIterator",
    "ImageDataGenerator",
    "Iterator",
    "NumpyArrayIterator",
    "apply_affine_transform",
    "apply_brightness_shift",
    "apply_channel_shift",
    "array_to_img",
    "img_to_array",
    "load_img",
    "random_brightness",
    "random_channel_shift",
    "random_rotation",
    "random_shear",
    "random_shift",
    "random_zoom",
    "save_img",
    "smart_resize",
]

explain_absent(__name__)
