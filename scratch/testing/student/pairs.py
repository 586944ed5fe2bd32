"""Which two functions of somebody's code are the forward and the backward pass."""

import inspect
import types
from collections.abc import Callable
from typing import Any

from scratch.testing.student.names import method, plain

FORWARD = ("forward", "call", "forward_propagation", "forward_pass")
BACKWARD = ("backward", "backprop", "derivative", "prime", "backward_propagation", "backward_pass",
            "bprop")  # fmt: skip
ENDINGS = ("backward", "backprop", "derivative", "prime", "grad", "gradient", "deriv", "bwd")


def pair_of(thing: Any) -> tuple[Any, Any] | None:
    """Two functions, where the code is functions; None for a class or an object with methods."""
    if isinstance(thing, tuple | list):
        return (thing[0], thing[1]) if len(thing) == 2 else (None, None)
    if isinstance(thing, types.ModuleType):
        named = method(thing, *FORWARD), method(thing, *BACKWARD)
        return named if None not in named else next(iter(pairs_in(thing)), (None, None))
    if inspect.isclass(thing) or method(thing, *BACKWARD):
        return None
    return None, None


def pairs_in(module: types.ModuleType) -> list[tuple[Callable, Callable]]:
    """Functions of a module that belong together: `relu_forward` and `relu_backward`, say."""
    own = [f for f in vars(module).values()
           if inspect.isfunction(f) and f.__module__ == module.__name__]  # fmt: skip
    backwards = {stem: f for f in own if (stem := _stem(f.__name__, ENDINGS)) is not None}
    stems: dict[str, Callable] = {}
    for f in own:
        stem = _stem(f.__name__, ("forward", "fwd"))
        if stem is not None:
            stems[stem] = f
        elif f not in backwards.values():
            stems.setdefault(plain(f.__name__), f)
    return [(stems[stem], f) for stem, f in backwards.items() if stem in stems]


def _stem(name: str, words: tuple[str, ...]) -> str | None:
    """A name without the word that says which pass it is; None where it says nothing."""
    name = plain(name)
    for word in words:
        if name.endswith(word):
            return name.removesuffix(word)
        if name.startswith(word):
            return name.removeprefix(word)
    return name[1:] if "prime" in words and name.startswith("d") and len(name) > 1 else None
