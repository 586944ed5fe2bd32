"""Asking a library: the value of a row's expression, in the process that the library lives in."""

import functools
import types
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from parity_tests import formulas
from parity_tests.harness.tolerances import SIGMAS

NAMESPACES = (
    "activations", "callbacks", "constraints", "initializers", "layers", "losses", "metrics", "ops",
    "optimizers", "random", "regularizers", "utils",
)  # fmt: skip
EPSILON = 2.0**-23  # for Keras's 1e-7: a number that float32 holds, so that K1 does not change it

Answer = list[np.ndarray] | str


def answers(keras: Any, engine: Any, expressions: Sequence[str]) -> dict[str, dict[str, Answer]]:
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
    known |= {"of": of, "trained": trained, "adapted": adapted}
    known |= {"near": functools.partial(near, keras), "moments": functools.partial(moments, keras)}
    known |= {"told": functools.partial(told, keras), "done": functools.partial(done, keras)}
    known |= {"mixed": functools.partial(mixed, keras)}
    known |= {"ratio": functools.partial(ratio, keras), **formula.given}
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


def of(layer: Any, x: Any, *weights: np.ndarray, **options: Any) -> Any:
    """What a layer of such weights makes of x."""
    layer.build([np.shape(v) for v in x] if isinstance(x, list) else np.shape(x))
    layer.set_weights(weights)
    return layer(x, **options)


def trained(layer: Any, x: Any, *weights: np.ndarray) -> Any:
    """What a layer makes of x in training, and what of its weights is not trained, afterwards."""
    return [of(layer, x, *weights, training=True), *layer.non_trainable_variables]


def adapted(layer: Any, data: Any, x: Any) -> Any:
    """What a layer makes of x after it has seen the data."""
    layer.adapt(data)
    return layer(x)


def done(keras: Any, layer: Any, x: np.ndarray, drawn: Any) -> Any:
    """What a layer of images makes of x by a transformation that is given, where it draws one."""
    drawn = keras.tree.map_structure(keras.ops.convert_to_tensor, drawn)
    return layer.transform_images(keras.ops.convert_to_tensor(x), drawn, training=True)


def mixed(keras: Any, layer: Any, x: np.ndarray, labels: np.ndarray) -> Any:
    """The mean of each image after images of one value each were mixed, and that of its labels."""
    tensor, plain = keras.ops.convert_to_tensor, keras.ops.convert_to_numpy
    given = layer({"images": tensor(x), "labels": tensor(labels)}, training=True)
    images, shares = plain(given["images"]), plain(given["labels"])
    return images.mean((1, 2, 3)), shares @ x[:, 0, 0, 0]


def ratio(keras: Any, images: Any) -> Any:
    """The width of what is black in an image, over its height."""
    black = keras.ops.convert_to_numpy(images)[0, :, :, 0] == 0
    return black.any(0).sum() / black.any(1).sum()


def moments(keras: Any, sample: Any) -> np.ndarray:
    """Mean and deviation, to a tenth: what so many numbers are right to."""
    values = np.array(keras.ops.convert_to_numpy(sample), "float64")
    return np.abs(np.round([values.mean(), values.std()], 1))


def near(keras: Any, sample: Any, mean: float, deviation: float, kurtosis: float) -> np.ndarray:
    """Whether mean and deviation are as near as those of so many numbers are, by chance."""
    values = np.array(keras.ops.convert_to_numpy(sample), "float64")
    off = SIGMAS * deviation / np.sqrt(values.size)
    apart = np.abs([values.mean() - mean, values.std() - deviation])
    return apart <= [off, off * np.sqrt((kurtosis - 1) / 4)]


def told(keras: Any, callback: Any, values: Sequence[float], rates: bool = False) -> Any:
    """After how many epochs a callback ends training when told these losses; or the rates then."""
    model = types.SimpleNamespace(stop_training=False, optimizer=keras.optimizers.SGD(1.0))
    callback.set_model(model)
    callback.on_train_begin()
    found = []
    for epoch, value in enumerate(values):
        callback.on_epoch_begin(epoch)
        callback.on_train_batch_end(0, {"loss": value})
        callback.on_epoch_end(epoch, {"loss": value})
        found.append(np.array(keras.ops.convert_to_numpy(model.optimizer.learning_rate)))
        if model.stop_training:
            break
    return np.array(found) if rates else len(found)


def kept(keras: Any, sample: Any, law: tuple) -> np.ndarray:
    """Whether a sample keeps to a law: mean, deviation from below and from above, largest size."""
    values = np.array(keras.ops.convert_to_numpy(sample), "float64")
    mean, least, most, limit = law
    sizes = np.abs(values.mean()), values.std(), np.abs(values).max()
    return np.array([sizes[0] <= mean, least <= sizes[1], sizes[1] <= most, sizes[2] <= limit])


def gram(keras: Any, matrix: Any) -> np.ndarray:
    """The products of a matrix's rows, or of its columns where there are fewer."""
    a = np.array(keras.ops.convert_to_numpy(matrix), "float64")
    return a @ a.T if a.shape[0] <= a.shape[1] else a.T @ a
