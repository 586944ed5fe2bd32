# ruff: noqa: E501 - one line a value
"""A case: one small training set-up, written once, that every engine can run.

A case is a value. It holds no library: whatever needs one is a function that takes the library as
its argument, so the same line builds the model in tf.keras and in `scratch`.

    Case("elu", lambda keras: [keras.layers.ELU(0.7)])

Engines in other processes find a case by its name (`parity_tests.cases.find`), so nothing is
pickled but names and arrays.
"""

import fnmatch
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Maker = Callable[[np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class Allowance:
    """A quantity that may miss the rule, by a factor and for a reason.

    Args:
        quantity: beginning of the names in the record: `"gradient/dense"`.
        factor: what the bound is multiplied with.
        because: the derivation, printed in the report.
    """

    quantity: str
    factor: float
    because: str


@dataclass(frozen=True, eq=False)  # equal to itself alone, so that it can be a key
class Case:
    """One set-up.

    Args:
        name: `"component/what is special"`; unique.
        layers: from the library to a list of layers (an `Input` is put before them), or a model.
        x, y, sample_weight: from a random generator to an array; the numbers are representable in
            float32, so that both precisions get the same inputs.
        weights: the initial weights, or None: drawn, biases too, from the case's own generator.
        loss: a name, or from the library to a loss.
        loss_weights: `compile`'s argument.
        optimizer: from the library to an optimizer.
        metrics, weighted_metrics: from the library to a list.
        steps: how many batches it trains.
        batch_size: rows of one; None for all. The last batch of a pass is ragged where rows are
            left over.
        events: from a step to what is done to the model before it (a new learning rate, say).
        fit: for `fit` instead of single steps: from (x, y, sample_weight) to its arguments.
        callbacks: for `fit`: from the library to a list.
        silent: beginnings of the names of quantities that must be zero, or must not move; or
            patterns with a star.
        allowances: see `Allowance`.
        untrue: why the reference's derivative is not the derivative of its own loss; then the
            complex step, which knows no opinion, is left out.
        in_float64: where TensorFlow computes it on a processor: `"anywhere"`, `"xla"` (where XLA
            compiles it, and nowhere else), `"nowhere"`.
        exact: whether outputs do not round and must agree bit for bit.
        tags: components that the case exercises and that its model does not show.
    """

    name: str
    layers: Callable[[Any], Any]
    x: Maker
    y: Maker
    sample_weight: Maker | None = None
    weights: Sequence[Any] | None = None
    loss: Any = "mean_squared_error"
    loss_weights: float | None = None
    optimizer: Callable[[Any], Any] = lambda keras: keras.optimizers.SGD(0.1)
    metrics: Callable[[Any], list[Any]] | None = None
    weighted_metrics: Callable[[Any], list[Any]] | None = None
    steps: int = 4
    batch_size: int | None = None
    events: Mapping[int, Callable[[Any, Any], Any]] = field(default_factory=dict)
    fit: Callable[..., dict[str, Any]] | None = None
    callbacks: Callable[[Any], list[Any]] | None = None
    silent: tuple[str, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    untrue: str = ""
    in_float64: str = "anywhere"
    exact: bool = False
    tags: tuple[str, ...] = ()

    @property
    def group(self) -> str:
        """The part of the name before the slash."""
        return self.name.split("/")[0]

    def generator(self, stream: int) -> np.random.Generator:
        """The case's own random numbers: a stream for x, for y, for weights, ..."""
        return np.random.default_rng([zlib.crc32(self.name.encode()), stream])

    def is_silent(self, name: str) -> bool:
        """Whether the quantity called `name` must show nothing."""
        return any(
            fnmatch.fnmatch(name, s) if "*" in s else name.startswith(s) for s in self.silent
        )

    def data(self) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """x, y and sample weights, in their own types."""
        weight = None if self.sample_weight is None else self.sample_weight(self.generator(2))
        return self.x(self.generator(0)), self.y(self.generator(1)), weight

    def initial_weights(self, shapes: Sequence[tuple[int, ...]]) -> list[np.ndarray]:
        """The weights with which training begins, one for each of `shapes`."""
        if self.weights is not None:
            return [np.asarray(w, "float32") for w in self.weights]
        draw = self.generator(3)
        # Kernels keep signals at the size of their inputs; biases are clearly not zero.
        return [
            draw.uniform(-1, 1, shape).astype("float32")
            * np.float32(np.sqrt(3 / shape[0]) if len(shape) > 1 else 0.5)
            for shape in shapes
        ]


# Inputs and labels ---------------------------------------------------------------------------------


def normal(*shape: int, scale: float = 1.0) -> Maker:
    """Standard normal numbers."""
    return lambda draw: (scale * draw.standard_normal(shape)).astype("float32")


def uniform(*shape: int, low: float = 0.0, high: float = 1.0) -> Maker:
    """Uniform numbers from `low` to `high`."""
    return lambda draw: draw.uniform(low, high, shape).astype("float32")


def classes(rows: int, k: int, *, column: bool = False, dtype: str = "int64") -> Maker:
    """Class numbers, (rows,) or (rows, 1)."""
    shape = (rows, 1) if column else (rows,)
    return lambda draw: draw.integers(0, k, shape).astype(dtype)


def onehot(rows: int | tuple[int, ...], k: int) -> Maker:
    """One-hot labels, (rows, k)."""
    return lambda draw: np.eye(k, dtype="float32")[draw.integers(0, k, rows)]


def binary(*shape: int) -> Maker:
    """Labels 0 and 1, both of which occur."""
    return lambda draw: _both(draw, shape, 0.0)


def signs(*shape: int) -> Maker:
    """Labels -1 and 1, both of which occur."""
    return lambda draw: _both(draw, shape, -1.0)


def _both(draw: np.random.Generator, shape: tuple[int, ...], low: float) -> np.ndarray:
    labels = np.where(draw.random(shape) < 0.5, low, 1.0).astype("float32")
    labels.flat[:2] = low, 1.0
    return labels


def given(array: Any, dtype: str = "float32") -> Maker:
    """A maker of exactly these numbers, whatever is drawn."""
    fixed = np.asarray(array, dtype)
    return lambda draw: fixed.copy()
