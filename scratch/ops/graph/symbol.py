"""A computational graph: symbols, each of which is an operation applied to older symbols.

    z = f(x_1, ..., x_n; attributes)

A symbol says *what* is to be computed, never when. Three kinds have no inputs: an *input*, whose
value is fed; a *constant*; and a *variable*, whose value is read when the graph is evaluated.

Repeated subexpressions are built once: asking for the same operation on the same inputs gives the
very symbol that is already there (hash-consing). And since a symbol can only be made of symbols
that exist, numbering them as they are made numbers every graph in topological order.
"""

import itertools
from collections.abc import Iterable, Iterator
from typing import Any
from weakref import WeakValueDictionary

import numpy as np

from scratch.context.definitions import is_recording
from scratch.ops.graph.inference import dtype_of, shape_of
from scratch.ops.graph.operators import GETITEM, Logic, operator
from scratch.ops.graph.other_libraries import GivenElsewhere, GivenToNumPy
from scratch.ops.graph.sources import CONSTANT, INPUT, OPERATIONS, VARIABLE, is_variable

_serials = itertools.count()
_built: "WeakValueDictionary[tuple, Symbol]" = WeakValueDictionary()


class Symbol(Logic, GivenToNumPy, GivenElsewhere):
    """A node of a computational graph. Made by `Symbol.leaf` and by the functions of `ops`.

    Attributes:
        op: the `Operation` (or `Source`) that computes it.
        inputs: the symbols it is computed from.
        attributes: what else the operation was told, e.g. `{"axis": -1}`.
        name: what drawings call it, or None.
        serial: its number; larger than that of all its inputs.
    """

    __slots__ = ("__weakref__", "_dummies", "attributes", "inputs", "name", "op", "serial")

    def __init__(
        self, op: Any, inputs: tuple["Symbol", ...], attributes: dict[str, Any], name: str | None
    ) -> None:
        self.op = op
        self.inputs = inputs
        self.attributes = attributes
        self.name = name
        self.serial = next(_serials)
        self._dummies: Any = None

    @staticmethod
    def leaf(
        name: str | None = None, shape: Iterable[int | None] | None = None, dtype: Any = None
    ) -> "Symbol":
        """A new input, to be fed when the graph is evaluated.

        Args:
            name: for drawings and messages.
            shape: if known; None for an axis of unknown size.
            dtype: if known.
        """
        shape = None if shape is None else tuple(shape)
        dtype = None if dtype is None else np.dtype(dtype).name
        return Symbol(INPUT, (), {"shape": shape, "dtype": dtype}, name)

    def named(self, name: str) -> "Symbol":
        """Returns this symbol, called `name` in drawings from now on."""
        self.name = name
        return self

    @property
    def shape(self) -> tuple[int | None, ...] | None:
        """The shape, None for an axis of unknown size; None where an input's shape is unknown."""
        return shape_of(self)

    @property
    def dtype(self) -> str | None:
        """The type, e.g. `"float32"`; None where an input's shape is unknown."""
        return dtype_of(self)

    @property
    def ndim(self) -> int:
        """The number of axes.

        Raises:
            ValueError: where it is not known.
        """
        if self.shape is None:
            raise ValueError(f"{self!r} has no known shape: give `Symbol.leaf` a shape")
        return len(self.shape)

    def __reduce__(self) -> tuple[Any, ...]:
        """A copy is made anew, with a number of its own: in another process these begin at 0."""
        if self.op is INPUT:
            return Symbol, (INPUT, (), self.attributes, self.name)
        if self.op is CONSTANT:
            return constant, (self.attributes["value"],)
        if self.op is VARIABLE:
            return variable_leaf, (self.attributes["variable"],)
        return symbol_of, (self.op, self.inputs, self.attributes), (None, {"name": self.name})

    # Element by element, as TensorFlow's tensors. Dictionaries still go by identity.
    __eq__, __ne__ = operator("equal"), operator("not_equal")
    __hash__ = object.__hash__

    def __getitem__(self, key: Any) -> "Symbol":
        return OPERATIONS[GETITEM](self, key)

    def __len__(self) -> int:
        length = self.shape[0] if self.shape else None
        if length is None:
            raise TypeError(f"len: the first axis of {self!r} has no known size")
        return length

    def __iter__(self) -> Iterator["Symbol"]:
        return (self[i] for i in range(len(self)))

    def __bool__(self) -> bool:
        raise TypeError(
            f"{self!r} has no value yet, so Python cannot branch on it: use ops.where or ops.cond"
        )

    def __array__(self, *args: Any, **kwargs: Any) -> np.ndarray:
        raise ValueError(
            f"{self!r} has no value yet: use the functions of `ops` in place of NumPy's, or "
            "ops.evaluate(symbol, feeds) to compute it"
        )

    def __repr__(self) -> str:
        inputs = ", ".join(x.name or f"#{x.serial}" for x in self.inputs)
        name = f" {self.name}" if self.name else ""
        return f"<Symbol #{self.serial}{name}: {self.op.name}({inputs})>"


def symbol_of(op: Any, inputs: tuple[Symbol, ...], attributes: dict[str, Any]) -> Symbol:
    """The one symbol for `op` on `inputs`, made if it is not there yet."""
    key = (op, tuple(x.serial for x in inputs), tuple(attributes.values()))
    found = _built.get(key)
    if found is None:
        found = _built[key] = Symbol(op, inputs, attributes, None)
    return found


def constant(value: Any) -> Symbol:
    """A constant. A Python number stays one: it takes on the type of what it meets.

    An array is copied, so that writing into it later does not change the graph.
    """
    if isinstance(value, np.ndarray | np.generic):
        value = np.array(value)
        value.setflags(write=False)
        key: tuple = (CONSTANT, value.dtype, value.shape, value.tobytes())
    else:
        key = (CONSTANT, type(value), repr(value))  # 1, 1.0 and True are equal, but not the same
    found = _built.get(key)
    if found is None:
        found = _built[key] = Symbol(CONSTANT, (), {"value": value}, None)
    return found


def variable_leaf(variable: Any) -> Symbol:
    """The one symbol that stands for a variable."""
    key = (VARIABLE, variable)
    found = _built.get(key)
    if found is None:
        found = _built[key] = Symbol(VARIABLE, (), {"variable": variable}, variable.name)
    return found


def as_recorded(x: Any) -> Any:
    """`x`; where a definition is being recorded, the symbol of a variable in its place."""
    return variable_leaf(x) if is_recording() and is_variable(x) else x


def is_number(symbol: Symbol) -> bool:
    """Whether `symbol` is a constant Python number."""
    return symbol.op is CONSTANT and not isinstance(symbol.attributes["value"], np.ndarray)
