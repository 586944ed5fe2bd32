"""Types of results, errors, and symbols as Python sees them."""

import itertools
from typing import Any

import numpy as np
import pytest

from parity_tests.harness.tolerances import (
    FEW_ROUNDINGS,
    LAMBDA_FAILS,
    TRANSCENDENTAL_ULPS,
)
from parity_tests.suite.ops.operations import (
    A23,
    A34,
)
from scratch import ops
from scratch.ops.errors import InvalidArgumentError

MIXED = {
    "bool": np.array([True, False]),
    "uint8": np.array([1, 2], "uint8"),
    "int32": np.array([1, 2], "int32"),
    "int64": np.array([1, 2]),
    "float16": np.array([1, 2], "float16"),
    "float32": np.array([1, 2], "float32"),
    "float64": np.array([1.0, 2.0]),
    "1": 1,
    "1.5": 1.5,
    "[1]": [1, 2],
    "[1.5]": [1.5, 2.5],
}


@pytest.mark.parametrize("op", ["multiply", "divide", "maximum", "where"])
@pytest.mark.parametrize(
    "pair", list(itertools.product(MIXED, MIXED)), ids=lambda p: f"{p[0]}-{p[1]}"
)
def test_types_meet_as_in_keras(op, pair, keras):
    a, b = (MIXED[name] for name in pair)
    if op == "maximum" and pair == ("bool", "bool"):
        pytest.skip("TensorFlow has no maximum of booleans")
    if op == "multiply" and pair == ("bool", "bool"):
        pytest.skip("TensorFlow has no product of booleans")
    arguments = ([True, False], a, b) if op == "where" else (a, b)
    ours, theirs = (getattr(o, op)(*arguments) for o in (ops, keras.ops))
    assert ours.dtype.name == keras.backend.standardize_dtype(theirs.dtype)


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int32", "int64"])
@pytest.mark.parametrize(
    "op",
    ["exp", "log", "sqrt", "sum", "mean", "prod", "max", "square", "sin", "floor", "var", "argmax"],
)
def test_types_of_integers(op, dtype, keras):
    x = np.array([[1, 0], [1, 1]], dtype)
    ours, theirs = (getattr(o, op)(x) for o in (ops, keras.ops))
    assert ours.dtype.name == keras.backend.standardize_dtype(theirs.dtype)
    allowed = TRANSCENDENTAL_ULPS * float(np.finfo("float32").eps)
    np.testing.assert_allclose(ours, theirs, rtol=allowed)


ERRORS = [
    ("add", lambda o: o.add(A23, A34)),
    ("maximum", lambda o: o.maximum(A23, A34)),
    ("where", lambda o: o.where(A23 > 0, A23, A34)),
    ("matmul", lambda o: o.matmul(A23, A23)),
    ("matmul_scalar", lambda o: o.matmul(np.float32(2), A23)),
    ("sum_axis", lambda o: o.sum(A23, axis=2)),
    ("mean_axis", lambda o: o.mean(A23, axis=-3)),
    ("max_axis", lambda o: o.max(A23, axis=5)),
    ("max_empty", lambda o: o.max(np.zeros((0,), "float32"))),
    ("argmax_axis", lambda o: o.argmax(A23, axis=2)),
    ("reshape", lambda o: o.reshape(A23, (4, 2))),
    ("reshape_guess", lambda o: o.reshape(A23, (4, -1))),
    ("expand_dims", lambda o: o.expand_dims(A23, 4)),
    ("squeeze", lambda o: o.squeeze(A23, 1)),
    ("transpose_twice", lambda o: o.transpose(A23, (0, 0))),
    ("transpose_axis", lambda o: o.transpose(A23, (0, 2))),
    ("swapaxes", lambda o: o.swapaxes(A23, 0, 2)),
    ("moveaxis", lambda o: o.moveaxis(A23, 0, 2)),
    ("flip", lambda o: o.flip(A23, 2)),
    ("broadcast_to", lambda o: o.broadcast_to(A23, (3, 3))),
    ("concatenate", lambda o: o.concatenate([A23, A34], axis=0)),
    ("concatenate_axis", lambda o: o.concatenate([A23, A23], axis=2)),
    ("stack", lambda o: o.stack([A23, A34])),
    ("split", lambda o: o.split(A23, 2, axis=1)),
    ("take", lambda o: o.take(A23, [3], axis=1)),
    ("take_axis", lambda o: o.take(A23, [0], axis=2)),
    ("top_k", lambda o: o.top_k(A23, 4)),
    ("softmax_axis", lambda o: o.softmax(A23, axis=2)),
    ("norm_axis", lambda o: o.norm(A23, axis=3)),
    ("norm_ord", lambda o: o.norm(A23, ord="fro", axis=1)),
    ("bce_rank", lambda o: o.binary_crossentropy(A23, A23[0])),
    ("bce_shape", lambda o: o.binary_crossentropy(A23, A34)),
    ("cce_scalar", lambda o: o.categorical_crossentropy(np.float32(1), np.float32(1))),
    ("cce_shape", lambda o: o.categorical_crossentropy(A23, A34)),
    ("scce_axis", lambda o: o.sparse_categorical_crossentropy(np.array([0, 1]), A23, axis=0)),
    ("scce_rank", lambda o: o.sparse_categorical_crossentropy(A23, A23)),
    ("scce_rows", lambda o: o.sparse_categorical_crossentropy(np.array([0, 1, 1]), A23)),
    ("scce_label", lambda o: o.sparse_categorical_crossentropy(np.array([0, 3]), A23)),
    ("scce_negative", lambda o: o.sparse_categorical_crossentropy(np.array([0, -1]), A23)),
    ("less", lambda o: o.less(A23, A34)),
    ("logical_xor", lambda o: o.logical_xor(A23, A34)),
    ("glu_odd", lambda o: o.glu(A23)),
    ("glu_axis", lambda o: o.glu(A23, axis=2)),
    ("sparsemax_axis", lambda o: o.sparsemax(A23, axis=2)),
    ("einsum_sizes", lambda o: o.einsum("ij,jk->ik", A23, A23)),
    ("einsum_size_of_1", lambda o: o.einsum("ij,jk->ik", A23[:, :1], A34)),
    ("einsum_diagonal", lambda o: o.einsum("ii->i", A23)),
    ("einsum_too_many", lambda o: o.einsum("ij->ij", A23, A23)),
    ("einsum_rank", lambda o: o.einsum("ijk->ij", A23)),
    ("einsum_new_letter", lambda o: o.einsum("ij->ik", A23)),
    ("einsum_twice", lambda o: o.einsum("ij->ii", A23)),
    ("einsum_no_letter", lambda o: o.einsum("i1->i", A23)),
    ("einsum_no_dots", lambda o: o.einsum("...i->i", A23)),
    ("moments_axis", lambda o: o.moments(A23, 3)),
    ("digitize_falling", lambda o: o.digitize(A23, [1.0, 0.0])),
    ("digitize_unsorted", lambda o: o.digitize(A23, [0.0, 2.0, 1.0])),
    ("in_top_k_rows", lambda o: o.in_top_k(np.array([0, 1, 1]), A23, 1)),
    ("in_top_k_column", lambda o: o.in_top_k(np.array([[0], [1]]), A23, 1)),
    ("in_top_k_vector", lambda o: o.in_top_k(np.array([1]), A23[0], 1)),
    ("segment_sum_rows", lambda o: o.segment_sum(A23, np.array([0]))),
    ("segment_sum_rank", lambda o: o.segment_sum(A23, np.array([[0], [1]]))),
    ("segment_sum_id", lambda o: o.segment_sum(A23, np.array([0, 2]), num_segments=2)),
    ("segment_sum_whole", lambda o: o.segment_sum(A23, np.array([0.0, 1.0], "float32"))),
    ("segment_sum_unsorted", lambda o: o.segment_sum(A23, np.array([1, 0]), sorted=True)),
    ("segment_sum_both", lambda o: o.segment_sum(A23, np.array([0, 1]), 2, sorted=True)),
    ("batch_normalization_size", lambda o: o.batch_normalization(A23, A23[0, :2], A23[0, :2], -1)),
    ("batch_normalization_axis", lambda o: o.batch_normalization(A23, A23[0], A23[0], 2)),
    ("layer_normalization_axis", lambda o: o.layer_normalization(A23, axis=2)),
    ("layer_normalization_size", lambda o: o.layer_normalization(A23, A23[0, :2])),
    ("rms_normalization_axis", lambda o: o.rms_normalization(A23, axis=2)),
    ("rms_normalization_size", lambda o: o.rms_normalization(A23, A23[0, :2])),
    ("pad_mode", lambda o: o.pad(A23, ((1, 1), (1, 1)), mode="edge")),
    ("tensordot", lambda o: o.tensordot(A23, A23, axes=1)),
    ("dot", lambda o: o.dot(A23, A23)),
]


@pytest.mark.parametrize(("name", "call"), ERRORS, ids=[name for name, _ in ERRORS])
def test_errors(name, call, tf, keras):
    """ValueError and TypeError as in Keras, and TensorFlow's InvalidArgumentError as ours."""
    with pytest.raises(Exception) as theirs:  # noqa: PT011
        call(keras.ops)
    expected = theirs.type
    if issubclass(expected, tf.errors.InvalidArgumentError):
        expected = InvalidArgumentError
    with pytest.raises(expected) as ours:
        call(ops)
    assert ours.type is expected
    assert len(str(ours.value)) > 20


@pytest.mark.parametrize("axis", [2, -3])
@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp", "sum", "max", "mean"])
def test_an_axis_that_is_not_there_is_named(name, axis):
    with pytest.raises(InvalidArgumentError, match=f"axis {axis} is out of bounds"):
        getattr(ops, name)(A23, axis=axis)


def test_errors_of_a_graph_name_the_operation():
    x, y = ops.Symbol.leaf("x"), ops.Symbol.leaf("y")
    with pytest.raises(InvalidArgumentError, match=r"ops\.matmul.*\(2, 3\).*\(2, 3\)"):
        ops.evaluate(ops.tanh(x @ y), {x: A23, y: A23})
    a, b = ops.Symbol.leaf(shape=(None, 3)), ops.Symbol.leaf(shape=(None, 4))
    with pytest.raises(InvalidArgumentError, match=r"ops\.add"):
        ops.tanh(a + b).shape  # noqa: B018


def test_symbols_are_no_arrays():
    x = ops.Symbol.leaf("x")
    with pytest.raises(TypeError, match="branch"):
        bool(x > 0)
    with pytest.raises(ValueError, match="no value"):
        np.asarray(x)
    with pytest.raises(TypeError):
        np.exp(x)
    with pytest.raises(TypeError, match="size"):
        iter(x).__next__()
    product: Any = np.ones(3) * x
    assert product.op is ops.multiply
    assert (np.float32(2) - x).op is ops.subtract
    assert (x == 1).op is ops.equal


def test_shapes_and_types_are_inferred():
    x = ops.Symbol.leaf("x", shape=(None, 4), dtype="float32")
    w = ops.Symbol.leaf("w", shape=(4, 5), dtype="float64")
    unknown = ops.Symbol.leaf("unknown")
    assert ((x @ w).shape, (x @ w).dtype) == ((None, 5), "float64")
    assert ops.reshape(x, (-1, 10)).shape == (None, 10)
    assert ops.reshape(x, (ops.shape(x)[0], 2, 2)).shape == (None, 2, 2)
    assert ops.zeros((ops.shape(x)[0], 7)).shape == (None, 7)
    assert ops.concatenate([x, x], axis=0).shape == (None, 4)
    assert ops.sum(x).shape == ()
    assert (x > 0).dtype == "bool"
    assert ops.argmax(x, axis=-1).dtype == "int32"
    assert (unknown.shape, unknown.dtype, (x + unknown).shape) == (None, None, None)
    assert len(w) == 4
    assert [row.shape for row in w] == [(5,)] * 4
    with pytest.raises(ValueError, match="rank"):
        ops.shape(unknown)


def test_softmax_and_crossentropy_meet_at_the_logits(tf, keras):
    """Quirk K2: of a softmax's output the logits are used, and nothing is clipped."""
    z = ops.Symbol.leaf("z", shape=(2, 3), dtype="float64")
    value = np.array([[50.0, 0, -50], [1, 2, 3]])
    labels = np.array([2, 0])
    for loss, y in (
        (ops.sparse_categorical_crossentropy, labels),
        (ops.categorical_crossentropy, np.eye(3)[labels]),
    ):
        fused = ops.evaluate(loss(y, ops.softmax(z)), {z: value})
        theirs = getattr(keras.ops, loss.__name__)(y, keras.ops.softmax(tf.constant(value)))
        np.testing.assert_allclose(fused, theirs, rtol=LAMBDA_FAILS * np.finfo("float64").eps)
        assert fused[0] == 100
        assert loss(y, ops.softmax(value))[0] == 100
        assert loss(y, ops.softmax(value)[:])[0] < 20  # another array, which knows of none
        with pytest.warns(UserWarning, match="from_logits"):
            loss(y, ops.softmax(z), from_logits=True)
    fused = ops.binary_crossentropy(np.eye(3)[labels], ops.sigmoid(z))
    assert ops.evaluate(fused, {z: value})[0, 0] == 50


def test_cond():
    x = ops.Symbol.leaf("x")
    y = ops.cond(x > 0, lambda: x * x, lambda: -x)
    (dx,) = ops.gradient(y, [x])
    assert [float(ops.evaluate(dx, {x: v})) for v in (3.0, -3.0)] == [6, -1]
    assert ops.cond(np.array(False), lambda: 1 / 0, lambda: "no") == "no"


def _same_linspace(keras, *arguments, **more):
    found = [o.linspace(*arguments, retstep=True, **more) for o in (ops, keras.ops)]
    for ours, theirs in zip(*found, strict=True):
        assert ours.dtype.name == keras.backend.standardize_dtype(theirs.dtype)
        np.testing.assert_allclose(ours, theirs, FEW_ROUNDINGS)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_a_number_is_normalized_to_its_sign(order, keras):
    for number in (3.0, -0.5, 0.0):
        ours, theirs = (o.normalize(number, order=order) for o in (ops, keras.ops))
        assert (
            (ours.dtype.name, ours.shape) == ("float32", (1,)) == (theirs.dtype.name, theirs.shape)
        )
        np.testing.assert_allclose(ours, [np.sign(number)], FEW_ROUNDINGS)
        np.testing.assert_allclose(ours, theirs, FEW_ROUNDINGS)


def test_making_tensors(keras):
    for call in (
        lambda o: o.zeros((2, 3)),
        lambda o: o.ones((2, 3), dtype="int32"),
        lambda o: o.full((2,), 1.5),
        lambda o: o.arange(5),
        lambda o: o.arange(1, 2, 0.25),
        lambda o: o.arange(5, dtype="float32"),
        lambda o: o.eye(3),
        lambda o: o.eye(2, 3, k=1, dtype="int32"),
        lambda o: o.linspace(0.0, 1.0, 5),
        lambda o: o.convert_to_tensor([1, 2]),
        lambda o: o.convert_to_tensor([1.5, 2]),
        lambda o: o.convert_to_tensor(2),
        lambda o: o.convert_to_tensor([True, False]),
        lambda o: o.convert_to_tensor(np.ones(2)),
        lambda o: o.convert_to_tensor([1.7, -1.7], dtype="int32"),
    ):
        ours, theirs = call(ops), call(keras.ops)
        assert ours.dtype.name == keras.backend.standardize_dtype(theirs.dtype)
        np.testing.assert_array_equal(ours, theirs)
    for more in ({}, {"endpoint": False}, {"dtype": "int32"}, {"dtype": "float64"}):
        _same_linspace(keras, 0, 5, 4, **more)
        _same_linspace(keras, -5, 0, 4, **more)
    for num in (0, 1):
        _same_linspace(keras, 0, 5, num)
    for axis in (0, -1):
        _same_linspace(keras, np.array([0.0, 1.0]), np.array([5.0, 3.0]), 3, axis=axis)
    assert [ops.is_tensor(x) for x in (np.ones(1), ops.Symbol.leaf(), 1)] == [True, True, False]
    assert ops.ndim(np.ones((2, 2))) == 2
    for name in ("amax", "amin"):
        with pytest.raises(TypeError):
            getattr(ops, name)(np.ones(2), initial=0.0)


def test_casts_are_undone_on_the_way_back(tf, keras):
    value = np.array([1.5, -2.0], "float32")
    x, source = ops.Symbol.leaf("x", shape=(2,), dtype="float32"), tf.constant(value)
    with tf.GradientTape() as tape:
        tape.watch(source)
        y = 3 * keras.ops.cast(source, "float64") ** 2
    theirs = tape.gradient(y, source)
    (dx,) = ops.gradient(3 * ops.cast(x, "float64") ** 2, [x])
    ours = ops.evaluate(dx, {x: value})
    assert ours.dtype == theirs.dtype.name == "float32"
    np.testing.assert_array_equal(ours, theirs)
    assert ops.gradient(ops.cast(x, "int32"), [x]) == [None]


@pytest.mark.parametrize("dtype", ["int32", "uint8", "float32"])
def test_a_step_is_a_float(dtype):
    """Also of whole numbers, as in Keras."""
    keras = pytest.importorskip("keras")
    x, at_zero = np.array([0, 1, 2], dtype), np.array([5, 7, 9], dtype)
    found = np.asarray(ops.heaviside(x, at_zero))
    np.testing.assert_array_equal(found, np.asarray(keras.ops.heaviside(x, at_zero)), strict=True)
    assert found.dtype.kind == "f"
