"""Initializers: the same values, bit for bit, the same names, configurations and errors."""

import random as python_random
from typing import Any

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")

from keras.src.initializers import ALL_OBJECTS_DICT as KERAS_NAMES  # noqa: E402
from keras.src.initializers.random_initializers import (  # noqa: E402
    compute_fans as keras_fans,
)

from parity_tests.harness.tolerances import ORTHOGONAL_ULPS, SIGMAS  # noqa: E402
from scratch import initializers as ours  # noqa: E402
from scratch import quirks  # noqa: E402
from scratch import random as our_random  # noqa: E402
from scratch.initializers.random_initializers import compute_fans  # noqa: E402
from scratch.random import seeding  # noqa: E402

FLOATS = ["float32", "float64", "float16"]
SHAPES = [(), (5,), (3, 4), (3, 3, 2, 5), (0, 4), (200, 301)]
CASES: dict[str, dict[str, Any]] = {
    "Zeros": {},
    "Ones": {},
    "Constant": {"value": 0.1},
    "RandomUniform": {"minval": -0.1, "maxval": 0.3},
    "RandomNormal": {"mean": 0.1, "stddev": 0.3},
    "TruncatedNormal": {"mean": 0.1, "stddev": 0.3},
    "VarianceScaling": {"scale": 0.7, "mode": "fan_out", "distribution": "untruncated_normal"},
    "GlorotUniform": {},
    "GlorotNormal": {},
    "LecunUniform": {},
    "LecunNormal": {},
    "HeUniform": {},
    "HeNormal": {},
}
WITHOUT_SEED = {"Zeros", "Ones", "Constant", "Identity", "Initializer"}


def ulps(a, b, of):
    """The largest difference between `a` and `b`, in units in the last place of `of`."""
    difference = np.abs(np.asarray(a, np.float64) - np.asarray(b, np.float64))
    return float(difference.max() / np.spacing(np.asarray(a).dtype.type(of)))


def assert_same_bits(actual, expected):
    expected = np.asarray(expected)
    assert actual.dtype == expected.dtype
    assert actual.shape == expected.shape
    assert actual.tobytes() == expected.tobytes(), f"{(actual != expected).mean():.2%} differ"


def both(name, **arguments):
    """The same initializer from us and from Keras."""
    return getattr(ours, name)(**arguments), getattr(keras.initializers, name)(**arguments)


@pytest.fixture(autouse=True)
def restore_random_state(monkeypatch):
    """What a test does to global seeds ends with it."""
    for name in ("seed", "generator", "shuffles"):
        monkeypatch.setattr(seeding.state, name, getattr(seeding.state, name))
    kept = python_random.getstate(), np.random.get_state()
    yield
    python_random.setstate(kept[0])
    np.random.set_state(kept[1])


# values


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", CASES)
def test_values_are_those_of_keras(name, dtype):
    seed = {} if name in WITHOUT_SEED else {"seed": 1234}
    mine, theirs = both(name, **CASES[name], **seed)
    for shape in SHAPES:
        assert_same_bits(mine(shape, dtype), theirs(shape, dtype=dtype))


@pytest.mark.parametrize("mode", ["fan_in", "fan_out", "fan_avg"])
@pytest.mark.parametrize(
    "distribution", ["uniform", "normal", "truncated_normal", "untruncated_normal", "UNIFORM"]
)
def test_variance_scaling_in_all_its_forms(mode, distribution):
    mine, theirs = both("VarianceScaling", scale=2, mode=mode, distribution=distribution, seed=3)
    for shape in [(0,), (7,), (6, 9), (3, 2, 5)]:
        assert_same_bits(mine(shape), theirs(shape))
    axes = {"input_axes": [0, 1], "output_axes": [2]}
    mine, theirs = both("VarianceScaling", mode=mode, distribution=distribution, seed=3, **axes)
    assert_same_bits(mine((3, 2, 5)), theirs((3, 2, 5)))


@pytest.mark.parametrize("name", ["GlorotUniform", "HeNormal"])
def test_the_first_kernel_of_the_lecture_network(name):
    mine, theirs = both(name, seed=42)
    assert_same_bits(mine((784, 300)), theirs((784, 300)))


@pytest.mark.parametrize("name", ["GlorotUniform", "RandomNormal"])
def test_a_seed_repeats_and_a_generator_does_not(name):
    for seed in (5, None):
        initializer = getattr(ours, name)(seed=seed)
        assert_same_bits(initializer((4, 3)), initializer((4, 3)))
    mine = getattr(ours, name)(seed=our_random.SeedGenerator(5))
    theirs = getattr(keras.initializers, name)(seed=keras.random.SeedGenerator(5))
    draws = [mine((4, 3)) for _ in range(3)]
    for draw in draws:
        assert_same_bits(draw, theirs((4, 3)))
    assert not np.array_equal(draws[0], draws[1])


def test_quirk_k1_rounds_constants_and_limits_in_float64():
    for name, arguments in (("Constant", {"value": 0.1}), ("HeUniform", {"seed": 2})):
        mine, theirs = both(name, **arguments)
        assert_same_bits(mine((3, 4), "float64"), theirs((3, 4), dtype="float64"))
        with quirks.without("K1"):
            assert not np.array_equal(mine((3, 4), "float64"), theirs((3, 4), dtype="float64"))
    with quirks.without("K1"):
        assert (ours.Constant(0.1)((2,), "float64") == 0.1).all()


def test_types_other_than_floats():
    for dtype in ("int32", "int64", "bool", "uint8"):
        for name in ("Zeros", "Ones"):
            mine, theirs = both(name)
            assert_same_bits(mine((2, 3), dtype), theirs((2, 3), dtype=dtype))
        assert_same_bits(ours.Constant(1)((2,), dtype), keras.initializers.Constant(1)((2,), dtype))


def test_identity_and_orthogonal():
    for shape in [(3, 3), (2, 4), (4, 2)]:
        for gain in (1.0, 2.5):
            mine, theirs = both("Identity", gain=gain)
            assert_same_bits(mine(shape), theirs(shape))
    mine, theirs = both("Orthogonal", seed=1)
    for weight in [(4, 4), (50, 30), (30, 50), (3, 3, 2, 8)]:
        for dtype in ("float32", "float64"):
            assert ulps(mine(weight, dtype), theirs(weight, dtype=dtype), of=1) <= ORTHOGONAL_ULPS
    q = ours.Orthogonal(gain=2.0, seed=1)((50, 30), "float64")
    assert ulps(q.T @ q / 4, np.eye(30), of=1) <= ORTHOGONAL_ULPS


def test_the_same_program_starts_from_the_same_weights():
    keras.utils.set_random_seed(42)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((20,)),
            layers.Dense(30, activation="relu"),
            layers.Dropout(0.2),
            layers.Dense(15, kernel_initializer="he_normal", bias_initializer="random_uniform"),
            layers.Dropout(0.0),
            layers.Dense(10, kernel_initializer=keras.initializers.LecunUniform(seed=3)),
        ]
    )
    our_random.set_random_seed(42)
    # In the order in which the layers' constructors ask for seeds; zeros ask for none.
    first = ours.get("glorot_uniform"), ours.get("zeros")
    our_random.SeedGenerator()
    second = ours.get("he_normal"), ours.get("random_uniform")
    third = ours.LecunUniform(seed=3), ours.get("zeros")
    for initializer, weight in zip([*first, *second, *third], model.get_weights(), strict=True):
        assert_same_bits(initializer(weight.shape), weight)


@pytest.mark.parametrize("name", ["HeNormal", "HeUniform", "GlorotNormal", "GlorotUniform"])
def test_scaled_weights_have_the_promised_variance(name):
    values = getattr(ours, name)(seed=7)((300, 100), "float64")
    promised = 2 / 300 if name.startswith("He") else 2 / 400
    # Neither distribution has heavier tails than the normal one, whose variance of the variance
    # is 2 / n.
    assert abs(values.var() / promised - 1) < SIGMAS * np.sqrt(2 / values.size)


@pytest.mark.parametrize("shape", [(), (3,), (3, 4), (5, 3, 4), (2, 2, 3, 4)])
def test_fans(shape):
    assert compute_fans(shape) == keras_fans(shape)
    if len(shape) > 2:
        assert compute_fans(shape, [0], [1, -1]) == keras_fans(shape, [0], [1, -1])


# names and configurations


@pytest.mark.parametrize("name", sorted(set(KERAS_NAMES) - {"STFT", "stft", "STFTInitializer"}))
def test_names_are_those_of_keras(name):
    mine = ours.get(name)
    if KERAS_NAMES[name] is keras.initializers.Constant:
        # Keras trips over its own default here (KeyError); ours is the constant 0.
        assert mine.value == 0.0
        return
    theirs = keras.initializers.get(name)
    assert type(mine).__name__ == type(theirs).__name__
    assert mine.get_config() == theirs.get_config()
    assert isinstance(mine, ours.Initializer)


def test_keras_exports_under_lower_case_too():
    for name in dir(keras.initializers):
        theirs = getattr(keras.initializers, name)
        if isinstance(theirs, type) and theirs is not keras.initializers.STFT:
            assert getattr(ours, name).__name__ == theirs.__name__


@pytest.mark.parametrize("seed", [None, 3, "generator"])
@pytest.mark.parametrize("name", [*CASES, "Orthogonal", "Identity"])
def test_configurations_are_those_of_keras(name, seed):
    arguments = CASES.get(name, {})
    mine_only, theirs_only = {}, {}
    if name not in WITHOUT_SEED:
        mine_only = theirs_only = {"seed": seed}
        if seed == "generator":
            mine_only = {"seed": our_random.SeedGenerator(8, name="s")}
            theirs_only = {"seed": keras.random.SeedGenerator(8, name="s")}
    mine = getattr(ours, name)(**arguments, **mine_only)
    theirs = getattr(keras.initializers, name)(**arguments, **theirs_only)
    # A copy of a generator starts at its beginning.
    first_values = mine((3, 4))
    assert mine.get_config() == theirs.get_config()
    assert ours.serialize(mine) == keras.initializers.serialize(theirs)
    for copy in (
        ours.deserialize(keras.initializers.serialize(theirs)),
        type(mine).from_config(mine.get_config()),
        mine.clone(),
    ):
        assert type(copy) is type(mine)
        assert copy.get_config() == mine.get_config()
        if seed is not None:
            assert_same_bits(copy((3, 4)), first_values)


def test_constants_of_other_kinds():
    for value in (0.3, 2, np.float32(0.3), np.ones(2), np.arange(3)):
        mine, theirs = both("Constant", value=value)
        assert ours.serialize(mine) == keras.initializers.serialize(theirs)
        shape = (2, *np.shape(value))
        assert_same_bits(mine(shape), theirs(shape))
        assert_same_bits(ours.get(ours.serialize(mine))(shape), theirs(shape))


def test_get_passes_on_what_is_not_a_name():
    assert ours.get(None) is None
    assert isinstance(ours.get(ours.HeNormal), ours.HeNormal)
    initializer = ours.Zeros()
    assert ours.get(initializer) is initializer

    def mine(shape, dtype=None):
        return np.full(shape, 7.0, dtype)

    assert ours.get(mine) is mine
    assert ours.deserialize("sevens", custom_objects={"sevens": mine}) is mine
    given = np.arange(6.0).reshape(2, 3)
    assert_same_bits(ours.get(given)((2, 3)), keras.initializers.get(given)((2, 3)))


@pytest.mark.parametrize(
    "call",
    [
        lambda i: i.get("foo"),
        lambda i: i.get(""),
        lambda i: i.get(3),
        lambda i: i.get(1.0),
        lambda i: i.get([1, 2]),
        lambda i: i.get({}),
        lambda i: i.get({"config": {}}),
        lambda i: i.get({"class_name": "foo", "config": {}}),
        lambda i: i.get({"class_name": "GlorotUniform", "config": {"x": 3}}),
        lambda i: i.get(np.ones((2, 2)))((2, 3)),
        lambda i: i.GlorotUniform(seed=1.5),
        lambda i: i.GlorotUniform(seed="a"),
        lambda i: i.GlorotUniform(seed=np.int64(1)),
        lambda i: i.RandomNormal(seed=True)((2,)),
        lambda i: i.VarianceScaling(scale=0.0),
        lambda i: i.VarianceScaling(scale=-1),
        lambda i: i.VarianceScaling(mode="fan"),
        lambda i: i.VarianceScaling(distribution="cauchy"),
        lambda i: i.Initializer()((2,)),
        lambda i: i.Zeros()((2,), dtype="foo"),
        lambda i: i.Identity()((2,)),
        lambda i: i.Orthogonal(seed=1)((2,)),
    ],
)
def test_errors_are_of_keras_class(call):
    with pytest.raises(Exception) as expected:  # noqa: PT011
        call(keras.initializers)
    with pytest.raises(Exception) as actual:  # noqa: PT011
        call(ours)
    assert actual.type is expected.type
    assert str(actual.value)
