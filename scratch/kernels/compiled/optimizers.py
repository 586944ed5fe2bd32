"""Twins of the optimizers' kernels: a step in one pass over the weights.

Every expression is written in the order of the definition, which stands in the optimizer's file:
there, each operation is a pass of its own. What is squared stands in `squares` where it is not the
gradient itself, and None is an array that this optimizer does not have.
"""

from typing import Any

import numpy as np

from scratch.kernels.compiled.shared import Shared
from scratch.kernels.compiled.twin import compiled, twin
from scratch.kernels.table import are_floats

Array = np.ndarray
OrNone = np.ndarray | None
# Numbers, all of the type of the arrays: there is no literal 1 here, which would be an integer.
Number = Any


@twin("decay_weights", called=Shared)
def decay_weights(w: Array, decay: Number, lr: Number) -> None:
    """See `optimizers.base.elementwise`."""
    for i in range(w.size):
        w[i] -= w[i] * decay * lr


def _without_largest(w: Array, g: Array, squares: OrNone, m: Array, v: Array, largest: OrNone,
                     *numbers: Number) -> bool:  # fmt: skip
    """AMSGrad takes a maximum, which is left to NumPy."""
    return largest is None and are_floats(w, g, squares, m, v, *numbers)


@twin("adam", _without_largest, Shared)
def adam(
    w: Array, g: Array, squares: OrNone, m: Array, v: Array, largest: OrNone,
    alpha: Number, one_minus_beta_1: Number, one_minus_beta_2: Number, eps: Number,
) -> None:  # fmt: skip
    """See `optimizers.adam`."""
    for i in range(w.size):
        m[i] += (g[i] - m[i]) * one_minus_beta_1
        square = g[i] * g[i] if squares is None else squares[i]
        v[i] += (square - v[i]) * one_minus_beta_2
        w[i] -= m[i] * alpha / (np.sqrt(v[i]) + eps)


@twin("nesterov", called=Shared)
def nesterov(w: Array, g: Array, m: Array, lr: Number, mu: Number) -> None:
    """See `optimizers.sgd`."""
    for i in range(w.size):
        w[i] += mu * m[i] - lr * g[i]


@twin("rmsprop", called=Shared)
def rmsprop(
    w: Array, g: Array, squares: OrNone, v: Array, m: OrNone, a: OrNone,
    lr: Number, rho: Number, one_minus_rho: Number, mu: Number, eps: Number,
) -> None:  # fmt: skip
    """See `optimizers.rmsprop`."""
    for i in range(w.size):
        square = g[i] * g[i] if squares is None else squares[i]
        v[i] = v[i] * rho + one_minus_rho * square
        under = v[i]
        if a is not None:
            a[i] = a[i] * rho + one_minus_rho * g[i]
            under = v[i] - a[i] * a[i]
        d = lr * g[i] / np.sqrt(under + eps)
        if m is not None:
            d = m[i] = m[i] * mu + d
        w[i] -= d


@twin("adagrad", called=Shared)
def adagrad(w: Array, g: Array, squares: OrNone, a: Array, lr: Number, eps: Number) -> None:
    """See `optimizers.adagrad`."""
    for i in range(w.size):
        a[i] += g[i] * g[i] if squares is None else squares[i]
        w[i] -= lr * g[i] / np.sqrt(a[i] + eps)


@twin("adadelta", called=Shared)
def adadelta(
    w: Array, g: Array, squares: OrNone, a: Array, b: Array,
    lr: Number, rho: Number, one_minus_rho: Number, eps: Number,
) -> None:  # fmt: skip
    """See `optimizers.adadelta`."""
    for i in range(w.size):
        square = g[i] * g[i] if squares is None else squares[i]
        a[i] = a[i] * rho + one_minus_rho * square
        d = np.sqrt(b[i] + eps) * g[i] / np.sqrt(a[i] + eps)
        moved = d * d if squares is None else squares[i] * (b[i] + eps) / (a[i] + eps)
        b[i] = b[i] * rho + one_minus_rho * moved
        w[i] -= d * lr


@twin("adamax", called=Shared)
def adamax(
    w: Array, g: Array, m: Array, u: Array,
    lr: Number, correction: Number, one_minus_beta_1: Number, eps: Number,
) -> None:  # fmt: skip
    """See `optimizers.adamax`."""
    for i in range(w.size):
        m[i] += (g[i] - m[i]) * one_minus_beta_1
        w[i] -= lr * m[i] / ((u[i] + eps) * correction)


@twin("nadam", called=Shared)
def nadam(
    w: Array, g: Array, squares: OrNone, m: Array, v: Array,
    lr: Number, next_mu: Number, over_m: Number, one_minus_mu: Number, over_g: Number,
    one_minus_beta_1: Number, one_minus_beta_2: Number, correction: Number, eps: Number,
) -> None:  # fmt: skip
    """See `optimizers.nadam`."""
    for i in range(w.size):
        m[i] += (g[i] - m[i]) * one_minus_beta_1
        square = g[i] * g[i] if squares is None else squares[i]
        v[i] += (square - v[i]) * one_minus_beta_2
        n = (next_mu * m[i] / over_m + one_minus_mu * g[i] / over_g) * lr
        w[i] -= n / (np.sqrt(v[i] / correction) + eps)


@compiled
def _sign(x: Number, zero: Number, one: Number) -> Number:
    """-1, 0 (of either zero) or 1; NaN of NaN."""
    return one if x > zero else -one if x < zero else zero if x == zero else x


@twin("lion", called=Shared)
def lion(
    w: Array, g: Array, m: Array, lr: Number,
    beta_1: Number, one_minus_beta_1: Number, beta_2: Number, one_minus_beta_2: Number,
) -> None:  # fmt: skip
    """See `optimizers.lion`."""
    zero, one = w.dtype.type(0), w.dtype.type(1)
    for i in range(w.size):
        w[i] -= _sign(m[i] * beta_1 + g[i] * one_minus_beta_1, zero, one) * lr
        m[i] = m[i] * beta_2 + g[i] * one_minus_beta_2


@twin("schedule_free_adamw", called=Shared)
def schedule_free_adamw(
    w: Array, g: Array, squares: OrNone, z: Array, v: Array, with_new_z: bool,
    lr: Number, beta_1: Number, one_minus_beta_1: Number, one_minus_beta_2: Number,
    correction: Number, eps: Number, weight: Number, one_minus_weight: Number,
) -> None:  # fmt: skip
    """See `optimizers.schedule_free_adamw`."""
    for i in range(w.size):
        square = g[i] * g[i] if squares is None else squares[i]
        v[i] += (square - v[i]) * one_minus_beta_2
        before = z[i]
        z[i] -= lr * g[i] / (np.sqrt(v[i] / correction) + eps)
        taken_out = z[i] if with_new_z else before
        x = (w[i] - one_minus_beta_1 * taken_out) / beta_1
        x = x * one_minus_weight + weight * z[i]
        w[i] = one_minus_beta_1 * z[i] + x * beta_1
