"""Boxes in images: Keras's numbers, within rounding."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness.outcomes import same  # noqa: E402
from parity_tests.harness.tolerances import derivative  # noqa: E402
from scratch.layers.preprocessing.bounding_boxes.dense import dense_boxes  # noqa: E402


def alike(call, bound=None, may_fail=True):
    """What a call comes to in both libraries; it must be the same."""
    return same(call, scratch, keras, bound, may_fail)


FLOAT32 = derivative("float32")
FORMATS = (
    "xyxy", "yxyx", "xywh", "center_xywh", "center_yxhw", "rel_xyxy", "rel_yxyx", "rel_xywh",
    "rel_center_xywh",
)  # fmt: skip
_draw = np.random.default_rng(0)
BOXES = (_draw.random((2, 3, 4)) * 20).astype("float32")
BOXES[..., 2:] += BOXES[..., :2]
ANCHORS = BOXES + _draw.random(BOXES.shape).astype("float32")
LABELS = np.array([[0, 1, 2], [3, 4, 5]], "int32")


@pytest.mark.parametrize("source", FORMATS)
def test_convert_format(source):
    for target in (*FORMATS, "corners"):
        for boxes, size in ((BOXES, {"height": 30, "width": 25}), (BOXES[0], {})):
            alike(
                lambda k, t=target, b=boxes, s=size: k.utils.bounding_boxes.convert_format(
                    b, source, t, **s
                ),
            )


def test_there_and_back():
    """By itself: every format comes back to itself."""
    for name in FORMATS:
        there = scratch.utils.bounding_boxes.convert_format(BOXES, "xyxy", name, 30, 25)
        back = scratch.utils.bounding_boxes.convert_format(there, name, "xyxy", 30, 25)
        assert np.abs(back - BOXES).max() <= FLOAT32.relative * BOXES.max()


def of_tensors(k, boxes):
    """Boxes and labels as the library's own tensors."""
    return {"boxes": k.ops.convert_to_tensor(boxes), "labels": k.ops.convert_to_tensor(LABELS)}


def test_moved_and_clipped():
    numbers = np.random.default_rng(1).random((6, 2)).astype("float32")
    for call in (
        *(
            lambda k, f=form: k.utils.bounding_boxes.clip_to_image_size(
                of_tensors(k, BOXES - 5), 12, 9, bounding_box_format=f
            )
            for form in ("xyxy", "rel_xyxy", "xywh")
        ),
        lambda k: k.utils.bounding_boxes.clip_to_image_size(of_tensors(k, BOXES)),
        lambda k: k.utils.bounding_boxes.crop(BOXES, 2, 3, 10, 12),
        lambda k: k.utils.bounding_boxes.pad(BOXES, 2, 3),
        lambda k: k.utils.bounding_boxes.crop(BOXES, 2, 3, 10, 12, bounding_box_format="xywh"),
        lambda k: k.utils.bounding_boxes.pad(BOXES, 2, 3, bounding_box_format="xywh"),
        *(
            lambda k, m=more: k.utils.bounding_boxes.affine_transform(
                BOXES,
                *(
                    k.ops.convert_to_tensor(n * s)
                    for n, s in zip(numbers, (40, 1, 1, 1, 20, 20), strict=True)
                ),
                30,
                25,
                **m,
            )
            for more in (
                {},
                {"center_x": 0.2, "center_y": 0.9},
                {"bounding_box_format": "xywh"},
            )
        ),
    ):
        alike(call, FLOAT32)


@pytest.mark.parametrize("encoding", ["center_xywh", "center_yxhw", "xyxy"])
@pytest.mark.parametrize("variance", [None, [0.1, 0.1, 0.2, 0.2], [1, 2]])
def test_deltas(encoding, variance):
    for call in (
        lambda k: k.utils.bounding_boxes.encode_box_to_deltas(
            ANCHORS, BOXES, "xyxy", "yxyx", encoding, variance
        ),
        lambda k: k.utils.bounding_boxes.decode_deltas_to_boxes(
            ANCHORS, BOXES / 30, "xyxy", "rel_yxyx", encoding, variance, (30, 25, 3)
        ),
        lambda k: k.utils.bounding_boxes.decode_deltas_to_boxes(
            {"a": ANCHORS}, {"a": BOXES / 30}, "xyxy", "yxyx", encoding, variance
        ),
    ):
        alike(call, FLOAT32)


@pytest.mark.parametrize("form", ["xyxy", "center_xywh", "rel_xyxy"])
@pytest.mark.parametrize("image_shape", [None, (30, 25, 3)])
def test_overlap(form, image_shape):
    other = ANCHORS.copy()
    other[0, 0] = -1
    pairs = [(BOXES, other), (BOXES[0], other[0]), (BOXES[0], other), (BOXES, other[0])]
    for masked in (False, True):
        for one, two in pairs[: 2 if masked else 4]:  # Keras masks no pairs of different ranks
            alike(
                lambda k, a=one, b=two, m=masked: k.utils.bounding_boxes.compute_iou(
                    a, b, form, m, -2, image_shape
                ),
                FLOAT32,
            )
    alike(
        lambda k: k.utils.bounding_boxes.compute_ciou(BOXES, other, form, image_shape),
        FLOAT32,
    )
    alike(lambda k: k.utils.bounding_boxes.compute_iou(BOXES[0, 0], other, form))


def test_lists_of_boxes_become_one_array():
    """Keras's own way to do so fails on most lists."""
    box = [1.0, 2.0, 3.0, 4.0]
    found = dense_boxes({"boxes": [[box, box], [box]], "labels": [[1, 2], [3]]})
    np.testing.assert_array_equal(
        found["boxes"][1], np.array([box, [0.0] * 4], "float32"), strict=True
    )
    np.testing.assert_array_equal(
        found["labels"], np.array([[1, 2], [3, -1]], "int32"), strict=True
    )
    alone = dense_boxes({"boxes": [box], "labels": [3]})
    assert alone["boxes"].shape == (1, 4)
    for boxes, labels, words in (
        ([[box]], np.array([[1]]), "must also be a list"),
        ([[box]], [[1], [2]], "same length"),
        (np.ones(4), np.ones(1), "rank 2 or 3"),
        (np.ones((1, 4)), np.ones((1, 1, 1)), "rank 1 or 2"),
    ):
        with pytest.raises(ValueError, match=words):
            dense_boxes({"boxes": boxes, "labels": labels})
    with pytest.raises(ValueError, match="dict with keys"):
        dense_boxes(np.ones((1, 4)))


@pytest.mark.parametrize("which", [0, 1])
def test_levels_of_one_side_alone(which):
    """Anchors by level and deltas without, or the other way round: as in Keras."""
    given = [ANCHORS, BOXES / 30]
    given[which] = {"a": given[which]}
    alike(lambda k: k.utils.bounding_boxes.decode_deltas_to_boxes(*given, "xyxy", "yxyx"), FLOAT32)


@pytest.mark.parametrize(
    "settings", [{}, {"pad_to_aspect_ratio": True}, {"crop_to_aspect_ratio": True}]
)
@pytest.mark.parametrize("absent", [0.0, -1.0])
def test_boxes_that_are_not_there_are_not_moved(absent, settings):
    """A row of zeros, or of -1, stands for no box."""
    boxes = np.array([[[absent] * 4, [1, 1, 4, 4], [0, 0, 2, 2]]], "float32")

    def moved(k):
        layer = k.layers.Resizing(8, 4, bounding_box_format="xyxy", **settings)
        given = {"boxes": boxes, "labels": np.array([[-1, 0, 1]])}
        images = np.ones((1, 6, 6, 3), "float32")
        return np.asarray(
            layer({"images": images, "bounding_boxes": given})["bounding_boxes"]["boxes"]
        )

    found, expected = moved(scratch), moved(keras)
    close = derivative("float32").relative
    np.testing.assert_allclose(found, expected, rtol=close, atol=close)
    assert not found[0, 0].any()
    assert found[0, 1].any()
