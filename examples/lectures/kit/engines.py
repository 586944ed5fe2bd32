"""The engines. Whatever a lesson computes, it computes in each of them, from one piece of source.

    both(lambda keras: keras.ops.softmax(z))            what scratch gives, and tf.keras
    gradients(lambda keras, w: loss(keras, w), w)       a value, and derivatives
    derivative(lambda keras, w: loss(keras, w), (3,))   the derivative as a function
    jacobian(lambda keras, w: scores(keras, w), w)      all derivatives of all entries
    operations(lambda keras, w: loss(keras, w), w)      what a graph of the derivative consists of

In scratch the derivatives come from the computational graph, symbol to symbol (`by_graph`); in
TensorFlow from its GradientTape (`by_tape`). Both compute in float64, so that what differs is not
rounding. Where there is no TensorFlow, the list of engines has one entry, and lessons run with it.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from examples.lectures.kit import by_graph

ENGINES: dict[str, ModuleType] = {"scratch": by_graph}
try:
    from examples.lectures.kit import by_tape
except ImportError as error:
    print(f"Without tf.keras to compare with: {error}")
else:
    ENGINES["tf.keras"] = by_tape


class Both:
    """What each engine gave, in the order of `ENGINES`.

    Formatted, `f"{pair:.2f}"`, it says whose is what: "0.25 in scratch, 0.25 in tf.keras".

    Args:
        parts: scratch's, and tf.keras's where it is there.
    """

    def __init__(self, *parts: Any) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[Any]:
        return iter(self._parts)

    def __format__(self, how: str) -> str:
        return ", ".join(f"{part:{how}} in {name}" for name, part in self.by_name().items())

    @property
    def scratch(self) -> Any:
        """What scratch gave."""
        return self._parts[0]

    def by_name(self) -> Mapping[str, Any]:
        """The parts by the names of their engines."""
        return dict(zip(ENGINES, self, strict=True))

    def map(self, function: Callable[[Any], Any]) -> "Both":
        """`function` applied to each part."""
        return Both(*(function(part) for part in self))


def both(compute: Callable[..., Any], *arguments: Both) -> Both:
    """`compute(keras, ...)` in each engine, its arrays as NumPy's.

    Args:
        compute: receives `scratch` or `tf.keras`, and its part of each of the `arguments`.
        arguments: what each engine gave before.
    """
    libraries = [engine.keras for engine in ENGINES.values()]
    return Both(*(as_numpy(compute(*parts)) for parts in zip(libraries, *arguments, strict=True)))


def gradients(function: Callable[..., Any], *at: Any) -> tuple[Both, ...]:
    """The value of `function(keras, x, ...)` at the arrays `at`, and its derivative by each.

    Where the value is no scalar, the derivatives are those of the sum of its entries.
    """
    points = [np.asarray(x, "float64") for x in at]
    found = [engine.value_and_derivatives(function, points) for engine in ENGINES.values()]
    return tuple(Both(*parts) for parts in zip(*found, strict=True))


def derivative(function: Callable[..., Any], shape: tuple[int, ...]) -> Both:
    """The derivative of `function(keras, x)` as a function of x, one for each engine.

    The graph is built once: for what is called often, on arrays of this `shape`.
    """
    return Both(*(engine.derivative(function, shape) for engine in ENGINES.values()))


def jacobian(function: Callable[..., Any], at: Any) -> Both:
    """The derivatives of every entry of `function(keras, x)` by every entry of `x`.

    Returns:
        Arrays of the shape of the value followed by the shape of `at`.
    """
    point = np.asarray(at, "float64")
    return Both(*(engine.jacobian(function, point) for engine in ENGINES.values()))


def operations(function: Callable[..., Any], *at: Any, by: Sequence[int]) -> Both:
    """The names of all operations in the graph of `function(keras, x, ...)` and its derivatives.

    Args:
        function: of the arrays `at`.
        at: arrays.
        by: which of them the graph has the derivatives by.

    Returns:
        Lists of names in lower case, such as "matmul".
    """
    points = [np.asarray(x, "float64") for x in at]
    return Both(*(engine.operations(function, points, by) for engine in ENGINES.values()))


@contextlib.contextmanager
def in_precision(floatx: str) -> Iterator[None]:
    """Inside the block the engines make their layers and losses in `floatx`."""
    before = by_graph.keras.config.floatx()
    set_precision(floatx)
    try:
        yield
    finally:
        set_precision(before)


def set_precision(floatx: str) -> None:
    """The engines make their layers and losses in `floatx` from now on."""
    for engine in ENGINES.values():
        engine.keras.config.set_floatx(floatx)
        # Keras remembers the type of its first layer as its policy, whatever floatx says later.
        engine.keras.config.set_dtype_policy(floatx)


def as_numpy(value: Any) -> Any:
    """Tensors and variables as arrays, inside lists, tuples and dictionaries too."""
    if isinstance(value, dict):
        return {key: as_numpy(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(as_numpy(part) for part in value)
    return value.numpy() if hasattr(value, "numpy") else value
