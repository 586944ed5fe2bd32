"""Kinks, ties, edges: where a function has no derivative, or runs out of numbers."""

import numpy as np
import pytest

from parity_tests.harness.tolerances import (
    LAMBDA_FAILS,
)
from parity_tests.suite.ops.operations import WIDE, Case, X, by_name
from scratch import ops

# Both sides of every bend, the bends, and the ends.
BENDS = [-800.0, -6, -3, -1, -0.5, -1e-3, -0.0, 0, 1e-3, 0.5, 1, 3, 6, 800]
ENDS = np.array([-np.inf, -20, *BENDS, 20, np.inf, np.nan])
EPS32, EPS64 = np.float32(1e-7), 1e-7
EDGES = [
    Case("relu", lambda o, a: o.relu(a), ([-1.0, -0.0, 0.0, 1.0, np.inf],)),
    Case("abs", lambda o, a: o.abs(a), ([-1.0, -0.0, 0.0, 1.0],)),
    Case("maximum_ties", lambda o, a, b: o.maximum(a, b), ([1.0, 2.0, 3.0], [2.0, 2.0, 2.0])),
    Case("minimum_ties", lambda o, a, b: o.minimum(a, b), ([1.0, 2.0, 3.0], [2.0, 2.0, 2.0])),
    Case("max_ties", lambda o, a: o.max(a, axis=1), ([[1.0, 2, 2], [3, 3, 3]],)),
    Case("max_all_ties", lambda o, a: o.max(a), ([[1.0, 3, 2], [3, 3, 0]],)),
    Case("max_initial_tie", lambda o, a: o.max(a, initial=3.0), ([1.0, 3, 3],)),
    Case("min_ties", lambda o, a: o.min(a, axis=0), ([[1.0, 2, 2], [1, 3, 2]],)),
    Case("clip_edges", lambda o, a: o.clip(a, -0.5, 0.5), ([-1.0, -0.5, 0.0, 0.5, 1.0],)),
    Case("clip_crossed", lambda o, a: o.clip(a, 0.5, -0.5), ([-1.0, -0.5, 0.0, 0.5, 1.0],)),
    Case(
        "clip_arrays",
        lambda o, a, b, c: o.clip(a, b, c),
        ([-1.0, 0.0, 1.0, 2.0], [-1.0, 0.5, -1.0, 0], [2.0, 1.0, 1.0, 1.0]),
    ),
    Case("sqrt_zero", lambda o, a: o.sqrt(a), ([0.0, 4.0],)),
    Case("sqrt_negative", lambda o, a: o.sqrt(a), ([-1.0],)),
    Case("norm_zero", lambda o, a: o.norm(a, axis=-1), ([[0.0, 0.0], [3.0, 4.0]],)),
    Case(
        "norm_inf_ties", lambda o, a: o.norm(a, ord=np.inf, axis=-1), ([[2.0, -2.0], [3.0, 4.0]],)
    ),
    Case("std_constant", lambda o, a: o.std(a, axis=1), ([[2.0, 2.0], [3.0, 5.0]],)),
    Case(
        "power_edges",
        lambda o, a, b: o.power(a, b),
        ([0.0, 0.0, 0.0, -2.0, -2.0, 2.0], [0.0, 2.0, 0.5, 3.0, -1.0, 0.0]),
    ),
    Case("power_zero", lambda o, a: o.power(a, 0), ([0.0, 2.0],)),
    Case("divide_zero", lambda o, a, b: o.divide(a, b), ([1.0, 0.0, -1.0], [0.0, 0.0, 0.0])),
    Case(
        "divide_no_nan_zero",
        lambda o, a, b: o.divide_no_nan(a, b),
        ([1.0, 0.0, np.inf, 3.0], [0.0, 0.0, 0.0, 2.0]),
    ),
    Case(
        "mod_multiples",
        lambda o, a, b: o.mod(a, b),
        ([-4.0, 4.0, 5.0, -5.0], [2.0, -2.0, -3.0, 3.0]),
    ),
    Case("log_edges", lambda o, a: o.log(a), ([-1.0, 0.0, np.inf],)),
    Case("log1p_edges", lambda o, a: o.log1p(a), ([-2.0, -1.0],)),
    Case("exp_edges", lambda o, a: o.exp(a), ([-800.0, 800.0],)),
    Case("where_infinite", lambda o, a: o.where(a > 0, o.log(a), 0.0), ([-1.0, 0.0, 2.0],)),
    Case(
        "where_infinite_other",
        lambda o, a, b: o.where(a > 0, a, b),
        ([-1.0, 2.0], [np.inf, np.nan]),
    ),
    Case("sigmoid_ends", lambda o, a: o.sigmoid(a), (WIDE,)),
    Case("softplus_ends", lambda o, a: o.softplus(a), (WIDE,)),
    Case("tanh_ends", lambda o, a: o.tanh(a), (WIDE,)),
    Case(
        "logsumexp_infinite",
        lambda o, a: o.logsumexp(a, axis=1),
        ([[-np.inf, -np.inf], [-np.inf, 1.0]],),
    ),
    Case("softmax_infinite", lambda o, a: o.softmax(a), ([[-np.inf, 0.0, 1.0]],)),
    Case("softmax_ends", lambda o, a: o.softmax(a), ([[800.0, 0.0, -800.0]],)),
    Case(
        "bce_logits_ends",
        lambda o, t, z: o.binary_crossentropy(t, z, from_logits=True),
        ([0.0, 1, 0.5] * 3, WIDE),
    ),
    Case(
        "bce_clip",
        lambda o, t, p: o.binary_crossentropy(t, p),
        ([0.0, 1.0, 0.0, 1.0, 0.5, 0.5], [0.0, 0.0, 1.0, 1.0, 1e-8, 1 - 1e-6]),
    ),
    Case("bce_at_eps", lambda o, t, p: o.binary_crossentropy(t, p), ([0.0, 1.0], [EPS32, EPS32])),
    Case(
        "cce_one_hot",
        lambda o, t, p: o.categorical_crossentropy(t, p),
        ([[0.0, 1.0], [1.0, 0.0]], [[0.0, 1.0], [0.0, 1.0]]),
    ),
    Case(
        "cce_unscaled",
        lambda o, t, p: o.categorical_crossentropy(t, p),
        ([[0.0, 1.0], [1.0, 0.0]], [[2.0, 3.0], [-1.0, 3.0]]),
    ),
    Case(
        "cce_sum_zero",
        lambda o, t, p: o.categorical_crossentropy(t, p),
        ([[0.0, 1.0]], [[0.0, 0.0]]),
    ),
    Case(
        "cce_logits_labels_any_sum",
        lambda o, t, z: o.categorical_crossentropy(t, z, from_logits=True),
        ([[0.0, 0.0], [2.0, 1.0]], [[0.3, -1.0], [2.0, 0.5]]),
    ),
    Case(
        "cce_logits_ends",
        lambda o, t, z: o.categorical_crossentropy(t, z, from_logits=True),
        ([[0.0, 1.0]], [[800.0, -800.0]]),
    ),
    Case(
        "scce_clip",
        lambda o, p: o.sparse_categorical_crossentropy(np.array([0, 1, 1]), p),
        ([[0.0, 1.0], [1.0, 0.0], [0.4, 0.4]],),
    ),
    Case(
        "scce_unscaled",
        lambda o, p: o.sparse_categorical_crossentropy(np.array([0, 1]), p),
        ([[0.2, 0.4], [0.4, 0.4]],),
    ),
    Case("sort_ties", lambda o, a: o.sort(a), ([2.0, 1.0, 2.0, 1.0],)),
    Case("top_k_ties", lambda o, a: o.top_k(a, 2)[0], ([2.0, 1.0, 2.0, 2.0],)),
    *(
        Case(name, lambda o, a, name=name: getattr(o, name)(a), (ENDS,))
        for name in (
            "celu",
            "elu",
            "erfc",
            "hard_shrink",
            "hard_sigmoid",
            "hard_tanh",
            "leaky_relu",
            "log_sigmoid",
            "relu6",
            "selu",
            "soft_shrink",
            "softsign",
            "sparse_plus",
            "sparse_sigmoid",
            "squareplus",
        )
    ),
    *(
        Case(
            name,
            lambda o, a, name=name: getattr(o, name)(a),
            (BENDS,),
        )
        for name in ("hard_silu", "silu")  # whose derivatives are inf times 0, or cancel, elsewhere
    ),
    Case("glu", lambda o, a: o.glu(a), ([[0.0, -np.inf, 0.0, 800.0], [1.0, 2.0, -800.0, np.nan]],)),
    Case("elu_alpha", lambda o, a: o.elu(a, alpha=0.3), (ENDS,)),
    Case("celu_alpha", lambda o, a: o.celu(a, alpha=0.5), (ENDS,)),
    Case("leaky_relu_flat", lambda o, a: o.leaky_relu(a, negative_slope=0), (ENDS,)),
    Case("hard_shrink_nothing", lambda o, a: o.hard_shrink(a, threshold=0), (ENDS,)),
    Case("soft_shrink_nothing", lambda o, a: o.soft_shrink(a, threshold=0), (ENDS,)),
    Case("squareplus_relu", lambda o, a: o.squareplus(a, b=0), ([-2.0, 1e-3, 3.0],)),
    Case("sparsemax_ties", lambda o, a: o.sparsemax(a), ([[1.0, 1.0, 0.5], [5.0, 0.0, -5.0]],)),
    Case("layer_normalization_constant", lambda o, a: o.layer_normalization(a), ([[2.0, 2.0]],)),
    Case("rms_normalization_zero", lambda o, a: o.rms_normalization(a), ([[0.0, 0.0], [3, 4]],)),
    Case(
        "batch_normalization_no_spread",
        lambda o, a, m: o.batch_normalization(a, m, m * 0, -1, epsilon=0),
        ([[1.0, 2.0], [3.0, 3.0]], [1.0, 3.0]),
    ),
    Case("moments_constant", lambda o, a: o.moments(a, 0)[1], ([2.0, 2.0],)),
    Case("nan", lambda o, a: o.maximum(a, 0.0) + o.relu(a), ([np.nan, 1.0],)),
    Case("stopped", lambda o, a: a * o.stop_gradient(a) + a, (X,)),
    Case("floored", lambda o, a: a + o.floor(a) + o.sign(a), (X,)),
]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@by_name(EDGES)
def test_edges(case, dtype, tf, keras):
    """Values and derivatives where a function has a kink, a tie, a pole, or runs out of numbers."""
    arrays = case.arrays(dtype)
    leaves = [ops.Symbol.leaf(shape=a.shape, dtype=dtype) for a in arrays]
    y = case.f(ops, *leaves)
    ours = ops.evaluate([y, *ops.gradient(y, leaves)], dict(zip(leaves, arrays, strict=True)))
    np.testing.assert_array_equal(case.f(ops, *arrays), ours[0])
    sources = [tf.constant(a) for a in arrays]
    with tf.GradientTape() as tape:
        tape.watch(sources)
        y = case.f(keras.ops, *sources)
    theirs = [y, *tape.gradient(y, sources)]
    allowed = LAMBDA_FAILS * np.finfo(dtype).eps
    for a, b in zip(ours, theirs, strict=True):
        assert a.dtype == dtype
        np.testing.assert_allclose(a, b, rtol=allowed, atol=np.finfo(dtype).eps)
