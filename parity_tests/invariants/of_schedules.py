"""Invariants of schedules of learning rates."""

from typing import Any

from parity_tests.invariants.invariant import invariant
from parity_tests.invariants.shared import config, loaded

FAMILY = "optimizers.schedules"


def rates(s: Any, schedule: Any, kind: Any = int) -> list[Any]:
    """The rates at the sample's steps."""
    return [
        s.keras.ops.convert_to_numpy(schedule(kind(step))).astype("float64") for step in s.steps
    ]


@invariant(FAMILY)
def steps_as_numbers_of_any_kind(s: Any) -> Any:
    """A step may be an integer, a float or a tensor."""
    schedule = s.make()
    as_int = rates(s, schedule)
    tensor = rates(s, schedule, lambda n: s.keras.ops.convert_to_tensor(n, "int32"))
    return [as_int, as_int], [rates(s, schedule, float), tensor]


@invariant(FAMILY)
def whole_numbers(s: Any) -> Any:
    """A schedule that is given whole numbers is one of the same floats."""
    given = s.make().get_config()
    whole = {k: rounded(v, int) for k, v in given.items()}
    floats = {k: rounded(v, float) for k, v in given.items()}
    made = type(s.make())
    return rates(s, made(**whole)), rates(s, made(**floats))


def rounded(value: Any, kind: Any) -> Any:
    """A number rounded up, as a kind of number; anything else as it is."""
    if isinstance(value, list | tuple):
        return [rounded(part, kind) for part in value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return kind(-(-value // 1))


@invariant(FAMILY, exact=True)
def asked_twice(s: Any) -> Any:
    """A schedule remembers nothing."""
    schedule = s.make()
    return rates(s, schedule), rates(s, schedule)


@invariant(
    FAMILY, exact=True,
    also=("optimizers.schedules.serialize", "optimizers.schedules.deserialize"),
)  # fmt: skip
def saved_and_loaded(s: Any) -> Any:
    """From its config comes a schedule with that config and those rates."""
    schedule, room = s.make(), s.keras.optimizers.schedules
    left = [config(schedule), rates(s, schedule)]
    again, other = room.deserialize(room.serialize(schedule)), loaded(s, schedule)
    return [left, left], [[config(t), rates(s, t)] for t in (again, other)]


@invariant(FAMILY, exact=True)
def never_negative(s: Any) -> Any:
    """A rate is a number that is not negative."""
    return [], [rate for rate in rates(s, s.make()) if not rate >= 0]
