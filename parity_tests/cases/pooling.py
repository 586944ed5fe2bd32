# ruff: noqa: E501 - one line a value
"""Pools: paddings, strides, ties, masks, both formats of data, in every rank."""

import numpy as np

from parity_tests.harness.case import Case, given, normal, uniform

WEIGHTS = uniform(4, 1, low=0.0, high=2.0)
OF_ROWS = uniform(4, low=0.0, high=2.0)
TIES = np.array([1.0, 1, 0, 2, 2, 2, 0, 0]).reshape(2, 4, 1) * np.ones(3)
PADDED = np.where(np.array([[1, 1, 0], [1, 0, 1], [0, 1, 0], [1, 1, 1]])[..., None], np.linspace(-1, 1, 24).reshape(4, 3, 2), 0.0)  # fmt: skip


def draws(*shape):
    """Few different numbers, so that many are alike."""
    return lambda draw: draw.integers(-2, 3, shape).astype("float32")


def between(layer):
    """A pool between two layers with weights, so that what flows back through it is seen."""
    return lambda k: [k.layers.Dense(3, "tanh"), layer(k), k.layers.Dense(2)]


CASES = [
    Case("maxpool/steps", between(lambda k: k.layers.MaxPooling1D(2)), normal(4, 7, 2), normal(4, 3, 2), WEIGHTS),
    Case("maxpool/steps, ties", lambda k: [k.layers.MaxPooling1D(2), k.layers.Dense(2)], given(TIES), normal(2, 2, 2)),
    Case("maxpool/steps, overlapping ties", lambda k: [k.layers.MaxPooling1D(3, strides=1), k.layers.Dense(2)], given(TIES), normal(2, 2, 2)),
    Case("maxpool/images", between(lambda k: k.layers.MaxPooling2D()), normal(4, 6, 5, 2), normal(4, 3, 2, 2), uniform(4, 1, 1)),
    Case("maxpool/images, ties", lambda k: [k.layers.MaxPooling2D((2, 3), strides=(1, 2)), k.layers.Dense(2)], draws(4, 5, 7, 3), normal(4, 4, 3, 2)),
    Case("maxpool/images, ties in threes", lambda k: [k.layers.MaxPooling2D(3), k.layers.Dense(2)], draws(4, 6, 6, 3), normal(4, 2, 2, 2)),
    Case("maxpool/images, same", between(lambda k: k.layers.MaxPooling2D(3, strides=2, padding="same")), normal(4, 5, 6, 2), normal(4, 3, 3, 2)),
    Case("maxpool/images, same, all below zero", lambda k: [k.layers.MaxPooling2D(2, padding="same"), k.layers.Dense(2)], uniform(4, 3, 3, 2, low=-2.0, high=-1.0), normal(4, 2, 2, 2)),
    Case("maxpool/images, same, larger than the image", lambda k: [k.layers.MaxPooling2D(5, strides=1, padding="same"), k.layers.Dense(2)], draws(4, 3, 2, 2), normal(4, 3, 2, 2)),
    Case("maxpool/images, strides above the window", between(lambda k: k.layers.MaxPooling2D(2, strides=3)), normal(4, 6, 5, 2), normal(4, 2, 2, 2)),
    Case("maxpool/images, channels first", lambda k: [k.layers.MaxPooling2D(2, strides=1, padding="same", data_format="channels_first"), k.layers.Flatten(), k.layers.Dense(2)], draws(4, 2, 3, 3), normal(4, 2)),
    Case("maxpool/volumes", between(lambda k: k.layers.MaxPooling3D((1, 2, 2))), normal(3, 2, 4, 5, 2), normal(3, 2, 2, 2, 2), in_float64="nowhere"),
    Case("averagepool/steps", between(lambda k: k.layers.AveragePooling1D(3, strides=2)), normal(4, 7, 2), normal(4, 3, 2), WEIGHTS),
    Case("averagepool/steps, same", between(lambda k: k.layers.AveragePooling1D(3, strides=1, padding="same")), normal(4, 4, 2), normal(4, 4, 2)),
    Case("averagepool/images", between(lambda k: k.layers.AveragePooling2D(2)), normal(4, 6, 5, 2), normal(4, 3, 2, 2), uniform(4, 1, 1)),
    Case("averagepool/images, same", between(lambda k: k.layers.AveragePooling2D((3, 2), strides=(2, 1), padding="same")), normal(4, 5, 4, 2), normal(4, 3, 4, 2)),
    Case("averagepool/images, channels first", lambda k: [k.layers.AveragePooling2D(2, data_format="channels_first"), k.layers.Flatten(), k.layers.Dense(2)], normal(4, 2, 4, 5), normal(4, 2)),
    Case("averagepool/volumes", between(lambda k: k.layers.AveragePooling3D(2)), normal(3, 4, 4, 5, 2), normal(3, 2, 2, 2, 2), in_float64="xla"),
    Case("globalpool/average of steps", lambda k: [k.layers.Dense(3, "tanh"), k.layers.GlobalAveragePooling1D(), k.layers.Dense(2)], normal(4, 5, 2), normal(4, 2), OF_ROWS),
    Case("globalpool/average of steps, masked", lambda k: [k.layers.Masking(), k.layers.Dense(3, "tanh"), k.layers.GlobalAveragePooling1D(), k.layers.Dense(2)], given(PADDED), normal(4, 2)),
    Case("globalpool/average of steps, masked, axes kept", lambda k: [k.layers.Masking(), k.layers.Dense(3, "tanh"), k.layers.GlobalAveragePooling1D(keepdims=True), k.layers.Dense(2)], given(PADDED), normal(4, 1, 2)),
    Case("globalpool/average of steps, channels first", lambda k: [k.layers.Dense(3, "tanh"), k.layers.GlobalAveragePooling1D(data_format="channels_first"), k.layers.Dense(2)], normal(4, 5, 2), normal(4, 2)),
    Case("globalpool/average of images", lambda k: [k.layers.Dense(3, "tanh"), k.layers.GlobalAveragePooling2D(), k.layers.Dense(2)], normal(4, 3, 4, 2), normal(4, 2), OF_ROWS),
    Case("globalpool/average of volumes, axes kept", between(lambda k: k.layers.GlobalAveragePooling3D(keepdims=True)), normal(4, 2, 3, 2, 2), normal(4, 1, 1, 1, 2)),
    Case("globalpool/largest of steps, ties", lambda k: [k.layers.GlobalMaxPooling1D(), k.layers.Dense(2)], given(TIES), normal(2, 2)),
    Case("globalpool/largest of images", lambda k: [k.layers.Dense(3, "tanh"), k.layers.GlobalMaxPooling2D(), k.layers.Dense(2)], normal(4, 3, 4, 2), normal(4, 2), OF_ROWS),
    Case("globalpool/largest of images, axes kept, channels first", lambda k: [k.layers.GlobalMaxPooling2D(data_format="channels_first", keepdims=True), k.layers.Flatten(), k.layers.Dense(2)], draws(4, 3, 4, 2), normal(4, 2)),
    Case("globalpool/largest of volumes", lambda k: [k.layers.GlobalMaxPooling3D(), k.layers.Dense(2)], draws(4, 2, 3, 2, 2), normal(4, 2)),
    Case("adaptivepool/largest of steps, ties", lambda k: [k.layers.AdaptiveMaxPooling1D(3), k.layers.Dense(2)], draws(4, 5, 2), normal(4, 3, 2)),
    Case("adaptivepool/largest of images", between(lambda k: k.layers.AdaptiveMaxPooling2D((2, 3))), normal(4, 5, 5, 2), normal(4, 2, 3, 2)),
    Case("adaptivepool/largest of images, ties, channels first", lambda k: [k.layers.AdaptiveMaxPooling2D(2, data_format="channels_first"), k.layers.Flatten(), k.layers.Dense(2)], draws(4, 2, 5, 3), normal(4, 2)),
    Case("adaptivepool/largest of volumes", between(lambda k: k.layers.AdaptiveMaxPooling3D(2)), normal(3, 3, 4, 2, 2), normal(3, 2, 2, 2, 2), in_float64="nowhere"),
    Case("adaptivepool/average of steps, more bins than steps", between(lambda k: k.layers.AdaptiveAveragePooling1D(5)), normal(4, 3, 2), normal(4, 5, 2)),
    Case("adaptivepool/average of images", between(lambda k: k.layers.AdaptiveAveragePooling2D((2, 3))), normal(4, 5, 5, 2), normal(4, 2, 3, 2)),
    Case("adaptivepool/average of volumes", between(lambda k: k.layers.AdaptiveAveragePooling3D(2)), normal(3, 3, 4, 2, 2), normal(3, 2, 2, 2, 2), in_float64="xla"),
]  # fmt: skip
