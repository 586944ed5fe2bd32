"""The perceptron's own rules: written out sample by sample, told, exported, and where they end."""

import itertools
from typing import Any

import numpy as np
import pytest

from parity_tests.commands.playground import place
from parity_tests.harness.tolerances import FEW_STEPS
from parity_tests.suite.playground.playing import Session, ask, dense, refused, unpacked

FORMULAS = place.module("perceptron").FORMULAS
RULES: list[dict[str, Any]] = [
    {"class": "Rosenblatt", "learning_rate": 0.5},
    {"class": "Batch", "learning_rate": 0.25},
    {"class": "Averaged", "learning_rate": 0.5},
    {"class": "MIRA", "C": 0.125},
]  # numbers that float32 has
KERNEL = [("output/kernel", [0, 0]), ("output/kernel", [1, 0])]


def begun(rule, data="moons", batch=3, **state):
    session = Session()
    told = ask(
        session,
        "new",
        state={"data": {"name": data, "samples": 60}, "layers": [], "rule": rule,
               "batch_size": batch, "dtype": "float64", **state},
    )  # fmt: skip
    return session, told


def written_out(rule, w, steps, x, y):
    """The rule in plain Python, one number after the other: w~ behind the steps, and u~."""
    kind, rate = rule["class"], rule.get("learning_rate", 0.0)
    u, total, count = list(w), [0.0] * len(w), 0
    for rows in steps:
        if kind == "Batch":
            wrong = [s for s in rows if y[s] * sum(map(float.__mul__, w, x[s])) <= 0]
            w = [w[i] + rate * sum(y[s] * x[s][i] for s in wrong) for i in range(len(w))]
            continue
        for s in rows:
            if kind == "MIRA":
                margin = y[s] * sum(map(float.__mul__, w, x[s]))
                tau = min(rule["C"], max(0.0, 1 - margin) / sum(v * v for v in x[s]))
                w = [a + tau * y[s] * v for a, v in zip(w, x[s], strict=True)]
            elif kind == "Rosenblatt":
                if y[s] * sum(map(float.__mul__, w, x[s])) <= 0:
                    w = [a + rate * y[s] * v for a, v in zip(w, x[s], strict=True)]
            else:
                if y[s] * sum(map(float.__mul__, u, x[s])) <= 0:
                    u = [a + rate * y[s] * v for a, v in zip(u, x[s], strict=True)]
                total, count = [a + b for a, b in zip(total, u, strict=True)], count + 1
                w = [a / count for a in total]
    return w, u


@pytest.mark.parametrize("use_bias", [True, False], ids=["bias", "no bias"])
@pytest.mark.parametrize("rule", RULES, ids=[rule["class"] for rule in RULES])
def test_a_rule_written_out(rule, use_bias):
    session, _ = begun(rule, output={"use_bias": use_bias})
    run, steps = session.run, 17
    x = [[*row, 1.0] if use_bias else row for row in run.x.tolist()]
    y = [1.0 if label else -1.0 for label in run.labels]
    start = run.flat().tolist()
    w, u = written_out(rule, start, [run.batches.rows_of(k) for k in range(steps)], x, y)
    ask(session, "step", batches=steps)
    assert np.allclose(run.flat(), w, rtol=0, atol=FEW_STEPS)
    assert np.abs(np.subtract(w, start)).max() > 0.1, "it has learned"
    values = unpacked(session.frame())["values"]
    if rule["class"] == "Averaged":
        assert np.allclose(values, u, rtol=0, atol=FEW_STEPS)
        assert np.abs(np.subtract(u, w)).max() > 0.01, "the mean is another line"
    else:
        assert len(values) == 0


def test_mira_makes_the_smallest_change_that_gives_a_margin():
    """y w~' x~ = 1 where C allows it, and no shorter step does the same."""
    session, _ = begun({"class": "MIRA", "C": 1e6}, batch=1)
    run = session.run
    draw = np.random.default_rng(0)
    moved = 0
    for _ in range(12):
        row = int(run.batches.rows_of(run.step)[0])
        x, y = np.append(run.x[row], 1.0), run.targets[row, 0]
        before = run.flat()
        ask(session, "step", batches=1)
        step = run.flat() - before
        if y * (before @ x) >= 1:
            assert not step.any()
            continue
        moved += 1
        assert y * (run.flat() @ x) == pytest.approx(1, abs=FEW_STEPS)
        across = draw.standard_normal((50, 3))
        across -= np.outer(across @ x / (x @ x), x)  # steps that give the same margin
        assert (np.linalg.norm(step + across, axis=1) > np.linalg.norm(step)).all()
    assert moved > 3


@pytest.mark.parametrize("rule", RULES, ids=[rule["class"] for rule in RULES])
def test_the_arithmetic_comes_to_the_rule(rule):
    session, _ = begun(rule)
    ask(session, "step", batches=4)
    for weight, index in [*KERNEL, ("output/bias", [0])]:
        told = ask(session, "arithmetic", weight=weight, index=index)
        assert told["optimizer"] is None
        assert told["rule"] == rule["class"]
        last = [line for line in told["lines"] if line["name"] == "w"][-1]
        assert last["value"] == told["after"]
        count = 1 if rule["class"] == "Batch" else 3
        assert len(told["lines"]) == count * len(FORMULAS[rule["class"]])
        assert "None" not in str([line["numbers"] for line in told["lines"]])
        state = session.run.snapshot()
        ask(session, "step", batches=1)
        k = session.run.names.index(weight)
        assert session.run.model.weights[k].numpy()[tuple(index)] == told["after"]
        session.run.restore(state)
    seen = ask(session, "microscope")
    after = seen["layers"][0]["weights"]["output/kernel"]["after"]
    ask(session, "step", batches=1)
    assert session.run.model.weights[0].numpy().tolist() == after


@pytest.mark.parametrize("name", ["perceptron", "perceptron_batch", "perceptron_mira"])
def test_where_a_line_divides_the_classes_a_rule_ends(name):
    session = Session()
    ask(session, "preset", name=name)
    told = ask(session, "step", epochs=50)
    assert told["metric"] == 1
    assert "all 30 training points are right" in told["halted"]
    assert told["step"] < 50 * session.run.batches.per_epoch
    assert unpacked(session.frame())["flags"] == 4
    line = ask(session, "line")
    run = session.run
    sides = run.x[: run.train] @ [line["a"], line["b"]] + line["c"]
    assert ((sides > 0) == (run.labels[: run.train] == 1)).all()


def test_where_none_does_only_the_mean_of_all_lines_comes_to_rest():
    wandered = {}
    for kind in ("Rosenblatt", "Averaged"):
        session, _ = begun({"class": kind, "learning_rate": 0.5}, batch=1)
        ask(session, "step", epochs=40)
        lines = []
        for _ in range(20):
            assert ask(session, "step", batches=1)["metric"] < 1
            lines.append(session.run.flat() / np.linalg.norm(session.run.flat()))
        wandered[kind] = max(np.abs(a - b).max() for a, b in itertools.pairwise(lines))
    assert wandered["Averaged"] < wandered["Rosenblatt"] / 20


def test_features_make_a_line_of_a_circle():
    session = Session()
    state = ask(session, "preset", name="perceptron_circle")["state"]
    assert ask(session, "step", epochs=60)["halted"] is None
    ask(session, "new", state={**state, "features": ["x^2", "y^2"]})
    assert "all 30" in ask(session, "step", epochs=60)["halted"]


def test_an_edited_weight_begins_the_mean_anew():
    session, _ = begun({"class": "Averaged", "learning_rate": 0.5}, batch=1)
    ask(session, "step", batches=9)
    ask(session, "edit", weight="output/kernel", index=[0, 0], value=3.0)
    before = session.run.flat()
    assert unpacked(session.frame())["values"].tolist() == before.tolist()
    told = ask(session, "arithmetic", weight="output/kernel", index=[0, 0])
    slots = {slot["name"]: slot["before"] for slot in told["slots"]}
    assert slots == {"u": 3.0, "t": 0.0}
    # Back before the edit, it goes on as if nothing had been.
    other, _ = begun({"class": "Averaged", "learning_rate": 0.5}, batch=1)
    ask(other, "step", batches=7)
    ask(other, "step", batches=2)
    ask(other, "step", batches=4)
    ask(other, "back", to=7)
    ask(other, "step", batches=2)
    again, _ = begun({"class": "Averaged", "learning_rate": 0.5}, batch=1)
    ask(again, "step", batches=9)
    assert other.frame()[8:] == again.frame()[8:]


def test_a_rate_changes_at_once():
    session, _ = begun({"class": "Rosenblatt"}, batch=1)
    assert ask(session, "set", learning_rate=0.0)["state"]["rule"]["learning_rate"] == 0
    before = session.run.flat()
    assert ask(session, "step", epochs=1)["learning_rate"] == 0
    assert np.array_equal(session.run.flat(), before)
    session, told = begun({"class": "MIRA"})
    assert told["learning_rate"] is None
    assert "rule" in refused(session, "set", learning_rate=0.1)
    assert "no learning rate" in refused(session, "sweep", steps=1)


TWO = {"name": "moons", "samples": 40}


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"layers": dense(2)}, "single unit"),
        ({"layers": [], "data": {"name": "three_clouds"}}, "two classes"),
        ({"layers": [], "data": {"name": "plane"}}, "two classes"),
        ({"layers": [], "kernel_regularizer": {"class": "L2"}}, "no penalty"),
        ({"layers": [], "output": {"kernel_regularizer": {"class": "L1"}}}, "no penalty"),
        ({"layers": [], "output": {"activation": "tanh"}}, "linear unit"),
        ({"layers": [], "loss": "squared_hinge"}, "linear unit"),
        ({"layers": [], "engines": ["scratch", "tf"]}, "tf.keras has no rule"),
        ({"layers": [], "rule": {"class": "Hebb"}}, "one of"),
        ({"layers": [], "rule": {"class": "MIRA", "learning_rate": 1}}, "no `learning_rate`"),
        ({"layers": [], "rule": {"class": "MIRA", "C": -1}}, "rule.C"),
        ({"layers": [], "rule": "MIRA"}, "object"),
    ],
)
def test_what_a_rule_cannot_train_is_said(state, said):
    session = Session("tf")
    whole = {"data": TWO, "rule": {"class": "Rosenblatt"}, **state}
    assert said in refused(session, "new", state=whole)


def test_what_only_keras_has_is_said():
    session, told = begun({"class": "Rosenblatt"})
    assert told["recording"] is None
    assert "Keras has no rule" in ask(session, "compare")["why"]
    assert "no rule" in refused(session, "save_case")
    # An optimizer races from the same start; the rule is not among them.
    raced = ask(session, "race", steps=5, resolution=5)
    assert [len(one["losses"]) > 1 for one in raced["runs"]] == [True] * 5


@pytest.mark.parametrize("use_bias", [True, False], ids=["bias", "no bias"])
@pytest.mark.parametrize("rule", RULES, ids=[rule["class"] for rule in RULES])
def test_the_program_makes_the_run_again(rule, use_bias, capsys):
    session, _ = begun(rule, dtype="float32", output={"use_bias": use_bias})
    ask(session, "step", epochs=2)
    code = ask(session, "export", what="code", library="scratch", epochs=2)["text"]
    assert f"Keras has no rule {rule['class']}" in code
    names: dict[str, Any] = {"__name__": "exported"}
    exec(compile(code, "exported", "exec"), names)
    assert "loss:" in capsys.readouterr().out
    for a, v in zip(names["model"].get_weights(), session.run.model.weights, strict=True):
        assert np.array_equal(a, v.numpy())
        assert a.dtype == v.numpy().dtype
