"""Learning-rate schedules: every value, bit for bit, and what training makes of them."""

import inspect
from typing import Any

import numpy as np
import pytest

import scratch
from parity_tests import cases
from parity_tests.harness import checks
from parity_tests.harness.engines import HAND, TAPE, Engine
from parity_tests.harness.tolerances import SCHEDULE_ULPS

CASES = cases.of("schedules")
STEPS = [*range(0, 70), 99, 100, 101, 1000, 123457]
# For each: arguments, so that a boundary, the end and what lies behind it are among the steps.
SCHEDULES: dict[str, list[dict[str, Any]]] = {
    "ExponentialDecay": [
        {"initial_learning_rate": 0.2, "decay_steps": 7, "decay_rate": 0.6},
        {"initial_learning_rate": 0.2, "decay_steps": 7, "decay_rate": 0.6, "staircase": True},
        {"initial_learning_rate": 0.1, "decay_steps": 10000, "decay_rate": 0.96, "name": "slow"},
    ],
    "InverseTimeDecay": [
        {"initial_learning_rate": 0.2, "decay_steps": 7, "decay_rate": 0.6},
        {"initial_learning_rate": 0.2, "decay_steps": 7, "decay_rate": 0.6, "staircase": True},
        {"initial_learning_rate": 0.2, "decay_steps": 0.5, "decay_rate": 0.6},
    ],
    "PiecewiseConstantDecay": [
        {"boundaries": [3, 10, 30], "values": [0.2, 0.1, 0.3, 0.05]},
        {"boundaries": [5], "values": [1.0, 0.5]},
        {"boundaries": [2.9, 10.1], "values": [0.2, 0.1, 0.3]},
    ],
    "PolynomialDecay": [
        {"initial_learning_rate": 0.2, "decay_steps": 30},
        {"initial_learning_rate": 0.2, "decay_steps": 30, "end_learning_rate": 0.05, "power": 2.0},
        {"initial_learning_rate": 0.2, "decay_steps": 13, "power": 0.5, "cycle": True},
    ],
    "CosineDecay": [
        {"initial_learning_rate": 0.2, "decay_steps": 40},
        {"initial_learning_rate": 0.2, "decay_steps": 40, "alpha": 0.1},
        {
            "initial_learning_rate": 0.01,
            "decay_steps": 40,
            "alpha": 0.1,
            "warmup_target": 0.3,
            "warmup_steps": 10,
        },
        {"initial_learning_rate": 0.0, "decay_steps": 40, "warmup_target": 0.3},
    ],
    "CosineDecayRestarts": [
        {"initial_learning_rate": 0.2, "first_decay_steps": 8},
        {"initial_learning_rate": 0.2, "first_decay_steps": 8, "t_mul": 1.5, "m_mul": 0.8},
        {"initial_learning_rate": 0.2, "first_decay_steps": 8, "t_mul": 1.0, "alpha": 0.1},
    ],
}
ALL = [(name, i) for name, given in SCHEDULES.items() for i in range(len(given))]


def make(k, name, i):
    return getattr(k.optimizers.schedules, name)(**SCHEDULES[name][i])


def values(k, engine, name, i):
    """In the worker, or here: the values at all steps, and the config."""
    schedule = make(k, name, i)
    counter = k.Variable(0, dtype="int64")
    found = []
    for step in STEPS:
        counter.assign(step)
        found.append(np.asarray(schedule(counter)))
    return np.stack(found), k.optimizers.schedules.serialize(schedule)


def values_in_a_graph(k, engine, name, i):
    import tensorflow as tf

    graph = tf.function(make(k, name, i))
    return np.stack([graph(tf.constant(step, tf.int64)).numpy() for step in STEPS])


@pytest.mark.parametrize(("name", "i"), ALL)
def test_values_bit_for_bit(name, i):
    function = "parity_tests.test_schedules:values"
    theirs, config = TAPE.run(function, name, i)
    ours, own_config = HAND.run(function, name, i)
    assert ours.dtype == theirs.dtype == np.float32
    assert np.array_equal(ours, theirs)
    assert own_config == config
    copy = scratch.optimizers.schedules.deserialize(config)
    assert type(copy).__name__ == name
    assert copy.get_config() == config["config"]


@pytest.mark.parametrize(("name", "i"), ALL)
def test_k22_in_a_graph_they_round_otherwise(name, i):
    """Which is why trajectories in float64 are compared with eager TensorFlow."""
    graph = TAPE.run("parity_tests.test_schedules:values_in_a_graph", name, i)
    eager, _ = TAPE.run("parity_tests.test_schedules:values", name, i)
    assert np.abs(graph - eager).max() <= SCHEDULE_ULPS * np.spacing(np.abs(eager).max())


def test_k22_is_there():
    graph = TAPE.run("parity_tests.test_schedules:values_in_a_graph", "ExponentialDecay", 0)
    eager, _ = TAPE.run("parity_tests.test_schedules:values", "ExponentialDecay", 0)
    assert (graph != eager).any()


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_float64(case, report):
    comparison = checks.training(case, TAPE, every=checks.LOOKS)
    report.check("schedules, float64", case, comparison)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_float32(case, report):
    engine = Engine("tf", "graph", "float32")
    comparison = checks.training(case, engine, every=checks.LOOKS, limit=60)
    report.check("schedules, float32", case, comparison)


def signatures(k, engine):
    schedules = (getattr(k.optimizers.schedules, name) for name in SCHEDULES)
    return [
        [(p.name, p.default) for p in inspect.signature(cls).parameters.values()]
        for cls in schedules
    ]


def classes_of_mistakes(k, engine):
    """The class of the exception that each mistake raises."""
    s = k.optimizers.schedules
    found = []
    for act in (
        lambda: s.ExponentialDecay(0.1, 0, 0.5),
        lambda: s.InverseTimeDecay(0.1, -1, 0.5),
        lambda: s.PolynomialDecay(0.1, 0),
        lambda: s.CosineDecay(0.1, 0),
        lambda: s.CosineDecayRestarts(0.1, 0),
        lambda: s.PiecewiseConstantDecay([1, 2], [0.1, 0.2]),
        lambda: s.LearningRateSchedule()(0),
        lambda: s.LearningRateSchedule().get_config(),
    ):
        try:
            act()
        except Exception as error:
            found.append((type(error).__name__, bool(str(error))))
        else:
            found.append(("nothing", False))
    return found


@pytest.mark.quick
def test_arguments_and_mistakes():
    for function in ("classes_of_mistakes", "signatures"):
        theirs, ours = (e.run(f"parity_tests.test_schedules:{function}") for e in (TAPE, HAND))
        assert len(ours) == len(theirs)
        for mine, other in zip(ours, theirs, strict=True):
            if function == "signatures":
                # Two of Keras's schedules share a constructor here, with None for their own name.
                mine = [p for p in mine if p[0] != "name"]
                other = [p for p in other if p[0] != "name"]
            assert mine == other
            assert mine[0] != "nothing"
