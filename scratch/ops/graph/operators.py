"""Python's operators, of all that stands for numbers: symbols, variables, KerasTensors.

    x + y     OPERATIONS["add"](x, y), and so on

Two are no operation of that name. `variable + x` is `ops.add`, which Keras's backend takes for the
addition of a bias where it looks like one (quirk K36); `symbol + x` never is. And `x[key]` is
`ops.getitem`, which first tells the tensors in the key from the rest.
"""

from collections.abc import Callable
from typing import Any

from scratch.ops.graph.sources import OPERATIONS

ADD, GETITEM = "ops.add", "ops.getitem"  # where `ops` registers these two functions


def operator(operation: str) -> Callable:
    """`self @ other` as an operation, or `@ self` where it takes one operand."""

    def apply(self: Any, *other: Any) -> Any:
        return OPERATIONS[operation](self, *other)

    return apply


def swapped(operation: str) -> Callable:
    """`other @ self` as an operation: what Python calls when `other` does not know the operator."""

    def apply(self: Any, other: Any) -> Any:
        return OPERATIONS[operation](other, self)

    return apply


class Arithmetic:
    """The operators of numbers: `+`, `*`, `@`, `[]`, ..."""

    __slots__ = ()

    __add__, __radd__ = operator("add"), swapped("add")
    __sub__, __rsub__ = operator("subtract"), swapped("subtract")
    __mul__, __rmul__ = operator("multiply"), swapped("multiply")
    __truediv__, __rtruediv__ = operator("divide"), swapped("divide")
    __floordiv__, __rfloordiv__ = operator("floor_divide"), swapped("floor_divide")
    __mod__, __rmod__ = operator("mod"), swapped("mod")
    __pow__, __rpow__ = operator("power"), swapped("power")
    __matmul__, __rmatmul__ = operator("matmul"), swapped("matmul")
    __neg__, __abs__ = operator("negative"), operator("abs")
    __lt__, __le__ = operator("less"), operator("less_equal")
    __gt__, __ge__ = operator("greater"), operator("greater_equal")


class Logic(Arithmetic):
    """What truth values can do as well. `==` goes by identity: each class decides on its own."""

    __slots__ = ()

    __and__, __rand__ = operator("logical_and"), swapped("logical_and")
    __or__, __ror__ = operator("logical_or"), swapped("logical_or")
    __xor__, __rxor__ = operator("logical_xor"), swapped("logical_xor")
    __invert__ = operator("logical_not")
