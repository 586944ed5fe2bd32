"""Batch normalization: every feature to mean 0 and variance 1 over the batch, then scaled anew.

    x^ = (x - mu) / sqrt(v + eps)      y = gamma x^ + beta

    dgamma = sum dy x^      dbeta = sum dy      dx^ = gamma dy      dx: see `standardize`

In training mu and v are the batch's own, and moving averages of them are kept; otherwise (and while
the layer is frozen) the averages take their place. With a mask only what it keeps is averaged.

Renormalization brings the training nearer to what inference computes: x^ r + d in place of x^, with
r and d worked out from slow averages of mean and deviation, and not differentiated.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from scratch import config, initializers, ops
from scratch.context.definitions import trace_under_way
from scratch.layers.base.input_spec import InputSpec
from scratch.layers.normalization.over_axes import OverAxes
from scratch.layers.normalization.standardize import (
    scale_and_shift,
    standardize,
    standardize_backward,
    standardize_with,
)
from scratch.network.node import Node
from scratch.serialization.configured import configured
from scratch.variables.variable import Variable


@configured(
    keys="axis momentum epsilon center scale beta_initializer gamma_initializer "
    "moving_mean_initializer moving_variance_initializer beta_regularizer gamma_regularizer "
    "beta_constraint gamma_constraint synchronized renorm renorm_clipping renorm_momentum",
)
class BatchNormalization(OverAxes):
    """`gamma (x - mu) / sqrt(v + epsilon) + beta` (`keras.layers.BatchNormalization`).

    Args:
        axis: of the features; mean and variance are taken over all others.
        momentum: of the moving averages: new = old * momentum + batch * (1 - momentum).
        epsilon: joins the variance.
        center, scale: whether there is a beta, a gamma.
        beta_initializer, gamma_initializer: how the weights start.
        moving_mean_initializer, moving_variance_initializer: how the averages start.
        beta_regularizer, gamma_regularizer: penalties on the weights.
        beta_constraint, gamma_constraint: applied after every update.
        renorm: whether to renormalize, with `renorm_clipping`, a dictionary of `rmin`, `rmax` and
            `dmax`, and `renorm_momentum`.
        synchronized: accepted because Keras has it; there is one device here.

    Raises:
        ValueError: for unknown or contradictory clips, or an axis that the input lacks.
    """

    read_by_hand = ("gamma", "beta")

    def call(self, x: Any, training: bool = False, mask: Any = None) -> Any:
        """The definition. Training moves the averages: at once, or whenever a network computes."""
        mean, variance = self.moving_mean, self.moving_variance
        gamma, beta = self.gamma, self.beta
        if training and self.trainable:
            mean, variance = self._moments(x, mask)
            statistics = mean, variance
            if self.renorm:
                r, d = self._correction(mean, variance)
                beta = ops.add(d if gamma is None else d * gamma, 0.0 if beta is None else beta)
                gamma = r if gamma is None else r * gamma
            if trace_under_way() is not None or not isinstance(x, ops.Symbol):
                self._move(*statistics)
        return ops.batch_normalization(
            x, mean, variance, self.axis, offset=beta, scale=gamma, epsilon=self.epsilon
        )

    def _moments(self, x: Any, mask: Any) -> tuple[Any, Any]:
        if mask is None:
            return ops.moments(x, self._axes)
        keep = self._keep(x, mask)
        count = ops.sum(ops.cast(keep, x.dtype), self._axes, keepdims=True) + config.epsilon()
        mean = ops.sum(ops.where(keep, x, 0.0), self._axes, keepdims=True) / count
        squares = ops.square(ops.where(keep, x - mean, 0.0))
        variance = ops.sum(squares, self._axes, keepdims=True) / count
        return ops.reshape(mean, (-1,)), ops.reshape(variance, (-1,))

    def _keep(self, x: Any, mask: Any) -> Any:
        if len(mask.shape) != len(x.shape) - 1:
            raise ValueError(
                f"The mask provided should be one dimension less than the inputs. Received: "
                f"mask.shape={mask.shape}, inputs.shape={x.shape}"
            )
        return ops.broadcast_to(ops.expand_dims(ops.cast(mask, "bool"), -1), ops.shape(x))

    def _correction(self, mean: Any, variance: Any) -> tuple[Any, Any]:
        """r and d of renormalization, which are not differentiated."""
        clips = self.renorm_clipping or {}
        deviation = ops.sqrt(variance + self.epsilon)
        slow = ops.maximum(self.renorm_stddev, np.sqrt(np.asarray(self.epsilon, self.dtype)))
        r, d = deviation / slow, (mean - self.renorm_mean) / slow
        if clips.get("rmin") is not None:
            r = ops.maximum(r, clips["rmin"])
        if clips.get("rmax") is not None:
            r = ops.minimum(r, clips["rmax"])
        if clips.get("dmax") is not None:
            d = ops.clip(d, -clips["dmax"], clips["dmax"])
        return ops.stop_gradient(r), ops.stop_gradient(d)

    def _move(self, mean: Any, variance: Any) -> None:
        """Moves the averages towards the batch's mean and variance, arrays or symbols."""
        if not self.renorm:
            _move(self.moving_mean, mean, self.momentum)
            _move(self.moving_variance, variance, self.momentum)
            return
        deviation = ops.sqrt(variance + np.dtype(variance.dtype).type(self.epsilon))
        _move(self.renorm_mean, mean, self.renorm_momentum)
        _move(self.renorm_stddev, deviation, self.renorm_momentum)
        _move(self.moving_mean, mean, self.momentum)
        _move(self.moving_stddev, deviation, self.momentum)
        slow = self.moving_stddev.value
        epsilon = np.dtype(slow.dtype).type(self.epsilon)
        self.moving_variance.assign(ops.maximum(slow * slow - epsilon, 0))

    def forward(self, x: np.ndarray, node: Node) -> np.ndarray:
        """y = gamma x^ + beta; in training the moving averages move, too."""
        gamma, beta = self._wide_weights()
        node.saved["corrected"] = None
        if not (node.training and node.trainable):
            mean, variance = (
                average.array.reshape(self._wide)
                for average in (self.moving_mean, self.moving_variance)
            )
            s = standardize_with(x, mean, variance, self.epsilon)
        else:
            mask = None if node.input_mask is None else self._keep(x, node.input_mask)
            floor = config.epsilon() if mask is not None else 0.0
            s = standardize(x, self._axes, self.epsilon, mask, floor)
            mean, variance = s.mean.reshape(-1), s.variance.reshape(-1)
            if self.renorm:
                r, d = self._correction(mean, variance)
                node.saved["corrected"] = r.reshape(self._wide), d.reshape(self._wide)
            self._move(mean, variance)
        node.saved["standardized"] = s
        if node.saved["corrected"] is not None:
            r, d = node.saved["corrected"]
            shift = d if gamma is None else d * gamma
            gamma = r if gamma is None else r * gamma
            beta = shift if beta is None else shift + beta
        return scale_and_shift(x, s, gamma, beta)

    def _corrected(self, node: Node) -> np.ndarray:
        """x^, or x^ r + d."""
        value = node.saved["standardized"].value
        if node.saved["corrected"] is None:
            return value
        r, d = node.saved["corrected"]
        return value * r + d

    def _wide_weights(self) -> list[np.ndarray | None]:
        return [None if v is None else v.array.reshape(self._wide) for v in (self.gamma, self.beta)]

    def backward(self, dy: np.ndarray, node: Node) -> np.ndarray | None:
        """dgamma, dbeta, and dx if it is needed."""
        gamma, _ = self._wide_weights()
        if self.gamma is not None and self.gamma in node.trained:
            (dy * self._corrected(node)).sum(axis=self._axes, out=node.gradient(self.gamma))
        if self.beta is not None and self.beta in node.trained:
            dy.sum(axis=self._axes, out=node.gradient(self.beta))
        if not node.needs_dx:
            return None
        dvalue = dy if gamma is None else dy * gamma
        if node.saved["corrected"] is not None:
            dvalue = dvalue * node.saved["corrected"][0]
        return standardize_backward(dvalue, node.saved["standardized"])

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 0.001,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        renorm: bool = False,
        renorm_clipping: Mapping[str, float] | None = None,
        renorm_momentum: float = 0.99,
        synchronized: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.axis = int(axis)
        self.synchronized = synchronized
        self.momentum = float(momentum)
        self.epsilon = float(epsilon)
        self.center = center
        self.scale = scale
        self.describe_weight("beta", beta_initializer, beta_regularizer, beta_constraint)
        self.describe_weight("gamma", gamma_initializer, gamma_regularizer, gamma_constraint)
        self.moving_mean_initializer = initializers.get(moving_mean_initializer)
        self.moving_variance_initializer = initializers.get(moving_variance_initializer)
        self.supports_masking = True
        self.renorm = renorm
        self.renorm_clipping = _check_clips(renorm_clipping or {}) if renorm else renorm_clipping
        self.renorm_momentum = renorm_momentum
        self.gamma: Variable | None = None
        self.beta: Variable | None = None

    def build(self, input_shape: Any) -> None:
        """Creates gamma, beta and the moving averages."""
        size = (input_shape[self.axis],)
        if self.scale:
            self.gamma = self.create_weight("gamma", size)
        if self.center:
            self.beta = self.create_weight("beta", size)
        self.moving_mean = self._average(size, "moving_mean", self.moving_mean_initializer)
        variance = self.moving_variance_initializer
        self.moving_variance = self._average(size, "moving_variance", variance)
        if self.renorm:

            def deviation(shape: Any, dtype: Any = None) -> np.ndarray:
                return np.sqrt(variance(shape, dtype=dtype))

            self.moving_stddev = self._average(size, "moving_stddev", deviation)
            self.renorm_mean = self._average(size, "renorm_mean", self.moving_mean_initializer)
            self.renorm_stddev = self._average(size, "renorm_stddev", deviation)
        axis = self.axis % len(input_shape)
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: size[0]})
        self._axes = tuple(a for a in range(len(input_shape)) if a != axis)
        self._wide = tuple(-1 if a == axis else 1 for a in range(len(input_shape)))

    def _average(self, size: Any, name: str, initializer: Any) -> Any:
        return self.add_weight(shape=size, name=name, initializer=initializer, trainable=False)

    @property
    def moving_variables(self) -> list[Variable]:
        """The moving averages."""
        own: Any = self
        return list(own._other_variables)


def _move(average: Any, value: Any, momentum: float) -> None:
    one = np.dtype(average.dtype).type
    now = average.array if isinstance(value, np.ndarray) else average.value
    average.assign(now * one(momentum) + value * one(1.0 - momentum))


def _check_clips(clips: Mapping[str, float]) -> Mapping[str, float]:
    known = ("rmax", "rmin", "dmax")
    if set(clips) - set(known):
        raise ValueError(
            f"Received invalid keys for `renorm_clipping` argument: {clips}. Supported values: "
            f"{list(known)}."
        )
    rmax, rmin, dmax = (clips.get(name) for name in known)
    if rmax is not None and rmin is not None and rmax < rmin:
        raise ValueError(
            f"rmax should be greater than rmin in the `renorm_clipping` argument. Received: "
            f"rmax={rmax}, rmin={rmin}."
        )
    if dmax is not None and dmax < 0:
        raise ValueError(
            f"dmax should be non-negative in the `renorm_clipping` argument. Received: dmax={dmax}."
        )
    return clips
