"""A variable: a named array that outlives a step, with the gradient that the step left for it.

The array is always written in place. Once a model is built, `value` and `gradient` are views into
two flat vectors (see `flat_storage`), so that an optimizer walks over memory, not over variables.
"""

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from scratch import config, quirks
from scratch.context import definitions, naming
from scratch.context.stack import Stack
from scratch.context.tapes import is_followed, open_tapes
from scratch.kernels.recorded import as_array
from scratch.ops.graph.eager import eager
from scratch.ops.graph.numpy_functions import NumPyFunctions
from scratch.ops.graph.operators import ADD, Arithmetic, operator, swapped
from scratch.ops.graph.recording import as_followed
from scratch.ops.graph.sources import OPERATIONS, is_symbol
from scratch.ops.graph.symbol import variable_leaf
from scratch.variables.indexed_slices import Slices

births = Stack()  # lists that take in every variable that is made meanwhile

_AGGREGATIONS = ("none", "mean", "sum", "only_first_replica")
_SYNCHRONIZATIONS = ("none", "on_read", "on_write", "auto")


class Variable(Arithmetic, NumPyFunctions):
    """A named array, trainable or not (`keras.Variable`).

    Args:
        initializer: an array-like, or a callable `(shape, dtype) -> array`, or the name of one.
        shape: needed where `initializer` is a callable.
        dtype: `"float32"`, ...; default: the initializer's own for arrays of a float type,
            `config.floatx()` for callables; numbers and lists of them have that of their kind.
        trainable: whether optimizers may change it.
        autocast: accepted because Keras has it: a layer that computes in another type than that of
            its weights, for which it is meant, is one of mixed precision.
        aggregation: a note how copies of it on several devices become one: `"none"` (also None),
            `"mean"`, `"sum"` or `"only_first_replica"`. There is but one device here.
        synchronization: a note when they do: `"none"` (also None), `"on_read"`, `"on_write"` or
            `"auto"`.
        name: default: `variable`, `variable_1`, ...
        layout: how it lies on several devices; accepted because Keras has it.

    Attributes:
        array: the numbers, an array of `shape`.
        value: the same; while a definition is being recorded, the symbol that stands for them.
        gradient: dL/d(value), of the same shape, or None before a model owns the variable.
        slices: what the gradient was added up from, where it is of rows that were looked up.
        path: where it lives: `"sequential/dense/kernel"`.
        regularizer: a penalty on `value` that the loss includes, or None.
        constraint: applied to `value` after every update, or None.

    Raises:
        ValueError: a callable without a shape, a shape that the array does not have, a name with a
            slash, or a note of an unknown kind.
    """

    _given = staticmethod(eager)
    # From a name to an initializer; `initializers` registers it.
    initializer_named: ClassVar[Callable[[str], Any]]

    def __init__(
        self,
        initializer: Any,
        shape: tuple[int, ...] | None = None,
        dtype: str | None = None,
        trainable: bool = True,
        autocast: bool = True,
        aggregation: str | None = "none",
        synchronization: str | None = "auto",
        name: str | None = None,
        layout: Any = None,
    ) -> None:
        self.name = name or naming.auto_name("variable")
        if not isinstance(self.name, str) or "/" in self.name:
            raise ValueError(
                "Argument `name` must be a string and cannot contain character `/`. "
                f"Received: name={name}"
            )
        self.aggregation = _one_of("aggregation", aggregation, _AGGREGATIONS)
        self.synchronization = _one_of("synchronization", synchronization, _SYNCHRONIZATIONS)
        self.path = naming.path(self.name)
        self.trainable = trainable
        self.regularizer: Callable | None = None
        self.constraint: Callable | None = None
        self.overwrite_with_gradient = False
        self.gradient: np.ndarray | None = None
        self.slices: Slices | None = None
        if isinstance(initializer, str):
            initializer = Variable.initializer_named(initializer)
        if callable(initializer):
            if shape is None:
                raise ValueError(
                    f"Variable {self.name!r}: `shape` is required when `initializer` is a callable"
                )
            dtype = dtype or config.floatx()
            # A copy: initializers may hand out one and the same array twice.
            self.array = np.array(initializer(tuple(shape), dtype=dtype), dtype=dtype)
        else:
            if isinstance(initializer, Variable):
                initializer = initializer.array
            if dtype is None and not isinstance(initializer, np.ndarray | np.generic):
                dtype = _type_of(initializer)
            self.array = np.array(initializer, dtype=dtype)
        if shape is not None and self.shape != tuple(shape):
            raise ValueError(
                f"Variable {self.name!r}: the initial value has shape {self.shape}, "
                f"`shape` says {tuple(shape)}"
            )
        if births.items:
            births.top.append(self)

    @property
    def value(self) -> Any:
        """The numbers; in a definition that is being recorded, the symbol that stands for them."""
        if definitions.is_recording():
            return variable_leaf(self)
        found = as_followed(self) if open_tapes.items else self
        return eager(self.array) if found is self else found

    @value.setter
    def value(self, value: Any) -> None:
        self.overwrite(value)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of `value`."""
        return self.array.shape

    @property
    def ndim(self) -> int:
        """The number of axes of `value`."""
        return self.array.ndim

    @property
    def dtype(self) -> str:
        """The name of the type of `value`, e.g. `"float32"`."""
        return self.array.dtype.name

    def assign(self, value: Any) -> Any:
        """Overwrites the numbers, in place; returns the new value, a tensor of its own.

        In a layer's `call`, run on symbols, it is done whenever the layer computes.

        Raises:
            ValueError: when the shape of `value` is not the variable's.
        """
        tracer = definitions.trace_under_way()
        if tracer is not None:
            return tracer.assign(self, value)
        if is_symbol(value):  # a definition is only looked at: nothing will run
            return value
        self.overwrite(value)
        if is_followed(value):
            return OPERATIONS["cast_like"](value, self.array)
        return eager(self.array.copy())

    def overwrite(self, value: Any) -> None:
        """`assign` outside of definitions, without a copy to return.

        Raises:
            ValueError: when the shape of `value` is not the variable's.
        """
        value = as_array(value)
        if value.shape != self.array.shape:
            raise ValueError(
                f"The shape of the target variable and the shape of the target value in "
                f"`variable.assign(value)` must match: variable {self.path!r} has shape "
                f"{self.shape}, value has shape {value.shape}"
            )
        self.array[...] = value

    def assign_add(self, value: Any) -> Any:
        """Adds `value` to the numbers, in place; returns the sum."""
        own, value = self._met_by(value)
        return self.assign(own + value)

    def assign_sub(self, value: Any) -> Any:
        """Subtracts `value` from the numbers, in place; returns the difference."""
        own, value = self._met_by(value)
        return self.assign(own - value)

    def _met_by(self, value: Any) -> tuple[Any, Any]:
        """What stands for the numbers where they meet `value`, and `value`."""
        if is_symbol(value) or definitions.trace_under_way() is not None:
            return variable_leaf(self), value
        return (self.value, value) if is_followed(value) else (self.array, np.asarray(value))

    __add__, __radd__ = operator(ADD), swapped(ADD)

    def __getitem__(self, key: Any) -> Any:
        return self.value[key]

    def numpy(self) -> np.ndarray:
        """A copy of the numbers, safe from later updates.

        Raises:
            NotImplementedError: in a definition that is run on symbols, which would keep them.
        """
        return self._numbers("numpy()").copy()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self._numbers("a NumPy array"), dtype=dtype, copy=copy)

    def __float__(self) -> float:
        return float(self._numbers("a float"))

    def __int__(self) -> int:
        return int(self._numbers("an integer"))

    def _numbers(self, asked: str) -> np.ndarray:
        shows = getattr(definitions.trace_under_way(), "shows_numbers", False)
        if definitions.is_recording() and not shows:
            raise NotImplementedError(
                f"{asked} of the variable {self.path!r} was asked for in a definition that is run "
                "on symbols: the number of this moment would stay in it for ever. Use the variable "
                "itself, with the functions of `ops`"
            )
        return self.array

    def __repr__(self) -> str:
        return (
            f"<Variable path={self.path}, shape={self.shape}, dtype={self.dtype}, "
            f"value={self.array}>"
        )


def _one_of(argument: str, note: str | None, known: tuple[str, ...]) -> str:
    if note is None:
        return "none"
    if note not in known:
        raise ValueError(
            f"Invalid value for argument `{argument}`. Expected one of None, "
            f"{', '.join(map(repr, known))}. Received: {argument}={note}"
        )
    return note


def _type_of(numbers: Any) -> str | None:
    """The type of Python numbers: float32 (quirk K1), int32 where they fit, bool."""
    found = np.asarray(numbers)
    if found.dtype.kind == "f":
        return "float32" if quirks.active("K1") else config.floatx()
    if found.dtype.kind not in "biuc":
        raise ValueError(f"A Variable holds numbers. Received: {numbers!r}")
    if found.dtype.kind == "i" and found.size and found.min() >= -(2**31) and found.max() < 2**31:
        return "int32"
    return None
