"""Numbers into bins: y = how many boundaries lie at or below x.

    adapt(data): the boundaries become quantiles of the data, found from a summary of it

A summary is a table of values, each with the weight of the data that it stands for; two of them
can be merged and compressed, so the data may come in batches.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from scratch import ops
from scratch.layers.base.layer import Layer
from scratch.layers.preprocessing.encode import MODES, encode, encoded_shape
from scratch.network.node import Node
from scratch.ops.functional.keras_tensor import KerasTensor
from scratch.serialization.configured import configured


@configured(keys="bin_boundaries num_bins epsilon output_mode sparse name dtype", alone=True)
class Discretization(Layer):
    """The number of the bin of every number (`keras.layers.Discretization`).

    Args:
        bin_boundaries: where a new bin begins, in order; or
        num_bins: into how many bins of equal content `adapt` is to divide the data.
        epsilon: how exact the quantiles are.
        output_mode: `"int"`, `"one_hot"`, `"multi_hot"` or `"count"`, see `encode`.
        sparse: accepted only as False: there are no sparse tensors here.

    Raises:
        ValueError: for both or neither of the first two, an unknown mode, or use before `adapt`.
    """

    _takes_anything = True  # lists of numbers, too

    def call(self, x: Any) -> Any:
        if self.bin_boundaries is None:
            raise ValueError(
                "You need to either pass the `bin_boundaries` argument at construction time or "
                "call `adapt(dataset)` before you can start using the `Discretization` layer."
            )
        numbers = ops.digitize(ops.convert_to_tensor(x), list(self.bin_boundaries))
        depth = len(self.bin_boundaries) + 1
        return encode(numbers, self.output_mode, depth, self.output_dtype)

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y: the number of the bin of each x, or its encoding."""
        return np.asarray(self.call(x))

    def backward(self, dy: np.ndarray, node: Node) -> None:
        """Nothing: a bin's number does not change where x does."""

    def __init__(
        self,
        bin_boundaries: Any = None,
        num_bins: int | None = None,
        epsilon: float = 0.01,
        output_mode: str = "int",
        sparse: bool = False,
        dtype: str | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        if sparse:
            raise ValueError("`sparse=True` cannot be used: there are no sparse tensors here")
        if output_mode not in MODES:
            raise ValueError(
                f"Unknown value for `output_mode` of Discretization. Expected one of {MODES}. "
                f"Received: output_mode={output_mode}"
            )
        if num_bins is not None and num_bins < 0:
            raise ValueError(
                f"`num_bins` must be greater than or equal to 0. Received: `num_bins={num_bins}`"
            )
        if num_bins is not None and bin_boundaries is not None:
            raise ValueError(
                "Both `num_bins` and `bin_boundaries` should not be set. Received: "
                f"`num_bins={num_bins}` and `bin_boundaries={bin_boundaries}`"
            )
        if num_bins is None and bin_boundaries is None:
            raise ValueError("You need to set either `num_bins` or `bin_boundaries`.")
        self.bin_boundaries = bin_boundaries
        self.num_bins = num_bins
        self.epsilon = epsilon
        self.output_mode = output_mode
        self.sparse = sparse
        self.reset_state()

    @property
    def output_dtype(self) -> str:
        """The type of the result: int32 for bare numbers."""
        return "int32" if self.output_mode == "int" else self.dtype

    def adapt(self, data: Any, steps: int | None = None) -> None:
        """Finds the boundaries from data: an array, or an iterable of batches.

        Raises:
            ValueError: when the boundaries were given.
        """
        if self.num_bins is None:
            raise ValueError(
                "Cannot adapt a Discretization layer that has been initialized with "
                "`bin_boundaries`, use `num_bins` instead."
            )
        self.reset_state()
        batches: Iterable[Any] = [data] if isinstance(data, np.ndarray) else data
        for i, batch in enumerate(batches):
            if steps is not None and i >= steps:
                break
            self.update_state(batch)
        self.finalize_state()

    def reset_state(self) -> None:
        """Forgets the data."""
        self.summary = np.array([[], []], dtype="float32")

    def update_state(self, data: Any) -> None:
        """Takes one more batch into the summary."""
        summary = _summarize(np.array(data).astype("float32"), self.epsilon)
        self.summary = _merge(summary, self.summary, self.epsilon)

    def finalize_state(self) -> None:
        """Turns the summary into boundaries."""
        if self.num_bins is not None:
            compressed = _compress(self.summary, 1.0 / self.num_bins)
            self.bin_boundaries = compressed[0, :-1].tolist()

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        bins = self.num_bins if self.bin_boundaries is None else len(self.bin_boundaries) + 1
        return encoded_shape(input_shape, self.output_mode, bins or 0)

    def compute_output_spec(self, x: Any) -> KerasTensor:
        return KerasTensor(self.compute_output_shape(x.shape), self.output_dtype)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Discretization":
        """Builds a layer from `get_config`'s dictionary, adapted if that one was."""
        config = dict(config)
        found = None
        if config.get("num_bins") is not None:
            found = config.pop("bin_boundaries", None)
        layer = cls(**config)
        if found is not None:
            layer.bin_boundaries = found
        return layer


def _summarize(values: np.ndarray, epsilon: float) -> np.ndarray:
    """(2, k): every so-manieth of the sorted values, and how many values it stands for."""
    values = np.sort(values.reshape(-1))
    step = max(values.size * epsilon, 1)
    chosen = values[int(step - 1) :: int(step)]
    return np.stack([chosen, np.full_like(chosen, step)])


def _merge(a: np.ndarray, b: np.ndarray, epsilon: float) -> np.ndarray:
    both = np.concatenate((a, b), axis=1)
    return _compress(both[:, np.argsort(both[0])], epsilon)


def _compress(summary: np.ndarray, epsilon: float) -> np.ndarray:
    """At most 1 / epsilon entries of equal weight, interpolated."""
    if summary.shape[1] * epsilon < 1:
        return summary
    shares = epsilon + np.arange(0.0, 1.0, epsilon)
    total = summary[1].cumsum()
    reached = total / total[-1]
    values = np.interp(shares, reached, summary[0])
    weights = np.diff(np.interp(shares, reached, total), prepend=0.0)
    return np.stack((values, weights)).astype("float32")
