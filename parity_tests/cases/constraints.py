# ruff: noqa: E501 - one line a value
"""Constraints that bind, that do not, and that bind after a while; on kernels and on biases."""

from parity_tests.harness.case import Case, normal


def _dense(name, steps=12, optimizer=None, **options):
    """Two layers; each option of the first is a function of the library."""
    return Case(
        f"constraint/{name}",
        lambda k: [k.layers.Dense(5, "tanh", **{o: value(k) for o, value in options.items()}), k.layers.Dense(3)],
        normal(12, 4),
        normal(12, 3),
        optimizer=optimizer or (lambda k: k.optimizers.SGD(0.2)),
        batch_size=5,
        steps=steps,
    )  # fmt: skip


CASES = [
    _dense("max norm binds", kernel_constraint=lambda k: k.constraints.MaxNorm(0.5)),
    _dense("max norm does not bind", kernel_constraint=lambda k: k.constraints.MaxNorm(50.0)),
    _dense("max norm along rows", kernel_constraint=lambda k: k.constraints.MaxNorm(1.0, axis=1)),
    _dense("max norm of the whole kernel", kernel_constraint=lambda k: k.constraints.MaxNorm(1.5, axis=[0, 1])),
    _dense("non-negative", kernel_constraint=lambda k: "non_neg", bias_constraint=lambda k: k.constraints.NonNeg()),
    _dense("unit norm", kernel_constraint=lambda k: "UnitNorm", bias_constraint=lambda k: "unit_norm"),
    _dense("min-max norm", kernel_constraint=lambda k: k.constraints.MinMaxNorm(0.4, 0.6)),
    _dense("min-max norm, slowly", kernel_constraint=lambda k: k.constraints.MinMaxNorm(1.5, 2.0, rate=0.3), bias_constraint=lambda k: {"class_name": "MinMaxNorm", "config": {"max_value": 0.1}}),
    _dense("user's own", kernel_constraint=lambda k: lambda w: k.ops.clip(w, -0.5, 0.5)),
    _dense("after momentum", kernel_constraint=lambda k: k.constraints.MaxNorm(1.0), optimizer=lambda k: k.optimizers.SGD(0.1, momentum=0.9)),
    _dense("after Adam with averages", kernel_constraint=lambda k: k.constraints.UnitNorm(axis=1), optimizer=lambda k: k.optimizers.Adam(0.01, use_ema=True, ema_momentum=0.8, ema_overwrite_frequency=3)),
    _dense("after every micro-step", kernel_constraint=lambda k: k.constraints.MinMaxNorm(0.2, 0.8, rate=0.5), optimizer=lambda k: k.optimizers.SGD(0.2, gradient_accumulation_steps=2)),
]  # fmt: skip
