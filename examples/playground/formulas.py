"""The formula of every optimizer, line by line, as Python reads it too.

    w, g          the weight and its gradient, once it is clipped
    lr, t         learning rate and number of the step, from 1
    m, v, ...     what is remembered

A line is (name, formula): what stands left of the arrow, and right of it. The names of options are
Keras's. `arithmetic` computes the lines, and shows them with their numbers.
"""

from typing import Any

Lines = list[tuple[str, str]]
# Keras rounds these options to float32, whatever the weights are (quirk K1); and the base of every
# power of t. The others it rounds to the type of the weights, 1 - beta after the subtraction.
ROUNDED = {
    "SGD": ("momentum",),
    "Lion": ("beta_1", "beta_2"),
    "Nadam": ("beta_1", "beta_2"),
    "Adafactor": ("epsilon_2",),
}

_M = ("m", "m + (g - m) * (1 - beta_1)")
_V = ("v", "v + (g * g - v) * (1 - beta_2)")
_ALPHA = ("alpha", "lr * sqrt(1 - beta_2 ** t) / (1 - beta_1 ** t)")


def _sgd(o: Any) -> Lines:
    if not o.momentum:
        return [("w", "w - lr * g")]
    step = "momentum * m - lr * g"
    return [("m", step), ("w", f"w + {step}" if o.nesterov else "w + m")]


def _rmsprop(o: Any) -> Lines:
    lines = [("v", "rho * v + (1 - rho) * g * g")]
    square = "v"
    if o.centered:
        lines.append(("a", "rho * a + (1 - rho) * g"))
        square = "v - a * a"
    lines.append(("d", f"lr * g / sqrt({square} + epsilon)"))
    if o.momentum:
        return [*lines, ("m", "momentum * m + d"), ("w", "w - m")]
    return [*lines, ("w", "w - d")]


def _adam(o: Any) -> Lines:
    lines = [_M, _V]
    if o.amsgrad:
        lines.append(("u", "maximum(u, v)"))
    return [*lines, _ALPHA, ("w", f"w - m * alpha / (sqrt({'u' if o.amsgrad else 'v'}) + epsilon)")]


def _nadam(o: Any) -> Lines:
    return [
        ("mu", "beta_1 * (1 - 0.5 * 0.96 ** t)"),
        ("next_mu", "beta_1 * (1 - 0.5 * 0.96 ** (t + 1))"),
        ("P", "P * beta_1 * (1 - 0.96 ** t / 2)"),
        _M,
        _V,
        ("n", "next_mu * m / (1 - P * next_mu) + (1 - mu) * g / (1 - P)"),
        ("w", "w - lr * n / (sqrt(v / (1 - beta_2 ** t)) + epsilon)"),
    ]


def _ftrl(o: Any) -> Lines:
    return [
        ("h", "g + 2 * l2_shrinkage_regularization_strength * w"),
        ("n_new", "n + g * g"),
        ("z", "z + h - (n_new ** -learning_rate_power - n ** -learning_rate_power) / lr * w"),
        ("q", "n_new ** -learning_rate_power / lr + 2 * l2_regularization_strength + beta / lr"),
        ("c", "clip(z, -l1_regularization_strength, l1_regularization_strength)"),
        ("w", "(c - z) / q"),
        ("n", "n_new"),
    ]


def _adafactor(o: Any) -> Lines:
    lines = [("beta", "1 - t ** beta_2_decay"), ("s", "g * g + epsilon_1")]
    return [
        *lines,
        ("r", "beta * r + (1 - beta) * mean_of_columns(s)"),
        ("c", "beta * c + (1 - beta) * mean_of_rows(s)"),
        ("v", "outer(r / mean(r), c)"),
        *_SCALED,
    ]


def _adafactor_of_vectors(o: Any) -> Lines:
    return [
        ("beta", "1 - t ** beta_2_decay"),
        ("v", "beta * v + (1 - beta) * (g * g + epsilon_1)"),
        *_SCALED,
    ]


_SCALED = [
    ("u", "g / sqrt(v)"),
    ("u", "u / maximum(1, rms(u) / clip_threshold)"),
    ("w", "w - maximum(epsilon_2, rms(w)) * minimum(lr, 1 / sqrt(t)) * u"),
]


def _muon(o: Any) -> Lines:
    ahead = "g + momentum * m" if o.nesterov else "m"
    return [
        ("m", "momentum * m + g"),
        ("X", f"orthogonal({ahead})"),
        ("w", "w - adjusted(lr * X)"),
    ]


def _muon_of_vectors(o: Any) -> Lines:
    return [
        ("m", "m + (g - m) * (1 - adam_beta_1)"),
        ("v", "v + (g * g - v) * (1 - adam_beta_2)"),
        ("alpha", "lr * adam_lr_ratio * sqrt(1 - adam_beta_2 ** t) / (1 - adam_beta_1 ** t)"),
        ("w", "w - m * alpha / (sqrt(v) + epsilon)"),
    ]


FORMULAS: dict[str, Any] = {
    "SGD": _sgd,
    "RMSprop": _rmsprop,
    "Adagrad": lambda o: [("a", "a + g * g"), ("w", "w - lr * g / sqrt(a + epsilon)")],
    "Adadelta": lambda o: [
        ("a", "rho * a + (1 - rho) * g * g"),
        ("d", "sqrt(b + epsilon) / sqrt(a + epsilon) * g"),
        ("b", "rho * b + (1 - rho) * d * d"),
        ("w", "w - lr * d"),
    ],
    "Adam": _adam,
    "AdamW": _adam,
    "Adamax": lambda o: [
        _M,
        ("u", "maximum(beta_2 * u, abs(g))"),
        ("w", "w - lr * m / ((1 - beta_1 ** t) * (u + epsilon))"),
    ],
    "Nadam": _nadam,
    "Ftrl": _ftrl,
    "Lion": lambda o: [
        ("d", "beta_1 * m + (1 - beta_1) * g"),
        ("w", "w - lr * sign(d)"),
        ("m", "beta_2 * m + (1 - beta_2) * g"),
    ],
    "Adafactor": _adafactor,
    "Lamb": lambda o: [
        _M,
        _V,
        ("u", "m / (1 - beta_1 ** t) / (sqrt(v / (1 - beta_2 ** t)) + epsilon)"),
        ("ratio", "norm(w) / norm(u)"),
        ("w", "w - lr * ratio * u"),
    ],
    "Muon": _muon,
}
# From a slot's name in Keras to its letter, where the paper or the slides have one.
LETTERS: dict[str, dict[str, str]] = {
    "SGD": {"momentum": "m"},
    "RMSprop": {"velocity": "v", "momentum": "m", "average_gradient": "a"},
    "Adagrad": {"accumulator": "a"},
    "Adadelta": {"accumulated_grad": "a", "accumulated_delta_var": "b"},
    "Adamax": {"momentum": "m", "norm": "u"},
    "Ftrl": {"accumulator": "n", "linear": "z"},
    "Lion": {"momentum": "m"},
}
_ADAM = {"momentum": "m", "velocity": "v", "velocity_hat": "u"}


def letters_of(kind: str) -> dict[str, str]:
    """From the names of an optimizer's slots to their letters."""
    return LETTERS.get(kind, _ADAM)


def lines_of(optimizer: Any, kind: str, of_vector: bool) -> Lines:
    """The formulas of an optimizer.

    Args:
        optimizer: whose options choose among them.
        kind: its class.
        of_vector: whether the weight is a vector, for which some have a rule of its own.
    """
    formulas, decay = FORMULAS[kind], "weight_decay"
    if of_vector and kind == "Adafactor":
        formulas = _adafactor_of_vectors
    elif of_vector and kind == "Muon":
        formulas, decay = _muon_of_vectors, "adam_weight_decay"
    decays = bool(getattr(optimizer, decay))
    return [*([("w", f"w - w * {decay} * lr")] if decays else []), *formulas(optimizer)]
