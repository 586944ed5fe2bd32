"""A user's loss that reads the model's weights, draws, or reads what changes: as in tf.keras."""

from typing import Any

import numpy as np
import pytest

import scratch
from parity_tests.harness.engines import HAND, TAPE, TF
from parity_tests.harness.tolerances import FEW_STEPS

HERE = __name__
X = np.linspace(-1, 1, 15).reshape(5, 3).astype("float32")
Y = (X[:, :1] * 2).astype("float32")


def squares(k, y, p):
    return k.ops.mean(k.ops.square(y - p), axis=-1)


def penalized(term):
    """From a library and a Dense layer to squares plus a term of its weights."""
    return lambda k, d: lambda y, p: squares(k, y, p) + 0.1 * term(k.ops, d)


def subclassed(k: Any, d):
    class Penalized(k.losses.Loss):
        def call(self, y, p):
            return squares(k, y, p) + k.ops.sum(k.ops.square(d.kernel.value))

    return Penalized()


LOSSES = {
    "kernel": penalized(lambda ops, d: ops.sum(ops.square(d.kernel))),
    "value": penalized(lambda ops, d: ops.sum(ops.square(d.kernel.value))),
    "converted": penalized(lambda ops, d: ops.sum(ops.square(ops.convert_to_tensor(d.kernel)))),
    "entry": penalized(lambda ops, d: ops.square(d.kernel[0, 0])),
    "operators": penalized(lambda ops, d: ops.sum(d.kernel * d.kernel) - ops.sum(d.bias)),
    "absolute": penalized(lambda ops, d: ops.max(ops.abs(d.kernel))),
    "times the prediction": lambda k, d: lambda y, p: squares(k, y, p * d.bias + d.kernel[1]),
    "of the weights alone": lambda k, d: (
        lambda y, p: k.ops.sum(d.kernel**2) + d.bias**2 + 0 * y[:, 0]
    ),
    "subclass": subclassed,
}


def trained(k, engine, name, optimizer="SGD", **compiled):
    k.utils.set_random_seed(3)
    dense = k.layers.Dense(1, kernel_regularizer="l2")
    model = k.Sequential([k.Input((3,)), dense])
    loss = LOSSES[name](k, dense)
    model.compile(
        getattr(k.optimizers, optimizer)(0.1), loss, run_eagerly=engine.mode == "eager", **compiled
    )
    history = model.fit(X, Y, epochs=3, verbose=0, batch_size=2, shuffle=False)
    return [*model.get_weights(), np.array(history.history["loss"])]


def assert_alike(ours, theirs):
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=FEW_STEPS, atol=FEW_STEPS)


def both(function, *args, reference=TF, **kwargs):
    return (e.run(f"{HERE}:{function}", *args, **kwargs) for e in (HAND, reference))


@pytest.mark.parametrize("reference", [TF, TAPE], ids=["graph", "eager"])
@pytest.mark.parametrize("name", LOSSES)
def test_a_weight_that_the_loss_reads_is_trained(name, reference):
    assert_alike(*both("trained", name, reference=reference))


def test_a_loss_of_weights_under_adam_with_a_weight_of_its_own():
    assert_alike(*both("trained", "kernel", "Adam", loss_weights=[0.5]))


def two_outputs(k, engine):
    k.utils.set_random_seed(3)
    x = k.Input((3,))
    a, b = k.layers.Dense(1, name="a"), k.layers.Dense(1, name="b")
    model = k.Model(x, [a(x), b(x)])

    def loss(factor):
        return lambda y, p: squares(k, y, p) + factor * k.ops.sum(k.ops.square(a.kernel))

    model.compile(k.optimizers.SGD(0.1), [loss(1.0), loss(2.0)], loss_weights=[0.3, 0.2])
    model.fit(X, [Y, Y], epochs=2, verbose=0, batch_size=2, shuffle=False)
    return model.get_weights()


def test_two_losses_that_read_one_weight():
    assert_alike(*both("two_outputs"))


def unused_weight(k: Any, engine):
    class Model(k.Model):
        def __init__(self):
            super().__init__()
            self.dense = k.layers.Dense(1)
            self.scale = self.add_weight(shape=(), initializer="ones", name="scale")

        def call(self, x):
            return self.dense(x)

    k.utils.set_random_seed(3)
    model = Model()
    model(X[:1])
    model.compile(k.optimizers.SGD(0.1), lambda y, p: squares(k, y, p * model.scale))
    model.fit(X, Y, epochs=2, verbose=0, batch_size=2, shuffle=False)
    return model.get_weights()


def test_a_weight_that_nothing_but_the_loss_reads():
    assert_alike(*both("unused_weight"))


def in_compute_loss(k: Any, engine, what):
    """A model whose `compute_loss` does more than compare."""
    generator = k.random.SeedGenerator(7)

    class Model(k.Model):
        def __init__(self):
            super().__init__()
            self.dense = k.layers.Dense(1, activity_regularizer="l2")
            self.seen = k.metrics.Mean(name="seen")
            self.steps = self.add_weight(
                shape=(), initializer="zeros", trainable=False, name="steps"
            )

        def call(self, x):
            return self.dense(x)

        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            ops = k.ops
            loss = ops.mean(squares(k, y, y_pred))
            if what == "value":
                return loss + ops.sum(self.dense.kernel.value**2)
            if what == "super":
                loss = super().compute_loss(x, y, y_pred, sample_weight)
                return loss + ops.sum(self.dense.kernel**2)
            if what == "a layer":
                return loss + ops.mean(self.dense(x * 2) ** 2)
            if what == "the model":
                return loss + ops.mean((self(x + 1) - y_pred) ** 2)
            if what == "losses":
                return loss + 3 * sum(self.losses)
            if what == "noise":
                return loss * k.random.uniform((), seed=generator)
            if what == "assignment":
                self.steps.assign_add(1.0)
                return loss * self.steps
            if what == "metric":
                self.seen.update_state(ops.abs(y - y_pred), sample_weight)
                return loss
            raise ValueError(what)

    k.utils.set_random_seed(3)
    model = Model()
    model(X[:1])
    model.compile(k.optimizers.SGD(0.1), "mse", run_eagerly=engine.mode == "eager")
    weight = np.array([1.0, 2.0, 0.5, 1.0, 3.0], "float32")
    history = model.fit(
        X, Y, sample_weight=weight, epochs=2, verbose=0, batch_size=2, shuffle=False
    )
    seen = [] if what != "metric" else [np.array(history.history["seen"])]
    score = np.array(model.evaluate(X, Y, verbose=0, batch_size=5, return_dict=True)["loss"])
    return [*model.get_weights(), np.array(history.history["loss"]), *seen, score]


@pytest.mark.parametrize("reference", [TF, TAPE], ids=["graph", "eager"])
@pytest.mark.parametrize(
    "what", ["value", "super", "a layer", "the model", "losses", "noise", "assignment", "metric"]
)
def test_what_compute_loss_does(what, reference):
    assert_alike(*both("in_compute_loss", what, reference=reference))


def in_a_layer(k: Any, engine, what):
    """A layer that assigns to its variable in the middle of its definition."""

    class Layer(k.layers.Layer):
        def build(self, shape):
            self.v = self.add_weight(
                shape=(), initializer="ones", trainable=what != "untrained", name="v"
            )
            if what == "a layer, then its kernel":
                self.dense = k.layers.Dense(3)
                self.dense.build(shape)

        def call(self, x):
            v, ops = self.v, k.ops
            if what in ("read, assign", "untrained"):
                y = x * v
                v.assign(v * 0.9 + 0.1 * ops.mean(x))
                return y
            if what == "assign, read, assign":
                v.assign_add(0.1)
                y = x * v
                v.assign(v * 0.5)
                return y
            if what == "the value, assign":
                value = v.value
                v.assign_add(ops.mean(x))
                return x * value
            if what == "a layer, then its kernel":
                y = self.dense(x)
                self.dense.kernel.assign(self.dense.kernel * 0.9)
                return y * v
            raise ValueError(what)

    k.utils.set_random_seed(3)
    model = k.Sequential([k.Input((3,)), k.layers.Dense(3), Layer(), k.layers.Dense(1)])
    model.compile(k.optimizers.SGD(0.03), "mse")
    model.fit(X, Y, epochs=2, verbose=0, batch_size=2, shuffle=False)
    return model.get_weights()


@pytest.mark.parametrize(
    "what",
    ["read, assign", "untrained", "assign, read, assign", "the value, assign",
     "a layer, then its kernel"],
)  # fmt: skip
def test_what_was_read_before_an_assignment_keeps_its_value(what):
    assert_alike(*both("in_a_layer", what))


def a_loss_in_call(k: Any, engine):
    class Layer(k.layers.Layer):
        def call(self, x):
            self.add_loss(
                k.losses.MeanSquaredError()(x[:, :1], k.ops.mean(x, axis=1, keepdims=True))
            )
            return x

    k.utils.set_random_seed(3)
    model = k.Sequential([k.Input((3,)), k.layers.Dense(3), Layer(), k.layers.Dense(1)])
    model.compile(k.optimizers.SGD(0.1), "mse")
    model.fit(X, Y, epochs=2, verbose=0, batch_size=2, shuffle=False)
    return model.get_weights()


def test_a_loss_object_in_a_layer():
    assert_alike(*both("a_loss_in_call"))


@pytest.mark.parametrize(
    "read", [float, np.asarray, lambda v: v.numpy()], ids=["float", "array", "numpy"]
)
def test_the_number_of_a_moment_is_refused_in_a_definition(read):
    class Layer(scratch.layers.Layer):
        def build(self, shape):
            self.v = self.add_weight(shape=(), initializer="ones", name="v")

        def call(self, x):
            return x * read(self.v)

    layer = Layer()
    assert layer(X).shape == X.shape  # of numbers: as in Keras
    with pytest.raises(NotImplementedError, match="layer/v'"):
        scratch.Sequential([scratch.Input((3,)), Layer(name="layer")])


def frozen(k, engine):
    k.utils.set_random_seed(3)
    first, second = k.layers.Dense(2, trainable=False), k.layers.Dense(1)
    model = k.Sequential([k.Input((3,)), first, second])
    model.compile(k.optimizers.SGD(0.1), lambda y, p: squares(k, y, p) + k.ops.sum(first.kernel**2))
    model.fit(X, Y, epochs=2, verbose=0, batch_size=2, shuffle=False)
    return model.get_weights()


def test_a_frozen_weight_stays():
    assert_alike(*both("frozen"))


def annealed(k, engine, by):
    """A factor that falls after every epoch: held in a variable, or in plain Python."""
    k.utils.set_random_seed(3)
    variable, plain = k.Variable(1.0, trainable=False), {"factor": 1.0}
    model = k.Sequential([k.Input((3,)), k.layers.Dense(1)])

    def loss(y, p):
        return squares(k, y, p) * (variable if by == "variable" else plain["factor"])

    def fall(epoch, logs):
        variable.assign(variable * 0.1)
        plain["factor"] *= 0.1

    model.compile(k.optimizers.SGD(0.1), loss, run_eagerly=engine.mode == "eager")
    spy = k.callbacks.LambdaCallback(on_epoch_end=fall)
    model.fit(X, Y, epochs=3, verbose=0, batch_size=5, shuffle=False, callbacks=[spy])
    return model.get_weights()


@pytest.mark.parametrize("by", ["variable", "plain"])
def test_what_changes_between_epochs(by):
    """A variable counts at once. A Python number is a constant of the graph, as in Keras."""
    assert_alike(*both("annealed", by))


def test_eagerly_python_counts_in_every_batch():
    theirs = TAPE.run(f"{HERE}:annealed", "plain")
    with pytest.MonkeyPatch.context() as patch:
        compile_ = scratch.Sequential.compile
        patch.setattr(
            scratch.Sequential,
            "compile",
            lambda self, *args, **kwargs: compile_(self, *args, **{**kwargs, "run_eagerly": True}),
        )
        ours = HAND.run(f"{HERE}:annealed", "plain")
    assert_alike(ours, theirs)


def test_noise_in_a_loss_is_drawn_anew_in_every_batch():
    seen = []

    def loss(y, p):
        return squares(scratch, y, p) * scratch.random.uniform((), seed=generator)

    generator = scratch.random.SeedGenerator(7)
    model = scratch.Sequential([scratch.Input((3,)), scratch.layers.Dense(1)])
    model.compile("sgd", loss)
    for _ in range(4):
        before = generator.state.numpy()[1]
        model.train_on_batch(X, Y)
        seen.append(int(generator.state.numpy()[1] - before))
    assert seen == [1, 1, 1, 1]


@pytest.mark.parametrize("asks", [False, True])
def test_batches_of_other_sizes_do_not_pile_up(asks):
    """A definition that does not ask for the number of rows is run once for all."""
    from scratch.losses.defined import _KEPT, Defined

    runs = []

    def definition(y, p):
        runs.append(p.shape[0])
        return squares(scratch, y, p) * (p.shape[0] / p.shape[0] if asks else 1)

    defined = Defined(definition)
    for rows in range(1, 3 * _KEPT):
        p, y = np.ones((rows, 2), "float32"), np.zeros((rows, 2), "float32")
        assert defined.forward({"y_pred": p, "y_true": y}).shape == (rows,)
        dp = defined.backward(np.ones(rows, "float32"))["y_pred"]
        np.testing.assert_array_equal(dp, p)
    assert len(defined._networks) == (_KEPT if asks else 1)
    assert runs == [None, *(range(1, 3 * _KEPT) if asks else ())]
