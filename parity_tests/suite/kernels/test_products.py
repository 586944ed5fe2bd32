"""Products cut by their shape: the digits of one thread, on any number of them."""

import contextlib
import os
import subprocess
import sys
import threading
from typing import Any

import numpy as np
import pytest

from parity_tests.harness.tolerances import UNIT_ROUNDOFF
from scratch.kernels import openblas, products
from scratch.kernels.denormals import FlushToZero
from scratch.kernels.openblas import OneThread, one_thread

# Factors of one block and of several; cut along rows, along columns, along a stack.
SHAPES = [
    ((32, 784), (784, 300)),
    ((512, 784), (784, 300)),
    ((300, 500), (500, 700)),
    ((1, 784), (784, 300)),
    ((784,), (784, 300)),
    ((30_000, 784), (784,)),
    ((2, 4100, 64), (64, 33)),
    ((64, 130, 64), (64, 64, 65)),
    ((3, 1, 70, 700), (5, 700, 300)),
]

PROGRAM = """
import hashlib, sys
import numpy as np
from scratch.kernels import products, workers
workers.cores = lambda: 4  # however many there are
sys.modules["scratch.kernels.workers"].cores = workers.cores
from scratch.kernels.denormals import FlushToZero
digest = hashlib.sha256()
draws = np.random.default_rng(0)
for x, y in {shapes}:
    for dtype, tiny in (("float32", 1e-20), ("float64", 1e-160)):
        a, b = (draws.normal(size=shape).astype(dtype) for shape in (x, y))
        with FlushToZero():
            digest.update(products.matmul(a, b).tobytes())
            digest.update(products.matmul(a * a.dtype.type(tiny), b * b.dtype.type(tiny)).tobytes())
            if a.ndim == 2 == b.ndim and len(a) > 1:
                out = np.empty((b.shape[1], b.shape[1]), dtype)
                digest.update(products.transposed_matmul(b, b.copy(), out).tobytes())
print(digest.hexdigest())
"""


@pytest.mark.parametrize("core", ["SkylakeX", "Haswell", "Sandybridge"])
def test_digits_do_not_depend_on_threads(core):
    features = np.show_config("dicts")["SIMD Extensions"]["found"]
    if core == "SkylakeX" and not any("AVX512" in name or "V4" in name for name in features):
        pytest.skip("this processor has no AVX-512")
    found = {
        _printed(PROGRAM.format(shapes=SHAPES), OPENBLAS_CORETYPE=core, OPENBLAS_NUM_THREADS=n)
        for n in ("1", "2", "4")
    }
    assert len(found) == 1


def _printed(program: str, **environment: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize(("left", "right"), SHAPES)
def test_each_block_is_the_product_of_one_thread(left, right, precision):
    draws = np.random.default_rng(0)
    x, y = (draws.normal(size=shape).astype(precision) for shape in (left, right))
    found = products.matmul(x, y)
    with one_thread:
        whole = np.matmul(x, y)
        assert found.shape == whole.shape
        bound = 2 * x.shape[-1] * UNIT_ROUNDOFF[precision] * np.matmul(abs(x), abs(y))
        assert (abs(found - whole) <= bound).all()
        if products.can_be_cut(left, right):
            for i, j, k in products.blocks(left, right):
                whole[k] = np.matmul(x[i], y[j])
            assert found.tobytes() == whole.tobytes()


@pytest.mark.parametrize(("left", "right"), SHAPES)
def test_blocks_cover_the_product_once(left, right):
    if not products.can_be_cut(left, right):
        pytest.skip("one block")
    times = np.zeros((*left[:-1], right[-1]), int)
    blocks = products.blocks(left, right)
    for _, _, k in blocks:
        times[k] += 1
    assert (times == 1).all()
    work = np.prod(left) * right[-1]
    least, most = (1, 1) if work < products.FIRST else (2, products.MOST)
    assert least <= len(blocks) <= most


def test_the_number_of_blocks_follows_the_work():
    shapes = [((n, 784), (784, 300)) for n in (32, 64, 128, 256, 512, 60_000)]
    assert [len(products.blocks(*both)) for both in shapes] == [2, 2, 2, 4, 8, 8]


def test_a_product_of_little_work_is_not_cut(monkeypatch):
    cut = []
    monkeypatch.setattr(products, "in_blocks", lambda x, *others: cut.append(len(x)))
    for n in (16, 17, 18, 32):
        products.matmul(np.ones((n, 784)), np.ones((784, 300)))
    assert cut == [18, 32]


def test_into_memory_that_is_given():
    draws = np.random.default_rng(0)
    x, y = draws.normal(size=(512, 300)), draws.normal(size=(300, 400))
    out = np.full((512, 400), np.nan)
    assert products.matmul(x, y, out=out) is out
    assert out.tobytes() == products.matmul(x, y).tobytes()


def _set(threads: int) -> None:
    assert openblas._set_threads is not None
    openblas._set_threads(threads)


@pytest.mark.skipif(not openblas.KNOWN, reason="NumPy was built with another BLAS")
def test_the_number_of_threads_is_put_back():
    count: Any = openblas._get_threads
    before = count()
    _set(3)
    try:
        with one_thread, one_thread:
            assert count() == 1
            assert one_thread.allowed == 3
        assert count() == 3
        assert one_thread.allowed == 3
        with contextlib.suppress(ZeroDivisionError), one_thread:
            raise ZeroDivisionError
        assert count() == 3
    finally:
        _set(before)


@pytest.mark.skipif(not openblas.KNOWN, reason="NumPy was built with another BLAS")
def test_the_last_to_leave_puts_it_back():
    count: Any = openblas._get_threads
    both, first_left = threading.Barrier(2), threading.Event()
    before = count()
    _set(2)
    seen = []

    def leaves_last() -> None:
        with one_thread:
            both.wait(10)
            first_left.wait(10)
            seen.append(count())

    try:
        other = threading.Thread(target=leaves_last)
        other.start()
        with one_thread:
            both.wait(10)
        seen.append(count())
        first_left.set()
        other.join(10)
        assert seen == [1, 1]
        assert count() == 2
    finally:
        _set(before)


@pytest.mark.skipif(not openblas.KNOWN or not hasattr(os, "fork"), reason="no fork, or no OpenBLAS")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_process_that_is_forked_meanwhile_has_all_threads():
    count: Any = openblas._get_threads
    before, inside, leave = count(), threading.Event(), threading.Event()
    _set(2)

    def computes() -> None:
        with one_thread:
            inside.set()
            leave.wait(10)

    other = threading.Thread(target=computes)
    try:
        other.start()
        inside.wait(10)
        child = os.fork()
        if child == 0:
            right = count() == 2
            with one_thread:
                right = right and count() == 1
            os._exit(0 if right and count() == 2 else 1)
        assert os.waitpid(child, 0)[1] == 0
    finally:
        leave.set()
        other.join(10)
        _set(before)


def test_where_the_threads_cannot_be_set(monkeypatch):
    monkeypatch.setattr(openblas, "_get_threads", None)
    with OneThread() as blas:
        assert blas.allowed == 1


def test_denormals_are_zero_in_every_block():
    x, y = np.full((512, 600), 1e-20, "float32"), np.full((600, 512), 1e-20, "float32")
    with FlushToZero() as flush:
        found = products.matmul(x, y)
        assert not flush._active or not found.any()
    assert products.matmul(x, y).any()


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("rows", [1, 2, 7])
def test_a_transposed_product(rows, precision):
    draws = np.random.default_rng(rows)
    x, y = (draws.normal(size=(rows, n)) for n in (5, 3))
    out = np.full((5, 3), np.nan, precision)
    products.transposed_matmul(x.astype(precision), y.astype(precision), out)
    terms = np.abs(x[:, :, None] * y[:, None, :]).sum(axis=0)
    exact = np.array([[(x[:, i] * y[:, j]).sum() for j in range(3)] for i in range(5)])
    assert (np.abs(out - exact) <= (rows + 2) * UNIT_ROUNDOFF[precision] * terms).all()
    products.transposed_matmul(x, y, out)
    assert (np.abs(out - exact) <= (rows + 2) * UNIT_ROUNDOFF[precision] * terms).all()


def test_what_is_one_block_is_left_to_numpy():
    """By the number of multiplications, whichever side is longer; and who is told to be alone."""
    shapes = [(1, 1, 1), (2, 3, 400), (400, 3, 2), (64, 64, 64), (3, 4000, 2), (900, 900, 6)]
    for n, k, m in shapes:
        work = n * k * m
        function = np.matmul if work < products.FIRST else products.matmul
        assert products.product_of((n, k), (k, m)) == (function, work > products.ALONE)
        assert products.product_of((n, k), (k,)) == (np.matmul, n * k > products.ALONE)
    edge = products.ALONE // 2
    assert products.product_of((1, 2), (2, edge)) == (np.matmul, False)
    assert products.product_of((1, 2), (2, edge + 1)) == (np.matmul, True)
    edge = products.FIRST // 2
    assert products.product_of((1, 2), (2, edge - 1)) == (np.matmul, True)
    assert products.product_of((1, 2), (2, edge)) == (products.matmul, True)
