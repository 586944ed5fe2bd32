# ruff: noqa: D103 - their names say what they make
"""Small models, each from a library to a model that is not compiled."""

from typing import Any

import numpy as np


def _stack(k: Any, *middle: Any) -> Any:
    first = k.layers.Dense(16, activation="relu")
    return k.Sequential([k.Input((20,)), first, *middle, k.layers.Dense(3, activation="softmax")])


def plain(k: Any) -> Any:
    return _stack(k)


def dropout(k: Any) -> Any:
    return _stack(k, k.layers.Dropout(0.3))


def two_dropouts(k: Any) -> Any:
    return _stack(k, k.layers.Dropout(0.3), k.layers.Dense(8), k.layers.AlphaDropout(0.2, seed=4))


def batchnorm(k: Any) -> Any:
    return _stack(k, k.layers.BatchNormalization())


def noise(k: Any) -> Any:
    return _stack(k, k.layers.GaussianNoise(0.3), k.layers.GaussianDropout(0.1))


def functional(k: Any) -> Any:
    x = k.Input((20,))
    shared = k.layers.Dense(16, activation="tanh")
    a = k.layers.Dropout(0.2)(shared(x))
    b = shared(k.layers.GaussianNoise(0.1)(x))
    return k.Model(x, k.layers.Dense(3, activation="softmax")(k.layers.Concatenate()([a, b])))


def nested(k: Any) -> Any:
    inner = k.Sequential([k.Input((20,)), k.layers.Dense(16), k.layers.Dropout(0.3)])
    return k.Sequential([k.Input((20,)), inner, k.layers.Dense(3, activation="softmax")])


def subclass(k: Any) -> Any:
    class Own(k.Model):
        def __init__(self) -> None:
            super().__init__()
            self.hidden = [k.layers.Dense(16, activation="relu"), k.layers.Dropout(0.3)]
            self.out = k.layers.Dense(3, activation="softmax")

        def call(self, x: Any, training: bool = False) -> Any:
            return self.out(self.hidden[1](self.hidden[0](x), training=training))

    model = Own()
    model(np.zeros((1, 20), "float32"))
    return model


def own_step(k: Any) -> Any:
    class Own(k.Sequential):
        def train_step(self, *data: Any) -> Any:
            return {**super().train_step(*data), "constant": 3.0}

    return Own([k.Input((20,)), k.layers.Dropout(0.2), k.layers.Dense(3, activation="softmax")])


def global_noise(k: Any) -> Any:
    class Noisy(k.layers.Layer):
        def call(self, x: Any, training: bool = False) -> Any:
            return x + k.random.normal(k.ops.shape(x), stddev=0.1) if training else x

    return _stack(k, Noisy())


def two_outputs(k: Any) -> Any:
    x = k.Input((20,))
    hidden = k.layers.Dropout(0.1)(k.layers.Dense(8, activation="relu")(x))
    return k.Model(x, [k.layers.Dense(1)(hidden), k.layers.Dense(2)(hidden)])
