"""Sizes with a number for each spatial axis, and classes that differ in how many axes there are.

    kernel_size=3   with two axes   (3, 3)

A family of layers is one class with a `rank`; what is special to a rank is a default or two:

    @defaults(strides=(1, 1))
    class Conv2D(Conv):
        rank = 2
"""

import types
from collections.abc import Callable
from numbers import Integral
from typing import Any, TypeVar

Class = TypeVar("Class", bound=type)


def standardize_tuple(value: Any, n: int, name: str, allow_zero: bool = False) -> tuple[int, ...]:
    """`n` numbers, from one for all or from a sequence of them.

    Args:
        value: the number or the sequence.
        n: how many there must be.
        name: of the argument, for the message.
        allow_zero: whether 0 is allowed.

    Raises:
        ValueError: for another length, or a number that is not positive.
        TypeError: for a sequence of what is no integer.
    """
    problem = f"The `{name}` argument must be a tuple of {n} integers. Received {name}={value}"
    if isinstance(value, Integral):
        sizes = (int(value),) * n
    else:
        try:
            sizes = tuple(value)
        except TypeError:
            raise ValueError(problem) from None
        if len(sizes) != n:
            raise ValueError(problem)
        for size in sizes:
            if not isinstance(size, Integral):
                raise TypeError(f"{problem}, including element {size!r} of type {type(size)}")
    wrong = {size for size in sizes if size < 0 or (size == 0 and not allow_zero)}
    if wrong:
        raise ValueError(
            f"{problem}, including values {wrong} that do not satisfy `value "
            f"{'>=' if allow_zero else '>'} 0`"
        )
    return sizes


def standardize_padding(value: Any, allow_causal: bool = False) -> str:
    """The name of a padding in lower case.

    Raises:
        ValueError: for another name than `"valid"`, `"same"` and, if allowed, `"causal"`.
    """
    padding = str(value).lower()
    allowed = ("valid", "same", "causal") if allow_causal else ("valid", "same")
    if padding not in allowed:
        raise ValueError(
            f"The `padding` argument must be one of {', '.join(map(repr, allowed))}. Received: "
            f"{value!r}"
        )
    return padding


def defaults(**changed: Any) -> Callable[[Class], Class]:
    """Gives a class the `__init__` of its base with other default values.

    Args:
        changed: by the names of the arguments; the last that has none may be given one.
    """

    def with_defaults(cls: Any) -> Any:
        base = cls.__init__
        code = base.__code__
        names = code.co_varnames[: code.co_argcount]
        found = dict(zip(reversed(names), reversed(base.__defaults__), strict=False)) | changed
        values = tuple(found[name] for name in names if name in found)
        made = types.FunctionType(code, base.__globals__, base.__name__, values, base.__closure__)
        made.__annotations__, made.__doc__ = base.__annotations__, base.__doc__
        made.__module__ = cls.__module__
        made.__qualname__ = f"{cls.__qualname__}.__init__"
        cls.__init__ = made
        return cls

    return with_defaults
