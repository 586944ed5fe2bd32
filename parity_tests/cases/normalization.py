# ruff: noqa: E501 - one line a value
"""Normalization by batch, layer, group and length: every option, and the shapes on the edge."""

import numpy as np

from parity_tests.harness.case import Case, given, normal, uniform

WEIGHTS = uniform(6, low=0.2, high=2.0)
L2 = {"class_name": "L2", "config": {"l2": 0.02}}


def _case(name, layer, *shape, units=4, out=3, **more):
    """The layer between two dense ones."""
    x = (6, *shape) if shape else (6, 5)
    y = (*x[:-1], out)
    return Case(
        name,
        lambda k: [k.layers.Dense(units, "tanh"), layer(k), k.layers.Dense(out)],
        normal(*x),
        normal(*y),
        WEIGHTS if len(x) == 2 else None,
        **more,
    )


def _first(name, layer, x, y_shape, **more):
    """The layer in the first place: it needs no dx in training."""
    return Case(name, lambda k: [layer(k), k.layers.Dense(3)], x, normal(*y_shape), **more)


CASES = [
    _case("batch normalization/plain", lambda k: k.layers.BatchNormalization()),
    _case("batch normalization/quick averages", lambda k: k.layers.BatchNormalization(momentum=0.5, epsilon=0.01)),
    _case("batch normalization/no gamma", lambda k: k.layers.BatchNormalization(scale=False)),
    _case("batch normalization/no beta", lambda k: k.layers.BatchNormalization(center=False)),
    _case("batch normalization/neither", lambda k: k.layers.BatchNormalization(center=False, scale=False)),
    _case("batch normalization/steps", lambda k: k.layers.BatchNormalization(), 2, 5),
    _case("batch normalization/axis 1", lambda k: k.layers.BatchNormalization(axis=1), 2, 5),
    _case("batch normalization/penalties", lambda k: k.layers.BatchNormalization(gamma_regularizer=L2, beta_regularizer=L2)),
    _case("batch normalization/own starts", lambda k: k.layers.BatchNormalization(beta_initializer="ones", gamma_initializer="zeros", moving_mean_initializer="ones", moving_variance_initializer="zeros")),
    _case("batch normalization/frozen", lambda k: k.layers.BatchNormalization(trainable=False), silent=("weights/batch_normalization/",)),
    _case("batch normalization/renorm", lambda k: k.layers.BatchNormalization(renorm=True, momentum=0.9, renorm_momentum=0.8)),
    _case("batch normalization/renorm, clipped", lambda k: k.layers.BatchNormalization(renorm=True, renorm_clipping={"rmin": 0.8, "rmax": 1.1, "dmax": 0.2})),
    _case("batch normalization/renorm, no gamma", lambda k: k.layers.BatchNormalization(renorm=True, scale=False)),
    _first("batch normalization/first", lambda k: k.layers.BatchNormalization(), normal(6, 5, scale=3.0), (6, 3)),
    _first("batch normalization/a constant feature", lambda k: k.layers.BatchNormalization(), given(np.outer(np.arange(6.0), [1, 0, -1, 2])), (6, 3)),
    _case("layer normalization/plain", lambda k: k.layers.LayerNormalization()),
    _case("layer normalization/no gamma", lambda k: k.layers.LayerNormalization(scale=False)),
    _case("layer normalization/no beta", lambda k: k.layers.LayerNormalization(center=False, epsilon=0.1)),
    _case("layer normalization/rms scaling", lambda k: k.layers.LayerNormalization(rms_scaling=True)),
    _case("layer normalization/two axes", lambda k: k.layers.LayerNormalization(axis=[1, 2]), 2, 5),
    _case("layer normalization/axis 1", lambda k: k.layers.LayerNormalization(axis=1), 2, 5),
    _first("layer normalization/equal numbers", lambda k: k.layers.LayerNormalization(), given([[1, 1, 1], [0, 0, 0], [1, 2, 3], [1e-3, 0, 0]]), (4, 3)),
    # Groups of three: where two numbers d apart make a group, a rounding grows by up to 1/sqrt(eps).
    _case("group normalization/two groups", lambda k: k.layers.GroupNormalization(groups=2), units=6),
    _case("group normalization/each for itself", lambda k: k.layers.GroupNormalization(groups=-1), 3, 5),
    _case("group normalization/steps", lambda k: k.layers.GroupNormalization(groups=2, epsilon=0.01), 3, 5),
    _case("group normalization/axis 1", lambda k: k.layers.GroupNormalization(groups=2, axis=1, center=False), 4, 5),
    _case("group normalization/axis -2", lambda k: k.layers.GroupNormalization(groups=2, axis=-2, scale=False), 4, 5),
    _case("rms normalization/plain", lambda k: k.layers.RMSNormalization()),
    _case("rms normalization/two axes", lambda k: k.layers.RMSNormalization(axis=[1, 2], epsilon=0.01), 2, 5),
    _case("unit normalization/plain", lambda k: k.layers.UnitNormalization()),
    _case("unit normalization/axis 1", lambda k: k.layers.UnitNormalization(axis=1), 2, 5),
    _case("unit normalization/two axes", lambda k: k.layers.UnitNormalization(axis=[1, 2]), 2, 5),
    _first("normalization/known numbers", lambda k: k.layers.Normalization(mean=[1.0, 2.0, 3.0], variance=[4.0, 0.0, 0.25]), given(np.add(np.outer(np.arange(6.0), [1, 0, -1]), [0, 2, 5])), (6, 3)),
    _first("normalization/numbers that float32 rounds", lambda k: k.layers.Normalization(mean=[0.1, 0.2, 0.3], variance=[0.7, 0.9, 1.3]), normal(6, 3), (6, 3)),
    _first("normalization/numbers in arrays", lambda k: k.layers.Normalization(mean=np.array([0.1, 0.2, 0.3]), variance=np.array([0.7, 0.9, 1.3])), normal(6, 3), (6, 3)),
    _first("normalization/one for all", lambda k: k.layers.Normalization(axis=None, mean=1.5, variance=2.25), normal(6, 3), (6, 3)),
    _case("normalization/inverted", lambda k: k.layers.Normalization(mean=0.5, variance=4.0, invert=True)),
    _first("normalization/not adapted", lambda k: k.layers.Normalization(), normal(6, 3), (6, 3), silent=("weights/normalization/",)),
    _case("rescaling/plain", lambda k: k.layers.Rescaling(1 / 3, offset=-0.25)),
    _first("rescaling/a scale for each", lambda k: k.layers.Rescaling([1.0, 2.0, 0.5], offset=[0.0, 1.0, -1.0]), normal(6, 3), (6, 3)),
    Case("spectral/dense", lambda k: [k.layers.SpectralNormalization(k.layers.Dense(4, "tanh")), k.layers.Dense(3)], normal(6, 5), normal(6, 3)),
    Case("spectral/convolution, three iterations", lambda k: [k.layers.SpectralNormalization(k.layers.Conv2D(3, 2), power_iterations=3), k.layers.Flatten(), k.layers.Dense(3)], normal(6, 3, 4, 2), normal(6, 3)),
    Case("spectral/embedding", lambda k: [k.layers.SpectralNormalization(k.layers.Embedding(5, 3)), k.layers.Flatten(), k.layers.Dense(2)], given([[0, 1, 2], [2, 2, 0], [4, 1, 1], [3, 0, 3]], "float32"), normal(4, 2), silent=("gradient/x",)),
    Case("spectral/a kernel of zeros", lambda k: [k.layers.SpectralNormalization(k.layers.Dense(3)), k.layers.Dense(2)], normal(6, 5), normal(6, 2), weights=[np.zeros((5, 3)), [[0.5, -0.25, 1.0]], np.ones(3), np.ones((3, 2)), np.ones(2)], silent=("gradient/x",)),
]  # fmt: skip
