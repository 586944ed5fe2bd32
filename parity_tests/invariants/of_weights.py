"""Invariants of what makes, penalizes and limits weights."""

from typing import Any

import numpy as np

from parity_tests.harness.tolerances import SIGMAS
from parity_tests.invariants.invariant import invariant
from parity_tests.invariants.shared import config, loaded

RANDOM = ("Glorot*", "He*", "Lecun*", "Random*", "TruncatedNormal", "VarianceScaling")
FIXED = ("Zeros", "Ones", "Constant", "Identity*")


def tensor(s: Any, array: Any) -> Any:
    """An array in the sample's float type."""
    return s.keras.ops.convert_to_tensor(array, s.precision)


# Regularizers and constraints ---------------------------------------------------------------------


@invariant("regularizers", "constraints", exact=True)
def asked_twice(s: Any) -> Any:
    """It remembers nothing, and leaves the weights alone."""
    thing, w = s.make(), tensor(s, s.w)
    first = thing(w)
    thing(tensor(s, s.w + 1))
    return [first, tensor(s, s.w)], [thing(w), w]


@invariant("regularizers", "constraints", exact=True)
def saved_and_loaded(s: Any) -> Any:
    """From its config comes an object with that config that answers the same."""
    thing, keras = s.make(), s.keras
    room = keras.regularizers if "keras.regularizers" in s.text else keras.constraints
    again, other = room.deserialize(room.serialize(thing)), loaded(s, thing)
    left = [config(thing), thing(tensor(s, s.w))]
    return [left, left], [[config(t), t(tensor(s, s.w))] for t in (again, other)]


@invariant("regularizers", but=("OrthogonalRegularizer",))
def entries_permuted(s: Any) -> Any:
    """The order of the weights changes nothing."""
    return s.make()(tensor(s, s.w)), s.make()(tensor(s, s.w[::-1, ::-1].T))


@invariant("regularizers", but=("OrthogonalRegularizer",))
def cut_in_two(s: Any) -> Any:
    """Weights cost what their two parts cost."""
    thing = s.make()
    convert = s.keras.ops.convert_to_numpy
    parts = [convert(thing(tensor(s, part))) for part in (s.w[:1], s.w[1:])]
    return convert(thing(tensor(s, s.w))), sum(parts)


@invariant("regularizers")
def signs(s: Any) -> Any:
    """Weights of the opposite signs cost the same."""
    return s.make()(tensor(s, s.w)), s.make()(tensor(s, -s.w))


@invariant("constraints")
def once_is_enough(s: Any) -> Any:
    """What a constraint gives satisfies it."""
    once = s.make()(tensor(s, s.w))
    return once, s.make()(once)


@invariant("constraints")
def columns_permuted(s: Any) -> Any:
    """A column does not know its neighbours."""
    rows = "axis=-1" in s.text
    turn = (lambda w: w[::-1]) if rows else (lambda w: w[:, ::-1])
    turned = s.keras.ops.convert_to_numpy(s.make()(tensor(s, turn(s.w))))
    return s.make()(tensor(s, s.w)), turn(turned)


# Initializers -------------------------------------------------------------------------------------


def drawn(s: Any, initializer: Any, shape: Any = None) -> np.ndarray:
    """What an initializer draws, as an array."""
    return np.asarray(
        s.keras.ops.convert_to_numpy(initializer(shape or s.shape, dtype=s.precision))
    )


@invariant("initializers", exact=True)
def the_same_again(s: Any) -> Any:
    """An object draws the same numbers whenever it is asked, in the shape and type asked for."""
    initializer = s.make()
    first = drawn(s, initializer)
    drawn(s, initializer, (4, 4))
    again = drawn(s, initializer)
    shape = [list(s.shape), s.precision]
    return [first, shape], [again, [list(again.shape), str(again.dtype)]]


@invariant("initializers", exact=True)
def a_list_for_a_shape(s: Any) -> Any:
    """A shape may be a list."""
    initializer = s.make()
    return drawn(s, initializer), drawn(s, initializer, list(s.shape))


@invariant("initializers", exact=True, also=("initializers.serialize", "initializers.deserialize"))
def saved_and_loaded_and_drawn(s: Any) -> Any:
    """From the config of a seeded initializer comes one that draws the same."""
    s.keras.utils.set_random_seed(3)
    initializer, room = s.make(), s.keras.initializers
    again, other = room.deserialize(room.serialize(initializer)), loaded(s, initializer)
    configs = [config(initializer)] * 2, [config(again), config(other)]
    if "seed=" not in s.text and not_fixed(initializer):
        return configs
    one = drawn(s, initializer)
    return [configs[0], [one, one]], [configs[1], [drawn(s, again), drawn(s, other)]]


def not_fixed(initializer: Any) -> bool:
    """Whether it draws."""
    return hasattr(initializer, "seed")


@invariant("initializers", exact=True, only=RANDOM)
def within_its_bounds(s: Any) -> Any:
    """A truncated normal stays within two deviations, a uniform number within its limits."""
    given = s.make()
    values = drawn(s, given, (60, 50))
    low, high = bounds(given, (60, 50))
    return [], [float(v) for v in values.flat if not low <= v <= high]


def bounds(given: Any, shape: tuple[int, int]) -> tuple[float, float]:
    """Between which numbers an initializer may draw, by its documentation."""
    name, slack = type(given).__name__, 1 + 2.0**-20
    if name == "RandomUniform":
        ends = sorted((given.minval, given.maxval))
        return ends[0] - abs(ends[0]) * (slack - 1), ends[1] + abs(ends[1]) * (slack - 1)
    if name == "RandomNormal":
        return -np.inf, np.inf
    if name == "TruncatedNormal":
        wide = 2 * given.stddev * slack
        return given.mean - wide, given.mean + wide
    fans = {"fan_in": shape[0], "fan_out": shape[1], "fan_avg": sum(shape) / 2}
    variance = given.scale / fans[given.mode]
    if given.distribution == "untruncated_normal":
        return -np.inf, np.inf
    # The deviation of a normal distribution that is cut at two of its own, Keras names the number.
    wide = (
        3 * variance if given.distribution == "uniform" else 4 * variance / 0.87962566103423978**2
    )
    return -np.sqrt(wide) * slack, np.sqrt(wide) * slack


@invariant("initializers", exact=True, only=RANDOM)
def statistics(s: Any) -> Any:
    """Mean and deviation of many draws are those of the documentation."""
    given = s.make()
    shape = (60, 50)
    values = drawn(s, given, shape).astype("float64")
    mean, deviation = moments(given, shape)
    size = np.sqrt(values.size)
    far = abs(values.mean() - mean) > SIGMAS * deviation / size
    # A standard deviation of n draws has one of at most sigma / sqrt(2 n) for these distributions.
    wide = abs(values.std() - deviation) > SIGMAS * deviation / (size * np.sqrt(2))
    return [False, False], [bool(far), bool(wide)]


def moments(given: Any, shape: tuple[int, int]) -> tuple[float, float]:
    """Mean and standard deviation, by the documentation."""
    name = type(given).__name__
    if name == "RandomUniform":
        return (given.minval + given.maxval) / 2, abs(given.maxval - given.minval) / np.sqrt(12)
    if name == "RandomNormal":
        return given.mean, given.stddev
    if name == "TruncatedNormal":
        return given.mean, given.stddev * 0.87962566103423978
    fans = {"fan_in": shape[0], "fan_out": shape[1], "fan_avg": sum(shape) / 2}
    return 0.0, np.sqrt(given.scale / fans[given.mode])
