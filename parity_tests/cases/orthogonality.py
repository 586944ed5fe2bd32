# ruff: noqa: E501 - one line a value
"""The orthogonal regularizer. Keras cannot compute it in float64: its factor is a float32 tensor."""

from parity_tests.harness.case import Case, normal

EDGES = [[0.0, 0.0, 0.0], [1e-9, 2e-9, -1e-9], [1.0, 2.0, 0.5], [-0.5, 1.0, 0.25]]


def _dense(name, regularizer, **more):
    """One Dense layer whose kernel has this regularizer, a function of the library."""
    return Case(
        f"orthogonal/{name}",
        lambda k: [k.layers.Dense(3, use_bias=False, kernel_regularizer=regularizer(k))],
        normal(6, 4),
        normal(6, 3),
        **more,
    )


CASES = [
    _dense("rows", lambda k: k.regularizers.OrthogonalRegularizer(0.3)),
    _dense("columns", lambda k: k.regularizers.OrthogonalRegularizer(0.3, mode="columns")),
    _dense("by name", lambda k: "orthogonal_regularizer"),
    _dense("zero row and tiny row", lambda k: k.regularizers.OrthogonalRegularizer(0.3), weights=[EDGES], steps=1),
]  # fmt: skip
