"""Derivatives that somebody writes down, and derivatives along a direction, as tf.keras's."""

from typing import Any

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import DERIVATIVE, FEW_ROUNDINGS
from scratch import ops

X = np.array([0.5, -1.0, 2.0])
W = np.array([3.0, 1.0, -2.0])


def log1pexp(o):
    """From the documentation of Keras; its derivative does not overflow."""

    @o.custom_gradient
    def function(x):
        e = o.exp(x)

        def grad(upstream):
            return o.multiply(upstream, 1.0 - 1.0 / o.add(1, e))

        return o.log(1 + e), grad

    return function


def clipped(o):
    """Not the derivative that it has."""

    @o.custom_gradient
    def function(x):
        return o.square(x), lambda dy: o.clip(dy, -0.1, 0.1) * x

    return function


def two_of_two(o):
    """Two tensors, two results."""

    @o.custom_gradient
    def function(x, w):
        return (x * w, o.sin(x)), lambda da, db: (7 * da * w + db, da + 5 * db * x)

    return lambda x, w: o.sum(function(x, w)[0] * w) + o.sum(function(x, w)[1] * x)


def along(tape, o, tensor, f, arrays):
    xs = [tensor(a) for a in arrays]
    with tape() as outer:
        outer.watch(xs)
        with tape() as inner:
            inner.watch(xs)
            y = o.sum(f(*xs) * 1.5)
        dxs = inner.gradient(y, xs)
        z = sum(o.sum(dx * dx) for dx in dxs)
    return [o.convert_to_numpy(y), *map(o.convert_to_numpy, (*dxs, *outer.gradient(z, xs)))]


@pytest.mark.parametrize(
    ("make", "arrays"), [(log1pexp, [X]), (clipped, [X]), (two_of_two, [X, W])]
)
def test_on_tapes(make, arrays, tf, keras):
    """The first derivative is what it says it is, the second that of it."""
    ours = along(scratch.GradientTape, ops, ops.convert_to_tensor, make(ops), arrays)
    theirs = along(tf.GradientTape, keras.ops, tf.constant, make(keras.ops), arrays)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=DERIVATIVE)


@pytest.mark.parametrize(
    ("make", "arrays"), [(log1pexp, [X]), (clipped, [X]), (two_of_two, [X, W])]
)
def test_in_graphs(make, arrays):
    on_tape = along(scratch.GradientTape, ops, ops.convert_to_tensor, make(ops), arrays)
    leaves = [ops.Symbol.leaf(shape=a.shape, dtype=a.dtype) for a in arrays]
    y = ops.sum(make(ops)(*leaves) * 1.5)
    dxs: Any = ops.gradient(y, leaves)
    again: Any = ops.gradient(sum(ops.sum(dx * dx) for dx in dxs), leaves)
    found = ops.evaluate([y, *dxs, *again], dict(zip(leaves, arrays, strict=True)))
    for a, b in zip(found, on_tape, strict=True):
        np.testing.assert_allclose(a, b, rtol=DERIVATIVE)


def layer(k: Any):
    """A layer that turns the derivative round."""

    class Reversal(k.layers.Layer):
        def call(self, x):
            @k.ops.custom_gradient
            def reversed_gradient(x):
                return x * 1.0, lambda dy: -0.5 * dy

            return reversed_gradient(x)

    return Reversal()


def test_a_layer_trains_with_it(keras):
    """A gradient reversal layer, as domain adaptation has it."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(32, 3)).astype("float32"), rng.normal(size=(32, 1)).astype("float32")
    weights = []
    for k in (scratch, keras):
        model = k.Sequential([k.Input((3,)), k.layers.Dense(4), layer(k), k.layers.Dense(1)])
        values = np.random.default_rng(1)
        model.set_weights([values.normal(size=w.shape) for w in model.get_weights()])
        model.compile(k.optimizers.SGD(0.1), "mse")
        model.fit(x, y, epochs=2, batch_size=8, shuffle=False, verbose=0)
        weights.append(model.get_weights())
    for ours, theirs in zip(*weights, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=FEW_ROUNDINGS, atol=FEW_ROUNDINGS)


def test_errors():
    with pytest.raises(TypeError, match=r"must return \(y, grad\)"):
        ops.custom_gradient(lambda x: x)(X)
    with pytest.raises(ValueError, match="KerasTensor"):
        log1pexp(ops)(scratch.Input((3,)))
    x, w = map(ops.convert_to_tensor, (X, W))
    with scratch.GradientTape() as tape:
        tape.watch(x)
        y = ops.custom_gradient(lambda x, w: (x * w, lambda dy: dy))(x, w)
    with pytest.raises(ValueError, match="1 derivatives, and there are 2 tensors"):
        tape.gradient(y, x)


@pytest.mark.parametrize(
    "f",
    [
        lambda o, x, w: o.sin(x) * w,
        lambda o, x, w: o.sum(o.exp(x) / w),
        lambda o, x, w: (x * x, o.sum(w)),
    ],
)
def test_jvp(f, tf, keras):
    tangents = (W * 0.1, X)
    ours = ops.jvp(lambda x, w: f(ops, x, w), (X, W), tangents)
    theirs = keras.ops.jvp(
        lambda x, w: f(keras.ops, x, w), tuple(map(tf.constant, (X, W))), tangents
    )
    for a, b in zip(ours, theirs, strict=True):
        for one, other in zip(*(x if isinstance(x, tuple) else (x,) for x in (a, b)), strict=True):
            np.testing.assert_allclose(one, other, rtol=DERIVATIVE)


def test_jvp_hands_through():
    y, dy, extra = ops.jvp(lambda x: (x * x, ops.sum(x)), [X], [W], has_aux=True)
    np.testing.assert_array_equal(y, X * X)
    np.testing.assert_array_equal(dy, 2 * X * W)
    assert extra == X.sum()
    with pytest.raises(ValueError, match="shape of its primal"):
        ops.jvp(lambda x: x, [X], [W[:2]])
