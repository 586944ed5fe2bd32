"""Masks: what a layer computes with one, and which one comes out of it."""

from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness.outcomes import same  # noqa: E402
from parity_tests.suite.layers.test_layer_calls import DEFAULTS, FLOAT32, A, B  # noqa: E402

pytestmark = pytest.mark.usefixtures("keras_afresh")


# Softmax and its mask -----------------------------------------------------------------------------

KEPT = np.array([[[1, 0, 1], [0, 1, 1]], [[1, 1, 1], [0, 0, 0]]])
MASKS = {
    "booleans": KEPT.astype(bool),
    "whole numbers": KEPT,
    "floats": KEPT.astype("float32"),
    "shares": np.array([0.25, 0.5, 0.75], "float32"),
    "one for all rows": KEPT[:1, :1].astype(bool),
    "one for all columns": KEPT[..., :1].astype(bool),
    "of another width": KEPT[..., :2].astype(bool),
    "of more axes": KEPT[None].astype(bool),
}


@pytest.mark.parametrize("axis", [-1, 1, (1, 2), (2,)])
@pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS)
def test_softmax_with_a_mask(mask, axis):
    same(lambda k: k.layers.Softmax(axis)(A, mask=mask), scratch, keras, FLOAT32)


# Layers called on what is masked ------------------------------------------------------------------

PADDED_A, PADDED_B = A.copy(), B.copy()
PADDED_A[0, 1] = PADDED_A[1, 0] = PADDED_B[0, 0] = 0
MASKED = {
    "both": lambda k: [k.layers.Masking()(PADDED_A), k.layers.Masking()(PADDED_B)],
    "the first": lambda k: [k.layers.Masking()(PADDED_A), B],
    "the second": lambda k: [A, k.layers.Masking()(PADDED_B)],
    "neither": lambda k: [A, B],
}


def mask_of(y: Any) -> Any:
    """The mask that came with a result, in either library."""
    mask = getattr(y, "_keras_mask", None)
    mask = scratch.network.masks.get_keras_mask(y) if mask is None else mask
    return None if mask is None else np.array(mask)


@pytest.mark.parametrize("masked", MASKED)
@pytest.mark.parametrize(
    "name", ["Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply", "Subtract"]
)
def test_merged_masks(name, masked):
    def call(k):
        y = getattr(k.layers, name)()(MASKED[masked](k))
        return np.array(y), mask_of(y)

    same(call, scratch, keras, FLOAT32)


@pytest.mark.parametrize("axis", [1, -1])
@pytest.mark.parametrize("widths", [(2, 2), (3, 1)])
@pytest.mark.parametrize("given", [(0, 1), (0,), (1,), ()])
def test_the_mask_of_a_concatenation(axis, widths, given):
    steps = [np.array([[1, 0, 1], [0, 1, 1]], bool)[:, :n] for n in widths]
    masks = [steps[i] if i in given else None for i in range(2)]
    inputs = [np.ones((2, n, 2), "float32") for n in widths]

    def call(k):
        found = k.layers.Concatenate(axis).compute_mask(inputs, masks)
        return None if found is None else np.array(found)

    same(call, scratch, keras)


MORE: dict[str, tuple[Any, ...]] = {
    "ActivityRegularization": (),
    "AlphaDropout": (0.0,),
    "CategoryEncoding": (3,),
    "Dropout": (0.0,),
    "GaussianDropout": (0.0,),
    "GaussianNoise": (0.0,),
    "RepeatVector": (2,),
    "SpatialDropout1D": (0.0,),
}


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("name", [n for n in (*DEFAULTS, *MORE) if n not in ("Concatenate", "Dot")])
def test_a_masked_layer(name, training):
    """What it computes, which mask comes out, and what it remembers."""

    def call(k):
        layer = getattr(k.layers, name)(*(DEFAULTS | MORE)[name])
        y = layer(k.layers.Masking()(PADDED_A), **({"training": True} if training else {}))
        return np.array(y), mask_of(y), [np.array(w) for w in layer.weights], layer.supports_masking

    same(call, scratch, keras, FLOAT32)


ROWS = np.array([[1, 2, 3], [4, 5, 6]], "float32")


def of_two(k: Any) -> Any:
    """An own layer that adds its two inputs, where the mask of the first admits them."""

    class Sum(k.layers.Layer):
        def __init__(self):
            super().__init__()
            self.supports_masking = True

        def call(self, inputs, mask=None):
            total, first = inputs[0] + inputs[1], None if mask is None else mask[0]
            return total if first is None else total * k.ops.cast(first, "float32")

    return Sum()


def marked(k: Any) -> Any:
    """An own layer that adds its mask, or 100."""

    class Mark(k.layers.Layer):
        def call(self, x, mask=None):
            return x + (100.0 if mask is None else k.ops.cast(mask, "float32"))

    return Mark()


@pytest.mark.parametrize("given", [{}, {"mask": [KEPT[0] > 0, KEPT[1] > 0]}, {"training": True}])
@pytest.mark.parametrize("more", [0, 1, 2])
def test_a_stack_of_several_inputs_hands_their_masks_on(given, more):
    """One layer calls the next, as no graph can be made of it; each gets the mask of the last."""

    def result(k):
        layers = [of_two(k), k.layers.Dropout(0.5, seed=1), marked(k)][: more + 1]
        return np.asarray(k.Sequential(layers)([ROWS, 2 * ROWS], **given))

    same(result, scratch, keras, may_fail=False)
