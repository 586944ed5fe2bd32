# ruff: noqa: E501 - one line a value
"""What a seed draws: initial weights of every kind, the masks of dropout."""

from parity_tests.harness.case import Case, normal


def _from(name, initializer):
    """Two layers, so that the second seed is seen too; more units than inputs, then fewer."""
    return Case(
        f"drawn/{name}",
        lambda k: [k.layers.Dense(7, kernel_initializer=initializer(k)), k.layers.Dense(3, kernel_initializer=initializer(k))],
        normal(4, 5),
        normal(4, 3),
        silent=("initial/dense/bias", "initial/dense_1/bias"),
    )  # fmt: skip


CASES = [
    _from("glorot_uniform", lambda k: "glorot_uniform"),
    _from("glorot_normal", lambda k: "glorot_normal"),
    _from("he_uniform", lambda k: "he_uniform"),
    _from("he_normal", lambda k: "he_normal"),
    _from("lecun_uniform", lambda k: "lecun_uniform"),
    _from("lecun_normal", lambda k: "lecun_normal"),
    _from("fan_out", lambda k: k.initializers.VarianceScaling(2.0, "fan_out", "untruncated_normal")),
    _from("fan_out, cut", lambda k: k.initializers.VarianceScaling(0.5, "fan_out", "truncated_normal")),
    _from("uniform", lambda k: k.initializers.RandomUniform(-0.3, 0.5)),
    _from("normal", lambda k: k.initializers.RandomNormal(0.5, 0.25)),
    _from("cut normal", lambda k: k.initializers.TruncatedNormal(0.5, 0.25)),
    _from("seeded", lambda k: k.initializers.RandomUniform(seed=7)),
    _from("orthogonal", lambda k: k.initializers.Orthogonal(0.5)),
    Case("drawn/dropout", lambda k: [k.layers.Dropout(0.4), k.layers.Dropout(0.25, seed=3)], normal(6, 9), normal(6, 9)),
    Case("drawn/after a dropout that drops nothing", lambda k: [k.layers.Dropout(0.0), k.layers.Dense(3)], normal(4, 5), normal(4, 3), silent=("initial/dense/bias",)),
    Case("drawn/dropout of rows", lambda k: [k.layers.Dropout(0.5, noise_shape=(None, 1))], normal(40, 3), normal(40, 3)),
]  # fmt: skip
