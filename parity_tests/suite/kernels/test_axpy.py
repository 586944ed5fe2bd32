"""y += a x in one pass of the BLAS, and in two of NumPy where there is no such BLAS."""

import sys
from unittest.mock import patch

import numpy as np
import pytest

from parity_tests.harness.tolerances import UNIT_ROUNDOFF
from scratch.kernels import axpy

SIZES = (0, 1, 7, 20_001)  # the last is divided among threads


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("known", [True, False])
def test_adds_a_multiple(size, precision, known):
    draws = np.random.default_rng(size)
    x, y = (draws.normal(size=size).astype(precision) for _ in range(2))
    before = y.copy()
    with patch.object(axpy, "AXPY", axpy.AXPY if known else {}):
        axpy.add_scaled(y, np.dtype(precision).type(-0.1), x)
    a = np.longdouble(np.dtype(precision).type(-0.1))
    exact = before.astype("longdouble") + a * x.astype("longdouble")
    rounded = np.abs(exact) + np.abs(a * x)  # one rounding of the sum, and one of the product
    assert (np.abs(y - exact) <= UNIT_ROUNDOFF[precision] * rounded).all()
    assert size < 2 or not np.array_equal(y, before)


def test_views_with_gaps_or_backwards_and_other_types():
    x, y = np.arange(6.0), np.ones(6)
    axpy.add_scaled(y[::-1], 2.0, x[::-1])
    axpy.add_scaled(y[::2], 1.0, x[::2])
    axpy.add_scaled(y, 0.5, x.astype("float32"))
    assert y.tolist() == (1 + 2.5 * x + np.where(x % 2, 0, x)).tolist()
    wider, narrow = np.arange(4.0), np.ones(4, "float32")
    axpy.add_scaled(narrow, 0.5, wider)
    assert narrow.tolist() == (1 + 0.5 * wider).tolist()
    z = np.ones(3, "complex128")
    axpy.add_scaled(z, 1.0, np.full(3, 2j))
    assert z.tolist() == [1 + 2j] * 3


def test_it_is_found_in_numpys_own_wheels():
    bundled = any("openblas" in str(value).lower() for value in np.show_config("dicts").values())
    if not (bundled and sys.platform == "linux"):
        pytest.skip("NumPy was built with another BLAS")
    assert axpy.KNOWN
