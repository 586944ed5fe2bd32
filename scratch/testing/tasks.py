"""What in a file can be checked: its classes, pairs of functions, and functions.

Classes that others in the file derive from are left out where they are unfinished.
"""

import functools
import inspect
import types
from collections.abc import Iterable, Iterator
from typing import Any

from scratch.testing.meaning import kind_of
from scratch.testing.references import activation_names
from scratch.testing.student.losses import GRADIENT
from scratch.testing.student.names import method
from scratch.testing.student.optimizers import STEP
from scratch.testing.student.pairs import BACKWARD, FORWARD, pairs_in


def tasks_in(module: types.ModuleType) -> dict[str, Any]:
    """What in a file can be checked, by name: its classes, pairs of functions, and functions."""
    own = {n: t for n, t in vars(module).items() if getattr(t, "__module__", "") == module.__name__}
    classes = {n: t for n, t in own.items() if inspect.isclass(t)}
    bases = {base for t in classes.values() for base in t.__mro__[1:]}
    found: dict[str, Any] = {
        n: t for n, t in classes.items() if kind_of(t) and not (t in bases and _unfinished(t))
    }
    used: set[Any] = set()
    for pair in pairs_in(module):
        for said, chosen in _activated(pair).items():
            found[_joined(pair) + said] = chosen
        used |= set(pair)
    plain_pair = method(module, *FORWARD), method(module, *BACKWARD)
    if None not in plain_pair and not used & set(plain_pair):
        found[_joined(plain_pair)] = plain_pair
        used |= set(plain_pair)
    values = method(module, "loss", "value", "cost"), method(module, "gradient", "grad")
    if not found and None not in values:
        return {_joined(values): values}
    costed = any(kind_of(thing) == "network" for thing in found.values())
    for n, thing in own.items():
        kind = kind_of(thing) if inspect.isfunction(thing) and thing not in used else ""
        if kind == "optimizer" or (kind == "loss" and "loss" in n and not costed):
            found[n] = thing
    return found


def _activated(pair: tuple[Any, Any]) -> dict[str, tuple[Any, Any]]:
    """A pair that asks for the name of an activation, for each name that its text knows."""
    if not all("activation" in _needed(f) for f in pair):
        return {"": pair}
    words = [str(c) for f in pair for c in _constants(f.__code__)]
    known = [word for word in dict.fromkeys(words) if word in activation_names()]
    return {f" with {name}": (_with(pair[0], name), _with(pair[1], name)) for name in known}


def _constants(code: types.CodeType) -> Iterator[Any]:
    for constant in code.co_consts:
        yield from constant if isinstance(constant, tuple | frozenset) else (constant,)


def _with(function: Any, activation: str) -> Any:
    """The function with its argument `activation` given."""

    @functools.wraps(function)
    def given(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs, activation=activation)

    signature = inspect.signature(function)
    left = [p for p in signature.parameters.values() if p.name != "activation"]
    vars(given)["__signature__"] = signature.replace(parameters=left)
    return given


def _needed(function: Any) -> list[str]:
    parameters = inspect.signature(function).parameters.values()
    return [p.name for p in parameters if p.default is p.empty]


def _unfinished(base: type) -> bool:
    """Whether a class leaves to others what a layer, a loss or an optimizer must have."""
    if inspect.isabstract(base):
        return True
    methods = [m for names in ((*FORWARD, *STEP), (*BACKWARD, *GRADIENT, *STEP))
               if (m := method(base, *names)) is not None and inspect.isfunction(m)]  # fmt: skip
    return len(methods) < 2 or any(map(_says_nothing, methods))


def _says_nothing(function: Any) -> bool:
    code = function.__code__
    nothing = not code.co_names and set(code.co_consts) <= {None, function.__doc__}
    return nothing or "NotImplementedError" in code.co_names


def _joined(functions: Iterable[Any]) -> str:
    return ",".join(f.__name__ for f in functions)
