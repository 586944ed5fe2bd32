"""Values and derivatives against keras.ops, tf.GradientTape and complex steps."""

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import (
    DERIVATIVE,
    LAMBDA_FAILS,
    TRANSCENDENTAL_ULPS,
)
from parity_tests.suite.ops.operations import (
    A34,
    CASES,
    NEED_SHAPES,
    SMOOTH,
    X,
    assert_close,
    by_name,
    compute,
    real,
)
from scratch import ops
from scratch.testing.gradients import STEP

# Against keras.ops ------------------------------------------------------------------------------


@pytest.mark.parametrize(("dtype", "finer"), [("float32", "float64"), ("float64", "longdouble")])
@by_name(CASES)
def test_value(case, dtype, finer, tf, keras):
    """Both libraries are as close to the result in higher precision as rounding allows."""
    arrays = case.arrays(dtype)
    ours = compute(case, arrays)
    theirs = case.f(keras.ops, *map(tf.constant, arrays))
    assert ours.dtype.name == keras.backend.standardize_dtype(theirs.dtype)
    theirs = keras.ops.convert_to_numpy(theirs)
    if case.sums is None:
        np.testing.assert_array_equal(ours, theirs)
        return
    oracle = compute(case, [a.astype(finer) if a.dtype == dtype else a for a in arrays])
    # Where terms cancel, their sizes count: |x|^T |y| for products, sum |x| for sums.
    scale = np.maximum(np.abs(oracle), np.abs(case.f(ops, *map(np.abs, arrays))))
    assert_close(ours, oracle, dtype, case, scale)
    assert_close(theirs, oracle, dtype, case, scale)


# Derivatives ------------------------------------------------------------------------------------


class Derivative:
    """The graph of a case's derivative, for one random upstream dy."""

    def __init__(self, case, declared=True):
        self.arrays = case.arrays("float64")
        self.leaves = [
            ops.Symbol.leaf(shape=a.shape if declared else None, dtype=a.dtype) for a in self.arrays
        ]
        self.which = case.variables(self.arrays)
        self.xs = [self.leaves[i] for i in self.which]
        self.y = case.f(ops, *self.leaves)
        shape = case.f(ops, *self.arrays).shape
        self.dy = np.random.default_rng(7).normal(size=shape)  # random, never ones
        self.upstream = ops.Symbol.leaf(shape=shape if declared else None, dtype="float64")
        self.dxs = ops.gradient(self.y, self.xs, self.upstream)

    def evaluate(self, symbols, step=None):
        """The values, after `step = (i, direction)` into the imaginary direction."""
        arrays = list(self.arrays)
        if step is not None:
            i, direction = step
            arrays[self.which[i]] = arrays[self.which[i]] + 1j * STEP * direction
        feeds = dict(zip(self.leaves, arrays, strict=True))
        return ops.evaluate(symbols, {**feeds, self.upstream: self.dy})

    def directions(self):
        """One unit step after the other: (input, place, direction)."""
        for i, k in enumerate(self.which):
            for place in np.ndindex(self.arrays[k].shape):
                direction = np.zeros(self.arrays[k].shape)
                direction[place] = 1
                yield i, place, direction


def assert_derivative(actual, expected):
    assert actual.shape == expected.shape
    assert np.abs(expected).max() > 0, "vacuous: the expected derivative is zero everywhere"
    assert np.abs(actual - expected).max() <= DERIVATIVE * np.abs(expected).max()


@by_name(SMOOTH)
def test_derivative_against_tensorflow(case, tf, keras):
    d = Derivative(case)
    constants = [tf.constant(a) for a in d.arrays]
    sources = [constants[i] for i in d.which]
    with tf.GradientTape() as tape:
        tape.watch(sources)
        y = case.f(keras.ops, *constants)
    theirs = tape.gradient(y, sources, output_gradients=tf.constant(d.dy))
    for ours, expected in zip(d.evaluate(d.dxs), theirs, strict=True):
        assert_derivative(ours, tf.convert_to_tensor(expected).numpy())


@by_name(SMOOTH)
def test_derivative_against_complex_step(case):
    d = Derivative(case)
    dxs = d.evaluate(d.dxs)
    expected = [np.zeros(dx.shape) for dx in dxs]
    for i, place, direction in d.directions():
        y = d.evaluate(d.y, step=(i, direction))
        expected[i][place] = np.sum(d.dy * y.imag) / STEP
    if case.name == "stop_gradient":
        expected = [e / 2 for e in expected]  # the complex step sees both factors
    for dx, e in zip(dxs, expected, strict=True):
        assert_derivative(dx, e)


@by_name(SMOOTH)
def test_second_derivative_against_complex_step(case):
    """The derivative's graph is differentiated, and the derivative's graph takes complex steps."""
    d = Derivative(case)
    rng = np.random.default_rng(8)
    v = [rng.normal(size=d.arrays[i].shape) for i in d.which]
    along = sum(ops.sum(ops.multiply(dx, w)) for dx, w in zip(d.dxs, v, strict=True))
    ours = d.evaluate(ops.gradient(along, [*d.xs, d.upstream], unconnected="zero"))
    *ours, linear = ours
    along_dy = np.zeros(d.dy.shape)
    scale = 0.0
    for i, w in enumerate(v):
        along_dy += d.evaluate(d.y, step=(i, w)).imag / STEP
        values = d.evaluate(d.dxs, step=(i, w))
        scale = max([scale] + [np.abs(x.real).max() for x in values])
        v[i] = [x.imag / STEP for x in values]
    if case.name != "stop_gradient":
        # dx is linear in dy, and its derivative with respect to dy is dy's own direction.
        assert_derivative(linear, along_dy)
    for ours_i, *columns in zip(ours, *v, strict=True):
        expected = sum(columns)
        bound = DERIVATIVE * max(np.abs(expected).max(), scale)
        assert np.abs(ours_i - expected).max() <= bound


@by_name(SMOOTH)
def test_derivative_without_declared_shapes(case):
    """Leaves may be of unknown shape: what depends on shapes waits for the evaluation."""
    if case.name.startswith(NEED_SHAPES):
        pytest.skip("asks for the shape or the rank while the graph is built")
    for known, unknown in zip(
        *(d.evaluate(d.dxs) for d in (Derivative(case), Derivative(case, declared=False))),
        strict=True,
    ):
        np.testing.assert_array_equal(known, unknown)


@pytest.mark.parametrize("dtype", ["float32", "longdouble", "complex128"])
@by_name(SMOOTH)
def test_types_are_kept(case, dtype):
    arrays = [a.astype(dtype) if a.dtype.kind == "f" else a for a in case.arrays("float32")]
    leaves = [ops.Symbol.leaf(shape=a.shape, dtype=a.dtype) for a in arrays]
    y = case.f(ops, *leaves)
    xs = [leaves[i] for i, a in enumerate(arrays) if a.dtype == dtype and i not in case.constants]
    values = ops.evaluate([y, *ops.gradient(y, xs)], dict(zip(leaves, arrays, strict=True)))
    assert {v.dtype for v in values} == {np.dtype(dtype)}


def test_quirk_k33_letters_without_an_arrow(tf, keras):
    x = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(ops.einsum("ji", x), keras.ops.einsum("ji", x))
    np.testing.assert_array_equal(ops.einsum("ji", x), x)
    with scratch.quirks.without("K33"):
        np.testing.assert_array_equal(ops.einsum("ji", x), np.einsum("ji", x))


@pytest.mark.parametrize(
    ("data", "ids", "settings"),
    [
        (A34, [1, 0, 0], {}),
        (A34[0], [0, 1, 1, 0], {}),
        (A34, [0, 0, 1], {"sorted": True}),
        (A34[:0], np.zeros(0, "int32"), {}),
    ],
)
def test_segments_are_counted(data, ids, settings, keras):
    ours, theirs = (o.segment_sum(data, np.array(ids), **settings) for o in (ops, keras.ops))
    np.testing.assert_array_equal(ours, theirs)


def test_segments_with_a_gap(tf, keras):
    """Keras promises the largest id plus one rows, and on TensorFlow counts the different ids."""
    ids = np.array([0, 2, 2])
    np.testing.assert_array_equal(ops.segment_sum(A34, ids)[:, 0], [1, 0, 2])
    with pytest.raises(tf.errors.InvalidArgumentError):
        keras.ops.segment_sum(A34, ids)
    with pytest.raises(ValueError, match="num_segments"):
        ops.segment_sum(A34, ops.Symbol.leaf(shape=(3,), dtype="int32"))


@pytest.mark.parametrize(
    "f",
    [
        lambda o, x: o.erf(x),
        lambda o, x: o.erfc(x),
        lambda o, x: o.moments(x * 100, 0)[1],
        lambda o, x: o.layer_normalization(x),
        lambda o, x: o.rms_normalization(x * 100),
        lambda o, x: o.batch_normalization(x, x[0], o.abs(x[1]), -1),
    ],
)
def test_half_precision(f, keras):
    """What would lose digits is computed in float32, and rounded once."""
    x = real(3, 4)(np.random.default_rng(5)).astype("float16")
    ours, theirs = f(ops, x), keras.ops.convert_to_numpy(f(keras.ops, x))
    assert ours.dtype == theirs.dtype == "float16"
    np.testing.assert_allclose(
        ours, theirs, rtol=TRANSCENDENTAL_ULPS * float(np.finfo("float16").eps)
    )


def test_a_result_has_the_type_of_x(keras):
    """Statistics in another type do not change it; whole numbers are cut off, as in Keras."""
    x, wide = A34, A34[0].astype("float64")
    whole_numbers = np.arange(12).reshape(3, 4)
    for call in (
        lambda o: o.batch_normalization(x, wide, wide, -1),
        lambda o: o.layer_normalization(x, wide, wide),
        lambda o: o.layer_normalization(whole_numbers),
        lambda o: o.rms_normalization(whole_numbers),
    ):
        ours, theirs = call(ops), call(keras.ops)
        assert ours.dtype.name == keras.backend.standardize_dtype(theirs.dtype)
        np.testing.assert_allclose(ours, theirs, rtol=LAMBDA_FAILS * float(np.finfo("float32").eps))


def test_rms_scaling_is_deprecated(keras):
    x = X(np.random.default_rng(6)).astype("float32")
    for settings in ({}, {"gamma": x[0], "beta": x[1]}, {"axis": 0}):
        results = []
        for o in (ops, keras.ops):
            with pytest.warns(UserWarning, match="rms_scaling=True"):
                results.append(o.layer_normalization(x, rms_scaling=True, **settings))
        ours, theirs = results
        np.testing.assert_allclose(ours, theirs, rtol=LAMBDA_FAILS * float(np.finfo("float32").eps))
    for k in (scratch, keras):
        with pytest.warns(UserWarning, match="keras.layers.RMSNormalization"):
            k.layers.LayerNormalization(rms_scaling=True)
