"""Factors of matrices, equations and Fourier transforms: values and derivatives, against keras.ops.

What has a free sign, such as an eigenvector, is looked at through a function that does not see it.
"""

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import DERIVATIVE, LAMBDA_FAILS
from parity_tests.suite.ops import test_values
from parity_tests.suite.ops.case import Case, real
from parity_tests.suite.ops.operations import by_name
from parity_tests.suite.tape.test_operations import assert_equal, derivatives, graph
from scratch import ops
from scratch.ops.linear_algebra import pairs


def definite(*shape):
    """Symmetric matrices with eigenvalues above 1."""

    def make(rng):
        x = rng.normal(size=shape)
        return x @ np.swapaxes(x, -1, -2) + np.eye(shape[-1])

    return make


def regular(*shape):
    """Matrices whose columns are far from depending on each other."""
    return lambda rng: rng.normal(size=shape) + 3 * np.eye(*shape[-2:])


def symmetric(*shape):
    """Symmetric matrices with eigenvalues apart from each other."""
    return lambda rng: np.diag(np.arange(shape[-1]) * 2.0) + 0.3 * definite(*shape)(rng)


FACTORS = [
    Case("cholesky", lambda o, x: o.cholesky(x), (definite(3, 3),)),
    Case("cholesky_upper", lambda o, x: o.cholesky(x, upper=True), (definite(2, 3, 3),)),
    Case("cholesky_inverse", lambda o, x: o.cholesky_inverse(x), (regular(3, 3),)),
    Case("cholesky_inverse_u", lambda o, x: o.cholesky_inverse(x, upper=True), (regular(3, 3),)),
    Case("logdet", lambda o, x: o.logdet(x), (definite(2, 3, 3),)),
    Case("det", lambda o, x: o.det(x), (regular(2, 3, 3),)),
    Case("slogdet_sign", lambda o, x: o.slogdet(x)[0], (real(2, 3, 3),), smooth=False),
    Case("slogdet", lambda o, x: o.slogdet(x)[1], (regular(2, 3, 3),)),
    Case("inv", lambda o, x: o.inv(x), (regular(2, 3, 3),)),
    Case("solve", lambda o, a, b: o.solve(a, b), (regular(3, 3), real(3, 2))),
    Case("solve_vector", lambda o, a, b: o.solve(a, b), (regular(2, 3, 3), real(2, 3))),
    Case(
        "solve_triangular",
        lambda o, a, b: o.solve_triangular(a, b),
        (regular(3, 3), real(3, 2)),
    ),
    Case(
        "solve_triangular_lower",
        lambda o, a, b: o.solve_triangular(a, b, lower=True),
        (regular(2, 3, 3), real(2, 3)),
    ),
    Case("pinv", lambda o, x: o.pinv(x), (regular(4, 3),), 16),
    Case("pinv_wide", lambda o, x: o.pinv(x), (regular(3, 4),), 16),
    Case("lstsq", lambda o, a, b: o.lstsq(a, b), (regular(4, 3), real(4))),
    Case("lstsq_columns", lambda o, a, b: o.lstsq(a, b), (regular(4, 3), real(4, 2))),
    Case("matrix_rank", lambda o, x: o.matrix_rank(x), ([[1.0, 2], [2, 4]],), smooth=False),
    Case("matrix_rank_tol", lambda o, x: o.matrix_rank(x, 9.0), (regular(3, 3),), smooth=False),
    Case("eigh_values", lambda o, x: o.eigh(x)[0], (symmetric(4, 4),)),
    Case("eigh_vectors", lambda o, x: o.square(o.eigh(x)[1]), (symmetric(4, 4),)),
    Case("qr_q", lambda o, x: o.abs(o.qr(x)[0]), (regular(4, 3),)),
    Case("qr_r", lambda o, x: o.abs(o.qr(x)[1]), (regular(2, 4, 3),)),
    Case("qr_wide", lambda o, x: o.abs(o.qr(x)[1]), (regular(3, 4),)),
    Case("qr_complete_wide", lambda o, x: o.abs(o.qr(x, mode="complete")[1]), (regular(3, 4),)),
    Case("qr_complete", lambda o, x: o.qr(x, mode="complete")[0][..., 0] ** 2, (regular(3, 3),)),
    Case("svd_values", lambda o, x: o.svd(x, compute_uv=False), (regular(2, 4, 3),)),
    Case("svd_s", lambda o, x: o.svd(x)[1], (regular(3, 4),)),
    Case("svd_u", lambda o, x: o.square(o.svd(x, full_matrices=False)[0]), (regular(4, 3),)),
    Case("svd_v", lambda o, x: o.square(o.svd(x, full_matrices=False)[2]), (regular(4, 3),)),
    Case("svd_full", lambda o, x: o.square(o.svd(x)[0]), (regular(3, 3),)),
    Case("lu", lambda o, x: o.lu_factor(x)[0], (real(4, 4),)),
    Case("lu_order", lambda o, x: o.lu_factor(x)[1], (real(4, 4),), smooth=False),
    *(
        Case(f"norm {p}", lambda o, x, p=p: o.norm(x, p, keepdims=True), (regular(4, 3),))
        for p in ("nuc", 2, -2)
    ),
    *(
        Case(f"{name} {i}", lambda o, a, b, n=name, i=i: getattr(o, n)((a, b))[i], (s, s))
        for name, s in {"fft": real(3, 5), "fft2": real(2, 4, 3), "ifft2": real(2, 4, 3)}.items()
        for i in (0, 1)
    ),
    *(
        Case(f"rfft {n} {i}", lambda o, x, n=n, i=i: o.rfft(x, n)[i], (real(2, 6),))
        for n in (None, 4, 7)
        for i in (0, 1)
    ),
    *(
        Case(f"irfft {n}", lambda o, a, b, n=n: o.irfft((a, b), n), (real(2, 4), real(2, 4)))
        for n in (None, 4, 7, 9)
    ),
    Case("extract_sequences", lambda o, x: o.extract_sequences(x, 3, 2), (real(2, 9),)),
    *(
        Case(
            f"stft {window} {center} {i}",
            lambda o, x, i=i, window=window, center=center: o.stft(
                x, 5, 3, 8, window=window, center=center
            )[i],
            (real(2, 20),),
        )
        for window in ("hann", "hamming", None)
        for center in (True, False)
        for i in (0, 1)
    ),
    *(
        Case(
            f"istft {window} {length}",
            lambda o, a, b, window=window, length=length: o.istft(
                (a, b), 8, 2, 8, length=length, window=window
            ),
            (real(2, 6, 5), real(2, 6, 5)),
        )
        for window in ("hann", "hamming", None)
        for length in (None, 7)
    ),
]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@by_name(FACTORS)
def test_value(case, dtype, tf, keras):
    arrays = case.arrays(dtype)
    ours, theirs = case.f(ops, *arrays), case.f(keras.ops, *map(tf.constant, arrays))
    assert ours.dtype.name == keras.backend.standardize_dtype(theirs.dtype)
    close = LAMBDA_FAILS * float(np.finfo(dtype).eps) * max(1, case.sums) ** 0.5
    np.testing.assert_allclose(ours, theirs, rtol=close, atol=close * np.abs(theirs).max())
    leaves = [ops.Symbol.leaf(shape=a.shape, dtype=a.dtype) for a in arrays]
    symbol = case.f(ops, *leaves)
    assert (symbol.shape, symbol.dtype) == (ours.shape, ours.dtype.name)
    np.testing.assert_array_equal(
        ops.evaluate(symbol, dict(zip(leaves, arrays, strict=True))), ours
    )


# TensorFlow has none of an LU factorization, and fails where a transform cuts its input.
NOT_IN_TENSORFLOW = ("lu", "rfft 4", "irfft 4")


@by_name([case for case in FACTORS if case.smooth])
def test_derivatives(case, tf, keras):
    """First and second ones, on a tape, in a graph, and in TensorFlow."""
    ours = derivatives(case, scratch, ops, ops.convert_to_tensor)
    assert_equal(ours, graph(case))
    if not case.name.startswith(NOT_IN_TENSORFLOW):
        assert_equal(ours, derivatives(case, tf, keras.ops, tf.constant))


@by_name([case for case in FACTORS if case.name in ("lu", "det", "inv", "solve")])
def test_derivatives_by_complex_steps(case):
    test_values.test_derivative_against_complex_step(case)
    test_values.test_second_derivative_against_complex_step(case)


def test_eigenvalues_of_any_matrix(keras):
    x = np.random.default_rng(3).normal(size=(2, 4, 4))
    values, vectors = ops.eig(x)
    assert values.dtype == vectors.dtype == "complex128"
    np.testing.assert_allclose(x @ vectors, vectors * values[:, None], atol=DERIVATIVE)
    theirs = keras.ops.convert_to_numpy(keras.ops.eig(x)[0])
    np.testing.assert_allclose(np.sort(values), np.sort(theirs), atol=DERIVATIVE)


def test_short_times_are_undone():
    x = np.random.default_rng(4).normal(size=(2, 40))
    y = ops.istft(ops.stft(x, 8, 2, 8), 8, 2, 8)
    assert y.shape == x.shape
    inner = np.s_[:, 2:-2]  # all parts that there could be lie over it
    np.testing.assert_allclose(y[inner], x[inner], atol=DERIVATIVE)


def test_threads_change_no_digit():
    """As of products: LAPACK computes on one, whatever the number that others may use."""
    threadpoolctl = pytest.importorskip("threadpoolctl")
    x = np.random.default_rng(6).normal(size=(300, 300))
    found = []
    for threads in (1, 2):
        with threadpoolctl.threadpool_limits(threads):
            found.append([ops.inv(x), *ops.svd(x), *ops.qr(x), ops.solve(x, x[0])])
    for one, other in zip(*found, strict=True):
        np.testing.assert_array_equal(one, other)


FLOATS = [
    "det", "slogdet", "logdet", "inv", "pinv", "cholesky", "cholesky_inverse", "qr", "svd", "eigh",
    "lu_factor", "norm", "eig",
]  # fmt: skip


@pytest.mark.parametrize("name", FLOATS)
def test_whole_numbers_count_as_float32(name):
    """TensorFlow, which Keras asks, refuses most of them."""
    x = np.array([[4, 1], [1, 3]], "int32")
    function = getattr(ops, name)
    for one, other in zip(
        *(
            y if isinstance(y, tuple | list) else (y,)
            for y in map(function, (x, x.astype("float32")))
        ),
        strict=True,
    ):
        np.testing.assert_array_equal(one, other, strict=True)


@pytest.mark.parametrize(
    ("axes", "expected"),
    [
        (1, ([1], [0])), (2, ([0, 1], [0, 1])), (0, ([], [])), (([-1], [-2]), ([1], [0])),
        (([0], [1]), ([0], [1])), (([2], [0]), None), (([0], [2]), None), (([-3], [0]), None),
    ],
)  # fmt: skip
def test_the_axes_that_tensordot_sums_over(axes, expected):
    if expected is None:
        with pytest.raises(IndexError, match="is out of bounds for an array with 2 axes"):
            pairs(2, 2, axes)
    else:
        assert pairs(2, 2, axes) == expected


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 1, 3)])
def test_real_and_imaginary_parts_stand_side_by_side(shape):
    x = np.arange(1, 1 + np.prod(shape, dtype=int)).reshape(shape) * (1 + 2j)
    np.testing.assert_array_equal(ops.view_as_real(x)[..., 0], x.real)
    np.testing.assert_array_equal(ops.view_as_real(x)[..., 1], x.imag)
