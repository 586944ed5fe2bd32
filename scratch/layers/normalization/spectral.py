"""Spectral normalization: a kernel whose largest singular value is about 1.

    v = u W^T / |u W^T|,   u = v W / |v W|         some times, from the last u on
    sigma = v W u^T                                 an estimate of the largest singular value
    W <- W / sigma                                  before every use in training

Source: Miyato et al., "Spectral normalization for generative adversarial networks" (2018).
"""

from typing import Any

from scratch import initializers, ops
from scratch.layers.base.input_spec import InputSpec
from scratch.layers.base.layer import Layer
from scratch.layers.core.wrapper import Wrapper
from scratch.serialization.configured import configured


@configured()
class SpectralNormalization(Wrapper):
    """Divides a layer's kernel by its largest singular value
    (`keras.layers.SpectralNormalization`).

    In training the kernel itself is overwritten, and u is kept; a kernel of zeros stays.

    Args:
        layer: one with a `kernel` or `embeddings`.
        power_iterations: how often u and v are improved before a use.

    Raises:
        ValueError: for a number that is not positive, or a layer without a kernel.
    """

    def call(self, inputs: Any, training: bool = False) -> Any:
        if training:
            W, u = self.kernel.value, self.vector_u.value
            new_u, normalized = self.normalized_weights()
            zeros = ops.all(ops.equal(W, 0))
            self.vector_u.assign(ops.where(zeros, u, new_u))
            self.kernel.assign(ops.where(zeros, W, normalized))
        return ops.cast(self.layer(inputs), inputs.dtype)

    def normalized_weights(self) -> tuple[Any, Any]:
        """The next u and W / sigma."""
        W = ops.reshape(self.kernel.value, (-1, self.kernel.shape[-1]))
        u = self.vector_u.value
        for _ in range(self.power_iterations):
            v = ops.normalize(ops.matmul(u, ops.transpose(W)), axis=None)
            u = ops.normalize(ops.matmul(v, W), axis=None)
        u, v = ops.stop_gradient(u), ops.stop_gradient(v)
        sigma = ops.matmul(ops.matmul(v, W), ops.transpose(u))
        return u, ops.reshape(ops.divide(W, sigma), self.kernel.shape)

    def __init__(self, layer: Layer, power_iterations: int = 1, **kwargs: Any) -> None:
        super().__init__(layer, **kwargs)
        if power_iterations <= 0:
            raise ValueError(
                "`power_iterations` should be greater than zero. Received: "
                f"`power_iterations={power_iterations}`"
            )
        self.power_iterations = power_iterations

    def build(self, input_shape: Any = None) -> None:
        """Builds the layer inside, and creates u: (1, last axis of the kernel)."""
        super().build(input_shape)
        self.input_spec = InputSpec(min_ndim=1, axes={-1: input_shape[-1]})
        inside: Any = self.layer
        if hasattr(inside, "kernel"):
            self.kernel = inside.kernel
        elif hasattr(inside, "embeddings"):
            self.kernel = inside.embeddings
        else:
            raise ValueError(
                f"{type(inside).__name__} object has no attribute 'kernel' nor 'embeddings'"
            )
        self.vector_u = self.add_weight(
            shape=(1, self.kernel.shape[-1]),
            initializer=initializers.TruncatedNormal(stddev=0.02),
            trainable=False,
            name="vector_u",
        )

    def compute_output_shape(self, input_shape: Any) -> Any:
        """That of the layer inside."""
        return self.layer.compute_output_shape(input_shape)
