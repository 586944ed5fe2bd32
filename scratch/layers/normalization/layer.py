"""Layer normalization: every sample to mean 0 and variance 1 over some of its axes.

    y = gamma (x - mu) / sqrt(v + eps) + beta      mu, v over `axis`, for each sample

Training and inference compute the same. See `standardize` for dx.
"""

import warnings
from typing import Any

import numpy as np

from scratch import ops
from scratch.layers.normalization.affine import AffineNormalization
from scratch.layers.normalization.standardize import standardize, standardize_backward
from scratch.network.node import Node
from scratch.ops.normalization import axes_in_order
from scratch.serialization.configured import configured


@configured()
class LayerNormalization(AffineNormalization):
    """Standardizes every sample over `axis` (`keras.layers.LayerNormalization`).

    Args:
        axis: one axis or several.
        epsilon: joins the variance.
        center, scale: whether there is a beta, a gamma.
        beta_initializer, gamma_initializer: how the weights start.
        beta_regularizer, gamma_regularizer: penalties on the weights.
        beta_constraint, gamma_constraint: applied after every update.
        rms_scaling: deprecated in Keras: divides by the standard deviation, mean left in.

    Raises:
        TypeError: for an axis that is neither an integer nor a list of them.
        ValueError: for an axis that the input lacks.
    """

    def call(self, x: Any) -> Any:
        y = ops.layer_normalization(
            x, self.gamma, self.beta, self.axis, self.epsilon, rms_scaling=self.rms_scaling
        )
        return ops.cast(y, self.compute_dtype)

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y = gamma x^ + beta, x^ standardized over `axis`, sample by sample."""
        s = standardize(x, self._axes, self.epsilon, centered=not self.rms_scaling)
        node.saved["standardized"] = s
        return self.scale_and_shift(x, s, self._wide)

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dgamma, dbeta, and dx if it is needed."""
        s = node.saved["standardized"]
        self.fill_gradients(dy, s.value, self._wide, node)
        if not node.needs_dx:
            return None
        dvalue = dy if self.gamma is None else dy * self.gamma.array.reshape(self._wide)
        return standardize_backward(dvalue, s)

    def __init__(
        self,
        axis: Any = -1,
        epsilon: float = 0.001,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        rms_scaling: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            epsilon, center, scale, beta_initializer, gamma_initializer, beta_regularizer,
            gamma_regularizer, beta_constraint, gamma_constraint, **kwargs,
        )  # fmt: skip
        if not isinstance(axis, int | list | tuple):
            raise TypeError(
                "Expected an int or a list/tuple of ints for the argument 'axis', but received: "
                f"{axis!r}"
            )
        self.axis = axis if isinstance(axis, int) else list(axis)
        self.rms_scaling = rms_scaling
        if rms_scaling:
            warnings.warn(
                "You passed `rms_scaling=True`, which is deprecated. This argument incorrectly "
                "scales the input by the variance, not the root mean square. To correctly use RMS "
                "Normalization, please use `keras.layers.RMSNormalization` instead.",
                stacklevel=2,
            )

    def build(self, input_shape: Any) -> None:
        """Creates gamma and beta, of the sizes of the axes."""
        self.axis = [self.axis] if isinstance(self.axis, int) else sorted(self.axis)
        size = tuple(input_shape[a] for a in self.axis)
        self.add_affine(size, self.scale or self.rms_scaling, self.center and not self.rms_scaling)
        self._axes = axes_in_order(self.axis, len(input_shape))
        self._wide = tuple(n if a in self._axes else 1 for a, n in enumerate(input_shape))
