# ruff: noqa: E501 - one line a mistake
"""Losses: every usual mistake is recognized by name, and what is right passes."""

import numpy as np
import pytest

from parity_tests.suite.testing.students import assert_diagnosed, names, spoiled
from scratch import losses
from scratch.testing import check_loss
from scratch.testing.check_losses import _data
from scratch.testing.meaning import meaning
from scratch.testing.mistakes import losses as loss_mistakes

LOSSES = """
def onehot(y, k): return np.eye(k)[y]
def clip(p): return np.clip(p, 1e-9, 1 - 1e-9)
def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
def mse(y, p): return np.mean((y - p) ** 2)
def mse_gradient(y, p): return 2 * (p - y) / y.size
def cce(y, p): return -np.mean(np.sum(y * np.log(clip(p)), axis=1))
def cce_gradient(y, p): return -y / clip(p) / len(y)
def cce_z(y, z): return -np.mean(np.sum(y * np.log(clip(softmax(z))), axis=1))
def cce_z_gradient(y, z): return (softmax(z) - y) / len(y)
def bce(y, p): return -np.mean(y * np.log(clip(p)) + (1 - y) * np.log(1 - clip(p)))
def bce_gradient(y, p): return (-y / clip(p) + (1 - y) / (1 - clip(p))) / y.size
def bce_z(y, z): return np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-abs(z))))
def bce_z_gradient(y, z): return (1 / (1 + np.exp(-z)) - y) / y.size
def hinge(y, p): return np.mean(np.maximum(0, 1 - y * p))
def hinge_gradient(y, p): return np.where(y * p <= 1, -y, 0) / y.size
"""
LIKE = {
    "mse": ("mse", {}),
    "cce": ("categorical_crossentropy", {}),
    "cce_z": ("categorical_crossentropy", {"from_logits": True}),
    "bce": ("binary_crossentropy", {}),
    "bce_z": ("BinaryCrossentropy", {"from_logits": True}),
    "hinge": ("hinge", {}),
}
CCE = "-np.mean(np.sum(y * np.log(clip(p)), axis=1))"
CCE_G, CCE_Z_G = "-y / clip(p) / len(y)", "(softmax(z) - y) / len(y)"
MSE, MSE_G = "np.mean((y - p) ** 2)", "2 * (p - y) / y.size"
BCE_G = "(-y / clip(p) + (1 - y) / (1 - clip(p)))"
WRONG_LOSSES = {
    "sign": ("cce", [(CCE, CCE[1:]), (CCE_G, CCE_G[1:])]),
    "missing 1/m": ("cce", [(CCE, CCE.replace("mean", "sum")), (CCE_G, "-y / clip(p)")]),
    "sum instead of mean": ("mse", [(MSE, "np.sum((y - p) ** 2)"), (MSE_G, "2 * (p - y)")]),
    "missing 1/k: mean over the batch, sum over the outputs": ("mse", [(MSE, "((y - p) ** 2).sum() / len(y)"), (MSE_G, "2 * (p - y) / len(y)")]),
    "mean over the wrong axis: divided by the outputs, not by the samples": ("cce", [(CCE, "-np.sum(y * np.log(clip(p))) / p.shape[1]"), (CCE_G, "-y / clip(p) / p.shape[1]")]),
    "mean over all entries": ("cce", [(CCE, "-np.mean(y * np.log(clip(p)))"), (CCE_G, "-y / clip(p) / y.size")]),
    "factor 1/2": ("mse", [(MSE, MSE + " / 2"), (MSE_G, "(p - y) / y.size")]),
    "factor 1/2, and the sum instead of the mean": ("mse", [(MSE, "0.5 * np.sum((y - p) ** 2)"), (MSE_G, "p - y")]),
    "factor 1/2, and the sum over the outputs": ("mse", [(MSE, "np.sum((y - p) ** 2) / (2 * len(y))"), (MSE_G, "(p - y) / len(y)")]),
    "factor 2": ("bce", [("-np.mean(y * np.log", "-2 * np.mean(y * np.log"), (BCE_G, "2 * " + BCE_G)]),
    "1/m twice": ("cce", [(CCE, CCE + " / len(y)"), (CCE_G, CCE_G + " / len(y)")]),
    "logarithm to base 2": ("bce", [("np.log(", "np.log2("), (BCE_G, BCE_G + " / np.log(2)")]),
    "logarithm to base 10": ("cce", [("np.log(", "np.log10("), (CCE_G, CCE_G + " / np.log(10)")]),
    "not reduced: one loss for each sample": ("mse", [(MSE, "np.mean((y - p) ** 2, axis=1)")]),
    "gradient of one sample's loss: no 1/m": ("cce", [(CCE_G, "-y / clip(p)")]),
    "y and p swapped": ("mse", [(MSE_G, "2 * (y - p) / y.size")]),
    "gradient without the 2": ("mse", [(MSE_G, "(p - y) / y.size")]),
    "not squared": ("mse", [(MSE, "np.mean(abs(y - p))"), (MSE_G, "np.sign(p - y) / y.size")]),
    "root taken": ("mse", [(MSE, MSE + " ** 0.5"), (MSE_G, "(p - y) / y.size / mse(y, p)")]),
    "second term of the binary cross-entropy missing": ("bce", [(" + (1 - y) * np.log(1 - clip(p))", ""), (BCE_G, "-y / clip(p)")]),
    "sign inside the binary cross-entropy's second term": ("bce", [(BCE_G, BCE_G.replace("+", "-"))]),
    "gradient with respect to the scores z instead of p": ("cce", [(CCE_G, "(p - y) / len(y)")]),
    "gradient with respect to the scores z instead of p, without 1/m": ("cce", [(CCE_G, "p - y")]),
    "p - y without 1/m": ("cce_z", [(CCE_Z_G, "softmax(z) - y")]),
    "y - p instead of p - y": ("cce_z", [(CCE_Z_G, "(y - softmax(z)) / len(y)")]),
    "softmax or sigmoid forgotten: scores taken for probabilities": ("cce_z", [("clip(softmax(z))", "z"), ("return -np.mean(np.sum(y * np.log(z), axis=1))", "return -np.mean(np.log(z[y > 0]))"), (CCE_Z_G, "-y / z / len(y)")]),
    "probabilities not clipped": ("cce", [("np.clip(p, 1e-9, 1 - 1e-9)", "p")]),
    "softmax without the shift by the maximum": ("cce_z", [(" - z.max(axis=1, keepdims=True)", ""), ("clip(softmax(z))", "softmax(z)"), (CCE_Z_G, "(np.exp(z - z.max(1, keepdims=True)) / np.exp(z - z.max(1, keepdims=True)).sum(1, keepdims=True) - y) / len(y)")]),
    "logarithm of a softmax that is rounded to 0": ("cce_z", [("clip(softmax(z))", "softmax(z)"), ("y * np.log(softmax(z))", "np.where(y > 0, np.log(softmax(z)), 0)")]),
    "logarithm of a saturated sigmoid": ("bce_z", [("np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-abs(z))))", "-np.mean(y * np.log(1 / (1 + np.exp(-z))) + (1 - y) * np.log(1 - 1 / (1 + np.exp(-z))))")]),
    "margin forgotten": ("hinge", [("1 - y * p", "-y * p"), ("y * p <= 1", "y * p < 0")]),
    "gradient not zero beyond the margin": ("hinge", [("np.where(y * p <= 1, -y, 0)", "-y")]),
    **{f"1e{n} added inside the logarithm": ("cce", [("np.clip(p, 1e-9, 1 - 1e-9)", f"p + 1e{n}")]) for n in range(-8, -1)},
}  # fmt: skip


def assert_loss_diagnosed(name, seed):
    kind, changes = WRONG_LOSSES[name]
    code = spoiled(LOSSES, *changes)
    like, options = LIKE[kind]
    functions = code[kind], code[f"{kind}_gradient"]
    result = check_loss(functions, like, seed=seed, columns=False, **options)
    assert_diagnosed(result, name)


@pytest.mark.parametrize("name", WRONG_LOSSES)
def test_loss_mistakes(name):
    assert_loss_diagnosed(name, seed=1)


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("cce", [("np.sum(y * np.log(clip(p))", "np.sum(p * np.log(clip(y))"), (CCE_G, "-np.log(clip(y)) / len(y)")]),
        ("bce", [("y * np.log(clip(p)) + (1 - y) * np.log(1 - clip(p))", "p * np.log(clip(y)) + (1 - p) * np.log(1 - clip(y))"), (BCE_G, "-(np.log(clip(y)) - np.log(1 - clip(y)))")]),
    ],
    ids=["cce", "bce"],
)  # fmt: skip
@pytest.mark.parametrize("epsilon", ["1e-7", "1e-9", "1e-15"])
@pytest.mark.parametrize("clip", ["np.clip(p, {0}, 1 - {0})", "p + {0}"])
def test_labels_and_predictions_that_have_changed_places(kind, changes, epsilon, clip):
    """In losses that are not the same both ways, whatever keeps the logarithm of 0 finite."""
    changes = [*changes, ("np.clip(p, 1e-9, 1 - 1e-9)", clip.format(epsilon))]
    code, (like, options) = spoiled(LOSSES, *changes), LIKE[kind]
    result = check_loss((code[kind], code[f"{kind}_gradient"]), like, columns=False, **options)
    assert_diagnosed(result, "y and p swapped")


@pytest.mark.parametrize(
    ("name", "kind", "changes"),
    [
        ("softmax or sigmoid forgotten: scores taken for probabilities", "cce_z", [(CCE_Z_G, "-y / z / len(y)")]),
        ("1e-4 added inside the logarithm", "bce", [(BCE_G, "(-y / (p + 1e-4) + (1 - y) / (1 - p + 1e-4))")]),
        ("1e-4 added inside the logarithm", "cce", [(CCE_G, "-y / (p + 1e-4) / len(y)")]),
    ],
)  # fmt: skip
def test_a_mistake_in_the_gradient_alone(name, kind, changes):
    code, (like, options) = spoiled(LOSSES, *changes), LIKE[kind]
    result = check_loss((code[kind], code[f"{kind}_gradient"]), like, columns=False, **options)
    assert_diagnosed(result, name)


def test_every_loss_mistake_has_its_student():
    assert names(loss_mistakes.MISTAKES) == set(WRONG_LOSSES)


@pytest.mark.parametrize("kind", LIKE)
def test_right_losses(kind):
    code, (like, options) = spoiled(LOSSES), LIKE[kind]
    functions = code[kind], code[f"{kind}_gradient"]
    assert check_loss(functions, like, **options).raise_if_wrong()

    def both(y_pred, y_true):
        return functions[0](y_true, y_pred), functions[1](y_true, y_pred)

    assert check_loss(both, like, **options)

    class WithMemory:
        def forward(self, predictions, targets):
            self.seen = targets, predictions
            return functions[0](*self.seen)

        def backward(self):
            return functions[1](*self.seen)

    assert check_loss(WithMemory, like, **options)


@pytest.mark.parametrize("order", [1, -1], ids=["output first", "loss first"])
@pytest.mark.parametrize("kept", ["output", "other", "nothing"])
def test_a_forward_pass_that_returns_its_output_too(order, kept):
    """The loss is what is not of the output's shape; what is kept of that shape is the output."""
    code = spoiled(LOSSES)

    class Both:
        def forward(self, p, y):
            self.seen = y, p
            if kept == "output":
                self.output = p
            elif kept == "other":
                self.output = np.zeros((9, *p.shape))
            return (p, code["mse"](y, p))[::order]

        def backward(self):
            return code["mse_gradient"](*self.seen)

    assert check_loss(Both, "mse").raise_if_wrong()


def test_an_unshifted_softmax_is_recognized_behind_a_clip_too():
    kind, changes = WRONG_LOSSES["softmax without the shift by the maximum"]
    code = spoiled(LOSSES, *(c for c in changes if "clip" not in c[0]))
    result = check_loss((code["cce_z"], code["cce_z_gradient"]), LIKE[kind][0], from_logits=True)
    assert_diagnosed(result, "softmax without the shift by the maximum")


@pytest.mark.parametrize("kind", ["cce_z", "bce_z"])
def test_scores_are_tried_where_only_their_difference_is_too_large(kind):
    """e^z is finite for each of them, and e^{z_i - z_j} is not."""
    code, seen = spoiled(LOSSES), list[np.ndarray]()

    def loss(y, z):
        seen.append(z.copy())
        return code[kind](y, z)

    assert check_loss((loss, code[f"{kind}_gradient"]), LIKE[kind][0], from_logits=True)
    largest = np.log(np.finfo("float64").max)
    apart = [z.max() - z.min() > largest and abs(z).max() < largest for z in seen]
    large = [z.min() > largest for z in seen]
    assert any(apart)
    assert any(large)


def test_a_right_sparse_loss():
    def loss(labels, p):
        rows = np.arange(len(p))
        gradient = np.zeros_like(p)
        gradient[rows, labels] = -1 / p[rows, labels] / len(p)
        return -np.mean(np.log(np.clip(p[rows, labels], 1e-7, 1))), gradient

    result = check_loss(loss, "sparse_categorical_crossentropy")
    assert result.raise_if_wrong()
    assert "textbook" in result.notes[0]


@pytest.mark.parametrize("name", ["cce", "cce_z", "bce", "bce_z"])
def test_what_a_crossentropy_is_of_is_found_out(name):
    """By what it computes: its name does not tell probabilities from scores."""
    code = spoiled(LOSSES)
    found = meaning((code[name], code[f"{name}_gradient"]), "crossentropy")
    like = {"cce": "categorical_crossentropy", "bce": "binary_crossentropy"}[name[:3]]
    assert (found.like, found.options) == (like, {"from_logits": True} if name[3:] else {})


def test_data_for_a_loss_that_nobody_knows():
    """Numbers between 0 and 1, as some losses want them, and numbers of any size, for the others."""
    draw = np.random.default_rng(0)
    (y, p), (any_y, any_p) = _data(draw, losses.MeanSquaredError(), (40, 5), {})
    assert all(0.1 <= numbers.min() < 0.15 and 0.85 < numbers.max() <= 0.9 for numbers in (y, p))
    assert all(numbers.min() < -2 and numbers.max() > 2 for numbers in (any_y, any_p))
