"""What a tape plays gives the bits of what was recorded, on numbers that it has never seen."""

import ctypes
import importlib
import importlib.util
from typing import Any

import numpy as np
import pytest

from scratch.kernels import inner_loops
from scratch.kernels.inner_loops import Loop, loop_of
from scratch.kernels.recorded import Refused, put, taken
from scratch.kernels.tape import (
    ADDRESSES,
    ARRAYS,
    CALLS,
    DATA,
    DIMENSIONS,
    FUNCTION,
    MOVES,
    STRIDES,
    Tape,
    disturbed,
)

NUMBA = importlib.util.find_spec("numba") is not None
pytestmark = pytest.mark.skipif(
    not inner_loops.KNOWN, reason="where NumPy keeps its loops is not known here"
)
SHAPES = [(32, 8), (32, 1), (1, 8), (5, 4, 3), (300, 10), (1, 1), (129,), (1000, 2), (2, 1, 3)]
LOOP = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 4)
_kept: list[Any] = []


def played_by_python(table):
    """What `compiled.loops.play` does, call after call."""
    for row in table.tolist():
        loop = LOOP(row[FUNCTION])
        dimensions = (ctypes.c_int64 * 4)(*row[DIMENSIONS:STRIDES])
        strides = (ctypes.c_int64 * 12)(*row[STRIDES:])
        for call in range(row[CALLS]):
            args = (ctypes.c_int64 * 4)(
                *(row[ADDRESSES + a] + call * row[MOVES + a] for a in range(row[ARRAYS]))
            )
            loop(ctypes.addressof(args), ctypes.addressof(dimensions), ctypes.addressof(strides),
                 row[DATA])  # fmt: skip


class LoopsInPython(dict):
    """The loops that no ufunc has, as functions of Python."""

    def __contains__(self, name):
        return name.split()[0] in ("select", "argmax", "take", "put") or " to " in name

    def __missing__(self, name):
        what, kind, *target = name.split()
        if what in ("take", "put"):
            function = LOOP(_looking_up(what, np.dtype(kind)))
        else:
            kinds = {"select": ["bool", kind, kind, kind], "argmax": [kind, "int64"]}
            function = LOOP(_elementwise(what, kinds.get(what, [what, *target])))
        _kept.append(function)
        self[name] = Loop(ctypes.cast(function, ctypes.c_void_p).value or 0, 0)
        return self[name]


def _elementwise(what, kinds):
    def loop(args, dimensions, strides, data):
        n = ctypes.c_int64.from_address(dimensions).value
        *given, out = (
            _numbers_at(args + 8 * i, n, strides + 8 * i, kind) for i, kind in enumerate(kinds)
        )
        if what == "select":
            out[...] = np.where(*given)
        else:
            out[...] = np.argmax(*given) if what == "argmax" else given[0].astype(out.dtype)

    return loop


def _looking_up(what, dtype):
    def loop(args, dimensions, strides, data):
        n = ctypes.c_int64.from_address(dimensions).value
        first, at, last = ((ctypes.c_int64 * 3).from_address(args))[:]
        for i, place in enumerate((ctypes.c_int64 * n).from_address(at)):
            places = (place, i) if what == "take" else (i, place)
            size = dtype.itemsize
            ctypes.memmove(last + size * places[1], first + size * places[0], size)

    return loop


def _numbers_at(address, n, stride, kind):
    start = ctypes.c_int64.from_address(address).value
    step = ctypes.c_int64.from_address(stride).value
    dtype = np.dtype(kind)
    low = start + min(0, step * (n - 1))
    memory = (ctypes.c_char * (abs(step) * (n - 1) + dtype.itemsize)).from_address(low)
    return np.ndarray((n,), dtype, memory, start - low, (step,))


def _players():
    yield pytest.param((LoopsInPython, played_by_python), id="python")
    yield pytest.param("numba", marks=pytest.mark.skipif(not NUMBA, reason="numba is missing"))


@pytest.fixture(params=_players())
def player(request):
    """The loops of one's own, and what plays a table."""
    if request.param != "numba":
        return request.param[0](), request.param[1]
    loops = importlib.import_module("scratch.kernels.compiled.loops")
    return loops.OwnLoops(), loops.play


def elementwise(x, b):
    z = np.multiply(x, 2)
    z += b
    np.tanh(z, out=z)
    return [
        z, 1 / (1 + z), z**2, np.exp(-np.abs(z)), np.log1p(np.square(z)), np.sqrt(np.abs(z)),
        np.clip(z, -0.5, 0.5), np.where(z > 0.1, z, 0), (z > 0.2).astype("float32"),
        np.maximum(z, b), -z, z * np.float64(2), z.T + 1, z[..., ::2] * 3, z[:1] - z,
    ]  # fmt: skip


def sums(x, b):
    return [
        x.sum(), x.sum(axis=0), x.sum(axis=-1), x.mean(axis=-1), x.mean(), np.mean(x, axis=0),
        np.add.reduce(x, axis=0, keepdims=True), np.maximum.reduce(x, axis=-1, keepdims=True),
        np.maximum.reduce(x, axis=None), np.minimum.reduce(x, axis=0), np.sum(x * b, axis=-1),
        np.multiply.reduce(x, axis=0), np.add.reduce(x > 0, axis=None),
    ]  # fmt: skip


def places(x, b):
    y = x.copy()
    y[:1] = 0
    y[..., 0] = 7
    halves = np.concatenate([x, y * 2], axis=0)
    filled = np.empty_like(x)
    filled[...] = b
    return [y, halves, filled, np.zeros_like(x), np.expand_dims(x, 0) + y, np.split(halves, 2)[1],
            x.astype("float64") - 1, np.stack([x, y]),
            np.broadcast_to(x[:1], x.shape) + y]  # fmt: skip


def products(x, b):
    w = np.concatenate([np.expand_dims(b, 1), np.expand_dims(b, 1) * 2], axis=1)
    z = np.matmul(x, w)
    return [z, np.matmul(z, w.T), *([np.matmul(x.T, z), np.matmul(x.T, x)] if x.ndim == 2 else [])]


def rows(x, b):
    return [np.argmax(x, axis=-1), np.argmax(x * -1, axis=x.ndim - 1, keepdims=True) + 1]


def _drawn(draws, shape, dtype):
    numbers = draws.normal(size=shape)
    special = draws.choice([0.0, -0.0, np.inf, -np.inf, np.nan, 1e-40, 1e-310], shape)
    return np.where(draws.random(shape) < 0.02, special, numbers).astype(dtype)


def _same(x, y):
    x, y = np.asarray(x), np.asarray(y)
    assert (x.shape, x.dtype) == (y.shape, y.dtype)
    if x.dtype.kind == "f":  # NaN counts as NaN
        x, y = (np.where(np.isnan(a), np.nan, a) for a in (x, y))
    return x.tobytes() == y.tobytes()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    "work", [elementwise, sums, places, products, rows], ids=lambda w: w.__name__
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_other_numbers_give_the_same_bits(shape, dtype, work, player):
    if work is products and len(shape) < 2:
        return
    loops, play = player
    draws, tape = np.random.default_rng(0), Tape(loops)
    x, b = _drawn(draws, shape, dtype), _drawn(draws, shape[-1:], dtype)
    recorded = tape.known(x), tape.known(b)
    with tape.recording():
        found = work(*recorded)
    for same, expected in zip(found, work(x.copy(), b.copy()), strict=True):
        assert _same(same, expected)  # the recording computes, too
    for _ in range(2):
        x[...], b[...] = _drawn(draws, shape, dtype), _drawn(draws, b.shape, dtype)
        expected = work(x.copy(), b.copy())
        play(tape.table(0, len(tape)))
        for i, (same, wanted) in enumerate(zip(found, expected, strict=True)):
            assert _same(same, wanted), i


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_numbers_are_looked_up_and_put_where_numbers_say(dtype, player):
    """Which places these are is another matter in each batch."""
    loops, play = player
    draws, tape = np.random.default_rng(0), Tape(loops)
    x, at = draws.normal(size=(4, 5)).astype(dtype), np.array([[0, 6], [12, 19]])

    def work(x, at):
        found, row = taken(x.reshape(-1), at), x.copy().reshape(-1)
        put(row, at, found * 2 + 1)
        put(row, at + -0, taken(row, at) - 1)
        return [found, row]

    with tape.recording():
        found = work(tape.known(x), tape.known(at))
    for _ in range(3):
        expected = work(x.copy(), at.copy())
        assert all(map(_same, found, expected))
        assert expected[1][at[1, 0]] == 2 * x.reshape(-1)[at[1, 0]]
        x[...] = draws.normal(size=x.shape)
        at[...] = draws.permutation(20)[:4].reshape(2, 2)
        play(tape.table(0, len(tape)))


@pytest.mark.parametrize("wrong", ["negative", "axes", "gaps", "type"])
def test_other_places_are_refused(wrong):
    tape = Tape(LoopsInPython())
    x, at = tape.known(np.arange(12.0)), np.array([1, 2, 3])
    x = {"axes": x.reshape(3, 4), "gaps": x[::2]}.get(wrong, x)
    at = {"negative": at - 2, "type": at.astype("int32")}.get(wrong, at)
    with pytest.raises(Refused), tape.recording():
        taken(x, tape.known(at))


def test_what_lies_between_known_memory():
    tape, x, y = Tape({}), np.arange(10, dtype="uint8"), np.arange(3, dtype="uint8")
    tape.known(x[2:4])
    tape.known(x[7:])
    parts = tape.unknown_parts([x[1:6], x, y, x.reshape(2, 5), x[::3]])
    assert sorted(part.tolist() for part in parts) == [[0, 1], [0, 1, 2], [4, 5, 6]]
    parts[0][...] = 9  # the memory itself
    assert 9 in x or 9 in y
    tape.known(x)
    assert [part.tolist() for part in tape.unknown_parts([x, y])] == [y.tolist()]


def test_large_memory_that_nobody_knows_is_not_written_to():
    tape = Tape(LoopsInPython())
    x, y, large = tape.known(np.ones((200, 1))), tape.known(np.ones((1, 200))), np.ones((200, 200))
    with pytest.raises(Refused, match="large"), tape.recording():
        np.matmul(x, y, out=large)


REFUSED = {
    "a number taken out": lambda x: float(x[0]),
    "a decision": lambda x: x if x.sum() > 0 else -x,
    "a whole number": lambda x: int(x[0]),
    "no ufunc": lambda x: np.argsort(x),
    "a method": lambda x: x.argmax(),
    "places": lambda x: x.take([0, 1]),
    "what nobody has seen": lambda x: x + np.asarray(x).cumsum(),
    "one in the other": lambda x: np.add(x[1:], x[:-1], out=x[1:]),
    "from a number on": lambda x: np.add.reduce(x, initial=3.0),
    "some of them": lambda x: np.add(x, 1, where=x > 0),
    "running sums": lambda x: np.add.accumulate(x),
    "in another order": lambda x: np.add.reduce(x.reshape(2, 2, -1), axis=1),
    "several results": lambda x: np.divmod(x, 2),
    "too large": lambda x: np.concatenate([x] * 2000) * 2,
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_followed_is_refused(name):
    tape = Tape(LoopsInPython())
    x = tape.known(np.arange(1.0, 13.0))
    with pytest.raises(Refused), tape.recording():
        REFUSED[name](x)


def test_where_nothing_is_recorded_it_is_an_array():
    x = Tape({}).known(np.arange(6.0).reshape(2, 3))
    assert float(x.sum()) == 15 and x.argmax() == 5 and bool(x[1, 1] == 4)
    assert type(x + 1) is np.ndarray and type(np.concatenate([x, x])) is np.ndarray
    assert type(x.copy()) is np.ndarray
    x[0] = 7
    x += 1
    assert x.tolist() == [[8, 8, 8], [4, 5, 6]]


def test_a_loop_is_that_of_the_types():
    f, d, b = (np.dtype(name) for name in ("float32", "float64", "bool"))
    found = {loop_of(np.add, (t, t, t)) for t in (f, d)}
    assert len(found) == 2
    assert loop_of(np.greater, (f, f, b)) is not None
    assert loop_of(np.greater, (f, f, f)) is None
    assert loop_of(np.sqrt, (b, b)) is None


def test_what_a_statement_changes_unseen_is_noticed():
    tape, x = Tape({}), np.arange(4.0)
    tape.known(x)
    before, start = tape.snapshot(), len(tape)
    assert not tape.changed_unseen(before, start)
    x += 1
    assert tape.changed_unseen(before, start)
    tape.restore(before)
    assert x.tolist() == [0, 1, 2, 3]
    draws = np.random.default_rng(0)
    tape.disturb([x[1:2]], draws)
    assert x.tolist() == [0, 1, 2, 3]  # all of it, since a part is spared
    tape.disturb([np.zeros(4)], draws)
    assert (x != before[0]).sum() > 1 and x.min() >= 0 and x.max() < 3
    assert disturbed(np.array(3), draws) == 4 and 0 < disturbed(np.array(2.0), draws) < 2
    labels = disturbed(np.arange(9), draws)
    assert sorted(labels) == list(range(9)) and not np.array_equal(labels, np.arange(9))
