"""The merging layers as functions."""

from typing import Any

import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness.outcomes import same  # noqa: E402
from parity_tests.suite.layers.test_layer_calls import FLOAT32, A, B  # noqa: E402

pytestmark = pytest.mark.usefixtures("keras_afresh")


MERGED = {
    "add": lambda k, x: k.layers.add(x),
    "subtract": lambda k, x: k.layers.subtract(x),
    "multiply": lambda k, x: k.layers.multiply(x),
    "average": lambda k, x: k.layers.average(x),
    "maximum": lambda k, x: k.layers.maximum(x),
    "minimum": lambda k, x: k.layers.minimum(x),
    "concatenate": lambda k, x: k.layers.concatenate(x),
    "concatenate on axis 1": lambda k, x: k.layers.concatenate(x, axis=1),
    "dot": lambda k, x: k.layers.dot(x),
    "dot on axes": lambda k, x: k.layers.dot(x, axes=(1, 2)),
    "dot normalized": lambda k, x: k.layers.dot(x, axes=1, normalize=True),
    "add by name": lambda k, x: k.layers.add(x, name="sum"),
    "add in float16": lambda k, x: k.layers.add(x, dtype="float16"),
}
INPUTS = {
    "two": [A, B],
    "three": [A, B, A * B],
    "one": [A],
    "a tuple": (A, B),
    "a tensor": A,
    "broadcast": [A, B[:, :1]],
    "of two widths": [A, B[..., :2]],
    "of two ranks": [A, B[:, 0]],
    "vectors": [A[:, 0], B[:, 1]],
    "square": [A[:, :, :2], B[:, :, 1:]],
    "of two batches": [A, B[:1]],
}


@pytest.mark.parametrize("how", MERGED)
@pytest.mark.parametrize("inputs", INPUTS.values(), ids=INPUTS)
def test_merged_arrays(inputs, how):
    same(lambda k: MERGED[how](k, inputs), scratch, keras, FLOAT32)


@pytest.mark.parametrize("how", MERGED)
def test_merged_inputs(how):
    """In a functional model: the name and the shape of the tensor, and what the model gives."""

    def call(k):
        inputs = [k.Input(A[:, :, :2].shape[1:]) for _ in range(2)]
        y = MERGED[how](k, inputs)
        model = k.Model(inputs, y)
        found = model([A[:, :, :2], B[:, :, 1:]])
        return y.shape, y.dtype, [layer.name for layer in model.layers], found

    same(call, scratch, keras, FLOAT32, may_fail=False)


def test_lengths_of_a_concatenation():
    """Of symbols, as of arrays, only one axis may differ."""
    for axis, shapes in (
        (-1, [(2, 3), (1, 3)]), (-1, [(2, 3), (2, 1)]), (-1, [(None, 3), (2, 1)]),
        (1, [(2, 3), (1, 3)]), (1, [(2, 3), (2, 1)]), (0, [(2, 3), (2, 1)]),
    ):  # fmt: skip

        def call(k: Any, axis: int = axis, shapes: Any = shapes) -> Any:
            return k.layers.Concatenate(axis)([k.Input(shape) for shape in shapes]).shape

        same(call, scratch, keras)


@pytest.mark.parametrize("shapes", [[], (3, 4), (None, 4), [5, (None, 3)]])
def test_a_concatenation_is_built_for_a_list_of_shapes(shapes):
    with pytest.raises(ValueError, match="should be called on a list of at least 1 input"):
        scratch.layers.Concatenate().build(shapes)
