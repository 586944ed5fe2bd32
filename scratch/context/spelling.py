"""Names that are misspelt, or that an older Keras had: what was meant."""

import difflib
import functools
import inspect
from collections.abc import Callable, Iterable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_COLLECTING = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
# What Keras 1 and 2 called arguments that still exist.
_RENAMED = {
    "lr": "learning_rate", "nb_epoch": "epochs", "init": "kernel_initializer", "bias": "use_bias",
    "W_regularizer": "kernel_regularizer", "b_regularizer": "bias_regularizer",
    "W_constraint": "kernel_constraint", "b_constraint": "bias_constraint",
    "samples_per_epoch": "steps_per_epoch", "nb_val_samples": "validation_steps",
}  # fmt: skip


def similar(name: str, names: Iterable[str], number: int = 2) -> list[str]:
    """Those of `names` that `name` may stand for, whatever letters are capital; the best first."""
    lower = {n.lower(): n for n in names}
    renamed = _RENAMED.get(name)
    if renamed in lower.values():
        return [str(renamed)]
    close = difflib.get_close_matches(name.lower(), lower, n=number)
    return [lower[n] for n in close]


def did_you_mean(given: Iterable[str], names: Iterable[str]) -> str:
    """`". Did you mean `epochs`?"`, or nothing, for names of arguments that are not known."""
    names = list(names)
    found = [n for name in given for n in similar(name, names, 1)]
    return f". Did you mean {' and '.join(f'`{n}`' for n in found)}?" if found else ""


def arguments_of(cls: type) -> list[str]:
    """The names of what a class takes, and of what it passes on to the classes that it extends."""
    found: dict[str, None] = {}
    for c in cls.__mro__[:-1]:
        if "__init__" in vars(c):
            parameters = inspect.signature(vars(c)["__init__"]).parameters.values()
            found |= dict.fromkeys(p.name for p in parameters if p.kind not in _COLLECTING)
    return [name for name in found if name != "self"]


def spelt(function: Callable[P, R]) -> Callable[P, R]:
    """Decorator: a TypeError for an argument that there is not says which may have been meant."""
    names = list(inspect.signature(function).parameters)

    @functools.wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        for name in kwargs:
            if name not in names:
                what = function.__qualname__.rpartition(".")[2]
                raise TypeError(
                    f"{what}() got an unexpected keyword argument {name!r}"
                    + did_you_mean([name], names)
                )
        return function(*args, **kwargs)

    return checked
