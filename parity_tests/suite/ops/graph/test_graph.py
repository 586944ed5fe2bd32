"""The graph: what is built, what is computed, and what is fed."""

import gc
import itertools

import numpy as np
import pytest

from parity_tests.harness.tolerances import (
    DERIVATIVE,
)
from scratch import ops
from scratch.ops.graph.symbol import _built
from scratch.testing.gradients import STEP
from scratch.variables.variable import Variable


def test_who_lends_a_shape_alone():
    """An input called `like` gives its shape and none of its numbers; all others do both."""

    def compute(x: ops.Tensor, like: ops.Tensor, more: ops.Tensor, axis: int = 0) -> ops.Tensor:
        return x

    assert ops.operation(derivative=None)(compute).lends_shape == {1}


# The graph itself -------------------------------------------------------------------------------


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


# Variables, feeds, programs ---------------------------------------------------------------------


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
