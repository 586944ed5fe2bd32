"""A metric: a number that is accumulated over the batches of an epoch."""

import functools
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from scratch import config, initializers, tree
from scratch.context import naming
from scratch.context.compiled_settings import note
from scratch.context.definitions import trace_under_way
from scratch.context.naming import auto_name
from scratch.context.tapes import is_followed, open_tapes
from scratch.network.masks import get_keras_mask, set_keras_mask
from scratch.ops.graph.eager import eager
from scratch.ops.graph.logits import keep_logits
from scratch.ops.graph.sources import is_symbol
from scratch.variables.variable import Variable


class Metric:
    """The base of all metrics (`keras.metrics.Metric`).

    A subclass creates its state with `add_variable` and defines `update_state` and `result`.
    Metrics and variables that it keeps as attributes, also in lists and
    dictionaries, add to it.

    Args:
        dtype: of state and result, a name or a policy; default `config.floatx()`.
        name: default: the class's name in snake case.
    """

    # Whether larger values are better ("up") or worse ("down"); None where that is not known.
    # `EarlyStopping(mode="auto")` asks.
    _direction: str | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "update_state" in vars(cls):
            cls.update_state = _performed(cls.update_state)  # type: ignore[method-assign]
        if "result" in vars(cls):
            cls.result = _as_tensors(cls.result)  # type: ignore[method-assign]

    def __init__(self, dtype: Any = None, name: str | None = None) -> None:
        self._metrics: list[Metric] = []
        self._variables: list[Variable] = []
        self.name = name or auto_name(type(self).__name__)
        self._dtype = config.array_type(getattr(dtype, "compute_dtype", dtype)).name

    @property
    def dtype(self) -> str:
        """The type of state and result."""
        return self._dtype

    @property
    def variables(self) -> list[Variable]:
        """The state, and then that of the metrics inside."""
        return [*self._variables, *(v for metric in self._metrics for v in metric.variables)]

    _in_step: dict[str, int] | None = None  # see `compiled_settings`

    def reads_in_steps(self, name: str, value: Any) -> bool:
        """Whether a step reads a public attribute anew."""
        return True

    def __setattr__(self, name: str, value: Any) -> None:
        if self._in_step is not None:
            note(self, name, value)
        if name not in ("_metrics", "_variables") and "_variables" in vars(self):
            for part in tree.flatten(value):
                if isinstance(part, Metric) and part not in self._metrics:
                    self._metrics.append(part)
                elif isinstance(part, Variable):
                    self._track(part)
        super().__setattr__(name, value)

    def _track(self, variable: Variable) -> None:
        if all(variable is not known for known in self._variables):
            self._variables.append(variable)

    def add_variable(
        self,
        shape: Any,
        initializer: Any,
        dtype: Any = None,
        aggregation: str = "sum",
        name: str | None = None,
    ) -> Variable:
        """Creates a part of the state.

        Args:
            shape: of its value.
            initializer: a name, an initializer, or a callable `(shape, dtype) -> array`.
            dtype: default `config.floatx()`.
            aggregation: see `Variable`.
            name: default: `variable`, `variable_1`, ...
        """
        self._check_super_called()
        with naming.scope(SimpleNamespace(name=self.name.replace("/", ">"))):
            variable = Variable(
                initializers.get(initializer),
                shape=tuple(shape),
                dtype=dtype,
                trainable=False,
                aggregation=aggregation,
                synchronization="on_read",
                name=name or None,
            )
        self._track(variable)
        return variable

    def add_weight(
        self, shape: Any = (), initializer: Any = None, dtype: Any = None, name: str | None = None
    ) -> Variable:
        """The same as `add_variable`."""
        return self.add_variable(shape, initializer, dtype, name=name)

    def update_state(self, *args: Any, **kwargs: Any) -> Any:
        """Adds a batch to the state: labels and predictions, or values."""
        raise NotImplementedError(f"Metric {type(self).__name__} does not define `update_state`")

    def result(self) -> Any:
        """The metric of all batches since the last reset."""
        raise NotImplementedError(f"Metric {type(self).__name__} does not define `result`")

    def reset_state(self) -> None:
        """Forgets all batches."""
        for variable in self.variables:
            variable.array[...] = 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Updates the state and returns the result."""
        self._check_super_called()
        self.update_state(*args, **kwargs)
        return self.result()

    def _check_super_called(self) -> None:
        if "_variables" not in vars(self):
            raise RuntimeError(
                f"You forgot to call `super().__init__()` in the `__init__()` method of "
                f"{type(self).__name__}. Go add it!"
            )

    def get_config(self) -> dict[str, Any]:
        """The arguments that build this metric again."""
        return {"name": self.name, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Metric":
        """Builds a metric from `get_config`'s dictionary."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"


def _as_tensors(result: Callable) -> Callable:
    """What NumPy has computed, as eager tensors."""

    @functools.wraps(result)
    def tensors(self: Metric) -> Any:
        found = result(self)
        return {k: eager(v) for k, v in found.items()} if isinstance(found, dict) else eager(found)

    return tensors


def _performed(update_state: Callable) -> Callable:
    """In a definition that is run on symbols, the update is done whenever that computes."""

    @functools.wraps(update_state)
    def update(self: Metric, *args: Any, **kwargs: Any) -> Any:
        tracer = trace_under_way()
        if tracer is not None and any(map(is_symbol, tree.flatten([args, kwargs]))):
            return tracer.perform(functools.partial(update_state, self), args, kwargs)
        if open_tapes.items:  # there is nothing to differentiate
            args, kwargs = tree.map_structure(_unfollowed, (args, kwargs))
        return update_state(self, *args, **kwargs)

    return update


def _unfollowed(x: Any) -> Any:
    """A tensor that a tape follows as an array, with the logits and the mask that it has."""
    if not is_followed(x):
        return x
    array, mask = keep_logits(x, np.asarray(x)), get_keras_mask(x)
    if mask is not None:
        set_keras_mask(array, mask)
    return array
