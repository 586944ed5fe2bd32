"""Penalties: in the loss, in the gradient, in what is reported."""

from typing import Any

import numpy as np
import pytest

import scratch
from parity_tests import cases
from parity_tests.commands.unchanged.messages import said
from parity_tests.harness import checks, tolerances
from parity_tests.harness.comparison import compare
from parity_tests.harness.engines import COMPLEX, GRAPH, HAND, TAPE, Engine
from parity_tests.harness.ways import ways

CASES = cases.of("regularizers")
ORTHOGONAL = cases.of("orthogonality")
by_name: dict[str, Any] = {"argvalues": CASES, "ids": [case.name for case in CASES]}
orthogonal: dict[str, Any] = {"argvalues": ORTHOGONAL, "ids": [case.name for case in ORTHOGONAL]}


@pytest.mark.parametrize(**ways(CASES))
def test_derivatives(case, way, report):
    report.check(f"regularizers, {way}", case, checks.gradients(case, way))


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("case", **by_name)
def test_training(case, precision, report):
    engine = Engine("tf", "eager", precision)
    report.check(f"regularizers, trained, {precision}", case, checks.training(case, engine))


@pytest.mark.parametrize(
    ("case", "other"),
    # The norm of a zero row has no derivative for a complex step to find.
    [(c, o) for c in ORTHOGONAL for o in (GRAPH, COMPLEX) if o is GRAPH or "zero" not in c.name],
    ids=lambda value: value.name,
)
def test_orthogonal_derivatives(case, other, report):
    """Three derivatives of its own, since TensorFlow has none in float64."""
    by_hand, expected = HAND.record(case, "gradients"), other.record(case, "gradients")
    comparison = compare(
        case,
        checks.restricted(by_hand, expected),
        expected,
        lambda name: tolerances.rule(name, "float64"),
    )
    report.check("regularizers, orthogonal", case, comparison)


@pytest.mark.parametrize("case", **orthogonal)
def test_orthogonal_training(case, report):
    engine = Engine("tf", "eager", "float32")
    report.check("regularizers, orthogonal, float32", case, checks.training(case, engine))


def looked_up(k, engine, identifier):
    """The class and the config of what `get` finds, or the class of what it raises."""
    if isinstance(identifier, str) and identifier.startswith("class "):
        identifier = getattr(k.regularizers, identifier.removeprefix("class "))
    try:
        found = k.regularizers.get(identifier)
    except Exception as error:
        said(error)
        return type(error).__name__
    if found is None or type(found).__name__ == "Regularizer":
        return type(found).__name__
    return type(found).__name__, found.get_config(), k.regularizers.serialize(found)


@pytest.mark.parametrize(
    "identifier",
    [
        None, "l1", "l2", "l1l2", "L1", "L2", "L1L2", "l1_l2", "OrthogonalRegularizer",
        "orthogonal_regularizer", "orthogonal", "Regularizer", "regularizer", "", 0.1, 3, [1], {},
        "class L2", {"class_name": "L2", "config": {"l2": 0.1}}, {"class_name": "L3", "config": {}},
    ],
)  # fmt: skip
def test_get(identifier):
    theirs, ours = (e.run(f"{__name__}:looked_up", identifier) for e in (TAPE, HAND))
    assert ours == theirs


def mistakes(k, engine):
    found = []
    for act in (
        lambda r: r.L2(-1.0),
        lambda r: r.L1(float("nan")),
        lambda r: r.L1L2(l2=float("inf")),
        lambda r: r.L1("a"),
        lambda r: r.OrthogonalRegularizer(mode="diagonal"),
        lambda r: r.OrthogonalRegularizer(-0.1),
        lambda r: r.OrthogonalRegularizer()(k.Variable(np.ones(3))),
        lambda r: r.Regularizer().get_config(),
    ):
        try:
            act(k.regularizers)
        except Exception as error:
            said(error)
            found.append(type(error).__name__)
        else:
            found.append("nothing")
    return found


def test_mistakes():
    theirs, ours = (e.run(f"{__name__}:mistakes") for e in (TAPE, HAND))
    assert ours == theirs
    assert "nothing" not in ours


def test_edges():
    """One row has no pairs; a regularizer that is the base class has no penalty."""
    regularizers = scratch.regularizers
    one_row = np.array([[1.0, 2.0]])
    assert np.isnan(regularizers.OrthogonalRegularizer()(one_row))
    assert np.isnan(regularizers.OrthogonalRegularizer().gradient(one_row)).all()
    assert regularizers.Regularizer()(one_row) == 0
    right_angles = np.array([[1.0, 0.0], [0.0, 2.0]])
    assert regularizers.OrthogonalRegularizer()(right_angles) == 0
    assert not regularizers.OrthogonalRegularizer().gradient(right_angles).any()
