"""The limits of arguments: a value on each side of every limit, and on it, in both libraries.

Those of layers stand in test_layer_calls, those of metrics in test_functions.
"""

from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness.outcomes import same  # noqa: E402
from parity_tests.harness.tolerances import derivative  # noqa: E402

pytestmark = pytest.mark.usefixtures("keras_afresh")


@pytest.fixture(autouse=True)
def silent():
    """What is senseless need not warn."""
    with np.errstate(all="ignore"):
        yield


BELOW, SHARES = -0.5, (-0.5, 0.0, 0.25, 1.0, 1.5)
Y = np.eye(3, dtype="float32")[[0, 2, 1, 0]]
P = np.linspace(0.1, 0.9, 12, dtype="float32").reshape(4, 3)

# By class and argument.
LOSSES: dict[str, dict[str, tuple[Any, ...]]] = {
    "BinaryCrossentropy": {"label_smoothing": SHARES},
    "BinaryFocalCrossentropy": {
        "label_smoothing": SHARES, "gamma": (BELOW, 0.0, 1.0), "alpha": SHARES,
    },
    "CategoricalCrossentropy": {"label_smoothing": SHARES, "axis": (-3, -2, 0, 1, 2)},
    "CategoricalFocalCrossentropy": {"label_smoothing": SHARES, "gamma": (BELOW, 0.0, 1.0)},
    "CategoricalGeneralizedCrossEntropy": {"q": SHARES},
    "Huber": {"delta": (BELOW, 0.0, 0.5, 1.0)},
    "Tversky": {"alpha": SHARES, "beta": SHARES},
    "Circle": {"gamma": (BELOW, 0.0, 2.0), "margin": SHARES},
    "CosineSimilarity": {"axis": (-3, -2, 0, 1, 2)},
}  # fmt: skip
OPTIMIZERS: dict[str, dict[str, tuple[Any, ...]]] = {
    "SGD": {
        "learning_rate": (-0.1, 0.0, 0.1, 1, "0.1"),
        "momentum": (*SHARES, 1),
        "weight_decay": (-0.1, 0.0, 0.1),
        "ema_momentum": SHARES,
        "ema_overwrite_frequency": (-1, 0, 1, 2, 1.5),
        "gradient_accumulation_steps": (-1, 0, 1, 2),
        "clipnorm": (-1.0, 0.0, 1.0),
        "loss_scale_factor": (-1.0, 0.0, 2.0),
    },
    "Adam": {"beta_1": SHARES, "beta_2": SHARES, "epsilon": (-1.0, 0.0, 1.0)},
    "RMSprop": {"rho": SHARES, "momentum": SHARES},
    "Lion": {"beta_1": SHARES, "beta_2": SHARES},
    "Ftrl": {
        "initial_accumulator_value": (-0.1, 0.0, 0.1),
        "learning_rate_power": (-0.5, 0.0, 0.5),
        "l1_regularization_strength": (-0.1, 0.0, 0.1),
        "l2_regularization_strength": (-0.1, 0.0, 0.1),
        "l2_shrinkage_regularization_strength": (-0.1, 0.0, 0.1),
    },
    "Adagrad": {"initial_accumulator_value": (-0.1, 0.0, 0.1)},
    "AdamW": {"weight_decay": (-0.1, 0.0, None)},
    "Adafactor": {"clip_threshold": (-1.0, 0.0, 1.0), "beta_2_decay": SHARES},
    "ScheduleFreeAdamW": {"warmup_steps": (-1, 0, 1), "beta_1": (0.25, 1.0)},
}
PLAIN: dict[str, dict[str, dict[str, tuple[Any, ...]]]] = {
    "initializers": {
        "VarianceScaling": {
            "scale": (-1.0, 0.0, 1e-3, 1.0),
            "mode": ("fan_in", "fan_out", "fan_avg", "other"),
            "distribution": (
                "normal", "truncated_normal", "untruncated_normal", "UNIFORM", "other",
            ),
        },
        "Orthogonal": {"gain": (-1.0, 0.0, 1.0)},
        "RandomNormal": {"stddev": (-1.0, 0.0, 1.0)},
    },
    "regularizers": {
        "L1": {"l1": (-0.1, 0.0, 0.1, None, float("nan"), float("inf"), True)},
        "L2": {"l2": (-0.1, 0.0, 0.1, None, float("nan"), float("inf"))},
        "L1L2": {"l1": (-0.1, 0.0), "l2": (-0.1, 0.0)},
        "OrthogonalRegularizer": {
            "factor": (-0.1, 0.0, 0.1), "mode": ("rows", "columns", "other"),
        },
    },
    "constraints": {
        "MaxNorm": {"max_value": (-1, 0, 1), "axis": (-1, 0, 1)},
        "MinMaxNorm": {"rate": SHARES, "min_value": (-1.0, 0.0, 2.0)},
    },
}  # fmt: skip
CALLBACKS: dict[str, dict[str, tuple[Any, ...]]] = {
    "EarlyStopping": {"mode": ("min", "max", "auto", "other"), "min_delta": (-0.1, 0, 0.1)},
    "ReduceLROnPlateau": {"factor": (0.5, 1.0, 1.5), "mode": ("min", "other")},
}
SCHEDULES: dict[str, tuple[tuple[Any, ...], dict[str, tuple[Any, ...]]]] = {
    "ExponentialDecay": ((0.1, 4, 0.5), {"decay_steps": (-1, 0, 1)}),
    "PolynomialDecay": ((0.1, 4), {"decay_steps": (-1, 0, 1), "power": (-1.0, 0.0, 1.0)}),
    "InverseTimeDecay": ((0.1, 4, 0.5), {"decay_steps": (-1, 0, 1)}),
    "CosineDecay": (
        (0.1, 4), {"decay_steps": (-1, 0, 1), "warmup_steps": (-1, 0, 2), "alpha": SHARES},
    ),
    "CosineDecayRestarts": ((0.1, 4), {"first_decay_steps": (-1, 0, 1), "t_mul": (0.5, 1.0)}),
    "PiecewiseConstantDecay": (
        ([2, 4], [0.1, 0.2, 0.3]), {"boundaries": ([2], [2, 4, 6], [2.0, 4])},
    ),
}  # fmt: skip


def rows(table):
    """(class, argument, value), one by one."""
    return [
        (name, argument, value)
        for name, arguments in table.items()
        for argument, values in arguments.items()
        for value in values
    ]


@pytest.mark.parametrize(("name", "argument", "value"), rows(LOSSES))
def test_losses(name, argument, value):
    labels = np.argmax(Y, axis=1) if name.startswith(("Circle", "CategoricalGen")) else Y
    same(
        lambda k: getattr(k.losses, name)(**{argument: value})(labels, P),
        scratch,
        keras,
        derivative("float32"),
    )


@pytest.mark.parametrize(("name", "argument", "value"), rows(OPTIMIZERS))
def test_optimizers(name, argument, value):
    """The config, and a weight after two steps."""

    def call(k):
        more = {"use_ema": True} if argument.startswith("ema") else {}
        optimizer = getattr(k.optimizers, name)(**{argument: value}, **more)
        weight = k.Variable(P)
        for _ in range(2):
            optimizer.apply_gradients([(k.ops.convert_to_tensor(P - 0.5), weight)])
        return optimizer.get_config(), np.array(weight), len(optimizer.variables)

    same(call, scratch, keras, derivative("float32", terms=256))


@pytest.mark.parametrize("gradient", [0.0, 0.5])
@pytest.mark.parametrize("start", [0.0, 0.5])
@pytest.mark.parametrize("name", scratch.optimizers.__all__)
def test_steps_from_nothing(name, start, gradient):
    """Weights and gradients that are all zero, and that are not."""
    if name in ("Optimizer", "LossScaleOptimizer") or name.islower():
        pytest.skip("no optimizer of its own")

    def call(k):
        optimizer = getattr(k.optimizers, name)()
        weight = k.Variable(P * np.float32(start))
        for _ in range(2):
            optimizer.apply_gradients([(k.ops.convert_to_tensor(P * np.float32(gradient)), weight)])
        return np.array(weight)

    same(call, scratch, keras, derivative("float32", terms=256), may_fail=False)


@pytest.mark.parametrize(
    ("kind", "name", "argument", "value"),
    [(kind, *row) for kind, table in PLAIN.items() for row in rows(table)],
)
def test_functions_of_weights(kind, name, argument, value):
    """The config, and what becomes of a weight."""

    def call(k):
        drawn = kind == "initializers"
        more, tensor = {"seed": 3} if drawn else {}, k.ops.convert_to_tensor(P)
        made = getattr(getattr(k, kind), name)(**{argument: value}, **more)
        return made.get_config(), np.array(made((3, 2) if drawn else tensor), "float32")

    same(call, scratch, keras, derivative("float32"))


@pytest.mark.parametrize(("name", "argument", "value"), rows(CALLBACKS))
def test_callbacks(name, argument, value):
    def call(k):
        made = getattr(k.callbacks, name)(**{argument: value})
        return getattr(made, argument), made.monitor

    same(call, scratch, keras)


@pytest.mark.parametrize(
    ("name", "argument", "value"),
    rows({name: arguments for name, (_, arguments) in SCHEDULES.items()}),
)
def test_schedules(name, argument, value):
    """The rates of ten steps."""

    def call(k):
        schedule = getattr(k.optimizers.schedules, name)
        given = dict(zip(_names(name), SCHEDULES[name][0], strict=True))
        made = schedule(**{**given, argument: value})
        return [np.float32(np.asarray(made(step))) for step in range(10)]

    same(call, scratch, keras, derivative("float32"))


def _names(name):
    if name == "PiecewiseConstantDecay":
        return "boundaries", "values"
    steps = "first_decay_steps" if name == "CosineDecayRestarts" else "decay_steps"
    return ("initial_learning_rate", steps, "decay_rate")[: len(SCHEDULES[name][0])]


def test_a_fall_that_ends_at_a_step():
    """(1 - 1.1^2) / (1 - 1.1) = 2.1: at step 21 of 10, the last digit of a logarithm decides."""

    def call(k):
        schedule = k.optimizers.schedules.CosineDecayRestarts(0.1, 10, t_mul=1.1)
        return [np.float32(schedule(step)) for step in (20, 21, 22)]

    same(call, scratch, keras, derivative("float32", terms=64), may_fail=False)
