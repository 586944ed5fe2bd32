"""Penalties that a user defines, on weights and on outputs: as in tf.keras.

Eagerly, mostly: in TensorFlow's graphs a weight that several terms read may have been updated
before the last of them reads it, and two runs differ.
"""

from typing import Any

import numpy as np
import pytest

import scratch
from parity_tests.commands.unchanged.messages import said
from parity_tests.harness.engines import HAND, TAPE, TF
from parity_tests.harness.tolerances import FEW_STEPS

HERE = __name__
X = np.linspace(-1, 1, 15).reshape(5, 3).astype("float32")
Y = (X[:, :1] * 2 + 0.3).astype("float32")


def fitted(k, engine, model, optimizer=None, callbacks=(), **compiled):
    """The weights, the losses of the epochs, and that of a test before and after them."""
    compiled = {"loss": "mse"} | compiled
    model.compile(
        optimizer or k.optimizers.SGD(0.05, momentum=0.5),
        run_eagerly=engine.mode == "eager",
        **compiled,
    )
    tests = [model.evaluate(X, Y, verbose=0, batch_size=2)]
    history = model.fit(
        X, Y, epochs=3, verbose=0, batch_size=2, shuffle=False, callbacks=list(callbacks)
    )
    tests.append(model.evaluate(X, Y, verbose=0, batch_size=2))
    return [*model.get_weights(), np.array(history.history["loss"]), np.array(tests)]


def assert_alike(function, *args, reference=TAPE):
    ours, theirs = (e.run(f"{HERE}:{function}", *args) for e in (HAND, reference))
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=FEW_STEPS, atol=FEW_STEPS)


# Weights that the layer does not use --------------------------------------------------------------


def idle_weights(k: Any, engine, name, optimizer):
    """A layer whose `call` knows nothing of the weights that its subclass adds."""
    base: Any = getattr(k.layers, name)

    class Layer(base):
        def build(self, shape):
            super().build(shape)
            self.penalized = self.add_weight(shape=(2,), initializer="ones", regularizer="l2")
            self.idle = self.add_weight(shape=(2,), initializer="ones")

    k.utils.set_random_seed(3)
    arguments: dict[str, list[Any]] = {"Dense": [3], "Rescaling": [0.5]}
    layer = Layer(*arguments.get(name, []))
    model = k.Sequential([k.Input((3,)), layer, k.layers.Dense(1)])
    return fitted(k, engine, model, getattr(k.optimizers, optimizer)(0.1, weight_decay=0.01))


@pytest.mark.filterwarnings("ignore:Gradients do not exist")
@pytest.mark.parametrize("optimizer", ["SGD", "Adam"])
@pytest.mark.parametrize("name", ["Dense", "BatchNormalization", "PReLU", "Rescaling"])
def test_a_penalty_is_the_whole_gradient_of_an_idle_weight(name, optimizer):
    assert_alike("idle_weights", name, optimizer)


def unused(k: Any, engine, regularizer):
    """A weight of a layer, and a whole layer, that nothing uses."""

    class Model(k.Model):
        def __init__(self):
            super().__init__()
            self.dense, self.other = k.layers.Dense(1), k.layers.Dense(2, bias_regularizer="l1")
            self.other.build((None, 2))
            self.other.bias.assign([1.0, -2.0])
            penalty = "l2" if regularizer == "l2" else lambda w: k.ops.sum(w**4)
            self.scale = self.add_weight(shape=(2,), initializer="ones", regularizer=penalty)

        def call(self, x):
            return self.dense(x)

    k.utils.set_random_seed(3)
    return fitted(k, engine, Model())


@pytest.mark.filterwarnings("ignore:Gradients do not exist")
@pytest.mark.parametrize("regularizer", ["l2", "defined"])
def test_a_penalty_on_a_weight_that_nothing_uses(regularizer):
    assert_alike("unused", regularizer)


# Definitions --------------------------------------------------------------------------------------

# From the library, a variable, another layer and what is penalized to the penalty.
DEFINED: dict[str, Any] = {
    "of it alone": lambda k, v, other, x: k.ops.sum(abs(x) ** 3),
    "another layer": lambda k, v, other, x: (
        k.ops.sum(k.ops.square(x)) + 0.1 * k.ops.sum(k.ops.square(other.kernel))
    ),
    "a value": lambda k, v, other, x: k.ops.sum(x**2) * k.ops.sum(other.kernel.value**2),
    "converted": lambda k, v, other, x: k.ops.sum(x * k.ops.convert_to_tensor(v)),
    "a strength that is trained": lambda k, v, other, x: v * k.ops.sum(k.ops.square(x)),
    "a strength that stops gradients": lambda k, v, other, x: (
        k.ops.stop_gradient(v) * k.ops.sum(k.ops.square(x))
    ),
    "nothing of it": lambda k, v, other, x: k.ops.square(v),
    "a constant": lambda k, v, other, x: k.ops.cast(0.5, x.dtype),
    "noise": lambda k, v, other, x: k.ops.sum(x * k.random.normal((1,))),
    "entries": lambda k, v, other, x: x * x * v,
    "a whole number": lambda k, v, other, x: k.ops.count_nonzero(x),
    "shape and type": lambda k, v, other, x: (
        k.ops.sum(x[0]) * len(x.shape) * float("32" in str(x.dtype))
    ),
}


def defined(k: Any, engine, name, where, form, optimizer="SGD", frozen=False):
    k.utils.set_random_seed(3)
    other = k.layers.Dense(4, activation="tanh")

    def function(x):
        return DEFINED[name](k, model.strength, other, x)

    class Penalty(k.regularizers.Regularizer):
        def __call__(self, x):
            return function(x)

    class Redefined(k.regularizers.L2):  # with a derivative by hand that is no longer its own
        def __call__(self, x):
            return super().__call__(x) + function(x)

    penalty = {"function": lambda: function, "class": Penalty, "L2": Redefined}[form]()

    class Model(k.Model):
        def __init__(self):
            super().__init__()
            self.strength = self.add_weight(shape=(), initializer="ones", trainable=not frozen)
            self.hidden, self.head = other, k.layers.Dense(1, **{where: penalty})

        def call(self, x):
            return self.head(self.hidden(x))

    model = Model()
    return fitted(k, engine, model, getattr(k.optimizers, optimizer)(0.02))


PLACES = ["kernel_regularizer", "bias_regularizer", "activity_regularizer"]


@pytest.mark.filterwarnings("ignore:Gradients do not exist")
@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("name", DEFINED)
def test_a_definition_trains_whatever_it_reads(name, where):
    assert_alike("defined", name, where, "function")


@pytest.mark.filterwarnings("ignore:Gradients do not exist")
@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("form", ["class", "L2"])
def test_a_class_trains_whatever_it_reads(form, where):
    assert_alike("defined", "a strength that is trained", where, form, "Adam")


@pytest.mark.parametrize("where", PLACES)
def test_a_strength_that_is_frozen(where):
    assert_alike("defined", "a strength that is trained", where, "function", "SGD", True)


def inside_a_layer(k: Any, engine):
    """A weight whose penalty reads another weight of the layer; a sublayer's, one of its owner."""

    class Layer(k.layers.Layer):
        def __init__(self):
            super().__init__()
            self.inner = k.layers.Dense(
                3, kernel_regularizer=lambda w: 0.1 * k.ops.sum(k.ops.square(w - self.a))
            )

        def build(self, shape):
            self.inner.build(shape)
            self.a: Any = self.add_weight(shape=(3, 1), initializer="ones")
            self.b = self.add_weight(
                shape=(3, 1),
                initializer="ones",
                regularizer=lambda w: 0.1 * k.ops.sum(k.ops.square(w - self.a * 2)),
            )

        def call(self, x):
            return self.inner(x) @ (self.a + self.b)

    k.utils.set_random_seed(3)
    return fitted(k, engine, k.Sequential([k.Input((3,)), Layer()]))


def test_a_penalty_of_two_weights_of_a_layer():
    assert_alike("inside_a_layer")


def the_weight_itself(k: Any, engine):
    def penalty(w):
        assert w.trainable and w.name == "kernel"
        return k.ops.sum(k.ops.square(w.value)) * (0.1 if w.path.endswith("kernel") else 9.0)

    def constraint(w):
        assert w.trainable and w.name == "kernel"
        return w.value * (0.9 if w.path.endswith("kernel") else 0.1)

    k.utils.set_random_seed(3)
    dense = k.layers.Dense(1, kernel_regularizer=penalty, kernel_constraint=constraint)
    return fitted(k, engine, k.Sequential([k.Input((3,)), dense]))


def test_regularizers_and_constraints_get_the_variable():
    assert_alike("the_weight_itself")


# Once a batch -------------------------------------------------------------------------------------


def counting(k: Any, engine, where):
    """A penalty that counts its uses, and depends on their number."""
    k.utils.set_random_seed(3)
    uses = k.Variable(0.0, trainable=False, dtype=k.config.floatx())

    def penalty(x):
        uses.assign_add(1.0)
        return uses * 0.01 * k.ops.sum(x * x)

    model = k.Sequential([k.Input((3,)), k.layers.Dense(1, **{where: penalty})])
    found = fitted(k, engine, model)
    return [*found, uses.numpy()]


@pytest.mark.parametrize("where", PLACES)
def test_what_a_penalty_assigns_is_assigned_once_a_batch(where):
    assert_alike("counting", where)


def plain(k: Any, engine, where):
    """A strength in plain Python that changes in every epoch."""
    k.utils.set_random_seed(3)
    strength = {"now": 0.1}

    def raised(epoch, logs):
        strength["now"] += 0.3

    layer = k.layers.Dense(1, **{where: lambda x: strength["now"] * k.ops.sum(x * x)})
    model = k.Sequential([k.Input((3,)), layer])
    return fitted(k, engine, model, callbacks=[k.callbacks.LambdaCallback(on_epoch_end=raised)])


@pytest.mark.parametrize("where", PLACES)
def test_plain_python_is_a_constant_of_the_graph(where):
    assert_alike("plain", where, reference=TF)


def numbers(k: Any, engine, what, eagerly):
    """A penalty, or a loss, that looks at the numbers of a weight with NumPy."""
    k.utils.set_random_seed(3)

    def penalty(w):
        return k.ops.sum(np.abs(w))

    def loss(y, p):
        return k.ops.mean(k.ops.square(y - p), -1) + k.ops.sum(dense.kernel.numpy())

    dense = k.layers.Dense(1, kernel_regularizer=penalty if what == "penalty" else None)
    model = k.Sequential([k.Input((3,)), dense])
    model.compile("sgd", "mse" if what == "penalty" else loss, run_eagerly=eagerly)
    try:
        return [model.train_on_batch(X, Y) for _ in range(3)]
    except NotImplementedError as error:
        said(error)
        return [0.0]


@pytest.mark.parametrize("eagerly", [False, True])
@pytest.mark.parametrize("what", ["penalty", "loss"])
def test_numbers_of_a_weight_are_read_eagerly_or_refused(what, eagerly):
    assert_alike("numbers", what, eagerly)
    assert len(HAND.run(f"{HERE}:numbers", what, eagerly)) == (3 if eagerly else 1)


# Beside other losses ------------------------------------------------------------------------------


def reading_loss(k: Any, engine):
    """A weight that the network, its penalty, another's penalty and the loss read."""
    k.utils.set_random_seed(3)
    first = k.layers.Dense(3, kernel_regularizer=lambda w: 0.1 * k.ops.sum(abs(w)))
    last = k.layers.Dense(1, kernel_regularizer=lambda w: 0.1 * k.ops.sum((first.kernel @ w) ** 2))
    model = k.Sequential([k.Input((3,)), first, first, last])

    def loss(y, p):
        return k.ops.mean(k.ops.square(y - p), -1) + 0.1 * k.ops.sum(first.kernel**2)

    return fitted(k, engine, model, loss=loss)


def test_all_that_reads_a_weight_adds_up():
    assert_alike("reading_loss")


OWN: dict[str, Any] = {
    "all": lambda losses: 0.3 * sum(losses),
    "one": lambda losses: losses[0] * losses[0],
    "none": lambda losses: 0.0,
}


def own_loss(k: Any, engine, counted, form):
    penalty = {"l2": "l2", "function": lambda w: k.ops.sum(k.ops.square(w - model.scale))}[form]

    class Model(k.Model):
        def __init__(self):
            super().__init__()
            self.scale = self.add_weight(shape=(), initializer="ones", regularizer="l1")
            self.dense = k.layers.Dense(1, kernel_regularizer=penalty, activity_regularizer="l2")

        def call(self, x):
            return self.dense(x)

        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            return k.ops.mean(k.ops.square(y - y_pred)) + OWN[counted](self.losses)

    k.utils.set_random_seed(3)
    model: Any = Model()
    return fitted(k, engine, model, k.optimizers.SGD(0.1, weight_decay=0.1))


@pytest.mark.filterwarnings("ignore:Gradients do not exist")
@pytest.mark.parametrize("form", ["l2", "function"])
@pytest.mark.parametrize("counted", OWN)
def test_compute_loss_decides_which_penalties_count(counted, form):
    assert_alike("own_loss", counted, form)


def entries_added(k: Any, engine):
    class Layer(k.layers.Layer):
        def call(self, x):
            self.add_loss(x[:, 0] ** 2)
            return x

    k.utils.set_random_seed(3)
    return fitted(k, engine, k.Sequential([k.Input((3,)), k.layers.Dense(2), Layer()]))


def test_added_losses_with_entries_are_summed():
    assert_alike("entries_added")


def compiled_again(k: Any, engine):
    """Without labels, so that the network that predicts is the one that is tested."""

    class Model(k.Model):
        def __init__(self):
            super().__init__()
            self.dense = k.layers.Dense(1, kernel_regularizer=lambda w: k.ops.sum(w * w))

        def call(self, x):
            y = self.dense(x)
            self.add_loss(k.ops.mean(k.ops.square(y)))
            return y

    k.utils.set_random_seed(3)
    model, found = Model(), []
    for trainable in (True, False):
        model.dense.trainable = trainable
        model.compile("sgd")
        model.predict(X, verbose=0)
        found.append(model.evaluate(X, verbose=0))
    return np.array(found)


def test_a_frozen_weight_has_no_penalty_once_compiled_again():
    assert_alike("compiled_again")
    penalized, frozen = HAND.run(f"{HERE}:compiled_again")
    assert penalized > frozen + 0.1


def test_a_penalty_by_hand_may_be_a_number_of_python():
    """R(w) = sum w^2 / 2 and w: a step of rate 1 takes the weight to 0."""

    class Half(scratch.regularizers.Regularizer):
        def __call__(self, x):
            return float(0.5 * np.square(x).sum())

        def gradient(self, w):
            return w

    layer = scratch.layers.Dense(1, use_bias=False, kernel_regularizer=Half())
    model = scratch.Sequential([scratch.Input((2,)), layer])
    layer.set_weights([np.array([[3.0], [-4.0]])])
    model.compile(scratch.optimizers.SGD(1.0), "mse")
    assert model.train_on_batch(np.zeros((2, 2)), np.zeros((2, 1))) == 12.5
    assert layer.kernel.numpy().tolist() == [[0.0], [0.0]]
