"""While a file is loaded: weights get room, but no values of their own, and no more room than due.

What an initializer draws would be overwritten by the file's numbers a moment later, and drawing
takes several times the memory of the weight. So every weight starts as zeros; one that the file
turns out not to hold is drawn after all. A file whose config asks for more room than the data it
brings is refused before the room is taken.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any

import numpy as np

from scratch.context.stack import Stack
from scratch.variables.variable import Variable

SPARE = 16 * 2**20  # bytes: for weights that no file holds, such as constant tables

_current = Stack()


class Loading:
    """The time during which a model is built and filled from a file; a context manager.

    Args:
        declared: how many bytes of weights the file holds.
    """

    def __init__(self, declared: int) -> None:
        self._left = declared + SPARE
        self._undrawn: dict[Variable, Callable] = {}

    def __enter__(self) -> "Loading":
        _current.items.append(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _current.items.remove(self)

    def claim(self, shape: Sequence[int], dtype: str, name: str | None) -> None:
        """Takes room for a weight.

        Raises:
            ValueError: when there is none left.
        """
        self._left -= math.prod(shape) * np.dtype(dtype).itemsize
        if self._left < 0:
            raise ValueError(
                f"The model's config asks for more weights than the file holds: `{name}` of shape "
                f"{tuple(shape)} is too many. Config and weights do not belong together; save the "
                "model again"
            )

    def put_off(self, variable: Variable, initializer: Callable) -> None:
        """Notes that a weight has not been drawn."""
        self._undrawn[variable] = initializer

    def is_filled(self, variables: Iterable[Variable]) -> None:
        """Notes that weights have got their values from the file."""
        for variable in variables:
            self._undrawn.pop(variable, None)

    def draw(self, variables: Iterable[Variable] | None = None) -> None:
        """Draws weights that have no values yet; None for all."""
        for variable in list(self._undrawn if variables is None else variables):
            initializer = self._undrawn.pop(variable, None)
            # What is not zero was assigned by the layer itself.
            if initializer is not None and not variable.array.any():
                variable.assign(initializer(variable.shape, dtype=variable.dtype))


def new_weight(initializer: Callable, shape: tuple[int, ...], dtype: str, **more: Any) -> Variable:
    """A Variable, drawn by `initializer`: at once, or while a file is loaded only if need be."""
    loading = _current.top
    if loading is None:
        return Variable(initializer, shape=shape, dtype=dtype, **more)
    loading.claim(shape, dtype, more.get("name"))
    variable = Variable(_zeros, shape=shape, dtype=dtype, **more)
    loading.put_off(variable, initializer)
    return variable


def _zeros(shape: Sequence[int], dtype: str) -> np.ndarray:
    return np.zeros(shape, dtype)


def check_stored(owner: str, variables: Sequence[Variable], store: Mapping[str, Any]) -> None:
    """Compares what a file says about its arrays with variables, before any number is read.

    Args:
        owner: for messages.
        variables: the i-th belongs to the key `str(i)`.
        store: arrays by key; one backed by a file knows their shapes and types (`declared`).

    Raises:
        KeyError: where an array is missing.
        ValueError: where a shape or the kind of number differs.
    """
    declared = getattr(store, "declared", lambda key: _declared(store[key]))
    for i, variable in enumerate(variables):
        shape, dtype = declared(str(i))
        if tuple(shape) != variable.shape:
            raise ValueError(
                f"{owner}: the stored array {i} has shape {tuple(shape)}, but `{variable.path}` "
                f"has shape {variable.shape}. The file belongs to another model"
            )
        if np.dtype(dtype).kind != np.dtype(variable.dtype).kind:
            raise ValueError(
                f"{owner}: the stored array {i} is of type {dtype}, but `{variable.path}` is of "
                f"type {variable.dtype}. Expected numbers of the same kind"
            )


def _declared(array: Any) -> tuple[tuple[int, ...], Any]:
    array = np.asarray(array)
    return array.shape, array.dtype
