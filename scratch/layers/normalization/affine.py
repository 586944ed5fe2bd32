"""What layer and group normalization share: x^ is scaled by gamma and shifted by beta.

    y = gamma x^ + beta      dgamma = sum dy x^      dbeta = sum dy      dx^ = gamma dy

Numbers of a wider type than the layer's are standardized in their own, and the answer is brought to
the layer's: 1e9 + 1 is another number than 1e9 in float64 alone. The sums run over the axes along
which the weights are broadcast.
"""

from typing import Any

import numpy as np

from scratch.layers.normalization.over_axes import OverAxes
from scratch.layers.normalization.standardize import Standardized, scale_and_shift
from scratch.network.node import Node
from scratch.serialization.configured import configured
from scratch.variables.variable import Variable


@configured()
class AffineNormalization(OverAxes):
    """What layer and group normalization share: gamma and beta.

    Args:
        epsilon: joins the variance.
        center, scale: whether there is a beta, a gamma.
        beta_initializer, gamma_initializer: how the weights start.
        beta_regularizer, gamma_regularizer: penalties on the weights.
        beta_constraint, gamma_constraint: applied after every update.
    """

    read_by_hand = ("gamma", "beta")

    def scale_and_shift(self, x: np.ndarray, s: Standardized, wide: tuple[int, ...]) -> np.ndarray:
        """y = gamma x^ + beta; `wide` is the shape in which gamma and beta broadcast against x."""
        gamma, beta = (
            None if v is None else v.array.reshape(wide) for v in (self.gamma, self.beta)
        )
        y = scale_and_shift(x, s, gamma, beta)
        return y if y.dtype.name == self.compute_dtype else y.astype(self.compute_dtype)

    def fill_gradients(
        self, dy: np.ndarray, value: np.ndarray, wide: tuple[int, ...], node: Node
    ) -> None:
        """dgamma = sum dy x^ and dbeta = sum dy, over the axes along which they broadcast."""
        axes = tuple(a for a, n in enumerate(wide) if n != dy.shape[a])
        for variable, terms in ((self.gamma, dy * value), (self.beta, dy)):
            if variable is not None and variable in node.trained:
                gradient = terms.sum(axis=axes, keepdims=True)
                node.gradient(variable)[...] = gradient.reshape(variable.shape)

    def __init__(
        self,
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
        super().__init__(**kwargs)
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.describe_weight("beta", beta_initializer, beta_regularizer, beta_constraint)
        self.describe_weight("gamma", gamma_initializer, gamma_regularizer, gamma_constraint)
        self.supports_masking = True
        self.autocast = False  # far from zero, the digits of a wider type are needed
        self.gamma: Variable | None = None
        self.beta: Variable | None = None

    def add_affine(self, shape: tuple[int, ...], scale: bool, center: bool) -> None:
        """Creates gamma and beta, as far as they are wanted."""
        if scale:
            self.gamma = self.create_weight("gamma", shape)
        if center:
            self.beta = self.create_weight("beta", shape)
