"""The two engines. Whatever a lesson computes, it computes in both, from one piece of source.

    both(lambda keras: keras.ops.softmax(z))            the pair (scratch's, tf.keras's)
    gradients(lambda keras, w: loss(keras, w), w)       a value, and derivatives, in both
    derivative(lambda keras, w: loss(keras, w), (3,))   the derivative as a function, in both

In scratch the derivatives come from the computational graph, symbol to symbol; in TensorFlow from
its GradientTape. Both compute in float64, so that what differs is not rounding.
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

import scratch
from parity_tests.commands.main_job.plain import silent_start

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ["KERAS_BACKEND"] = "tensorflow"
with silent_start():
    import keras  # type: ignore[import-untyped, unused-ignore]
    import tensorflow as tf  # type: ignore[import-untyped, unused-ignore]

# A lesson makes many small models, and each is traced once: TensorFlow need not warn of it.
tf.get_logger().setLevel("ERROR")

ENGINES = {"scratch": scratch, "tf.keras": keras}


@dataclass(frozen=True)
class Both:
    """A pair of results: from scratch and from tf.keras."""

    scratch: Any
    keras: Any

    def __iter__(self) -> Iterator[Any]:
        return iter((self.scratch, self.keras))

    def map(self, function: Callable[[Any], Any]) -> "Both":
        """`function` applied to each of the two."""
        return Both(*(function(part) for part in self))


def both(compute: Callable[..., Any], *arguments: Both) -> Both:
    """`compute(keras, ...)` in each engine, its arrays as NumPy's.

    Args:
        compute: receives `scratch` or `tf.keras`, and its part of each of the `arguments`.
        arguments: pairs.
    """
    parts = zip(ENGINES.values(), *arguments, strict=True) if arguments else ((e,) for e in ENGINES.values())  # fmt: skip  # noqa: E501
    return Both(*(as_numpy(compute(*part)) for part in parts))


def gradients(function: Callable[..., Any], *at: Any) -> tuple[Both, ...]:
    """The value of `function(keras, x, ...)` at the arrays `at`, and its derivative by each.

    Where the value is no scalar, the derivatives are those of the sum of its entries.
    """
    points = [np.asarray(x, "float64") for x in at]
    ours = _by_graph(function, points)
    theirs = _by_tape(function, points)
    return tuple(Both(a, b) for a, b in zip(ours, theirs, strict=True))


def _by_graph(function: Callable[..., Any], points: list[np.ndarray]) -> list[np.ndarray]:
    symbols = [scratch.ops.Symbol.leaf(shape=x.shape, dtype="float64") for x in points]
    y = function(scratch, *symbols)
    wanted = [y, *scratch.ops.gradient(y, symbols, unconnected="zero")]
    return scratch.ops.evaluate(wanted, dict(zip(symbols, points, strict=True)))


def _by_tape(function: Callable[..., Any], points: list[np.ndarray]) -> list[np.ndarray]:
    tensors = [tf.constant(x) for x in points]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        y = function(keras, *tensors)
    found = tape.gradient(y, tensors, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return [y.numpy(), *(g.numpy() for g in found)]


def derivative(function: Callable[..., Any], shape: tuple[int, ...]) -> Both:
    """The derivative of `function(keras, x)` as a function of x, one for each engine.

    The graph is built once: for what is called often, on arrays of this `shape`.
    """
    x = scratch.ops.Symbol.leaf(shape=shape, dtype="float64")
    (dx,) = scratch.ops.gradient(function(scratch, x), [x], unconnected="zero")

    @tf.function(input_signature=[tf.TensorSpec(shape, tf.float64)], autograph=False)
    def by_tape(at: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(at)
            y = function(keras, at)
        return tape.gradient(y, at, unconnected_gradients=tf.UnconnectedGradients.ZERO)

    return Both(lambda at: scratch.ops.evaluate(dx, {x: at}), lambda at: by_tape(at).numpy())


def jacobian(function: Callable[..., Any], at: Any) -> Both:
    """The derivatives of every entry of `function(keras, x)` by every entry of `x`.

    Returns:
        Arrays of the shape of the value followed by the shape of `at`.
    """
    point = np.asarray(at, "float64")
    x = scratch.ops.Symbol.leaf(shape=point.shape, dtype="float64")
    y = function(scratch, x)
    rows = []
    for index in np.ndindex(*scratch.ops.evaluate(y, {x: point}).shape):
        one = y[index] if index else y
        rows += scratch.ops.gradient(one, [x], unconnected="zero")
    found = scratch.ops.evaluate(rows, {x: point})
    tensor = tf.constant(point)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(tensor)
        value = function(keras, tensor)
    # Row by row: vectorized, every call would trace a graph.
    theirs = tape.jacobian(value, tensor, "zero", experimental_use_pfor=False).numpy()
    return Both(np.reshape(found, theirs.shape), theirs)


@contextlib.contextmanager
def in_precision(floatx: str) -> Iterator[None]:
    """Inside the block both engines make their layers and losses in `floatx`."""
    before = scratch.config.floatx()
    set_precision(floatx)
    try:
        yield
    finally:
        set_precision(before)


def set_precision(floatx: str) -> None:
    """Both engines make their layers and losses in `floatx` from now on."""
    for engine in ENGINES.values():
        engine.config.set_floatx(floatx)
        # Keras remembers the type of its first layer as its policy, whatever floatx says later.
        engine.config.set_dtype_policy(floatx)


def as_numpy(value: Any) -> Any:
    """Tensors and variables as arrays, inside lists, tuples and dictionaries too."""
    if isinstance(value, dict):
        return {key: as_numpy(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(as_numpy(part) for part in value)
    return value.numpy() if hasattr(value, "numpy") else value
