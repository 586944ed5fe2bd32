"""Losses: on the edges of clips and margins, from probabilities and logits, with all reductions."""

from typing import Any

import numpy as np
import pytest

import scratch
from parity_tests import cases
from parity_tests.harness import checks
from parity_tests.harness.engines import COMPLEX, TAPE, Engine
from parity_tests.harness.ways import ways
from scratch.losses.plain import PlainLoss
from scratch.ops.errors import InvalidArgumentError

CASES = cases.of("losses")
by_name: dict[str, Any] = {"argvalues": CASES, "ids": [case.name for case in CASES]}


@pytest.mark.parametrize(**ways(CASES))
def test_derivatives(case, way, report):
    if case.untrue and way == "by complex step":
        truth = COMPLEX.record(case, "gradients")["gradient/dense/kernel"]
        tape = TAPE.record(case, "gradients")["gradient/dense/kernel"]
        assert np.nanmax(np.abs(truth - tape)) > 1, f"no longer true: {case.untrue}"
        return
    report.check(f"losses, {way}", case, checks.gradients(case, way))


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("case", **by_name)
def test_training(case, precision, report):
    engine = Engine("tf", "eager", precision)
    report.check(f"losses, trained, {precision}", case, checks.training(case, engine))


def test_a_loss_made_of_a_function_has_a_constructor_of_its_own():
    """With the function's name by default, and Python's own words for what it does not take."""
    loss = scratch.losses.Hinge(dtype="float64")
    assert (loss.name, loss.reduction, loss.dtype) == ("hinge", "sum_over_batch_size", "float64")
    unknown: dict[str, Any] = {"axis": 1}
    with pytest.raises(TypeError, match=r"Hinge.__init__\(\) got an unexpected keyword"):
        scratch.losses.Hinge(**unknown)

    class Summed(scratch.losses.MeanSquaredError):
        """A subclass inherits the function, and may have another constructor."""

        def __init__(self):
            super().__init__("sum", name="summed")

    assert Summed()(np.ones((2, 2)), np.zeros((2, 2))) == 2.0
    assert Summed().get_config() == {"name": "summed", "reduction": "sum"}
    with pytest.raises(NotImplementedError, match="which function"):
        PlainLoss()


@pytest.mark.parametrize("name", ["Dice", "Tversky"])
def test_labels_that_do_not_fit_are_refused_before_anything_is_multiplied(name):
    """As in every loss: the class of TensorFlow's error, and both shapes."""
    model = scratch.Sequential([scratch.Input((3,)), scratch.layers.Dense(4)])
    model.compile("sgd", getattr(scratch.losses, name)())
    with pytest.raises(InvalidArgumentError, match=r"y_true of shape \(2,\) does not fit"):
        model.fit(np.ones((2, 3)), np.ones(2), verbose=0)
