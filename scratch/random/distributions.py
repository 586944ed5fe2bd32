"""Random arrays: the functions of `keras.random`, with the numbers of Keras on TensorFlow.

    uniform(a, b)   (b - a) u + a          normal(m, s)   s x + m

computed in the array's own float type. Every function takes a `seed`: an integer (the same numbers
at each call), a `SeedGenerator` (new numbers at each call) or None (the global generator).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch import config, ops
from scratch.ops.errors import InvalidArgumentError
from scratch.ops.graph.eager import EagerTensor
from scratch.ops.graph.promotion import constant
from scratch.ops.graph.sources import is_symbol
from scratch.random import draws, rejection, xla
from scratch.random.philox import Philox
from scratch.random.seed_generator import SEED_MODULUS, draw_seed, stream_of
from scratch.random.symbolic import drawn_anew, in_every_pass

Shape = Sequence[int]
FLOATS = ("float16", "float32", "float64")


@drawn_anew
def uniform(
    shape: Shape, minval: Any = 0.0, maxval: Any = 1.0, dtype: Any = None, seed: Any = None
) -> np.ndarray:
    """Numbers uniform on [minval, maxval) (`keras.random.uniform`).

    Args:
        shape: of the result.
        minval: inclusive; a float or an array that broadcasts to `shape`.
        maxval: exclusive, likewise.
        dtype: a float type; default `config.floatx()`.
        seed: see the module.

    Raises:
        ValueError: for a type that is not a float type, or an invalid seed.
    """
    kind = _float_type(dtype, "uniform", ValueError)
    u = draws.unit_uniform(stream_of(seed), _size(shape), kind).reshape(shape)
    low = _bound(minval, u)
    u *= _bound(maxval, u) - low
    u += low
    return u


@drawn_anew
def normal(
    shape: Shape, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = None, seed: Any = None
) -> np.ndarray:
    """Normally distributed numbers (`keras.random.normal`).

    Args:
        shape: of the result.
        mean: a float or an array that broadcasts to `shape`.
        stddev: the standard deviation, likewise.
        dtype: a float type; default `config.floatx()`.
        seed: see the module.

    Raises:
        TypeError: for a type that is not a float type.
        ValueError: for an invalid seed.
    """
    kind = _float_type(dtype, "normal", TypeError)
    stream, count = stream_of(seed), _size(shape)
    if xla.is_compiling() and kind != np.float16:
        x = xla.standard_normal(stream, shape, kind)
    else:
        x = draws.standard_normal(stream, count, kind).reshape(shape)
    return _scale_and_shift(x, mean, stddev)


@drawn_anew
def truncated_normal(
    shape: Shape, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = None, seed: Any = None
) -> np.ndarray:
    """Normal numbers, those outside mean +- 2 stddev drawn again (`keras.random.truncated_normal`).

    `stddev` is the one before the cut; after it, it is 0.8796 times as large. Arguments and errors
    are those of `normal`.
    """
    kind = _float_type(dtype, "truncated_normal", TypeError)
    x = draws.standard_truncated_normal(stream_of(seed), _size(shape), kind).reshape(shape)
    return _scale_and_shift(x, mean, stddev)


@drawn_anew
def randint(
    shape: Shape, minval: int, maxval: int, dtype: Any = "int32", seed: Any = None
) -> np.ndarray:
    """Integers uniform on [minval, maxval) (`keras.random.randint`).

    Args:
        shape: of the result.
        minval: inclusive.
        maxval: exclusive.
        dtype: an integer type.
        seed: see the module.

    Raises:
        ValueError: for a type that is not an integer type, or an invalid seed.
        TypeError: for bounds that are not integers.
        InvalidArgumentError: unless minval < maxval.
    """
    kind = np.dtype(dtype or "int32")
    if kind.kind not in "iu":
        raise ValueError(
            f"`keras.random.randint` requires an integer `dtype`. Received: dtype={dtype}"
        )
    for name, bound in (("minval", minval), ("maxval", maxval)):
        if int(bound) != bound:
            raise TypeError(f"randint: `{name}` must be an integer; got {bound!r}")
    # TensorFlow draws every type but int32 as int64.
    work = kind if kind == np.int32 else np.dtype(np.int64)
    low, high = work.type(minval), work.type(maxval)
    if low >= high:
        raise InvalidArgumentError(f"randint: need minval < maxval, got {minval} >= {maxval}")
    count = _size(shape)
    stream = stream_of(seed)
    words = stream.words(count * work.itemsize // 4)
    bits = words if work == np.int32 else draws.int64_words(words)
    span = bits.dtype.type((int(high) - int(low)) % 2 ** (8 * work.itemsize))
    # Modulo 2^32 or 2^64, as the bounds may lie further apart than the signed type reaches.
    drawn = (bits % span).view(work) + low
    return drawn.reshape(shape).astype(kind, copy=False)


@drawn_anew
def gamma(shape: Shape, alpha: Any, dtype: Any = None, seed: Any = None) -> np.ndarray:
    """Gamma numbers of scale 1 (`keras.random.gamma`).

    Args:
        shape: of the result.
        alpha: the shape of the distribution, a positive number; or an array of them, whose axes are
            the last ones of `shape`.
        dtype: a float type; default `config.floatx()`.
        seed: see the module.

    Raises:
        TypeError: for a type that is not a float type.
        InvalidArgumentError: where `shape` does not end in the shape of `alpha`.
    """
    kind = _float_type(dtype, "gamma", TypeError)
    return _gamma(stream_of(seed), shape, np.asarray(alpha, kind), kind)


def _gamma(stream: Philox, shape: Shape, alpha: np.ndarray, kind: np.dtype) -> np.ndarray:
    (alphas,), numbers = _owners(shape, "gamma", alpha)
    drawn = rejection.gamma(stream, alphas.astype("float64"), numbers).reshape(shape)
    drawn = drawn.astype(np.float32 if kind == np.float16 else kind).astype(kind)
    return np.maximum(drawn, np.finfo(kind).tiny)


def _owners(shape: Shape, name: str, *parameters: np.ndarray) -> tuple[list, np.ndarray]:
    """The parameters of each number, and which stretch of the stream it owns.

    The numbers of a distribution own neighbouring stretches.
    """
    count, size = _size(shape), parameters[0].size
    if tuple(shape)[len(shape) - parameters[0].ndim :] != parameters[0].shape:
        raise InvalidArgumentError(
            f"keras.random.{name}: `shape` must end in the shape of the distributions' parameters. "
            f"Received: shape={tuple(shape)}, parameters of shape {parameters[0].shape}"
        )
    rows = count // size if size else 0
    numbers = np.arange(count).reshape(size, rows).T.reshape(-1)
    spread = [np.tile(p.reshape(-1), rows) for p in parameters]
    return spread, numbers


@drawn_anew
def beta(shape: Shape, alpha: Any, beta: Any, dtype: Any = None, seed: Any = None) -> np.ndarray:
    """Beta numbers, X / (X + Y) for gamma numbers X and Y (`keras.random.beta`).

    Args:
        shape: of the result.
        alpha, beta: positive numbers, or arrays that broadcast to `shape`.
        dtype: a float type; default `config.floatx()`.
        seed: see the module.

    Raises:
        TypeError: for a type that is not a float type.
        InvalidArgumentError: for parameters that do not broadcast.
    """
    kind = _float_type(dtype, "beta", TypeError)
    first, second = draw_seed(seed).tolist()
    drawn = []
    for step, parameter in ((0, alpha), (12, beta)):
        stream = Philox.stateless(first % SEED_MODULUS + step, second % SEED_MODULUS + step)
        try:
            full = np.broadcast_to(np.asarray(parameter, kind), shape)
        except ValueError as error:
            raise InvalidArgumentError(
                f"keras.random.beta: {error}. Received: shape={tuple(shape)}, a parameter of shape "
                f"{np.shape(parameter)}"
            ) from error
        drawn.append(_gamma(stream, shape, full, kind))
    share = drawn[0] / (drawn[0] + drawn[1])
    if kind == np.float16:
        return share
    return np.where(share < np.finfo(kind).tiny, kind.type(0), share)  # TensorFlow flushes to zero


@drawn_anew
def binomial(
    shape: Shape, counts: Any, probabilities: Any, dtype: Any = None, seed: Any = None
) -> np.ndarray:
    """How often something of a given chance happens (`keras.random.binomial`).

    Args:
        shape: of the result.
        counts: how many trials, a number or an array.
        probabilities: of success, likewise; both broadcast to the last axes of `shape`.
        dtype: of the result; default `config.floatx()`.
        seed: see the module.

    Raises:
        InvalidArgumentError: where `shape` does not end in the shape that both broadcast to.
    """
    kind = probabilities.dtype if isinstance(probabilities, EagerTensor) else "float32"
    both = np.broadcast_arrays(np.asarray(counts, kind), np.asarray(probabilities, kind))
    (n, p), numbers = _owners(shape, "binomial", *both)
    drawn = rejection.binomial(stream_of(seed), n, p, numbers)
    return drawn.astype(config.array_type(dtype)).reshape(shape)


@drawn_anew
def dropout_mask(shape: Shape, rate: float, dtype: Any = None, seed: Any = None) -> np.ndarray:
    """Which elements dropout keeps: `uniform(shape) >= rate`, booleans.

    Args:
        shape: of the mask.
        rate: the fraction to drop, in [0, 1).
        dtype: the float type of the array to which the mask will be applied, because
            float64 draws from the stream differently; default `config.floatx()`.
        seed: see the module.
    """
    kind = _float_type(dtype, "dropout", ValueError)
    count = _size(shape)
    stream = stream_of(seed)
    if kind != np.float32 or xla.is_compiling():
        kept = draws.unit_uniform(stream, count, kind) >= kind.type(rate)
    else:
        # u = m 2^-23 exactly, so u >= rate is a comparison of integers.
        mantissa = stream.words(count)
        mantissa &= np.uint32(0x7FFFFF)
        kept = mantissa >= np.uint32(np.ceil(np.float64(np.float32(rate)) * 2**23))
    return kept.reshape(shape)


def dropout(
    inputs: Any, rate: float, noise_shape: Sequence[int | None] | None = None, seed: Any = None
) -> np.ndarray:
    """Sets a random fraction of `inputs` to 0 and scales the rest (`keras.random.dropout`).

    What is kept is multiplied by 1 / (1 - rate), so that the expected value stays the same.

    Args:
        inputs: an array of a float type.
        rate: the fraction to drop: 0 returns `inputs`, 1 zeros; neither uses up a seed.
        noise_shape: the mask's shape, broadcast over `inputs`; None in it stands for the
            input's size on that axis.
        seed: see the module.

    Raises:
        ValueError: for a rate outside [0, 1], or inputs that are not of a float type.
        InvalidArgumentError: for a noise shape that does not broadcast.
    """
    if is_symbol(inputs):
        return _symbolic_dropout(inputs, rate, noise_shape, seed)
    x = np.asarray(inputs)
    if not isinstance(inputs, np.ndarray) and x.dtype == np.float64:
        x = np.asarray(inputs, getattr(inputs, "dtype", config.floatx()))
    if rate == 1.0:
        return np.zeros_like(x)
    if rate == 0.0:
        return x
    _check_dropout(rate, x.dtype.name)
    shape = _noise_shape(x.shape, noise_shape)
    kept = dropout_mask(shape, rate, x.dtype, seed)
    return np.where(kept, x * x.dtype.type(1 / (1 - rate)), x.dtype.type(0))


def _check_dropout(rate: float, dtype: str | None) -> None:
    if not 0.0 <= rate <= 1.0:
        raise ValueError(f"`rate` must be a float in the range [0, 1]. Received: rate={rate!r}")
    if dtype not in FLOATS:
        raise ValueError(
            f"dropout: `inputs` must be of a float type as they will be scaled. "
            f"Received: dtype={dtype}"
        )


def _symbolic_dropout(x: Any, rate: float, noise_shape: Any, seed: Any) -> Any:
    """Dropout in a definition: the mask is drawn whenever the layer computes."""
    _check_dropout(rate, x.dtype)
    if rate == 0.0:
        return x
    if rate == 1.0:
        return ops.zeros_like(x)
    sizes = ops.shape(x)
    wanted = noise_shape or (None,) * len(sizes)
    shape = [n if m is None else m for n, m in zip(sizes, wanted, strict=True)]
    kept = dropout_mask(shape, rate, dtype=x.dtype, seed=seed)
    return ops.where(ops.cast(kept, "bool"), ops.multiply(x, 1 / (1 - rate)), 0.0)


@drawn_anew
def order(shape: Shape, dtype: Any = "int32", seed: Any = None) -> np.ndarray:
    """The numbers from 0 on, as many as the one size in `shape` says, in random order."""
    uniform = xla.unit_uniform if xla.is_compiling() else draws.unit_uniform
    keys = uniform(stream_of(seed), _size(shape), np.dtype(np.float32))
    return np.argsort(keys, kind="stable").astype(dtype)


def shuffle(x: Any, axis: int = 0, seed: Any = None) -> Any:
    """`x` with its slices along `axis` in random order (`keras.random.shuffle`)."""
    x = ops.convert_to_tensor(x)
    return ops.take(x, order((ops.shape(x)[axis],), seed=seed), axis=axis)


def categorical(
    logits: Any, num_samples: int, dtype: Any = "int32", seed: Any = None
) -> np.ndarray:
    """Classes drawn with probabilities softmax(logits) (`keras.random.categorical`).

    The numbers are TensorFlow's as long as it does not spread the rows over several threads (for
    300 rows of 10 classes and 50 samples it does); there its own depend on the number of threads.

    Args:
        logits: unnormalized log-probabilities, shape `(rows, classes)`.
        num_samples: how many draws per row.
        dtype: of the result.
        seed: see the module.

    Returns:
        Class numbers, shape `(rows, num_samples)`.

    Raises:
        ValueError: unless `logits` has two axes.
    """
    logits = np.asarray(logits)
    if logits.ndim != 2:
        raise ValueError(
            f"`logits` should be a 2-D tensor with shape [batch_size, num_classes]. "
            f"Received: logits={logits}"
        )
    return in_every_pass(
        lambda shape: _categorical(logits, shape[1], dtype, seed), (len(logits), num_samples), dtype
    )


def _categorical(logits: np.ndarray, num_samples: int, dtype: Any, seed: Any) -> np.ndarray:
    if xla.is_compiling():
        return xla.categorical(stream_of(seed), logits, num_samples).astype(dtype)
    rows = len(logits)
    count = rows * num_samples
    u = draws.unit_uniform(stream_of(seed), count, np.dtype(np.float64)).reshape(rows, num_samples)
    drawn = np.empty((rows, num_samples), dtype)
    for row, scores in enumerate(logits):
        finite = np.isfinite(scores)
        weights = np.zeros(len(scores))
        weights[finite] = np.exp((scores[finite] - scores[finite].max()).astype(np.float64))
        cumulative = np.cumsum(weights)
        drawn[row] = np.searchsorted(cumulative, u[row] * cumulative[-1], side="right")
    return drawn


def _scale_and_shift(x: np.ndarray, mean: Any, stddev: Any) -> np.ndarray:
    x *= np.asarray(stddev, x.dtype)
    x += np.asarray(mean, x.dtype)
    return x


def _bound(value: Any, like: np.ndarray) -> Any:
    # Keras casts the bounds, so that quirk K1 applies to them (and not to mean and stddev).
    if isinstance(value, float | int):
        return constant(value, like)
    return np.asarray(value, like.dtype)


def _size(shape: Shape) -> int:
    size = 1
    for length in shape:
        if length is None or length < 0:
            raise InvalidArgumentError(f"`shape` must hold sizes >= 0; got shape={tuple(shape)}")
        size *= length
    return size


def _float_type(dtype: Any, function: str, error: type[Exception]) -> np.dtype:
    kind = config.array_type(dtype)
    if kind.name not in FLOATS:
        raise error(
            f"`keras.random.{function}` requires a floating point `dtype`. Received: dtype={dtype}"
        )
    return kind


def _noise_shape(shape: tuple[int, ...], noise: Sequence[int | None] | None) -> tuple[int, ...]:
    if noise is None:
        return shape
    full = tuple(shape[i] if size is None else size for i, size in enumerate(noise))
    try:
        fits = np.broadcast_shapes(shape, full) == shape
    except ValueError:
        fits = False
    if not fits:
        raise InvalidArgumentError(
            f"dropout: noise_shape={tuple(noise)} does not broadcast to the input's shape {shape}"
        )
    return full
