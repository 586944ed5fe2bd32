"""What eager computation gives: the array that it is, and what NumPy's functions make of it."""

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import DERIVATIVE
from scratch import ops
from scratch.ops.graph.eager import EagerTensor

X = np.array([[1.0, -2.0, 3.0], [0.5, 4.0, -1.0]])


def given():
    """What a program meets, by its name."""
    keras = scratch
    model = keras.Sequential([keras.layers.Dense(2, "relu"), keras.layers.Dense(1)])
    x, y = np.ones((4, 3), "float32"), np.zeros((4, 1), "float32")
    v = keras.Variable([1.0, 2.0])
    metric = keras.metrics.MeanSquaredError()
    metric.update_state(y, y + 1)
    auc = keras.metrics.AUC()
    auc.update_state([0, 1], [0.3, 0.6])
    loss = keras.losses.MeanSquaredError()
    yield "a model", model(x)
    yield "a model again", model(x)
    yield "a model of a tensor", model(model(x) * np.ones(3, "float32"))
    yield "a model in training", model(x, training=True)
    yield "a layer", keras.layers.Dense(2)(x)
    yield "a layer that does nothing", keras.layers.Dropout(0.5)(x)
    yield "a loss", loss(y, model(x))
    yield "a function", keras.losses.mean_squared_error(y, model(x))
    yield "a sum of losses", loss(y, model(x)) + 0.1 * loss(y, model(x))
    yield "a metric", metric.result()
    yield "another metric", auc.result()
    yield "a call of a metric", metric(y, y)
    yield "a variable's value", v.value
    yield "what is assigned", v.assign([3.0, 4.0])
    yield "what is added", v.assign_add([3.0, 4.0])
    yield "arithmetic with a variable", v * 2 + 1
    yield "an array and a variable", np.ones(2, "float32") - v
    yield "a part of a variable", v[0]
    yield "an operation", ops.exp(v)
    yield "random numbers", keras.random.normal((2, 3))
    yield "new numbers", ops.zeros((2,))
    yield "an entry", model(x)[0, 0]
    yield "a row", next(iter(model(x)))
    yield "a method's", model(x).sum()
    yield "NumPy's", np.square(model(x))
    yield "a comparison", model(x) > 0


@pytest.mark.parametrize("name", [name for name, _ in given()])
def test_it_has_numpy_and_is_an_array(name):
    x: Any = dict(given())[name]
    numbers = x.numpy()
    assert type(numbers) is np.ndarray if x.ndim else isinstance(numbers, np.generic)
    assert isinstance(x, np.ndarray)
    np.testing.assert_array_equal(numbers, x)
    assert numbers.dtype == x.dtype
    if numbers.ndim:
        numbers[...] = 0  # it is a copy
        assert not np.shares_memory(numbers, x)


def test_a_number_of_it():
    loss = scratch.losses.MeanSquaredError()([[1.0]], [[3.0]])
    assert float(loss) == loss.item() == loss == 4
    assert f"{loss:.2f} {loss}" == "4.00 4.0"
    assert str(loss) == "4.0"
    assert repr(loss) == repr(np.asarray(loss))
    assert loss < 5
    assert not loss > 5
    assert [0, 1, 2, 3, 4][ops.argmax(np.array([0, 1, 2]))] == 2
    assert (loss + 1).dtype == "float32"
    assert round(loss / 3, 2) == np.float32(1.33)
    assert {loss: "four"}[4.0] == "four"
    with pytest.raises(TypeError, match="unhashable"):
        hash(ops.ones(2))
    assert np.asarray(loss, "float64").dtype == "float64"


def test_types_are_those_of_numpy():
    """Nothing is different from the array that was given before."""
    p, array = ops.convert_to_tensor(X.astype("float32")), X.astype("float32")
    for f in (
        lambda a: a + 1,
        lambda a: a * 0.1,
        lambda a: a / np.array([1, 2, 3]),
        lambda a: np.arange(3) * a,
        lambda a: a - X,
        lambda a: a**2,
        lambda a: np.mean(a),
        lambda a: a.mean(axis=0),
        lambda a: a[:, 1] > 0,
        lambda a: np.concatenate([a, X]),
        lambda a: np.mean((a > 0.5) == (X > 0)),
        lambda a: a.argmax(axis=1) == [0, 1],
        lambda a: a.reshape(-1).astype("int32") / 3,
        lambda a: np.where(a > 0, a, 0),
        lambda a: np.modf(a)[0],
        lambda a: np.add.reduce(a, axis=1),
        lambda a: np.divmod(a, 2)[1],
    ):
        ours, theirs = f(p), f(array)
        assert ours.dtype == theirs.dtype
        np.testing.assert_array_equal(ours, theirs)


def test_it_may_be_written_into():
    p = ops.convert_to_tensor(X.copy())
    p[p < 0] = 0
    assert p.min() == 0
    out = np.empty_like(X)
    assert np.add(p, 1, out=out) is out
    np.add(p, 1, out=p)
    np.testing.assert_array_equal(p, out)
    p.fill(3)
    assert p.sum() == 18


def test_copies():
    p = ops.convert_to_tensor(X)
    for twin in (copy.copy(p), copy.deepcopy(p), pickle.loads(pickle.dumps(p)), p.copy()):
        assert type(twin) is EagerTensor
        assert not np.shares_memory(twin, p)
        np.testing.assert_array_equal(twin, X)
    assert type(np.array(p)) is type(p.view(np.ndarray)) is np.ndarray


# Under a tape -----------------------------------------------------------------------------------


def derivative(f, x=X):
    """df/dx on a tape, with ones behind it."""
    x = ops.convert_to_tensor(x)
    with scratch.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tape.gradient(y, x)


FUNCTIONS: dict[str, Any] = {
    "x + 1": (lambda x: x + 1, ops.ones_like),
    "1 - x": (lambda x: 1 - x, lambda x: -ops.ones_like(x)),
    "array @ x": (lambda x: np.ones((4, 2)) @ x, lambda x: 4 * ops.ones_like(x)),
    "x ** 3": (lambda x: x**3, lambda x: 3 * x**2),
    "2.0 ** x": (lambda x: 2.0**x, lambda x: np.log(2.0) * 2.0**x),
    "abs": (abs, np.sign),
    "np.square": (np.square, lambda x: 2 * x),
    "np.exp": (np.exp, np.exp),
    "np.maximum": (lambda x: np.maximum(x, 0), lambda x: x > 0),
    "np.where": (lambda x: np.where(x > 0, x, 0), lambda x: x > 0),
    "np.mean": (np.mean, lambda x: ops.ones_like(x) / 6),
    "np.mean(axis)": (lambda x: np.mean(x, axis=0, keepdims=True), lambda x: ops.ones_like(x) / 2),
    "np.concatenate": (lambda x: np.concatenate([x, 2 * x]), lambda x: 3 * ops.ones_like(x)),
    "np.clip": (lambda x: np.clip(x, -1, 2), lambda x: (x >= -1) & (x <= 2)),
    "np.clip(a_min)": (lambda x: np.clip(x, a_min=-1, a_max=2), lambda x: (x >= -1) & (x <= 2)),
    "np.transpose": (lambda x: np.transpose(x) @ x, lambda x: 2 * x.sum(1, keepdims=True) + 0 * x),
    "np.linalg.norm": (np.linalg.norm, lambda x: x / np.linalg.norm(x)),
    "np.einsum": (lambda x: np.einsum("ij,ij->i", x, x), lambda x: 2 * x),
    "x.sum": (lambda x: (x * x).sum(axis=1), lambda x: 2 * x),
    "x.mean": (lambda x: x.mean(0), lambda x: ops.ones_like(x) / 2),
    "x.max": (lambda x: x.max(), lambda x: x == 4),
    "x.reshape": (lambda x: x.reshape(3, 2).reshape((6,)) ** 2, lambda x: 2 * x),
    "x.T": (lambda x: x.T * x.T, lambda x: 2 * x),
    "x.transpose": (lambda x: x.transpose(1, 0) * x.transpose(), lambda x: 2 * x),
    "x.astype": (lambda x: x.astype("float32") * 2.0, lambda x: 2 * ops.ones_like(x)),
    "x.copy": (lambda x: x.copy() * 2, lambda x: 2 * ops.ones_like(x)),
    "x.flatten": (lambda x: x.flatten() * x.ravel(), lambda x: 2 * x),
    "x.dot": (lambda x: x.dot(np.ones(3)), ops.ones_like),
    "x.std": (lambda x: x.var() * 6, lambda x: 2 * (x - x.mean())),
    "x[key]": (lambda x: x[0, 1:], lambda x: [[0, 1, 1], [0, 0, 0]]),
    "iteration": (lambda x: sum(row * row for row in x), lambda x: 2 * x),
    "x += 1": (lambda x: _in_place(x), lambda x: 2 * x + 1),
    "+x": (lambda x: +x, ops.ones_like),
    "np.cumsum": (lambda x: np.cumsum(x), lambda x: np.arange(6, 0, -1).reshape(2, 3)),
    "x.trace": (lambda x: x.trace(), lambda x: np.eye(2, 3)),
    "np.sinh": (lambda x: np.sinh(x), np.cosh),
    "np.hypot": (lambda x: np.hypot(x, 0 * x), np.sign),
    "np.nanmean": (lambda x: np.nanmean(x) * 6, ops.ones_like),
}


def _in_place(x):
    y = x
    y += 1
    y *= x
    return y


@pytest.mark.parametrize("name", FUNCTIONS)
def test_recorded_or_not_the_same(name):
    f, slope = FUNCTIONS[name]
    x = ops.convert_to_tensor(X)
    found = derivative(f)
    expected = np.broadcast_to(np.asarray(slope(x), "float64"), X.shape)
    np.testing.assert_allclose(found, expected, rtol=DERIVATIVE, atol=DERIVATIVE)


@pytest.mark.parametrize(
    ("f", "name"),
    [
        (np.unwrap, "np.unwrap"),
        (np.spacing, "np.spacing"),
        (lambda x: x.compress([True], axis=0), "np.compress"),
        (lambda x: x.view("float32"), "ndarray.view"),
        (lambda x: np.add.reduce(x), "np.add.reduce"),
        (lambda x: np.add(x, 1, out=np.empty_like(X)), "np.add"),
        (lambda x: np.add(X, 1, out=x), "np.add"),
        (lambda x: np.ediff1d(x), "ediff1d"),
        (lambda x: np.gradient(x), "np.gradient"),
        (lambda x: x.fill(0), "ndarray.fill"),
        (lambda x: x.sort(), "ndarray.sort"),
        (lambda x: np.copyto(np.empty_like(X), x), "np.copyto"),
        (lambda x: x.imag, "ndarray.imag"),
        (lambda x: list(x.flat), "ndarray.flat"),
    ],
)
def test_refused_by_name(f, name):
    with pytest.raises(TypeError, match=name.replace(".", r"\.")):
        derivative(lambda x: f(1.0 * x))


def test_arguments_that_the_twin_lacks():
    for f in (
        lambda x: np.sum(x, dtype="float32"),
        lambda x: x.sum(0, "float32"),
        lambda x: np.std(x, ddof=1),
        lambda x: np.mean(x, where=X > 0),
    ):
        with pytest.raises(TypeError, match=r"takes no such argument"):
            derivative(f)


def test_looking_is_allowed():
    def looks(x):
        assert np.shape(x) == x.shape == (2, 3)
        assert np.allclose(x, X)
        assert np.argmax(x) == x.argmax() == 4
        assert np.isfinite(x).all()
        np.testing.assert_allclose(x, X)
        assert x.tolist() == X.tolist()
        assert f"{x[0, 0]:.1f}" == "1.0"
        assert (x == X).all()
        return x * x

    np.testing.assert_array_equal(derivative(looks), 2 * X)


def test_numpys_function_of_a_variable():
    v = scratch.Variable(X.astype("float32"))
    with scratch.GradientTape(persistent=True) as tape:
        squares = [np.square(v), X.astype("float32") * v, np.sum(v), v[0], v.value * 2, -v]
        with pytest.raises(TypeError, match="np.unwrap"):
            np.unwrap(v)
    for y in squares:
        assert tape.gradient(y, v) is not None
    assert np.unwrap(v).shape == (2, 3)


def test_functions_of_tensorflow(tf):
    x = ops.convert_to_tensor(X)
    np.testing.assert_array_equal(tf.reduce_mean(x, axis=0), X.mean(axis=0))
    with scratch.GradientTape() as tape:
        tape.watch(x)
        with pytest.raises(TypeError, match=r"keras\.ops"):
            tf.reduce_mean(x)


# Methods of arrays that look at one, or give whole numbers, or are NumPy's own business.
LOOKING = {
    "all", "any", "argmax", "argmin", "argpartition", "argsort", "base", "ctypes", "data", "device",
    "dtype", "dump", "dumps", "flags", "item", "itemsize", "nbytes", "ndim", "nonzero",
    "searchsorted", "setflags", "shape", "size", "strides", "to_device", "tobytes", "tofile",
    "tolist",
}  # fmt: skip


def test_every_method_of_arrays_is_accounted_for():
    """A new NumPy may have new ones: none may let a derivative go missing without a word."""
    public = {name for name in dir(np.ndarray) if not name.startswith("_")}
    own = {name for name in vars(EagerTensor) if not name.startswith("_")}
    assert not public - own - LOOKING
