"""Checking an optimizer that somebody wrote.

Some weights of one shape are trained for some steps with given gradients: large ones, some as small
as epsilon, some that are 0 in every step. In the last run the learning rate is halved on the way,
where the code lets itself be told.
"""

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from scratch import optimizers, quirks
from scratch.testing import student
from scratch.testing.bounds import agreement
from scratch.testing.check_layers import described, name_of
from scratch.testing.comparing import Answers, same
from scratch.testing.judgement import Convention, Trial, judge
from scratch.testing.mistakes.optimizers import MISTAKES
from scratch.testing.mistakes.rules import CONVENTIONS, RULES, Given
from scratch.testing.result import Result
from scratch.variables.variable import Variable

STEPS = 6
SHAPES = ((3, 2), (4,), (3, 2))
COUNTED = {2: "two", 4: "four"}


def check_optimizer(yours: Any, like: str, *, seed: int = 0, **options: Any) -> Result:
    """Compares somebody's optimizer with the one of that name.

    Args:
        yours: a class, an object or a function; see `scratch.testing.student`.
        like: the name of an optimizer: `"sgd"`, `"adam"`, ...
        seed: of the weights and gradients.
        options: hyperparameters of both, by Keras's names, e.g. `learning_rate=0.1`; default: those
            that an object has as attributes, else Keras's.

    Raises:
        ValueError: for an unknown name or option.
        NothingFitsError: when `yours` has none of the accepted shapes.
    """
    try:
        cls = type(optimizers.get(like))
    except TypeError as error:
        raise ValueError(f"{like} cannot be checked like this: {error}") from error
    known = [n for n in inspect.signature(cls).parameters if n != "kwargs"]
    for option in options:
        if option not in known:
            raise ValueError(
                f"The optimizer {like} has no argument {option!r}. Known are: {', '.join(known)}"
            )
    options = {**student.hyperparameters(yours, known), **options}
    defaults = {n: p.default for n, p in inspect.signature(cls).parameters.items() if n in known}
    h = {**defaults, **options}
    draw = np.random.default_rng(seed)
    manner = student.manner_of(yours, h)
    with quirks.without(*quirks.QUIRKS):
        trials = [
            _trial(cls, h, draw, shape, manner.names, manner.told and i == len(SHAPES) - 1)
            for i, shape in enumerate(SHAPES)
        ]
    answers = [_answer(yours, h, manner, trial) for trial in trials]
    conventions = [Convention("", trials)]
    for note, switches in CONVENTIONS.get(trials[0].given.like, []):
        conventions.append(Convention(note, [_by_rule(trial, switches) for trial in trials]))
    return judge(
        name_of(yours), described(like, options), conventions, answers, MISTAKES, stage=_step_of
    )


def _step_of(quantity: str) -> str:
    return quantity.split(" after ")[-1]


def _trial(
    cls: Callable[..., Any], h: dict[str, Any], draw: np.random.Generator, shape: tuple[int, ...],
    names: tuple[str, ...], halved: bool,
) -> Trial:  # fmt: skip
    """The right answers, by scratch's own optimizer in float64."""
    weights = {name: draw.normal(size=shape) for name in names}
    scale = 10.0 ** draw.uniform(-1, 1, shape)
    scale.flat[0] = (h.get("epsilon") or 1e-7) * 10  # small enough to feel where epsilon stands
    scale.flat[-1] = 0.0
    gradients = [{name: draw.normal(size=shape) * scale for name in weights} for _ in range(STEPS)]
    lr = float(h["learning_rate"])
    rates = [lr / 2 if halved and t > STEPS // 2 else lr for t in range(1, STEPS + 1)]
    now = {"lr": lr}
    variables = [Variable(w, dtype="float64", name=name) for name, w in weights.items()]
    reference = cls(**{**h, "learning_rate": lambda: now["lr"]})
    expected: Answers = {}
    with np.errstate(all="ignore"):
        for t, (step, rate) in enumerate(zip(gradients, rates, strict=True), start=1):
            now["lr"] = rate
            reference.apply(list(step.values()), variables)
            expected |= {f"{v.name} after step {t}": v.numpy() for v in variables}
    others = {name: value for name, value in h.items() if name != "learning_rate"}
    given = _understood(Given(_kind(cls), others, weights, gradients, rates, {}), expected)
    where = f"{COUNTED[len(names)]} weights of shape {shape}"
    if halved:
        where += f", and a learning rate that is halved after step {STEPS // 2}"
    return Trial(where, given, expected)


def _kind(cls: Any) -> str:
    """The rule that the optimizer's own class, or one that it is derived from, is named after."""
    return next((n for c in cls.__mro__ if (n := c.__name__.lower()) in RULES), "")


def _understood(given: Given, expected: Answers) -> Given:
    """The same, without a rule where the rule does not say what this optimizer does."""
    with np.errstate(all="ignore"):
        found = given.run()
    tolerance = agreement("float64")
    fits = found and all(same(found[name], expected[name], tolerance) for name in expected)
    return given if fits else replace(given, like="")


def _by_rule(trial: Trial, switches: dict[str, Any]) -> Trial:
    given = replace(trial.given, convention=switches)
    with np.errstate(all="ignore"):
        return replace(trial, given=given, expected=given.run())


def _answer(yours: Any, h: dict[str, Any], manner: student.Manner, trial: Trial) -> Answers:
    given = trial.given
    found: Answers = {}
    optimizer = student.Optimizer(yours, h, manner, given.weights)
    for t, (gradients, lr) in enumerate(zip(given.gradients, given.rates, strict=True), start=1):
        try:
            with np.errstate(all="ignore"):
                weights = optimizer.step(gradients, lr, t)
        except student.NothingFitsError:
            raise
        except Exception as error:  # whatever somebody's code raises is an answer too
            return {**found, f"{manner.names[0]} after step {t}": error}
        found |= {f"{name} after step {t}": w for name, w in weights.items()}
    return found
