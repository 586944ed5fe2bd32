"""A metric: a number that is accumulated over the batches of an epoch."""

from typing import Any

import numpy as np

from scratch import config
from scratch.naming import auto_name
from scratch.variable import Variable


class Metric:
    """The base of all metrics (`keras.metrics.Metric`).

    A subclass creates its state with `add_variable` and defines `update_state` and `result`.

    Args:
        dtype: of state and result; default `config.floatx()`.
        name: default: the class's name in snake case.
    """

    # Whether larger values are better ("up") or worse ("down"); None where that is not known.
    # `EarlyStopping(mode="auto")` asks.
    _direction: str | None = None

    def __init__(self, dtype: str | None = None, name: str | None = None) -> None:
        self.name = name or auto_name(type(self).__name__)
        self._dtype = np.dtype(dtype or config.floatx()).name
        self._variables: list[Variable] = []

    @property
    def dtype(self) -> str:
        """The type of state and result."""
        return self._dtype

    @property
    def variables(self) -> list[Variable]:
        """The state."""
        return list(self._variables)

    def add_variable(
        self, shape: tuple[int, ...], initializer: Any, dtype: str | None = None, name: str = ""
    ) -> Variable:
        """Creates a part of the state; `initializer` is as in `Variable`."""
        variable = Variable(
            initializer, shape=shape, dtype=dtype or self.dtype, trainable=False, name=name
        )
        self._variables.append(variable)
        return variable

    def update_state(self, *args: Any, **kwargs: Any) -> None:
        """Takes one more batch into account."""
        raise NotImplementedError(f"Metric {type(self).__name__} does not define `update_state`")

    def result(self) -> Any:
        """The metric of all batches since the last reset."""
        raise NotImplementedError(f"Metric {type(self).__name__} does not define `result`")

    def reset_state(self) -> None:
        """Forgets all batches."""
        for variable in self._variables:
            variable.value[...] = 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Updates the state and returns the result."""
        self.update_state(*args, **kwargs)
        return self.result()

    def get_config(self) -> dict[str, Any]:
        """The arguments that build this metric again."""
        return {"name": self.name, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Metric":
        """Builds a metric from `get_config`'s dictionary."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"
