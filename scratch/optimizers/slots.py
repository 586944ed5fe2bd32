"""Slots: what an optimizer remembers for each weight, such as its momentum.

Each slot is one flat vector beside the vector of the weights, entry for entry.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from scratch.flat_storage import FlatStorage
from scratch.variable import Variable


class Slots:
    """The slots of one optimizer.

    Args:
        storage: the weights.
        shared: names of the slots that any optimizer may have (the average, the accumulator).
        own: names of the optimizer's own slots, and the values with which they start.
        owner: the optimizer's name.

    Attributes:
        flat: from a slot's name to its vector.
        variables: the same numbers as variables, in Keras's order: the shared slots one after the
            other, then for each weight its own slots together.
    """

    def __init__(
        self, storage: FlatStorage, shared: Sequence[str], own: Mapping[str, float], owner: str
    ) -> None:
        start = {**dict.fromkeys(shared, 0.0), **own}
        size, dtype = storage.values.size, storage.values.dtype
        self.flat = {name: np.full(size, value, dtype) for name, value in start.items()}
        views = {name: _views(storage, vector, name, owner) for name, vector in self.flat.items()}
        self.variables = [view for name in shared for view in views[name]]
        self.variables += [views[name][i] for i in range(len(storage.variables)) for name in own]


def _views(storage: FlatStorage, vector: np.ndarray, name: str, owner: str) -> list[Variable]:
    views = []
    for weight, view in zip(storage.variables, storage.split(vector), strict=True):
        slot = Variable(view, trainable=False, name=f"{weight.path.replace('/', '_')}_{name}")
        slot.path = f"{owner}/{slot.name}"
        slot.value = view  # not the copy that every new variable makes
        views.append(slot)
    return views
