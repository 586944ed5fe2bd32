# ruff: noqa: E501 - one line a value
"""Noise and dropout of every kind, and activations that are layers."""

from parity_tests.harness.case import Case, given, normal

KINKS = [
    [-2.0, 0.0, 1.0, 6.0],
    [0.5, -0.5, 0.0, 7.0],
    [1.0, 3.0, 2.0, -1.0],
    [-6.0, 0.25, 5.0, 2.0],
]
L2 = {"class_name": "L2", "config": {"l2": 0.02}}


def _noisy(name, layer, *shape):
    x = (6, *(shape or (5,)))
    return Case(
        name,
        lambda k: [k.layers.Dense(4, "tanh"), layer(k), k.layers.Dense(3)],
        normal(*x),
        normal(*x[:-1], 3),
    )


def _activated(name, layer, **more):
    """On numbers that stand on both sides of every bend, and on it."""
    return Case(name, lambda k: [layer(k), k.layers.Dense(3)], given(KINKS), normal(4, 3), **more)


NOISE = [
    _noisy("noise/gaussian", lambda k: k.layers.GaussianNoise(0.3, seed=5)),
    _noisy("noise/gaussian, none", lambda k: k.layers.GaussianNoise(0.0)),
    _noisy("noise/gaussian dropout", lambda k: k.layers.GaussianDropout(0.3, seed=5)),
    _noisy("noise/gaussian dropout, none", lambda k: k.layers.GaussianDropout(0.0)),
    *(_noisy(f"noise/{name}, none, and a penalty", lambda k, name=name: getattr(k.layers, name)(0.0, activity_regularizer="l2")) for name in ("GaussianNoise", "GaussianDropout", "AlphaDropout")),
    _noisy("noise/seeded by the library", lambda k: k.layers.GaussianNoise(0.5)),
    _noisy("noise/alpha dropout", lambda k: k.layers.AlphaDropout(0.3, seed=5)),
    _noisy("noise/alpha dropout, shared", lambda k: k.layers.AlphaDropout(0.3, noise_shape=(None, 1), seed=5)),
    _noisy("noise/spatial dropout 1", lambda k: k.layers.SpatialDropout1D(0.4, seed=5), 3, 5),
    _noisy("noise/spatial dropout 2", lambda k: k.layers.SpatialDropout2D(0.4, seed=5), 2, 3, 5),
    _noisy("noise/spatial dropout 2, channels first", lambda k: k.layers.SpatialDropout2D(0.4, data_format="channels_first", seed=5), 2, 3, 5),
    _noisy("noise/spatial dropout 3", lambda k: k.layers.SpatialDropout3D(0.4, seed=5), 2, 2, 3, 5),
]  # fmt: skip

CASES = [
    *NOISE,
    _activated("relu layer/plain", lambda k: k.layers.ReLU()),
    _activated("relu layer/slope", lambda k: k.layers.ReLU(negative_slope=0.25)),
    _activated("relu layer/cap 6", lambda k: k.layers.ReLU(max_value=6)),
    _activated("relu layer/cap", lambda k: k.layers.ReLU(max_value=2.0)),
    _activated("relu layer/threshold", lambda k: k.layers.ReLU(threshold=1.0)),
    _activated("relu layer/all", lambda k: k.layers.ReLU(max_value=3.0, negative_slope=0.25, threshold=1.0)),
    _activated("leaky relu layer/plain", lambda k: k.layers.LeakyReLU()),
    _activated("leaky relu layer/slope", lambda k: k.layers.LeakyReLU(negative_slope=0.125)),
    _activated("elu layer/plain", lambda k: k.layers.ELU()),
    _activated("elu layer/alpha", lambda k: k.layers.ELU(alpha=2.0)),
    _activated("prelu/plain", lambda k: k.layers.PReLU(alpha_initializer="ones")),
    _activated("prelu/penalty", lambda k: k.layers.PReLU(alpha_regularizer=L2)),
    Case("prelu/shared", lambda k: [k.layers.Dense(4), k.layers.PReLU(shared_axes=[1]), k.layers.Dense(2)], normal(6, 3, 5), normal(6, 3, 2)),
    _activated("softmax layer/plain", lambda k: k.layers.Softmax()),
    Case("softmax layer/axis 1", lambda k: [k.layers.Dense(4, use_bias=False), k.layers.Softmax(axis=1), k.layers.Dense(2)], normal(6, 3, 5), normal(6, 3, 2)),
    Case("softmax layer/two axes", lambda k: [k.layers.Dense(4, "tanh"), k.layers.Softmax(axis=[1, 2]), k.layers.Dense(2)], normal(6, 3, 5), normal(6, 3, 2)),
]  # fmt: skip
