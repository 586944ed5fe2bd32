"""The engine tf.keras: derivatives from TensorFlow's GradientTape. Needs TensorFlow."""

import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from parity_tests.commands.main_job.plain import silent_start

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ["KERAS_BACKEND"] = "tensorflow"
with silent_start():
    import keras  # type: ignore[import-untyped, unused-ignore]
    import tensorflow as tf  # type: ignore[import-untyped, unused-ignore]

# A lesson makes many small models, and each is traced once: TensorFlow need not warn of it.
tf.get_logger().setLevel("ERROR")

Function = Callable[..., Any]
_ZERO = tf.UnconnectedGradients.ZERO


def _taped(function: Function, tensors: Sequence[Any]) -> tuple[Any, list[Any]]:
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        y = function(keras, *tensors)
    return y, tape.gradient(y, tensors, unconnected_gradients=_ZERO)


def value_and_derivatives(function: Function, points: Sequence[np.ndarray]) -> list[np.ndarray]:
    """`function(keras, x, ...)` at the `points`, and the derivatives of its sum."""
    y, found = _taped(function, [tf.constant(x) for x in points])
    return [y.numpy(), *(g.numpy() for g in found)]


def derivative(function: Function, shape: tuple[int, ...]) -> Callable[[np.ndarray], np.ndarray]:
    """The derivative of `function(keras, x)` as a function of arrays of this shape."""

    @tf.function(input_signature=[tf.TensorSpec(shape, tf.float64)], autograph=False)
    def by_tape(at: Any) -> Any:
        return _taped(function, [at])[1][0]

    return lambda at: by_tape(at).numpy()


def jacobian(function: Function, point: np.ndarray) -> np.ndarray:
    """The derivatives of all entries: shape of the value, then shape of the point."""
    tensor = tf.constant(point)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(tensor)
        value = function(keras, tensor)
    # Row by row: vectorized, every call would trace a graph.
    return tape.jacobian(value, tensor, "zero", experimental_use_pfor=False).numpy()


def operations(function: Function, points: Sequence[np.ndarray], by: Sequence[int]) -> list[str]:
    """The names of the operations in the graph of the value and of the derivatives `by` some."""

    @tf.function(autograph=False)
    def traced(*tensors: Any) -> Any:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            watched = [tensors[i] for i in by]
            tape.watch(watched)
            y = function(keras, *tensors)
        return y, tape.gradient(y, watched)

    graph = traced.get_concrete_function(*map(tf.constant, points)).graph
    return [op.type.lower() for op in graph.get_operations()]
