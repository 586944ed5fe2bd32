"""Constraints: in training, on edges, and as objects."""

from typing import Any

import numpy as np
import pytest

from parity_tests import cases
from parity_tests.commands.unchanged.messages import said
from parity_tests.harness import checks
from parity_tests.harness.engines import HAND, TAPE, Engine
from parity_tests.harness.tolerances import DERIVATIVE, rounding

CASES = cases.of("constraints")
by_name: dict[str, Any] = {"argvalues": CASES, "ids": [case.name for case in CASES]}

# Columns with a norm of 0, far below epsilon, at it, and around every bound that is tested.
COLUMNS = np.array(
    [[0.0, 1e-12, 6e-8, 0.3, 0.6, 1.2, -1.2, 3.0], [0.0, 0.0, -8e-8, 0.4, -0.8, 1.6, 1.6, 1e15]]
)
MAKERS: dict[str, Any] = {
    "max norm": ("MaxNorm", {}),
    "max norm at a bound": ("MaxNorm", {"max_value": 0.5}),
    "max norm, rows": ("MaxNorm", {"max_value": 1, "axis": 1}),
    "non-negative": ("NonNeg", {}),
    "unit norm": ("UnitNorm", {}),
    "unit norm, both axes": ("UnitNorm", {"axis": [0, 1]}),
    "min-max norm": ("MinMaxNorm", {}),
    "min-max norm at bounds": ("MinMaxNorm", {"min_value": 0.5, "max_value": 2.0}),
    "min-max norm, slowly": ("MinMaxNorm", {"min_value": 0.7, "max_value": 1.1, "rate": 0.3}),
    "base": ("Constraint", {}),
}


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("case", **by_name)
def test_training(case, precision, report):
    engine = Engine("tf", "graph", precision)
    report.check(f"constraints, trained, {precision}", case, checks.training(case, engine))


def applied(k, engine, name, options, dtype):
    constraint = getattr(k.constraints, name)(**options)
    value = np.asarray(constraint(k.ops.convert_to_tensor(COLUMNS.astype(dtype))))
    return value, constraint.get_config(), k.constraints.serialize(constraint)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("what", MAKERS)
def test_values_on_edges(what, dtype):
    function, arguments = (
        f"{__name__}:applied",
        (*MAKERS[what], dtype),
    )
    theirs, ours = (
        Engine(e.library, e.mode, dtype).run(function, *arguments) for e in (TAPE, HAND)
    )
    assert ours[0].dtype == theirs[0].dtype
    # Entry by entry: each is a handful of roundings away from the exact one.
    allowed = DERIVATIVE if dtype == "float64" else rounding(COLUMNS.shape[0], dtype)
    assert (np.abs(ours[0] - theirs[0]) <= allowed * np.abs(theirs[0])).all()
    assert ours[1:] == theirs[1:]


def looked_up(k, engine, identifier):
    """The class and the config of what `get` finds, or the class of what it raises."""
    if isinstance(identifier, str) and identifier.startswith("class "):
        identifier = getattr(k.constraints, identifier.removeprefix("class "))
    try:
        found = k.constraints.get(identifier)
    except Exception as error:
        said(error)
        return type(error).__name__
    return None if found is None else (type(found).__name__, found.get_config())


@pytest.mark.parametrize(
    "identifier",
    [
        None, "max_norm", "MaxNorm", "maxnorm", "non_neg", "NonNeg", "nonneg", "unit_norm",
        "min_max_norm", "constraint", "Constraint", "", "typo", 3, 1.5, [1], {}, "class NonNeg",
        {"class_name": "MaxNorm", "config": {"max_value": 1}}, {"class_name": "X", "config": {}},
    ],
)  # fmt: skip
def test_get(identifier):
    function = f"{__name__}:looked_up"
    theirs, ours = (e.run(function, identifier) for e in (TAPE, HAND))
    assert ours == theirs


def test_a_layers_config_holds_its_constraints():
    function = f"{__name__}:layer_config"
    theirs, ours = (e.run(function) for e in (TAPE, HAND))
    assert ours == theirs


def layer_config(k, engine):
    layer = k.layers.Dense(2, kernel_constraint=k.constraints.MaxNorm(3), bias_constraint="non_neg")
    config = layer.get_config()
    return [config[name] for name in ("kernel_constraint", "bias_constraint")]


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("dtype", ["int32", "int64", "uint8", "float64"])
def test_other_types_than_float32(name, dtype):
    """Whole numbers are taken for fractions, as in Keras."""
    keras = pytest.importorskip("keras")
    cls, settings = MAKERS[name]
    w = np.array([[3, 0, 1], [4, 1, 1]], dtype)

    def call(k):
        return getattr(k.constraints, cls)(**settings)(w)

    found = scratch_of(call)
    expected = np.asarray(call(keras))
    assert found.dtype == expected.dtype
    np.testing.assert_allclose(found, expected, rtol=rounding(8, "float32"))


def scratch_of(call):
    import scratch

    return np.asarray(call(scratch))
