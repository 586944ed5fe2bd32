"""Usual mistakes in an activation y = f(z) and in dz = dy * f'(z).

`given` has z and dy, the reference's y and dz, `like` (the activation's name), `options`, and
`backward(dy, z)`, the right derivative at any place.
"""

from typing import Any

import numpy as np

from scratch.testing.comparing import Answers
from scratch.testing.judgement import Catalogue

MISTAKES = Catalogue()

# f' written in the output y = f(z): right at y, wrong at z.
IN_THE_OUTPUT = {"sigmoid": lambda y: y * (1 - y), "tanh": lambda y: 1 - y * y}


def _only(given: Any, *names: str) -> bool:
    return given.like in names


@MISTAKES.add(
    "derivative formula in y applied to z",
    right="sigmoid: f' = y (1 - y),  tanh: f' = 1 - y^2,  with y = f(z)",
    wrong="sigmoid: f' = z (1 - z),  tanh: f' = 1 - z^2",
    why="The short formulas are written in the output y. Pass the output to them, or compute "
    "y = f(z) first. (If your function means to take the output, call its argument y or a.)",
)
def _formula_in_y_at_z(d: Any) -> Answers:
    if not _only(d, *IN_THE_OUTPUT):
        return {}
    return {"dx": d.dy * IN_THE_OUTPUT[d.like](d.z)}


@MISTAKES.add(
    "derivative taken at the output instead of z",
    right="dz = dy * f'(z)",
    wrong="dz = dy * f'(y),  y = f(z)",
    why="f' belongs at the place where f was evaluated, and that is z. Keep z in the forward pass.",
)
def _derivative_at_y(d: Any) -> Answers:
    return {"dx": d.backward(d.dy, d.y)}


@MISTAKES.add(
    "derivative forgotten",
    right="dz = dy * f'(z)",
    wrong="dz = dy",
    why="By the chain rule every step multiplies what comes from above by its own derivative.",
)
def _derivative_forgotten(d: Any) -> Answers:
    return {"dx": d.dy}


@MISTAKES.add(
    "dy forgotten",
    right="dz = dy * f'(z)",
    wrong="dz = f'(z)",
    why="The backward pass gets dL/dy and must hand on dL/dz: the derivative alone is only half of "
    "the product.",
)
def _upstream_forgotten(d: Any) -> Answers:
    return {"dx": d.backward(np.ones_like(d.dy), d.z)}


@MISTAKES.add(
    "activation forgotten",
    right="y = f(z)",
    wrong="y = z",
    why="The forward pass hands z on as it is.",
)
def _activation_forgotten(d: Any) -> Answers:
    return {"output": d.z}


@MISTAKES.add(
    "derivative 1 at the kink of relu",
    right="relu'(0) = 0:  dz = dy where z > 0",
    wrong="dz = dy where z >= 0",
    why="At z = 0 both one-sided slopes would do; TensorFlow, JAX and torch take 0. Compare with "
    "> instead of >=. It matters, because z is exactly 0 for units whose inputs are all 0.",
)
def _relu_kink(d: Any) -> Answers:
    if not _only(d, "relu"):
        return {}
    return {"dx": np.where(d.z == 0, d.dy, d.dx)}


@MISTAKES.add(
    "relu's derivative is z instead of 1",
    right="dz = dy where z > 0, else 0",
    wrong="dz = dy * max(z, 0)",
    why="The derivative of the identity is 1, not the identity: that is relu itself once more.",
)
def _relu_derivative_is_relu(d: Any) -> Answers:
    if not _only(d, "relu"):
        return {}
    return {"dx": d.dy * np.maximum(d.z, 0)}


@MISTAKES.add(
    "relu applied to dy",
    right="dz = dy where z > 0, else 0",
    wrong="dz = max(dy, 0)",
    why="It is z, not dy, whose sign decides: a gradient may be negative, and must pass.",
)
def _relu_of_dy(d: Any) -> Answers:
    return {"dx": np.maximum(d.dy, 0)}


@MISTAKES.add(
    "exp(+z) in the sigmoid",
    right="y = 1 / (1 + e^{-z})",
    wrong="y = 1 / (1 + e^{+z})",
    why="Large scores must give probabilities near 1: with +z the curve falls instead of rising.",
)
def _exp_plus(d: Any) -> Answers:
    return {"output": 1 / (1 + np.exp(d.z))} if _only(d, "sigmoid") else {}


def _slope(d: Any) -> float:
    slope = d.options.get("negative_slope", 0.2 if d.like == "leaky_relu" else 0.0)
    return float(slope)


@MISTAKES.add(
    "slope of the negative side inverted",
    right="y = a z,  dz = a dy      where z < 0",
    wrong="y = z / a,  dz = dy / a  where z < 0",
    why="The leak is small: multiply by the slope, do not divide by it.",
)
def _leaky_slope_inverted(d: Any) -> Answers:
    a = _slope(d)
    if not a:
        return {}
    return {
        "output": np.where(d.z > 0, d.z, d.z / a),
        "dx": np.where(d.z > 0, d.dy, d.dy / a),
    }


@MISTAKES.add(
    "slope of the negative side forgotten",
    right="y = a z,  dz = a dy  where z < 0",
    wrong="y = 0,    dz = 0     where z < 0",
    why="That is plain relu: a leaky one lets a part of the negative side through.",
)
def _leaky_slope_forgotten(d: Any) -> Answers:
    if not _slope(d):
        return {}
    return {"output": np.maximum(d.z, 0), "dx": np.where(d.z > 0, d.dy, 0)}


@MISTAKES.add(
    "softmax Jacobian forgotten (elementwise p (1 - p))",
    right="dz_i = p_i (dy_i - sum_k dy_k p_k)",
    wrong="dz_i = dy_i p_i (1 - p_i)",
    why="Every probability depends on every score, because all share one sum: the derivative is "
    "the matrix diag(p) - p p^T. p (1 - p) is its diagonal alone.",
)
def _softmax_diagonal(d: Any) -> Answers:
    if not _only(d, "softmax"):
        return {}
    return {"dx": d.dy * d.y * (1 - d.y)}


def _softmax(z: np.ndarray, axis: int) -> np.ndarray:
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _softmax_backward(dy: np.ndarray, p: np.ndarray, axis: int) -> np.ndarray:
    return p * (dy - (dy * p).sum(axis=axis, keepdims=True))


@MISTAKES.add(
    "softmax over the batch axis",
    right="p = e^z / sum over the classes (axis=-1): each row sums to 1",
    wrong="p = e^z / sum over the samples (axis=0): each column sums to 1",
    why="Rows are samples, columns are classes. A sample's probabilities add up to 1, whatever "
    "the other samples of the batch are. (In books with samples in columns it is right: check "
    "it with columns=True.)",
)
def _softmax_over_batch(d: Any) -> Answers:
    if not _only(d, "softmax"):
        return {}
    p = _softmax(d.z, 0)
    return {"output": p, "dx": _softmax_backward(d.dy, p, 0)}


@MISTAKES.add(
    "softmax over the whole array",
    right="p = e^z / sum over the classes (axis=-1, keepdims=True)",
    wrong="p = e^z / sum of all entries (no axis)",
    why="Without an axis, np.sum adds up the whole batch, and all samples together sum to 1.",
)
def _softmax_over_everything(d: Any) -> Answers:
    if not _only(d, "softmax"):
        return {}
    e = np.exp(d.z - d.z.max())
    p = e / e.sum()
    return {"output": p, "dx": p * (d.dy - (d.dy * p).sum())}


@MISTAKES.add(
    "softmax without the shift by the maximum",
    right="p = e^{z - max z} / sum e^{z - max z}",
    wrong="p = e^z / sum e^z",
    why="Both are the same number on paper, but e^710 is infinite in float64 and inf / inf is NaN. "
    "Subtracting each row's largest score changes nothing and keeps all powers at most 1.",
)
def _softmax_unshifted(d: Any) -> Answers:
    if not _only(d, "softmax"):
        return {}
    e = np.exp(d.z)
    p = e / e.sum(axis=-1, keepdims=True)
    return {"output": p, "dx": _softmax_backward(d.dy, p, -1)}
