"""Functions of images (`keras.ops.image`): sizes, maps of the plane, colours, filters, patches.

They are loaded when they are first asked for: `elastic_transform` draws random numbers, which come
after `ops`.
"""

from scratch.context.absent import explain_absent
from scratch.ops.functional.recording import record_functions as _record_functions
from scratch.ops.image.colors import hsv_to_rgb, rgb_to_grayscale, rgb_to_hsv
from scratch.ops.image.coordinates import map_coordinates
from scratch.ops.image.elastic import elastic_transform
from scratch.ops.image.filters import gaussian_blur, sobel_edges
from scratch.ops.image.margins import crop_images, pad_images
from scratch.ops.image.patches import extract_patches, extract_patches_3d
from scratch.ops.image.perspective import perspective_transform
from scratch.ops.image.projective import affine_transform
from scratch.ops.image.resizing import resize
from scratch.ops.image.similarity import ssim
from scratch.ops.image.translation import scale_and_translate

__all__ = [
    "affine_transform",
    "crop_images",
    "elastic_transform",
    "extract_patches",
    "extract_patches_3d",
    "gaussian_blur",
    "hsv_to_rgb",
    "map_coordinates",
    "pad_images",
    "perspective_transform",
    "resize",
    "rgb_to_grayscale",
    "rgb_to_hsv",
    "scale_and_translate",
    "sobel_edges",
    "ssim",
]

_recorded = {name: globals()[name] for name in __all__}
_record_functions(_recorded)
globals().update(_recorded)

explain_absent(__name__)
