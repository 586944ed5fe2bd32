"""Random numbers as XLA makes them, where `compile(jit_compile=True)` compiles a step.

    with compiled_by_xla():        the numbers of TensorFlow, compiled by XLA

The random words are the same. What becomes of them is not:

    uniform        the upper bits of a word become the mantissa, not the lower ones
    normal         the pairs (sine, cosine) lie along an axis of even size, if there is one
    truncated      Phi^-1(Phi(-2) + u (Phi(2) - Phi(-2))): nothing is skipped
    categorical    argmax over classes of logit - log(-log u)    (Gumbel)

Masks and uniform numbers are XLA's bit for bit; its logarithm, sine and cosine are its own, so that
float32 normals may differ in the last bits.
"""

import math
from collections.abc import Sequence
from contextlib import AbstractContextManager

import numpy as np

from scratch.context.stack import Stack
from scratch.random import libm
from scratch.random.philox import Philox

SMALLEST_U = 1e-7  # ln 0 must not happen
CUT = 2.0
_compiled = Stack()


def compiled_by_xla() -> AbstractContextManager[None]:
    """Inside the `with` block, random numbers are those of XLA."""
    return _compiled.pushed(True)


def is_compiling() -> bool:
    """Whether random numbers are to be those of XLA."""
    return bool(_compiled.items)


def unit_uniform(stream: Philox, count: int, dtype: np.dtype) -> np.ndarray:
    """`count` numbers, uniform on [0, 1), of type float32 or float64."""
    if dtype == np.float64:
        words = stream.words(2 * count)
        bits = words[0::2].astype(np.uint64) | words[1::2].astype(np.uint64) << np.uint64(32)
        bits = bits >> np.uint64(12) | np.uint64(0x3FF << 52)
        return bits.view(np.float64) - 1.0
    bits32 = stream.words(count) >> np.uint32(9) | np.uint32(0x7F << 23)
    return bits32.view(np.float32) - np.float32(1.0)


def standard_normal(stream: Philox, shape: Sequence[int], dtype: np.dtype) -> np.ndarray:
    """Numbers with mean 0 and standard deviation 1.

    One axis, the first of even size or else the longest, is split into pairs.
    """
    sizes = tuple(shape) or (1,)
    axis = next((i for i, n in enumerate(sizes) if n % 2 == 0), int(np.argmax(sizes)))
    half = -(-sizes[axis] // 2)
    paired = (*sizes[:axis], half, 2, *sizes[axis + 1 :])
    u = unit_uniform(stream, math.prod(paired), dtype).reshape(paired)
    u0, u1 = np.take(u, 0, axis + 1), np.take(u, 1, axis + 1)
    u0 = np.maximum(u0, dtype.type(SMALLEST_U))
    angle = dtype.type(2 * np.pi) * u1
    if dtype == np.float32:
        log, (sine, cosine) = libm.log(u0), libm.sin_cos(angle)
    else:
        log, sine, cosine = np.log(u0), np.sin(angle), np.cos(angle)
    radius = np.sqrt(dtype.type(-2) * log)
    pairs = np.stack([sine * radius, cosine * radius], axis + 1)
    row = pairs.reshape(*sizes[:axis], 2 * half, *sizes[axis + 1 :])
    return row.take(range(sizes[axis]), axis).reshape(shape)


def standard_truncated_normal(stream: Philox, count: int, dtype: np.dtype) -> np.ndarray:
    """`count` normal numbers inside (-2, 2)."""
    from statistics import NormalDist  # takes as long to load as ten of these modules

    phi = NormalDist()
    low, high = phi.cdf(-CUT), phi.cdf(CUT)
    shares = low + unit_uniform(stream, count, dtype).astype(np.float64) * (high - low)
    return np.array([phi.inv_cdf(share) for share in shares.tolist()], dtype)


def categorical(stream: Philox, logits: np.ndarray, num_samples: int) -> np.ndarray:
    """Class numbers drawn with probabilities softmax(logits); (rows, num_samples)."""
    rows, classes = logits.shape
    shape = (rows, num_samples, classes)
    kind = np.dtype("float64" if logits.dtype == np.float64 else "float32")
    u = unit_uniform(stream, math.prod(shape), kind).reshape(shape)
    with np.errstate(divide="ignore"):
        return np.argmax(logits[:, None] - np.log(-np.log(u)), axis=-1)
