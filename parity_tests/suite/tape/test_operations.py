"""Every operation under a tape: its first and second derivatives, as tf.GradientTape's."""

from typing import Any

import numpy as np

import scratch
from parity_tests.harness.tolerances import DERIVATIVE
from parity_tests.suite.ops.operations import SMOOTH, by_name
from scratch import ops


def derivatives(case, library, o, tensor):
    """First derivatives for a random upstream, and those of their product with another."""
    arrays = case.arrays("float64")
    tensors = [tensor(a) for a in arrays]
    xs = [tensors[i] for i in case.variables(arrays)]
    rng = np.random.default_rng(7)
    with library.GradientTape() as outer:
        outer.watch(xs)
        with library.GradientTape() as inner:
            inner.watch(xs)
            y = case.f(o, *tensors)
        dy = tensor(rng.normal(size=y.shape))
        dxs = inner.gradient(y, xs, output_gradients=dy, unconnected_gradients="zero")
        products = [o.sum(dx * tensor(rng.normal(size=dx.shape))) for dx in dxs]
    again = outer.gradient(products, xs, unconnected_gradients="zero")
    return [o.convert_to_numpy(d) for d in (*dxs, *again)]


def graph(case):
    """The same, by the graph: no tape and no TensorFlow."""
    arrays = case.arrays("float64")
    leaves = [ops.Symbol.leaf(shape=a.shape, dtype=a.dtype) for a in arrays]
    xs = [leaves[i] for i in case.variables(arrays)]
    rng = np.random.default_rng(7)
    y = case.f(ops, *leaves)
    dxs: Any = ops.gradient(
        y, xs, ops.convert_to_tensor(rng.normal(size=y.shape)), unconnected="zero"
    )
    along: list[Any] = [ops.sum(dx * rng.normal(size=dx.shape)) for dx in dxs]
    again = ops.gradient(sum(along[1:], along[0]), xs, unconnected="zero")
    return ops.evaluate([*dxs, *again], dict(zip(leaves, arrays, strict=True)))


# Where tf.GradientTape has no second derivative (SoftsignGrad), or one that a complex step, and the
# definition, contradict: of a product with zeros in it.
APART = ("softsign", "prod_zeros", "segment_prod_zeros")


@by_name([case for case in SMOOTH if case.name not in APART])
def test_first_and_second_derivatives(case, tf, keras):
    ours = derivatives(case, scratch, ops, ops.convert_to_tensor)
    theirs = derivatives(case, tf, keras.ops, tf.constant)
    assert_equal(ours, theirs)


@by_name(SMOOTH)
def test_they_are_those_of_the_graph(case):
    """But for K40, which tapes alone have."""
    with scratch.quirks.without("K40"):
        assert_equal(derivatives(case, scratch, ops, ops.convert_to_tensor), graph(case))


def assert_equal(ours, theirs):
    """Equal but for roundings, first and second derivatives each by their own size."""
    for a, b in zip(ours, theirs, strict=True):
        assert a.dtype == b.dtype
        size = max(1.0, np.abs(b).max(initial=0))
        np.testing.assert_allclose(a, b, rtol=0, atol=DERIVATIVE * size)


def test_k40_the_mean_in_a_variance_is_a_constant(tf, keras):
    x = np.array([[1.0, 2.0, 4.0]])

    def curvature(tape, tensor, o):
        p = tensor(x)
        with tape(persistent=True) as outer:
            outer.watch(p)
            with tape() as inner:
                inner.watch(p)
                y = o.moments(p, axes=1)[1]
            first = inner.gradient(y, p)
        return np.asarray(outer.jacobian(first, p)).reshape(3, 3)

    theirs = curvature(tf.GradientTape, tf.constant, keras.ops)
    np.testing.assert_allclose(theirs, np.eye(3) * 2 / 3, atol=DERIVATIVE)
    ours = curvature(scratch.GradientTape, ops.convert_to_tensor, ops)
    np.testing.assert_allclose(ours, theirs, atol=DERIVATIVE)
    with scratch.quirks.without("K40"):
        right = curvature(scratch.GradientTape, ops.convert_to_tensor, ops)
    np.testing.assert_allclose(right, np.eye(3) * 2 / 3 - 2 / 9, atol=DERIVATIVE)
