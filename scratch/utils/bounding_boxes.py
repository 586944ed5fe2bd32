"""Boxes around what images show (`keras.utils.bounding_boxes`)."""

from scratch.context.absent import explain_absent
from scratch.layers.preprocessing.bounding_boxes.affine import affine_transform
from scratch.layers.preprocessing.bounding_boxes.deltas import (
    decode_deltas_to_boxes,
    encode_box_to_deltas,
)
from scratch.layers.preprocessing.bounding_boxes.formats import (
    clip_to_image_size,
    convert_format,
    crop,
    pad,
)
from scratch.layers.preprocessing.bounding_boxes.overlap import compute_ciou, compute_iou

__all__ = [
    "affine_transform",
    "clip_to_image_size",
    "compute_ciou",
    "compute_iou",
    "convert_format",
    "crop",
    "decode_deltas_to_boxes",
    "encode_box_to_deltas",
    "pad",
]

explain_absent(__name__)
