"""Every name can be checked; what a finding says; and what cannot be checked."""

import re
from typing import Any

import numpy as np
import pytest

from parity_tests.suite.testing.students import spoiled
from parity_tests.suite.testing.test_layers import (
    DB,
    DENSE,
    DW,
    WRONG_DENSE,
    assert_dense_diagnosed,
)
from parity_tests.suite.testing.test_losses import WRONG_LOSSES, assert_loss_diagnosed
from parity_tests.suite.testing.test_optimizers import WRONG_OPTIMIZERS, assert_optimizer_diagnosed
from parity_tests.suite.testing.test_styles import Affine, Silent, affine_forward
from scratch import losses, optimizers, testing
from scratch.testing import check_layer, check_loss, check_optimizer
from scratch.testing.references import activation_names, excuse, layer_names, reference_names

# What a layer or an activation cannot be used without.
NEEDED = {
    "center_crop": {"height": 2, "width": 2, "input_shape": (3, 4, 2)},
    "dropout": {"rate": 0.0},
    "einsum_dense": {"equation": "ab,bc->ac", "output_shape": 3},
    "group_normalization": {"groups": 2},
    "permute": {"dims": (2, 1), "input_shape": (3, 4)},
    "repeat_vector": {"n": 2},
    "rescaling": {"scale": 2.0},
    "reshape": {"target_shape": (2, 2)},
    "threshold": {"threshold": 0.5, "default_value": 0.0},
}
WEIGHTS = {
    "batch_normalization": ("gamma", "beta"),
    "dense": ("W", "b"),
    **{f"conv{n}d{kind}": ("W", "b") for n in (1, 2, 3) for kind in ("", "_transpose")},
    **{f"depthwise_conv{n}d": ("W", "b") for n in (1, 2)},
    **{f"separable_conv{n}d": ("depthwise_kernel", "pointwise_kernel", "b") for n in (1, 2)},
    "einsum_dense": ("W",),
    "group_normalization": ("gamma", "beta"),
    "layer_normalization": ("gamma", "beta"),
    "p_re_lu": ("alpha",),
    "rms_normalization": ("scale",),
}


@pytest.mark.parametrize("like", reference_names())
def test_every_layer_and_activation_can_be_checked(like):
    """Somebody's layer that gives a third of a number: wrong like any of them, never an error."""
    names = WEIGHTS.get(like, ())
    of = {"forward": ("x", *names), "backward": ("dy", "x", *names)}
    code = spoiled(
        "def forward(x): return x[..., :1] / 3\n"
        f"def backward(dy): return np.zeros_like(x), {' 0.0,' * len(names)}",
        *(
            (f"def {name}({args[0]})", f"def {name}({', '.join(args)})")
            for name, args in of.items()
        ),
    )
    needed: Any = NEEDED.get(like, {})
    result = check_layer((code["forward"], code["backward"]), like, **needed)
    assert not result
    assert {finding.quantity for finding in result.findings} >= {
        "output", "dx", *(f"d{name}" for name in names)
    }  # fmt: skip


@pytest.mark.parametrize("like", sorted({c.__name__ for c in layer_names().values() if excuse(c)}))
def test_a_layer_that_cannot_be_checked_is_refused_with_the_reason(like):
    with pytest.raises(ValueError, match=f"{like} cannot be checked: it .{{10}}"):
        check_layer((abs, abs), like)


BATCH_NORMALIZATION = """
class BatchNorm:
    def __init__(self, gamma, beta, eps=1e-3):
        self.gamma, self.beta, self.eps = gamma, beta, eps
    def forward(self, x):
        m = len(x)
        self.xmu = x - x.sum(axis=0) / m
        self.ivar = 1 / np.sqrt((self.xmu**2).sum(axis=0) / m + self.eps)
        self.xhat = self.xmu * self.ivar
        return self.gamma * self.xhat + self.beta
    def backward(self, dy):
        m = len(dy)
        self.dgamma, self.dbeta = (dy * self.xhat).sum(axis=0), dy.sum(axis=0)
        dxhat = dy * self.gamma
        dvar = (dxhat * self.xmu).sum(axis=0) * -0.5 * self.ivar**3
        dmu = -(dxhat * self.ivar).sum(axis=0)
        return dxhat * self.ivar + dvar * 2 * self.xmu / m + dmu / m
"""


def test_a_batch_normalization_is_checked_in_training():
    assert check_layer(spoiled(BATCH_NORMALIZATION)["BatchNorm"], "batch_normalization")
    for change, wrong in {
        (" + dmu / m", ""): {"dx"},
        ("eps=1e-3", "eps=1e-5"): {"output", "dgamma", "dx"},
        ("(dy * self.xhat).sum(axis=0)", "dy * self.xhat"): {"dgamma"},
    }.items():
        code = spoiled(BATCH_NORMALIZATION, change)["BatchNorm"]
        result = check_layer(code, "batch_normalization")
        assert {f.quantity for f in result.findings} == wrong


@pytest.mark.parametrize("loss", losses.FUNCTIONS)
def test_every_loss_can_be_checked(loss):
    result = check_loss((lambda y, p: 7.0, lambda y, p: np.full(p.shape, 7.0)), loss.__name__)
    assert {finding.quantity for finding in result.findings} == {"loss", "dp"}
    assert not result.diagnoses


WRAPPERS = ("Optimizer", "LossScaleOptimizer")  # around an update that another one has
OPTIMIZER_NAMES = [n for n in optimizers.__all__ if n[0].isupper() and n not in WRAPPERS]


@pytest.mark.parametrize("like", OPTIMIZER_NAMES)
def test_every_optimizer_can_be_checked(like):
    result = check_optimizer(lambda w, g: w + 1, like)
    assert [f.quantity for f in result.findings] == ["W1 after step 1", "W2 after step 1"]


def test_names():
    assert {"dense", "flatten", "dropout", *activation_names()} < set(reference_names())
    assert "add" not in reference_names()
    assert layer_names()["Dense"] is layer_names()["dense"]


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_mistakes_are_recognized_with_other_numbers(seed):
    for diagnosed, students in (
        (assert_dense_diagnosed, WRONG_DENSE),
        (assert_loss_diagnosed, WRONG_LOSSES),
        (assert_optimizer_diagnosed, WRONG_OPTIMIZERS),
    ):
        for name in list(students)[seed::5]:
            diagnosed(name, seed)


def test_two_mistakes_at_once():
    code = spoiled(DENSE, (DB, "dz"), (DW, DW + " / len(dy)"))
    result = check_layer(code["Dense"], activation="sigmoid")
    assert {f.quantity: f.diagnosis for f in result.findings} == {
        "dW": "weight gradient with an extra 1/m",
        "db": "bias gradient not summed over the batch",
    }
    code = spoiled(DENSE, (" + self.b", ""), (DW, "dz.T @ self.x"))
    result = check_layer(code["Dense"], activation="sigmoid")
    found = {f.quantity: f.diagnosis for f in result.findings}
    assert found["output"] == "missing bias"
    assert found["dW"] is None
    assert "mend that first" in str(result)


def test_what_a_finding_says():
    code = spoiled(DENSE, (DB, "3 * dz.sum(axis=0)"))
    result = check_layer(code["Dense"], activation="sigmoid", units=4)
    (finding,) = result.findings
    assert finding.quantity == "db"
    assert finding.actual == pytest.approx(3 * finding.expected)
    assert finding.index is not None
    assert len(finding.index) == 1
    assert finding.where == "6 samples, 5 inputs, 4 units"
    assert finding.diagnosis is None
    assert finding.advice == ("Every entry is 3 times what it should be.",)
    assert re.search(r"wrong  db\[\d\] is -?[\d.]+, expected -?[\d.]+ \(4 of 4 entries are off\)",
                     str(result))  # fmt: skip
    with pytest.raises(testing.WrongAnswerError, match="Every entry is 3 times"):
        result.raise_if_wrong()


def test_code_that_raises_is_wrong_and_says_so():
    result = check_layer((lambda x, W, b: x @ W + b, lambda dy, x, W, b: 1 / 0), "dense")
    assert not result
    (finding,) = result.findings
    assert finding.message == "backward raised ZeroDivisionError: division by zero"
    assert finding.quantity == "backward"
    assert result.right == ["output"]
    assert re.fullmatch(r"test_findings.py, line \d+: .* 1 / 0.*", finding.advice[0])
    assert finding.diagnosis is None


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (lambda: check_layer(3, "dense"), "class or an object with forward"),
        (lambda: check_layer(type("A", (), {"forward": lambda self, x: x}), "relu"), "backward"),
        (
            lambda: check_layer(
                type("A", (), {"__init__": lambda self, foo, bar, baz, qux: None}), "dense"
            ),
            "'qux'",
        ),
        (lambda: check_layer((affine_forward, lambda dy, x: dy), "dense"), "no gradient of kernel"),
        (lambda: check_layer(Silent, "tanh"), "forward returned nothing"),
        (lambda: check_loss(lambda y, p: 1.0, "mse"), "returned one value"),
        (lambda: check_loss(3, "mse"), "Expected a loss"),
        (lambda: check_optimizer(3, "sgd"), "step\\(w, g\\) and update"),
    ],
)
def test_what_fits_nothing_is_told_what_is_missing(check, message):
    with pytest.raises(testing.NothingFitsError, match=message):
        check()


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (lambda: check_layer(Affine, "dens"), "Unknown layer or activation"),
        (lambda: check_layer((abs, abs), "relu", foo=1), "no argument 'foo'"),
        (lambda: check_loss((abs, abs), "msee"), "msee"),
        (lambda: check_loss((abs, abs), "mse", foo=1), "no argument 'foo'"),
        (lambda: check_optimizer(abs, "sgd", foo=1), "no argument 'foo'"),
    ],
)
def test_wrong_names_and_options(check, message):
    with pytest.raises(ValueError, match=message):
        check()


def luminance(colour):
    """The relative luminance of `#rrggbb`, as the contrast of web pages is defined with it."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def test_a_notebook_shows_colours_that_can_be_read_on_white_and_on_black():
    def backward(dy, x, W, b):
        raise ValueError("<b> & co.")

    page = check_layer((lambda x, W, b: x @ W + b, backward), "dense")._repr_html_()
    assert "&lt;b&gt; &amp; co." in page
    assert "<b>" not in page
    colours = re.findall(r"color: (#\w{6})", page)
    assert len(set(colours)) >= 2
    for colour in colours:
        shades = sorted([luminance(colour), luminance("#111111")])
        assert (shades[1] + 0.05) / (shades[0] + 0.05) >= 4
        assert 1.05 / (luminance(colour) + 0.05) >= 4
