"""Layers of images: their size, their place, their colours, at random or not, mixed or not."""

from scratch.layers.preprocessing.images.auto_contrast import AutoContrast, Solarization
from scratch.layers.preprocessing.images.center_crop import CenterCrop
from scratch.layers.preprocessing.images.equalization import (
    ContrastLimitedAdaptiveHistogramEqualization,
    Equalization,
)
from scratch.layers.preprocessing.images.max_num_bounding_boxes import MaxNumBoundingBoxes
from scratch.layers.preprocessing.images.mixing import CutMix, MixUp
from scratch.layers.preprocessing.images.random_brightness import RandomBrightness
from scratch.layers.preprocessing.images.random_color_jitter import RandomColorJitter
from scratch.layers.preprocessing.images.random_contrast import RandomContrast
from scratch.layers.preprocessing.images.random_crop import RandomCrop
from scratch.layers.preprocessing.images.random_elastic_transform import RandomElasticTransform
from scratch.layers.preprocessing.images.random_erasing import RandomErasing
from scratch.layers.preprocessing.images.random_flip import RandomFlip
from scratch.layers.preprocessing.images.random_gaussian_blur import RandomGaussianBlur
from scratch.layers.preprocessing.images.random_grayscale import (
    RandomColorDegeneration,
    RandomGrayscale,
)
from scratch.layers.preprocessing.images.random_hue import RandomHue
from scratch.layers.preprocessing.images.random_invert import RandomInvert
from scratch.layers.preprocessing.images.random_perspective import RandomPerspective
from scratch.layers.preprocessing.images.random_posterization import RandomPosterization
from scratch.layers.preprocessing.images.random_rotation import RandomRotation
from scratch.layers.preprocessing.images.random_saturation import RandomSaturation
from scratch.layers.preprocessing.images.random_sharpness import RandomSharpness
from scratch.layers.preprocessing.images.random_shear import RandomShear
from scratch.layers.preprocessing.images.random_translation import RandomTranslation
from scratch.layers.preprocessing.images.random_zoom import RandomZoom
from scratch.layers.preprocessing.images.resizing import Resizing
from scratch.layers.preprocessing.images.several import AugMix, RandAugment

__all__ = [
    "AugMix",
    "AutoContrast",
    "CenterCrop",
    "ContrastLimitedAdaptiveHistogramEqualization",
    "CutMix",
    "Equalization",
    "MaxNumBoundingBoxes",
    "MixUp",
    "RandAugment",
    "RandomBrightness",
    "RandomColorDegeneration",
    "RandomColorJitter",
    "RandomContrast",
    "RandomCrop",
    "RandomElasticTransform",
    "RandomErasing",
    "RandomFlip",
    "RandomGaussianBlur",
    "RandomGrayscale",
    "RandomHue",
    "RandomInvert",
    "RandomPerspective",
    "RandomPosterization",
    "RandomRotation",
    "RandomSaturation",
    "RandomSharpness",
    "RandomShear",
    "RandomTranslation",
    "RandomZoom",
    "Resizing",
    "Solarization",
]
