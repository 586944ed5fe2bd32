"""Gradients of any function, by differences."""

import numpy as np
import pytest

from scratch.testing import bounds, check_gradient


def test_check_gradient():
    x = np.random.default_rng(5).normal(size=(2, 3))
    assert check_gradient(lambda x: np.sum(np.sin(x)), x, np.cos).like == "its complex step"
    assert check_gradient(lambda x: np.sum(np.sin(x)), x, np.cos)
    assert check_gradient(lambda x: (np.sum(x**2), 2 * x), x)
    result = check_gradient(lambda x: np.sum(x**2), x, 2 * x + np.eye(2, 3) * 1e-6)
    (finding,) = result.findings
    assert finding.index in {(0, 0), (1, 1)}
    assert check_gradient(lambda x: np.sum(x**2), x, -2 * x).diagnoses == ["sign"]
    square = x[:, :2]
    result = check_gradient(lambda x: np.sum(np.exp(x)), square, np.exp(square).T)
    assert result.diagnoses == ["gradient transposed"]


def test_check_gradient_is_not_misled_by_what_complex_numbers_pass():
    """|x| of a complex number is its modulus: the complex step would give 0."""
    x = np.array([1.0, -2.0, 3.0])
    result = check_gradient(lambda x: 1000 * np.sum(np.abs(x)), x, lambda x: 1000 * np.sign(x))
    assert result.like == "its central difference"
    assert result
    assert not check_gradient(lambda x: np.sum(np.abs(x)), x, np.zeros(3))
    assert check_gradient(lambda x: np.sum(np.maximum(x.real, 0.0)), x, x > 0)


@pytest.mark.parametrize("rate", [1.0, 30.0, 300.0])
@pytest.mark.parametrize("passes", [True, False])
def test_check_gradient_allows_for_what_a_difference_cannot_tell(rate, passes):
    """The third derivative grows with the cube of the rate, the error of a difference with it."""
    x = np.array([0.01, -0.02, 0.05])

    def f(x):
        return np.sum(np.sin(rate * (x if passes else x.astype(float))))

    right = rate * np.cos(rate * x)
    assert check_gradient(f, x, right).raise_if_wrong()
    wrong = check_gradient(f, x, right * [1, 1.001, 1])
    assert [finding.index for finding in wrong.findings] == [(1,)]


def test_check_gradient_asks_for_what_it_needs():
    with pytest.raises(ValueError, match="No gradient to check"):
        check_gradient(np.sum, np.ones(2))
    with pytest.raises(ValueError, match="one number"):
        check_gradient(np.sin, np.ones(2), np.cos)


def test_bounds_are_half_of_the_digits():
    assert bounds.agreement("float64") == 2**-26.5
    assert bounds.agreement("float32") == 2**-12
    assert bounds.roundoff("int64") == 2**-53
