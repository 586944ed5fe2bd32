# ruff: noqa: E501 - one line a value
"""Layers: every option, and the shapes on the edge."""

import numpy as np

from parity_tests.harness.case import Case, classes, given, normal, uniform

WEIGHTS = uniform(6, low=0.0, high=2.0)


def zero_weights(draw):
    """Sample weights of which two are 0."""
    weights = draw.uniform(0.5, 2, 6).astype("float32")
    weights[[1, 4]] = 0
    return weights


def own_layer(keras):
    """A layer that a user might write: weights, and nothing but `call` in ops."""

    class Gate(keras.layers.Layer):  # type: ignore[name-defined]
        def build(self, input_shape):
            size = (input_shape[-1],)
            self.w = self.add_weight(shape=size, initializer="random_normal", name="w")
            self.fixed = self.add_weight(
                shape=size, initializer="ones", trainable=False, name="fixed"
            )

        def call(self, x):
            gate = keras.ops.sigmoid(x * self.w)
            return keras.ops.concatenate([x * gate, self.fixed - gate], axis=-1)

    return Gate()


def layer_of_cast_weights(keras):
    """A layer that takes its weights cast, converted, as their values and in parts."""

    class Curve(keras.layers.Layer):  # type: ignore[name-defined]
        def build(self, input_shape):
            size = (input_shape[-1],)
            self.a = self.add_weight(shape=size, initializer="random_normal", name="a")
            self.b = self.add_weight(shape=size, initializer="random_normal", name="b")
            self.c = self.add_weight(shape=(2, *size), initializer="random_normal", name="c")
            self.d = self.add_weight(shape=size, initializer="random_normal", name="d")

        def call(self, x):
            a, b = keras.ops.cast(self.a, x.dtype), keras.ops.convert_to_tensor(self.b)
            y = keras.ops.tanh(a * x + b) * keras.ops.sigmoid(self.d.value)
            return self.c[0] * y - keras.ops.exp(self.c[1])

    return Curve()


CASES = [
    Case("dense/plain", lambda k: [k.layers.Dense(3)], normal(6, 5), normal(6, 3), WEIGHTS),
    Case("dense/no bias", lambda k: [k.layers.Dense(3, use_bias=False)], normal(6, 5), normal(6, 3), WEIGHTS),
    Case("dense/relu", lambda k: [k.layers.Dense(7, "relu"), k.layers.Dense(3)], normal(6, 5), normal(6, 3), WEIGHTS),
    Case("dense/three deep", lambda k: [k.layers.Dense(8, "tanh"), k.layers.Dense(6, "sigmoid"), k.layers.Dense(3)], normal(6, 5), normal(6, 3), WEIGHTS),
    Case("dense/one unit", lambda k: [k.layers.Dense(1)], normal(6, 5), normal(6, 1), WEIGHTS),
    Case("dense/one input", lambda k: [k.layers.Dense(3)], normal(6, 1), normal(6, 3), WEIGHTS),
    Case("dense/one row", lambda k: [k.layers.Dense(4, "tanh"), k.layers.Dense(3)], normal(1, 5), normal(1, 3)),
    Case("dense/3-D input", lambda k: [k.layers.Dense(4, "tanh"), k.layers.Dense(3)], normal(6, 2, 5), normal(6, 2, 3), uniform(6, 1)),
    Case("dense/4-D input", lambda k: [k.layers.Dense(4), k.layers.Dense(3, "sigmoid")], normal(6, 2, 3, 5), normal(6, 2, 3, 3)),
    Case("dense/zero sample weights", lambda k: [k.layers.Dense(3)], normal(6, 5), normal(6, 3), zero_weights),
    Case("dense/all sample weights zero", lambda k: [k.layers.Dense(3)], normal(6, 5), normal(6, 3), given(np.zeros(6)), silent=("loss", "gradient/", "weights/")),
    Case("dense/exact zeros in x", lambda k: [k.layers.Dense(4, "relu"), k.layers.Dense(3)], given(np.eye(6, 5)), normal(6, 3)),
    Case("dense/wide", lambda k: [k.layers.Dense(60, "relu"), k.layers.Dense(10)], normal(40, 100), normal(40, 10)),
    Case("dense/frozen first", lambda k: [k.layers.Dense(4, "tanh", trainable=False), k.layers.Dense(3)], normal(6, 5), normal(6, 3), silent=("weights/dense/",)),
    Case("dense/frozen last", lambda k: [k.layers.Dense(4, "tanh"), k.layers.Dense(3, "tanh", trainable=False)], normal(6, 5), normal(6, 3), silent=("weights/dense_1/",)),
    Case("flatten/images", lambda k: [k.layers.Flatten(), k.layers.Dense(3)], normal(6, 4, 5), normal(6, 3), WEIGHTS),
    Case("flatten/colour", lambda k: [k.layers.Flatten(), k.layers.Dense(3)], normal(6, 4, 5, 2), normal(6, 3), WEIGHTS),
    Case("flatten/channels first", lambda k: [k.layers.Flatten(data_format="channels_first"), k.layers.Dense(3)], normal(6, 4, 5, 2), normal(6, 3), WEIGHTS),
    Case("flatten/after dense", lambda k: [k.layers.Dense(3, "tanh"), k.layers.Flatten(), k.layers.Dense(2)], normal(6, 4, 5), normal(6, 2)),
    Case("flatten/flat already", lambda k: [k.layers.Dense(3, "tanh"), k.layers.Flatten(), k.layers.Dense(2)], normal(6, 5), normal(6, 2)),
    Case("flatten/last", lambda k: [k.layers.Dense(3), k.layers.Flatten()], normal(6, 2, 5), normal(6, 6)),
    Case("activation/between", lambda k: [k.layers.Dense(4), k.layers.Activation("tanh"), k.layers.Dense(3)], normal(6, 5), normal(6, 3)),
    Case("activation/first", lambda k: [k.layers.Activation("sigmoid"), k.layers.Dense(3)], normal(6, 5), normal(6, 3)),
    Case("activation/fused", lambda k: [k.layers.Dense(4), k.layers.Activation("softmax")], normal(6, 5), classes(6, 4), WEIGHTS, loss="sparse_categorical_crossentropy"),
    Case("activation/linear", lambda k: [k.layers.Dense(4), k.layers.Activation("linear"), k.layers.Dense(3)], normal(6, 5), normal(6, 3)),
    Case("activation/twice", lambda k: [k.layers.Dense(4, "tanh"), k.layers.Activation("tanh"), k.layers.Activation("relu"), k.layers.Dense(3)], normal(6, 5), normal(6, 3)),
    Case("activation/softmax in the middle", lambda k: [k.layers.Dense(4, "softmax"), k.layers.Dense(3)], normal(6, 5), normal(6, 3)),
    Case("activation/softmax of 3-D", lambda k: [k.layers.Dense(4, "softmax")], normal(6, 2, 5), normal(6, 2, 4)),
    Case("activation/user's own in ops", lambda k: [k.layers.Dense(4, lambda x: k.ops.square(k.ops.tanh(x)) + x), k.layers.Dense(3)], normal(6, 5), normal(6, 3)),
    Case("layer/user's own in ops", lambda k: [k.layers.Dense(4, "tanh"), own_layer(k), own_layer(k), k.layers.Dense(3)], normal(6, 5), normal(6, 3), WEIGHTS, silent=("weights/*fixed*",)),
    Case("layer/user's own first", lambda k: [own_layer(k), k.layers.Dense(3)], normal(6, 5), normal(6, 3), silent=("weights/*fixed*",)),
    Case("layer/weights cast and in parts", lambda k: [layer_of_cast_weights(k), k.layers.Dense(3)], normal(6, 5), normal(6, 3)),
    Case("dropout/third", lambda k: [k.layers.Dropout(0.3, seed=5), k.layers.Dense(3)], normal(6, 5), normal(6, 3)),
    Case("dropout/between", lambda k: [k.layers.Dense(8, "relu"), k.layers.Dropout(0.5, seed=5), k.layers.Dense(3)], normal(6, 5), normal(6, 3)),
    Case("dropout/seeded by the library", lambda k: [k.layers.Dense(8, "relu"), k.layers.Dropout(0.25), k.layers.Dense(3), k.layers.Dropout(0.1)], normal(6, 5), normal(6, 3)),
    Case("dropout/none", lambda k: [k.layers.Dropout(0.0), k.layers.Dense(3)], normal(6, 5), normal(6, 3)),
    Case("dropout/none, and a penalty", lambda k: [k.layers.Dense(4), k.layers.Dropout(0.0, activity_regularizer="l2"), k.layers.Dense(3)], normal(6, 5), normal(6, 3)),
    Case("dropout/all but bias", lambda k: [k.layers.Dense(4), k.layers.Dropout(1.0), k.layers.Dense(3)], normal(6, 5), normal(6, 3), silent=("weights/dense/", "weights/dense_1/kernel")),
    Case("dropout/one mask for all rows", lambda k: [k.layers.Dense(8, "relu"), k.layers.Dropout(0.4, noise_shape=(1, None), seed=3), k.layers.Dense(3)], normal(6, 5), normal(6, 3)),
    Case("dropout/one mask for all columns", lambda k: [k.layers.Dense(8, "relu"), k.layers.Dropout(0.4, noise_shape=(None, 1), seed=3), k.layers.Dense(3)], normal(6, 5), normal(6, 3)),
    Case("dropout/3-D", lambda k: [k.layers.Dense(4), k.layers.Dropout(0.4, noise_shape=(None, 1, None), seed=3), k.layers.Dense(3)], normal(6, 2, 5), normal(6, 2, 3)),
]  # fmt: skip
