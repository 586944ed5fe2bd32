"""Every operation under a tape: its first and second derivatives, as tf.GradientTape's."""

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
    return [np.asarray(d) for d in (*dxs, *again)]


@by_name(SMOOTH)
def test_first_and_second_derivatives(case, tf, keras):
    ours = derivatives(case, scratch, ops, ops.convert_to_tensor)
    theirs = derivatives(case, tf, keras.ops, tf.constant)
    for a, b in zip(ours, theirs, strict=True):
        assert a.dtype == b.dtype
        size = max(1.0, np.abs(b).max(initial=0))
        np.testing.assert_allclose(a, b, rtol=0, atol=DERIVATIVE * size)
