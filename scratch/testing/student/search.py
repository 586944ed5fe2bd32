"""Finding the layout of somebody's layer: the one whose forward agrees with the reference.

Where none agrees, the one whose output is what a known mistake would give; else the first that has
the output's shape; else Keras's.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from scratch.testing.bounds import agreement
from scratch.testing.student.layers import Layer
from scratch.testing.student.layout import Layout, layouts
from scratch.testing.student.names import NothingFitsError

ORDERS = 6  # permutations of three things


def find_layout(
    thing: Any,
    given: Mapping[str, Any],
    weights: Mapping[str, np.ndarray],
    x: np.ndarray,
    outputs: Sequence[np.ndarray],
    columns: bool | None = None,
) -> tuple[Layout, int]:
    """The layout, and which of the `outputs` it gives: their number where it gives none of them.

    Args:
        thing: somebody's layer.
        given: for the arguments of a class.
        weights: by name, in Keras's layout; the sizes of x and of the weights should all differ.
        x: a batch.
        outputs: the right output, then those that known mistakes give.
        columns: whether samples are columns, where that is known.

    Raises:
        NothingFitsError: when no layout can even be tried.
    """
    best: tuple[int, Layout] | None = None
    refused: NothingFitsError | None = None
    for layout in layouts(ORDERS):
        if columns not in (None, layout.columns):
            continue
        try:
            rank = _rank(Layer(thing, given, weights, layout), x, outputs)
        except NothingFitsError as error:
            refused = refused or error
            continue
        except Exception:  # somebody's constructor, with sizes that may be exchanged
            rank = len(outputs) + 1
        if best is None or rank < best[0]:
            best = rank, layout
        if rank == 0:
            break
    if best is None:
        assert refused is not None
        raise refused
    return best[1], min(best[0], len(outputs))


def _rank(layer: Layer, x: np.ndarray, outputs: Sequence[np.ndarray]) -> int:
    """0 for the right output, then the number of the mistake, then any output of the shape."""
    with np.errstate(all="ignore"):
        try:
            found = layer.forward(x)
        except Exception:  # most layouts that are not somebody's raise
            return len(outputs) + 1
        if found.shape != outputs[0].shape or found.dtype.kind not in "fiu":
            return len(outputs) + 1
        said = (i for i, output in enumerate(outputs) if close(found, output))
        return next(said, len(outputs))


def close(found: np.ndarray, wanted: np.ndarray) -> bool:
    """Whether two outputs agree in half of the digits of their type."""
    allowed = agreement(found.dtype) * max(np.abs(wanted).max(initial=0), np.finfo(float).tiny)
    return bool(found.shape == wanted.shape and np.all(np.abs(found - wanted) <= allowed))
