# ruff: noqa: E501 - one line a value
"""Several inputs become one: equal shapes and shapes that broadcast, ties, cosines, masks."""

import numpy as np

from parity_tests.harness.case import Case, given, normal


def _merged(name, merge, *, widths=(4, 4), shape=(5,), y=None, tail=True, **more):
    """Branches of one input, dense layers of `widths`, that `merge` brings together."""

    def build(k):
        x = k.Input(shape)
        branches = [k.layers.Dense(n, "tanh")(x) for n in widths]
        z = merge(k)(branches)
        return k.Model(x, k.layers.Dense(2)(z) if tail else z)

    return Case(name, build, normal(6, *shape), normal(*(y or (6, *shape[:-1], 2))), **more)


def _tied(k):
    """Maximum and minimum of two that are equal in places."""
    x = k.Input((4,))
    a, b = k.layers.ReLU()(x), k.layers.Lambda(lambda t: t * 1.0)(x)
    both = k.layers.Maximum()([a, b]), k.layers.Minimum()([a, b])
    return k.Model(x, k.layers.Dense(2)(k.layers.Add()(both)))


def _ranks(k):
    """A vector joins a sequence: axes of size 1 are put behind the batch."""
    x = k.Input((3, 5))
    a = k.layers.Dense(4, "tanh")(x)
    b = k.layers.Dense(4, "tanh")(k.layers.Flatten()(x))
    return k.Model(x, k.layers.Dense(2)(k.layers.Multiply()([a, b])))


def _masked(kind, both=True):
    def build(k):
        x = k.Input((3, 4))
        a = k.layers.Dense(4, "tanh")(k.layers.Masking()(x))
        b = k.layers.Dense(4, "tanh")(k.layers.Masking(mask_value=1.0)(x) if both else x)
        return k.Model(x, k.layers.Dense(2)(getattr(k.layers, kind)()([a, b])))

    return build


PADDED = np.where(np.array([[1, 1, 0], [2, 0, 1], [0, 2, 0], [1, 1, 1]])[..., None], np.linspace(-1, 1, 48).reshape(4, 3, 4), 0.0)  # fmt: skip
PADDED[1, 0] = PADDED[2, 1] = 1.0
TIES = [[0, 0, 1, -1], [2, -2, 0, 0.5], [1, 1, -1, -1], [0, 3, 0, -3]]

CASES = [
    _merged("add/two", lambda k: k.layers.Add()),
    _merged("add/three", lambda k: k.layers.Add(), widths=(4, 4, 4)),
    _merged("add/broadcast", lambda k: k.layers.Add(), widths=(4, 1)),
    _merged("subtract/two", lambda k: k.layers.Subtract()),
    _merged("multiply/three", lambda k: k.layers.Multiply(), widths=(4, 1, 4)),
    _merged("average/three", lambda k: k.layers.Average(), widths=(4, 4, 4)),
    _merged("maximum/three", lambda k: k.layers.Maximum(), widths=(4, 4, 4)),
    _merged("minimum/three", lambda k: k.layers.Minimum(), widths=(4, 4, 1)),
    Case("maximum/ties", _tied, given(TIES), normal(4, 2)),
    Case("multiply/of different ranks", _ranks, normal(6, 3, 5), normal(6, 3, 2)),
    _merged("concatenate/last axis", lambda k: k.layers.Concatenate(), widths=(4, 3, 2)),
    _merged("concatenate/axis 1", lambda k: k.layers.Concatenate(axis=1), shape=(3, 5), y=(6, 6, 2)),
    _merged("dot/vectors", lambda k: k.layers.Dot(axes=1), tail=False, y=(6, 1)),
    _merged("dot/matrices", lambda k: k.layers.Dot(axes=(2, 1)), widths=(3, 4), shape=(3, 5)),
    _merged("dot/cosine", lambda k: k.layers.Dot(axes=-1, normalize=True), tail=False, y=(6, 1)),
    _merged("merging/the same twice", lambda k: lambda xs: k.layers.Multiply()([xs[0], xs[0], xs[1]])),
    *(Case(f"merging/masked {kind}", _masked(kind), given(PADDED), normal(4, 3, 2)) for kind in ("Add", "Multiply", "Maximum", "Minimum", "Average", "Concatenate")),
    *(Case(f"merging/one masked, {kind}", _masked(kind, both=False), given(PADDED), normal(4, 3, 2)) for kind in ("Subtract", "Multiply", "Maximum", "Concatenate")),
]  # fmt: skip
