"""Functions that make, count and search: no derivative, and results whose shape numbers decide."""

from typing import Any

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import DERIVATIVE, FEW_ROUNDINGS
from parity_tests.suite.ops.operations import A23, A34
from scratch import ops
from scratch.ops.errors import InvalidArgumentError

NUMBERS = np.array([3, 1, 3, 2, 1, 7])
ROWS = np.array([[2, 1], [1, 5], [2, 1], [0, 4]])
Z = np.array([1 + 2j, -3 + 0.5j, 0j], "complex128")

MADE: dict[str, Any] = {
    "empty_like": lambda o: o.empty_like(A23, dtype="int32"),
    "empty": lambda o: o.empty((2, 3)),
    "identity": lambda o: o.identity(3, dtype="int32"),
    "tri": lambda o: o.tri(3, 4, k=1),
    "tri_below": lambda o: o.tri(4, k=-1, dtype="int32"),
    "logspace": lambda o: o.logspace(0.0, 2.0, 5),
    "logspace_base": lambda o: o.logspace(0, 3, 4, base=2, endpoint=False, dtype="float64"),
    "geomspace": lambda o: o.geomspace(1.0, 1000.0, 4),
    "geomspace_negative": lambda o: o.geomspace(-1.0, -8.0, 4, dtype="float64"),
    **{
        f"{name} {n}": lambda o, name=name, n=n: getattr(o, name)(n)
        for name in ("bartlett", "blackman", "hamming", "hanning")
        for n in (1, 5, 8)
    },
    "kaiser": lambda o: o.kaiser(7, 3.5),
    "bincount": lambda o: o.bincount(NUMBERS),
    "bincount_minlength": lambda o: o.bincount(NUMBERS, minlength=10),
    "bincount_weights": lambda o: o.bincount(NUMBERS, weights=NUMBERS / 2.0),
    "bincount_rows": lambda o: o.bincount(ROWS),
    "histogram": lambda o: o.histogram(np.arange(10.0) ** 2, bins=4)[0],
    "histogram_edges": lambda o: o.histogram(np.arange(10.0) ** 2, 4, range=(0.0, 40.0))[1],
    "nonzero": lambda o: o.nonzero(ROWS)[1],
    "select_numbers": lambda o: o.select([NUMBERS > 2, NUMBERS > 1], [NUMBERS, -NUMBERS], 9),
    "dtype": lambda o: np.array(o.dtype(o.convert_to_tensor(A23)) == "float32"),
    **{
        f"unique {settings} {i}": lambda o, x=x, settings=settings, i=i: o.unique(
            x, return_index=True, return_inverse=True, return_counts=True, **settings
        )[i]
        for x, settings in (
            (NUMBERS, {}),
            (NUMBERS, {"sorted": False}),
            (NUMBERS, {"size": 6, "fill_value": 9}),
            (NUMBERS, {"size": 2}),
            (ROWS, {"axis": 0}),
            (ROWS, {"axis": None}),
        )
        for i in range(4)
    },
    "unique_alone": lambda o: o.unique(NUMBERS),
    **{
        f"complex {name}": lambda o, name=name: getattr(o, name)(Z)
        for name in ("real", "imag", "conj", "conjugate", "isreal", "view_as_real")
    },
    "view_as_complex": lambda o: o.view_as_complex(np.ones((3, 2), "float32")),
    "polar": lambda o: o.polar(A23, A23),
    "view_wider": lambda o: o.view(np.ones((2, 4), "int16"), "float32"),
    "heaviside_whole": lambda o: o.heaviside(NUMBERS - 2, 7),
    "hypot_whole": lambda o: o.hypot(NUMBERS, np.int64(4)),
    "vander_whole": lambda o: o.vander(np.array([1, 2, 3], "int32")),
    "cumsum_type": lambda o: o.cumsum(NUMBERS, dtype="float32"),
    "nansum_whole": lambda o: o.nansum(NUMBERS),
    "nanmax_whole": lambda o: o.nanmax(NUMBERS.astype("int32")),
    "median_whole": lambda o: o.median(NUMBERS.astype("int32")),
    "saturate_cast_whole": lambda o: o.saturate_cast(NUMBERS * 100, "int8"),
    "segment_max_sorted": lambda o: o.segment_max(A34, np.array([0, 2, 2]), sorted=True),
    "segment_min_empty": lambda o: o.segment_min(A34, np.array([0, 2, 2])),
    "segment_prod_sorted": lambda o: o.segment_prod(A34 * 2, np.array([0, 0, 1]), sorted=True),
}


@pytest.mark.parametrize("name", MADE)
def test_made(name, keras):
    ours, theirs = MADE[name](ops), MADE[name](keras.ops)
    theirs_type = keras.backend.standardize_dtype(theirs.dtype)
    assert str(ours.dtype) == theirs_type
    theirs = keras.ops.convert_to_numpy(theirs)
    np.testing.assert_allclose(ours, theirs, rtol=FEW_ROUNDINGS, atol=FEW_ROUNDINGS)
    assert ours.shape == theirs.shape


def test_numbers_decide_the_shape():
    """And a symbol has none."""
    x = ops.Symbol.leaf("x", shape=(3,), dtype="float32")
    for function in (ops.unique, ops.nonzero):
        with pytest.raises(ValueError, match="depends on numbers"):
            function(x)


def test_argpartition_of_fractions_and_negatives():
    """Keras cuts the fractions off first, and takes what is below 0 for what is above."""
    x = np.array([0.9, -0.5, 0.1, -3.0, 0.2])
    np.testing.assert_array_equal(ops.argpartition(x, 1), [3, 1, 0, 4, 2])
    rows = np.stack([x, -x])
    np.testing.assert_array_equal(ops.argpartition(rows, 1)[1], [0, 4, 3, 1, 2])
    np.testing.assert_array_equal(ops.argpartition(rows.T, 1, axis=0)[:, 0], [3, 1, 0, 4, 2])


def test_rot90_twice():
    """Keras gives something else (see the finding)."""
    x = np.arange(24).reshape(2, 3, 4)
    np.testing.assert_array_equal(ops.rot90(x, 2, (2, 0)), np.rot90(x, 2, (2, 0)))


def test_quantile_by_no_method():
    """Of which Keras says that a variable of its own is not set."""
    with pytest.raises(ValueError, match="Invalid method: between"):
        ops.quantile(A23, 0.5, method="between")


def test_slice_update_has_a_derivative():
    x, part = np.arange(12.0).reshape(3, 4), np.ones((2, 2))
    leaves = [ops.Symbol.leaf(shape=a.shape, dtype="float64") for a in (x, part)]
    dy = np.random.default_rng(1).normal(size=(3, 4))
    found = ops.gradient(ops.slice_update(leaves[0], (1, 3), leaves[1]), leaves, ops.array(dy))
    dx, dpart = ops.evaluate(found, dict(zip(leaves, (x, part), strict=True)))
    np.testing.assert_array_equal(dpart, dy[1:, 2:])  # moved until it lay within
    dy[1:, 2:] = 0
    np.testing.assert_array_equal(dx, dy)


def test_derivatives_of_complex_parts(tf, keras):
    for f in (
        lambda o, z: o.real(z) * o.imag(z),
        lambda o, z: o.angle(z) if o is ops else tf.math.angle(z),  # Keras takes 32 bits for it
        lambda o, z: o.imag(o.conj(z)),
        lambda o, z: o.sum(o.view_as_real(z) if o is ops else o.stack([o.real(z), o.imag(z)]), -1),
    ):
        z = ops.array(Z[:2])
        with scratch.GradientTape() as tape:
            tape.watch(z)
            y = f(ops, z)
        ours = tape.gradient(y, z)
        with tf.GradientTape() as tape:
            theirs = tf.constant(Z[:2])
            tape.watch(theirs)
            y = f(keras.ops, theirs)
        np.testing.assert_allclose(ours, tape.gradient(y, theirs), rtol=DERIVATIVE)


ERRORS = [
    ("gcd", lambda o: o.gcd(A23, A23)),
    ("lcm", lambda o: o.lcm(A23, A23)),
    ("ldexp", lambda o: o.ldexp(A23, A23)),
    ("diag", lambda o: o.diag(np.ones((2, 2, 2), "float32"))),
    ("diff", lambda o: o.diff(A23, n=-1)),
    ("cumsum_axis", lambda o: o.cumsum(A23, axis=2)),
    ("rot90_rank", lambda o: o.rot90(A23[0])),
    ("rot90_axes", lambda o: o.rot90(A23, axes=(1, 1))),
    ("meshgrid", lambda o: o.meshgrid(A23[0], A23[1], indexing="yx")),
    ("correlate", lambda o: o.correlate(A23[0], A23[1], mode="half")),
    ("cdist", lambda o: o.cdist(A23, A34)),
    ("cdist_rank", lambda o: o.cdist(A23[0], A34)),
    ("searchsorted", lambda o: o.searchsorted(A23, A23)),
    ("select", lambda o: o.select([A23 > 0], [A23, A23])),
    ("multi_hot", lambda o: o.multi_hot(np.array([1]))),
    ("psnr", lambda o: o.psnr(A23, A34, 1.0)),
    ("bincount", lambda o: o.bincount(np.array([-1, 2]))),
    ("histogram_bins", lambda o: o.histogram(A23[0], bins=0)),
    ("histogram_range", lambda o: o.histogram(A23[0], range=(2.0, 1.0))),
    ("histogram_rank", lambda o: o.histogram(A23)),
    ("unravel_index", lambda o: o.unravel_index(np.array([1]), (2, None))),
    ("scatter", lambda o: o.scatter(np.array([[9]]), np.array([1.0]), (3,))),
    (
        "scatter_update",
        lambda o: o.scatter_update(A23, np.array([[9, 0]]), np.array([1.0], "float32")),
    ),
    ("scatter_reduction", lambda o: o.scatter_update(A23, [[0, 0]], [1.0], reduction="mean")),
    ("slice", lambda o: o.slice(A23, (1, 1), (2, 2))),
    ("view", lambda o: o.view(A23, "float64")),
    ("view_as_complex", lambda o: o.view_as_complex(A23)),
    ("segment_max", lambda o: o.segment_max(A23, np.array([0]))),
    ("segment_prod", lambda o: o.segment_prod(A23, np.array([0, 1]), 2, sorted=True)),
    ("cholesky", lambda o: o.cholesky(np.array([[-1.0]]))),
    ("cholesky_square", lambda o: o.cholesky(A23)),
    ("cholesky_inverse", lambda o: o.cholesky_inverse(A23)),
    ("inv", lambda o: o.inv(np.zeros((2, 2)))),
    ("inv_square", lambda o: o.inv(A23)),
    ("det", lambda o: o.det(A23)),
    ("eig", lambda o: o.eig(A23)),
    ("eigh", lambda o: o.eigh(A23)),
    ("solve", lambda o: o.solve(A23, A23)),
    ("solve_rows", lambda o: o.solve(np.eye(2), np.ones((3, 2)))),
    ("solve_singular", lambda o: o.solve(np.zeros((2, 2)), np.ones((2, 2)))),
    ("solve_triangular", lambda o: o.solve_triangular(np.eye(2), np.ones((3, 2)))),
    ("qr", lambda o: o.qr(A23, mode="r")),
    ("qr_rank", lambda o: o.qr(A23[0])),
    ("svd_rank", lambda o: o.svd(A23[0])),
    ("lstsq", lambda o: o.lstsq(A23, A34)),
    ("pinv_rank", lambda o: o.pinv(A23[0])),
    ("matrix_rank", lambda o: o.matrix_rank(A23[0])),
    ("fft_pair", lambda o: o.fft(A23)),
    ("fft_shapes", lambda o: o.fft((A23, A34))),
    ("fft_whole", lambda o: o.fft((np.ones(3, "int32"), np.ones(3, "int32")))),
    ("stft_type", lambda o: o.stft(np.ones(9, "int32"), 3, 2, 4)),
    ("stft_length", lambda o: o.stft(A34, 5, 2, 4)),
    ("stft_window", lambda o: o.stft(A34, 2, 2, 4, window="round")),
    ("stft_window_size", lambda o: o.stft(A34, 2, 2, 4, window=np.ones(3, "float32"))),
    ("unstack", lambda o: o.unstack(A23, num=5)),
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


@pytest.mark.parametrize("kth", [0, 7, 60, 199])
def test_of_equals_a_partition_takes_the_first(kth):
    """Many of them: a sort that is not stable would take others."""
    x = np.random.default_rng(0).integers(0, 3, (2, 200))
    places = np.asarray(ops.argpartition(x, kth))
    first = np.argsort(x, axis=-1, kind="stable")[:, : kth + 1]
    np.testing.assert_array_equal(places[:, : kth + 1], first)
    assert np.array_equal(np.sort(places), np.tile(np.arange(200), (2, 1)))
