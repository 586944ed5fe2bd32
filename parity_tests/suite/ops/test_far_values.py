"""Functions where their series end: against sums that NumPy computes in another way."""

import numpy as np
import pytest

from parity_tests.harness.tolerances import DERIVATIVE
from scratch import ops

FAR = [0.5, 8.0, 31.9, 32.1, 40.0, 100.0, 350.0, 700.0]


@pytest.mark.parametrize("x", [*FAR, *(-x for x in FAR)])
def test_a_bessel_function_is_a_mean_over_the_circle(x):
    """I_0(x) is the mean of e^{x cos t}: of a smooth periodic function, points alike are enough."""
    t = np.arange(2_000) * (2 * np.pi / 2_000)
    whole = np.abs(x)
    scaled = np.mean(np.exp(whole * (np.cos(t) - 1)))  # without e^x, which is large
    found = float(np.asarray(ops.i0(np.array([x], "float64")))[0])
    assert found * np.exp(-whole / 2) * np.exp(-whole / 2) == pytest.approx(scaled, rel=DERIVATIVE)


@pytest.mark.parametrize("x", [0.5, 20.0, 33.0, 60.0])
def test_its_derivative_is_that_of_the_next_order(x):
    t = np.arange(2_000) * (2 * np.pi / 2_000)
    symbol = ops.Symbol.leaf("x", (1,), "float64")
    (slope,) = ops.gradient(ops.sum(ops.i0(symbol)), [symbol])
    found = float(ops.evaluate(slope, {symbol: np.array([x])})[0])
    scaled = np.mean(np.cos(t) * np.exp(x * (np.cos(t) - 1)))
    assert found * np.exp(-x) == pytest.approx(scaled, rel=DERIVATIVE)
