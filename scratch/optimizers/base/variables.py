"""What an optimizer remembers from step to step: a list of variables.

    iteration, learning rate          (a schedule or a function is no variable)
    the average of each weight        with `use_ema`
    the sum of each gradient          with `gradient_accumulation_steps`
    the optimizer's own slots         weight by weight

Files store the variables by their number in this list, so their order is Keras's.
"""

import warnings
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from typing import Any

from scratch import initializers
from scratch.context import naming
from scratch.context.compiled_settings import Watched
from scratch.optimizers.base.slots import slot_beside, slot_name
from scratch.optimizers.base.whole_steps import WholeSteps
from scratch.variables.deferred import check_stored
from scratch.variables.flat_storage import FlatStorage, FlatVector
from scratch.variables.variable import Variable


class State(Watched):
    """The variables of an optimizer.

    Args:
        name: default: the class's name in snake case, numbered.
    """

    def __init__(self, name: str | None = None) -> None:
        self.name = name or naming.auto_name(type(self).__name__)
        self.built = False
        self._variables: list[Variable] = []
        self._slots: dict[str, FlatVector] = {}
        self._storage: FlatStorage | None = None
        self._trainable_variables: list[Variable] = []
        self.whole = WholeSteps()
        self._known: dict[Variable, int] = {}  # from a weight to its number

    @property
    def variables(self) -> list[Variable]:
        """Everything that is remembered, see the head of this file."""
        return self._variables[:]

    def add_variable(
        self,
        shape: Sequence[int],
        initializer: Any = "zeros",
        dtype: str | None = None,
        aggregation: str = "none",
        layout: Any = None,
        name: str | None = None,
    ) -> Variable:
        """Creates a variable that the optimizer remembers.

        Args:
            shape: of the variable.
            initializer: how it starts.
            dtype: default `config.floatx()`.
            aggregation, layout: see `Variable`.
            name: of the variable.
        """
        start = initializers.get(initializer)
        with naming.scope(self):
            variable = Variable(
                start,
                shape=tuple(shape),
                dtype=dtype,
                trainable=False,
                aggregation=aggregation,
                name=name,
                layout=layout,
            )
        self._variables.append(variable)
        return variable

    def add_variable_from_reference(
        self, reference_variable: Variable, name: str | None = None, initializer: Any = "zeros"
    ) -> Variable:
        """Creates a variable of the shape and the dtype of a weight, named after it."""
        return self.add_variable(
            reference_variable.shape,
            initializer,
            reference_variable.dtype,
            name=slot_name(reference_variable, name or "var"),
        )

    def add_optimizer_variables(
        self, trainable_variables: Sequence[Variable], name: Any, initializer: Any = "zeros"
    ) -> Any:
        """Creates slots: for each weight one variable of its shape and dtype.

        Args:
            trainable_variables: the weights.
            name: of the slot, or a list of names for several slots.
            initializer: how they start: one for all, or a list.

        Returns:
            A list with an entry for each weight, None for those that are overwritten with their
            gradient; a tuple of such lists for a list of names.

        Raises:
            ValueError: when there are not as many initializers as names.
        """
        names = [name] if isinstance(name, str) else list(name)
        starts = (
            initializer if isinstance(initializer, list | tuple) else [initializer] * len(names)
        )
        if len(starts) != len(names):
            raise ValueError(
                "The number of provided names must match the number of provided initializers. "
                f"Received name={name!r}, initializer={initializer!r}"
            )
        lists = self._add_slots(
            trainable_variables,
            dict(zip(names, starts, strict=True)),
            [not overwrites(v) for v in trainable_variables],
        )
        return lists[0] if isinstance(name, str) else tuple(lists)

    def assign(self, variable: Variable, value: Any) -> None:
        """Overwrites a weight or a variable of the optimizer."""
        variable.assign(value)

    def assign_add(self, variable: Variable, value: Any) -> None:
        """Adds to a weight or a variable of the optimizer."""
        variable.assign_add(value)

    def assign_sub(self, variable: Variable, value: Any) -> None:
        """Subtracts from a weight or a variable of the optimizer."""
        variable.assign_sub(value)

    def _add_slots(
        self, weights: Sequence[Variable], starts: dict[str, Any], wanted: Sequence[bool]
    ) -> list[list[Variable | None]]:
        """Slots with these names and initializers; weights that are not `wanted` get None."""
        with naming.scope(self):
            slots = {
                name: slot_beside(weights, name, initializers.get(start))
                for name, start in starts.items()
            }
        self._slots.update(slots)
        for i, is_wanted in enumerate(wanted):
            self._variables += [slot.variables[i] for slot in slots.values() if is_wanted]
        return [
            [v if is_wanted else None for v, is_wanted in zip(slot.variables, wanted, strict=True)]
            for slot in slots.values()
        ]

    # The weights ----------------------------------------------------------------------------------

    def _get_variable_index(self, variable: Variable) -> int:
        """The number of a weight, by which lists of slots are indexed."""
        return self._known[variable]

    def _check_variables_are_known(self, variables: Iterable[Variable]) -> None:
        for v in variables:
            if v not in self._known:
                raise ValueError(
                    f"Unknown variable: {v.path}. This optimizer can only be called for the "
                    "variables it was originally built with. When working with a new set of "
                    "variables, you should recreate a new optimizer instance."
                )

    # Files ----------------------------------------------------------------------------------------

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Overwrites the variables, in their order.

        Raises:
            ValueError: before the optimizer is built, or where a shape differs.
        """
        if not self.built:
            raise ValueError(
                f"You are calling `set_weights()` on optimizer {self.name!r}, which has not yet "
                "been built. Please call `optimizer.build(trainable_variables)` before"
            )
        for variable, weight in zip(self._variables, weights, strict=False):
            if tuple(variable.shape) != tuple(weight.shape):
                raise ValueError(
                    f"Optimizer variable {variable.path} has shape {variable.shape}, which is not "
                    f"compatible with the provided weight shape {tuple(weight.shape)}"
                )
            variable.overwrite(weight)

    def save_own_variables(self, store: MutableMapping[str, Any]) -> None:
        """Puts the variables into `store`, by their numbers."""
        for i, variable in enumerate(self.variables):
            store[str(i)] = variable.numpy()

    def load_own_variables(self, store: Mapping[str, Any]) -> None:
        """Reads the variables from `store`; warns, and reads none, where their number differs."""
        if len(store.keys()) != len(self.variables):
            unbuilt = "" if self.variables else " The optimizer has not been built yet."
            warnings.warn(
                f"Skipping variable loading for optimizer '{self.name}', because it has "
                f"{len(self.variables)} variables whereas the saved optimizer has "
                f"{len(store.keys())} variables.{unbuilt}",
                stacklevel=2,
            )
            return
        self.check_own_variables(store)
        for i, variable in enumerate(self.variables):
            variable.overwrite(store[str(i)])

    def check_own_variables(self, store: Mapping[str, Any]) -> None:
        """Raises a ValueError for arrays that `load_own_variables` could not use; reads nothing."""
        if len(store.keys()) == len(self.variables):
            check_stored(f"Optimizer '{self.name}'", self.variables, store)


def overwrites(variable: Variable) -> bool:
    """Whether a step replaces the variable by its gradient."""
    return getattr(variable, "overwrite_with_gradient", False)
