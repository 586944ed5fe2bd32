"""Operations on arrays, written down once as calls of NumPy's loops, and then played.

    tape = Tape(own_loops)
    with tape.recording():           each operation is computed, and written down
        z = np.matmul(x, w); z += b          x, w, b: `tape.known(array)`
    play(tape.table(0, len(tape)))   the same loops over the same memory: new numbers, no NumPy

A recording knows no `if`: whatever it cannot follow (a number taken out of an array, a function
that is no ufunc) ends it with `Refused`. What it writes down are addresses: results have memory
that the tape keeps, the same at every time.

Digits are those of NumPy, for its loops compute them, each over the same stretches of numbers:

    elementwise      axes are merged where they can be, the innermost is one call
    sums along rows  one call for each row, which adds pairwise
    sums of rows     row after row, from zero
    products         one call, as `np.matmul` makes it
"""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from scratch.kernels.axpy import add_scaled
from scratch.kernels.inner_loops import Loop, loop_of
from scratch.kernels.recorded import Recorded, Refused, written_down_by

LARGE = 1 << 14  # numbers: of more, a compiled kernel that passes over them once is faster
FURTHEST = 64  # calls that one operation comes to, besides those along one more axis
WIDTH = 32  # numbers in a row of the table
# Where in a row they stand: the loop and its data; how often it is called; how many arrays; their
# addresses; how far these move from call to call; room; dimensions; strides.
FUNCTION, DATA, CALLS, ARRAYS, ADDRESSES, MOVES, ROOM, DIMENSIONS, STRIDES = (
    0, 1, 2, 3, 4, 8, 12, 16, 20
)  # fmt: skip
MOST = MOVES - ADDRESSES  # arrays


class Tape:
    """Calls of loops, and the memory that they know.

    Args:
        own_loops: loops that no ufunc has, by name: see `kernels.compiled.loops`.
    """

    def __init__(self, own_loops: dict[str, Loop]) -> None:
        self._own = own_loops
        self._rows: list[list[int]] = []
        self._targets: list[tuple[int, int]] = []  # what each call writes to: addresses
        self._kept: list[np.ndarray] = []
        self._stretches: list[tuple[int, int]] = []
        # The numbers, in their order, that came from outside: a recording takes them for constant.
        self.constants: list[bytes] = []
        self.work = 0  # of the largest product: multiplications

    def __len__(self) -> int:
        return len(self._rows)

    def table(self, start: int, stop: int) -> np.ndarray:
        """The calls from number `start` on, as `play` reads them: int64, (stop - start, WIDTH)."""
        return np.array(self._rows[start:stop], np.int64).reshape(-1, WIDTH)

    def forget(self, length: int) -> None:
        """Takes back what was written down after the first `length` calls."""
        del self._rows[length:], self._targets[length:]
        self.constants.clear()

    @contextlib.contextmanager
    def recording(self) -> Iterator[None]:
        """Inside the `with` block, what is done to known arrays is written down."""
        with written_down_by(self):
            yield

    # Memory ---------------------------------------------------------------------------------------

    def known(self, array: np.ndarray) -> Recorded:
        """The array, as one whose operations are written down; its memory is kept."""
        plain = np.asarray(array).view(np.ndarray)
        if not self.is_known(plain):
            self._kept.append(plain)
            self._stretches.append(_bounds(plain))
        return plain.view(Recorded)

    def snapshot(self) -> list[np.ndarray]:
        """Copies of all that stands in the memory that is known."""
        return [array.copy() for array in self._kept]

    def restore(self, numbers: Sequence[np.ndarray]) -> None:
        """Puts back what `snapshot` has copied."""
        for array, before in zip(self._kept, numbers, strict=False):
            if array.flags.writeable:
                array[...] = before

    def _target(self, array: np.ndarray) -> np.ndarray:
        """Memory that is written to: what nobody knows is from now on the tape's.

        Raises:
            Refused: for much of it, which may be memory that the tape was not told of.
        """
        plain = array.view(np.ndarray)
        if not self.is_known(plain):
            if plain.size > LARGE:
                raise Refused("large memory that nobody knows")
            self.known(plain)
        return plain

    def disturb(self, besides: Sequence[np.ndarray], draws: np.random.Generator) -> None:
        """Other numbers of the same kind in all memory, but for that of some arrays."""
        others = [_bounds(array) for array in besides]
        for array in self._kept:
            low, high = _bounds(array)
            if array.flags.writeable and not any(a < high and low < b for a, b in others):
                array[...] = disturbed(array, draws)

    def changed_unseen(self, before: Sequence[np.ndarray], start: int) -> bool:
        """Whether memory has changed that no call from number `start` on has written to.

        Args:
            before: what `snapshot` has copied when that was the next number.
        """
        written = self._targets[start:]
        for array, numbers in zip(self._kept, before, strict=False):
            low, high = _bounds(array)
            seen = any(a < high and low < b for a, b in written)
            if not seen and not same_bytes(array, numbers):
                return True
        return False

    def unknown_parts(self, arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
        """What of the memory of arrays the tape does not know: stretches of bytes."""
        found, reached = [], 0
        for array in sorted(arrays, key=lambda a: (_bounds(a)[0], -_bounds(a)[1])):
            low, high = _bounds(array)
            if not array.flags.c_contiguous or high <= reached:
                continue
            start = max(low, reached)
            inside = sorted((a, b) for a, b in self._stretches if a < high and start < b)
            numbers = array.reshape(-1).view(np.uint8)
            for a, b in [*inside, (high, high)]:
                if a > start:
                    found.append(numbers[start - low : a - low])
                start = max(start, b)
            reached = high
        return found

    def is_known(self, array: np.ndarray) -> bool:
        """Whether the memory of an array is one that the tape knows."""
        low, high = _bounds(array)
        return any(a <= low and high <= b for a, b in self._stretches)

    def operand(self, value: Any, dtype: np.dtype) -> np.ndarray:
        """What is computed with, in one type; a number has memory of its own.

        Raises:
            Refused: for an array of which nobody knows where it comes from.
        """
        if not isinstance(value, np.ndarray) or (value.ndim == 0 and not self.is_known(value)):
            constant = np.array(value, dtype)
            self._kept.append(constant)
            self.constants.append(constant.tobytes())
            return constant
        plain = value.view(np.ndarray)
        if not self.is_known(plain):
            raise Refused("an array that was computed where no tape was running")
        return plain if plain.dtype == dtype else self._cast(plain, dtype)

    def _cast(self, array: np.ndarray, dtype: np.dtype) -> np.ndarray:
        found = self.known(array.astype(dtype)).view(np.ndarray)
        self._write(self._loop_between(array.dtype, dtype), [array, found])
        return found

    def _loop_between(self, source: np.dtype, target: np.dtype) -> Loop:
        same = loop_of(np.positive, (source, source)) if source == target else None
        return same or self._own_loop(f"{source.name} to {target.name}")

    def _own_loop(self, name: str) -> Loop:
        if name not in self._own:
            raise Refused(f"{name}: no loop")
        return self._own[name]

    # Operations: each is computed, and written down -----------------------------------------------

    def elementwise(self, ufunc: np.ufunc, inputs: Sequence[Any], out: Any = None) -> Any:
        """`ufunc(*inputs, out=out)`."""
        if ufunc.nout != 1 or ufunc.nargs > MOST:
            raise Refused(f"{ufunc.__name__}: several results")
        types = _types([*inputs, out])
        try:
            *given, last = ufunc.resolve_dtypes((*types, *[None] * (ufunc.nargs - len(types))))
        except TypeError as error:
            raise Refused(f"{ufunc.__name__}: {error}") from error
        loop = loop_of(ufunc, (*given, last))
        if loop is None:
            raise Refused(f"{ufunc.__name__} of {[d.name for d in given]}: no loop")
        operands = [self.operand(x, d) for x, d in zip(inputs, given, strict=True)]
        memory = None if out is None else self._target(out)
        if memory is None or memory.dtype != last:
            target = np.empty(np.broadcast_shapes(*(x.shape for x in operands)), last)
            target = self.known(target).view(np.ndarray)
        else:
            target = memory
        if target.size > LARGE:
            raise Refused("an array so large that a kernel of its own is faster")
        for x in operands:
            if np.may_share_memory(x, target) and not _same(x, target):
                raise Refused(f"{ufunc.__name__}: operand and result overlap")
        ufunc(*operands, out=target)
        self._write(loop, [*operands, target])
        if memory is None:
            return target.view(Recorded)
        if target is not memory:
            self.copy(memory, target)
        return out

    def copy(self, target: np.ndarray, value: Any) -> None:
        """`target[...] = value`."""
        plain = self._target(target)
        source = value.dtype if isinstance(value, np.ndarray) else plain.dtype
        given = self.operand(value, source)
        if np.may_share_memory(given, plain) and not _same(given, plain):
            raise Refused("a copy onto itself")
        loop = self._loop_between(given.dtype, plain.dtype)
        np.copyto(plain, given, casting="unsafe")
        self._write(loop, [given, plain])

    def copied(self, array: np.ndarray, dtype: Any = None) -> Any:
        """A copy, in another type if one is given."""
        found = self.known(np.empty(array.shape, dtype or array.dtype))
        self.copy(found, array)
        return found

    def select(self, condition: Any, x: Any, y: Any) -> Any:
        """`np.where(condition, x, y)`."""
        dtype = np.result_type(*_as_given((x, y)))
        loop = self._own_loop(f"select {dtype.name}")
        operands = [self.operand(condition, np.dtype(bool))]
        operands += [self.operand(v, dtype) for v in (x, y)]
        target = self.known(np.where(*operands)).view(np.ndarray)
        self._write(loop, [*operands, target])
        return target.view(Recorded)

    def reduce(
        self, ufunc: np.ufunc, array: Any, axis: Any = 0, out: Any = None, keepdims: bool = False
    ) -> Any:
        """`ufunc.reduce(array, axis, out=out, keepdims=keepdims)`."""
        if not isinstance(array, np.ndarray) or array.ndim == 0 or array.size == 0:
            raise Refused(f"{ufunc.__name__}.reduce of no axis, or of nothing")
        axes = _axes(axis, array.ndim)
        dtype = ufunc.resolve_dtypes((None, array.dtype, None), reduction=True)[0]
        loop = loop_of(ufunc, (dtype,) * 3)
        if loop is None or (dtype != array.dtype and array.size > 8192):
            raise Refused(f"{ufunc.__name__}.reduce of {array.dtype}: no loop")
        x = self.operand(array, dtype)
        shape = tuple(1 if i in axes else n for i, n in enumerate(x.shape))
        if out is None:
            target = self.known(np.empty(shape, dtype)).view(np.ndarray)
        else:
            target = self._target(out)
            if target.dtype != dtype or not target.flags.c_contiguous:
                raise Refused("a sum into memory of another kind")
        rows = target.reshape(shape)
        ufunc.reduce(x, axis=tuple(axes), out=rows, keepdims=True)
        self._reduce(ufunc, loop, x, rows, axes)
        if out is not None:
            return out
        found = target.view(Recorded)
        return (
            found if keepdims else found.reshape([n for i, n in enumerate(shape) if i not in axes])
        )

    def _reduce(
        self, ufunc: np.ufunc, loop: Loop, x: np.ndarray, rows: np.ndarray, axes: Sequence[int]
    ) -> None:
        """Row after row into their sum, or each row into a number of its own."""
        left = [i for i in range(x.ndim) if i not in axes]
        if not x.flags.c_contiguous:
            raise Refused(f"{ufunc.__name__}.reduce of an array with gaps")
        inner = int(np.prod([x.shape[i] for i in axes], dtype=np.int64))
        others = x.size // inner
        first = list(axes) == list(range(len(axes)))
        last = list(axes) == list(range(x.ndim - len(axes), x.ndim))
        if others > 1 and not (first or last):
            raise Refused(f"{ufunc.__name__}.reduce of an axis in the middle")
        total = rows.reshape(-1)
        if others == 1 or (last and not first) or (last and not left):
            table = x.reshape(others, inner)
            begin, identity = (0, True) if ufunc.identity is not None else (1, False)
            source = np.array(ufunc.identity, x.dtype) if identity else table[:, 0]
            if identity:
                self._kept.append(source)
            self._write(self._loop_between(x.dtype, x.dtype), [source, total])
            rest = table[:, begin:]
            if rest.shape[1]:
                self._along(loop, total, rest)
            return
        table = x.reshape(inner, others)
        if ufunc.identity is not None:
            source, begin = np.array(ufunc.identity, x.dtype), 0
            self._kept.append(source)
        else:
            source, begin = table[0], 1
        self._write(self._loop_between(x.dtype, x.dtype), [source, total])
        size = x.itemsize
        if inner > begin:
            self._row(
                total, loop, inner - begin,
                [_address(total), _address(table) + begin * others * size, _address(total)],
                [0, others * size, 0], [others], [size, size, size],
            )  # fmt: skip

    def _along(self, loop: Loop, total: np.ndarray, table: np.ndarray) -> None:
        """`total[i] = loop over table[i]`: result and first operand stand still."""
        step, inner = table.strides[0], table.strides[1]
        self._row(
            total, loop, len(table), [_address(total), _address(table), _address(total)],
            [total.itemsize, step, total.itemsize], [table.shape[1]], [0, inner, 0],
        )  # fmt: skip

    def matmul(self, x: Any, y: Any, out: Any = None) -> Any:
        """`np.matmul(x, y, out=out)`, of matrices, or of stacks of them."""
        dtype = np.result_type(x.dtype, y.dtype)
        if (
            x.ndim not in (2, 3)
            or y.ndim not in (2, x.ndim)
            or dtype.kind != "f"
            or (x.ndim == y.ndim == 3 and len(x) != len(y))
        ):
            raise Refused("a product of what are no matrices of floats")
        x, y = self.operand(x, dtype), self.operand(y, dtype)
        (m, k), n = x.shape[-2:], y.shape[-1]
        if out is None:
            target = self.known(np.empty((*x.shape[:-1], n), dtype)).view(np.ndarray)
        else:
            target = self._target(out)
            if target.dtype != dtype:
                raise Refused("a product in another type")
        if any(np.may_share_memory(factor, target) for factor in (x, y)):
            raise Refused("a product into one of its factors")
        loop = loop_of(np.matmul, (dtype,) * 3)
        if loop is None:
            raise Refused("matmul: no loop")
        np.matmul(x, y, out=target)
        self.work = max(self.work, x.size * n)
        three = (x, y, target)
        self._row(
            target, loop, len(x) if x.ndim == 3 else 1, [_address(a) for a in three],
            [a.strides[0] if a.ndim == 3 else 0 for a in three], [1, m, k, n],
            [0, 0, 0, *x.strides[-2:], *y.strides[-2:], *target.strides[-2:]],
        )  # fmt: skip
        return target.view(Recorded) if out is None else out

    def argmax(self, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        """`np.argmax(x, axis, keepdims=keepdims)`, along the last axis."""
        if axis not in (-1, x.ndim - 1) or 0 in x.shape:
            raise Refused("argmax along another axis than the last, or of nothing")
        loop = self._own_loop(f"argmax {x.dtype.name}")
        given = self.operand(x, x.dtype)
        target = self.known(np.argmax(given, axis=-1, keepdims=True)).view(np.ndarray)
        rows = _in_rows(given)
        self._row(
            target, loop, len(rows), [_address(rows), _address(target)],
            [rows.strides[0], target.itemsize], [rows.shape[1]], [rows.strides[1], 0],
        )  # fmt: skip
        return (target if keepdims else target[..., 0]).view(Recorded)

    def take(self, x: Any, places: Any) -> Any:
        """`x[places]`, of one axis, for places in it that are not negative."""
        given, at, loop = self._looked_up(x, places, "take")
        target = self.known(given[at]).view(np.ndarray)
        self._row(
            target, loop, 1, [_address(given), _address(at), _address(target)], [0, 0, 0],
            [at.size], [given.itemsize, at.itemsize, target.itemsize],
        )  # fmt: skip
        return target.view(Recorded)

    def put(self, x: Any, places: Any, value: Any) -> None:
        """`x[places] = value`, of one axis, for places in it that are not negative."""
        given, at, loop = self._looked_up(x, places, "put")
        numbers = np.ascontiguousarray(np.broadcast_to(self.operand(value, x.dtype), at.shape))
        if not self.is_known(numbers):
            raise Refused("numbers with gaps that are put somewhere")
        given[at] = numbers
        self._row(
            given, loop, 1, [_address(numbers), _address(at), _address(given)], [0, 0, 0],
            [at.size], [numbers.itemsize, at.itemsize, given.itemsize],
        )  # fmt: skip

    def _looked_up(self, x: Any, places: Any, what: str) -> tuple[np.ndarray, np.ndarray, Loop]:
        """Memory of one axis, where in it, and the loop."""
        given, at = self.operand(x, x.dtype), self.operand(places, places.dtype)
        if given.ndim != 1 or at.dtype != np.int64 or not at.flags.c_contiguous or at.size == 0:
            raise Refused(f"{what}: not places in an array of one axis")
        if at.min() < 0 or not given.flags.c_contiguous:
            raise Refused(f"{what}: places from the end, or memory with gaps")
        return given, at, self._own_loop(f"{what} {given.dtype.name}")

    def concatenate(self, arrays: Sequence[Any], axis: int = 0) -> Any:
        """`np.concatenate(arrays, axis)`, of one type."""
        plain = [a.view(np.ndarray) for a in arrays]
        found = self.known(np.concatenate(plain, axis))
        if any(a.dtype != found.dtype for a in plain):
            raise Refused("concatenate: several types")
        start = 0
        for a in plain:
            place = [slice(None)] * found.ndim
            place[axis] = slice(start, start := start + a.shape[axis])
            self.copy(found[tuple(place)], a)
        return found

    def axpy(self, y: Any, a: Any, x: Any) -> None:
        """`y += a x`, by the BLAS: see `kernels.axpy`."""
        loop = self._own_loop(f"axpy {y.dtype.name}")
        target, given = y.view(np.ndarray), self.operand(x, y.dtype)
        number = self.operand(a, y.dtype)
        if not self.is_known(target) or number.ndim or target.size > LARGE:
            raise Refused("axpy of what nobody knows, or of so much that threads share it")
        add_scaled(target, number[()], given)
        self.work = max(self.work, target.size)
        self._row(
            target, loop, 1, [_address(given), _address(number), _address(target)], [0, 0, 0],
            [target.size], [0, 0, 0],
        )  # fmt: skip

    # Rows of the table ----------------------------------------------------------------------------

    def _write(self, loop: Loop, arrays: Sequence[np.ndarray]) -> None:
        """The calls of an elementwise loop: the last array is the result, others fit its shape."""
        shape = arrays[-1].shape
        strides = [np.broadcast_to(a, shape).strides for a in arrays]
        axes = [i for i, n in enumerate(shape) if n != 1]
        axes.sort(key=lambda i: -abs(strides[-1][i]))  # the result's order; stable
        sides = [shape[i] for i in axes]
        steps = [[s[i] for i in axes] for s in strides]
        for i in reversed(range(len(sides) - 1)):
            if all(s[i] == s[i + 1] * sides[i + 1] for s in steps):
                sides[i] *= sides[i + 1]
                del sides[i + 1]
                for s in steps:
                    s[i] = s[i + 1]
                    del s[i + 1]
        if 0 in shape:
            return
        sides, steps = sides or [1], [s or [0] for s in steps]
        calls = sides[-2] if len(sides) > 1 else 1
        moves = [s[-2] if len(sides) > 1 else 0 for s in steps]
        outer = sides[:-2]
        if np.prod(outer, dtype=np.int64) > FURTHEST:
            raise Refused("an array whose numbers lie in too many pieces")
        for place in np.ndindex(*outer):
            starts = [
                _address(a) + sum(i * step for i, step in zip(place, s, strict=False))
                for a, s in zip(arrays, steps, strict=True)
            ]
            self._row(arrays[-1], loop, calls, starts, moves, [sides[-1]], [s[-1] for s in steps])

    def _row(
        self, target: np.ndarray, loop: Loop, calls: int, addresses: Sequence[int],
        moves: Sequence[int], dimensions: Sequence[int], strides: Sequence[int],
    ) -> None:  # fmt: skip
        row = [0] * WIDTH
        row[FUNCTION], row[DATA], row[CALLS], row[ARRAYS] = *loop, calls, len(addresses)
        for place, numbers in (
            (ADDRESSES, addresses), (MOVES, moves), (DIMENSIONS, dimensions), (STRIDES, strides)
        ):  # fmt: skip
            row[place : place + len(numbers)] = numbers
        self._rows.append(row)
        self._targets.append(_bounds(target))


def _bounds(array: np.ndarray) -> tuple[int, int]:
    """From where to where its memory reaches."""
    if not array.flags.c_contiguous:
        return np.lib.array_utils.byte_bounds(array)
    start = _address(array)
    return start, start + array.nbytes


def same_bytes(x: np.ndarray, y: np.ndarray) -> bool:
    """Whether two arrays of one shape and type are equal in every bit."""
    if x.dtype.kind not in "biuf" or x.itemsize > 8:  # no integer is as long
        return x.tobytes() == y.tobytes()
    bits = f"u{x.itemsize}"
    return np.array_equal(x.view(bits), y.view(bits))


def extent(arrays: Sequence[np.ndarray]) -> int:
    """How many bytes arrays reach over; what several of them share counts once."""
    total = reached = 0
    for low, high in sorted(map(_bounds, arrays)):
        total += max(0, high - max(low, reached))
        reached = max(reached, high)
    return total


def disturbed(array: np.ndarray, draws: np.random.Generator) -> np.ndarray:
    """Other numbers of the same kind, in another order: labels remain labels."""
    found = draws.permutation(array.reshape(-1)).reshape(array.shape)
    if array.dtype.kind == "f":
        with np.errstate(all="ignore"):
            return found * draws.random(array.shape).astype(array.dtype)
    return found + 1 if array.size == 1 and array.dtype.kind == "i" else found


def _in_rows(array: np.ndarray) -> np.ndarray:
    """As a table, whose rows are what lies along the last axis."""
    if not array.flags.c_contiguous:
        raise Refused("an array with gaps")
    return array.reshape(-1, array.shape[-1])


def _address(array: np.ndarray) -> int:
    return array.__array_interface__["data"][0]


def _same(x: np.ndarray, y: np.ndarray) -> bool:
    return (_address(x), x.shape, x.strides, x.dtype) == (_address(y), y.shape, y.strides, y.dtype)


def _as_given(values: Sequence[Any]) -> list[Any]:
    """For `result_type`: types of arrays, and numbers as they are."""
    return [v.dtype if isinstance(v, np.ndarray | np.generic) else v for v in values]


def _types(values: Sequence[Any]) -> list[Any]:
    """For `resolve_dtypes`: types of arrays, and of Python's numbers the classes."""
    found: list[Any] = []
    for v in values:
        if v is None:
            continue
        if isinstance(v, np.ndarray | np.generic):
            found.append(v.dtype)
        elif v.__class__ in (int, float):
            found.append(v.__class__)
        elif v.__class__ is bool:
            found.append(np.dtype(bool))
        else:
            raise Refused(f"an operand {type(v).__name__}")
    return found


def _axes(axis: Any, ndim: int) -> list[int]:
    if axis is None:
        return list(range(ndim))
    given = axis if isinstance(axis, tuple) else (axis,)
    return sorted(int(a) % ndim for a in given)
