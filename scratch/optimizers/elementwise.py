"""Optimizers whose formula treats every number alike, wherever it stands.

All weights live in one vector (`flat_storage`), and so does each slot. A step walks over the
vectors in chunks that stay in the cache while all the formula's operations pass over them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from scratch.constants import constant
from scratch.flat_storage import FlatStorage
from scratch.optimizers.optimizer import Optimizer, in_slices
from scratch.variable import Variable

CHUNK = 65_536  # numbers: few enough for the caches, many enough to make the calls worthwhile


class Part(NamedTuple):
    """A stretch of the weights' vector, and of the slots' vectors beside it."""

    weights: slice
    slots: slice
    decays: bool


class ElementwiseOptimizer(Optimizer):
    """The base of such optimizers: a subclass names its slots and defines `update`."""

    _whole: tuple[FlatStorage, list[Part]] | None = None  # the parts of a step of all weights

    @property
    def slot_names(self) -> tuple[str, ...]:
        """What the optimizer remembers for each weight, e.g. `("momentum", "velocity")`."""
        return ()

    @property
    def slot_groups(self) -> Sequence[tuple[str, ...]]:
        """The slots as files hold them: group by group, in each weight by weight."""
        return [self.slot_names]

    @property
    def slot_initializers(self) -> Mapping[str, Any]:
        """How slots start that do not start at zero."""
        return {}

    @property
    def chunk(self) -> int:
        """How many numbers at most `update` gets at a time."""
        return CHUNK

    def coefficients(self, t: int, lr: np.floating) -> tuple[Any, ...]:
        """Numbers that are the same for all weights in step t = 1, 2, ...; passed to `update`."""
        return (lr,)

    def update(
        self, w: np.ndarray, g: np.ndarray, slots: Sequence[np.ndarray], *coeff: Any
    ) -> None:
        """Changes the weights `w` and the slots in place; all arrays have shape (n,)."""
        raise NotImplementedError(f"Optimizer {type(self).__name__} does not define `update`")

    def build(self, variables: Sequence[Variable]) -> None:
        """Creates the slots."""
        if not self.built:
            super().build(variables)
            for names in self.slot_groups:
                starts = [self.slot_initializers.get(name, "zeros") for name in names]
                self.add_optimizer_variables(variables, names, starts)

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """The formula for one weight alone."""
        lr = variable.value.dtype.type(np.asarray(learning_rate))
        g = np.asarray(gradient, variable.dtype).reshape(-1)
        i = self._get_variable_index(variable)
        slots = [self._slots[name].variables[i].value.reshape(-1) for name in self.slot_names]
        self._sliced = (variable, slice(None)) if in_slices(variable) else None
        self.update(variable.value.reshape(-1), g, slots, *self.coefficients(self._t, lr))

    def _update(self, variables: Sequence[Variable]) -> None:
        if type(self).update_step is not ElementwiseOptimizer.update_step:
            super()._update(variables)  # a user's subclass has a formula of its own
            return
        assert self._storage is not None
        w, g = self._storage.values, self._storage.gradients
        slots = [self._slots[name].values for name in self.slot_names]
        lr = self._rate_now()
        coefficients = self.coefficients(self._t, lr)
        decay = None if self.weight_decay is None else constant(self.weight_decay, w)

        def update(part: Part) -> None:
            chunk = w[part.weights]
            if decay is not None and part.decays:
                chunk -= chunk * decay * lr
            self.update(chunk, g[part.weights], [slot[part.slots] for slot in slots], *coefficients)

        apart = [v for v in variables if v.slices is not None and in_slices(v)]
        if apart:
            variables = [v for v in variables if v not in apart]
        for part in self._parts_of(variables):
            update(part)
        for v in apart:
            parts = list(self._divide([v]))
            first = parts[0].weights.start
            for part in parts:
                self._sliced = v, slice(part.weights.start - first, part.weights.stop - first)
                update(part)
        self._sliced = None

    def exclude_from_weight_decay(self, *args: Any, **kwargs: Any) -> None:
        """See `Optimizer`."""
        super().exclude_from_weight_decay(*args, **kwargs)
        self._whole = None

    def _parts_of(self, variables: Sequence[Variable]) -> list[Part]:
        storage = self._storage
        assert storage is not None
        if variables is not storage.variables:
            return list(self._divide(variables))
        if self._whole is None or self._whole[0] is not storage:
            self._whole = storage, list(self._divide(variables))
        return self._whole[1]

    def _divide(self, variables: Sequence[Variable]) -> Iterator[Part]:
        """Stretches that together cover `variables`, none longer than a chunk."""
        assert self._storage is not None
        taking_part = set(variables)
        at = dict(zip(self._known, _starts(self._trainable_variables), strict=True))
        start = there = stop = 0
        decays = False
        for v, here in zip(self._storage.variables, _starts(self._storage.variables), strict=True):
            if v not in taking_part:
                continue
            goes_on = here == stop and at[v] == there + stop - start
            if not goes_on or self._use_weight_decay(v) != decays:
                yield from _cut(start, stop, there, decays, self.chunk)
                start, there, decays = here, at[v], self._use_weight_decay(v)
            stop = here + v.value.size
        yield from _cut(start, stop, there, decays, self.chunk)


def _starts(variables: Sequence[Variable]) -> list[int]:
    """Where each variable begins in a vector that holds them one after the other."""
    return np.cumsum([0, *(v.value.size for v in variables)])[:-1].tolist()


def _cut(start: int, stop: int, there: int, decays: bool, chunk: int) -> Iterator[Part]:
    for a in range(start, stop, chunk):
        b = min(a + chunk, stop)
        yield Part(slice(a, b), slice(there + a - start, there + b - start), decays)
