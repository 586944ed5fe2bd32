"""What somebody's loss or optimizer may be meant to be, and which words of a name say so."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Meaning:
    """What code is held against: a kind, a name, and options."""

    kind: str
    like: str
    options: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        said = {"like": self.like, **self.options}
        return ", ".join(f"{name}={value!r}" for name, value in said.items())


LOSSES = [
    Meaning("loss", like, {"from_logits": True} if scores else {})
    for like, scores in [
        ("mean_squared_error", False), ("mean_absolute_error", False),
        ("categorical_crossentropy", False), ("categorical_crossentropy", True),
        ("sparse_categorical_crossentropy", False), ("sparse_categorical_crossentropy", True),
        ("binary_crossentropy", False), ("binary_crossentropy", True), ("hinge", False),
        ("squared_hinge", False), ("categorical_hinge", False), ("huber", False),
        ("log_cosh", False), ("kl_divergence", False), ("poisson", False),
        ("mean_squared_logarithmic_error", False), ("mean_absolute_percentage_error", False),
        ("cosine_similarity", False),
    ]
]  # fmt: skip
MOMENTUM = {"momentum": 0.9}
OPTIMIZERS = [
    Meaning("optimizer", "sgd"),
    Meaning("optimizer", "sgd", MOMENTUM),
    Meaning("optimizer", "sgd", {**MOMENTUM, "nesterov": True}),
    *(Meaning("optimizer", name) for name in ("rmsprop", "adam", "adagrad", "adamw", "adamax",
                                              "nadam", "adadelta", "lion")),
]  # fmt: skip
# Words of names, the longest first, and what they tell.
LOSS_WORDS = {
    "binarycrossentropy": "binary_crossentropy", "logistic": "binary_crossentropy",
    "sparse": "sparse_categorical_crossentropy", "crossentropy": "crossentropy",
    "nll": "crossentropy", "softmaxloss": "crossentropy", "meansquared": "mean_squared_error",
    "meanabsolute": "mean_absolute_error", "squaredhinge": "squared_hinge", "logcosh": "log_cosh",
    "bce": "binary_crossentropy", "cce": "categorical_crossentropy", "mse": "mean_squared_error",
    "mae": "mean_absolute_error", "l1": "mean_absolute_error", "l2": "mean_squared_error",
    "huber": "huber", "hinge": "hinge", "svm": "categorical_hinge", "poisson": "poisson",
    "quadratic": "mean_squared_error", "squared": "mean_squared_error",
}  # fmt: skip
