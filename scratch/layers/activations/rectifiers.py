"""Activations with settings, as layers.

    ReLU        y = x above the threshold, slope (x - threshold) below, capped at max_value
    LeakyReLU   y = x > 0 ? x : slope x
    ELU         y = x > 0 ? x : alpha (e^x - 1)
    PReLU       y = x > 0 ? x : alpha x, with an alpha that is learned:  dalpha = sum dy min(x, 0)
    Softmax     y = e^x / sum e^x over `axis`; what the mask leaves out gets 0

dx = dy times the slope of the piece. At a bend the derivative is TensorFlow's.
"""

import warnings
from functools import partial
from typing import Any

import numpy as np

from scratch import activations, ops
from scratch.layers.activations.activation import ElementwiseActivation
from scratch.layers.base.input_spec import InputSpec
from scratch.layers.base.layer import Layer
from scratch.network.node import Node
from scratch.serialization.configured import configured


@configured()
class ReLU(ElementwiseActivation):
    """The rectifier with all its settings (`keras.layers.ReLU`).

    Args:
        max_value: cap of the result, or None.
        negative_slope: slope below the threshold.
        threshold: below it, values are damped or zero.

    Raises:
        ValueError: for negative values.
    """

    @property
    def activation(self) -> Any:
        """`activations.relu`, with these settings where there are any."""
        settings: dict[str, Any] = {
            "negative_slope": self.negative_slope,
            "max_value": self.max_value,
            "threshold": self.threshold,
        }
        plain = self.max_value is None and not (self.negative_slope or self.threshold)
        return activations.relu if plain else partial(activations.relu, **settings)

    def __init__(
        self,
        max_value: float | None = None,
        negative_slope: float = 0.0,
        threshold: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if max_value is not None and max_value < 0.0:
            raise ValueError(
                "max_value of a ReLU layer cannot be a negative value. Received: "
                f"max_value={max_value}"
            )
        for name, value in (("negative_slope", negative_slope), ("threshold", threshold)):
            if value is None or value < 0.0:
                raise ValueError(
                    f"{name} of a ReLU layer cannot be None or a negative value. Received: "
                    f"{name}={value}"
                )
        self.max_value = max_value
        self.negative_slope = negative_slope
        self.threshold = threshold


@configured()
class LeakyReLU(ElementwiseActivation):
    """A rectifier that lets a little pass below zero (`keras.layers.LeakyReLU`).

    Args:
        negative_slope: how much. `alpha` is its old name.

    Raises:
        ValueError: for a negative slope, or None.
    """

    @property
    def activation(self) -> Any:
        """`activations.leaky_relu` with this slope."""
        return partial(activations.leaky_relu, negative_slope=self.negative_slope)

    def __init__(self, negative_slope: float = 0.3, **kwargs: Any) -> None:
        if "alpha" in kwargs:
            negative_slope = kwargs.pop("alpha")
            warnings.warn(
                "Argument `alpha` is deprecated. Use `negative_slope` instead.", stacklevel=2
            )
        super().__init__(**kwargs)
        if negative_slope is None or negative_slope < 0:
            raise ValueError(
                "The negative_slope value of a Leaky ReLU layer cannot be None or negative value. "
                f"Expected a float. Received: negative_slope={negative_slope!r}"
            )
        self.negative_slope = negative_slope


class ELU(ElementwiseActivation):
    """The exponential linear unit (`keras.layers.ELU`).

    Args:
        alpha: -alpha is the lower limit.
    """

    @property
    def activation(self) -> Any:
        """`activations.elu` with this alpha."""
        return partial(activations.elu, alpha=self.alpha)

    def __init__(self, alpha: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alpha = alpha


@configured()
class PReLU(Layer):
    """A rectifier that learns its slope below zero (`keras.layers.PReLU`).

    Args:
        alpha_initializer: how the slopes start.
        alpha_regularizer, alpha_constraint: a penalty on them, and what is applied to them.
        shared_axes: axes of the input along which one slope serves all.
    """

    keeps_shape = True
    read_by_hand = ("alpha",)

    def call(self, x: Any) -> Any:
        return ops.subtract(ops.relu(x), ops.multiply(self.alpha, ops.relu(ops.negative(x))))

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y = x where x > 0, else alpha x."""
        node.x = x
        return np.where(x > 0, x, self.alpha.array * x)

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dalpha, and dx if it is needed; at 0 both pieces count as flat."""
        x, alpha = node.x, self.alpha.array
        if self.alpha in node.trained:
            terms = dy * np.minimum(x, 0)
            axes = (0, *(a + 1 for a, n in enumerate(alpha.shape) if n == 1))
            node.gradient(self.alpha)[...] = terms.sum(axis=axes).reshape(alpha.shape)
        if not node.needs_dx:
            return None
        return dy * np.where(x > 0, 1, np.where(x < 0, alpha, 0)).astype(x.dtype)

    def __init__(
        self,
        alpha_initializer: Any = "Zeros",
        alpha_regularizer: Any = None,
        alpha_constraint: Any = None,
        shared_axes: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.describe_weight("alpha", alpha_initializer, alpha_regularizer, alpha_constraint)
        if shared_axes is not None and not isinstance(shared_axes, list | tuple):
            shared_axes = [shared_axes]
        self.shared_axes = None if shared_axes is None else list(shared_axes)

    def build(self, input_shape: Any) -> None:
        """Creates alpha."""
        shared = self.shared_axes or []
        shape = list(input_shape[1:])
        for axis in shared:
            if not -len(shape) < axis <= len(shape):
                raise IndexError(
                    f"Layer {self.name!r}: shared_axes={shared} names axis {axis}, which an input "
                    f"of shape {tuple(input_shape)} does not have"
                )
            shape[axis - 1] = 1
        self.alpha = self.create_weight("alpha", tuple(shape))
        own = {a: n for a, n in enumerate(input_shape) if a > 0 and a not in shared}
        self.input_spec = InputSpec(ndim=len(input_shape), axes=own if shared else {})
