"""Boxes that are rotated, moved, scaled and sheared with their image.

The corners of a box go through the inverse of the map by which the image looks up its pixels; the
new box is the smallest one around them. For an angle t, shears u and v, a scale s, and a move p of
the middle c:

    a = cos(t - v) / cos v,  b = a tan u + sin t,  c = -sin(t - v) / cos v,  d = cos t - c tan u
    (x, y) -> m + s ((d, -b), (-c, a)) ((x, y) - m - p)           m: the middle
"""

import math
from typing import Any

from scratch import ops


def affine_transform(
    boxes: Any,
    angle: Any,
    translate_x: Any,
    translate_y: Any,
    scale: Any,
    shear_x: Any,
    shear_y: Any,
    height: Any,
    width: Any,
    center_x: float | None = None,
    center_y: float | None = None,
    bounding_box_format: str = "xyxy",
) -> Any:
    """Boxes after an affine map of their image (`keras.utils.bounding_boxes.affine_transform`).

    Args:
        boxes: (batch, n, 4), as `"xyxy"`.
        angle: of the rotation, in degrees; (batch,) as all of the next five.
        translate_x, translate_y: moves, in parts of the image's width and height.
        scale: factors.
        shear_x, shear_y: in degrees.
        height, width: of the image.
        center_x, center_y: of the rotation, in parts of the image; default: 0.5.
        bounding_box_format: `"xyxy"`.

    Raises:
        NotImplementedError: for another format.
    """
    if bounding_box_format != "xyxy":
        raise NotImplementedError(
            f"affine_transform: `bounding_box_format` must be 'xyxy', got {bounding_box_format!r}. "
            "Use `convert_format` first"
        )
    angle = ops.negative(angle)
    turn, lean_x, lean_y = (
        x * (1.0 / 180.0 * math.pi) for x in (angle, ops.negative(shear_x), ops.negative(shear_y))
    )
    middle_x = ops.multiply(0.5 if center_x is None else center_x, width - 1)
    middle_y = ops.multiply(0.5 if center_y is None else center_y, height - 1)
    from_x = middle_x + ops.multiply(ops.negative(translate_x), width - 1)
    from_y = middle_y + ops.multiply(ops.negative(translate_y), height - 1)
    tangent = ops.tan(lean_x)
    a = ops.divide(ops.cos(turn - lean_y), ops.cos(lean_y))
    b = a * tangent + ops.sin(turn)
    c = ops.divide(ops.negative(ops.sin(turn - lean_y)), ops.cos(lean_y))
    d = ops.cos(turn) - c * tangent
    rows = []
    for (first, second), middle in (((d, -b), middle_x), ((-c, a), middle_y)):
        first, second = ops.multiply(first, scale), ops.multiply(second, scale)
        rows.append([first, second, middle - first * from_x - second * from_y])
    boxes = ops.cast(boxes, angle.dtype)
    x1, y1, x2, y2 = (boxes[..., i] for i in range(4))
    corners = [(x1, y1), (x2, y1), (x2, y2), (x1, y2)]
    found = [
        ops.stack(
            [x * first[:, None] + y * second[:, None] + third[:, None] for x, y in corners], -1
        )
        for first, second, third in rows
    ]
    ends = [end(values, axis=-1) for end in (ops.amin, ops.amax) for values in found]
    return ops.stack(ends, axis=-1)
