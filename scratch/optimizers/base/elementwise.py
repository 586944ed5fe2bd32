"""Optimizers whose formula treats every number alike, wherever it stands.

All weights live in one vector (`flat_storage`), and so does each slot. A step walks over the
vectors in chunks that stay in the cache while all the formula's operations pass over them.
"""

import functools
import operator
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from scratch.context import compiled_settings
from scratch.kernels import table
from scratch.kernels.table import kernel
from scratch.network.plan import Plan
from scratch.ops.graph.promotion import constant
from scratch.optimizers.base.optimizer import Optimizer, in_slices
from scratch.optimizers.base.whole_steps import Change
from scratch.variables.variable import Variable

_slices = operator.attrgetter("slices")
CHUNK = 65_536  # numbers: few enough for the caches, many enough to make the calls worthwhile


@kernel("decay_weights")
def decay_weights(w: np.ndarray, decay: Any, lr: Any) -> None:
    """w <- w - lr decay w, for n weights."""
    w -= w * decay * lr


class ElementwiseOptimizer(Optimizer):
    """The base of such optimizers: a subclass names its slots and defines `update`."""

    # The changes of a step of all weights, with the vector that they change and its chunks.
    _all_changes: tuple[np.ndarray, int, list[Change]] | None = None
    # In a step: learning rate, factor of the decay, coefficients.
    _now: tuple[Any, Any, tuple[Any, ...]]

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_all_changes": None}  # they know the vectors of this very object

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
        """Initializers, by name, of the slots that do not start at zero."""
        return {}

    @property
    def one_pass(self) -> bool:
        """Whether `update` passes over its vectors once: a compiled kernel is all it calls."""
        return table.chosen() == "compiled"

    @property
    def chunk(self) -> int:
        """The most numbers that `update` gets at a time."""
        return sys.maxsize if self.one_pass else CHUNK

    def coefficients(self, t: int, lr: np.floating) -> tuple[Any, ...]:
        """Numbers that are the same for all weights in step t = 1, 2, ...; passed to `update`."""
        return (lr,)

    def update(
        self, w: np.ndarray, g: np.ndarray, slots: Sequence[np.ndarray], *coeff: Any
    ) -> None:
        """Changes the weights `w` and the slots in place; all arrays have shape (n,)."""
        raise NotImplementedError(f"Optimizer {type(self).__name__} does not define `update`")

    def sliced_squares(self, g: np.ndarray) -> np.ndarray | None:
        """`by_slice(np.square, g)` where that is not g^2 itself; else None, for kernels."""
        return None if self._sliced is None else self.by_slice(np.square, g)

    def build(self, variables: Sequence[Variable]) -> None:
        if not self.built:
            super().build(variables)
            for names in self.slot_groups:
                starts = [self.slot_initializers.get(name, "zeros") for name in names]
                self.add_optimizer_variables(variables, names, starts)

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """The formula for one weight alone."""
        lr = variable.array.dtype.type(np.asarray(learning_rate))
        g = np.asarray(gradient, variable.dtype).reshape(-1)
        i = self._get_variable_index(variable)
        slots = [self._slots[name].variables[i].array.reshape(-1) for name in self.slot_names]
        self._sliced = (variable, slice(None)) if in_slices(variable) else None
        self.update(variable.array.reshape(-1), g, slots, *self.coefficients(self._t, lr))

    def _updates(self, variables: Sequence[Variable]) -> list[Change]:
        if type(self).update_step is not ElementwiseOptimizer.update_step:
            return super()._updates(variables)  # a user's subclass has a formula of its own
        lr = self._rate_now()
        decay = None if self.weight_decay is None else constant(self.weight_decay, lr)
        # Every step passes here: straight to the object, where nobody asks what it is.
        object.__setattr__(self, "_now", (lr, decay, self.coefficients(self._t, lr)))
        if not any(map(_slices, variables)):
            return self._changes_of(variables)
        apart = [v for v in variables if in_slices(v)]
        changes = self._changes_of([v for v in variables if v not in apart])
        for v in apart:
            changes += self._divide([v], sliced=v)
        return changes

    def plan_step(self, plan: Plan) -> bool:
        """The lines of a step of all weights; whether there are any.

        Not where gradients are scaled, accumulated or made of slices, nor where averages or
        constraints follow.
        """
        storage, cls = self._storage, type(self)
        assert storage is not None
        if (
            self.redefines_step
            or self._redefines_scale
            or self._clips_otherwise
            or cls.update_step is not ElementwiseOptimizer.update_step
            or any(getattr(cls, name) is not method for name, method in _PLANNED.items())
            or self.loss_scale_factor is not None
            or self.gradient_accumulation_steps
            or self.use_ema
            or self._sliced is not None
            or any(
                v.overwrite_with_gradient or v.constraint is not None or v.slices is not None
                for v in storage.variables
            )
        ):
            return False
        if self.clipnorm or self.clipvalue or self.global_clipnorm:
            every = plan.name(storage.variables, "trained")
            plan.line(f"{plan.name(self._clip, 'clip')}({every})")
        t = plan.name(self._iterations.array, "iterations")
        plan.line(f"rate = {plan.name(self._rate_now, 'learning_rate')}()")
        coefficients = plan.name(self.coefficients, f"{self.name}_coefficients")
        plan.line(f"coefficients = {coefficients}(int({t}) + 1, rate)")
        plan.line(f"{plan.name(self.whole, 'whole')}.begun = True  # and will be made")
        for number, (_, w, g, slots, decays) in enumerate(self._stretches(storage.variables)):
            weights, gradients = (
                plan.name(array, f"{name}_{number}" if number else name)
                for name, array in (("weights", w), ("gradients", g))
            )
            if self.weight_decay is not None and decays:
                decay = plan.name(constant(self.weight_decay, w), "decay")
                shrink = plan.name(decay_weights, "decay_weights")
                plan.line(f"{shrink}({weights}, {decay}, rate)")
            states = [
                plan.name(slot, f"{name}_{number}" if number else name)
                for name, slot in zip(self.slot_names, slots, strict=True)
            ]
            says = plan.says(self, "plan_update", "update")
            if says and self.plan_update(plan, weights, gradients, states):
                continue
            update = plan.name(self.update, f"{self.name}_update")
            plan.line(f"{update}({weights}, {gradients}, [{', '.join(states)}], *coefficients)")
        plan.line(f"{plan.name(np.add, 'add')}({t}, 1, {t})")
        plan.line(f"{plan.name(self.whole, 'whole')}.made = True")
        return True

    def plan_update(self, plan: Plan, w: str, g: str, slots: Sequence[str]) -> bool:
        """Writes what may stand for a call of `update`, by the names of its arrays.

        Returns:
            Whether there is anything.
        """
        return False

    def _update_part(
        self,
        w: np.ndarray,
        g: np.ndarray,
        slots: Sequence[np.ndarray],
        decays: bool,
        sliced: tuple[Variable, slice] | None,
    ) -> None:
        lr, decay, coefficients = self._now
        object.__setattr__(self, "_sliced", sliced)
        if decay is not None and decays:
            decay_weights(w, decay, lr)
        self.update(w, g, slots, *coefficients)

    def exclude_from_weight_decay(self, *args: Any, **kwargs: Any) -> None:
        super().exclude_from_weight_decay(*args, **kwargs)
        self._all_changes = None
        compiled_settings.changed()

    def _changes_of(self, variables: Sequence[Variable]) -> list[Change]:
        storage = self._storage
        assert storage is not None
        if variables is not storage.variables:
            return list(self._divide(variables))
        known, chunk = self._all_changes, self.chunk
        if known is None or known[0] is not storage.values or known[1] != chunk:
            known = self._all_changes = storage.values, chunk, list(self._divide(variables))
        return known[2]

    def _divide(
        self, variables: Sequence[Variable], sliced: Variable | None = None
    ) -> Iterator[Change]:
        """Changes of the stretches of `variables`; `sliced` is the only one of them, or None."""
        first = None
        for part, w, g, slots, decays in self._stretches(variables):
            first = part.start if first is None else first
            beside = slice(part.start - first, part.stop - first)
            which = None if sliced is None else (sliced, beside)
            update = functools.partial(self._update_part, w, g, slots, decays, which)
            yield Change([w, *slots], update)

    def _stretches(
        self, variables: Sequence[Variable]
    ) -> Iterator[tuple[slice, np.ndarray, np.ndarray, list[np.ndarray], bool]]:
        """Stretches that together cover `variables`, none longer than a chunk.

        Each with its place in the storage, its weights, gradients and slots, and whether the
        weights decay.
        """
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
                yield from self._cut(start, stop, there, decays)
                start, there, decays = here, at[v], self._use_weight_decay(v)
            stop = here + v.array.size
        yield from self._cut(start, stop, there, decays)

    def _cut(self, start: int, stop: int, there: int, decays: bool) -> Iterator[Any]:
        assert self._storage is not None
        for a in range(start, stop, self.chunk):
            b = min(a + self.chunk, stop)
            w, g = self._storage.values[a:b], self._storage.gradients[a:b]
            beside = slice(there + a - start, there + b - start)
            slots = [self._slots[name].values[beside] for name in self.slot_names]
            yield slice(a, b), w, g, slots, decays


# What the lines of a step stand for.
_PLANNED = {
    "step": Optimizer.step,
    "_changes": Optimizer._changes,
    "_updates": ElementwiseOptimizer._updates,
    "_update_part": ElementwiseOptimizer._update_part,
}


def _starts(variables: Sequence[Variable]) -> list[int]:
    """Where each variable begins in a vector that holds them one after the other."""
    return np.cumsum([0, *(v.array.size for v in variables)])[:-1].tolist()
