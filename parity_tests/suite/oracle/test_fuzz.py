"""The fuzzer: a fixed budget of drawn programs, and proof that it would find something."""

import json
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest

pytest.importorskip("hypothesis")

from typer.testing import CliRunner

import scratch
from parity_tests.commands.fuzz import judging, tables, twins
from parity_tests.commands.fuzz.campaign import Campaign
from parity_tests.commands.fuzz.program import Code, Program
from parity_tests.harness.engines import HAND, TF, Engine
from scratch.layers.preprocessing import images

BUDGET = 25
ADAM = Program(
    "float64",
    (
        Code("keras.Input((3,))"),
        Code("keras.layers.Dense(4, 'tanh')"),
        Code("keras.layers.Dense(2)"),
    ),
    (Code("x = draw.normal(size=(5, 3))"), Code("y = draw.normal(size=(5, 2))")),
    {"loss": "mse", "optimizer": Code("keras.optimizers.Adam(0.01)")},
    {"batch_size": 2, "shuffle": False},
)


def verdict_on(change):
    """The verdict when an engine found what `scratch` finds, but for a change."""
    record = HAND.run(judging.FUNCTION, ADAM)
    change(record)
    return judging.Judgement(ADAM, record).verdict(followed=True)


def test_a_fixed_budget():
    campaign = Campaign(first=3, count=BUDGET, tries=20).run()
    assert campaign.drawn == BUDGET
    assert not campaign.found, "\n".join(found.script() for found in campaign.found)
    assert campaign.tally["diverges"] == 0
    assert campaign.tally["refused"] + campaign.tally["ill-conditioned"] < BUDGET / 2


@pytest.mark.parametrize("library", ["jax", "torch"])
def test_other_backends(library):
    if why := Engine(library, "eager").unavailable:
        pytest.skip(why)
    campaign = Campaign([(library, "eager")], first=4, count=4, tries=20).run()
    assert campaign.drawn == 4
    assert not campaign.found, "\n".join(found.script() for found in campaign.found)


def test_the_same_seed_draws_the_same_programs():
    drawn = []
    for _ in range(2):
        seen: list[str] = []
        with patch("parity_tests.commands.fuzz.campaign.judge") as judge:
            judge.side_effect = lambda program, engine, seen=seen: (
                seen.append(program.source) or judging.Verdict("agreed")
            )
            Campaign(first=5, count=30).run()
        drawn.append(seen)
    assert drawn[0] == drawn[1]
    assert len(set(drawn[0])) > 25


# A planted fault ----------------------------------------------------------------------------------


def planted():
    """The gradient of a bias is the mean over the batch, where it should be the sum."""
    backward = scratch.layers.Dense.backward_z

    def faulty(self, dz, node):
        dx = backward(self, dz, node)
        if self.bias is not None and self.trainable:
            node.gradient(self.bias)[...] /= dz.size // dz.shape[-1]
        return dx

    return patch.object(scratch.layers.Dense, "backward_z", faulty)


def differences(keras, engine, script, fault):
    """In a worker: runs a script, with or without the fault; the differences that it prints."""
    names: dict[str, Any] = {"__name__": "__main__"}
    if fault:
        with planted():
            exec(compile(script, "script.py", "exec"), names)
    else:
        exec(compile(script, "script.py", "exec"), names)
    pairs = zip(names["results"]["keras"], names["results"]["scratch"], strict=True)
    return [float(np.abs(np.subtract(a, b)).max()) for a, b in pairs]


def test_a_planted_fault_is_found_shrunk_and_shown():
    with planted():
        (found,) = Campaign(first=1, count=100, most=1, tries=30).run().found
    script = found.script()
    assert found.began is not None and len(found.program.source) < len(found.began.source)
    assert "parity_tests" not in script
    run = f"{__name__}:differences"
    with_fault, without = (TF.run(run, script, fault) for fault in (True, False))
    assert any(a > 1e6 * b for a, b in zip(with_fault, without, strict=True))


# The judgement ------------------------------------------------------------------------------------


def test_equal_records_agree_and_the_quirk_is_named():
    verdict = verdict_on(lambda record: None)
    assert (verdict.kind, verdict.quirks) == ("agreed", ("K1",))


@pytest.mark.parametrize("name", ["weights/dense/kernel/step 2", "metric/loss/step 1", "output"])
def test_a_small_difference_diverges_where_it_begins(name):
    def change(record):
        record[name] = np.asarray(record[name]) * (1 + 1e-9)

    verdict = verdict_on(change)
    assert (verdict.kind, verdict.quantity) == ("diverges", name)


def test_a_missing_quantity_and_an_error_diverge():
    assert verdict_on(lambda record: record.pop("output")).kind == "diverges"

    def refuse(record):
        record["error/class"] = np.array(["ValueError"])

    verdict = verdict_on(refuse)
    assert (verdict.kind, verdict.quantity) == ("diverges", "error/ValueError, nothing")


def test_twins_part_by_roundings_and_zeros_stay():
    record = HAND.run(judging.FUNCTION, ADAM)
    with twins.shaken(1, "float64"):
        twin = HAND.run(judging.FUNCTION, ADAM)
        still = HAND.run(judging.FUNCTION, ADAM)
    apart = judging.distance(record["output"], twin["output"])
    assert 0 < apart < 1e-9 * np.abs(record["output"]).max()
    assert np.array_equal(record["initial/dense/kernel"], twin["initial/dense/kernel"])
    assert not record["initial/dense/bias"].any()
    assert judging.distance(twin["output"], still["output"]) > 0
    again = HAND.run(judging.FUNCTION, ADAM)
    assert judging.distance(record["output"], again["output"]) == 0


# The tables ---------------------------------------------------------------------------------------


def test_everything_in_scratch_is_drawn():
    layers, schedules = scratch.layers, scratch.optimizers.schedules
    kinds: list[tuple[Any, type, set[str]]] = [
        (layers, layers.Layer, {*tables.LAYERS, *tables.OF_RANK, *tables.MERGES}),
        (scratch.losses, scratch.Loss, set(tables.LOSSES)),
        (scratch.metrics, scratch.Metric, set(tables.METRICS)),
        (schedules, schedules.LearningRateSchedule, set(tables.SCHEDULES)),
        (scratch.regularizers, scratch.Regularizer, set(tables.REGULARIZERS) - {"names"}),
        (scratch.constraints, scratch.constraints.Constraint, set(tables.CONSTRAINTS)),
    ]
    bases = {"InputLayer", "Wrapper", "LossFunctionWrapper", "Mean", "MeanMetricWrapper", "Sum"}
    pictures = {*images.__all__, "Pipeline"}  # have tests of their own; programs draw vectors
    for kind, base, drawn in kinds:
        assert set(tables.classes(kind, base)) - bases - pictures == drawn
    for kind, base in [
        (scratch.optimizers, scratch.Optimizer),
        (scratch.initializers, scratch.Initializer),
    ]:
        for cls in tables.classes(kind, base).values():
            unknown = set(tables.arguments(cls)) - set(tables.OPTIONS)
            assert not unknown, f"{cls.__name__}: say in OPTIONS how to draw {unknown}"


# The command --------------------------------------------------------------------------------------


def test_the_command_counts_and_accumulates(tmp_path):
    from parity_tests.__main__ import app

    for seed in (1, 2):
        arguments = ["fuzz", "--count", "2", "--seed", str(seed), "--output", str(tmp_path)]
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == 0, result.output
    tally = json.loads((tmp_path / "tally.json").read_text())
    assert tally["total"]["programs"] == 4
    assert sum(tally["total"]["verdicts"].values()) == 4
    refused = CliRunner().invoke(app, ["fuzz", "--count", "2", "--engines", "theano"])
    assert refused.exit_code == 2
