"""The perceptron's own learning rules: a single unit that is corrected, without loss or derivative.

    z = w x + b = w~ x~,  x~ = (x, 1),  w~ = (w, b)     the unit; without a bias, x~ = x
    y = -1 or 1                                         the class; it is right where y z > 0

    Rosenblatt  where y z <= 0:   w~ <- w~ + learning_rate y x~
    Batch       all at once:      w~ <- w~ + learning_rate sum of y x~ over those with y z <= 0
    Averaged    u~ learns as Rosenblatt's w~, and w~ is the mean of all u~ so far:
                t <- t + 1,       w~ <- w~ + (u~ - w~) / t
    MIRA        where y z < 1:    w~ <- w~ + tau y x~,   tau = min(C, (1 - y z) / |x~|^2)

Rosenblatt (1958) proved that his rule ends where a line divides the classes; where none does, its
line never rests, and the mean of all lines (Freund and Schapire, 1999) does. MIRA's step (Crammer
and Singer, 2003) is the smallest that brings y z to 1, as far as C lets it. But for Batch the
samples of a batch come one after the other. Keras has none of these rules.

`FORMULAS` is what training runs, what the arithmetic shows and what an exported program has.
"""

from typing import Any

import numpy as np

from .fields import RefusedError, number, one_of, table

RULES: dict[str, dict[str, float]] = {
    "Rosenblatt": {"learning_rate": 1.0},
    "Batch": {"learning_rate": 0.1},
    "Averaged": {"learning_rate": 1.0},
    "MIRA": {"C": 1.0},
}
# Of Batch x has a row, and y an entry, for each sample; of the others they are of one.
FORMULAS: dict[str, list[tuple[str, str]]] = {
    "Rosenblatt": [
        ("z", "w @ x"),
        ("m", "y * z <= 0"),
        ("w", "w + m * learning_rate * y * x"),
    ],
    "Batch": [
        ("z", "x @ w"),
        ("m", "y * z <= 0"),
        ("s", "(m * y) @ x"),
        ("w", "w + learning_rate * s"),
    ],
    "Averaged": [
        ("z", "u @ x"),
        ("m", "y * z <= 0"),
        ("u", "u + m * learning_rate * y * x"),
        ("t", "t + 1"),
        ("w", "w + (u - w) / t"),
    ],
    "MIRA": [
        ("z", "w @ x"),
        ("tau", "clip((1 - y * z) / (x @ x), 0, C)"),
        ("w", "w + tau * y * x"),
    ],
}


def checked_rule(given: Any) -> dict[str, Any] | None:
    """The part `rule` of a state, whole; None where Keras's optimizer trains.

    Raises:
        RefusedError: for what is no such rule.
    """
    if given is None:
        return None
    if not isinstance(given, dict):
        raise RefusedError(f"`rule` must be null, or an object with a `class`. Received: {given!r}")
    kind = one_of("rule.class", given.get("class"), RULES)
    options = RULES[kind]
    found = {**options, **table("rule", given, ("class", *options))}
    checked = {key: number(f"rule.{key}", found[key], 0, 1e6) for key in options}
    return {"class": kind, **checked}


def require_perceptron(state: dict[str, Any], samples: Any) -> None:
    """The network of a checked state is one that a rule can train.

    Raises:
        RefusedError: where it is another, or something is asked for that only Keras has.
    """
    kind = state["rule"]["class"]
    if samples.kind != "classification" or samples.classes != 2:
        raise RefusedError(f"The rule {kind} tells two classes apart: choose data of two classes")
    if state["layers"]:
        raise RefusedError(f"The rule {kind} trains a single unit: `layers` must be []")
    if state["output"]["activation"] != "linear" or state["loss"] != "hinge":
        raise RefusedError(
            f"The rule {kind} trains a linear unit, and the hinge is what is shown of it: "
            '`output.activation` must be "linear", and `loss` "hinge"'
        )
    if state["kernel_regularizer"] or state["output"]["kernel_regularizer"]:
        raise RefusedError(f"The rule {kind} knows no penalty: `kernel_regularizer` must be null")
    if state["engines"] != ["scratch"]:
        raise RefusedError(f"tf.keras has no rule {kind}: only `scratch` can train by it")


class Perceptron:
    """A rule at work on a model of one unit.

    Args:
        rule: checked.
        model: whose weights it corrects.

    Attributes:
        kind: of the rule.
    """

    def __init__(self, rule: dict[str, Any], model: Any) -> None:
        self.kind, self.rule, self._model = rule["class"], rule, model
        lines = "\n".join(f"{name} = {formula}" for name, formula in FORMULAS[self.kind])
        self._code = compile(lines, "rule", "exec")
        self._u: np.ndarray | None = None  # of Averaged
        self._t = 0
        self._left: np.ndarray | None = None  # the weights behind the last step

    @property
    def has_bias(self) -> bool:
        """Whether the unit has one."""
        return self._model.layers[-1].bias is not None

    def weights(self) -> np.ndarray:
        """w~."""
        return np.concatenate([v.numpy().ravel() for v in self._model.weights])

    def extended(self, x: np.ndarray) -> np.ndarray:
        """x~ of samples, (n, k) or (n, k + 1)."""
        return np.append(x, np.ones_like(x[:, :1]), axis=1) if self.has_bias else x

    def scope(self) -> dict[str, Any]:
        """What the formulas begin with: w, the options, and what is remembered."""
        w = self.weights()
        if self._u is None or self._left is None or not np.array_equal(w, self._left):
            self._u, self._t = w, 0  # by hand the mean begins anew
        options = {key: w.dtype.type(v) for key, v in self.rule.items() if key != "class"}
        return {"w": w, "u": self._u, "t": self._t, "clip": np.clip, **options}

    def samples(self, x: np.ndarray, y: np.ndarray) -> list[tuple[np.ndarray, Any]]:
        """What the formulas are run for, in turn: x~ and y of each sample, or of all at once."""
        extended, signs = self.extended(x), y[:, 0]
        if self.kind == "Batch":
            return [(extended, signs)]
        return list(zip(extended, signs, strict=True))

    def train_on(self, x: np.ndarray, y: np.ndarray) -> float:
        """Corrects the unit; the hinge of these samples before it.

        Args:
            x: (n, k).
            y: (n, 1), -1 or 1.
        """
        held = self.scope()
        hinge = np.maximum(0, 1 - y[:, 0] * (self.extended(x) @ held["w"])).mean()
        for held["x"], held["y"] in self.samples(x, y):
            exec(self._code, {"__builtins__": {}}, held)
        w = held["w"]
        self._u, self._t, self._left = held["u"], held["t"], w
        parts = np.split(w, [self._model.weights[0].shape[0]])
        for v, part in zip(self._model.weights, parts, strict=False):
            v.assign(part.reshape(v.shape))
        return float(hinge)

    @property
    def names(self) -> list[str]:
        """What `values` are called."""
        if self.kind != "Averaged":
            return []
        return [f"working[{i}]" for i in range(len(self.weights()))]

    def values(self) -> np.ndarray:
        """Of Averaged u~, which learns while w~ is the mean; of the others nothing."""
        return np.array(self.scope()["u"] if self.names else [], "float64")

    def memory(self) -> tuple[Any, ...]:
        """What it remembers from step to step."""
        return self._u, self._t, self._left

    def remember(self, memory: tuple[Any, ...]) -> None:
        """Goes back to what it remembered."""
        self._u, self._t, self._left = memory
