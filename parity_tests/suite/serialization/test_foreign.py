"""What comes from Keras itself or from TensorFlow, where one of our own is expected."""

from typing import Any

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness.outcomes import same  # noqa: E402
from parity_tests.harness.tolerances import derivative  # noqa: E402
from scratch.serialization.foreign import library_of  # noqa: E402

layers = scratch.layers
X = np.linspace(-1, 1, 24, dtype="float32").reshape(6, 4)
Y = np.ones((6, 3), "float32")
FLOAT32 = derivative("float32")


def fitted(**settings: Any) -> dict[str, list[float]]:
    model = scratch.Sequential([scratch.Input((4,)), layers.Dense(3)])
    model.compile(**{"optimizer": "sgd", "loss": "mse", **settings})
    return model.fit(X, Y, verbose=0).history


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (tf.nn.relu, "relu"), (tf.nn.softmax, "softmax"), (tf.nn.log_softmax, "log_softmax"),
        (tf.sigmoid, "sigmoid"), (tf.math.tanh, "tanh"), (tf.nn.leaky_relu, "leaky_relu"),
        (tf.nn.elu, "elu"), (tf.nn.selu, "selu"), (tf.nn.gelu, "gelu"), (tf.nn.silu, "silu"),
        (tf.nn.swish, "silu"), (tf.nn.softplus, "softplus"), (tf.nn.relu6, "relu6"),
        (keras.activations.mish, "mish"), (tf.keras.activations.relu, "relu"),
    ],
)  # fmt: skip
def test_activations(given, name):
    assert layers.Dense(3, activation=given).activation is getattr(scratch.activations, name)
    ours = getattr(scratch.activations, name)
    same(lambda k: np.asarray((ours if k is scratch else given)(X)), scratch, keras, FLOAT32)


SPACES = {
    "initializers": keras.initializers.HeNormal(seed=3),
    "regularizers": keras.regularizers.L1L2(0.1, 0.2),
    "constraints": keras.constraints.MaxNorm(2.0),
    "losses": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    "metrics": keras.metrics.SparseTopKCategoricalAccuracy(k=3),
    "optimizers": keras.optimizers.Adam(
        keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5), clipnorm=1.0
    ),
}


@pytest.mark.parametrize("space", SPACES)
def test_objects_by_their_class_and_config(space):
    theirs = SPACES[space]
    ours = getattr(scratch, space).get(theirs)
    assert library_of(ours) is None
    assert type(ours).__name__ == type(theirs).__name__
    assert ours.get_config() == theirs.get_config()


def test_a_class():
    assert type(scratch.optimizers.get(tf.keras.optimizers.Adam)) is scratch.optimizers.Adam


def test_layers_with_their_weights():
    theirs = keras.layers.Dense(3, "tanh", kernel_regularizer="l2")
    theirs.build((None, 4))
    model = scratch.Sequential([scratch.Input((4,)), theirs, keras.layers.Dropout(0.5)])
    assert [type(layer) for layer in model.layers] == [layers.Dense, layers.Dropout]
    same(lambda k: np.asarray((model if k is scratch else theirs)(X)), scratch, keras, FLOAT32)


class OwnLoss(keras.losses.Loss):  # type: ignore[name-defined]
    def call(self, y_true, y_pred):
        return keras.ops.mean(keras.ops.square(y_true - y_pred), -1)


class Outer(scratch.Layer):
    def call(self, x):
        return tf.reduce_mean(x, axis=-1, keepdims=True)


REFUSED: dict[str, tuple[Any, str]] = {
    "a function without a twin": (lambda: layers.Dense(3, tf.nn.crelu), "function of TensorFlow"),
    "a class of a user's": (lambda: fitted(loss=OwnLoss()), "OwnLoss` derives from a class of K"),
    "a KerasTensor": (lambda: layers.Dense(3)(keras.Input((4,))), "a KerasTensor of Keras itself"),
    "TensorFlow in a layer": (
        lambda: Outer()(scratch.Input((4,))), r"`tf.reduce_mean` was given.*`keras.ops.mean`",
    ),
    "TensorFlow in a loss": (
        lambda: fitted(loss=lambda y, p: tf.math.reduce_sum(tf.square(y - p))),
        r"`tf.square` was given.*`keras.ops.square`",
    ),
    "TensorFlow, another name": (
        lambda: fitted(loss=lambda y, p: tf.concat([y, p], 0)), "write `keras.ops.concatenate`",
    ),
    "Keras's own ops in a loss": (
        lambda: fitted(loss=lambda y, p: keras.ops.square(y - p)), "write `keras.ops.square`",
    ),
    "NumPy in a loss": (
        lambda: fitted(loss=lambda y, p: np.square(y - p)), r"`np.square` .*`keras.ops.square`",
    ),
}  # fmt: skip


@pytest.mark.parametrize("thing", REFUSED)
def test_the_rest_is_refused_with_what_to_write(thing):
    make, message = REFUSED[thing]
    with pytest.raises((ValueError, TypeError), match=message):
        make()


@pytest.mark.parametrize("sign", ["+", "-", "*", "/", "//", "%", "**", "@", "<", "<=", ">", ">="])
def test_an_array_beside_a_symbol_still_asks_the_symbol(sign):
    array = np.arange(1.0, 5.0, dtype="float32").reshape(2, 2)
    symbol = scratch.ops.Symbol.leaf("x", (2, 2), "float32")
    graph = eval(f"array {sign} symbol")
    found = scratch.ops.evaluate(graph, {symbol: array + 1})
    assert np.array_equal(found, eval(f"array {sign} (array + 1)"))
    assert isinstance(eval(f"array[0, 0] {sign} symbol") if sign != "@" else graph, type(symbol))


def test_an_optimizer_is_given_another_librarys_variable():
    tf = pytest.importorskip("tensorflow")
    given = {"ResourceVariable, of TensorFlow,": tf.Variable([1.0]), "ndarray": np.ones(1)}
    for said, variable in given.items():
        with pytest.raises(TypeError, match=f"Received: {said}.* Make it with keras.Variable"):
            scratch.optimizers.Adam().apply([np.ones(1, "float32")], [variable])
