"""What a layer owns: weights, sublayers, random generators, metrics.

Whatever a layer keeps as an attribute, in lists and dictionaries too, belongs to it, in the order
in which it came. Its weights are its own trainable ones, its own others, then its sublayers'.
"""

import contextlib
import functools
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any, Self

import numpy as np

from scratch import constraints, dtype_policies, initializers, regularizers
from scratch.context import naming
from scratch.context.compiled_settings import note
from scratch.layers.base.arguments import plain_arguments
from scratch.layers.base.tracked import tracked
from scratch.random import SeedGenerator
from scratch.variables.deferred import check_stored, new_weight
from scratch.variables.variable import Variable

_GROUPS = ("_trainable_variables", "_other_variables", "_layers", "_metrics", "_seed_generators")


def _is_state(value: Any) -> bool:
    """Whether `value` is a weight, a layer, a random generator or a metric."""
    if isinstance(value, Variable | Owner | SeedGenerator):
        return True
    return hasattr(value, "update_state") and hasattr(value, "reset_state")


def _named_by_keyword(add_weight: Callable) -> Callable:
    """Says so where somebody puts a weight's name first, as in older versions of Keras."""

    @functools.wraps(add_weight)
    def checked(self: Any, *args: Any, **kwargs: Any) -> Variable:
        if args and isinstance(args[0], str):
            raise ValueError(
                f"`name` must be passed as a keyword argument. Received: add_weight('{args[0]}', "
                f"...). Use: add_weight(shape=..., name='{args[0]}')."
            )
        return add_weight(self, *args, **kwargs)

    return checked


class Owner:
    """Whoever owns weights and other layers; the base of `Layer`."""

    name: str
    built: bool
    _tracks = True  # whether what enters belongs to the layer

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Makes room for what belongs to the layer, before any `__init__` assigns attributes.

        The arguments are remembered for a `get_config` that nobody wrote.
        """
        made = super().__new__(cls)
        object.__setattr__(made, "_constructor_arguments", plain_arguments(cls, args, kwargs))
        for group in _GROUPS:
            object.__setattr__(made, group, [])
        object.__setattr__(made, "_trainable", True)
        object.__setattr__(made, "_may_grow", True)
        return made

    def __setstate__(self, state: dict[str, Any]) -> None:
        """A copy's containers are its own; what lies in them is known already."""
        vars(self).update(state, _tracks=False)
        for name, value in state.items():
            if isinstance(value, list | dict | set | tuple) and name not in _GROUPS:
                object.__setattr__(self, name, tracked(value, self))
        del vars(self)["_tracks"]

    _in_step: dict[str, int] | None = None  # see `compiled_settings`

    def __setattr__(self, name: str, value: Any) -> None:
        if self._in_step is not None:
            note(self, name, value)
        object.__setattr__(self, name, tracked(value, self))

    def __delattr__(self, name: str) -> None:
        self._untrack(getattr(self, name, None))
        object.__delattr__(self, name)

    def _untrack(self, value: Any) -> None:
        for group in self._groups():
            group[:] = [x for x in group if x is not value]

    def _track(self, value: Any) -> None:
        if not (self._tracks and _is_state(value)):
            return
        # In any group: a weight of a frozen layer is created trainable, and assigned frozen.
        if any(x is value for known in self._groups() for x in known):
            return
        if not self._may_grow:  # type: ignore[attr-defined]
            raise ValueError(
                f"Layer {self.name!r}: you cannot add new elements of state (variables or "
                "sub-layers) to a layer that is already built. All state must be created in the "
                "`__init__()` method or in the `build()` method."
            )
        self._group_of(value).append(value)

    def _lock_state(self) -> None:
        """Refuses further weights and sublayers from now on."""
        object.__setattr__(self, "_may_grow", False)

    @contextlib.contextmanager
    def _growing(self) -> Iterator[None]:
        """Inside, weights may be added to a layer that is built, too."""
        could = self._may_grow  # type: ignore[attr-defined]
        object.__setattr__(self, "_may_grow", True)
        try:
            yield
        finally:
            object.__setattr__(self, "_may_grow", could)

    def _group_of(self, value: Any) -> list[Any]:
        own: Any = self
        if isinstance(value, Variable):
            return own._trainable_variables if value.trainable else own._other_variables
        if isinstance(value, Owner):
            return own._layers
        if isinstance(value, SeedGenerator):
            return own._seed_generators
        return own._metrics

    def _groups(self) -> Iterator[list[Any]]:
        own: Any = self
        yield from (own._trainable_variables, own._other_variables, own._layers)
        yield from (own._seed_generators, own._metrics)

    def _sublayers(self) -> Iterator[Any]:
        """All layers inside this one, each once, every layer before its own sublayers."""
        seen = set()
        waiting = list(self._layers)  # type: ignore[attr-defined]
        while waiting:
            layer = waiting.pop(0)
            if id(layer) not in seen:
                seen.add(id(layer))
                yield layer
                waiting = [*layer._layers, *waiting]

    # Weights -------------------------------------------------------------------------------------

    @_named_by_keyword
    def add_weight(
        self,
        shape: tuple[int, ...] | None = None,
        initializer: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        regularizer: Any = None,
        constraint: Callable | None = None,
        aggregation: Any = "none",
        overwrite_with_gradient: bool = False,
        name: str | None = None,
    ) -> Variable:
        """Creates a weight of this layer and remembers it.

        Args:
            shape: default `()`.
            initializer: default: Glorot uniform for a float type, zeros for others.
            dtype: default: the layer's.
            trainable: whether the optimizer may change it.
            regularizer: a penalty on it that joins the loss.
            constraint: applied after every update.
            autocast, aggregation: see `Variable`.
            overwrite_with_gradient: whether an update replaces it by its gradient.
            name: e.g. `"kernel"`.

        Raises:
            ValueError: for a name where the shape belongs.
        """
        dtype = dtype_policies.get(dtype).name if dtype else self.variable_dtype
        initializer = initializer or ("glorot_uniform" if "float" in dtype else "zeros")
        shape = (shape,) if isinstance(shape, int) else tuple(shape or ())
        with naming.scope(self):
            variable = new_weight(
                initializers.get(initializer),
                shape,
                dtype,
                trainable=trainable,
                autocast=autocast,
                aggregation=aggregation,
                name=name,
            )
        variable.regularizer = regularizers.get(regularizer)
        variable.constraint = constraints.get(constraint)
        variable.overwrite_with_gradient = overwrite_with_gradient
        self._track(variable)
        if not self.trainable:
            variable.trainable = False
        return variable

    def describe_weight(
        self, name: str, initializer: Any, regularizer: Any = None, constraint: Any = None
    ) -> None:
        """Remembers what becomes of a weight, as `kernel_initializer` and so on."""
        setattr(self, f"{name}_initializer", initializers.get(initializer))
        setattr(self, f"{name}_regularizer", regularizers.get(regularizer))
        setattr(self, f"{name}_constraint", constraints.get(constraint))

    def create_weight(
        self,
        name: str,
        shape: tuple[int, ...],
        initializer: Any = None,
        described: str | None = None,
    ) -> Variable:
        """Creates the weight that `describe_weight` has told of.

        Args:
            name, shape: of the weight.
            initializer: overrules the one that was told.
            described: the name by which it was told, where that is another.
        """
        told = described or name
        if initializer is None:
            initializer = getattr(self, f"{told}_initializer")
        return self.add_weight(
            name=name,
            shape=shape,
            initializer=initializer,
            regularizer=getattr(self, f"{told}_regularizer"),
            constraint=getattr(self, f"{told}_constraint"),
        )

    @property
    def variable_dtype(self) -> str:
        """The type of the weights."""
        raise NotImplementedError

    @property
    def trainable(self) -> bool:
        """Whether optimizers may change the weights; sets it for all sublayers too."""
        return self._trainable  # type: ignore[attr-defined]

    @trainable.setter
    def trainable(self, value: bool) -> None:
        value = bool(value)
        object.__setattr__(self, "_trainable", value)
        for variable in self._trainable_variables:  # type: ignore[attr-defined]
            variable.trainable = value
        for layer in self._layers:  # type: ignore[attr-defined]
            layer.trainable = value

    @property
    def weights(self) -> list[Variable]:
        """All weights: own trainable ones, own others, then those of the sublayers."""
        own: Any = self
        found = [*own._trainable_variables, *own._other_variables]
        found += [w for layer in own._layers for w in layer.weights]
        return list({id(w): w for w in found}.values())

    @property
    def variables(self) -> list[Variable]:
        """The weights, and the states of random generators."""
        own: Any = self
        found = [*own._trainable_variables, *own._other_variables]
        found += [generator.state for generator in own._seed_generators]
        found += [v for layer in own._layers for v in layer.variables]
        return list({id(v): v for v in found}.values())

    def held_weights(self) -> list[Variable]:
        """The `weights`, whatever a subclass has made of that property."""
        own: Any = self
        found = [*own._trainable_variables, *own._other_variables]
        found += [w for layer in own._layers for w in layer.held_weights()]
        return list(dict.fromkeys(found))

    @property
    def trainable_variables(self) -> list[Variable]:
        """The weights that an optimizer may change: none while the layer is frozen."""
        return [v for v in self.variables if v.trainable] if self.trainable else []

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """The variables that are not in `trainable_variables`."""
        return [v for v in self.variables if not (v.trainable and self.trainable)]

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that an optimizer may change."""
        return [w for w in self.weights if w.trainable] if self.trainable else []

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The weights that are not in `trainable_weights`."""
        return [w for w in self.weights if not (w.trainable and self.trainable)]

    @property
    def moving_variables(self) -> list[Variable]:
        """What this layer alone changes when it computes in training: here, its random seeds."""
        own: Any = self
        return [generator.state for generator in own._seed_generators]

    @property
    def metrics(self) -> list[Any]:
        """The metrics among the attributes of the layer and of its sublayers."""
        own: Any = self
        return [*own._metrics, *(m for layer in own._layers for m in layer.metrics)]

    @property
    def metrics_variables(self) -> list[Variable]:
        """The state of `metrics`."""
        return [v for metric in self.metrics for v in metric.variables]

    def count_params(self) -> int:
        """How many numbers the weights hold.

        Raises:
            ValueError: before the weights exist.
        """
        if not self.built:
            raise ValueError(
                f"You tried to call `count_params` on layer '{self.name}', but the layer isn't "
                f"built. You can build it manually via: `layer.build(input_shape)`."
            )
        return sum(w.array.size for w in self.weights)

    def get_weights(self) -> list[np.ndarray]:
        """Copies of all weights."""
        return [w.numpy() for w in self.weights]

    def set_weights(self, weights: list[Any]) -> None:
        """Overwrites all weights; nothing is changed unless every one of them fits.

        Raises:
            ValueError: when there are too many or too few arrays, or a shape differs.
        """
        variables = self.weights
        if len(weights) != len(variables):
            raise ValueError(
                f"You called `set_weights(weights)` on layer '{self.name}' with a weight list of "
                f"length {len(weights)}, but the layer was expecting {len(variables)} weights."
            )
        arrays = [np.asarray(w) for w in weights]
        for variable, array in zip(variables, arrays, strict=True):
            if variable.shape != array.shape:
                raise ValueError(
                    f"Layer '{self.name}': weight {variable.path} has shape {variable.shape}, "
                    f"which is not compatible with the provided weight shape {array.shape}."
                )
        for variable, array in zip(variables, arrays, strict=True):
            variable.overwrite(array)

    # Files ---------------------------------------------------------------------------------------

    def _stored_variables(self) -> list[Variable]:
        """The weights of this layer alone that a file holds, in their order."""
        own: Any = self
        return [*own._trainable_variables, *own._other_variables]

    def save_own_variables(self, store: MutableMapping[str, Any]) -> None:
        """Puts the weights of this layer alone into `store`, by their numbers."""
        for i, variable in enumerate(self._stored_variables()):
            store[str(i)] = variable.array

    def load_own_variables(self, store: Mapping[str, Any]) -> None:
        """Reads the weights of this layer alone from `store`.

        Raises:
            ValueError: when there are too many or too few arrays, or one does not fit.
        """
        self.check_own_variables(store)
        for i, variable in enumerate(self._stored_variables()):
            variable.overwrite(store[str(i)])

    def check_own_variables(self, store: Mapping[str, Any]) -> None:
        """Raises the errors of `load_own_variables`, and reads nothing."""
        variables = self._stored_variables()
        if len(store) != len(variables):
            if not variables and not self.built:
                raise ValueError(
                    f"Layer '{self.name}' was never built and thus it doesn't have any variables. "
                    f"However the weights file lists {len(store)} variables for this layer. A "
                    "`build()` method must create ALL state for the layer, including the state of "
                    "any children layers; or implement `build_from_config(self, config)` (and "
                    f"`get_build_config(self)`) on layer '{self.name}', to specify how to rebuild "
                    "it during loading."
                )
            raise ValueError(
                f"Layer '{self.name}' expected {len(variables)} variables, but received "
                f"{len(store)} variables during loading. Expected: {[v.name for v in variables]}"
            )
        check_stored(f"Layer '{self.name}'", variables, store)
