"""Threads that share a product's blocks or a long vector: the bits of one thread."""

import importlib.util
import inspect
import itertools
import os
import threading
import time
from contextlib import nullcontext
from typing import Any

import numpy as np
import pytest

import scratch as keras
from scratch.kernels import denormals, openblas, products, table
from scratch.kernels.openblas import one_thread

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("numba") is None, reason="numba is not installed (the extra [fast])"
)
# (m, k), (k, n): cut along rows and along columns, with and without a rest; the last is so large
# that sleeping threads are woken.
SHAPES = [((32, 784), (784, 300)), ((784, 32), (32, 300)), ((301, 150), (150, 299)),
          ((33, 7000), (7000, 60)), ((700, 300), (300, 701))]  # fmt: skip
# What has vectors of one length for arguments, and so is shared.
RECTIFIERS = ["relu", "relu_backward"]
OPTIMIZERS = ("adadelta", "adagrad", "adam", "adamax", "add scaled", "decay_weights", "lion",
              "nadam", "nesterov", "rmsprop", "schedule_free_adamw")  # fmt: skip


@pytest.fixture(autouse=True)
def compiled(monkeypatch):
    """Compiled kernels, and as many threads as a test asks for, however many cores there are."""
    before = keras.config.kernels()
    keras.config.set_kernels("compiled")
    with one_thread:
        threads = one_thread.allowed
    yield
    keras.config.set_kernels(before)
    if openblas.KNOWN:
        _set_threads(threads)


def _have(threads, monkeypatch):
    from scratch.kernels.compiled import team

    if not team.KNOWN or not openblas.KNOWN:
        pytest.skip("no threads can be had here")
    monkeypatch.setattr(team, "cores", lambda: threads)
    _set_threads(threads)
    return team


def _set_threads(number):
    set_threads: Any = openblas._set_threads
    set_threads(number)


def _on_one_thread(x, y):
    with one_thread:
        out = np.empty((len(x), y.shape[1]), x.dtype)
        return products.in_blocks.definition(x, y, 1, out)


def _in_other_order(matrix, transposed):
    return np.asfortranarray(matrix) if transposed else matrix


@pytest.mark.parametrize("flushed", [False, True], ids=["denormals", "flushed"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("left", "right"), SHAPES)
def test_blocks_have_the_bits_of_numpys(left, right, dtype, flushed, monkeypatch):
    draws, tiny = np.random.default_rng(0), np.sqrt(np.finfo(dtype).tiny) / 4
    for threads, *transposed in itertools.product((1, 2, 4), (False, True), (False, True)):
        _have(threads, monkeypatch)
        for scale in (1, tiny):
            x, y = (_in_other_order((draws.normal(size=shape) * scale).astype(dtype), t)
                    for shape, t in zip((left, right), transposed, strict=True))  # fmt: skip
            x.flags.writeable = scale == 1
            found = np.full((left[0], right[1]), np.nan, dtype)
            with denormals.FlushToZero() if flushed else nullcontext():
                assert products.matmul(x, y, out=found) is found
                assert found.tobytes() == _on_one_thread(x, y).tobytes()


def _vectors(kernel, dtype, n, draws):
    for name, parameter in inspect.signature(kernel.definition).parameters.items():
        kind = str(parameter.annotation)
        if "ndarray" in kind:
            optional = "None" in kind or name in ("squares", "largest")
            yield None if optional and draws.random() < 0.5 else draws.random(n).astype(dtype)
        elif "bool" in kind:
            yield bool(draws.integers(2))
        else:
            yield np.dtype(dtype).type(draws.random())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", [*OPTIMIZERS, *RECTIFIERS])
def test_long_vectors_have_the_bits_of_the_definition(name, dtype, monkeypatch):
    from scratch.kernels.compiled.shared import WORTH

    keras.optimizers.get("adam")
    kernel = table.kernels[name]
    for number, threads in itertools.product(range(4), (1, 2, 3)):
        _have(threads, monkeypatch)
        for n in (WORTH - 1, WORTH, 2 * WORTH + 4_099):
            found = list(_vectors(kernel, dtype, n, np.random.default_rng(number)))
            expected = [x.copy() if isinstance(x, np.ndarray) else x for x in found]
            before = [x.copy() if isinstance(x, np.ndarray) else x for x in found]
            with np.errstate(invalid="ignore"):  # centered, a mean square may be below the mean's
                kernel.definition(*expected)
            table.twins[name](*found)
            changed = 0
            for x, y, given in zip(found, expected, before, strict=True):
                if isinstance(x, np.ndarray):
                    assert x.tobytes() == y.tobytes()
                    changed += x.tobytes() != given.tobytes()
            assert changed


def test_every_shared_twin_is_among_them():
    from scratch.kernels.compiled.shared import Shared

    every = {
        name for name, twin in table.twins.items() if isinstance(vars(twin)["__wrapped__"], Shared)
    }
    assert every | {"add scaled"} == {*OPTIMIZERS, *RECTIFIERS}


def test_threads_that_sleep_and_threads_that_are_awake(monkeypatch):
    team = _have(3, monkeypatch)
    monkeypatch.setattr(team, "team", team.Team())
    draws = np.random.default_rng(1)
    x, y = draws.normal(size=(784, 32)), draws.normal(size=(32, 300))
    expected = _on_one_thread(x, y).tobytes()
    for number in range(300):
        if number % 20 == 0:
            time.sleep(0.005)  # longer than anybody's patience
        assert products.matmul(x, y).tobytes() == expected
    assert len(team.team._bells) == 1  # two blocks: one thread beside the caller's


def test_who_comes_while_another_one_leads(monkeypatch):
    _have(2, monkeypatch)
    draws, wrong = np.random.default_rng(2), []
    pairs = [(draws.normal(size=(784, 32)), draws.normal(size=(32, 300))) for _ in range(4)]

    def computes(x, y):
        expected = _on_one_thread(x, y).tobytes()
        for _ in range(100):
            if products.matmul(x, y).tobytes() != expected:
                wrong.append(1)

    threads = [threading.Thread(target=computes, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not wrong


def test_no_more_threads_than_are_allowed(monkeypatch):
    team = _have(1, monkeypatch)
    monkeypatch.setattr(team, "cores", lambda: 4)
    monkeypatch.setattr(team, "team", team.Team())
    products.matmul(np.ones((784, 32)), np.ones((32, 300)))
    table.twins["add scaled"](np.ones(1 << 18), np.float64(1), np.ones(1 << 18))
    assert not team.team._bells


def test_more_threads_than_a_table_has_rows(monkeypatch):
    """A machine of 64 cores: a task has no more parts than there is room for."""
    team = _have(64, monkeypatch)
    monkeypatch.setattr(team, "team", team.Team())
    y, x = np.ones(1 << 18, "float32"), np.arange(1 << 18, dtype="float32")
    table.twins["add scaled"](y, np.float32(2), x)
    assert y.tobytes() == (1 + 2 * x).tobytes()
    assert len(team.team._bells) == team.ROWS - 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_makes_threads_of_its_own(monkeypatch):
    team = _have(2, monkeypatch)
    x, y = np.random.default_rng(3).normal(size=(2, 784, 784))
    expected = products.matmul(x, y).tobytes()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            fresh = not team.team._bells
            status = 0 if fresh and products.matmul(x, y).tobytes() == expected else 1
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_training_of_a_large_network_ends_on_the_same_bits(optimizer, monkeypatch):
    """Products in blocks, long vectors, and a recording that leaves both as lines."""
    from scratch.models.training import planned
    from scratch.network import replay

    monkeypatch.setattr(replay, "WAIT", 2)
    x, y = np.random.default_rng(0).normal(size=(320, 784)).astype("f"), np.arange(320) % 10
    ends = []
    for kernels, threads in (("numpy", 1), ("compiled", 1), ("compiled", 2)):
        _have(threads, monkeypatch)
        keras.config.set_kernels(kernels)
        keras.utils.set_random_seed(1)
        layers = [keras.Input((784,)), keras.layers.Dense(300, "relu"), keras.layers.Dense(10)]
        model = keras.Sequential(layers)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(optimizer, loss, metrics=["accuracy"])
        history = model.fit(x, y, 32, epochs=2, verbose=0).history
        ends.append([history, *(v.numpy().tobytes() for v in model.variables)])
        if kernels == "compiled":
            plan: Any = planned.of(model, "train")
            text = plan.replay.text
            assert not plan.replay.refusal
            assert "play(" in text
            assert text.count("matmul_in_blocks(") == 2, text
            assert "_update(weights, gradients, " in text
    assert ends[0] == ends[1] == ends[2]


def test_who_has_waited_too_long_goes_on_alone(monkeypatch):
    """For a while, for twice as long if it happens again soon, and as at first after a calm."""
    team = _have(2, monkeypatch)
    of_ours, threads, worth_it = team.Team(), [], True

    def lead(state, table, rows, number):
        threads.append(number)
        return worth_it

    def shared():
        """How many tasks are done alone until one is shared."""
        threads.clear()
        while 2 not in threads:
            of_ours.share(lambda table: 2, 2)
        return len(threads) - 1

    monkeypatch.setattr(team, "lead", lead)
    assert shared() == 0
    assert not of_ours.rests
    worth_it = False
    found = [shared() for _ in range(3)]
    assert found == [0, team.REST, 2 * team.REST]
    assert of_ours.rests
    worth_it = True
    assert [shared() for _ in range(3)] == [4 * team.REST, 0, 0]
    for _ in range(team.CALM):
        shared()
    worth_it = False
    assert [shared() for _ in range(2)] == [0, team.REST]
    for _ in range(12):
        shared()
    assert shared() == team.LONGEST_REST


@pytest.mark.parametrize(("his", "others", "alone"), [(0.5, 0, False), (0, 0.5, True)])
def test_a_leader_notices_that_he_waits_too_long(his, others, alone, monkeypatch):
    """Two rows, one for each thread, which take so many seconds. Both are loops of Python."""
    import ctypes

    from scratch.kernels.tape import ARRAYS, CALLS, FUNCTION

    team = _have(2, monkeypatch)
    of_ours, leader, both = team.Team(), threading.get_ident(), threading.Barrier(2)

    @ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 4)
    def loop(args, dimensions, strides, data):
        both.wait(10)
        time.sleep(his if threading.get_ident() == leader else others)

    def rows(table):
        for row in table[:2]:
            row[FUNCTION] = ctypes.cast(loop, ctypes.c_void_p).value
            row[CALLS], row[ARRAYS] = 1, 0
        return 2

    of_ours.share(rows, 2)
    assert of_ours._alone == (team.REST if alone else 0)
