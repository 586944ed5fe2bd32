"""The graph language against keras.ops, tf.GradientTape, complex steps, and its own promises."""

import gc
import itertools
import xml.etree.ElementTree as ET
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import (
    DERIVATIVE,
    FEW_ROUNDINGS,
    LAMBDA_FAILS,
    TRANSCENDENTAL_ULPS,
)
from scratch import ops
from scratch.ops.errors import InvalidArgumentError
from scratch.ops.graph.symbol import _built
from scratch.testing.gradients import STEP
from scratch.variables.variable import Variable


@pytest.fixture(scope="module")
def tf():
    return pytest.importorskip("tensorflow")


@pytest.fixture(scope="module")
def keras(tf):
    return tf.keras


# Cases ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """One op on some inputs: `f(o, *arrays)` with o = scratch.ops or keras.ops.

    `sums` is the largest number of roundings that add up in one number of the result, 0 for none,
    None where nothing rounds at all: then every result is the same, bit for bit. `constants` are
    the numbers of inputs without a derivative.
    """

    name: str
    f: Any
    inputs: tuple
    sums: int | None = 0
    constants: tuple = ()
    smooth: bool = True

    def arrays(self, dtype):
        rng = np.random.default_rng(zlib.crc32(self.name.encode()))
        found = [make(rng) if callable(make) else np.array(make) for make in self.inputs]
        # Rounded to float32 first, so that both precisions see the same numbers.
        found = [a.astype("float32").astype(dtype) if a.dtype.kind == "f" else a for a in found]
        for a in found:
            a.setflags(write=False)
        return found

    def variables(self, arrays):
        return [i for i, a in enumerate(arrays) if a.dtype.kind == "f" and i not in self.constants]


def real(*shape):
    """Numbers of both signs, away from zero: kinks are cases of their own."""
    return lambda rng: rng.uniform(0.1, 2.0, shape) * rng.choice([-1, 1], shape)


def positive(*shape):
    return lambda rng: rng.uniform(0.1, 2.0, shape)


def unit(*shape):
    return lambda rng: rng.uniform(0.05, 0.95, shape)


def distinct(*shape):
    """No two alike, so that the largest is one."""
    return lambda rng: rng.permutation(np.prod(shape)).reshape(shape) * 0.3 - 1.7


def whole(low, high, *shape):
    return lambda rng: rng.integers(low, high, shape).astype("int32")


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
]
SMOOTH = [c for c in CASES if c.smooth]
NEED_SHAPES = (
    "shape", "norm_matrix_1", "norm_matrix_inf", "norm_fro", "batch_normalization",
    "layer_normalization", "einsum ii",
)  # fmt: skip


def by_name(cases):
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


# Against keras.ops ---------------------------------------------------------------------------


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


# Derivatives ---------------------------------------------------------------------------------


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


# Kinks, ties, edges --------------------------------------------------------------------------

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


# The graph itself ----------------------------------------------------------------------------


def counted():
    """An operation f(x) = x^2 that counts how often it is computed."""
    calls = []

    @ops.operation(derivative=lambda dy, y, x: dy * (2 * x))
    def f(x: ops.Tensor) -> ops.Tensor:
        calls.append(1)
        return x * x

    return f, calls


def test_repeated_subexpressions_are_built_and_computed_once():
    """dz/dw = f'(f(f(w))) f'(f(w)) f'(w): the lecture's example, with f(x) = x^2."""
    f, calls = counted()
    w = ops.Symbol.leaf("w")
    z = f(f(f(w)))
    assert f(f(w)) is z.inputs[0]
    (dz,) = ops.gradient(z, [w])
    value, derivative = ops.evaluate([z, dz], {w: 1.5})
    assert len(calls) == 3
    assert value == 1.5**8
    assert derivative == 8 * 1.5**7
    (ddz,) = ops.gradient(dz, [w])
    calls.clear()
    assert ops.evaluate(ddz, {w: 1.5}) == 56 * 1.5**6
    assert len(calls) == 3


@pytest.mark.parametrize("order", [1, 2, 3, 4, 5])
def test_derivatives_of_any_order(order):
    x = ops.Symbol.leaf("x")
    y = ops.sin(2 * x)
    for _ in range(order):
        (y,) = ops.gradient(y, [x])
    expected = 2**order * np.sin(2 * 0.3 + order * np.pi / 2)
    assert abs(ops.evaluate(y, {x: 0.3}) - expected) <= DERIVATIVE * 2**order


def test_same_expression_same_symbol():
    x, y = ops.Symbol.leaf("x"), ops.Symbol.leaf("y")
    assert ops.add(x, y) is x + y
    assert x + y is not y + x
    assert ops.sum(x) is ops.sum(x, axis=None, keepdims=False)
    assert ops.sum(x, axis=[0, 1]) is ops.sum(x, axis=(0, 1))
    assert ops.sum(x, axis=0) is not ops.sum(x, axis=1)
    assert x * 2 is x * 2
    assert x * 2 is not x * 2.0
    assert x * np.float32(2) is not x * np.float64(2)
    assert x * np.ones(3) is x * np.ones(3)
    assert x[1:2] is x[1:2]
    assert ops.Symbol.leaf("x") is not x


def test_graphs_are_forgotten():
    gc.collect()
    before = len(_built)
    x = ops.Symbol.leaf("x")
    y = ops.sum(x * np.ones(5))
    assert len(_built) > before
    del x, y
    gc.collect()
    assert len(_built) == before


def test_diamond():
    """w reaches y along two paths, and one factor is used twice."""
    w = ops.Symbol.leaf("w")
    a = w * w
    y = (a + w) * (a - w) + a
    (dw,) = ops.gradient(y, [w])
    t = 0.7
    assert abs(ops.evaluate(dw, {w: t}) - (4 * t**3)) <= DERIVATIVE * 4


def test_deep_graphs_need_no_recursion():
    x = y = ops.Symbol.leaf("x", shape=())
    depth = 20_000
    for _ in range(depth):
        y = y + 1
    (dx,) = ops.gradient(y, [x])
    assert y.shape == ()
    assert list(map(float, ops.evaluate([y, dx], {x: 0.5}))) == [depth + 0.5, 1]


def test_wide_graphs_share():
    """2^60 paths, 60 symbols."""
    x = y = ops.Symbol.leaf("x")
    for _ in range(60):
        y = y + y
    (dx,) = ops.gradient(y, [x])
    assert ops.evaluate(dx, {x: 1.0}) == 2.0**60


def test_derivative_in_the_middle():
    """xs may lie on one another's paths."""
    x = ops.Symbol.leaf("x")
    y = ops.exp(x)
    z = y * y
    dx, dy, dz = ops.gradient(z, [x, y, z])
    values = ops.evaluate([dx, dy, dz], {x: 0.0})
    assert list(map(float, values)) == [2, 2, 1]


def test_unconnected():
    x, other = ops.Symbol.leaf("x"), ops.Symbol.leaf("other")
    assert ops.gradient(x * 2, [other]) == [None]
    assert ops.gradient(ops.floor(x), [x]) == [None]
    (zero,) = ops.gradient(x * 2, [other], unconnected="zero")
    value = ops.evaluate(zero, {other: np.ones((2, 3), "float32")})
    np.testing.assert_array_equal(value, np.zeros((2, 3), "float32"))
    assert value.dtype == "float32"
    with pytest.raises(ValueError, match="unconnected"):
        ops.gradient(x, [x], unconnected="None")


def test_upstream():
    x = ops.Symbol.leaf("x")
    for dy in (np.array([1.0, -2.0]), ops.convert_to_tensor([1.0, -2.0])):
        (dx,) = ops.gradient(x * x, [x], dy)
        np.testing.assert_array_equal(ops.evaluate(dx, {x: np.array([3.0, 4.0])}), [6, -16])
    (dx,) = ops.gradient(x * x, [x], 2)
    np.testing.assert_array_equal(ops.evaluate(dx, {x: np.array([3.0, 4.0])}), [12, 16])


SHAPES = [(), (1,), (4,), (1, 1), (1, 4), (3, 1), (3, 4), (2, 1, 1), (2, 3, 1), (1, 3, 4)]


@pytest.mark.parametrize(("a", "b"), list(itertools.combinations_with_replacement(SHAPES, 2)))
@pytest.mark.parametrize("declared", [True, False])
def test_broadcasting_is_summed_back(a, b, declared):
    rng = np.random.default_rng(3)
    arrays = [rng.normal(size=a), rng.normal(size=b)]
    x, y = (ops.Symbol.leaf(shape=s if declared else None, dtype="float64") for s in (a, b))
    dy = rng.normal(size=np.broadcast_shapes(a, b))
    dx1, dx2 = ops.evaluate(
        ops.gradient(ops.multiply(x, y), [x, y], dy), dict(zip((x, y), arrays, strict=True))
    )
    for dx, own, other in ((dx1, *arrays), (dx2, *arrays[::-1])):
        assert dx.shape == own.shape
        product = dy * other
        for place in np.ndindex(own.shape):
            direction = np.zeros(own.shape)
            direction[place] = 1
            assert abs(dx[place] - np.sum(product * direction)) <= DERIVATIVE * product.size


def test_batch_of_any_size():
    """One graph, batches of several sizes, also of size 1."""
    x = ops.Symbol.leaf("x", shape=(None, 4), dtype="float64")
    w = ops.Symbol.leaf("w", shape=(4,), dtype="float64")
    b = ops.Symbol.leaf("b", shape=(1, 1), dtype="float64")
    y = ops.sum((x * w + b) ** 2, axis=-1)
    assert y.shape == (None,)
    derivatives = ops.gradient(ops.mean(y), [x, w, b])
    assert [d is not None and d.shape for d in derivatives] == [(None, 4), (4,), (1, 1)]
    rng = np.random.default_rng(4)
    for n in (1, 2, 7):
        values = {x: rng.normal(size=(n, 4)), w: rng.normal(size=4), b: np.ones((1, 1))}
        dx, dw, db = ops.evaluate(derivatives, values)
        z = 2 * (values[x] * values[w] + 1) / n
        np.testing.assert_allclose(dx, z * values[w], rtol=DERIVATIVE)
        # Sums may cancel: they are held to the bound times the sum of the moduli.
        moduli = np.sum(np.abs(z * values[x]), 0)
        assert (np.abs(dw - np.sum(z * values[x], 0)) <= DERIVATIVE * moduli).all()
        assert np.abs(db[0, 0] - np.sum(z)) <= DERIVATIVE * np.sum(np.abs(z))


# Variables, feeds, programs ------------------------------------------------------------------


def test_variables():
    w = Variable(np.array([1.0, 2.0]), name="w")
    x = ops.Symbol.leaf("x")
    np.testing.assert_array_equal(ops.add(w, 1.0), [2, 3])  # no symbol: computed at once
    y = ops.sum(ops.multiply(x, w) * w)
    assert y.inputs[0].inputs[1].name == "w"
    dw, dx = ops.gradient(y, [w, x])
    feeds = {x: np.array([3.0, 5.0])}
    np.testing.assert_array_equal(ops.evaluate(dw, feeds), [6, 20])
    w.assign([2.0, 3.0])  # read when evaluated
    np.testing.assert_array_equal(ops.evaluate(dx, feeds), [4, 9])
    stepped = ops.evaluate(y, feeds, variables={w: w.value + 1j * STEP * np.array([1, 0])})
    np.testing.assert_allclose(stepped.imag / STEP, 12, rtol=DERIVATIVE)
    np.testing.assert_array_equal(w.value, [2, 3])


def test_feeding_the_middle_of_a_graph():
    f, calls = counted()
    x = ops.Symbol.leaf("x")
    z = f(x)
    assert ops.evaluate(z + 1, {z: 2.0}) == 3
    assert not calls


def test_missing_and_misshapen_feeds():
    x = ops.Symbol.leaf("pixels", shape=(None, 3))
    with pytest.raises(ValueError, match="pixels"):
        ops.evaluate(x + 1)
    for wrong in (np.ones(3), np.ones((2, 4)), 1.0):
        with pytest.raises(ValueError, match="declared"):
            ops.evaluate(x + 1, {x: wrong})


def test_compiled_graph():
    x, w = ops.Symbol.leaf("x"), ops.Symbol.leaf("w")
    y = ops.tanh(x * w)
    f = ops.compile_graph(y, [x, w])
    df = ops.Program([y, *ops.gradient(y, [x, w])], [x, w])
    # x w, tanh; 1; 1 - y^2 in two steps, times 1; then for x and w each a product and a sum.
    assert len(df) == 2 + 1 + 3 + 2 * 2
    for a in (0.5, 0.25):
        assert f(a, 2.0) == df(a, 2.0)[0] == np.tanh(2 * a)
    with pytest.raises(ValueError, match="values"):
        f(1.0)


def test_results_are_the_callers_own():
    """Whoever writes into a result changes neither the graph nor what was fed."""
    x, v = ops.Symbol.leaf("x"), Variable(np.array([5.0, 6.0]))
    table = np.array([1.0, 2.0])
    y = x + table
    table[:] = 0
    fed = np.array([3.0, 4.0])
    graph = [
        y,
        x,
        ops.reshape(x, (2, 1)),
        y,
        ops.stop_gradient(y),
        x * 0 + v,
        ops.gradient(y, [x])[0],
    ]
    graph += [ops.multiply(x, v).inputs[1], ops.broadcast_to(ops.sum(x), (2,))]
    program = ops.Program(graph, [x])
    expected = [[4, 6], [3, 4], [[3], [4]], [4, 6], [4, 6], [5, 6], [1, 1], [5, 6], [7, 7]]
    for _ in range(2):
        for result, value in zip(program(fed), expected, strict=True):
            np.testing.assert_array_equal(result, value)
            result[...] = -1
    np.testing.assert_array_equal(fed, [3, 4])
    np.testing.assert_array_equal(v.value, [5, 6])


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


def test_an_entry_picked_twice_is_counted_twice():
    """NumPy's indexing by arrays and masks, which TensorFlow's brackets do not have."""
    x = ops.Symbol.leaf("x", shape=(3, 2))
    y = x[np.array([0, 2, 0])] * np.array([[1.0], [10], [100]])
    (dx,) = ops.gradient(y, [x])
    value = np.ones((3, 2))
    np.testing.assert_array_equal(ops.evaluate(dx, {x: value}), [[101, 101], [0, 0], [10, 10]])
    mask = ops.Symbol.leaf("mask")
    (dx,) = ops.gradient(x[mask] * 2, [x])
    picked = np.array([[True, False], [False, False], [True, True]])
    np.testing.assert_array_equal(ops.evaluate(dx, {x: value, mask: picked}), 2 * picked)


def test_python_numbers_take_on_the_type_they_meet():
    x = ops.Symbol.leaf("x")
    y = ops.sqrt(2 * x**2 / 3 + 0.1) - ops.where(x > 0.5, 1.0, x)
    for dtype in ("float16", "float32", "float64", "longdouble", "complex128"):
        values = ops.evaluate([y, *ops.gradient(y, [x])], {x: np.array([0.25, 0.75], dtype)})
        assert {v.dtype for v in values} == {np.dtype(dtype)}


# Types, errors, symbols in Python ------------------------------------------------------------

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


# Drawings ------------------------------------------------------------------------------------


def test_text():
    x, w = ops.Symbol.leaf("x", shape=(2,)), ops.Symbol.leaf("w", shape=(2,))
    y = ops.sum(ops.square(x * w) + 0.5).named("y")
    assert ops.draw_text(y).splitlines() == [
        "#1  x  input           (2,) float32",
        "#2  w  input           (2,) float32",
        "#3     multiply(x, w)  (2,) float32",
        "#4     square(#3)      (2,) float32",
        "#5     add(#4, 0.5)    (2,) float32",
        "#6  y  sum(#5)         () float32    <-",
    ]


def test_svg():
    x = ops.Symbol.leaf("x & <x>", shape=(2,))
    y = ops.sum(ops.tanh(x) * ops.exp(x) / ops.Symbol.leaf("unknown"))
    drawing = ops.draw_svg([y, *ops.gradient(y, [x])], title="A & B")
    tree = ET.fromstring(drawing)
    texts = [t.text for t in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[0] == "A & B"
    assert texts.count("x & <x>") == 1
    assert texts.count("tanh") == 1
    boxes = list(tree.iter("{http://www.w3.org/2000/svg}rect"))[1:]
    width, height = float(tree.attrib["width"]), float(tree.attrib["height"])
    rectangles = [[float(b.attrib[k]) for k in ("x", "y", "width", "height")] for b in boxes]
    for left, top, w, h in rectangles:
        assert left >= 0
        assert top >= 0
        assert left + w <= width
        assert top + h <= height
    for (l1, t1, w1, h1), (l2, t2, w2, h2) in itertools.combinations(rectangles, 2):
        assert l1 + w1 <= l2 or l2 + w2 <= l1 or t1 + h1 <= t2 or t2 + h2 <= t1
