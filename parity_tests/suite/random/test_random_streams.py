"""The random streams: the bits of Philox, Keras's distributions, seeds, and fit's order.

Everything drawn is compared bit for bit with Keras on TensorFlow.
"""

import random as python_random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")

from parity_tests.harness.tolerances import LIBM_ULPS, SIGMAS  # noqa: E402
from scratch import quirks  # noqa: E402
from scratch import random as ours  # noqa: E402
from scratch.context import naming  # noqa: E402
from scratch.random import libm, permutation, philox, seeding  # noqa: E402

SEEDS = [0, 1, 1337, -1, 2**31 - 2, 2**31, 2**40, -(2**63)]
FLOATS = ["float32", "float64", "float16"]
DRAWS = {
    "uniform": {"minval": -0.3, "maxval": 0.7},
    "normal": {"mean": 0.25, "stddev": 1.7},
    "truncated_normal": {"mean": -0.1, "stddev": 0.05},
}


def ulps(a, b):
    """The largest difference, in units in the last place of `b`."""
    a, b = np.asarray(a), np.asarray(b)
    return float(np.max(np.abs(a.astype(np.float64) - b) / np.spacing(np.abs(b)), initial=0.0))


def assert_same_bits(actual, expected):
    expected = np.asarray(expected)
    assert actual.dtype == expected.dtype
    assert actual.shape == expected.shape
    assert actual.tobytes() == expected.tobytes(), f"{(actual != expected).mean():.2%} differ"


@pytest.fixture(autouse=True)
def restore_random_state(monkeypatch):
    """What a test does to global seeds ends with it."""
    for name in ("seed", "generator", "shuffles"):
        monkeypatch.setattr(seeding.state, name, getattr(seeding.state, name))
    kept = python_random.getstate(), np.random.get_state()
    yield
    python_random.setstate(kept[0])
    np.random.set_state(kept[1])


def seed_everything(seed):
    keras.utils.set_random_seed(seed)
    ours.set_random_seed(seed)


# Philox


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        (
            (0, 0, 0, 0),
            (0, 0),
            (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8),
        ),
        (
            (0xFFFFFFFF,) * 4,
            (0xFFFFFFFF,) * 2,
            (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
        ),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
    ids=["zeros", "ones", "digits of pi"],
)
def test_philox_gives_the_known_answers_of_its_authors(counter, key, expected):
    assert philox.philox_block(counter, key) == expected
    position = np.array([counter[0] | counter[1] << 32], np.uint64)
    blocks = philox.philox_blocks(position, counter[2] | counter[3] << 32, key)
    assert tuple(blocks[0].tolist()) == expected


word = st.integers(0, 2**32 - 1)


@settings(derandomize=True, deadline=None, max_examples=30)
@given(
    positions=st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=5),
    high=st.integers(0, 2**64 - 1),
    key=st.tuples(word, word),
)
def test_many_blocks_are_the_single_blocks(positions, high, key):
    blocks = philox.philox_blocks(np.array(positions, np.uint64), high, key)
    for position, block in zip(positions, blocks.tolist(), strict=True):
        counter = position & philox.LOW, position >> 32, high & philox.LOW, high >> 32
        assert tuple(block) == philox.philox_block(counter, key)


def test_a_stream_can_be_cut_anywhere():
    stream = philox.Philox.stateless(3, 0)
    whole = stream.words(4 * philox.CHUNK + 7)
    assert np.array_equal(whole[8:], stream.words(len(whole) - 8, start=2))
    assert np.array_equal(whole[:5], stream.words(5))
    assert len(stream.words(0)) == 0


# the C library's functions


def test_logarithm_sine_and_cosine_are_accurate():
    generator = np.random.default_rng(0)
    u = np.maximum(generator.random(20000, np.float32), np.float32(1e-7))
    u[:3] = 1e-7, 0.5, 0.25
    assert ulps(libm.log(u), np.log(u.astype(np.float64)).astype(np.float32)) <= LIBM_ULPS
    v = np.float32(2 * np.pi) * generator.random(20000, np.float32)
    sine, cosine = libm.sin_cos(v)
    assert ulps(sine, np.sin(v.astype(np.float64)).astype(np.float32)) <= LIBM_ULPS
    assert ulps(cosine, np.cos(v.astype(np.float64)).astype(np.float32)) <= LIBM_ULPS


# distributions


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", DRAWS)
def test_draws_are_those_of_keras(name, dtype, seed):
    arguments = {**DRAWS[name], "dtype": dtype, "seed": seed}
    actual = getattr(ours, name)((7, 11), **arguments)
    assert_same_bits(actual, getattr(keras.random, name)((7, 11), **arguments))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", DRAWS)
def test_many_draws_are_those_of_keras(name, dtype):
    # Enough for logarithms near both ends, third blocks of truncated groups and several chunks.
    shape = (100_003,)
    actual = getattr(ours, name)(shape, dtype=dtype, seed=8)
    assert_same_bits(actual, getattr(keras.random, name)(shape, dtype=dtype, seed=8))


@pytest.mark.parametrize("shape", [(), (0,), (1,), (3, 0, 2), (5,), (2, 3, 4)])
@pytest.mark.parametrize("name", DRAWS)
def test_draws_have_the_shape_asked_for(name, shape):
    for dtype in FLOATS:
        actual = getattr(ours, name)(shape, dtype=dtype, seed=4)
        assert_same_bits(actual, getattr(keras.random, name)(shape, dtype=dtype, seed=4))


def test_array_arguments_broadcast():
    low, high = np.array([0.0, -1.0]), np.array([[1.0], [2.0], [3.0]])
    for dtype in ("float32", "float64"):
        expected = keras.random.uniform((3, 2), minval=low, maxval=high, dtype=dtype, seed=1)
        assert_same_bits(ours.uniform((3, 2), low, high, dtype, 1), expected)
        expected = keras.random.normal((3, 2), mean=low, stddev=high, dtype=dtype, seed=1)
        assert_same_bits(ours.normal((3, 2), low, high, dtype, 1), expected)


def test_quirk_k1_rounds_the_bounds_of_float64_uniforms():
    expected = keras.random.uniform((9,), -0.1, 0.3, dtype="float64", seed=5)
    assert_same_bits(ours.uniform((9,), -0.1, 0.3, "float64", 5), expected)
    with quirks.without("K1"):
        exact = ours.uniform((9,), -0.1, 0.3, "float64", 5)
    u = ours.uniform((9,), dtype="float64", seed=5)
    assert_same_bits(exact, u * (0.3 - -0.1) + -0.1)
    assert not np.array_equal(exact, expected)


@pytest.mark.parametrize(
    ("low", "high", "dtype"),
    [
        (0, 10, "int32"),
        (-3, 10, "int32"),
        (-(2**31), 2**31 - 1, "int32"),
        (0, 10, "int64"),
        (-(2**62), 2**62 + 1, "int64"),
        (-(2**63), 2**63 - 1, "int64"),
        (0, 200, "uint8"),
        (-5, 5, "int8"),
        (0, 70000, "uint32"),
    ],
)
def test_integers_are_those_of_keras(low, high, dtype):
    expected = keras.random.randint((301,), low, high, dtype=dtype, seed=6)
    assert_same_bits(ours.randint((301,), low, high, dtype, 6), expected)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_shuffle_is_keras(axis):
    x = np.arange(60).reshape(5, 12)
    assert_same_bits(ours.shuffle(x, axis, 3), keras.random.shuffle(x, axis=axis, seed=3))
    # Long enough for equal sort keys.
    row = np.arange(20_000)
    assert_same_bits(ours.shuffle(row, seed=3), keras.random.shuffle(row, seed=3))


def test_categorical_is_keras():
    logits = np.random.default_rng(0).normal(size=(6, 9)).astype(np.float32)
    logits[1, 3] = -np.inf
    expected = keras.random.categorical(logits, 11, seed=3)
    assert_same_bits(ours.categorical(logits, 11, seed=3), expected)


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
@pytest.mark.parametrize("rate", [0.0, 1e-3, 0.1, 0.25, 0.3, 0.5, 0.999, 1.0])
def test_dropout_is_keras(rate, dtype):
    x = np.random.default_rng(0).normal(size=(13, 17)).astype(dtype)
    expected = keras.random.dropout(x, rate, seed=11)
    assert_same_bits(ours.dropout(x, rate, seed=11), expected)
    if 0 < rate < 1:
        assert np.array_equal(ours.dropout_mask(x.shape, rate, dtype, 11), expected != 0)


@pytest.mark.parametrize("noise_shape", [(4, 1), (None, 1), (1, 6), (None, None), (6,), (1,)])
def test_dropout_broadcasts_its_noise(noise_shape):
    x = np.random.default_rng(0).normal(size=(4, 6)).astype("float32")
    expected = keras.random.dropout(x, 0.4, noise_shape=noise_shape, seed=2)
    assert_same_bits(ours.dropout(x, 0.4, noise_shape, 2), expected)


@settings(derandomize=True, deadline=None, max_examples=20)
@given(seed=st.integers(0, 2**32 - 1), rate=st.floats(0.05, 0.95))
def test_draws_look_like_their_distributions(seed, rate):
    n = 4000
    for dtype in ("float32", "float64"):
        u = ours.uniform((n,), -1.0, 3.0, dtype, seed)
        assert u.min() >= -1.0
        assert u.max() < 3.0
        assert abs(u.mean() - 1.0) < SIGMAS * 4 / np.sqrt(12 * n)
        x = ours.normal((n,), 0.5, 2.0, dtype, seed)
        assert abs(x.mean() - 0.5) < SIGMAS * 2.0 / np.sqrt(n)
        assert abs(x.var() / 4.0 - 1.0) < SIGMAS * np.sqrt(2 / n)
        t = ours.truncated_normal((n,), 0.0, 1.0, dtype, seed)
        assert np.abs(t).max() < 2.0
        kept = ours.dropout_mask((n,), rate, dtype, seed).mean()
        assert abs(kept - (1 - rate)) < SIGMAS * np.sqrt(rate * (1 - rate) / n)


@pytest.mark.parametrize(
    "call",
    [
        lambda r: r.uniform((2,), dtype="int32", seed=1),
        lambda r: r.normal((2,), dtype="int32", seed=1),
        lambda r: r.truncated_normal((2,), dtype="int32", seed=1),
        lambda r: r.uniform((-1, 2), seed=1),
        lambda r: r.uniform((2,), seed=1.5),
        lambda r: r.uniform((2,), seed="a"),
        lambda r: r.uniform((2,), seed=True),
        lambda r: r.uniform((2,), seed=2**63),
        lambda r: r.uniform((2,), seed=np.int64(3)),
        lambda r: r.randint((2,), 0, 5, dtype="float32", seed=1),
        lambda r: r.randint((2,), 5, 5, seed=1),
        lambda r: r.randint((2,), 5.7, 9.2, seed=1),
        lambda r: r.categorical(np.ones(3), 2, seed=1),
        lambda r: r.dropout(np.ones(2, "float32"), 1.5, seed=1),
        lambda r: r.dropout(np.ones(2, "float32"), -0.5, seed=1),
        lambda r: r.dropout(np.ones(2, "int32"), 0.5, seed=1),
        lambda r: r.dropout(np.ones((3, 4), "float32"), 0.5, noise_shape=(2, 1), seed=1),
        lambda r: r.SeedGenerator(1.5),
        lambda r: r.SeedGenerator("a"),
        lambda r: r.SeedGenerator(True),
        lambda r: r.SeedGenerator(2**63),
        lambda r: r.SeedGenerator(np.int64(3)),
        lambda r: r.SeedGenerator(1, foo=2),
    ],
)
def test_errors_are_of_keras_class(call):
    with pytest.raises(Exception) as expected:  # noqa: PT011
        call(keras.random)
    with pytest.raises(Exception) as actual:  # noqa: PT011
        call(ours)
    assert actual.type.__name__ == expected.type.__name__
    assert str(actual.value)


# seeds


def test_seed_generator_counts_as_keras():
    theirs, mine = keras.random.SeedGenerator(7), ours.SeedGenerator(7)
    for ordered in (True, True, False, True, False, False, True):
        assert_same_bits(mine.next(ordered), theirs.next(ordered))
    assert mine.state.dtype == theirs.state.dtype == "int64"
    assert mine.state.shape == theirs.state.shape
    assert mine.state.name == theirs.state.name
    assert mine.state.path == f"{mine.name}/{theirs.state.path.split('/')[-1]}"
    assert not mine.state.trainable


def test_seed_generator_configuration():
    for arguments in ({"seed": 4, "name": "mine"}, {"seed": None, "name": "other"}):
        theirs, mine = keras.random.SeedGenerator(**arguments), ours.SeedGenerator(**arguments)
        assert mine.get_config() == theirs.get_config() == arguments
        assert ours.SeedGenerator.from_config(arguments).get_config() == arguments
    naming.reset()
    assert [ours.SeedGenerator(1).name for _ in range(2)] == ["seed_generator", "seed_generator_1"]


def test_draws_with_a_generator_differ_from_call_to_call():
    theirs, mine = keras.random.SeedGenerator(-5), ours.SeedGenerator(-5)
    for name in (*DRAWS, "uniform"):
        draw = getattr(ours, name)((5,), seed=mine)
        assert_same_bits(draw, getattr(keras.random, name)((5,), seed=theirs))
    x = np.ones((4, 5), "float32")
    masks = [ours.dropout(x, 0.5, seed=mine) for _ in range(3)]
    for mask in masks:
        assert_same_bits(mask, keras.random.dropout(x, 0.5, seed=theirs))
    assert not np.array_equal(masks[0], masks[1])


def test_dropout_at_its_ends_uses_no_seed():
    generator = ours.SeedGenerator(3)
    x = np.ones(4, "float32")
    assert ours.dropout(x, 0.0, seed=generator) is x
    assert not ours.dropout(x, 1.0, seed=generator).any()
    assert generator.state.value.tolist() == [3, 0]


@pytest.mark.parametrize("seed", [0, 5, 2**32 - 1, True])
def test_what_is_given_no_seed_follows_set_random_seed(seed):
    seed_everything(seed)
    theirs = [keras.random.uniform((3,)) for _ in range(3)]
    theirs.append(keras.random.normal((3,), seed=keras.random.SeedGenerator()))
    seed_everything(seed)
    mine = [ours.uniform((3,)) for _ in range(3)]
    mine.append(ours.normal((3,), seed=ours.SeedGenerator()))
    for a, b in zip(mine, theirs, strict=True):
        assert_same_bits(a, b)
    assert ours.global_seed() == seed


def test_set_random_seed_seeds_python_and_numpy():
    keras.utils.set_random_seed(9)
    expected = python_random.random(), np.random.random()
    ours.set_random_seed(9)
    assert (python_random.random(), np.random.random()) == expected
    ours.set_random_seed(9)
    assert 1 <= ours.make_default_seed() <= 1_000_000_000


@pytest.mark.parametrize("seed", [-1, 2**32, 2**70, 1.5, None, "a", np.int64(3)])
def test_bad_global_seeds_are_refused(seed):
    ours.set_random_seed(2)
    with pytest.raises(ValueError, match=r"[Ss]eed") as expected:
        keras.utils.set_random_seed(seed)
    with pytest.raises(ValueError, match=r"[Ss]eed") as actual:
        ours.set_random_seed(seed)
    assert actual.type is expected.type
    assert ours.global_seed() == 2  # and nothing has changed


# fit's order


def batches_of_fit(n, seed, batch_size, shuffle, fits=1):
    """The batches that two epochs of tf.keras's fit see, `fits` times in a row."""
    keras.utils.set_random_seed(seed)
    seen: list[np.ndarray] = []

    def note(x):
        tf.py_function(lambda v: seen.append(v.numpy().ravel().astype(np.int64)), [x], [])
        return x

    model = keras.Sequential([keras.Input((1,)), keras.layers.Lambda(note), keras.layers.Dense(1)])
    model.compile("sgd", "mse", jit_compile=False)
    x = np.arange(n, dtype=np.float32)[:, None]
    seen.clear()
    for _ in range(fits):
        model.fit(x, x * 0, batch_size=batch_size, epochs=2, shuffle=shuffle, verbose=0)
    return seen


@pytest.mark.parametrize(("n", "seed"), [(50, 0), (50, 1), (2, 7), (1, 7), (333, 2**31 - 1)])
def test_fit_sees_the_same_order(n, seed):
    seen = np.concatenate(batches_of_fit(n, seed, 16, shuffle=True, fits=2))
    ours.set_random_seed(seed)
    mine = np.concatenate([permutation.fit_permutation(n) for _ in range(4)])
    assert_same_bits(mine, seen)


@pytest.mark.parametrize(
    ("n", "seed"), [(60_000, 42), (59_999, 0), (54_000, 2**32 - 1), (7, 2**31), (6, 2**31 - 1)]
)
def test_large_orders_are_those_of_tensorflow(n, seed):
    keras.utils.set_random_seed(seed)
    dataset = tf.data.Dataset.range(1).map(lambda _: tf.random.shuffle(tf.range(n, dtype=tf.int64)))
    expected = next(iter(dataset)).numpy()
    ours.set_random_seed(seed)
    assert_same_bits(permutation.fit_permutation(n), expected)


@pytest.mark.parametrize(
    ("n", "batch_size"), [(50, 16), (43, 10), (9, 20), (23, 5), (28, 9), (3, 1)]
)
def test_fit_shuffles_within_batches_alike(n, batch_size):
    seen = batches_of_fit(n, 3, batch_size, shuffle="batch")
    starts = range(0, n, batch_size)
    sizes = [min(batch_size, n - start) for start in starts]
    ours.set_random_seed(3)
    mine = []
    for _ in range(2):
        orders = permutation.batch_permutations(sizes)
        mine += [start + order for start, order in zip(starts, orders, strict=True)]
    assert len(mine) == len(seen)
    for a, b in zip(mine, seen, strict=True):
        assert_same_bits(a, b)


def test_without_quirk_k4_every_epoch_has_its_own_order():
    def two_epochs():
        ours.set_random_seed(5)
        return [permutation.fit_permutation(100).tolist() for _ in range(2)]

    def two_epochs_of_batches():
        ours.set_random_seed(5)
        epochs = [permutation.batch_permutations([30, 30, 8]) for _ in range(2)]
        return [[order.tolist() for order in epoch] for epoch in epochs]

    for epochs in (two_epochs, two_epochs_of_batches):
        with_quirk = epochs()
        assert with_quirk[0] == with_quirk[1]
        with quirks.without("K4"):
            first, second = epochs()
            assert epochs() == [first, second]
        assert first == with_quirk[0]
        assert first != second


def test_without_a_global_seed_orders_are_fresh(monkeypatch):
    monkeypatch.setattr(seeding.state, "seed", None)
    orders = [permutation.fit_permutation(50).tolist() for _ in range(3)]
    assert len({tuple(order) for order in orders}) == 3
    first, second = permutation.batch_permutations([20, 3]), permutation.batch_permutations([20, 3])
    assert [len(order) for order in first] == [20, 3]
    assert first[0].tolist() != second[0].tolist()


def test_orders_cannot_be_spoilt():
    ours.set_random_seed(1)
    with pytest.raises(ValueError, match="read-only"):
        permutation.fit_permutation(10)[0] = 3


@settings(derandomize=True, deadline=None, max_examples=25)
@given(n=st.integers(0, 300), seed=st.integers(0, 2**32 - 1))
def test_orders_are_permutations(n, seed):
    ours.set_random_seed(seed)
    assert sorted(permutation.fit_permutation(n).tolist()) == list(range(n))
    for order, size in zip(permutation.batch_permutations([n, 1, n]), [n, 1, n], strict=True):
        assert sorted(order.tolist()) == list(range(size))
