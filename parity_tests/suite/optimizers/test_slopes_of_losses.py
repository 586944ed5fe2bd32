"""What a redefined `scale_loss` multiplies gradients by: one number for all of a loss."""

import numpy as np
import pytest

from parity_tests.harness.tolerances import derivative
from scratch.optimizers.base.redefined import slope


@pytest.mark.parametrize("size", [1, 2, 3, 8])
def test_a_constant_factor(size):
    loss = np.linspace(1, 2, size)
    assert slope(lambda x: 3.0 * x, loss) == 3.0
    assert slope(lambda x: x * 1.0 + 5.0, loss) == 1.0


@pytest.mark.parametrize("size", [2, 3, 8])
@pytest.mark.parametrize("place", [0, 1, -1])
def test_entries_that_are_scaled_in_their_own_way_are_refused(size, place):
    factors = np.full(size, 2.0)
    factors[place] = 7.0
    with pytest.raises(NotImplementedError, match="must be reduced"):
        slope(lambda x: x * factors, np.ones(size))


def test_of_a_number_any_function_has_a_slope():
    close = derivative("float64").relative
    assert slope(lambda x: x**3, np.float64(2.0)) == pytest.approx(12.0, rel=close)
    assert slope(lambda x: x * 0 + 1, np.float64(2.0)) == 0.0
    assert slope(lambda x: x * 5, np.zeros(0)) == 1
