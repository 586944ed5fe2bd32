"""Optimizers with switches, one for each usual mistake.

An optimizer is written here as a *rule*: from a gradient to the step that is taken off the weight.

    rule(g, s, t, h) -> step            w <- w - step
    s    what is remembered for this weight (0 where nothing was stored yet)
    t    1, 2, ...
    h    the hyperparameters, with the learning rate of this step as h.lr

Each rule has switches, one for each mistake. `given` has `like`, `run(rule, ...)`, which trains all
weights of a trial by a rule, and `h`.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from scratch.testing.comparing import Answers

Rule = Callable[..., Any]


@dataclass(frozen=True)
class Given:
    """One training run: weights by name, gradients and learning rates step by step."""

    like: str
    h: Mapping[str, Any]
    weights: Mapping[str, np.ndarray]
    gradients: list[dict[str, np.ndarray]]
    rates: list[float]
    convention: Mapping[str, Any]  # switches that are on although nothing is wrong

    def run(self, *, shared: bool = False, reset: bool = False, **switches: Any) -> Answers:
        """Weights after each step, by this optimizer's rule with some switches changed."""
        if self.like not in RULES:
            return {}
        w = dict(self.weights)
        memory: Any = defaultdict(lambda: defaultdict(float))
        clock = switches.pop("clock", lambda t, i, n: t)
        found = {}
        for t, (gradients, lr) in enumerate(zip(self.gradients, self.rates, strict=True), start=1):
            h = SimpleNamespace(**self.h, lr=lr)
            for i, (name, g) in enumerate(gradients.items()):
                if reset:
                    memory.clear()
                state = memory["all" if shared else name]
                step = _decayed(RULES[self.like], w[name], g, state, clock(t, i, len(w)), h,
                                **{**self.convention, **switches})  # fmt: skip
                w[name] = w[name] - step
            found.update({f"{name} after step {t}": w[name] for name in w})
        return found

    def has(self, name: str) -> bool:
        """Whether a hyperparameter plays a role."""
        return bool(self.h.get(name))


def _decayed(
    rule: Rule, w: Any, g: Any, s: Any, t: int, h: Any, decay: str = "decoupled", **switches: Any
) -> Any:
    amount = h.weight_decay or 0.0
    if decay == "in the gradient":
        return rule(g + amount * w, s, t, h, **switches)
    shrink = amount * w * {"decoupled": h.lr, "without lr": 1.0, "none": 0.0}[decay]
    return shrink + rule(g, s, t, h, **switches)


def sgd(
    g: Any, s: Any, t: int, h: Any, *, sign: float = 1.0, rate: float | None = None,
    blend: bool = False, look_ahead: bool | None = None, rate_outside: bool = False,
    velocity_sign: float = 1.0, rate_twice: bool = False,
) -> Any:  # fmt: skip
    """Momentum: m <- mu m + lr g;  step = m  (Nesterov: mu m + lr g)."""
    lr = h.lr if rate is None else rate
    mu = h.momentum
    if not mu:
        return sign * lr * g
    nesterov = h.nesterov if look_ahead is None else look_ahead
    into = g * ((1 - mu) if blend else 1.0) * (1.0 if rate_outside else lr)
    s["m"] = velocity_sign * mu * s["m"] + into
    step = mu * s["m"] + into if nesterov else s["m"]
    return sign * step * (lr if rate_outside or rate_twice else 1.0)


def _square(g: Any) -> Any:
    return g * g


def rmsprop(
    g: Any, s: Any, t: int, h: Any, *, sign: float = 1.0, square: Callable = _square,
    root: bool = True, outside: bool = False, epsilon: float | None = None, swap: bool = False,
    sums: bool = False,
) -> Any:  # fmt: skip
    """Running mean: v <- rho v + (1 - rho) g^2;  step = lr g / sqrt(v + eps)."""
    rho = 1 - h.rho if swap else h.rho
    eps = h.epsilon if epsilon is None else epsilon
    s["v"] = s["v"] + square(g) if sums else rho * s["v"] + (1 - rho) * square(g)
    v, a = s["v"], 0.0
    if h.centered:
        s["a"] = h.rho * s["a"] + (1 - h.rho) * g
        a = s["a"]
    v = v - a * a
    if not root:
        step = h.lr * g / (v + eps)
    else:
        step = h.lr * g / (np.sqrt(v) + eps if outside else np.sqrt(v + eps))
    if h.momentum:
        s["m"] = h.momentum * s["m"] + step
        step = s["m"]
    return sign * step


def adam(
    g: Any, s: Any, t: float, h: Any, *, sign: float = 1.0, square: Callable = _square,
    root: bool = True, inside: bool = False, corrected_epsilon: bool = False,
    epsilon: float | None = None, swap: bool = False, correct_m: bool = True,
    correct_v: bool = True, sums_m: bool = False, sums_v: bool = False,
    root_correction: bool = True, store_m: bool = False, store_v: bool = False,
    one: bool = False,
) -> Any:  # fmt: skip
    """Step = lr sqrt(1 - b2^t) / (1 - b1^t) m / (sqrt(v) + eps)."""
    b1, b2 = (h.beta_2, h.beta_1) if swap else (h.beta_1, h.beta_2)
    eps = h.epsilon if epsilon is None else epsilon
    s["m"] = b1 * s["m"] + (1.0 if sums_m else 1 - b1) * g
    s["v"] = b2 * s["m" if one else "v"] + (1.0 if sums_v else 1 - b2) * square(g)
    v = s["v"]
    if one:
        s["m"] = v
    if h.amsgrad:
        v = s["v_max"] = np.maximum(s["v_max"], v)
    c1 = 1 - np.float64(b1) ** t if correct_m else 1.0
    c2 = 1 - np.float64(b2) ** t if correct_v else 1.0
    if store_m:
        s["m"], c1 = s["m"] / c1, 1.0
    if store_v:
        v = s["v"] = v / c2
        c2 = 1.0
    if corrected_epsilon:
        v, c2 = v / c2, 1.0
    c2 = np.sqrt(c2) if root_correction else c2
    bottom = v + eps if not root else np.sqrt(v + eps) if inside else np.sqrt(v) + eps
    return sign * h.lr * c2 / c1 * s["m"] / bottom


def adagrad(
    g: Any, s: Any, t: int, h: Any, *, sign: float = 1.0, square: Callable = _square,
    root: bool = True, outside: bool = False, epsilon: float | None = None,
    start: float | None = None, forget: bool = False,
) -> Any:  # fmt: skip
    """Sum: v <- v + g^2, v = 0.1 at first;  step = lr g / sqrt(v + eps)."""
    eps = h.epsilon if epsilon is None else epsilon
    if t == 1 or forget:
        s["v"] = h.initial_accumulator_value if start is None else start
    s["v"] = s["v"] + square(g)
    v = s["v"]
    if not root:
        return sign * h.lr * g / (v + eps)
    return sign * h.lr * g / (np.sqrt(v) + eps if outside else np.sqrt(v + eps))


RULES: dict[str, Rule] = {"sgd": sgd, "rmsprop": rmsprop, "adam": adam, "adagrad": adagrad}
# What is right too, in somebody's book: a note and the switches.
CONVENTIONS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "sgd": [
        (
            "Your learning rate multiplies the velocity, as in PyTorch; in Keras it is inside: "
            "m = mu m - lr g. The two part when the learning rate changes.",
            {"rate_outside": True},
        )
    ],
    "rmsprop": [
        (
            "Your epsilon stands beside the root, as in PyTorch and many lectures; Keras's stands "
            "under it: sqrt(v + eps).",
            {"outside": True},
        )
    ],
    "adagrad": [
        ("Your sum of squares starts at 0, as in the paper; Keras's at 0.1.", {"start": 0.0}),
        (
            "Your sum of squares starts at 0 and epsilon stands beside the root, as in the paper; "
            "in Keras the sum starts at 0.1, and epsilon stands under the root.",
            {"start": 0.0, "outside": True},
        ),
        (
            "Your epsilon stands beside the root, as in the paper; Keras's stands under it.",
            {"outside": True},
        ),
    ],
    "adam": [
        (
            "Your epsilon stands beside the corrected sqrt(v / (1 - beta_2^t)), as in the paper's "
            "Algorithm 1; Keras's stands beside the uncorrected sqrt(v).",
            {"corrected_epsilon": True},
        )
    ],
}
