"""Pickles that hold data are read as Python reads them; whatever else they ask for is refused."""

import contextlib
import os
import pickle
import pickletools
import random

import numpy as np
import pytest

from scratch.datasets.npz import read_npz
from scratch.datasets.pickles import WrongPickleError, load

SHARED = [1]
DATA = {
    "numbers": [0, 1, 255, 256, 65_535, 65_536, -1, 2**31, -(2**40), 1 << 300, 1.5, -0.0, 1e300],
    "constants": [None, True, False],
    "strings": ["", "plain", "ä\U0001f600", "a\nb", b"", b"\x00\xff"],
    "nested": {"a": [1, (2, (3, 4, 5), ())], "b": {"c": [[]]}, 3: (1, 2, 3, 4)},
    "shared": [SHARED, SHARED, {"again": SHARED}],
    "long": list(range(3000)),
    "many": {str(i): i for i in range(1500)},
}
PROTOCOLS = range(6)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("name", DATA)
def test_data(name, protocol):
    assert load(pickle.dumps(DATA[name], protocol)) == DATA[name]


def test_what_is_shared_stays_shared():
    found = load(pickle.dumps(DATA["shared"]))
    assert found[0] is found[1] is found[2]["again"]


ARRAYS = [
    np.arange(12, dtype=np.uint8).reshape(3, 4),
    np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    np.array([True, False]),
    np.arange(3, dtype=">i4"),
    np.arange(3, dtype="float16"),
    np.zeros((0, 5)),
    np.full((), 3.0),
]


@pytest.mark.parametrize("protocol", range(5))
@pytest.mark.parametrize("array", ARRAYS, ids=lambda a: f"{a.dtype} {a.shape}")
def test_arrays(array, protocol):
    found = load(pickle.dumps([array, array], protocol))
    np.testing.assert_array_equal(found[0], array, strict=True)
    assert found[0] is found[1]


def test_the_arrays_of_older_numpys():
    written = pickle.dumps(ARRAYS[0], 2).replace(b"numpy._core", b"numpy.core")
    np.testing.assert_array_equal(load(written), ARRAYS[0], strict=True)


def test_what_python_2_has_written():
    """A dictionary of byte strings, as CIFAR's batches are."""
    written = b"\x80\x02}q\x01(U\x06labelsq\x02]q\x03(K\x06K\x09eU\x04nameU\x02\xe4bu."
    assert load(written, encoding="bytes") == {b"labels": [6, 9], b"name": b"\xe4b"}
    assert load(written, encoding="latin-1") == {"labels": [6, 9], "name": "äb"}
    assert pickle.loads(written, encoding="bytes") == load(written, encoding="bytes")


class _Calls:
    def __init__(self, call, *arguments):
        self.call, self.arguments = call, arguments

    def __reduce__(self):
        return self.call, self.arguments


HOSTILE = {
    "a command": _Calls(os.system, "false"),
    "a function": _Calls(eval, "1"),
    "a class": _Calls(bytearray, 1 << 40),
    "an array of pointers": _Calls(np.frombuffer, b"12345678", "O"),
    "an attribute": _Calls(getattr, "", "join"),
    "a set": {1, 2},
    "a type with fields": np.zeros(2, [("a", "i4")]),
    "a date": np.array(["2020-01-01"], dtype="datetime64[D]"),
}


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_data_is_refused(name, protocol):
    with pytest.raises(WrongPickleError, match="Not read"):
        load(pickle.dumps(HOSTILE[name], protocol))


@pytest.mark.parametrize(
    "program",
    [b"", b"]", b".", b"(.", b"]e.", b"K\x01a.", b"j\xff\xff\xff\x7f.", b"\x8e" + b"\xff" * 8,
     b"cnumpy\nndarray\n)R.", b"cnumpy\ndtype\n(U\x02V8tR.", b"}K\x01b.", b"F1.5x\n."],
)  # fmt: skip
def test_damaged_programs(program):
    with pytest.raises(WrongPickleError, match="Not read"):
        load(program)


def test_a_memory_of_any_number_takes_no_room():
    """`r`, LONG_BINPUT, for which Python's own reader would ask for 64 GB."""
    assert load(b"]r\xff\xff\xff\x7f.") == []


def test_any_damage_is_one_clear_error():
    draws = random.Random(1)
    for seed in range(3000):
        content = bytearray(pickle.dumps([DATA["nested"], ARRAYS[seed % 5]], seed % 5))
        for _ in range(1 + seed % 3):
            content[draws.randrange(len(content))] = draws.randrange(256)
        with contextlib.suppress(WrongPickleError):
            load(bytes(content))


def test_it_knows_the_names_of_every_instruction():
    """Those that it does not know make objects, or are newer than data sets."""
    from scratch.datasets.pickles import _STEPS

    unknown = {op.name for op in pickletools.opcodes} - set(_STEPS) - {"STOP"}
    assert unknown == {
        "BINPERSID", "BYTEARRAY8", "EMPTY_SET", "ADDITEMS", "FROZENSET", "EXT1", "EXT2", "EXT4",
        "INST", "NEWOBJ", "NEWOBJ_EX", "NEXT_BUFFER", "OBJ", "PERSID", "READONLY_BUFFER",
    }  # fmt: skip


def test_npz(tmp_path):
    lists = np.empty(2, object)
    lists[:] = [[1, 2], [3]]
    path = tmp_path / "a.npz"
    np.savez(path, lists=lists, numbers=ARRAYS[0], words=np.array(["a", "bc"]))
    found = read_npz(str(path))
    assert found["lists"].tolist() == [[1, 2], [3]]
    np.testing.assert_array_equal(found["numbers"], ARRAYS[0], strict=True)
    assert found["words"].tolist() == ["a", "bc"]


def test_npz_that_runs_something(tmp_path):
    lists = np.empty(1, object)
    lists[0] = _Calls(os.system, "false")
    path = tmp_path / "a.npz"
    np.savez(path, lists=lists)
    with pytest.raises(ValueError, match=r"a.npz can't be read: .*posix.system"):
        read_npz(str(path))


def test_npz_that_is_none(tmp_path):
    path = tmp_path / "a.npz"
    path.write_bytes(b"no zip")
    with pytest.raises(ValueError, match=r"a.npz can't be read"):
        read_npz(str(path))
