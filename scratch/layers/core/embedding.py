"""Embedding: a vector for every number of a vocabulary.

    y = E[x]        x: (...) integers     E: (input_dim, output_dim)     y: (..., output_dim)
    dE[k] = sum of dy over all places where x = k

The gradient adds up where a number occurs twice; what tf.keras's optimizers make of that is quirk
K32. With `mask_zero` the number 0 is padding.
"""

import warnings
from typing import Any

import numpy as np

from scratch import ops
from scratch.layers.base.lora import Adaptable, lora_config
from scratch.network.node import Node
from scratch.ops.errors import InvalidArgumentError
from scratch.serialization.configured import configured
from scratch.variables.indexed_slices import Slices


@configured(
    keys="input_dim output_dim embeddings_initializer embeddings_regularizer activity_regularizer "
    "embeddings_constraint mask_zero quantization_config",
    also=lora_config,
)
class Embedding(Adaptable):
    """Looks up a vector for every number (`keras.layers.Embedding`).

    Args:
        input_dim: size of the vocabulary: numbers run from 0 to input_dim - 1.
        output_dim: length of a vector.
        embeddings_initializer: how the vectors start.
        embeddings_regularizer, embeddings_constraint: a penalty on them, and what is applied.
        mask_zero: whether the number 0 is padding, left out by the layers that follow.
        weights: the vectors to start with, instead.
        lora_rank: where given, E is frozen, and a correction of this rank is trained
            (`Adaptable.enable_lora`).
        lora_alpha: the correction counts lora_alpha / lora_rank times; tf.keras
            makes lora_alpha the rank again when the layer is built.

    Raises:
        ValueError: for sizes that are no positive integers.
        InvalidArgumentError: for a number outside the vocabulary.
    """

    read_by_hand = ("embeddings",)
    adapted = "embeddings"

    @property
    def embeddings(self) -> Any:
        """E, or what it has become where it is adapted."""
        plain = vars(self).get("_embeddings")
        return self.adapted_weight if plain is None or self.lora_enabled else plain

    def call(self, x: Any) -> Any:
        if str(x.dtype) not in ("int32", "int64"):
            x = ops.cast(x, "int32")
        return ops.take(self.embeddings, x, axis=0)

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y = E[x]; x: (...) of whole numbers, y: (..., output_dim).

        Raises:
            InvalidArgumentError: for a number outside [0, input_dim).
        """
        node.x = x = x if x.dtype in (np.int32, np.int64) else x.astype("int32")
        outside = (x < 0) | (x >= self.input_dim)
        if outside.any():
            raise InvalidArgumentError(
                f"Layer {self.name!r}: received the number {x[outside].flat[0]}, which is outside "
                f"the vocabulary, [0, {self.input_dim}). Enlarge `input_dim`, or check the data"
            )
        return self.embeddings.array[x]

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dE, kept as indexed slices too; dx is zeros: whole numbers have no gradient."""
        if self.embeddings in node.trained:
            node.slices = Slices(node.x, dy)
            node.slices.add_up(out=node.gradient(self.embeddings))
            self.embeddings.slices = node.slices
        return np.zeros(node.x.shape, dy.dtype) if node.needs_dx else None

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        weights: Any = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        **kwargs: Any,
    ) -> None:
        for name, size in (("input_dim", input_dim), ("output_dim", output_dim)):
            if not isinstance(size, int) or isinstance(size, bool) or size <= 0:
                raise ValueError(
                    f"`{name}` must be a positive integer. Received: {name}={size!r} (of type "
                    f"{type(size).__name__})."
                )
        if kwargs.pop("input_length", None) is not None:
            warnings.warn("Argument `input_length` is deprecated. Just remove it.", stacklevel=2)
        super().__init__(**kwargs)
        self.input_dim = input_dim
        self.output_dim = output_dim
        self.describe_weight(
            "embeddings", embeddings_initializer, embeddings_regularizer, embeddings_constraint
        )
        self.describe_lora(lora_rank, lora_alpha)
        self.mask_zero = mask_zero
        self.supports_masking = mask_zero
        if weights is not None:
            self.build()
            one = isinstance(weights, list) and len(weights) == 1
            self.set_weights(weights if one else [weights])

    def build(self, input_shape: Any = None) -> None:
        """Creates E, (input_dim, output_dim)."""
        if self.built:
            return
        self._embeddings = self.create_weight("embeddings", (self.input_dim, self.output_dim))
        if self.lora_rank:
            self.enable_lora(self.lora_rank)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """With `mask_zero`: where the numbers are not 0."""
        return ops.not_equal(inputs, 0) if self.mask_zero else None

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The input's shape, and `output_dim`."""
        return (*input_shape, self.output_dim)
