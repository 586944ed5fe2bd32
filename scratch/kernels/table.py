"""Kernels: functions of plain arrays, which may have a compiled twin that gives the same bits.

    @kernel("adam")                      in Adam's own file: readable NumPy, the definition of
    def adam(w, g, squares, m, v, ...)   the digits, pass after pass over the arrays

    @twin("adam")                        in `compiled/`: the same operations in the same order,
    def adam(w, g, squares, m, v, ...)   number after number, in one pass

A kernel writes into arrays that it is given; if it returns anything, that is the last of them. Who
calls it does not know which of the two computes: that is chosen once, for all of them, with
`choose`. A kernel without a twin is NumPy's either way, and so is a call whose arrays the twin was
not written for.

What can have a twin: copies, comparisons, + - * / and square roots, in a stated order. Powers,
e^x, logarithms and products of matrices stay with NumPy and the BLAS, whose last bits nobody else
has; and so does the larger of two numbers: where both are zero, or denormal and taken for zero,
NumPy gives whatever the instruction gives that it finds on a processor.
"""

import functools
import importlib
import os
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

CHOICES = ("numpy", "compiled")
FLOAT32, FLOAT64 = np.dtype("float32"), np.dtype("float64")

Function = Callable[..., Any]
Fits = Callable[..., bool]

kernels: dict[str, "Kernel"] = {}
twins: dict[str, Function] = {}  # filled when they are asked for the first time
# The loops that no ufunc has, and what plays a tape: see `kernels.tape`; None without twins.
player: tuple[Any, Function] | None = None
_choice = "numpy"
switched = 0  # how often another kind was chosen: what knows a kernel's function looks here


class Kernel:
    """A function that has a name, so that another one can stand for it.

    Args:
        name: unique.
        definition: in NumPy.

    Attributes:
        chosen: what computes.
    """

    def __init__(self, name: str, definition: Function) -> None:
        functools.update_wrapper(self, definition)
        self.name, self.definition = name, definition
        self.choose()

    def choose(self) -> None:
        """Takes the twin, if there is one and compiled kernels are wanted; else the definition."""
        twin = twins.get(self.name) if _choice == "compiled" else None
        self.chosen = self.definition if twin is None else twin

    def __call__(self, *args: Any) -> Any:
        return self.chosen(*args)


def kernel(name: str) -> Callable[[Function], Kernel]:
    """Decorator: the function is the definition of the kernel of that name."""

    def register(definition: Function) -> Kernel:
        kernels[name] = Kernel(name, definition)
        return kernels[name]

    return register


def register_twin(name: str, compiled: Function, fits: Fits) -> None:
    """Has `compiled` stand for the kernel `name` wherever its arguments are such that `fits`."""

    @functools.wraps(compiled)
    def call(*args: Any) -> Any:
        if not fits(*args):
            return kernels[name].definition(*args)
        compiled(*args)
        return args[-1]

    twins[name] = call


def register_player(loops: Any, play: Function) -> None:
    """Has `play` make the calls of a tape, which has `loops` besides those of ufuncs."""
    global player
    player = loops, play


def are_floats(*args: Any) -> bool:
    """Whether all arrays are contiguous, of one type, float32 or float64, and all numbers of it.

    What is None or a bool is neither.
    """
    dtype = args[0].dtype
    if dtype is not FLOAT32 and dtype is not FLOAT64:  # the very objects: in no other byte order
        return False
    for given in args:
        if given.__class__ is np.ndarray:
            if given.dtype is not dtype or not given.flags.c_contiguous:
                return False
        elif not _is_number_of(dtype, given):
            return False
    return True


def _is_number_of(dtype: np.dtype, given: Any) -> bool:
    """Also None and a bool; but no array that writes down what the definition does to it."""
    if given is None or given.__class__ is bool:
        return True
    return given.dtype is dtype and not isinstance(given, np.ndarray)


def chosen() -> str:
    """`"numpy"` or `"compiled"`."""
    return _choice


def choose(choice: str) -> None:
    """Has all kernels computed by NumPy, or by their compiled twins where they have one.

    Args:
        choice: `"numpy"` or `"compiled"`.

    Raises:
        ValueError: for any other choice.
        ImportError: where there is nothing to compile with.
    """
    global _choice, switched
    if choice not in CHOICES:
        raise ValueError(f"set_kernels: kernels must be one of {CHOICES}; got {choice!r}")
    if choice == "compiled" and not twins:
        _load()
    if choice != _choice:
        _choice = choice
        switched += 1
        for one in kernels.values():
            one.choose()


def _load() -> None:
    try:
        compiled = importlib.import_module("scratch.kernels.compiled")
        compiled.register()
    except ImportError as error:
        if (error.name or "").split(".")[0] not in ("numba", "llvmlite"):
            raise
        raise ImportError(
            "Compiled kernels need numba, which is not installed. Install it with "
            "pip install 'keras-from-scratch[fast]', or go on with set_kernels(\"numpy\"), which "
            "gives the same digits",
            name=error.name,
        ) from error


def _choose_as_the_environment_says() -> None:
    """Does without compiled kernels, and says so, where there is nothing to compile with."""
    try:
        choose(os.environ.get("SCRATCH_KERNELS") or "numpy")
    except ImportError as error:
        warnings.warn(f"SCRATCH_KERNELS=compiled: {error}", stacklevel=2)


_choose_as_the_environment_says()
