"""Activations, as their docstrings define them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from parity_tests.formulas.formula import Formula

rng = np.random.default_rng(3)
x = rng.normal(size=(3, 4))
bends = np.array([[0.0, -0.0, 1.0, -1.0], [3.0, -3.0, 6.0, -6.0], [0.5, -0.5, 2.0, -2.0]])
NUMBERS = {
    "drawn": (3 * x,),
    "at the bends": (bends,),
    "beside the bends": (bends * (1 + 2.0**-40),),
    "tiny": (1e-20 * x,),
    "small": (1e-8 * x,),
    "large": (np.array([30.0, -30.0, 90.0, -90.0]),),
    "very large": (np.array([800.0, -800.0, 1e4, -1e4]),),
    "huge": (1e20 * x,),
    "infinities": (np.array([np.inf, -np.inf]),),
    "NaN": (np.array([np.nan, 1.0]),),
    "none": (x[:0],),
    "a number": (np.array(0.75),),
}
ROWS = {
    "drawn": (3 * x,),
    "rank 3": (x.reshape(3, 2, 2),),
    "equal": (np.full((2, 3), 7.0),),
    "zeros": (np.zeros((2, 3)),),
    "far from zero": (1e4 + x,),
    "tiny": (1e-20 * x,),
    "huge": (1e20 * x,),
    "one class": (x[:, :1],),
    "one sure": (np.array([[100.0, 0.0, -100.0]]),),
    "one left out": (np.array([[-np.inf, 0.0, 1.0]]),),
    "NaN": (np.where(x == x[1, 1], np.nan, x),),
}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softplus(x):
    return np.logaddexp(x, 0)


def normal_distribution(x):
    """P(X <= x) of the standard normal distribution, (1 + erf(x / sqrt 2)) / 2, in long double.

    Near 0 by Taylor's series, elsewhere by the continued fraction of erfc.
    """
    return np.vectorize(_phi, otypes=[np.longdouble])(x) if np.size(x) else x


def _phi(x):
    if np.isnan(x) or np.isinf(x):
        return x * 0 + x if np.isnan(x) else np.longdouble(x > 0)
    z, pi = abs(x), np.longdouble("3.14159265358979323846")
    density = np.exp(-z * z / 2) / np.sqrt(2 * pi)
    if z < 3:
        term = total = z
        for n in range(1, 120):
            term = term * z * z / (2 * n + 1)
            total = total + term
        above = np.longdouble(0.5) - density * total
    else:
        fraction = np.longdouble(0)
        for n in range(200, 0, -1):
            fraction = n / (z + fraction)
        above = density / (z + fraction)
    return 1 - above if x > 0 else above


def softmax(x, axis=-1):
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def log_softmax(x, axis=-1):
    z = x - np.max(x, axis=axis, keepdims=True)
    return z - np.log(np.sum(np.exp(z), axis=axis, keepdims=True))


def sparsemax(x):
    """The Euclidean projection onto the simplex (Martins et al., 2016): max(x - tau, 0)."""
    z = -np.sort(-x, axis=-1)
    cumulated, k = np.cumsum(z, -1), np.arange(1, x.shape[-1] + 1)
    support = np.sum(1 + k * z > cumulated, -1, keepdims=True)
    tau = (np.take_along_axis(cumulated, np.maximum(support, 1) - 1, -1) - 1) / support
    return np.maximum(x - tau, 0)


def glu(x, axis=-1):
    a, b = np.split(x, 2, axis)
    return a * sigmoid(b)


def elu(x, alpha=1.0):
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


ALPHA, SCALE = np.longdouble("1.6732632423543772848"), np.longdouble("1.0507009873554804934")


def relu(x, negative_slope=0.0, max_value=None, threshold=0.0):
    """x above the threshold, the slope times what is missing below it; at most `max_value`."""
    below = negative_slope * (x - threshold) if negative_slope else np.where(np.isnan(x), x, 0)
    y = np.where(x >= threshold, x, below)
    return y if max_value is None else np.minimum(y, max_value)


def hard_silu(x):
    return np.where(
        x < -3, 0 * np.maximum(x, -3), np.where(x > 3, x, x * (np.minimum(x, 3) + 3) / 6)
    )


def tanh_shrink(x):
    """x - tanh x, below 1/4 by its series x^3/3 - 2x^5/15 + ..., where digits would cancel."""
    s, series = np.minimum(np.abs(x), 0.25) * np.sign(x), 0
    for c in (-1382 / 155925, 62 / 2835, -17 / 315, 2 / 15, -1 / 3):
        series = (series + c) * s**2
    return np.where(np.abs(x) < 0.02, -s * series, x - np.tanh(x))


ON_NUMBERS: dict[str, Callable[..., Any]] = {
    "celu(x)": lambda x: elu(x),
    "celu(x, 0.5)": lambda x: np.where(x < 0, 0.5 * np.expm1(np.minimum(x, 0) / 0.5), x),
    "elu(x)": elu,
    "elu(x, 0.5)": lambda x: elu(x, 0.5),
    "exponential(x)": np.exp,
    "gelu(x)": lambda x: x * normal_distribution(x),
    "gelu(x, approximate=True)": lambda x: (
        x
        * sigmoid(
            2
            * np.sqrt(2 / np.longdouble("3.14159265358979323846"))
            * (x + np.longdouble("0.044715") * x**3)
        )
    ),
    "hard_shrink(x)": lambda x: np.where(np.abs(x) > 0.5, x, 0),
    "hard_sigmoid(x)": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    "hard_silu(x)": hard_silu,
    "hard_tanh(x)": lambda x: np.clip(x, -1, 1),
    "leaky_relu(x, 0.25)": lambda x: np.where(x < 0, 0.25 * x, x),
    "linear(x)": lambda x: x,
    "log_sigmoid(x)": lambda x: -softplus(-x),
    "mish(x)": lambda x: x * np.tanh(softplus(x)),
    "relu(x)": lambda x: np.maximum(x, 0),
    "relu(x, negative_slope=0.25)": lambda x: relu(x, 0.25),
    "relu(x, max_value=2.0)": lambda x: relu(x, 0.0, 2.0),
    "relu(x, threshold=1.0)": lambda x: relu(x, 0.0, None, 1.0),
    "relu(x, 0.25, 2.0, 1.0)": lambda x: relu(x, 0.25, 2.0, 1.0),
    "relu6(x)": lambda x: np.clip(x, 0, 6),
    "selu(x)": lambda x: SCALE * np.where(x > 0, x, ALPHA * np.expm1(np.minimum(x, 0))),
    "sigmoid(x)": sigmoid,
    "silu(x)": lambda x: x * sigmoid(x),
    "soft_shrink(x)": lambda x: np.where(x > 0.5, x - 0.5, np.where(x < -0.5, x + 0.5, 0)),
    "softplus(x)": softplus,
    "softsign(x)": lambda x: x / (np.abs(x) + 1),
    "sparse_plus(x)": lambda x: np.where(x <= -1, 0, np.where(x < 1, 0.25 * (x + 1) ** 2, x)),
    "sparse_sigmoid(x)": lambda x: np.clip(0.5 * (x + 1), 0, 1),
    "squareplus(x)": lambda x: np.where(x < 0, 2 / (np.hypot(x, 2) - x), (x + np.hypot(x, 2)) / 2),
    "tanh(x)": np.tanh,
    "tanh_shrink(x)": tanh_shrink,
    "threshold(x, 0.5, 7.0)": lambda x: np.where(x > 0.5, x, 7.0),
}
ROOT_OF_2 = dict.fromkeys(
    ("drawn", "at the bends", "beside the bends", "NaN", "a number"), "float64_constants"
)
SMALL_ELU = dict.fromkeys(("tiny", "small"), "elu_of_small_numbers")
CUMULATED = "sparsemax_of_two"
PARTS = {
    "elu(x)": SMALL_ELU,
    "elu(x, 0.5)": SMALL_ELU,
    "selu(x)": SMALL_ELU,
    "gelu(x)": ROOT_OF_2 | {"large": "float64_constants"},
    "gelu(x, approximate=True)": ROOT_OF_2,
    "hard_silu(x)": {"infinities": "hard_silu_of_minus_infinity"},
    "relu(x, threshold=1.0)": {"NaN": "relu_threshold_of_nan", "at the bends": "relu_threshold"},
    "relu(x, 0.25, 2.0, 1.0)": dict.fromkeys(("at the bends", "NaN"), "relu_threshold"),
    "squareplus(x)": dict.fromkeys(
        ("large", "very large", "huge", "infinities"), "squareplus_of_negative_numbers"
    ),
    "tanh_shrink(x)": dict.fromkeys(("tiny", "small"), "tanh_shrink_of_small_numbers"),
    "sparsemax(x)": dict.fromkeys(("drawn", "rank 3", "equal", "far from zero", "NaN"), CUMULATED),
}
JUMPS = (
    "hard_shrink(x)", "relu(x, threshold=1.0)", "relu(x, 0.25, 2.0, 1.0)", "threshold(x, 0.5, 7.0)",
)  # fmt: skip
WITHOUT_HUGE = {label: rows for label, rows in ROWS.items() if label != "huge"}
EVEN = {label: rows for label, rows in ROWS.items() if label in ("drawn", "tiny", "huge")}

FORMULAS = [
    *(Formula(f"activations.{call}", says, NUMBERS, PARTS.get(call, {}), jumps=call in JUMPS)
      for call, says in ON_NUMBERS.items()),
    Formula("activations.softmax(x)", softmax, ROWS),
    Formula("activations.softmax(x, axis=0)", lambda x: softmax(x, 0), ROWS),
    Formula("activations.log_softmax(x)", log_softmax, ROWS, through=lambda x: x),
    Formula("activations.log_softmax(x, axis=0)", lambda x: log_softmax(x, 0), ROWS,
            through=lambda x: x),
    Formula("activations.sparsemax(x)", sparsemax, WITHOUT_HUGE, PARTS["sparsemax(x)"]),
    Formula("activations.glu(x)", glu, EVEN),
    Formula("activations.glu(x.T, axis=0)", lambda x: glu(x.T, 0), EVEN),
]  # fmt: skip
