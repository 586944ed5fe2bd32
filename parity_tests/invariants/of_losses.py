"""Invariants of losses.

A loss is compared by its total: the sum over the rows, whichever way it reduces. So a mean over
three rows is three times itself, or as many times as the weights make.
"""

from typing import Any

import numpy as np

from parity_tests.commands.fuzz.tables import LOSSES
from parity_tests.invariants.invariant import invariant
from parity_tests.invariants.shared import config, loaded
from scratch.context.naming import to_snake_case

FUNCTIONS = tuple(f"losses.{to_snake_case(name)}" for name in LOSSES)


def total(s: Any, y: Any, p: Any, w: Any = None, loss: Any = None) -> Any:
    """What the rows cost together."""
    loss = loss or s.make()
    w = np.ones(len(p)) if w is None else w
    value = s.keras.ops.convert_to_numpy(loss(y, p, sample_weight=w))
    if loss.reduction in ("none", None):
        return value.sum()
    if loss.reduction == "sum":
        return value
    return value * (w.sum() if loss.reduction == "mean_with_sample_weight" else len(p))


@invariant("losses")
def rows_permuted(s: Any) -> Any:
    """The order of the rows changes nothing."""
    return total(s, s.y, s.p, s.w), total(s, s.y[::-1], s.p[::-1], s.w[::-1])


@invariant("losses")
def cut_in_two(s: Any) -> Any:
    """A batch costs what its two parts cost."""
    parts = [slice(None, 1), slice(1, None)] if len(s.p) > 1 else [slice(None)]
    return total(s, s.y, s.p, s.w), sum(total(s, s.y[i], s.p[i], s.w[i]) for i in parts)


@invariant("losses")
def a_row_twice(s: Any) -> Any:
    """A row that stands there twice is one of weight 2."""
    again = [0, *range(len(s.p))]
    weights = np.where(np.arange(len(s.p)) == 0, 2.0, 1.0)
    return total(s, s.y[again], s.p[again]), total(s, s.y, s.p, weights)


@invariant("losses")
def weight_0(s: Any) -> Any:
    """A row of weight 0 is as good as absent."""
    y, p, w = (np.concatenate([a, a[:1]]) for a in (s.y, s.p, s.w))
    w[-1] = 0
    return total(s, s.y, s.p, s.w), total(s, y, p, w)


@invariant("losses")
def weights_times_c(s: Any) -> Any:
    """Four times the weights is four times the total."""
    return 4 * total(s, s.y, s.p, s.w), total(s, s.y, s.p, 4 * s.w)


@invariant("losses")
def weights_as_a_column(s: Any) -> Any:
    """Weights (n,) are weights (n, 1)."""
    return total(s, s.y, s.p, s.w), total(s, s.y, s.p, s.w[:, None])


@invariant("losses")
def labels_as_a_column(s: Any) -> Any:
    """Labels (n,) are labels (n, 1)."""
    loss = s.make()
    if s.y.ndim == 1:
        return loss(s.y, s.p), loss(s.y[:, None], s.p)
    return loss(s.y[:, 0], s.p[:, :1]), loss(s.y[:, :1], s.p[:, :1])


@invariant("losses")
def whole_numbers(s: Any) -> Any:
    """Labels that are whole may be integers."""
    y = np.round(s.y)
    return s.make()(y.astype("float64"), s.p), s.make()(y.astype("int64"), s.p)


@invariant("losses", only=("SparseCategoricalCrossentropy",))
def one_hot(s: Any) -> Any:
    """Labels as one-hot rows cost what they cost as numbers."""
    sparse = s.make()
    given = {k: v for k, v in sparse.get_config().items() if k not in ("ignore_class", "name")}
    dense = s.keras.losses.CategoricalCrossentropy(**given)
    return sparse(s.y, s.p), dense(np.eye(s.p.shape[-1])[s.y], s.p)


@invariant("losses", exact=True)
def asked_twice(s: Any) -> Any:
    """A loss remembers nothing."""
    loss = s.make()
    first = loss(s.y, s.p, sample_weight=s.w)
    loss(s.y[:1], s.p[:1])
    return first, loss(s.y, s.p, sample_weight=s.w)


@invariant("losses", exact=True, also=("losses.serialize", "losses.deserialize"))
def saved_and_loaded(s: Any) -> Any:
    """A loss from its config has that config, and answers the same."""
    loss = s.make()
    answer = loss(s.y, s.p)
    again = s.keras.losses.deserialize(s.keras.losses.serialize(loss))
    other = loaded(s, loss)
    return [config(loss), answer] * 2, [
        config(again),
        again(s.y, s.p),
        config(other),
        other(s.y, s.p),
    ]


@invariant("losses", also=FUNCTIONS)
def as_a_function(s: Any) -> Any:
    """The function of the same name gives the values that a loss adds up."""
    loss = s.make()
    function = getattr(s.keras.losses, to_snake_case(type(loss).__name__))
    given = {k: v for k, v in loss.get_config().items() if k not in ("name", "reduction", "dtype")}
    y, p = (s.keras.ops.convert_to_tensor(part, s.precision) for part in (s.y, s.p))
    values = s.keras.ops.convert_to_numpy(function(y, p, **given))
    return total(s, s.y, s.p), values.sum() if values.ndim else values * len(s.p)
