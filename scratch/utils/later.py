"""Tools that a training may do without: images, folders of files and drawings of models."""

from scratch.utils.image_folder import image_dataset_from_directory
from scratch.utils.images import array_to_img, img_to_array, load_img, save_img
from scratch.utils.model_plot import model_to_dot, plot_model
from scratch.utils.text_folder import text_dataset_from_directory

__all__ = [
    "array_to_img",
    "image_dataset_from_directory",
    "img_to_array",
    "load_img",
    "model_to_dot",
    "plot_model",
    "save_img",
    "text_dataset_from_directory",
]
