"""The arithmetic of an update: of one weight, what the optimizer remembers and what it computes.

Every formula is a line that Python reads too: it is computed with the numbers of the step, on the
whole weight, and must come to what the optimizer came to. Names in it:

    w, g          the weight and its gradient, once it is clipped
    lr, t         learning rate and number of the step, from 1
    m, v, ...     what is remembered
"""

import re
from typing import Any

import numpy as np

from scratch.ops.graph.promotion import constant

from .equations import as_text
from .microscope import chosen, untouched
from .protocol import RefusedError
from .run import Run, quiet, weight_name

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


def _slots(run: Run, number: int) -> dict[str, np.ndarray]:
    """What the optimizer remembers of a trained weight, by letter."""
    optimizer = run.model.optimizer
    kind = run.state["optimizer"]["class"]
    letters = LETTERS.get(kind, _ADAM)
    if kind == "Adafactor":
        found = {"v": optimizer._v[number]}
        if run.model.trainable_weights[number].ndim > 1:
            found |= {"r": optimizer._r[number], "c": optimizer._c[number]}
    elif kind == "Muon":
        found = {"m": optimizer.momentums[number], "v": optimizer.adam_velocities[number]}
    else:
        found = {
            letters[name]: slot.variables[number]
            for name, slot in optimizer._slots.items()
            if name in letters
        }
    if kind == "Nadam":
        found["P"] = optimizer._u_product
    return {name: v.numpy().copy() for name, v in found.items() if v is not None}


def lines_of(run: Run, number: int) -> Lines:
    """The formulas of the state's optimizer, for the trained weight of that number."""
    optimizer, kind = run.model.optimizer, run.state["optimizer"]["class"]
    vector = run.model.trainable_weights[number].ndim < 2
    formulas = FORMULAS[kind]
    if vector and kind in ("Adafactor", "Muon"):
        formulas = _adafactor_of_vectors if kind == "Adafactor" else _muon_of_vectors
    decay = "weight_decay"
    if vector and kind == "Muon":
        decay = "adam_weight_decay"
    decays = bool(getattr(optimizer, decay))
    return [*([("w", f"w - w * {decay} * lr")] if decays else []), *formulas(optimizer)]


def worked_out(run: Run, rows: np.ndarray, number: int) -> dict[str, Any]:
    """A step that is undone: what stood there before, every line, what stood there behind.

    Args:
        run: whose.
        rows: the points of the batch.
        number: of the weight among the trained ones.
    """
    optimizer = run.model.optimizer
    variable = run.model.trainable_weights[number]
    with untouched(run), quiet(), run.precision():
        before, remembered = variable.numpy().copy(), _slots(run, number)
        t = int(np.asarray(optimizer.iterations)) + 1
        rate = np.asarray(optimizer.learning_rate)
        run.model.train_on_batch(run.x[rows], run.targets[rows])
        after, slots = variable.numpy().copy(), _slots(run, number)
        gradient = np.array(variable.gradient)
        names = {"w": before, "g": gradient, **remembered}
        names |= {name: before.dtype.type(value) for name, value in (("t", t), ("lr", rate))}
        options = {
            key: value
            for key, value in vars(optimizer).items()
            if isinstance(value, float | int) and not isinstance(value, bool)
        }
        compute = _Computer(run.state["optimizer"]["class"], optimizer, before.dtype.type)
        lines = []
        for name, formula in lines_of(run, number):
            given = {**options, **names}
            names[name] = compute(name, formula, options, names)
            lines.append((name, formula, given, names[name]))
    return {
        "t": t,
        "rate": float(rate),
        "before": before,
        "after": after,
        "gradient": gradient,
        "slots": {key: (remembered[key], slots[key]) for key in remembered},
        "lines": lines,
        "result": names["w"],
    }


class _Computer:
    """Computes formulas as the optimizer does: in the weights' type, with Keras's rounding."""

    def __init__(self, kind: str, optimizer: Any, of: Any) -> None:
        self._of = of
        self._rounded = (*ROUNDED.get(kind, ()), "weight_decay", "adam_weight_decay")
        self._functions: dict[str, Any] = {
            "sqrt": np.sqrt, "maximum": np.maximum, "minimum": np.minimum, "abs": np.abs,
            "sign": np.sign, "clip": np.clip, "mean": np.mean,
            "norm": lambda x: np.sqrt(np.sum(np.square(x))),
            "rms": lambda x: np.sqrt(np.mean(np.square(x))),
            "outer": lambda a, b: a[..., None] * b[..., None, :],
            "mean_of_columns": lambda x: x.mean(axis=-1),
            "mean_of_rows": lambda x: x.mean(axis=-2),
            "rounded": lambda x: constant(float(x), of(0)),
        }  # fmt: skip
        if kind == "Muon":
            steps = optimizer.ns_steps
            self._functions["orthogonal"] = lambda x: optimizer.zeropower_via_newtonschulz5(
                x, steps
            )
            self._functions["adjusted"] = optimizer.lr_adjust

    def __call__(self, name: str, formula: str, options: Any, names: Any) -> Any:
        rounded = () if name == "P" else self._rounded  # Nadam's product is not rounded
        scope = {
            key: constant(float(value), self._of(0)) if key in rounded else self._of(value)
            for key, value in options.items()
        }
        text = formula
        for key, value in options.items():
            if key not in rounded:
                scope[f"_1_{key}"] = self._of(1 - value)
                text = text.replace(f"(1 - {key})", f"_1_{key}")
        if name != "P":
            text = re.sub(r"([\w.]+) \*\* (?=t|\(t)", r"rounded(\1) ** ", text)
        return eval(text, {"__builtins__": {}}, {**self._functions, **scope, **names})


def _at(value: Any, index: tuple[int, ...], shape: tuple[int, ...]) -> float | None:
    """The number that belongs to one weight; None of what has no such number."""
    value = np.asarray(value)
    if value.ndim == 0:
        return float(value)
    if value.shape == shape:
        return float(value[index])
    if value.shape == shape[:1]:  # the mean of a row
        return float(value[index[0]])
    return float(value[index[-1]]) if value.shape == shape[1:] else None


def told(run: Run, request: dict[str, Any], index: tuple[int, ...]) -> dict[str, Any]:
    """What the command `arithmetic` answers.

    Raises:
        RefusedError: for a weight that is not trained.
    """
    names = [weight_name(v) for v in run.model.trainable_weights]
    if request["weight"] not in names:
        raise RefusedError(f"{request['weight']} is not trained: it has no gradient")
    number = names.index(request["weight"])
    if run.stopped:
        raise RefusedError(run.stopped)
    rows = chosen(run, request.get("rows"))
    found = worked_out(run, rows, number)
    shape = found["before"].shape

    def at(value: Any) -> float | None:
        return _at(value, index, shape)

    lines = []
    for name, formula, given, value in found["lines"]:

        def put_in(match: re.Match[str], given: dict[str, Any] = given) -> str:
            number_ = at(given[match.group()]) if match.group() in given else None
            return match.group() if number_ is None else as_text(number_)

        numbers = re.sub(r"[A-Za-z_][A-Za-z_0-9]*(?!\w*\()", put_in, formula)
        lines.append({"name": name, "formula": formula, "numbers": numbers, "value": at(value)})
    answer = {
        "weight": names[number],
        "index": list(index),
        "optimizer": run.state["optimizer"]["class"],
        "t": found["t"],
        "learning_rate": found["rate"],
        "gradient": at(found["gradient"]),
        "before": at(found["before"]),
        "after": at(found["after"]),
        "slots": [
            {"name": key, "before": at(old), "after": at(new)}
            for key, (old, new) in found["slots"].items()
        ],
        "lines": lines,
    }
    if run.twin is not None:
        answer["tf"] = run.twin.update_of(rows, number, index)
    return answer
