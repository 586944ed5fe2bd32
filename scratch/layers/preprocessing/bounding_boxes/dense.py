"""The boxes of a batch as one array: those that are missing are filled up."""

from typing import Any

from scratch import ops


def dense_boxes(bounding_boxes: Any) -> dict[str, Any]:
    """Boxes and labels as tensors.

    Args:
        bounding_boxes: `"boxes"` (..., n, 4) and `"labels"` (..., n), as arrays or as lists; in
            lists, images may have different numbers of boxes.

    Returns:
        The same as tensors: float32, and as they are; from lists int32. Images with fewer boxes get
        boxes of zeros, with the label -1.

    Raises:
        ValueError: for anything else.
    """
    if not isinstance(bounding_boxes, dict) or not {"boxes", "labels"} <= bounding_boxes.keys():
        raise ValueError(
            "Expected `bounding_boxes` argument to be a dict with keys 'boxes' and 'labels'. "
            f"Received: bounding_boxes={bounding_boxes}"
        )
    boxes, labels = bounding_boxes["boxes"], bounding_boxes["labels"]
    if isinstance(boxes, list):
        boxes, labels = _filled(boxes, labels)
    else:
        _check_ranks(boxes, labels)
    return {
        **bounding_boxes,
        "boxes": ops.convert_to_tensor(boxes, "float32"),
        "labels": ops.convert_to_tensor(labels),
    }


def _check_ranks(boxes: Any, labels: Any) -> None:
    shape, of_labels = ops.shape(boxes), ops.shape(labels)
    if len(shape) not in (2, 3):
        raise ValueError(
            "Expected `bounding_boxes['boxes']` to have rank 2 or 3, with shape (num_boxes, 4) or "
            f"(batch_size, num_boxes, 4). Received: bounding_boxes['boxes'].shape={shape}"
        )
    if len(of_labels) not in (len(shape) - 1, len(shape)):
        raise ValueError(
            f"Found bounding_boxes['boxes'].shape={shape} and expected bounding_boxes['labels'] "
            f"to have rank {len(shape) - 1} or {len(shape)}, but received: "
            f"bounding_boxes['labels'].shape={of_labels}"
        )


def _filled(boxes: list, labels: Any) -> tuple[Any, Any]:
    if not isinstance(labels, list):
        raise ValueError(
            "If `bounding_boxes['boxes']` is a list, then `bounding_boxes['labels']` must also be "
            f"a list. Received: bounding_boxes['labels']={labels}"
        )
    if len(boxes) != len(labels):
        raise ValueError(
            "If `bounding_boxes['boxes']` and `bounding_boxes['labels']` are both lists, they must "
            f"have the same length. Received: len(bounding_boxes['boxes'])={len(boxes)} and "
            f"len(bounding_boxes['labels'])={len(labels)}"
        )
    if not (boxes and isinstance(boxes[0], list) and boxes[0] and isinstance(boxes[0][0], list)):
        return boxes, labels  # of a single image
    most = max(map(len, boxes))
    missing = [most - len(those) for those in boxes]
    return (
        [those + [[0.0] * 4] * n for those, n in zip(boxes, missing, strict=True)],
        [those + [-1] * n for those, n in zip(labels, missing, strict=True)],
    )
