"""How much boxes overlap.

    IoU  = common area / area of both
    CIoU = IoU - (r^2 / q^2 + v a)
    v = 4/pi^2 (arctan(w2/h2) - arctan(w1/h1))^2,   a = v / (1 - IoU + v)

for the distance r of the middles, and the diagonal q of the smallest box around both.
(Zheng et al., 2020)
"""

import math
from typing import Any

from scratch import config, ops
from scratch.layers.preprocessing.bounding_boxes.formats import convert_format


def compute_iou(
    boxes1: Any,
    boxes2: Any,
    bounding_box_format: str,
    use_masking: bool = False,
    mask_val: float = -1,
    image_shape: Any = None,
) -> Any:
    """The overlap of each box with each other (`keras.utils.bounding_boxes.compute_iou`).

    Args:
        boxes1, boxes2: (n, 4) and (m, 4), both with a batch before these or not.
        bounding_box_format: of both.
        use_masking: whether boxes of negative numbers stand for none.
        mask_val: what is given for these.
        image_shape: (height, width, channels), for relative formats.

    Returns:
        (n, m), or (batch, n, m).

    Raises:
        ValueError: for another number of axes, or an image of unknown size.
    """
    ranks = [len(ops.shape(boxes)) for boxes in (boxes1, boxes2)]
    for name, rank in zip(("boxes1", "boxes2"), ranks, strict=True):
        if rank not in (2, 3):
            raise ValueError(
                f"compute_iou() expects {name} to be batched, or to be unbatched. Received "
                f"len(boxes1.shape)={ranks[0]}, len(boxes2.shape)={ranks[1]}. Expected either "
                f"len({name}.shape)=2 AND or len({name}.shape)=3."
            )
    if "rel" in bounding_box_format and image_shape is None:
        raise ValueError(
            "When using relative bounding box formats (e.g. `rel_yxyx`) the `image_shape` argument "
            f"must be provided. Received `image_shape`: {image_shape}"
        )
    height, width, _ = (None,) * 3 if image_shape is None else image_shape
    boxes1, boxes2 = (
        convert_format(boxes, bounding_box_format, "yxyx", height, width)
        for boxes in (boxes1, boxes2)
    )
    one = [boxes1[..., :, None, i] for i in range(4)]
    other = [boxes2[..., None, :, i] for i in range(4)]
    sides = [
        ops.maximum(ops.minimum(one[i + 2], other[i + 2]) - ops.maximum(one[i], other[i]), 0)
        for i in (0, 1)
    ]
    common = sides[0] * sides[1]
    areas = [(y2 - y1) * (x2 - x1) for y1, x1, y2, x2 in (one, other)]
    overlap = ops.divide(common, areas[0] + areas[1] - common + config.epsilon())
    if not use_masking:
        return overlap
    absent = [ops.max(boxes, axis=-1) < 0.0 for boxes in (boxes1, boxes2)]
    either = ops.logical_or(absent[0][..., :, None], absent[1][..., None, :])
    return ops.where(either, ops.cast(mask_val, overlap.dtype), overlap)


def compute_ciou(
    boxes1: Any, boxes2: Any, bounding_box_format: str, image_shape: Any = None
) -> Any:
    """The complete overlap of boxes in pairs (`keras.utils.bounding_boxes.compute_ciou`).

    Args:
        boxes1, boxes2: (..., 4), of one shape.
        bounding_box_format: of both; not a relative one.
        image_shape: (height, width, channels).

    Returns:
        One number for each pair.

    Raises:
        ValueError: for a relative format.
    """
    if "rel" in bounding_box_format:
        raise ValueError(
            "compute_ciou: relative bounding box formats (e.g. `rel_yxyx`) are refused, whatever "
            f"`image_shape` is; convert the boxes first. Received: {bounding_box_format}"
        )
    height, width, _ = (None,) * 3 if image_shape is None else image_shape
    edges = [
        [converted[..., i] for i in range(4)]
        for converted in (
            convert_format(boxes, bounding_box_format, "xyxy", height, width)
            for boxes in (boxes1, boxes2)
        )
    ]
    (left1, top1, right1, bottom1), (left2, top2, right2, bottom2) = edges
    small = config.epsilon()
    widths = [right - left for left, _, right, _ in edges]
    heights = [bottom - top + small for _, top, _, bottom in edges]
    common = ops.maximum(ops.minimum(right1, right2) - ops.maximum(left1, left2), 0) * ops.maximum(
        ops.minimum(bottom1, bottom2) - ops.maximum(top1, top2), 0
    )
    union = widths[0] * heights[0] + widths[1] * heights[1] - common + small
    overlap = ops.divide(common, union + small)
    around = [
        ops.maximum(right1, right2) - ops.minimum(left1, left2),
        ops.maximum(bottom1, bottom2) - ops.minimum(top1, top2),
    ]
    diagonal = around[0] ** 2 + around[1] ** 2 + small
    distance = ((left1 + right1) / 2 - (left2 + right2) / 2) ** 2 + (
        (top1 + bottom1) / 2 - (top2 + bottom2) / 2
    ) ** 2
    angles = [ops.arctan(w / h) for w, h in zip(widths, heights, strict=True)]
    v = 4 / math.pi**2 * (angles[1] - angles[0]) ** 2
    alpha = v / (v - overlap + (1 + small))
    return overlap - (distance / diagonal + v * alpha)
