"""Boxes, in one of nine formats, and from one to another by way of (x1, y1, x2, y2).

xyxy                left, upper, right and lower edge      yxyx        the same, y before x
xywh                left and upper edge, width, height     rel_...     in parts of the image's
center_xywh, _yxhw  the middle, and both sides                         width and height
"""

from typing import Any

from scratch import ops

FORMATS = (
    "xyxy", "yxyx", "xywh", "center_xywh", "center_yxhw", "rel_xyxy", "rel_yxyx", "rel_xywh",
    "rel_center_xywh",
)  # fmt: skip


def convert_format(
    boxes: Any,
    source: str,
    target: str,
    height: Any = None,
    width: Any = None,
    dtype: str = "float32",
) -> Any:
    """Boxes in another format (`keras.utils.bounding_boxes.convert_format`).

    Args:
        boxes: (..., 4); or a dictionary, whose `"boxes"` are replaced.
        source, target: the formats, two of `FORMATS`.
        height, width: of the image; needed where one of both is relative.
        dtype: of the result.

    Raises:
        ValueError: for boxes of another shape, an unknown format, or an image of unknown size.
    """
    if isinstance(boxes, dict):
        boxes["boxes"] = convert_format(boxes["boxes"], source, target, height, width, dtype)
        return boxes
    shape = ops.shape(boxes)
    if shape[-1] != 4:
        raise ValueError(
            "`boxes` must be a tensor with the last dimension of 4. Received: "
            f"boxes.shape={tuple(shape)}"
        )
    source, target = source.lower(), target.lower()
    if source not in FORMATS or target not in FORMATS:
        raise ValueError(
            f"Invalid source or target format. Supported formats: {FORMATS}. Received: "
            f"source={source}, target={target}"
        )
    relative = [name.startswith("rel_") for name in (source, target)]
    if any(relative) and (width is None or height is None):
        raise ValueError(
            "convert_format() must receive `height` and `width` transforming between relative and "
            f"absolute formats. convert_format() received source=`{source}`, target=`{target}`, "
            f"but height={height} and width={width}."
        )
    boxes = ops.cast(boxes, dtype)
    if source == target:
        return boxes
    if all(relative):
        source, target = (name.removeprefix("rel_") for name in (source, target))
    sides = [None if side is None else ops.cast(side, dtype) for side in (width, height)]
    return _from_edges(_to_edges(boxes, source, *sides), target, *sides)


def _parts(boxes: Any) -> list[Any]:
    return ops.split(boxes, 4, axis=-1)


def joined(*parts: Any) -> Any:
    """Boxes of four numbers each, (..., 1) all of them."""
    return ops.concatenate(parts, axis=-1)


def _to_edges(boxes: Any, source: str, width: Any, height: Any) -> list[Any]:
    a, b, c, d = _parts(boxes)
    name = source.removeprefix("rel_")
    if name.startswith(("yx", "center_yx")):
        a, b, c, d = b, a, d, c
    if name.startswith("center"):
        half_width, half_height = c / 2.0, d / 2.0
        edges = [a - half_width, b - half_height, a + half_width, b + half_height]
    elif name == "xywh":
        edges = [a, b, a + c, b + d]
    else:
        edges = [a, b, c, d]
    if source != name:
        edges = [edge * side for edge, side in zip(edges, (width, height) * 2, strict=True)]
    return edges


def _from_edges(edges: list[Any], target: str, width: Any, height: Any) -> Any:
    x1, y1, x2, y2 = edges
    name = target.removeprefix("rel_")
    if name.startswith("center"):
        parts = [x1 + (x2 - x1) / 2.0, y1 + (y2 - y1) / 2.0, x2 - x1, y2 - y1]
    elif name == "xywh":
        parts = [x1, y1, x2 - x1, y2 - y1]
    else:
        parts = edges
    if target != name:
        parts = [ops.divide(p, side) for p, side in zip(parts, (width, height) * 2, strict=True)]
    a, b, c, d = parts
    return joined(b, a, d, c) if name.startswith(("yx", "center_yx")) else joined(a, b, c, d)


def clip_to_image_size(
    bounding_boxes: dict[str, Any],
    height: Any = None,
    width: Any = None,
    bounding_box_format: str = "xyxy",
) -> dict[str, Any]:
    """Boxes within their image (`keras.utils.bounding_boxes.clip_to_image_size`).

    Args:
        bounding_boxes: `"boxes"` (..., n, 4), and `"labels"` (..., n) or none.
        height, width: of the image; needed for `"xyxy"`.
        bounding_box_format: `"xyxy"` or `"rel_xyxy"`.

    Returns:
        The same; where nothing is left of a box, its label is -1.

    Raises:
        NotImplementedError: for another format.
        ValueError: for an image of unknown size.
    """
    if bounding_box_format not in ("xyxy", "rel_xyxy"):
        raise NotImplementedError(
            f"clip_to_image_size: `bounding_box_format` must be 'xyxy' or 'rel_xyxy', got "
            f"{bounding_box_format!r}. Use `convert_format` first"
        )
    boxes, labels = bounding_boxes["boxes"], bounding_boxes.get("labels")
    if bounding_box_format == "rel_xyxy":
        limits = (1.0, 1.0)
    elif height is None or width is None:
        raise ValueError("`height` and `width` must be set if `format='xyxy'`.")
    else:
        limits = (ops.cast(width, boxes.dtype), ops.cast(height, boxes.dtype))
    edges = [ops.clip(e, 0, n) for e, n in zip(_parts(boxes), limits * 2, strict=True)]
    result = {**bounding_boxes, "boxes": joined(*edges)}
    if labels is not None:
        x1, y1, x2, y2 = edges
        area = ops.squeeze((x2 - x1) * (y2 - y1), -1)
        result["labels"] = ops.where(area > 0, labels, -1)
    return result


def _of_edges(bounding_box_format: str, function: str) -> None:
    if bounding_box_format != "xyxy":
        raise NotImplementedError(
            f"{function}: `bounding_box_format` must be 'xyxy', got {bounding_box_format!r}. Use "
            "`convert_format` first"
        )


def crop(
    boxes: Any,
    top: Any,
    left: Any,
    height: Any,
    width: Any,
    bounding_box_format: str = "xyxy",
) -> Any:
    """The boxes (..., 4) in a part of the image (`keras.utils.bounding_boxes.crop`).

    Args:
        boxes: as `"xyxy"`.
        top, left: where that part begins.
        height, width: its size, to which boxes are clipped.
        bounding_box_format: `"xyxy"`.

    Raises:
        NotImplementedError: for another format.
    """
    _of_edges(bounding_box_format, "crop")
    moves, limits = (left, top) * 2, (width, height) * 2
    return joined(
        *(ops.clip(e - m, 0, n) for e, m, n in zip(_parts(boxes), moves, limits, strict=True))
    )


def pad(
    boxes: Any,
    top: Any,
    left: Any,
    height: Any = None,
    width: Any = None,
    bounding_box_format: str = "xyxy",
) -> Any:
    """The boxes (..., 4) in an image with a margin (`keras.utils.bounding_boxes.pad`).

    Args:
        boxes: as `"xyxy"`.
        top, left: how wide it is.
        height, width: for Keras's signature.
        bounding_box_format: `"xyxy"`.

    Raises:
        NotImplementedError: for another format.
    """
    _of_edges(bounding_box_format, "pad")
    return joined(*(e + m for e, m in zip(_parts(boxes), (left, top) * 2, strict=True)))
