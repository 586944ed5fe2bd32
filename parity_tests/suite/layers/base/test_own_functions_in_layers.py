"""What a user's function does inside a layer that Keras brings along: as in tf.keras.

an activation that reads weights, draws, assigns, or is a layer itself
a subclass that calls the layer it comes from, or an assignment whose value goes on
a variable in the place of a number or of an input
"""

import functools
from typing import Any

import numpy as np
import pytest

import scratch
from parity_tests.harness.engines import HAND, TAPE, TF
from parity_tests.harness.tolerances import FEW_ROUNDINGS, FEW_STEPS

HERE = __name__
X = np.linspace(-1, 1, 15).reshape(5, 3) * [[0.5], [1], [0.5], [1], [0.5]]
Y = (X[:, :1] * 2 + 0.3).astype("float32")
STEPS = np.linspace(-1, 1, 60).reshape(5, 4, 3)
STEPS[:, -1] = 0  # masked out


def number(k, value=0.7, **kwargs):
    return k.Variable(np.array(value, k.config.floatx()), **kwargs)


def trained(k: Any, engine, case, optimizer="SGD", steps=False):
    """Weights, losses and predictions of a model that owns `case`'s layers and variables."""
    k.utils.set_random_seed(3)
    variables, layers = CASES[case](k)
    x = STEPS if steps else X

    class Model(k.Model):
        def __init__(self):
            super().__init__()
            self.own, self.chain = variables, layers

        def call(self, x, training=False):
            for layer in self.chain:
                x = layer(x)
            return x

    model = Model()
    eagerly = engine.mode == "eager"
    model.compile(getattr(k.optimizers, optimizer)(0.05), "mse", run_eagerly=eagerly)
    history = model.fit(x, Y, epochs=3, verbose=0, batch_size=3, shuffle=False)
    numbers = [np.array(v) for v in [*model.get_weights(), *variables]]
    return [*numbers, np.array(history.history["loss"]), model.predict(x, verbose=0)]


def assert_as_in_keras(function, *args, reference=TF, **kwargs):
    ours, theirs = (
        e.run(f"{HERE}:{function}", *args, **kwargs) for e in (HAND, reference)
    )  # fmt: skip
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=FEW_STEPS, atol=FEW_STEPS)


# Activations --------------------------------------------------------------------------------------


def swish(k, beta, z):
    return z * k.ops.sigmoid(beta * z)


def with_activation(layers_of, function=swish, **variable):
    """A case: layers in which f(z) = function(k, v, z), with a variable v."""

    def case(k):
        v = number(k, **variable)
        return [v], [*layers_of(k, lambda z: function(k, v, z)), k.layers.Dense(1)]

    return case


def dense(k, f):
    return [k.layers.Dense(4, activation=f)]


def einsum_dense(k, f):
    return [k.layers.EinsumDense("ab,bc->ac", 4, bias_axes="c", activation=f)]


def activation_layer(k, f):
    return [k.layers.Dense(4), k.layers.Activation(f)]


def penalized(k, f):
    return [k.layers.Dense(4, activation=f, kernel_regularizer="l2", activity_regularizer="l1")]


def inside_an_own_call(k: Any, f):
    class Doubled(k.layers.Dense):
        def call(self, x):
            return 2 * super().call(x * x)

    return [Doubled(4, activation=f)]


def subclass_owns_the_weight(k: Any):
    class Swish(k.layers.Dense):
        def __init__(self, units):
            super().__init__(units, activation=lambda z: swish(k, self.beta, z))

        def build(self, input_shape):
            self.beta = self.add_weight(name="beta", shape=(), initializer="ones")
            super().build(input_shape)

    return [], [Swish(4), k.layers.Dense(1)]


def other_layers_weights(k: Any):
    other = k.layers.Dense(4)
    read = k.layers.Dense(4, activation=lambda z: z * other.bias + k.ops.sum(other.kernel))
    return [], [other, read, k.layers.Dense(1)]


def its_own_kernel(k: Any):
    layer: Any = k.layers.Dense(
        4, activation=lambda z: k.ops.tanh(z) * k.ops.mean(k.ops.square(layer.kernel))
    )
    return [], [layer, k.layers.Dense(1)]


def with_layer_as_activation(make):
    def case(k):
        return [], [k.layers.Dense(4, activation=make(k)), k.layers.Dense(1)]

    return case


def swish_layer(k: Any):
    class Swish(k.layers.Layer):
        def build(self, input_shape):
            self.beta = self.add_weight(name="beta", shape=(), initializer="ones")

        def call(self, z):
            return swish(k, self.beta, z)

    return Swish()


def partially(name, **settings):
    def case(k):
        v = number(k, 0.4)
        given = {key: v if value is None else value for key, value in settings.items()}
        f = functools.partial(getattr(k.activations, name), **given)
        return [v], [k.layers.Dense(4), k.layers.Activation(f), k.layers.Dense(1)]

    return case


READING = {
    "Dense": with_activation(dense),
    "EinsumDense": with_activation(einsum_dense),
    "Activation": with_activation(activation_layer),
    "penalties": with_activation(penalized),
    "own call": with_activation(inside_an_own_call),
    "value": with_activation(dense, lambda k, v, z: swish(k, v.value, z)),
    "entry": with_activation(dense, lambda k, v, z: swish(k, v[1:], z), value=[0.2, 0.7]),
    "converted": with_activation(dense, lambda k, v, z: swish(k, k.ops.convert_to_tensor(v), z)),
    "subclass": subclass_owns_the_weight,
    "other layer": other_layers_weights,
    "own kernel": its_own_kernel,
    "celu": partially("celu", alpha=None),
    "threshold": partially("threshold", threshold=0.1, default_value=None),
    "soft_shrink": partially("soft_shrink", threshold=None),
}
LAYERS = {
    "own layer": with_layer_as_activation(swish_layer),
    "Dense in Dense": with_layer_as_activation(lambda k: k.layers.Dense(4)),
    "BatchNormalization in Dense": with_layer_as_activation(
        lambda k: k.layers.BatchNormalization(momentum=0.6)
    ),
    "Dropout in Dense": with_layer_as_activation(lambda k: k.layers.Dropout(0.5, seed=1)),
}
DOING = {
    "draws": with_activation(
        dense, lambda k, v, z: z * (v + k.random.uniform((1,))), trainable=False
    ),
    "draws for z": with_activation(
        dense, lambda k, v, z: z * (v + k.random.uniform(k.ops.shape(z), seed=3))
    ),
    "counts": with_activation(
        dense, lambda k, v, z: (v.assign_add(0.5), k.ops.tanh(z) * v)[1], trainable=False
    ),
    "keeps a mean": with_activation(
        dense,
        lambda k, v, z: (v.assign(0.9 * v + k.ops.mean(z)), k.ops.tanh(z) * v)[1],
        trainable=False,
    ),
}

# Subclasses, and variables in unusual places ------------------------------------------------------


def calling_super(make, *args, **kwargs):
    """A layer whose subclass changes what goes in and what comes out."""

    def case(k):
        base: Any = make(k.layers)

        class Own(base):
            def call(self, x, training=False):
                return super().call(x * 1.5, training=training) + 0.1

        layer = Own(*args, **kwargs)
        return [], [k.layers.Dense(3), layer, k.layers.Flatten(), k.layers.Dense(1)]

    return case


def all_dropped(k: Any):
    _, [_, own, *rest] = calling_super(lambda layers: layers.Dropout, 1.0)(k)
    return [], [own, *rest]  # no weight in front: it would have no gradient


def masked_super(k: Any):
    class Own(k.layers.BatchNormalization):
        def call(self, x, training=False, mask=None):
            return super().call(x * 1.5, training=training, mask=mask) + 0.1

    head = k.layers.Lambda(lambda x: k.ops.mean(x, axis=1), mask=lambda x, mask: None)
    return [], [k.layers.Masking(), Own(momentum=0.6), head, k.layers.Dense(1)]


SUPER = {
    "BatchNormalization": calling_super(lambda layers: layers.BatchNormalization, momentum=0.6),
    "renormalization": calling_super(
        lambda layers: layers.BatchNormalization,
        momentum=0.6,
        renorm=True,
        renorm_momentum=0.7,
        renorm_clipping={"rmax": 1.5, "dmax": 0.5},
    ),
    "Dropout": calling_super(lambda layers: layers.Dropout, 0.4, seed=1),
    "Dropout of all": all_dropped,
    "noise_shape": calling_super(lambda layers: layers.Dropout, 0.4, (None, 1), seed=1),
    "GaussianNoise": calling_super(lambda layers: layers.GaussianNoise, 0.4, seed=1),
    "GaussianDropout": calling_super(lambda layers: layers.GaussianDropout, 0.4, seed=1),
    "AlphaDropout": calling_super(lambda layers: layers.AlphaDropout, 0.4, seed=1),
    "AlphaDropout, noise_shape": calling_super(
        lambda layers: layers.AlphaDropout, 0.4, (None, 1), seed=1
    ),
}
SUPER_OF_STEPS = {
    "SpatialDropout1D": calling_super(lambda layers: layers.SpatialDropout1D, 0.4, seed=1),
    "masked BatchNormalization": masked_super,
}


def rescaling(k):
    scale, offset = number(k, 0.5), number(k, [0.1, 0.2, 0.3])
    return [scale, offset], [k.layers.Rescaling(scale, offset), k.layers.Dense(1)]


def layer_of(call, **weight):
    def case(k: Any):
        class Own(k.layers.Layer):
            def build(self, input_shape):
                self.w = self.add_weight(name="w", initializer="ones", **weight)

            def call(self, x):
                return call(k, self, x)

            def compute_output_shape(self, input_shape):
                return input_shape

        return [], [k.layers.Dense(3), Own(), k.layers.Dense(1)]

    return case


def variable_as_input(k: Any):
    class Own(k.layers.Layer):
        def __init__(self):
            super().__init__()
            self.dense = k.layers.Dense(3)
            self.rows = number(k, [[0.1, 0.2, 0.3], [-0.5, 0.4, 0.2]])

        def call(self, x):
            return x + k.ops.mean(self.dense(self.rows), axis=0)

    return [], [k.layers.Dense(3), Own(), k.layers.Dense(1)]


COUNT = {"shape": (), "trainable": False}
VARIABLES = {
    "Rescaling": rescaling,
    "a variable as the input": variable_as_input,
    "assign": layer_of(lambda k, own, x: x * own.w.assign(k.ops.mean(x) + 1), **COUNT),
    "assign_add": layer_of(lambda k, own, x: x * own.w.assign_add(k.ops.mean(x)), **COUNT),
    "assign_sub": layer_of(lambda k, own, x: x * own.w.assign_sub(k.ops.mean(x)), **COUNT),
}


def added(k, own, x):
    mean = k.ops.mean(x) * own.w
    own.add_loss(mean)
    return x * mean * own.w


VARIABLES["an added loss that goes on"] = layer_of(added, shape=())

CASES = {**READING, **LAYERS, **DOING, **SUPER, **SUPER_OF_STEPS, **VARIABLES}


@pytest.mark.parametrize("case", [c for c in CASES if c not in SUPER_OF_STEPS])
def test_it_trains(case):
    assert_as_in_keras("trained", case)


@pytest.mark.parametrize("case", SUPER_OF_STEPS)
def test_it_trains_on_sequences(case):
    assert_as_in_keras("trained", case, steps=True)


@pytest.mark.parametrize("case", ["Dense", "draws", "keeps a mean", "BatchNormalization"])
def test_it_trains_eagerly_and_under_adam(case):
    assert_as_in_keras("trained", case, reference=TAPE)
    assert_as_in_keras("trained", case, "Adam")


def annealed(k, engine, layers_of, read):
    """A factor that a callback changes: the function reads it in every batch."""
    k.utils.set_random_seed(3)
    v = number(k, 0.1, trainable=False)
    layers = layers_of(k, lambda z: swish(k, read(v), z))
    model = k.Sequential([k.Input((3,)), *layers, k.layers.Dense(1)])
    model.compile(k.optimizers.SGD(0.1), "mse")
    grow = k.callbacks.LambdaCallback(on_train_batch_begin=lambda batch, logs: v.assign(v + 0.3))
    model.fit(X, Y, epochs=3, verbose=0, batch_size=3, shuffle=False, callbacks=[grow])
    before = model.predict(X, verbose=0)
    v.assign(5.0)
    return [*model.get_weights(), before, model.predict(X, verbose=0)]


def annealed_by_name(k, engine, layers_of, read):
    reads = {"value": lambda v: v.value, "index": lambda v: v[None], "itself": lambda v: v}
    return annealed(k, engine, globals()[layers_of], reads[read])


@pytest.mark.parametrize("read", ["value", "index", "itself"])
@pytest.mark.parametrize("layers_of", ["dense", "einsum_dense", "activation_layer"])
def test_a_number_that_changes_is_read_in_every_batch(layers_of, read):
    assert_as_in_keras("annealed_by_name", layers_of, read)


def test_a_setting_without_a_derivative_is_refused():
    """Keras, too, has no leaky_relu with a slope that is trained."""
    slope = number(scratch)
    leaky_relu = functools.partial(scratch.activations.leaky_relu, negative_slope=slope)
    layer = scratch.layers.Activation(leaky_relu)
    model = scratch.Sequential([scratch.Input((3,)), scratch.layers.Dense(1), layer])
    model.compile("sgd", "mse")
    with pytest.raises(TypeError, match="`negative_slope` is a trainable variable"):
        model.fit(X, Y, verbose=0)


def test_an_activation_replaced_by_an_own_one_asks_for_a_new_compilation():
    dense = scratch.layers.Dense(1, activation="relu")
    model = scratch.Sequential([scratch.Input((3,)), dense])
    model.compile("sgd", "mse")
    model.fit(X, Y, verbose=0)
    dense.activation = lambda z: 2 * z
    with pytest.raises(RuntimeError, match="Compile the model again"):
        model.fit(X, Y, verbose=0)
    model.compile("sgd", "mse")
    model.fit(X, Y, verbose=0)
    z = X @ np.array(dense.kernel) + np.array(dense.bias)
    np.testing.assert_allclose(model.predict(X, verbose=0), 2 * z, rtol=FEW_ROUNDINGS)


def returned(k, engine):
    """What assignments give outside a definition: the value of that moment."""
    v = number(k, [1.0, 2.0])
    given = np.array([3.0, 4.0])
    values = [v.assign(given), v.assign_add([1.0, 1.0]), v.assign_sub([0.5, 0.5])]
    given[...] = 0
    v.assign([0.0, 0.0])
    return [k.ops.convert_to_numpy(value) for value in values]


def test_an_assignment_returns_the_value_of_that_moment():
    assert_as_in_keras("returned")


def test_a_gradient_from_given_symbols():
    """y = x g, g = x^2 given: dy/dx = g and not 3 x^2."""
    x = scratch.ops.Symbol.leaf("x", (), "float32")
    g = x * x
    total, partial = (
        scratch.ops.gradient(x * g, [x], given=given)[0] for given in ([], [g])
    )  # fmt: skip
    assert scratch.ops.evaluate([total, partial], {x: np.float32(3)}) == [27, 9]
