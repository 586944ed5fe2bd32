"""Asking a library: the value of a row's expression, in the process that the library lives in."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from parity_tests import formulas

NAMESPACES = (
    "activations", "callbacks", "constraints", "initializers", "layers", "losses", "metrics", "ops",
    "optimizers", "random", "regularizers", "utils",
)  # fmt: skip
EPSILON = 2.0**-23  # for Keras's 1e-7: a number that float32 holds, so that K1 does not change it

Answer = list[np.ndarray] | str


def answers(
    keras: Any, engine: Any, expressions: Sequence[str]
) -> dict[str, dict[str, Answer]]:
    """What a library gives for all inputs of some rows; a refusal as the name of its error."""
    before = keras.config.epsilon()
    keras.config.set_epsilon(EPSILON)
    try:
        return {
            expression: {
                label: _answer(keras, formulas.find(expression), label)
                for label in formulas.find(expression).inputs
            }
            for expression in expressions
        }
    finally:
        keras.config.set_epsilon(before)


def _answer(keras: Any, formula: formulas.Formula, label: str) -> Answer:
    known = {name: getattr(keras, name) for name in NAMESPACES}
    known |= {"np": np, "measured": measured}
    known |= dict(zip(formula.letters, formula.rounded(label), strict=True))
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # what is computed is asked, not what is said of it
            return arrays(keras, eval(formula.expression, known))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def arrays(keras: Any, value: Any) -> list[np.ndarray]:
    """A value, or those in a list, as arrays."""
    if isinstance(value, list | tuple):
        return [array for part in value for array in arrays(keras, part)]
    return [np.array(keras.ops.convert_to_numpy(value))]


# What expressions may use besides the public names -----------------------------------------------


def measured(metric: Any, *batches: Any) -> Any:
    """What a metric says after batches of `(y_true, y_pred)` or `(y_true, y_pred, weights)`."""
    for batch in batches:
        metric.update_state(*batch)
    return metric.result()
