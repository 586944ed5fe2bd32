"""NumPy's loops, found and called by their addresses: NumPy's digits."""

import ctypes
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from scratch.kernels import inner_loops

HAS_GIL = getattr(sys, "_is_gil_enabled", lambda: True)()


@pytest.mark.skipif(
    sys.implementation.name != "cpython" or not HAS_GIL, reason="its objects are laid out otherwise"
)
def test_the_table_is_found():
    """Else nothing would be recorded, and no test of what is recorded would run."""
    assert inner_loops.KNOWN


@pytest.mark.skipif(not inner_loops.KNOWN, reason="where NumPy keeps its loops is not known here")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("ufunc", [np.add, np.subtract, np.multiply, np.maximum], ids=str)
def test_a_loop_computes_what_its_ufunc_computes(ufunc, dtype):
    a, b = np.random.default_rng(0).normal(size=(2, 7)).astype(dtype)
    y = np.empty_like(a)
    loop = inner_loops.loop_of(ufunc, (a.dtype,) * 3)
    assert loop is not None
    function = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 4)(loop.function)
    args = (ctypes.c_void_p * 3)(a.ctypes.data, b.ctypes.data, y.ctypes.data)
    dimensions, strides = (ctypes.c_ssize_t * 1)(7), (ctypes.c_ssize_t * 3)(*[a.itemsize] * 3)
    at = ctypes.addressof
    function(at(args), at(dimensions), at(strides), loop.data)
    np.testing.assert_array_equal(y, ufunc(a, b), strict=True)


def test_there_is_no_loop_for_types_that_a_ufunc_does_not_take():
    assert inner_loops.loop_of(np.bitwise_and, (np.dtype("float32"),) * 3) is None


@pytest.mark.skipif(not inner_loops.KNOWN, reason="where NumPy keeps its loops is not known here")
@pytest.mark.parametrize("wrong", ["nin", "nout", "nargs", "ntypes", "name", "types"])
def test_a_struct_that_says_something_else_is_not_trusted(wrong, monkeypatch):
    """Another NumPy may have it laid out otherwise: then nothing is recorded."""
    real = inner_loops._Ufunc.from_address(id(np.add))
    fields = {field[0]: getattr(real, field[0]) for field in inner_loops._Ufunc._fields_}
    kept = ctypes.create_string_buffer(bytes([1] * real.nargs), real.nargs)
    other = {"name": b"subtract", "types": ctypes.addressof(kept)}.get(wrong, 1 + fields["nargs"])

    class Lying:
        @staticmethod
        def from_address(address):
            return SimpleNamespace(**fields | {wrong: other})

    assert inner_loops._as_expected(np.add)
    monkeypatch.setattr(inner_loops, "_Ufunc", Lying)
    assert not inner_loops._as_expected(np.add)
