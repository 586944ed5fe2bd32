"""Group normalization: groups of channels to mean 0 and variance 1, for each sample.

    (batch, ..., channels) -> (batch, ..., groups, members)
    y = gamma (x - mu) / sqrt(v + eps) + beta      mu, v over all but batch and groups

Training and inference compute the same. See `standardize` for dx.
"""

from typing import Any

import numpy as np

from scratch import ops
from scratch.layers.base.input_spec import InputSpec
from scratch.layers.normalization.affine import AffineNormalization
from scratch.layers.normalization.standardize import standardize, standardize_backward
from scratch.network.node import Node
from scratch.ops.graph.operation import to_symbol
from scratch.serialization.configured import configured


@configured()
class GroupNormalization(AffineNormalization):
    """Standardizes groups of channels, sample by sample (`keras.layers.GroupNormalization`).

    Args:
        groups: into how many the channels are divided; -1: each for itself.
        axis: of the channels.
        epsilon: joins the variance.
        center, scale: whether there is a beta, a gamma.
        beta_initializer, gamma_initializer: how the weights start.
        beta_regularizer, gamma_regularizer: penalties on the weights.
        beta_constraint, gamma_constraint: applied after every update.

    Raises:
        ValueError: when the channels cannot be divided like that.
    """

    def call(self, x: Any) -> Any:
        grouped = ops.reshape(x, self._grouped_shape(tuple(x.shape)))
        mean, variance = ops.moments(grouped, self._axes, keepdims=True)
        inverse = ops.rsqrt(variance + self.epsilon)
        if self.gamma is not None:
            inverse = inverse * _weight(self.gamma, self._wide, x)
        shift = -mean * inverse
        if self.beta is not None:
            shift = shift + _weight(self.beta, self._wide, x)
        y = ops.reshape(grouped * inverse + shift, (-1, *x.shape[1:]))
        return ops.cast(y, self.compute_dtype)

    def _grouped_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        axis = self._split_at
        return (-1, *shape[1:axis], self.groups, shape[axis] // self.groups, *shape[axis + 1 :])

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y = gamma x^ + beta, x^ standardized group by group."""
        node.x = x
        grouped = x.reshape(self._grouped_shape(x.shape))
        s = standardize(grouped, self._axes, self.epsilon)
        node.saved["standardized"] = s
        return self.scale_and_shift(grouped, s, self._wide).reshape(x.shape)

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dgamma, dbeta, and dx if it is needed."""
        s = node.saved["standardized"]
        grouped = dy.reshape(s.value.shape)
        self.fill_gradients(grouped, s.value, self._wide, node)
        if not node.needs_dx:
            return None
        dvalue = grouped if self.gamma is None else grouped * self.gamma.array.reshape(self._wide)
        return standardize_backward(dvalue, s).reshape(dy.shape)

    def __init__(
        self,
        groups: int = 32,
        axis: int = -1,
        epsilon: float = 0.001,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        if not isinstance(groups, int) or (groups <= 0 and groups != -1):
            raise ValueError(
                "Received an invalid value for argument `groups`, expected a positive integer (or "
                f"`-1` for instance normalization). Received: groups={groups!r}"
            )
        super().__init__(
            epsilon, center, scale, beta_initializer, gamma_initializer, beta_regularizer,
            gamma_regularizer, beta_constraint, gamma_constraint, **kwargs,
        )  # fmt: skip
        self.groups = groups
        self.axis = axis

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Creates gamma and beta, one of each for every channel."""
        if self.axis % len(input_shape) == 0:
            raise ValueError(
                f"Axis {self.axis} is the batch's. Received: input_shape={tuple(input_shape)}. "
                "Expected the axis of the channels, behind it"
            )
        channels = input_shape[self.axis]
        if channels is None:
            raise ValueError(
                f"Axis {self.axis} of input tensor should have a defined dimension but the layer "
                f"received an input with shape {input_shape}."
            )
        if self.groups == -1:
            self.groups = channels
        if channels < self.groups:
            raise ValueError(
                f"Number of groups ({self.groups}) cannot be more than the number of channels "
                f"({channels})."
            )
        if channels % self.groups:
            raise ValueError(
                f"Number of groups ({self.groups}) must be a multiple of the number of channels "
                f"({channels})."
            )
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: channels})
        self.add_affine((channels,), self.scale, self.center)
        axis = self.axis % len(input_shape)
        rank = len(input_shape) + 1  # the channels' axis becomes two: groups, and their members
        self._split_at = axis
        self._wide = tuple(
            self.groups if a == axis else channels // self.groups if a == axis + 1 else 1
            for a in range(rank)
        )
        self._axes = tuple(a for a in range(1, rank) if a != axis)


def _weight(variable: Any, wide: tuple[int, ...], x: Any) -> Any:
    """A weight in the shape in which it is broadcast; in a graph it stays a weight."""
    return ops.reshape(to_symbol(variable) if isinstance(x, ops.Symbol) else variable, wide)
