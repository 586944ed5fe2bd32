"""How data are made ready (`tf.keras.preprocessing`): sequences, texts, images."""

from scratch.context.absent import explain_absent
from scratch.utils.image_folder import image_dataset_from_directory
from scratch.utils.text_folder import text_dataset_from_directory
from scratch.utils.timeseries import timeseries_dataset_from_array

from . import image, sequence, text

__all__ = [
    "image",
    "image_dataset_from_directory",
    "sequence",
    "text",
    "text_dataset_from_directory",
    "timeseries_dataset_from_array",
]

explain_absent(__name__)
