# ruff: noqa: E501 - one line a value
"""Calls as text, and the values of arguments that mean the same in whichever class they occur."""

import inspect
from typing import Any

from hypothesis import strategies as st

from parity_tests.commands.fuzz.program import Code

Strategy = st.SearchStrategy
EXCLUSIVE = ({"clipnorm", "clipvalue", "global_clipnorm"},)  # Keras refuses two of these


def call(
    path: str, *required: Strategy, few: int = 3, always: tuple[str, ...] = (), **options: Any
) -> Strategy[Code]:
    """The text of a call: `required` and `always` always, at most `few` of the other `options`."""
    names = sorted(options)
    chosen = st.lists(st.sampled_from(names), unique=True, max_size=few) if names else st.just([])

    @st.composite
    def text(draw: Any) -> Code:
        arguments = [repr(draw(strategy)) for strategy in required]
        taken = list(dict.fromkeys([*always, *draw(chosen)]))
        for group in EXCLUSIVE:
            several = [name for name in taken if name in group]
            taken = [name for name in taken if name not in several[1:]]
        arguments += [f"{name}={draw(options[name])!r}" for name in taken]
        return Code(f"keras.{path}({', '.join(arguments)})")

    return text()


def one_of(*values: Any) -> Strategy:
    """A strategy that picks one of these values, the simplest first."""
    return st.sampled_from(values)


def some(path: str, required: dict[str, Any], **options: Any) -> Strategy[Code]:
    """A call that always has the `required` arguments, by their names."""
    return call(path, always=tuple(required), **required, **options)


# What is in scratch --------------------------------------------------------------------------------


def classes(module: Any, base: type) -> dict[str, type]:
    """The public classes of a module below `base`, each under its own name."""
    return {
        name: value
        for name, value in vars(module).items()
        if inspect.isclass(value) and issubclass(value, base) and value is not base
        if name == value.__name__
    }


def arguments(cls: type) -> list[str]:
    """The names of the arguments of a class, those of its bases included."""
    names: list[str] = []
    for base in cls.__mro__:
        if "__init__" not in vars(base) or base is object:
            continue
        parameters = inspect.signature(base.__init__).parameters.values()  # type: ignore[misc]
        names += [p.name for p in parameters if p.kind is not p.VAR_KEYWORD and p.name != "self"]
        if all(p.kind is not p.VAR_KEYWORD for p in parameters):
            break
    return list(dict.fromkeys(names))


RATES = one_of(0.1, 0.01, 0.5, 0.001, 1.0, 1e-7, 0.0)
STEPS = one_of(3, 1, 10)
_START = {"initial_learning_rate": RATES}
SCHEDULES = {
    "CosineDecay": some("optimizers.schedules.CosineDecay", {**_START, "decay_steps": STEPS}, alpha=one_of(0.1, 0.0, 1.0), warmup_target=one_of(0.2, 1.0), warmup_steps=one_of(2, 1)),
    "CosineDecayRestarts": some("optimizers.schedules.CosineDecayRestarts", {**_START, "first_decay_steps": STEPS}, t_mul=one_of(2.0, 1.0), m_mul=one_of(1.0, 0.5), alpha=one_of(0.1, 0.0)),
    "ExponentialDecay": some("optimizers.schedules.ExponentialDecay", {**_START, "decay_steps": STEPS, "decay_rate": one_of(0.9, 0.5, 1.1)}, staircase=one_of(True, False)),
    "InverseTimeDecay": some("optimizers.schedules.InverseTimeDecay", {**_START, "decay_steps": STEPS, "decay_rate": one_of(0.9, 0.5, 2.0)}, staircase=one_of(True, False)),
    "PiecewiseConstantDecay": call("optimizers.schedules.PiecewiseConstantDecay", one_of([1, 3], [2, 4]), one_of([0.1, 0.01, 0.5], [1.0, 0.1, 0.01])),
    "PolynomialDecay": some("optimizers.schedules.PolynomialDecay", {**_START, "decay_steps": STEPS}, end_learning_rate=one_of(1e-4, 0.05), power=one_of(1.0, 0.5, 2.0), cycle=one_of(True, False)),
}  # fmt: skip
# Values of arguments, whichever class they belong to. None: never drawn.
OPTIONS: dict[str, Strategy | None] = {
    # optimizers
    "learning_rate": st.one_of(RATES, RATES, RATES, *SCHEDULES.values()),
    "momentum": one_of(0.9, 0.5, 0.0, 0.99),
    "nesterov": one_of(True, False),
    "rho": one_of(0.9, 0.5, 0.0, 0.99),
    "centered": one_of(True, False),
    "beta_1": one_of(0.9, 0.5, 0.0, 0.99),
    "beta_2": one_of(0.999, 0.9, 0.5, 0.0),
    "epsilon": one_of(1e-7, 1e-3, 1.0, 1e-12),
    "amsgrad": one_of(True, False),
    "weight_decay": one_of(0.01, 0.1, 0.0, 1.0),
    "clipnorm": one_of(0.1, 1.0, 1e-3, 1e3),
    "clipvalue": one_of(0.1, 1.0, 1e-3, 1e3),
    "global_clipnorm": one_of(0.1, 1.0, 1e-3, 1e3),
    "use_ema": one_of(True, False),
    "ema_momentum": one_of(0.9, 0.5, 0.0, 1.0),
    "ema_overwrite_frequency": one_of(1, 2, 3),
    "loss_scale_factor": one_of(2.0, 1024.0, 0.3),
    "gradient_accumulation_steps": one_of(2, 3),
    "beta_2_decay": one_of(-0.8, -0.5, -1.0),
    "epsilon_1": one_of(1e-30, 1e-3),
    "epsilon_2": one_of(1e-3, 1.0),
    "clip_threshold": one_of(1.0, 0.1, 10.0),
    "relative_step": one_of(True, False),
    "initial_accumulator_value": one_of(0.1, 0.0, 1.0),
    "learning_rate_power": one_of(-0.5, 0.0, -1.0),
    "l1_regularization_strength": one_of(0.0, 0.01, 1.0),
    "l2_regularization_strength": one_of(0.0, 0.01, 1.0),
    "l2_shrinkage_regularization_strength": one_of(0.0, 0.01, 1.0),
    "beta": one_of(0.0, 0.5),
    "initial_scale": one_of(32768.0, 1024.0, 3.0),
    "dynamic_growth_steps": one_of(1, 2, 2000),
    "adam_beta_1": one_of(0.9, 0.5, 0.0),
    "adam_beta_2": one_of(0.999, 0.9, 0.0),
    "adam_weight_decay": one_of(0.004, 0.1, None),
    "adam_lr_ratio": one_of(1.0, 0.3),
    "exclude_embeddings": one_of(True, False),
    "exclude_layers": one_of([], ["dense_1"]),
    "muon_a": one_of(3.4445, 3.0),
    "muon_b": one_of(-4.775, -3.2),
    "muon_c": one_of(2.0315, 1.2),
    "ns_steps": one_of(5, 1, 2),
    "rms_rate": one_of(0.2, 1.0, None),
    "warmup_steps": one_of(0, 2, 5),
    "inner_optimizer": None,
    # initializers
    "mean": one_of(0.0, 1.0, -0.5),
    "stddev": one_of(0.05, 1.0, 1e-3),
    "minval": one_of(-0.05, -1.0, -3.0),
    "maxval": one_of(0.05, 1.0, 3.0),
    "value": one_of(0.0, 1.0, -0.5, 0.1),
    "gain": one_of(1.0, 2.5, 0.1),
    "scale": one_of(1.0, 2.0, 0.1),
    "mode": one_of("fan_in", "fan_out", "fan_avg"),
    "distribution": one_of("truncated_normal", "untruncated_normal", "uniform"),
    "seed": one_of(0, 1, 12345),
    "input_axes": None,
    "output_axes": None,
    "name": None,
}


def by_name(kind: str, cls: type) -> Strategy[Code]:
    """A call of a class with options known by their names."""
    options = {n: OPTIONS[n] for n in arguments(cls) if OPTIONS.get(n) is not None}
    return call(f"{kind}.{cls.__name__}", **options)  # type: ignore[arg-type]
