"""How small a change the suite notices: of a learning rate, a beta, an epsilon, ...

Every number that an optimizer is configured with is made larger by a fraction in `scratch` alone.
The smallest fraction that turns a case red is found by bisection of its logarithm. What is noticed
at delta need not be noticed at every larger one; here it is, but for the last factor of two.
"""

import dataclasses
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import scratch
from parity_tests import cases
from parity_tests.harness import checks
from parity_tests.harness.battery import LIMIT, SKIP
from parity_tests.harness.case import Case
from parity_tests.harness.comparison import compare
from parity_tests.harness.engines import Engine
from parity_tests.harness.tags import config_of

LARGEST, SMALLEST = 1.0, 2.0**-56  # no smaller change reaches a float64
HALVINGS = 7  # of the logarithm's range: to a factor of 2^(56/128) = 1.35


@dataclass(frozen=True)
class Noticed:
    """The smallest relative change that some case notices.

    Args:
        optimizer, option: what is changed: `"adam"`, `"beta_1"`.
        precision: `"float64"` or `"float32"`.
        change: the fraction; None where even doubling it is not noticed.
        case: which notices it.
        of: how many cases were asked.
    """

    optimizer: str
    option: str
    precision: str
    change: float | None
    case: str
    of: int


def options() -> Iterator[tuple[str, str, list[Case]]]:
    """Every optimizer, every number it is configured with, and the cases that use it."""
    found: dict[tuple[str, str], list[Case]] = {}
    for case in cases.of("optimizers"):
        if any(word in case.name for word in SKIP):
            continue
        optimizer = scratch.optimizers.get(case.optimizer(scratch))
        kind = type(optimizer).__name__.lower()
        for option, value in config_of(optimizer).items():
            if isinstance(value, float) and value and _is_set(optimizer, option):
                found.setdefault((kind, option), []).append(case)
    for (kind, option), users in sorted(found.items()):
        yield kind, option, users


def _is_set(optimizer: Any, option: str) -> bool:
    """Whether an option is in use: the average's momentum is not without an average."""
    return optimizer.use_ema or not option.startswith("ema")


def smallest(kind: str, option: str, users: list[Case], precision: str) -> Noticed:
    """The smallest change of one option that is noticed in one precision."""
    witness = _witness(users, option, LARGEST, precision)
    if not witness:
        return Noticed(kind, option, precision, None, "", len(users))
    noticed, unseen = math.log2(LARGEST), math.log2(SMALLEST)
    for _ in range(HALVINGS):
        middle = (noticed + unseen) / 2
        if name := _witness(users, option, 2.0**middle, precision):
            noticed, witness = middle, name
        else:
            unseen = middle
    return Noticed(kind, option, precision, 2.0**noticed, witness, len(users))


def _witness(users: list[Case], option: str, change: float, precision: str) -> str:
    """A case that turns red when an option is changed by a fraction; empty when none does."""
    for case in users:
        changed = dataclasses.replace(case, optimizer=_with(case, option, change))
        expected = Engine("tf", "eager", precision).record(case, "training", limit=LIMIT)
        actual = Engine("scratch", "hand", precision).record(changed, "training", limit=LIMIT)
        if compare(case, expected, actual, checks.trajectory_rule(case, precision)).failures:
            return case.name
    return ""


def _with(case: Case, option: str, change: float) -> Any:
    def build(keras: Any) -> Any:
        optimizer = keras.optimizers.get(case.optimizer(keras))
        value = float(config_of(optimizer)[option]) * (1 + change)
        if option == "learning_rate":
            optimizer.learning_rate = value
        else:
            setattr(optimizer, option, value)
        return optimizer

    return build
