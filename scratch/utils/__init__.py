"""Tools around models (`keras.utils`)."""

from typing import TYPE_CHECKING

from scratch.config import (
    disable_interactive_logging,
    enable_interactive_logging,
    is_interactive_logging_enabled,
)
from scratch.context.absent import explain_absent
from scratch.data.py_dataset import PyDataset
from scratch.data.py_dataset import PyDataset as Sequence
from scratch.ops.functional.keras_tensor import is_keras_tensor
from scratch.random.seeding import set_random_seed
from scratch.serialization import (
    CustomObjectScope,
    custom_object_scope,
    deserialize_keras_object,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
    serialize_keras_object,
)
from scratch.utils.data import (
    normalize,
    pack_x_y_sample_weight,
    split_dataset,
    unpack_x_y_sample_weight,
)
from scratch.utils.get_file import get_file
from scratch.utils.labels import to_categorical
from scratch.utils.progbar import Progbar
from scratch.utils.sequences import pad_sequences
from scratch.utils.session import clear_session
from scratch.utils.timeseries import timeseries_dataset_from_array

if TYPE_CHECKING:  # loaded when they are asked for
    from scratch.utils import bounding_boxes
    from scratch.utils.later import (
        array_to_img,
        image_dataset_from_directory,
        img_to_array,
        load_img,
        model_to_dot,
        plot_model,
        save_img,
        text_dataset_from_directory,
    )

__all__ = [
    "CustomObjectScope",
    "Progbar",
    "PyDataset",
    "Sequence",
    "array_to_img",
    "bounding_boxes",
    "clear_session",
    "custom_object_scope",
    "deserialize_keras_object",
    "disable_interactive_logging",
    "enable_interactive_logging",
    "get_custom_objects",
    "get_file",
    "get_registered_name",
    "get_registered_object",
    "image_dataset_from_directory",
    "img_to_array",
    "is_interactive_logging_enabled",
    "is_keras_tensor",
    "load_img",
    "model_to_dot",
    "normalize",
    "pack_x_y_sample_weight",
    "pad_sequences",
    "plot_model",
    "register_keras_serializable",
    "save_img",
    "serialize_keras_object",
    "set_random_seed",
    "split_dataset",
    "text_dataset_from_directory",
    "timeseries_dataset_from_array",
    "to_categorical",
    "unpack_x_y_sample_weight",
]

explain_absent(__name__, later=("bounding_boxes",), rest="scratch.utils.later")
