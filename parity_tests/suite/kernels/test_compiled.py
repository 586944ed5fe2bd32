"""Compiled kernels give the bits of their definitions, whatever the numbers are."""

import importlib.util
import inspect
import itertools
from contextlib import nullcontext
from typing import Any

import numpy as np
import pytest

import scratch as keras
from scratch.kernels import denormals, products, table
from scratch.kernels.windows import windows_on
from scratch.layers.normalization import standardize
from scratch.layers.pooling import pooling
from scratch.random import philox

NUMBA = importlib.util.find_spec("numba") is not None
needs_numba = pytest.mark.skipif(not NUMBA, reason="numba is not installed (the extra [fast])")
# Whose arrays have other shapes or types than one another: each has a test of its own.
AND_SUM = ["relu_backward_and_sum", "sigmoid_backward_and_sum", "tanh_backward_and_sum"]
BY_THEMSELVES = {
    "add_scaled_outers", "in blocks", "max_pool_backward", "moments", "multiply_add", "outer",
    "philox_rounds", "relu_of_sum", *AND_SUM
}  # fmt: skip
SIZES = (0, 1, 7, 4_099)  # the last is long enough for vectors of every width, and for a rest


@pytest.fixture(autouse=True)
def as_before():
    """The kernels that were chosen before a test are chosen after it."""
    before = keras.config.kernels()
    yield
    keras.config.set_kernels(before)


# Which arguments a kernel takes is read from its definition's signature.
def _arguments(definition, dtype, size, draws, optional):
    for name, parameter in inspect.signature(definition).parameters.items():
        kind = str(parameter.annotation).replace("numpy", "np")
        if name == "dropped":
            yield draws.random(size) < 0.4
        elif "ndarray" in kind:
            yield None if "None" in kind and not optional else _array(dtype, size, draws)
        elif "bool" in kind:
            yield optional
        else:
            assert "Any" in kind, f"{definition}: {name}: {kind}"
            yield np.dtype(dtype).type(draws.choice(_numbers(dtype)))


def _array(dtype, size, draws):
    """Numbers of every size, and in about a third of the places one of the special ones."""
    numbers = draws.normal(size=size) * 10.0 ** draws.integers(-12, 12, size)
    special = draws.choice(_specials(dtype), size)
    return np.where(draws.random(size) < 0.3, special, numbers.astype(dtype))


def _specials(dtype):
    limits = np.finfo(dtype)
    positive = [0, 1, limits.tiny, limits.tiny / 2, limits.smallest_subnormal, limits.max, np.inf]
    return np.array([*positive, *(-np.array(positive, dtype)), np.nan], dtype)


def _numbers(dtype):
    limits = np.finfo(dtype)
    return np.array([0.001, 0.1, 0.9, 1, 0, -0.0, -0.3, limits.tiny / 2, 1e30, np.inf], dtype)


def _bytes(array):
    """The array's bytes, where NaN is NaN whatever its bits are."""
    plain = array.copy()
    plain[plain != plain] = np.nan
    return plain.tobytes()


def _copied(given):
    return [x.copy() if isinstance(x, np.ndarray) else x for x in given]


def _twins():
    if not NUMBA:
        return ["none"]
    before = keras.config.kernels()
    keras.config.set_kernels("compiled")
    keras.config.set_kernels(before)
    return sorted(table.twins.keys() - BY_THEMSELVES)


@needs_numba
@pytest.mark.parametrize("flushed", [False, True], ids=["denormals", "flushed"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", _twins())
def test_a_twin_gives_the_bits_of_its_definition(name, dtype, flushed, monkeypatch):
    kernel, draws = table.kernels[name], np.random.default_rng(len(name))
    changed, left_alone, left = 0, 0, list[tuple]()
    for size, optional, _ in itertools.product(SIZES, (False, True), range(6)):
        given = list(_arguments(kernel.definition, dtype, size, draws, optional))
        expected, found = _copied(given), _copied(given)
        with np.errstate(all="ignore"), denormals.FlushToZero() if flushed else nullcontext():
            kernel.definition(*expected)
            with monkeypatch.context() as patched:
                patched.setattr(kernel, "definition", lambda *given, to=left: to.append(given))
                table.twins[name](*found)
        if left:  # to NumPy: the definition would be compared with itself
            left_alone, left = left_alone + 1, []
            continue
        for number, (a, b, start) in enumerate(zip(expected, found, given, strict=True)):
            if isinstance(a, np.ndarray):
                assert _bytes(a) == _bytes(b), (number, _difference(given, number, a, b))
                changed += _bytes(a) != _bytes(start)
    assert changed > 10
    assert left_alone == (24 if name == "adam" else 0)  # with AMSGrad's maximum


def _difference(given, number, a, b):
    at = next(i for i in range(a.size) if _bytes(a[i : i + 1]) != _bytes(b[i : i + 1]))
    return a[at], b[at], at, [x[at] if isinstance(x, np.ndarray) else x for x in given]


@needs_numba
@pytest.mark.parametrize("flushed", [False, True], ids=["denormals", "flushed"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("size", [(2, 2), (3, 2), (1, 3)])
@pytest.mark.parametrize("strides", [(2, 2), (1, 1), (3, 1)])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_a_maximum_gives_its_slopes_back_to_the_same_places(size, strides, padding, dtype, flushed):
    """With ties, zeros of both signs, denormals, NaN and infinities among inputs and slopes."""
    draws, w = np.random.default_rng(1), windows_on((6, 8), size, strides, (1, 1), padding)
    moved = 0
    for special, nan, finite in itertools.product((False, True), repeat=3):
        x = draws.choice(
            _specials(dtype) if special else np.array([0, 0.5, 1], dtype), (3, 6, 8, 5)
        )
        x[np.isnan(x)] = np.nan if nan else 1
        shape = (3, *w.output, 5)
        normal = draws.normal(size=30).astype(dtype)
        dy = draws.choice(np.concatenate([_numbers(dtype), normal]), shape)
        dy[~np.isfinite(dy)] = 1 if finite else np.inf
        y = np.full(shape, -np.inf, dtype)
        with np.errstate(all="ignore"), denormals.FlushToZero() if flushed else nullcontext():
            for _, outputs, inputs in w.taps:
                places = (slice(None), *outputs)
                y[places] = np.maximum(y[places], x[(slice(None), *inputs)])
            expected, found = ([np.empty(y.shape, bool), np.empty_like(x)] for _ in range(2))
            pooling.max_pool_backward.definition(x, y, dy, nan, finite, w, *expected)
            table.twins["max_pool_backward"](x, y, dy, nan, finite, w, *found)
        assert _bytes(found[1]) == _bytes(expected[1])
        assert found[0].tobytes() == expected[0].tobytes()
        moved += int(np.count_nonzero(expected[1]))
    assert moved > 100


@needs_numba
@pytest.mark.parametrize("flushed", [False, True], ids=["denormals", "flushed"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_weights_take_outer_products_in(dtype, flushed, monkeypatch):
    """Wherever they begin and end: before, in, behind and over the stretches that are added."""
    draws, left = np.random.default_rng(4), list[tuple]()
    for shapes in ([], [(1, 1)], [(3, 5)], [(40, 60)], [(9, 200), (70, 31)], [(1, 3000), (64, 64)]):
        for gap in (0, 7, 1024, 1500):
            pieces, size = list[tuple](), 0
            for n, m in shapes:
                size += gap
                pieces.append((size, _array(dtype, (1, n), draws), _array(dtype, (1, m), draws)))
                size += n * m
            y, g = _array(dtype, size + gap, draws), _array(dtype, size + gap, draws)
            a = np.dtype(dtype).type(draws.choice(_numbers(dtype)))
            found, expected = y.copy(), y.copy()
            with np.errstate(all="ignore"), denormals.FlushToZero() if flushed else nullcontext():
                products.add_scaled_outers.definition(expected, a, pieces, g.copy())
                with monkeypatch.context() as patched:
                    patched.setattr(products.add_scaled_outers, "definition", left.append)
                    table.twins["add_scaled_outers"](found, a, pieces, g)
            assert _bytes(found) == _bytes(expected), (shapes, gap)
    assert not left


@needs_numba
@pytest.mark.parametrize("name", [*_twins(), *sorted(BY_THEMSELVES)])
def test_a_twin_takes_what_its_definition_takes(name):
    def parameters(function):
        return list(inspect.signature(function).parameters)

    assert parameters(table.twins[name]) == parameters(table.kernels[name].definition)


@needs_numba
@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
@pytest.mark.parametrize("batch_size", [1, 16])
def test_a_training_ends_on_the_same_bits(optimizer, batch_size):
    x, y = np.random.default_rng(0).normal(size=(40, 7)).astype("float32"), np.arange(40) % 3
    ends = []
    for kernels in table.CHOICES:
        keras.config.set_kernels(kernels)
        keras.utils.set_random_seed(1)
        layers = keras.layers
        model = keras.Sequential(
            [
                keras.Input((7,)),
                layers.Dense(9, "relu"),
                layers.Dropout(0.3),
                layers.Dense(5, "tanh"),
                layers.Dense(3, "softmax"),
            ]
        )
        model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
        history = model.fit(x, y, batch_size, epochs=3, verbose=0).history
        ends.append([history, *(v.numpy().tobytes() for v in model.variables)])
    assert ends[0] == ends[1]


@needs_numba
@pytest.mark.parametrize(
    ("settings", "penalty", "taken_in"),
    [
        ({}, None, True), ({"weight_decay": 0.01}, None, True), ({}, "l2", False),
        ({"momentum": 0.9}, None, False), ({"clipnorm": 0.1}, None, False),
        ({"global_clipnorm": 0.1}, None, False), ({"clipvalue": 0.01}, None, False),
    ],
)  # fmt: skip
def test_weights_take_the_slopes_of_a_batch_of_one_in(settings, penalty, taken_in):
    """Where nobody else asks for the gradient; to the same bits, and so does the ordinary way."""
    from scratch.models.training import planned

    x, y = np.random.default_rng(0).normal(size=(12, 90)).astype("float32"), np.arange(12) % 3
    ends = []
    for kernels, eagerly in (("numpy", True), ("numpy", False), ("compiled", False)):
        keras.config.set_kernels(kernels)
        keras.utils.set_random_seed(1)
        layers = [keras.layers.Dense(n, kernel_regularizer=penalty) for n in (70, 41, 3)]
        model = keras.Sequential([keras.Input((90,)), *layers])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.SGD(0.001, **settings), loss, run_eagerly=eagerly)
        history = model.fit(x, y, 1, epochs=2, verbose=0).history
        ends.append([history, *(v.numpy().tobytes() for v in model.variables)])
        if kernels == "compiled":
            plan: Any = planned.of(model, "train")
            assert ("add_scaled_outers(" in plan.text) is taken_in
    assert ends[0] == ends[1] == ends[2]


@needs_numba
def test_an_optimizer_with_an_update_of_its_own_takes_nothing_in():
    class Still(keras.optimizers.SGD):
        def update(self, w, g, slots, *coeff):
            pass

    keras.config.set_kernels("compiled")
    model = keras.Sequential([keras.Input((90,)), keras.layers.Dense(70)])
    model.compile(Still(0.1), "mse")
    before = model.get_weights()
    model.fit(np.ones((12, 90)), np.ones((12, 70)), 1, verbose=0)
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


@needs_numba
@pytest.mark.parametrize("flushed", [False, True], ids=["denormals", "flushed"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_outer_product(dtype, flushed):
    draws = np.random.default_rng(3)
    for n, m in itertools.product((0, 1, 7, 130), (0, 1, 7, 130)):
        x, y = _array(dtype, (1, n), draws), _array(dtype, (1, m), draws)
        expected, found = np.empty((n, m), dtype), np.empty((n, m), dtype)
        with np.errstate(all="ignore"), denormals.FlushToZero() if flushed else nullcontext():
            products.outer.definition(x, y, expected)
            table.twins["outer"](x, y, found)
        assert _bytes(found) == _bytes(expected)


@needs_numba
@pytest.mark.parametrize("flushed", [False, True], ids=["denormals", "flushed"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_normalized_rows(dtype, flushed):
    draws = np.random.default_rng(4)
    for n, m, plain in itertools.product((1, 2, 7, 130), (1, 2, 7, 130), (True, False)):
        x = draws.normal(size=(n, m)).astype(dtype) if plain else _array(dtype, (n, m), draws)
        factor, shift = _array(dtype, (1, m), draws), _array(dtype, (1, m), draws)
        ends = []
        for kernels in table.CHOICES:
            made = [np.empty_like(y) for y in (factor, x, factor, x)]
            keras.config.set_kernels(kernels)
            with np.errstate(all="ignore"), denormals.FlushToZero() if flushed else nullcontext():
                standardize.moments(x, (0,), *made[:3])
                standardize.multiply_add(x, factor, shift, made[3])
            ends.append([_bytes(y) for y in made])
        assert ends[0] == ends[1], (n, m)


@needs_numba
@pytest.mark.parametrize("flushed", [False, True], ids=["denormals", "flushed"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ["relu_of_sum", *AND_SUM])
def test_rows_with_a_bias(name, dtype, flushed, monkeypatch):
    """But where a row has a single number: NumPy adds these up in another order."""
    draws, changed = np.random.default_rng(5), 0
    for n, m, plain in itertools.product((0, 1, 2, 9, 130), (1, 2, 7, 130), (True, False)):
        rows, row = (_array(dtype, shape, draws) for shape in ((n, m), (m,)))
        if plain:  # the sum of negative zeros has a sign
            rows, row = np.where(draws.random(m) < 0.3, -0.0, draws.normal(size=(2, m))).astype(
                dtype
            )
            rows = rows * draws.random((n, 1)).astype(dtype)
        given = [rows, rows[::-1].copy(), np.ones_like(rows), np.ones_like(row)]
        left = list[tuple]()  # to NumPy
        if name == "relu_of_sum":
            given = [rows, row, rows.copy()]
        expected, found = _copied(given), _copied(given)
        with np.errstate(all="ignore"), denormals.FlushToZero() if flushed else nullcontext():
            table.kernels[name].definition(*expected)
            with monkeypatch.context() as patched:
                patched.setattr(table.kernels[name], "definition", lambda *g, to=left: to.append(g))
                table.twins[name](*found)
        assert bool(left) == (m == 1), (n, m)
        if left:
            continue
        for a, b, start in zip(expected, found, given, strict=True):
            assert _bytes(a) == _bytes(b), (n, m)
            changed += _bytes(a) != _bytes(start)
    assert changed > 20


@needs_numba
@pytest.mark.parametrize("blocks", [0, 1, 3, 20_001])
def test_random_words_are_those_of_one_block_after_the_other(blocks):
    draws = np.random.default_rng(blocks)
    positions = draws.integers(0, 2**64, blocks, np.uint64, endpoint=False)
    positions[:2] = (2**64 - 1, 2**32)[:blocks]
    high, key = 2**64 - 2**31 - 1, (0xFFFFFFFF, 0x9E3779B9)
    keras.config.set_kernels("compiled")
    found = philox.philox_blocks(positions, high, key)
    keras.config.set_kernels("numpy")
    assert found.tobytes() == philox.philox_blocks(positions, high, key).tobytes()
    for position, words in list(zip(positions.tolist(), found.tolist(), strict=True))[:100]:
        counter = (position & 0xFFFFFFFF, position >> 32, high & 0xFFFFFFFF, high >> 32)
        assert tuple(words) == philox.philox_block(counter, key)
