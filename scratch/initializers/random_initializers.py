"""Random initializers: uniform, normal, and those that look at the shape of the weight.

    variance scaling   Var(w) = scale / n,   n = fan_in, fan_out or their mean

                          fan_in scaled   fan_avg scaled        fan_in scaled
                          by 1            by 1                  by 2
        normal, cut       LecunNormal     GlorotNormal          HeNormal
        uniform           LecunUniform    GlorotUniform         HeUniform

An initializer without a seed draws one when it is constructed. It then gives the **same** values at
each call, unless its seed is a `SeedGenerator`.

Sources: LeCun et al., "Efficient BackProp" (1998); Glorot and Bengio, "Understanding the difficulty
of training deep feedforward neural networks" (2010); He et al., "Delving deep into rectifiers"
(2015); Saxe et al., "Exact solutions to the nonlinear dynamics of learning" (2014).
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch import random
from scratch.initializers.configs import deserialize_seed, serialize_seed
from scratch.initializers.initializer import Initializer
from scratch.kernels.openblas import one_thread
from scratch.serialization.configured import configured

MODES = ("fan_in", "fan_out", "fan_avg")
DISTRIBUTIONS = ("uniform", "truncated_normal", "untruncated_normal")

# The standard deviation of a standard normal variable that is cut at +-2.
TRUNCATED_STDDEV = 0.87962566103423978


@configured(values={"seed": lambda self: serialize_seed(self._init_seed)})
class RandomInitializer(Initializer):
    """Base of the random initializers.

    Args:
        seed: an integer, a `SeedGenerator`, or None for a seed of Python's `random`.

    Raises:
        ValueError: for any other seed.
    """

    def __init__(self, seed: Any = None) -> None:
        if not (seed is None or isinstance(seed, int | dict | random.SeedGenerator)):
            raise ValueError(
                f"`seed` argument should be an instance of `keras.random.SeedGenerator()` "
                f"or an integer. Received: seed={seed!r} (of type {type(seed)})"
            )
        self._init_seed = seed
        self.seed = random.make_default_seed() if seed is None else deserialize_seed(seed)


@configured()
class RandomUniform(RandomInitializer):
    """Uniform on [minval, maxval) (`keras.initializers.RandomUniform`)."""

    def __init__(self, minval: float = -0.05, maxval: float = 0.05, seed: Any = None) -> None:
        self.minval = minval
        self.maxval = maxval
        super().__init__(seed)

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        return random.uniform(shape, self.minval, self.maxval, dtype, self.seed)


@configured()
class _WithMeanAndDeviation(RandomInitializer):
    """What the normal initializer and the truncated one share."""

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: Any = None) -> None:
        self.mean = mean
        self.stddev = stddev
        super().__init__(seed)


class RandomNormal(_WithMeanAndDeviation):
    """Normal with `mean` and `stddev` (`keras.initializers.RandomNormal`)."""

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        return random.normal(shape, self.mean, self.stddev, dtype, self.seed)


class TruncatedNormal(_WithMeanAndDeviation):
    """Normal, redrawn beyond 2 `stddev` (`keras.initializers.TruncatedNormal`)."""

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        return random.truncated_normal(shape, self.mean, self.stddev, dtype, self.seed)


@configured()
class VarianceScaling(RandomInitializer):
    """A variance that suits the shape of the weight (`keras.initializers.VarianceScaling`).

    Args:
        scale: positive; the variance is `scale / n`.
        mode: what n is: `"fan_in"`, `"fan_out"`, or `"fan_avg"`, their mean.
        distribution: `"truncated_normal"` (also called `"normal"`), `"untruncated_normal"` or
            `"uniform"`.
        seed: see `RandomInitializer`.
        input_axes: the axes of the weight that count as inputs, where the shape does not say it.
        output_axes: likewise for outputs.

    Raises:
        ValueError: for a scale, mode or distribution outside these.
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: Any = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
    ) -> None:
        if scale <= 0.0:
            raise ValueError(f"Argument `scale` must be positive float. Received: scale={scale!r}")
        if mode not in MODES:
            raise ValueError(f"Invalid `mode` argument: {mode}. Please use one of {MODES}")
        distribution = distribution.lower()
        if distribution == "normal":
            distribution = "truncated_normal"
        if distribution not in DISTRIBUTIONS:
            raise ValueError(
                f"Invalid `distribution` argument: {distribution}. "
                f"Please use one of {DISTRIBUTIONS}"
            )
        self.scale = scale
        self.mode = mode
        self.distribution = distribution
        self.input_axes = input_axes
        self.output_axes = output_axes
        super().__init__(seed)

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        fan_in, fan_out = compute_fans(shape, self.input_axes, self.output_axes)
        n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        variance = self.scale / max(1.0, n)
        if self.distribution == "uniform":
            limit = math.sqrt(3.0 * variance)
            return random.uniform(shape, -limit, limit, dtype, self.seed)
        if self.distribution == "untruncated_normal":
            return random.normal(shape, 0.0, math.sqrt(variance), dtype, self.seed)
        stddev = math.sqrt(variance) / TRUNCATED_STDDEV
        return random.truncated_normal(shape, 0.0, stddev, dtype, self.seed)


@configured()
class Orthogonal(RandomInitializer):
    """Orthogonal columns, or rows where there are fewer of them (`keras.initializers.Orthogonal`).

    Q of the QR decomposition of a normal matrix, with the signs that make R's diagonal positive.
    All axes but the last are taken together as rows.

    Args:
        gain: a factor.
        seed: see `RandomInitializer`.
    """

    def __init__(self, gain: float = 1.0, seed: Any = None) -> None:
        self.gain = gain
        super().__init__(seed)

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        """Values of `shape`.

        Raises:
            ValueError: for a shape with fewer than two axes.
        """
        if len(shape) < 2:
            raise ValueError(
                f"The tensor to initialize must be at least two-dimensional. Received: "
                f"shape={shape} of rank {len(shape)}."
            )
        rows, columns = math.prod(shape[:-1]), shape[-1]
        tall = (max(rows, columns), min(rows, columns))
        drawn = random.normal(tall, dtype=dtype, seed=self.seed)
        with one_thread:
            q, r = np.linalg.qr(drawn)
        q *= np.sign(np.diag(r))
        if rows < columns:
            q = q.T
        return q.dtype.type(self.gain) * q.reshape(shape)


def compute_fans(
    shape: Sequence[int],
    input_axes: Sequence[int] | None = None,
    output_axes: Sequence[int] | None = None,
) -> tuple[int, int]:
    """How many inputs and outputs a weight of `shape` connects: `(fan_in, fan_out)`.

    A vector counts its size for both; a convolution kernel (..., in, out) multiplies both by the
    size of its receptive field.
    """
    if input_axes is not None and output_axes is not None:
        return math.prod(shape[i] for i in input_axes), math.prod(shape[i] for i in output_axes)
    if len(shape) < 2:
        return math.prod(shape), math.prod(shape)
    field = math.prod(shape[:-2])
    return shape[-2] * field, shape[-1] * field
