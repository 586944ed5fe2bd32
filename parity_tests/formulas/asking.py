"""Asking a library: the value of a row's expression, in the process that the library lives in."""

import functools
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
    known |= {"np": np, "measured": measured, "stepped": functools.partial(stepped, keras)}
    known |= {"kept": functools.partial(kept, keras), "gram": functools.partial(gram, keras)}
    known |= formula.given
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


def stepped(keras: Any, optimizer: Any, weights: np.ndarray, gradients: np.ndarray) -> Any:
    """Weights after a step with each gradient, and the averages in their place where there are."""
    variable = keras.Variable(weights)
    optimizer.build([variable])
    for gradient in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(gradient)])
    optimizer.finalize_variable_values([variable])
    return variable


def kept(keras: Any, sample: Any, law: tuple) -> list[bool]:
    """Whether a sample keeps to a law: mean, deviation from below and from above, largest size."""
    values = np.array(keras.ops.convert_to_numpy(sample), "float64")
    mean, least, most, limit = law
    sizes = np.abs(values.mean()), values.std(), np.abs(values).max()
    return [bool(b) for b in (sizes[0] <= mean, least <= sizes[1], sizes[1] <= most, sizes[2] <= limit)]


def gram(keras: Any, matrix: Any) -> np.ndarray:
    """The products of a matrix's rows, or of its columns where there are fewer."""
    a = np.array(keras.ops.convert_to_numpy(matrix), "float64")
    return a @ a.T if a.shape[0] <= a.shape[1] else a.T @ a
