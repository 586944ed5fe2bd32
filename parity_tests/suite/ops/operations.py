"""Operations on some inputs, and how close two results of one are."""

import numpy as np
import pytest

from parity_tests.harness.tolerances import (
    LAMBDA_FAILS,
    TRANSCENDENTAL_ULPS,
)
from parity_tests.suite.ops import window_operations
from parity_tests.suite.ops.array_operations import ARRAY_CASES, NEED_RANKS
from parity_tests.suite.ops.case import Case, distinct, positive, real, unit, whole
from scratch import ops

A23, A34 = np.ones((2, 3), "float32"), np.ones((3, 4), "float32")
X, A, B = real(3, 4), real(3, 4), real(4, 5)
SCORES = np.array(  # ties, infinities, NaN
    [
        [0.1, 0.7, 0.2],
        [0.5, 0.5, 0.5],
        [0.3, 0.3, 0.4],
        [0.2, np.inf, 0.9],
        [0.1, 0.7, 0.2],
        [0.1, 0.7, 0.2],
        [0.9, np.nan, 0.2],
    ]
)
WIDE = np.array([-800.0, -90, -20, -1e-3, 0.0, 1e-3, 20, 90, 800])  # both ends of an S-shape

CASES = [
    Case("add", lambda o, a, b: o.add(a, b), (X, X)),
    Case("add_row", lambda o, a, b: o.add(a, b), (X, real(4))),
    Case("add_column", lambda o, a, b: o.add(a, b), (real(3, 1), X)),
    Case("add_both_ways", lambda o, a, b: o.add(a, b), (real(3, 1), real(1, 4))),
    Case("add_scalar", lambda o, a, b: o.add(a, b), (real(), X)),
    Case("add_number", lambda o, a: o.add(0.1, a), (X,)),
    Case("subtract", lambda o, a, b: o.subtract(a, b), (X, real(2, 3, 4))),
    Case("multiply", lambda o, a, b: o.multiply(a, b), (X, real(3, 1))),
    Case("divide", lambda o, a, b: o.divide(a, b), (real(4), X)),
    Case("true_divide", lambda o, a, b: o.true_divide(a, b), (X, X)),
    Case("divide_no_nan", lambda o, a, b: o.divide_no_nan(a, b), (X, real(4))),
    Case("floor_divide", lambda o, a, b: o.floor_divide(a, b), (X, X), None, smooth=False),
    Case("mod", lambda o, a, b: o.mod(a, b), (real(3, 4), positive(4))),
    Case("negative", lambda o, a: o.negative(a), (X,), None),
    Case("power", lambda o, a, b: o.power(a, b), (positive(3, 4), real(4))),
    Case("power_3", lambda o, a: o.power(a, 3), (X,)),
    Case("power_half", lambda o, a: o.power(a, 0.5), (positive(3),)),
    Case("power_of_2", lambda o, a: o.power(2.0, a), (X,)),
    Case("square", lambda o, a: o.square(a), (X,)),
    Case("sqrt", lambda o, a: o.sqrt(a), (positive(3, 4),)),
    Case("rsqrt", lambda o, a: o.rsqrt(a), (positive(3, 4),)),
    Case("reciprocal", lambda o, a: o.reciprocal(a), (X,)),
    Case("abs", lambda o, a: o.abs(a), (X,), None),
    Case("absolute", lambda o, a: o.absolute(a), (X,), None),
    Case("sign", lambda o, a: o.sign(a), ([-2.0, -0.0, 0.0, 3.0],), None, smooth=False),
    Case("maximum", lambda o, a, b: o.maximum(a, b), (X, real(4)), None),
    Case("minimum", lambda o, a, b: o.minimum(a, b), (real(3, 1), X), None),
    Case("maximum_number", lambda o, a: o.maximum(a, 0.1), (X,), 0),
    Case("clip", lambda o, a: o.clip(a, -0.5, 0.5), (X,), None),
    Case("clip_crossed", lambda o, a: o.clip(a, 0.5, -0.5), (X,), None, smooth=False),
    Case(
        "erf", lambda o, a: o.erf(a), ([-5.0, -1.5, -1.0, -0.9, -1e-3, 0.0, 1e-20, 0.5, 1.0, 2.5],)
    ),
    Case("erfc", lambda o, a: o.erfc(a), ([-5.0, -1.5, -1.0, -0.9, 0.0, 0.5, 1.0, 2.5, 9.0],)),
    Case("normalize", lambda o, a: o.normalize(a), (X,), 4),
    Case("normalize_axis", lambda o, a: o.normalize(a, axis=0), (X,), 4),
    Case("normalize_order", lambda o, a: o.normalize(a, order=3), (X,), 4),
    Case("normalize_zero", lambda o, a: o.normalize(a), ([[0.0, 0.0], [3e-8, 0.0]],), smooth=False),
    *(
        Case(name, lambda o, a, name=name: getattr(o, name)(a), (X,), 4)
        for name in (
            "celu",
            "elu",
            "gelu",
            "glu",
            "hard_shrink",
            "hard_sigmoid",
            "hard_silu",
            "hard_swish",
            "hard_tanh",
            "leaky_relu",
            "log_sigmoid",
            "relu6",
            "selu",
            "silu",
            "soft_shrink",
            "softsign",
            "sparse_plus",
            "sparse_sigmoid",
            "sparsemax",
            "squareplus",
            "swish",
        )
    ),
    Case("celu_alpha", lambda o, a: o.celu(a, alpha=0.5), (X,), 4),
    Case("elu_alpha", lambda o, a: o.elu(a, alpha=0.3), (X,), 4),
    Case("glu_axis", lambda o, a: o.glu(a, axis=1), (real(3, 4, 2),), 4),
    Case("hard_shrink_threshold", lambda o, a: o.hard_shrink(a, threshold=1.1), (X,), None),
    Case("leaky_relu_slope", lambda o, a: o.leaky_relu(a, negative_slope=0.3), (X,)),
    Case("leaky_relu_whole", lambda o, i: o.leaky_relu(i), (whole(-3, 4, 9),), smooth=False),
    Case("soft_shrink_threshold", lambda o, a: o.soft_shrink(a, threshold=1.1), (X,), 4),
    Case("sparsemax_axis", lambda o, a: o.sparsemax(a, axis=0), (X,), 4),
    Case("squareplus_b", lambda o, a: o.squareplus(a, b=0.3), (X,), 4),
    Case("tanh_shrink", lambda o, a: o.tanh_shrink(a), ([-3.0, -2.0, 1.5, 2.5],), 4),
    Case("gelu_exact", lambda o, a: o.gelu(a, approximate=False), (X,), 4),
    Case("threshold", lambda o, a: o.threshold(a, 0.3, 7.0), (X,)),
    Case("exp", lambda o, a: o.exp(a), (X,)),
    Case("expm1", lambda o, a: o.expm1(a), ([-3.0, -1e-5, 1e-6, 2.0],)),
    Case("log", lambda o, a: o.log(a), (positive(3, 4),)),
    Case("log2", lambda o, a: o.log2(a), (positive(3, 4),)),
    Case("log10", lambda o, a: o.log10(a), (positive(3, 4),)),
    Case("log1p", lambda o, a: o.log1p(a), ([-0.5, -1e-5, 1e-6, 2.0],)),
    Case("sigmoid", lambda o, a: o.sigmoid(a), (X,)),
    Case("sigmoid_wide", lambda o, a: o.sigmoid(a), ([-80.0, -20, -1e-3, 1e-3, 20, 90],)),
    Case("tanh", lambda o, a: o.tanh(a), (X,)),
    Case("softplus", lambda o, a: o.softplus(a), (X,)),
    Case("softplus_wide", lambda o, a: o.softplus(a), ([-80.0, -20, 1e-3, 20, 90],)),
    Case("sin", lambda o, a: o.sin(a), (X,)),
    Case("cos", lambda o, a: o.cos(a), (X,)),
    *(
        Case(
            name,
            lambda o, a, b, n=name: getattr(o, n)(a, b),
            inputs,
            None,
            smooth=False,
        )
        for name in ("equal", "not_equal", "greater", "greater_equal", "less", "less_equal")
        for inputs in (
            ([1.0, 2, 3], [1.0, 3, 2]),
            ([np.nan, np.nan, np.inf, -0.0], [np.nan, 1, np.inf, 0.0]),
            ([[1.0], [2.0]], [1.0, 2.0, 3.0]),
            (np.array([2**24 + 1, 5]), np.array([2.0**24, 4.5])),  # they meet in float32
        )
    ),
    *(
        Case(
            name,
            lambda o, a, b, n=name: getattr(o, n)(a, b),
            inputs,
            None,
            smooth=False,
        )
        for name in ("logical_and", "logical_or", "logical_xor")
        for inputs in (
            ([0.0, 0, 2, 3], [0.0, 1, 0, 1]),
            ([[0.0], [np.nan]], [-0.0, 1.0]),
            ([True, False, True], np.array([0, 0, 4])),
        )
    ),
    Case("logical_not", lambda o, a: o.logical_not(a), ([0.0, 2.0],), None, smooth=False),
    *(
        Case(
            name,
            lambda o, a, n=name: getattr(o, n)(a),
            (numbers,),
            None,
            smooth=False,
        )
        for name in ("isnan", "isinf", "isfinite")
        for numbers in ([0.0, np.nan, np.inf, -np.inf], [0, 1], [True, False])
    ),
    Case(
        "where", lambda o, c, a, b: o.where(c, a, b), ([[True], [False], [True]], X, real(4)), None
    ),
    Case("where_number", lambda o, c, a: o.where(c, a, 0.0), ([True, False, True, False], X), None),
    Case("floor", lambda o, a: o.floor(a), ([-1.5, -0.5, 0.5, 2.0],), None, smooth=False),
    Case("ceil", lambda o, a: o.ceil(a), ([-1.5, -0.5, 0.5, 2.0],), None, smooth=False),
    Case("round", lambda o, a: o.round(a), ([-1.5, -0.5, 0.5, 1.5, 2.4],), None, smooth=False),
    Case("matmul", lambda o, a, b: o.matmul(a, b), (A, B), 4),
    Case("matmul_vector_left", lambda o, a, b: o.matmul(a, b), (real(4), B), 4),
    Case("matmul_vector_right", lambda o, a, b: o.matmul(a, b), (A, real(4)), 4),
    Case("matmul_vectors", lambda o, a, b: o.matmul(a, b), (real(4), real(4)), 4),
    Case("matmul_stack", lambda o, a, b: o.matmul(a, b), (real(2, 3, 4), B), 4),
    Case("matmul_stacks", lambda o, a, b: o.matmul(a, b), (real(2, 1, 3, 4), real(5, 4, 2)), 4),
    Case("matmul_stack_vector", lambda o, a, b: o.matmul(a, b), (real(2, 3, 4), real(4)), 4),
    Case("matmul_vector_stack", lambda o, a, b: o.matmul(a, b), (real(4), real(2, 4, 3)), 4),
    *(
        Case(f"einsum {how}", lambda o, *x, how=how: o.einsum(how, *x), inputs, 12)
        for how, inputs in {
            "ij,jk->ik": (A, B),
            "ij,jk": (A, B),
            "ij,kj->ki": (A, real(2, 4)),
            "ij->ji": (A,),
            "ij->": (A,),
            "ij->j": (A,),
            "ij,ij->": (A, X),
            "i,j->ji": (real(3), real(2)),
            "i,->i": (real(3), real()),
            "ij,jk,kl->il": (A, B, real(5, 2)),
            "ij,jk,ki->": (A, B, real(5, 3)),
            "ij,jk->i": (A, B),
            "abc,cde->abde": (real(2, 3, 4), real(4, 2, 2)),
            " b i j , b j k -> b i k ": (real(2, 3, 4), real(2, 4, 2)),
            "...ij,...jk->...ik": (real(2, 1, 3, 4), real(5, 4, 2)),
            "...ij,jk->...ik": (real(2, 3, 4), B),
            "...,...->...": (A, real(4)),
            "ij...,j->i...": (real(3, 4, 2), real(4)),
            "b...->...b": (real(2, 3, 4),),
            "ii->i": (real(3, 3),),
            "ii": (real(3, 3),),
            "iij,jk->ki": (real(2, 2, 3), real(3, 2)),
        }.items()
    ),
    Case("einsum_letters_in_the_order_they_come", lambda o, a: o.einsum("ji", a), (A,), 1),
    Case("dot", lambda o, a, b: o.dot(a, b), (A, B), 4),
    Case("dot_vectors", lambda o, a, b: o.dot(a, b), (real(4), real(4)), 4),
    Case("dot_scalar", lambda o, a, b: o.dot(a, b), (real(), A), 1),
    Case("dot_tensors", lambda o, a, b: o.dot(a, b), (real(2, 4), real(3, 4, 2)), 4),
    Case("tensordot", lambda o, a, b: o.tensordot(a, b), (real(2, 3, 4), real(3, 4, 2)), 12),
    Case(
        "tensordot_axes",
        lambda o, a, b: o.tensordot(a, b, axes=[[0, 2], [1, 0]]),
        (real(2, 3, 4), real(4, 2, 3)),
        8,
    ),
    Case("tensordot_0", lambda o, a, b: o.tensordot(a, b, axes=0), (real(2), real(3)), 1),
    Case("outer", lambda o, a, b: o.outer(a, b), (real(2, 2), real(3))),
    Case("norm", lambda o, a: o.norm(a), (X,), 12),
    Case("norm_axis", lambda o, a: o.norm(a, axis=-1, keepdims=True), (X,), 4),
    Case("norm_1", lambda o, a: o.norm(a, ord=1, axis=0), (X,), 3),
    Case("norm_3", lambda o, a: o.norm(a, ord=3, axis=0), (X,), 8),
    Case("norm_inf", lambda o, a: o.norm(a, ord=np.inf, axis=1), (X,), None),
    Case("norm_0", lambda o, a: o.norm(a, ord=0, axis=1), (X,), None, smooth=False),
    Case("norm_matrix_1", lambda o, a: o.norm(a, ord=1), (X,), 4),
    Case("norm_matrix_inf", lambda o, a: o.norm(a, ord=np.inf), (X,), 4),
    Case("norm_fro", lambda o, a: o.norm(a, ord="fro"), (X,), 12),
    Case("sum", lambda o, a: o.sum(a), (X,), 12),
    Case("sum_axis", lambda o, a: o.sum(a, axis=0), (X,), 3),
    Case("sum_axes", lambda o, a: o.sum(a, axis=(0, -1), keepdims=True), (real(2, 3, 4),), 8),
    Case("mean", lambda o, a: o.mean(a), (X,), 12),
    Case("mean_axis", lambda o, a: o.mean(a, axis=-1, keepdims=True), (X,), 4),
    Case("var", lambda o, a: o.var(a, axis=0), (X,), 6),
    Case("std", lambda o, a: o.std(a, axis=1, keepdims=True), (X,), 8),
    Case("max", lambda o, a: o.max(a), (distinct(3, 4),), None),
    Case("max_axis", lambda o, a: o.max(a, axis=1, keepdims=True), (distinct(3, 4),), None),
    Case("max_initial", lambda o, a: o.max(a, axis=0, initial=0.5), (distinct(3, 4),), None),
    Case("amax", lambda o, a: o.amax(a, axis=(0, 2)), (distinct(2, 3, 4),), None),
    Case("min", lambda o, a: o.min(a, axis=0), (distinct(3, 4),), None),
    Case("amin", lambda o, a: o.amin(a), (distinct(3, 4),), None),
    Case("min_initial", lambda o, a: o.min(a, initial=-5.0), (distinct(3, 4),), None, smooth=False),
    Case("prod", lambda o, a: o.prod(a), (positive(3, 2),), 6),
    Case("prod_axis", lambda o, a: o.prod(a, axis=1, keepdims=True), (X,), 4),
    Case("prod_axes", lambda o, a: o.prod(a, axis=(0, 2)), (positive(2, 3, 2),), 4),
    Case("prod_zeros", lambda o, a: o.prod(a, axis=1), ([[1.5, 0, 2], [0, 0, 3], [1, 2, 3]],), 3),
    Case("moments_mean", lambda o, a: o.moments(a, [0, 1])[0], (X,), 12),
    Case("moments_variance", lambda o, a: o.moments(a, axes=1, keepdims=True)[1], (X,), 12),
    Case("moments_of_one_replica", lambda o, a: o.moments(a, 0, synchronized=True)[1], (X,), 12),
    Case("logsumexp", lambda o, a: o.logsumexp(a), (X,), 12),
    Case(
        "logsumexp_axis",
        lambda o, a: o.logsumexp(a, axis=1, keepdims=True),
        ([[90.0, 91, -90], [1, 2, 3]],),
        3,
    ),
    Case("all", lambda o, a: o.all(a, axis=1), ([[1.0, 2], [0, 1]],), None, smooth=False),
    Case(
        "any",
        lambda o, a: o.any(a, axis=0, keepdims=True),
        ([[0.0, 2], [0, 1]],),
        None,
        smooth=False,
    ),
    Case(
        "count_nonzero",
        lambda o, a: o.count_nonzero(a, axis=1),
        ([[1.0, 2], [0, 1]],),
        None,
        smooth=False,
    ),
    Case(
        "argmax",
        lambda o, a: o.argmax(a, axis=1),
        ([[1.0, 2, 2], [0, -1, -3]],),
        None,
        smooth=False,
    ),
    Case("argmax_minus_zero", lambda o, a: o.argmax(a), ([-1.0, -0.0, 0.0],), None, smooth=False),
    Case("argmin_minus_zero", lambda o, a: o.argmin(a), ([1.0, 0.0, -0.0],), None, smooth=False),
    *(
        Case(
            f"{name}_of_nan",
            lambda o, a, name=name: getattr(o, name)(a, axis=1),
            (a,),
            None,
            smooth=False,
        )
        for name in ("argmax", "argmin")
        for a in (
            [[1.0, np.nan, 2], [np.nan, -np.inf, np.nan], [-np.inf, np.nan, np.inf]],
            [[np.nan] * 20 + [5.0, 5.0] + [np.nan] * 20],
            [[np.nan, np.nan]],
        )
    ),
    Case("argmax_flat", lambda o, a: o.argmax(a), (distinct(3, 4),), None, smooth=False),
    Case(
        "argmin",
        lambda o, a: o.argmin(a, axis=0, keepdims=True),
        (distinct(3, 4),),
        None,
        smooth=False,
    ),
    Case("reshape", lambda o, a: o.reshape(a, (2, -1)), (X,), None),
    Case("ravel", lambda o, a: o.ravel(a), (X,), None),
    Case("expand_dims", lambda o, a: o.expand_dims(a, 1), (X,), None),
    Case("expand_dims_two", lambda o, a: o.expand_dims(a, (0, -1)), (X,), None),
    Case("squeeze", lambda o, a: o.squeeze(a), (real(1, 3, 1),), None),
    Case("squeeze_axis", lambda o, a: o.squeeze(a, axis=-1), (real(1, 3, 1),), None),
    Case("broadcast_to", lambda o, a: o.broadcast_to(a, (2, 3, 4)), (real(3, 1),), None),
    Case("transpose", lambda o, a: o.transpose(a), (real(2, 3, 4),), None),
    Case("transpose_axes", lambda o, a: o.transpose(a, (1, 2, 0)), (real(2, 3, 4),), None),
    Case("swapaxes", lambda o, a: o.swapaxes(a, 0, -1), (real(2, 3, 4),), None),
    Case("moveaxis", lambda o, a: o.moveaxis(a, 0, -1), (real(2, 3, 4),), None),
    Case("moveaxis_two", lambda o, a: o.moveaxis(a, (0, 1), (-1, 0)), (real(2, 3, 4),), None),
    Case("flip", lambda o, a: o.flip(a, axis=1), (X,), None),
    Case("flip_all", lambda o, a: o.flip(a), (X,), None),
    Case("zeros_like", lambda o, a: o.zeros_like(a), (X,), None, smooth=False),
    Case("ones_like", lambda o, a: o.ones_like(a), (X,), None, smooth=False),
    Case("full_like", lambda o, a: o.full_like(a, 2.5), (X,), None, smooth=False),
    Case("concatenate", lambda o, a, b: o.concatenate([a, b], axis=1), (X, real(3, 2)), None),
    Case(
        "concatenate_three",
        lambda o, a, b, c: o.concatenate([a, b, c]),
        (real(4, 2), real(1, 2), real(3, 2)),
        None,
    ),
    Case("stack", lambda o, a, b: o.stack([a, b], axis=1), (X, X), None),
    Case("split", lambda o, a: o.split(a, 2, axis=1)[1], (X,), None),
    Case("split_places", lambda o, a: o.split(a, [1, 3], axis=1)[1], (X,), None),
    Case("tile", lambda o, a: o.tile(a, (2, 1, 3)), (X,), None),
    Case("tile_one", lambda o, a: o.tile(a, 2), (X,), None),
    Case("repeat", lambda o, a: o.repeat(a, 2, axis=1), (X,), None),
    Case("repeat_each", lambda o, a: o.repeat(a, [2, 0, 3], axis=0), (X,), None),
    Case("repeat_flat", lambda o, a: o.repeat(a, 2), (X,), None),
    Case("pad", lambda o, a: o.pad(a, ((1, 2), (0, 1))), (X,), None),
    Case("pad_value", lambda o, a: o.pad(a, ((1, 2), (0, 1)), constant_values=1.5), (X,), None),
    Case("getitem", lambda o, a: a[1:, ::2], (X,), None),
    Case("getitem_integer", lambda o, a: a[-1], (X,), None),
    Case("getitem_mixed", lambda o, a: a[..., None, 1], (X,), None),
    Case("take", lambda o, a, i: o.take(a, i, axis=1), (X, [[0, 3], [3, -1]]), None),
    Case("take_rows", lambda o, a, i: o.take(a, i, axis=0), (X, [2, 0, 2]), None),
    Case("take_flat", lambda o, a, i: o.take(a, i), (X, [5, 5, 0]), None),
    Case(
        "take_along_axis",
        lambda o, a, i: o.take_along_axis(a, i, axis=1),
        (X, [[0, 0], [3, 1], [2, -1]]),
        None,
    ),
    Case(
        "take_along_axis_broadcast",
        lambda o, a, i: o.take_along_axis(a, i, axis=0),
        (X, [[2], [2]]),
        None,
    ),
    Case("take_along_axis_flat", lambda o, a, i: o.take_along_axis(a, i), (X, [5, 5, 0]), None),
    Case("sort", lambda o, a: o.sort(a, axis=0), (distinct(3, 4),), None),
    Case("argsort", lambda o, a: o.argsort(a), (distinct(3, 4),), None, smooth=False),
    Case("top_k", lambda o, a: o.top_k(a, 2)[0], (distinct(3, 4),), None),
    Case(
        "top_k_places",
        lambda o, a: o.top_k(a, 3)[1],
        ([[1.0, 3, 3, 0], [2, 2, 2, 2]],),
        None,
        smooth=False,
    ),
    Case(
        "digitize",
        lambda o, a: o.digitize(a, [0.0, 0.5, 0.5, 2.0]),
        ([[-np.inf, -1, 0.0], [0.5, 0.75, np.inf]],),
        None,
        smooth=False,
    ),
    Case("digitize_nan", lambda o, a: o.digitize(a, [0.0]), ([np.nan, 1.0],), None, smooth=False),
    Case(
        "digitize_boundaries_in_float32",
        lambda o, a: o.digitize(a, bins=[0.1, 0.2]),
        ([0.1, np.float32(0.1), 0.2, np.nextafter(np.float32(0.2), 0)],),
        None,
        smooth=False,
    ),
    *(
        Case(
            "digitize_whole", lambda o, i: o.digitize(i, np.array([0, 2])), (i,), None, smooth=False
        )
        for i in ([True, False], np.array([-1, 0, 1, 2, 3]), np.array([1, 2], "uint8"))
    ),
    Case("digitize_nowhere", lambda o, a: o.digitize(a, []), ([1.0, 2.0],), None, smooth=False),
    *(
        Case(
            "in_top_k",
            lambda o, t, p, k=k: o.in_top_k(
                t, o.cast(p, "float32"), k
            ),  # TensorFlow takes no other
            ([1, 2, 0, 2, -1, 3, 0], SCORES),
            None,
            smooth=False,
        )
        for k in (1, 2, 5)
    ),
    *(
        Case(
            f"segment_sum_{name}", lambda o, a, i, s=settings: o.segment_sum(a, i, **s), (a, ids), 4
        )
        for name, a, ids, settings in (
            ("rows", X, [2, 0, 0], {"num_segments": 3}),
            ("more_than_there_are", X, [1, 0, 1], {"num_segments": 4}),
            ("dropped", X, [1, -1, 1], {"num_segments": 2}),
            ("numbers", real(5), [0, 1, 1, 0, 1], {"num_segments": 2}),
            ("cubes", real(3, 2, 2), [1, 1, 0], {"num_segments": 2}),
        )
    ),
    *(
        Case(
            f"batch_normalization_{name}",
            lambda o, a, m, v, s, b, axis=axis: o.batch_normalization(
                a, m, v, axis, offset=b, scale=s, epsilon=0.01
            ),
            (a, real(4), positive(4), real(4), real(4)),
            16,
        )
        for name, a, axis in (("last", X, -1), ("middle", real(2, 4, 3), 1))
    ),
    Case(
        "batch_normalization",
        lambda o, a, m, v: o.batch_normalization(a, m, v, 1),
        (X, real(4), positive(4)),
        16,
    ),
    Case("layer_normalization", lambda o, a: o.layer_normalization(a), (X,), 64),
    *(
        Case(
            f"layer_normalization_{name}",
            lambda o, a, g, b, axis=axis: o.layer_normalization(a, g, b, axis=axis, epsilon=0.01),
            (a, real(*shape), real(*shape)),
            64,
        )
        for name, a, shape, axis in (
            ("last", X, (4,), -1),
            ("first", X, (3,), 0),
            ("two", real(2, 3, 2), (3, 2), (1, 2)),
            ("out_of_order", real(2, 3, 2), (3, 2), [2, 1]),
            ("one_for_each_number", X, (3, 4), -1),
        )
    ),
    Case("rms_normalization", lambda o, a: o.rms_normalization(a), (X,), 64),
    *(
        Case(
            f"rms_normalization_{name}",
            lambda o, a, s, axis=axis: o.rms_normalization(a, s, axis=axis, epsilon=0.01),
            (X, real(*shape)),
            64,
        )
        for name, shape, axis in (("last", (4,), -1), ("first", (3, 1), 0), ("all", (), (0, 1)))
    ),
    Case("relu", lambda o, a: o.relu(a), (X,), None),
    Case("softmax", lambda o, a: o.softmax(a), (X,), 4),
    Case("softmax_axis", lambda o, a: o.softmax(a, axis=0), (X,), 4),
    Case("softmax_all", lambda o, a: o.softmax(a, axis=None), (X,), 12),
    Case("softmax_large", lambda o, a: o.softmax(a), ([[900.0, 901, 0], [-900, -901, -900]],), 4),
    Case("log_softmax", lambda o, a: o.log_softmax(a), (X,), 4),
    Case("log_softmax_axis", lambda o, a: o.log_softmax(a, axis=0), (X,), 4),
    Case("one_hot", lambda o, i: o.one_hot(i, 4), ([[0, 3], [-1, 4]],), None, smooth=False),
    Case(
        "one_hot_axis",
        lambda o, i: o.one_hot(i, 4, axis=0, dtype="float64"),
        ([[0, 3], [2, 1]],),
        None,
        smooth=False,
    ),
    Case("bce", lambda o, t, p: o.binary_crossentropy(t, p), (unit(3, 4), unit(3, 4)), 4),
    Case(
        "bce_logits",
        lambda o, t, z: o.binary_crossentropy(t, z, from_logits=True),
        (unit(9), WIDE),
        4,
        smooth=False,
    ),
    Case(
        "bce_logits_smooth",
        lambda o, t, z: o.binary_crossentropy(t, z, from_logits=True),
        (unit(3, 4), X),
        4,
    ),
    Case("cce", lambda o, t, p: o.categorical_crossentropy(t, p), (unit(3, 4), unit(3, 4)), 8),
    Case(
        "cce_axis",
        lambda o, t, p: o.categorical_crossentropy(t, p, axis=0),
        (unit(3, 4), unit(3, 4)),
        8,
    ),
    Case(
        "cce_logits",
        lambda o, t, z: o.categorical_crossentropy(o.softmax(t), z, from_logits=True),
        (X, X),
        8,
        constants=(0,),
    ),
    Case(
        "cce_logits_axis",
        lambda o, t, z: o.categorical_crossentropy(t, z, from_logits=True, axis=0),
        ([[0.25, 0.5], [0.75, 0.5]], real(2, 2)),
        8,
        constants=(0,),
    ),
    Case(
        "scce",
        lambda o, t, p: o.sparse_categorical_crossentropy(t, p),
        (whole(0, 4, 3), unit(3, 4)),
        8,
    ),
    Case(
        "scce_column",
        lambda o, t, p: o.sparse_categorical_crossentropy(t, p),
        ([[1.9], [0], [3]], unit(3, 4)),
        8,
        constants=(0,),
    ),
    Case(
        "scce_logits",
        lambda o, t, z: o.sparse_categorical_crossentropy(t, z, from_logits=True),
        (whole(0, 4, 2, 3), real(2, 3, 4)),
        8,
    ),
    Case("convert_to_tensor", lambda o, a: o.convert_to_tensor(a), (X,), None),
    Case("cast", lambda o, a: o.cast(a, "int32"), ([-1.7, -0.2, 0.7, 2.9],), None, smooth=False),
    Case("cast_bool", lambda o, a: o.cast(a, "bool"), ([0.0, 0.5],), None, smooth=False),
    Case("stop_gradient", lambda o, a: a * o.stop_gradient(a), (X,), smooth=False),
    Case("cond", lambda o, a: o.cond(True, lambda: a, lambda: -a), (X,), None),
    Case("shape", lambda o, a: o.reshape(a, (o.shape(a)[1], -1)), (X,), None),
    Case("size", lambda o, a: o.size(a), (X,), None, smooth=False),
    Case("python_operators", lambda o, a, b: -((2 * a + b / 3 - 1) ** 2) / (1 + abs(b)), (X, X), 4),
    *ARRAY_CASES,
    *window_operations.WINDOW_CASES,
]
SMOOTH = [c for c in CASES if c.smooth]
NEED_SHAPES = (
    "shape", "norm_matrix_1", "norm_matrix_inf", "norm_fro", "batch_normalization",
    "layer_normalization", "einsum ii", *NEED_RANKS, *window_operations.NEED_SHAPES,
)  # fmt: skip


def by_name(cases):
    """A test for each case."""
    return pytest.mark.parametrize("case", cases, ids=lambda c: c.name)


def compute(case, arrays):
    """The value, directly and through a graph: they must be one and the same."""
    leaves = [ops.Symbol.leaf(shape=a.shape, dtype=a.dtype) for a in arrays]
    graph = case.f(ops, *leaves)
    value = ops.evaluate(graph, dict(zip(leaves, arrays, strict=True)))
    direct = case.f(ops, *arrays)
    np.testing.assert_array_equal(value, direct)
    assert value.dtype == direct.dtype
    if isinstance(graph, ops.Symbol):
        assert (graph.shape, graph.dtype) == (value.shape, value.dtype.name)
    return value


def assert_close(actual, oracle, dtype, case, scale):
    """As close to a result in higher precision as rounding allows."""
    actual, oracle = np.asarray(actual), np.asarray(oracle)
    assert actual.shape == oracle.shape
    u = np.finfo(dtype).eps / 2
    allowed = u * (
        2 * TRANSCENDENTAL_ULPS * np.abs(oracle) + LAMBDA_FAILS * np.sqrt(case.sums) * scale
    )
    allowed += np.finfo(dtype).tiny  # below it precision is lost, and TensorFlow has only zeros
    with np.errstate(invalid="ignore"):
        wrong = ~((np.abs(actual - oracle) <= allowed) | (actual == oracle))
    assert not wrong.any(), f"{actual[wrong]} instead of {oracle[wrong]}, allowed {allowed[wrong]}"
