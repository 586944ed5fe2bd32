"""An array whose operations are written down while a tape is recording (see `kernels.tape`).

It is a view of the memory of an ordinary array. While nothing is recorded it is that array.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from scratch.kernels.axpy import add_scaled

# Functions that NumPy has written in Python, with ufuncs, methods and views.
_FOLLOWED = {
    np.all, np.amax, np.amin, np.any, np.array_split, np.clip, np.expand_dims,
    np.max, np.mean, np.min, np.moveaxis, np.ndim, np.prod, np.ravel,
    np.reshape, np.shape, np.size, np.split, np.squeeze, np.stack, np.sum, np.swapaxes,
    np.transpose,
}  # fmt: skip

_FILLED: dict[Callable, int] = {np.zeros_like: 0, np.ones_like: 1}

# Functions that ask what an array is, and not which numbers stand in it.
_ABOUT = {np.result_type, np.can_cast, np.shares_memory, np.may_share_memory}


class Refused(Exception):  # noqa: N818
    """What is not written down, and why."""


class _InThisThread(threading.local):
    tape: Any = None


_in_this_thread = _InThisThread()


def active() -> Any:
    """The tape that is recording in this thread, or None."""
    return _in_this_thread.tape


@contextlib.contextmanager
def written_down_by(tape: Any) -> Iterator[None]:
    """Inside the `with` block, `tape` is the one that is recording."""
    before, _in_this_thread.tape = _in_this_thread.tape, tape
    try:
        yield
    finally:
        _in_this_thread.tape = before


class Recorded(np.ndarray):
    """See the module."""

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = None, **options: Any
    ) -> Any:
        tape = active()
        if tape is None:
            given = [_plain(x) for x in inputs]
            targets = {} if out is None else {"out": tuple(map(_plain, out))}
            found = getattr(ufunc, method)(*given, **targets, **options)
            return found if out is None else out[0] if len(out) == 1 else out
        out = None if out is None else out[0]
        if method == "reduce":
            return _reduced(tape, ufunc, inputs[0], out, options)
        options.pop("casting", None)
        options.pop("subok", None)
        if method != "__call__" or options:
            raise Refused(f"{ufunc.__name__}.{method} with {sorted(options)}")
        if ufunc is np.matmul:
            return tape.matmul(*inputs, out)
        return tape.elementwise(ufunc, inputs, out)

    def __array_function__(self, func: Callable, types: Any, args: Any, kwargs: Any) -> Any:
        tape = active()
        if tape is None:
            return func(*map(_plain, args), **{k: _plain(v) for k, v in kwargs.items()})
        if func is np.where and len(args) == 3:
            return tape.select(*args)
        if func is np.copyto and len(args) == 2 and set(kwargs) <= {"casting"}:
            return tape.copy(*args)
        if func is np.argmax and len(args) == 1:
            return tape.argmax(args[0], **kwargs)
        if func is np.empty_like:
            return tape.known(
                np.empty_like(_plain(args[0]), *args[1:], **{**kwargs, "subok": False})
            )
        if func is np.einsum and args[0] == "ki,kj->ij" and len(args[1]) == 1:
            return _outer(tape, args[1], args[2], kwargs.get("out"))
        if func is np.broadcast_to:
            return func(_plain(args[0]), *args[1:], **kwargs).view(Recorded)
        if func in _FILLED:
            found = tape.known(func(*map(_plain, args), **{**kwargs, "subok": False}))
            tape.copy(found, _FILLED[func])
            return found
        if func is np.concatenate:
            settings = {name: value for name, value in kwargs.items() if value is not None}
            if settings.pop("casting", "same_kind") == "same_kind" and set(settings) <= {"axis"}:
                return tape.concatenate(*args, **settings)
        if func in _ABOUT:
            return func(*map(_plain, args), **kwargs)
        if func not in _FOLLOWED:
            raise Refused(f"{getattr(func, '__name__', func)}: no ufunc")
        return super().__array_function__(func, types, args, kwargs)

    # What is a view of the same memory, unless NumPy had to copy ----------------------------------

    def reshape(self, *shape: Any, **options: Any) -> Any:
        return self._viewed(super().reshape(*shape, **options))

    def ravel(self, *order: Any) -> Any:
        return self._viewed(super().ravel(*order))

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        if not isinstance(found, np.ndarray):  # a number: the place where it stands
            key = key if isinstance(key, tuple) else (key,)
            found = super().__getitem__((*key, ...))
        return self._viewed(found)

    def _viewed(self, found: np.ndarray) -> np.ndarray:
        if (
            active() is not None
            and not np.shares_memory(_plain(found), _plain(self))
            and found.size
        ):
            raise Refused("a view that is a copy")
        return found

    # What is a copy -------------------------------------------------------------------------------

    def __setitem__(self, key: Any, value: Any) -> None:
        tape = active()
        if tape is None:
            self.view(np.ndarray)[key] = value
        else:
            tape.copy(self[key], value)

    def copy(self, order: Any = "C") -> Any:
        tape = active()
        return self.view(np.ndarray).copy(order) if tape is None else tape.copied(self)

    def astype(self, dtype: Any, *args: Any, **options: Any) -> Any:
        tape = active()
        if tape is None:
            return self.view(np.ndarray).astype(dtype, *args, **options)
        if np.dtype(dtype) == self.dtype and options.get("copy") is False:
            return self
        return tape.copied(self, np.dtype(dtype))

    def add_scaled(self, a: Any, x: Any) -> None:
        """`self += a x`, as `kernels.axpy` computes it."""
        tape = active()
        if tape is None:
            add_scaled(self.view(np.ndarray), a, _plain(x))
        else:
            tape.axpy(self, a, x)

    # What takes a number out of the array, and what computes without ufuncs -----------------------

    def _out(self, name: str, *args: Any, **options: Any) -> Any:
        if active() is not None:
            raise Refused(f"{name}: not an operation on arrays")
        return getattr(self.view(np.ndarray), name)(*args, **options)


def taken(x: np.ndarray, places: np.ndarray) -> np.ndarray:
    """`x[places]`, of one axis. The caller has looked at the places: a tape does not."""
    recorded = isinstance(x, Recorded) and active() is not None
    return active().take(x, places) if recorded else x.take(places)


def put(x: np.ndarray, places: np.ndarray, value: Any) -> None:
    """`x[places] = value`, of one axis, where no place comes twice. See `taken`."""
    if isinstance(x, Recorded) and active() is not None:
        active().put(x, places, value)
    else:
        x[places] = value


def as_array(value: Any) -> np.ndarray:
    """`np.asarray(value)`; an array that writes its operations down stays one."""
    return value if isinstance(value, Recorded) else np.asarray(value)


def _method(name: str) -> Callable:
    def method(self: Recorded, *args: Any, **options: Any) -> Any:
        return self._out(name, *args, **options)

    method.__name__ = name
    return method


for _name in (
    "__bool__", "__complex__", "__contains__", "__float__", "__index__", "__int__", "__iter__",
    "argmax", "argmin", "argpartition", "argsort", "choose", "compress", "cumprod", "cumsum",
    "diagonal", "dot", "dump", "dumps", "fill", "flatten", "item", "nonzero", "partition", "put",
    "repeat", "round", "searchsorted", "sort", "std", "take", "tobytes", "tofile", "tolist",
    "trace", "var",
):  # fmt: skip
    setattr(Recorded, _name, _method(_name))


def _plain(value: Any) -> Any:
    """Ordinary arrays in place of those that write down, in lists and tuples too."""
    if value.__class__ in (list, tuple):
        return value.__class__(map(_plain, value))
    return value.view(np.ndarray) if isinstance(value, Recorded) else value


def _reduced(tape: Any, ufunc: np.ufunc, array: Any, out: Any, options: dict[str, Any]) -> Any:
    axis, keepdims = options.pop("axis", 0), bool(options.pop("keepdims", False))
    wanted = options.pop("dtype", None)
    dtype = None if wanted is None else np.dtype(wanted)
    if options.pop("initial", np._NoValue) is not np._NoValue:
        raise Refused(f"{ufunc.__name__}.reduce from a number on")
    if options.pop("where", True) is not True or options or dtype not in (None, array.dtype):
        raise Refused(f"{ufunc.__name__}.reduce with options")
    return tape.reduce(ufunc, array, axis, out, keepdims)


def _outer(tape: Any, x: Any, y: Any, out: Any) -> Any:
    """`0 + x^T y`, of a single row: see `kernels.products`."""
    found = tape.elementwise(np.multiply, [x.T, y], out)
    return tape.elementwise(np.add, [found, 0], found)
