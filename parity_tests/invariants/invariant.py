"""What an invariant is: a function of a sample that gives two things which must be equal."""

import fnmatch
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from parity_tests.harness.tolerances import EXACT, Bound, derivative


@dataclass(frozen=True)
class Invariant:
    """A sentence that holds of every object of a family.

    Args:
        family: a namespace, `"losses"`.
        ask: from a loaded sample to two things that must be equal.
        exact: whether bit for bit; otherwise up to the rounding of sums.
        only: patterns of the names of the classes that it speaks of.
        but: of those that it does not speak of.
        also: public functions that it asks besides the class, `"losses.serialize"`.
    """

    family: str
    ask: Callable[[Any], tuple[Any, Any]]
    exact: bool = False
    only: tuple[str, ...] = ("*",)
    but: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """`cut in two`."""
        return self.ask.__name__.strip("_").replace("_", " ")

    @property
    def says(self) -> str:
        """The sentence."""
        return (self.ask.__doc__ or "").strip()

    def speaks_of(self, name: str) -> bool:
        """Whether it says something about a class."""
        chosen = any(fnmatch.fnmatchcase(name, pattern) for pattern in self.only)
        return chosen and not any(fnmatch.fnmatchcase(name, pattern) for pattern in self.but)

    def broken(self, sample: Any) -> str:
        """How the two things differ for a loaded sample; empty where they are equal."""
        bound = EXACT if self.exact else derivative(sample.precision)
        left, right = self.ask(sample)
        return difference(plain(sample.keras, left), plain(sample.keras, right), bound)


INVARIANTS: list[Invariant] = []


def invariant(*families: str, **how: Any) -> Callable[[Any], Any]:
    """Enters a function into the list, once for each family."""

    def enter(ask: Any) -> Any:
        INVARIANTS.extend(Invariant(family, ask, **how) for family in families)
        return ask

    return enter


# Two things -------------------------------------------------------------------------------------


def plain(keras: Any, thing: Any) -> Any:
    """The same with arrays for tensors and variables, and lists for tuples: what JSON knows."""
    if isinstance(thing, Mapping):
        return {str(name): plain(keras, part) for name, part in thing.items()}
    if isinstance(thing, list | tuple):
        return [plain(keras, part) for part in thing]
    if hasattr(thing, "shape") and not isinstance(thing, np.ndarray | np.generic):
        return np.asarray(keras.ops.convert_to_numpy(thing))
    return thing


def difference(left: Any, right: Any, bound: Bound) -> str:
    """Where two things differ by more than the bound, in words; empty where they do not."""
    return next(_differences("", left, right, bound), "")


def _differences(where: str, left: Any, right: Any, bound: Bound) -> Iterator[str]:
    if isinstance(left, dict) and isinstance(right, dict) and left.keys() == right.keys():
        for name in left:
            yield from _differences(f"{where}[{name!r}]", left[name], right[name], bound)
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for number, pair in enumerate(zip(left, right, strict=True)):
            yield from _differences(f"{where}[{number}]", *pair, bound)
    elif not _equal(left, right, bound):
        yield f"{where}: {left!r} and {right!r}".lstrip(": ")


def _equal(left: Any, right: Any, bound: Bound) -> bool:
    numbers = (bool, int, float, np.ndarray, np.generic)
    if not (isinstance(left, numbers) and isinstance(right, numbers)):
        return type(left) is type(right) and bool(left == right)
    a, b = np.asarray(left), np.asarray(right)
    if a.shape != b.shape or not (_is_number(a) and _is_number(b)):
        return a.shape == b.shape and bool(np.all(a == b))
    a, b = a.astype("float64"), b.astype("float64")
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    if same.all() or not bound.relative:
        return bool(same.all())
    # The data are of the size of 1: what is smaller is the difference of such numbers.
    size = max(1.0, *(float(np.abs(x[np.isfinite(x)]).max(initial=0.0)) for x in (a, b)))
    with np.errstate(invalid="ignore"):
        return bool(np.all(same | (np.abs(a - b) <= bound.relative * size)))


def _is_number(array: np.ndarray) -> bool:
    return array.dtype.kind in "biuf" or array.dtype.name == "bfloat16"
