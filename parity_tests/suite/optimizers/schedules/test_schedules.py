"""Learning-rate schedules: every value, bit for bit, and what training makes of them."""

import inspect
from typing import Any

import numpy as np
import pytest

import scratch
from parity_tests import cases
from parity_tests.commands.unchanged.messages import said
from parity_tests.harness import checks
from parity_tests.harness.engines import HAND, TAPE, Engine
from parity_tests.harness.tolerances import FEW_ROUNDINGS, SCHEDULE_ULPS

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
    function = f"{__name__}:values"
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
    graph = TAPE.run(f"{__name__}:values_in_a_graph", name, i)
    eager, _ = TAPE.run(f"{__name__}:values", name, i)
    assert np.abs(graph - eager).max() <= SCHEDULE_ULPS * np.spacing(np.abs(eager).max())


def test_k22_is_there():
    graph = TAPE.run(
        f"{__name__}:values_in_a_graph",
        "ExponentialDecay",
        0,
    )
    eager, _ = TAPE.run(f"{__name__}:values", "ExponentialDecay", 0)
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
            said(error)
            found.append((type(error).__name__, bool(str(error))))
        else:
            found.append(("nothing", False))
    return found


def test_arguments_and_mistakes():
    for function in ("classes_of_mistakes", "signatures"):
        theirs, ours = (e.run(f"{__name__}:{function}") for e in (TAPE, HAND))
        assert len(ours) == len(theirs)
        for mine, other in zip(ours, theirs, strict=True):
            if function == "signatures":
                # Two of Keras's schedules share a constructor here, with None for their own name.
                mine = [p for p in mine if p[0] != "name"]
                other = [p for p in other if p[0] != "name"]
            assert mine == other
            assert mine[0] != "nothing"


# Whole numbers and booleans ----------------------------------------------------------------------

GIVEN: dict[str, list[Any]] = {
    "CosineDecay": [
        ((1, 10), {}),
        ((1, 10), {"alpha": 1}),
        ((3, 10), {"alpha": 0.5}),
        ((1, 10), {"alpha": 0, "warmup_target": 2, "warmup_steps": 3}),
        ((1, 10), {"warmup_target": 2.0, "warmup_steps": 3}),
        ((1.0, 10), {"warmup_target": 2, "warmup_steps": 3}),
        ((np.int64(1), 10), {}),
        ((np.array(2), np.int32(10)), {}),
        ((np.float64(1), 10), {}),
        ((1, True), {}),
        ((True, 10), {}),
        ((None, 10), {}),
    ],
    "CosineDecayRestarts": [
        ((1, 10), {}),
        ((1, 4), {"t_mul": 1, "m_mul": 0.5}),
        ((2, 4), {"t_mul": 1.0, "m_mul": 1, "alpha": 0.5}),
        ((1.0, 4), {"t_mul": 3, "m_mul": 2}),
        ((True, 4), {"t_mul": 1}),
    ],
    "ExponentialDecay": [
        ((1, 10, 0.5), {}),
        ((3, 10, 2), {"staircase": True}),
        ((np.int64(3), 10, 0.5), {}),
        ((True, 3, 0.5), {}),
        ((None, 3, 0.5), {}),
    ],
    "InverseTimeDecay": [((1, 10, 0.5), {}), ((3, 10, 2), {"staircase": True}), ((True, 3, 1), {})],
    "PolynomialDecay": [
        ((1, 10), {}),
        ((2, 10, 1), {"power": 2}),
        ((2, 4, 1), {"power": 1, "cycle": True}),
        ((np.int64(5), 10), {}),
        ((True, 10, 0), {}),
    ],
    "PiecewiseConstantDecay": [
        (([2, 5], [3, 2, 1]), {}),
        (([np.int64(2), 5.9], [1, 2, 3]), {}),
        (([2, 5], [3, 0.5, 1]), {}),
        (([2, 5], [1.0, 0.5, 1]), {}),
        (([2, 5], [0.5, np.float64(0.25), 0.1]), {}),
        (([2, 5], [True, False, True]), {}),
    ],
}


def of_whole_numbers(k, engine, name):
    """Values, and how far a weight goes in three steps; or the classes of what is raised."""
    found = []
    for args, kwargs in GIVEN[name]:
        for act in (directly, in_a_fit):
            try:
                found.append(act(k, getattr(k.optimizers.schedules, name)(*args, **kwargs)))
            except Exception as error:
                said(error)
                found.append([cls.__name__ for cls in type(error).__mro__])
    return found


def directly(k, schedule):
    steps = [*range(12), np.int64(7), np.float32(2.5), 3.7]
    return np.array([float(schedule(step)) for step in steps])


def in_a_fit(k, schedule):
    model = k.Sequential([k.Input((1,)), k.layers.Dense(1, kernel_initializer="zeros")])
    model.compile(k.optimizers.SGD(schedule), "mae")
    model.fit(np.ones((3, 1)), np.full((3, 1), 100.0), batch_size=1, verbose=0, shuffle=False)
    return np.array([*model.get_weights()[0].ravel(), float(model.optimizer.learning_rate)])


@pytest.mark.parametrize("name", GIVEN)
def test_whole_numbers_and_booleans(name):
    function = f"{__name__}:of_whole_numbers"
    theirs = Engine("tf", "graph", "float32").run(function, name)
    ours = Engine("scratch", "hand", "float32").run(function, name)
    for given, mine, other in zip(np.repeat(np.arange(99), 2), ours, theirs, strict=False):
        case = GIVEN[name][given]
        if isinstance(other, list):
            assert isinstance(mine, list) and other[0] in mine, (case, mine, other)
        else:
            assert not isinstance(mine, list), (case, mine)
            assert np.allclose(mine, other, rtol=FEW_ROUNDINGS, atol=FEW_ROUNDINGS), (
                case,
                mine,
                other,
            )
