"""Invariants of optimizers, given gradients."""

from typing import Any

import numpy as np

from parity_tests.invariants.invariant import invariant
from parity_tests.invariants.shared import config, loaded

# Its rate, averages and accumulation are those of the optimizer inside, which is asked itself.
SCALED = ("LossScaleOptimizer",)


def variables(s: Any, order: Any = (0, 1)) -> list[Any]:
    """New variables that begin where the sample says."""
    return [s.keras.Variable(s.start[i], dtype=s.precision, name=f"v{i}") for i in order]


def step(s: Any, optimizer: Any, weights: list[Any], gradients: Any) -> None:
    """One step."""
    tensor = s.keras.ops.convert_to_tensor
    optimizer.apply([tensor(g, s.precision) for g in gradients], weights)


def trained(s: Any, optimizer: Any = None, factor: float = 1.0, steps: Any = slice(None)) -> Any:
    """The weights after the sample's steps."""
    optimizer, weights = optimizer or s.make(), variables(s)
    for gradients in s.gradients[steps]:
        step(s, optimizer, weights, [factor * g for g in gradients])
    return values(weights)


def values(weights: list[Any]) -> list[Any]:
    """Variables as arrays."""
    return [np.array(w) for w in weights]


def again(s: Any, more: dict[str, Any]) -> Any:
    """The sample's optimizer with other arguments."""
    made = s.make()
    return type(made).from_config({**made.get_config(), **more})


@invariant("optimizers", exact=True, also=("optimizers.serialize", "optimizers.deserialize"))
def saved_and_loaded(s: Any) -> Any:
    """A config holds what was given, whatever was done since; what it makes trains the same."""
    optimizer = s.make()
    given = config(optimizer)
    answer = trained(s, optimizer)
    now = s.keras.optimizers.deserialize(s.keras.optimizers.serialize(optimizer))
    other = loaded(s, optimizer)
    left = [[given] * 4, [answer] * 2]
    right = [[config(optimizer), config(now), config(other), given], []]
    right[1] = [trained(s, now), trained(s, other)]
    return left, right


@invariant("optimizers", exact=True)
def state_handed_on(s: Any) -> Any:
    """One that gets another's variables goes on where that one is."""
    one, other = s.make(), s.make()
    weights = variables(s)
    for gradients in s.gradients:
        step(s, one, weights, gradients)
    copies = [s.keras.Variable(np.array(w), dtype=s.precision, name=w.name) for w in weights]
    other.build(copies)
    for mine, theirs in zip(other.variables, one.variables, strict=True):
        mine.assign(theirs)
    for gradients in s.gradients:
        step(s, one, weights, gradients)
        step(s, other, copies, gradients)
    return values(weights), values(copies)


@invariant("optimizers", exact=True)
def do_not_know_each_other(s: Any) -> Any:
    """Two optimizers of a class that take steps in turn train as each does alone."""
    pairs = [(s.make(), variables(s)) for _ in range(2)]
    for gradients in s.gradients:
        for factor, (optimizer, weights) in enumerate(pairs, 1):
            step(s, optimizer, weights, [factor * g for g in gradients])
    return [trained(s), trained(s, factor=2)], [values(weights) for _, weights in pairs]


@invariant("optimizers")
def a_variable_alone(s: Any) -> Any:
    """A variable moves as it would without the others."""
    alone = []
    for i in (0, 1):
        optimizer, weights = s.make(), variables(s, [i])
        for gradients in s.gradients:
            step(s, optimizer, weights, [gradients[i]])
        alone += values(weights)
    return trained(s), alone


@invariant("optimizers")
def order_of_variables(s: Any) -> Any:
    """The order of the variables changes nothing."""
    optimizer, weights = s.make(), variables(s, [1, 0])
    for gradients in s.gradients:
        step(s, optimizer, weights, gradients[::-1])
    return trained(s), values(weights)[::-1]


@invariant("optimizers", but=SCALED)
def micro_batches(s: Any) -> Any:
    """Gradients that are accumulated over two steps are their mean in one."""
    whole = again(s, {"gradient_accumulation_steps": None})
    parts = again(s, {"gradient_accumulation_steps": 2})
    weights, others = variables(s), variables(s)
    for gradients in s.gradients:
        step(s, whole, weights, gradients)
        step(s, parts, others, [1.5 * g for g in gradients])
        step(s, parts, others, [0.5 * g for g in gradients])
    return values(weights), values(others)


@invariant("optimizers", but=SCALED)
def scaled_loss(s: Any) -> Any:
    """Gradients of a loss that was scaled are scaled back."""
    plain = trained(s, again(s, {"loss_scale_factor": None}))
    return plain, trained(s, again(s, {"loss_scale_factor": 4.0}), factor=4.0)


@invariant("optimizers", exact=True, but=SCALED)
def a_constant_schedule(s: Any) -> Any:
    """A schedule that always gives the same rate is that rate."""
    schedules = s.keras.optimizers.schedules
    fixed = schedules.PiecewiseConstantDecay([100], [0.25, 0.25])
    one, other = (again(s, {"learning_rate": rate}) for rate in (0.25, fixed))
    return trained(s, one), trained(s, other)


@invariant("optimizers", exact=True, but=SCALED)
def a_rate_assigned(s: Any) -> Any:
    """A rate that is assigned is as good as one that was given."""
    one, other = (again(s, {"learning_rate": rate}) for rate in (0.25, 0.5))
    other.learning_rate = 0.25
    return trained(s, one), trained(s, other)


@invariant("optimizers", exact=True, but=SCALED)
def constraints(s: Any) -> Any:
    """A constraint holds after every step, and after averages are put in place."""
    optimizer = again(s, {"use_ema": True, "ema_momentum": 0.5, "ema_overwrite_frequency": None})
    weights = [
        s.keras.Variable(abs(w), dtype=s.precision, name=f"v{i}") for i, w in enumerate(s.start)
    ]
    negative = []
    for w in weights:
        w.constraint = s.keras.constraints.NonNeg()
    for gradients in s.gradients:
        step(s, optimizer, weights, gradients)
        negative += [np.array(w).min() for w in weights if np.array(w).min() < 0]
    optimizer.finalize_variable_values(weights)
    return [], negative + [np.array(w).min() for w in weights if np.array(w).min() < 0]


@invariant("optimizers", exact=True, but=SCALED)
def averages(s: Any) -> Any:
    """An average lies between the extremes of what it is an average of."""
    optimizer = again(s, {"use_ema": True, "ema_momentum": 0.5, "ema_overwrite_frequency": None})
    weights = variables(s)
    seen = [values(weights)]
    for gradients in s.gradients:
        step(s, optimizer, weights, gradients)
        seen.append(values(weights))
    optimizer.finalize_variable_values(weights)
    found = []
    for average, *path in zip(values(weights), *seen, strict=True):
        slack = 2.0**-20 * (1 + np.abs(path).max())
        low, high = np.min(path, axis=0) - slack, np.max(path, axis=0) + slack
        found.append(bool(np.all((low <= average) & (average <= high))))
    return [True, True], found


@invariant("optimizers", exact=True, but=SCALED)
def ends_in_place(s: Any) -> Any:
    """Averages that are put in place after every step are there after every step."""
    given = {"use_ema": True, "ema_momentum": 0.5, "gradient_accumulation_steps": None}
    optimizer = again(s, {**given, "ema_overwrite_frequency": 1})
    weights = variables(s)
    for gradients in s.gradients:
        step(s, optimizer, weights, gradients)
    before = values(weights)
    optimizer.finalize_variable_values(weights)
    return before, values(weights)
