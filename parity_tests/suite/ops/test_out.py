"""NumPy's functions on tensors with `out`: what they write, and what they return."""

import numpy as np
import pytest

from scratch import ops

X, Y = np.array([7.0, -3.0, 2.5]), np.array([2.0, 2.0, 0.5])


@pytest.mark.parametrize("function", [np.divmod, np.modf, np.frexp])
def test_several_results_are_written_and_returned(function):
    arrays = [X, Y][: function.nin]
    tensors = [ops.convert_to_tensor(a, "float64") for a in arrays]
    expected = function(*arrays)
    out = tuple(np.empty_like(e) for e in expected)
    found = function(*tensors, out=out)
    assert isinstance(found, tuple)
    assert all(a is b for a, b in zip(found, out, strict=True))
    assert all(map(np.array_equal, out, expected))
    without = function(*tensors)
    assert len(without) == len(expected)
    assert all(map(np.array_equal, map(np.asarray, without), expected))


def test_one_result_is_that_array():
    out = np.empty(3)
    assert np.add(ops.convert_to_tensor(X, "float64"), Y, out=out) is out
    np.testing.assert_array_equal(out, X + Y)
