"""Class numbers as vectors; there is nothing to train, and no gradient."""

from typing import Any

import numpy as np

from scratch import ops
from scratch.layers.base.layer import Layer
from scratch.layers.preprocessing.encode import encode
from scratch.network.node import Node
from scratch.ops.errors import InvalidArgumentError
from scratch.serialization.configured import configured


@configured(without=["sparse"])
class CategoryEncoding(Layer):
    """One-hot, multi-hot or count vectors of whole numbers (`keras.layers.CategoryEncoding`).

    A number of `num_tokens` or more leaves no trace.

    Args:
        num_tokens: how many numbers there are: 0 to num_tokens - 1.
        output_mode: `"one_hot"`, `"multi_hot"` (or `"binary"`) or `"count"`.
        sparse: accepted only as False: there are no sparse tensors here.

    Raises:
        ValueError: for another mode, or when `num_tokens` is missing or not positive.
        InvalidArgumentError: for negative numbers that are counted.
    """

    _takes_anything = True  # lists of numbers, too

    def call(self, x: Any, count_weights: Any = None) -> Any:
        if count_weights is not None and self.output_mode != "count":
            raise ValueError(
                "`count_weights` is not used when `output_mode` is not `'count'`. Received "
                f"`count_weights={count_weights}`."
            )
        x = ops.convert_to_tensor(x)
        if self.output_mode != "one_hot" and not isinstance(x, ops.Symbol):
            self._check_countable(x)
        return encode(x, self.output_mode, self.num_tokens, self.dtype, count_weights)

    def _check_countable(self, x: np.ndarray) -> None:
        """Refuses negative numbers on up to two axes; on more TensorFlow does not count."""
        if x.ndim <= 2 and x.size and x.min() < 0:
            raise InvalidArgumentError(
                f"Layer {self.name!r}: input values must not be negative; got {x.min()}"
            )

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y: one-hot, multi-hot or count vectors of a batch of class numbers."""
        return np.asarray(self.call(x))

    def backward(self, dy: np.ndarray, node: Node) -> None:
        """Nothing: whole numbers have no gradient."""

    def __init__(
        self,
        num_tokens: int | None = None,
        output_mode: str = "multi_hot",
        sparse: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        output_mode = "multi_hot" if output_mode == "binary" else output_mode
        if output_mode not in ("count", "one_hot", "multi_hot"):
            raise ValueError(f"Unknown arg for output_mode: {output_mode}")
        if num_tokens is None:
            raise ValueError(
                "num_tokens must be set to use this layer. If the number of tokens is not known "
                "beforehand, count them first."
            )
        if num_tokens < 1:
            raise ValueError(f"`num_tokens` must be >= 1. Received: num_tokens={num_tokens!r}.")
        if sparse:
            raise ValueError("`sparse=True` cannot be used: there are no sparse tensors here")
        self.num_tokens = num_tokens
        self.output_mode = output_mode
        self.sparse = sparse

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The input's shape with `num_tokens` as a new last axis, or in the place of the last."""
        shape = tuple(input_shape)
        if not shape:
            return (self.num_tokens,)
        if self.output_mode == "one_hot" and (shape[-1] != 1 or len(shape) == 1):
            return (*shape, self.num_tokens)
        return (*shape[:-1], self.num_tokens)
