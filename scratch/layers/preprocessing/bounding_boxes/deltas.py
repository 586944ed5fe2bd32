"""Boxes, told by how they differ from anchors: boxes that are known beforehand.

    delta = ((x - x_a) / w_a, (y - y_a) / h_a, ln(w / w_a), ln(h / h_a))

for the middles (x, y) and the sides (w, h), divided by a variance where there is one.
"""

from typing import Any

from scratch import config, ops
from scratch.layers.preprocessing.bounding_boxes.formats import convert_format

ENCODINGS = ("center_xywh", "center_yxhw")


def _checked(encoding: str, name: str, variance: Any) -> Any:
    if variance is not None:
        variance = ops.convert_to_tensor(variance, "float32")
        if variance.shape[-1] != 4:
            raise ValueError(f"`variance` must be length 4, got {variance}")
    if encoding not in ENCODINGS:
        raise ValueError(
            f"`{name}` should be one of 'center_xywh' or 'center_yxhw', got {encoding}"
        )
    return variance


def encode_box_to_deltas(
    anchors: Any,
    boxes: Any,
    anchor_format: str,
    box_format: str,
    encoding_format: str = "center_yxhw",
    variance: Any = None,
    image_shape: Any = None,
) -> Any:
    """From boxes to deltas (`keras.utils.bounding_boxes.encode_box_to_deltas`).

    Args:
        anchors, boxes: (..., 4).
        anchor_format, box_format: their formats.
        encoding_format: the order of the deltas, `"center_yxhw"` or `"center_xywh"`.
        variance: four numbers, by which deltas are divided.
        image_shape: (height, width, channels), for relative formats.

    Raises:
        ValueError: for another encoding, or a variance of another length.
    """
    variance = _checked(encoding_format, "encoding_format", variance)
    height, width, _ = (None,) * 3 if image_shape is None else image_shape
    anchors = convert_format(anchors, anchor_format, encoding_format, height, width)
    boxes = convert_format(boxes, box_format, encoding_format, height, width)
    sides, anchor_sides = (ops.maximum(x[..., 2:], config.epsilon()) for x in (boxes, anchors))
    moves = (boxes[..., :2] - anchors[..., :2]) / anchor_sides
    deltas = ops.concatenate([moves, ops.log(sides / anchor_sides)], axis=-1)
    return deltas if variance is None else deltas / variance


def decode_deltas_to_boxes(
    anchors: Any,
    boxes_delta: Any,
    anchor_format: str,
    box_format: str,
    encoded_format: str = "center_yxhw",
    variance: Any = None,
    image_shape: Any = None,
) -> Any:
    """From deltas to boxes (`keras.utils.bounding_boxes.decode_deltas_to_boxes`).

    Args:
        anchors, boxes_delta: (..., 4); or dictionaries of these.
        anchor_format, box_format: the formats of the anchors and of the result.
        encoded_format: the order of the deltas, `"center_yxhw"` or `"center_xywh"`.
        variance: four numbers, by which deltas are multiplied.
        image_shape: (height, width, channels), for relative formats.

    Raises:
        ValueError: for another encoding, or a variance of another length.
    """
    variance = _checked(encoded_format, "encoded_format", variance)
    height, width, _ = (None,) * 3 if image_shape is None else image_shape

    def decoded(anchor: Any, delta: Any) -> Any:
        anchor = convert_format(anchor, anchor_format, encoded_format, height, width)
        delta = delta if variance is None else delta * variance
        sides = anchor[..., 2:]
        middles = delta[..., :2] * sides + anchor[..., :2]
        box = ops.concatenate([middles, ops.exp(delta[..., 2:]) * sides], axis=-1)
        return convert_format(box, encoded_format, box_format, height, width)

    if isinstance(anchors, dict) and isinstance(boxes_delta, dict):
        return {level: decoded(anchor, boxes_delta[level]) for level, anchor in anchors.items()}
    return decoded(anchors, boxes_delta)
