"""What a tape follows, what it gives where there is nothing, and what it refuses."""

import copy
import pickle

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import DERIVATIVE, FEW_ROUNDINGS
from scratch import ops


@pytest.fixture(params=["scratch", "tensorflow"])
def lib(request):
    """A library's tape, its tensors, and its Keras."""
    if request.param == "scratch":
        return Library(scratch.GradientTape, ops.convert_to_tensor, scratch)
    tf = pytest.importorskip("tensorflow")
    return Library(tf.GradientTape, tf.constant, tf.keras)


class Library:
    """What the tests below are written with."""

    def __init__(self, tape, tensor, keras):
        self.tape, self.tensor, self.keras, self.ops = tape, tensor, keras, keras.ops

    def variable(self, value, **settings):
        return self.keras.Variable(np.asarray(value, "float32"), dtype="float32", **settings)


def assert_is(found, expected):
    """None, or these numbers."""
    if expected is None:
        assert found is None
    else:
        np.testing.assert_allclose(np.asarray(found), expected, rtol=DERIVATIVE)


# What is followed -------------------------------------------------------------------------------


def test_a_tensor_is_followed_once_it_is_watched(lib):
    x = lib.tensor([1.0, 2.0])
    with lib.tape(persistent=True) as tape:
        before = x * x
        tape.watch(x)
        y = x * x
    assert_is(tape.gradient(before, x), None)
    assert_is(tape.gradient(y, x), [2, 4])


def test_variables_are_followed_by_themselves(lib):
    w, frozen = lib.variable([1.0, 2.0]), lib.variable([3.0, 4.0], trainable=False)
    with lib.tape(persistent=True) as tape:
        y = w * frozen
    assert_is(tape.gradient(y, w), [3, 4])
    assert_is(tape.gradient(y, frozen), None)
    assert len(tape.watched_variables()) == 1


def test_or_not(lib):
    v, w = lib.variable([1.0, 2.0]), lib.variable([3.0, 4.0])
    with lib.tape(watch_accessed_variables=False, persistent=True) as tape:
        tape.watch(getattr(v, "_value", v))
        y = v * w
    assert_is(tape.gradient(y, v), [3, 4])
    assert_is(tape.gradient(y, w), None)
    assert len(tape.watched_variables()) == 1


def test_a_variable_that_is_assigned_to(lib):
    v = lib.variable(2.0)
    with lib.tape(persistent=True) as tape:
        y = v * v
        v.assign(5.0)
        z = v * v
    v.assign(100.0)
    assert_is(tape.gradient(y, v), 4)
    assert_is(tape.gradient(z, v), 10)
    assert_is(tape.gradient([y, z], v), 14)


def test_what_was_assigned_is_no_function_of_its_source(lib):
    v, w = lib.variable(2.0), lib.variable(3.0)
    with lib.tape(persistent=True) as tape:
        given = v.assign(w * w)
        y = v * v
        z = given * 1.0
    assert_is(tape.gradient(y, v), 18)
    assert_is(tape.gradient(y, w), None)
    assert_is(tape.gradient(z, w), 6)


def test_several_in_any_structure(lib):
    x, y = lib.tensor([1.0, 2.0]), lib.tensor(3.0)
    with lib.tape() as tape:
        tape.watch({"x": x, "y": [y]})
        z = x * x * y
    found = tape.gradient(z, {"a": x, "b": (y, [x])})
    assert_is(found["a"], [6, 12])
    assert_is(found["b"][0], 5)
    assert isinstance(found["b"], tuple)
    assert_is(found["b"][1][0], [6, 12])


def test_several_targets_are_added_up(lib):
    x = lib.tensor([1.0, 2.0])
    with lib.tape(persistent=True) as tape:
        tape.watch(x)
        y, z = x * x, 3.0 * x
    assert_is(tape.gradient([y, z], x), [5, 7])
    assert_is(tape.gradient([y, z], x, output_gradients=[y, y]), [5, 28])
    assert_is(tape.gradient(y, x, output_gradients=lib.tensor([10.0, 1.0])), [20, 4])


def test_a_result_may_be_a_source(lib):
    x = lib.tensor(2.0)
    with lib.tape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
        z = y * y + x
    assert_is(tape.gradient(z, y), 8)
    assert_is(tape.gradient(z, [x, y])[0], 33)
    assert_is(tape.gradient(y, y), 1)


def test_target_and_source_are_one(lib):
    x, v = lib.tensor([1.0, 2.0]), lib.variable([1.0, 2.0])
    with lib.tape(persistent=True) as tape:
        y = v * v
    assert_is(tape.gradient(x, x), [1, 1])
    assert_is(tape.gradient(v, v), [1, 1])
    assert_is(tape.gradient([y, v], v), [3, 5])


def test_a_list_of_tensors_is_a_tensor(lib):
    x, v = lib.tensor(2.0), lib.variable(3.0)
    with lib.tape(persistent=True) as tape:
        tape.watch(x)
        y = lib.ops.sum([x * x, 3.0 * x, x * v])
        z = lib.ops.multiply(lib.ops.convert_to_tensor([[x, v], [x, x]]), 2.0)
    assert_is(tape.gradient(y, x), 10)
    assert_is(tape.gradient(y, v), 2)
    assert_is(tape.gradient(z, x), 6)


# Where there is nothing -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "f",
    [
        lambda o, x: o.stop_gradient(x) * 2.0,
        lambda o, x: o.cast(o.floor(x), "float32"),
        lambda o, x: o.cast(o.cast(x, "int32"), "float32"),
        lambda o, x: o.cast(x > 1.0, "float32"),
        lambda o, x: o.ones((2,)),
        lambda o, x: o.argmax(x),
        lambda o, x: o.zeros_like(x) * 2.0,
        lambda o, x: o.sign(x),
    ],
)
def test_no_derivative(f, lib):
    x = lib.tensor([1.0, 2.5])
    with lib.tape(persistent=True) as tape:
        tape.watch(x)
        y = f(lib.ops, x)
    found = tape.gradient(y, x)
    assert found is None or not np.any(found)  # TensorFlow has zeros for some
    assert_is(tape.gradient(y, x, unconnected_gradients="zero"), [0, 0])


def test_whole_numbers_are_not_followed(lib, recwarn):
    x = lib.tensor([1, 2])
    with lib.tape(persistent=True) as tape:
        tape.watch(x)
        y = lib.ops.cast(x, "float32") * 2.0
    assert_is(tape.gradient(y, x), None)
    zeros = tape.gradient(y, x, unconnected_gradients="zero")
    assert np.asarray(zeros).dtype == "int32"
    assert_is(zeros, [0, 0])


def test_a_whole_number_is_said_not_to_be_followed():
    with scratch.GradientTape() as tape, pytest.warns(UserWarning, match="must be floating"):
        tape.watch(ops.convert_to_tensor([1, 2]))


# What a tape is asked ---------------------------------------------------------------------------


def squared(lib, **settings):
    x = lib.tensor([1.0, 2.0])
    with lib.tape(**settings) as tape:
        tape.watch(x)
        y = x * x
    return tape, x, y


def test_once(lib):
    tape, x, y = squared(lib)
    tape.gradient(y, x)
    for ask in (tape.gradient, tape.jacobian):
        with pytest.raises(RuntimeError, match="can only be used to compute one set of gradients"):
            ask(y, x)


def test_no_target(lib):
    tape, x, _ = squared(lib)
    with pytest.raises(TypeError, match="but received None"):
        tape.gradient(None, x)


def test_no_source(lib):
    tape, x, y = squared(lib)
    with pytest.raises(TypeError):
        tape.gradient(y, [x, None])


def test_an_array_is_no_source(lib):
    tape, _, y = squared(lib)
    with pytest.raises((TypeError, AttributeError)):
        tape.gradient(y, np.ones(2))


def test_another_word_for_unconnected(lib):
    tape, x, y = squared(lib)
    with pytest.raises(ValueError, match="Unknown value for unconnected_gradients: 'foo'"):
        tape.gradient(y, x, unconnected_gradients="foo")


def test_output_gradients_of_another_shape(lib):
    tape, x, y = squared(lib)
    with pytest.raises(Exception, match="Incompatible shapes") as error:
        tape.gradient(y, x, output_gradients=lib.tensor([1.0, 2.0, 3.0]))
    assert type(error.value).__name__ == "InvalidArgumentError"


@pytest.mark.parametrize("x", [np.ones(2), 3.0, "x", [1.0, 2.0]])
def test_an_array_cannot_be_watched(x, lib):
    with lib.tape() as tape, pytest.raises(ValueError, match="Passed in object"):
        tape.watch(x)


def test_opened_twice(lib):
    with lib.tape() as tape, pytest.raises(ValueError, match="Tape is still recording"):
        tape.__enter__()


def test_opened_again(lib):
    x = lib.tensor(2.0)
    with lib.tape() as tape:
        tape.watch(x)
        y = x * x
    with tape:
        z = y * y
    assert_is(tape.gradient(z, x), 32)


def test_used_and_opened_again(lib):
    tape, x, y = squared(lib)
    tape.gradient(y, x)
    with tape:
        tape.watch(x)
        y = 3.0 * x
    assert_is(tape.gradient(y, x), [3, 3])


def test_stop_recording(lib):
    x = lib.tensor(2.0)
    with lib.tape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
        with tape.stop_recording():
            z = y * y
        w = y * 3.0
    assert_is(tape.gradient(z, x), None)
    assert_is(tape.gradient(w, x), 12)
    with pytest.raises(ValueError, match="Tape is not recording"), tape.stop_recording():
        pass


def test_never_opened(lib):
    x = lib.tensor(2.0)
    tape = lib.tape(persistent=True)
    with pytest.raises(RuntimeError, match="not recording"), tape.stop_recording():
        pass
    with pytest.raises(ValueError, match="Tape is not recording"):
        tape.reset()
    with pytest.raises(RuntimeError, match="can only be used"):
        tape.gradient(x, x)


def test_reset(lib):
    x = lib.tensor(2.0)
    with lib.tape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
        tape.reset()
        tape.watch(x)
        z = x * 3.0
    assert_is(tape.gradient(y, x), None)
    assert_is(tape.gradient(z, x), 3)
    with pytest.raises(ValueError, match="Tape is not recording"):
        tape.reset()


def test_asked_while_it_is_open(lib):
    x = lib.tensor(3.0)
    with lib.tape() as tape:
        tape.watch(x)
        assert_is(tape.gradient(x * x, x), 6)
        with pytest.raises(RuntimeError, match="not recording"), tape.stop_recording():
            pass


def test_a_persistent_tape_asked_while_it_is_open_records_the_derivative(lib):
    x = lib.tensor(3.0)
    with lib.tape(persistent=True) as tape:
        tape.watch(x)
        y = x * x * x
        dy = tape.gradient(y, x)
    assert_is(tape.gradient(dy, x), 18)


# Nested tapes -----------------------------------------------------------------------------------


def test_third_derivative(lib):
    x = lib.tensor([1.0, 2.0])
    with lib.tape() as a:
        a.watch(x)
        with lib.tape() as b:
            b.watch(x)
            with lib.tape() as c:
                c.watch(x)
                y = x**4
            first = c.gradient(y, x)
        second = b.gradient(first, x)
    assert_is(first, [4, 32])
    assert_is(second, [12, 48])
    assert_is(a.gradient(second, x), [24, 48])


def test_an_inner_tape_sees_what_is_computed_while_it_is_open(lib):
    x = lib.tensor(2.0)
    with lib.tape(persistent=True) as outer:
        outer.watch(x)
        y = x * x
        with lib.tape(persistent=True) as inner:
            inner.watch(y)
            z = y * y
        dz = inner.gradient(z, y)
        assert_is(inner.gradient(z, x), None)
    assert_is(dz, 8)
    assert_is(outer.gradient(dz, x), 8)


def test_hessian_times_a_vector(lib):
    w = lib.variable([[1.0, 2.0], [3.0, 4.0]])
    x, v = lib.tensor([[1.0, -1.0]]), lib.tensor([[0.5, 0.0], [1.0, 2.0]])
    with lib.tape() as outer:
        with lib.tape() as inner:
            y = lib.ops.sum(lib.ops.tanh(x @ w))
        g = inner.gradient(y, w)
        product = lib.ops.sum(g * v)
    found = np.asarray(outer.gradient(product, w))
    t = np.tanh(np.array([1.0, -1.0]) @ [[1.0, 2.0], [3.0, 4.0]])
    curvature = -2 * t * (1 - t**2) * (np.array([1.0, -1.0]) @ [[0.5, 0.0], [1.0, 2.0]])
    np.testing.assert_allclose(found, [curvature, -curvature], rtol=FEW_ROUNDINGS)


# Jacobians --------------------------------------------------------------------------------------


def test_jacobian(lib):
    x, v = lib.tensor([1.0, 2.0]), lib.variable([[1.0, 2.0], [3.0, 4.0]])
    with lib.tape(persistent=True) as tape:
        tape.watch(x)
        y = v @ lib.ops.reshape(x * x, (2, 1))
    dx, dv = tape.jacobian(y, [x, v.value])
    assert_is(dx, [[[2, 8]], [[6, 16]]])
    if isinstance(v, scratch.Variable):
        dv = tape.jacobian(y, v)
        assert_is(dv, [[[[1, 4], [0, 0]]], [[[0, 0], [1, 4]]]])
    assert_is(tape.jacobian(y, lib.tensor([1.0])), None)
    zeros = tape.jacobian(y, lib.tensor([1.0]), unconnected_gradients="zero")
    assert_is(zeros, np.zeros((2, 1, 1)))


def test_batch_jacobian(lib):
    x = lib.tensor([[1.0, 2.0], [3.0, 4.0]])
    with lib.tape(persistent=True) as tape:
        tape.watch(x)
        y = lib.ops.stack([x[:, 0] * x[:, 1], x[:, 0], x[:, 1] ** 2], axis=1)
        first = y[:1]
    expected = [[[2, 1], [1, 0], [0, 4]], [[4, 3], [1, 0], [0, 8]]]
    assert_is(tape.batch_jacobian(y, x), expected)
    with pytest.raises(ValueError, match="Need first dimension of target shape"):
        tape.batch_jacobian(first, x)
    with pytest.raises(ValueError, match="must have rank at least 2"):
        tape.batch_jacobian(y, lib.tensor([1.0, 2.0]))


# What may not change, and what else is open -----------------------------------------------------


def test_arrays_that_change_afterwards():
    constant, source = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    x = ops.convert_to_tensor(source)
    with scratch.GradientTape() as tape:
        tape.watch(x)
        y = x * x * constant
        constant[:] = 1000
        source[:] = 1000
    assert_is(tape.gradient(y, x), [6, 16])
    with pytest.raises(ValueError, match="read-only"):
        np.asarray(y)[0] = 5


def test_a_tensor_is_not_written_into(lib):
    x = lib.tensor([1.0, 2.0])
    with lib.tape() as tape:
        tape.watch(x)
        y = x * x
        with pytest.raises(TypeError, match="item assignment"):
            y[0] = 5.0
        z = y
        z += 1.0
        z *= x
    assert_is(y, [1, 4])
    assert_is(tape.gradient(z, x), [4, 13])


def test_nothing_stays_open_after_an_error():
    with pytest.raises(ZeroDivisionError), scratch.GradientTape():
        raise ZeroDivisionError
    x = ops.convert_to_tensor([1.0])
    assert np.cumsum(x) == [1]  # NumPy's own


def test_settings_are_constants():
    x, number, v = (
        ops.convert_to_tensor([1.0, 2.0]),
        ops.convert_to_tensor(2.0),
        scratch.Variable(2.0),
    )
    with scratch.GradientTape() as tape:
        tape.watch([x, number])
        for setting in (v, number):
            with pytest.raises(TypeError, match="`value` is followed by a gradient tape"):
                ops.pad(x, 1, constant_values=setting)


def test_fit_inside_a_tape():
    model = scratch.Sequential([scratch.layers.Dense(1)])
    model.compile("sgd", "mse")
    x, y = np.ones((8, 2), "float32"), np.ones((8, 1), "float32")
    with scratch.GradientTape() as tape:
        model.fit(x, y, verbose=0)
        model.evaluate(x, y, verbose=0)
        model.train_on_batch(x, y)
        predicted = model.predict(x, verbose=0)
        loss = scratch.losses.MeanSquaredError()(y, model(x))
    assert type(predicted) is np.ndarray
    assert all(g is not None for g in tape.gradient(loss, model.trainable_variables))


def test_copies_and_pickles_are_followed_by_nobody():
    x = ops.convert_to_tensor([1.0, 2.0])
    with scratch.GradientTape() as tape:
        tape.watch(x)
        y = x * x
        for twin in (copy.copy(y), copy.deepcopy(y), pickle.loads(pickle.dumps(y))):
            assert_is(twin, [1, 4])
            assert type(twin) is type(y)
            twin[0] = 7


def test_a_tape_travels_nowhere(lib):
    """It knows tensors by their identity; a deep copy of what holds it would know others."""
    x = lib.tensor([1.0, 2.0])
    with lib.tape() as tape:
        tape.watch(x)
        y = x * x
    for travels in (copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="cannot pickle"):
            travels({"tape": tape})
    np.testing.assert_array_equal(np.asarray(copy.copy(tape).gradient(y, x)), [2.0, 4.0])
