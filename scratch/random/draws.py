"""From random words to standard draws: uniform on [0, 1), normal, truncated normal.

    uniform   m random bits become the mantissa of a number in [1, 2); minus 1
    normal    u1, u2 uniform:  r = sqrt(-2 ln u1);  r sin(2 pi u2), r cos(2 pi u2)   (Box-Muller)
    truncated normals of which those with |x| >= 2 are skipped

float32 takes one word per uniform, float64 two; the bits are TensorFlow's, to the last one.
"""

import math

import numpy as np

from scratch.random import libm, xla
from scratch.random.philox import Philox

# ln 0 must not happen; TensorFlow uses the same bound in float32 and in float64.
SMALLEST_U = 1e-7
# How much of the stream each truncated normal owns, whether it needs it or not.
WORDS_PER_TRUNCATED = 256
CUT = 2.0
# Words turned into float32 normals at once, so that the work arrays stay in a core's cache.
# (235,200 normals: 4.3 ms; 15.8 ms in one piece.)
CHUNK = 16384


def unit_uniform(stream: Philox, count: int, dtype: np.dtype) -> np.ndarray:
    """`count` numbers, uniform on [0, 1), of a float type."""
    if xla.is_compiling() and dtype != np.float16:
        return xla.unit_uniform(stream, count, dtype)
    if dtype == np.float64:
        return uniforms_of_words(stream.words(2 * count))
    words = stream.words(count)
    if dtype == np.float16:
        mantissa = words.astype(np.uint16) & np.uint16(0x3FF)
        return (mantissa | np.uint16(0x3C00)).view(np.float16) - np.float16(1.0)
    return _unit_float32(words)


def standard_normal(stream: Philox, count: int, dtype: np.dtype) -> np.ndarray:
    """`count` numbers with mean 0 and standard deviation 1, of a float type."""
    words = stream.words(_words_for_normals(count, dtype))
    return _box_muller(words, dtype)[:count].astype(dtype, copy=False)


def standard_truncated_normal(stream: Philox, count: int, dtype: np.dtype) -> np.ndarray:
    """`count` normal numbers inside (-2, 2), of a float type.

    A group is as many numbers as one block of words gives. Most groups fill up with their first
    block, nearly all with the second; the loop goes on with those that have not.
    """
    size = 2 if dtype == np.float64 else 4
    if xla.is_compiling():
        return xla.standard_truncated_normal(stream, count, dtype)
    stretch = np.uint64(size * WORDS_PER_TRUNCATED // 4)

    def block_of_normals(groups: np.ndarray, block: int) -> np.ndarray:
        positions = groups * stretch + np.uint64(block)
        return _box_muller(stream.blocks(positions).reshape(-1), dtype).reshape(-1, size)

    pending = np.arange(-(-count // size), dtype=np.uint64)
    block = 0
    drawn = block_of_normals(pending, block)
    kept = np.abs(drawn) < CUT
    pending = np.flatnonzero(~kept.all(axis=1)).astype(np.uint64)
    values, kept = drawn[pending], kept[pending]
    filled = np.zeros(len(pending), np.int64)
    while len(pending):
        place = filled[:, None] + np.cumsum(kept, axis=1) - 1
        row, column = np.nonzero(kept & (place < size))
        drawn[pending[row], place[row, column]] = values[row, column]
        filled = place[:, -1] + 1
        short = filled < size
        pending, filled = pending[short], filled[short]
        block += 1
        values = block_of_normals(pending, block)
        kept = np.abs(values) < CUT
    return drawn.reshape(-1)[:count].astype(dtype, copy=False)


def _words_for_normals(count: int, dtype: np.dtype) -> int:
    pairs = -(-count // 2)
    return 4 * pairs if dtype == np.float64 else 2 * pairs


def _unit_float32(words: np.ndarray) -> np.ndarray:
    bits = words & np.uint32(0x7FFFFF)
    bits |= np.uint32(0x3F800000)
    u = bits.view(np.float32)
    u -= np.float32(1.0)
    return u


def uniforms_of_words(words: np.ndarray) -> np.ndarray:
    """Float64 numbers, uniform on [0, 1), from pairs of words."""
    # The first word of a pair is the upper one here, unlike in `int64_words`.
    upper = (words[0::2] & np.uint32(0xFFFFF)).astype(np.uint64)
    bits = (upper | np.uint64(0x3FF00000)) << np.uint64(32) | words[1::2]
    u = bits.view(np.float64)
    u -= 1.0
    return u


def int64_words(words: np.ndarray) -> np.ndarray:
    """Pairs of words as unsigned 64-bit integers; the first word of a pair is the lower one."""
    return words[0::2].astype(np.uint64) | words[1::2].astype(np.uint64) << np.uint64(32)


def _box_muller(words: np.ndarray, dtype: np.dtype) -> np.ndarray:
    if dtype == np.float64:
        return normals_of_words(words)
    normals = np.empty(len(words), np.float32)
    for start in range(0, len(words), CHUNK):
        piece = slice(start, start + CHUNK)
        _box_muller_32(words[piece], out=normals[piece])
    return normals


def _box_muller_32(words: np.ndarray, out: np.ndarray) -> None:
    u = _unit_float32(words)
    u1 = np.maximum(u[0::2], np.float32(SMALLEST_U))
    # The angle is rounded to float32 once, after a product in float64: with a float32 product
    # one normal in four would come out different.
    angle = (2.0 * np.pi * u[1::2].astype(np.float64)).astype(np.float32)
    radius = np.sqrt(np.float32(-2.0) * libm.log(u1))
    sine, cosine = libm.sin_cos(angle)
    np.multiply(sine, radius, out=out[0::2])
    np.multiply(cosine, radius, out=out[1::2])


def normals_of_words(words: np.ndarray) -> np.ndarray:
    """Normal float64 numbers from pairs of words."""
    u = uniforms_of_words(words)
    u1 = np.maximum(u[0::2], SMALLEST_U)
    angle = (2.0 * np.pi * u[1::2]).tolist()
    # The C library's functions through `math`, one number at a time: NumPy's own float64 versions
    # differ from them in the last bit of one normal in 600. (235,200 normals: 45 ms.)
    radius = np.sqrt(-2.0 * np.array([math.log(a) for a in u1.tolist()]))
    normals = np.empty(len(u))
    np.multiply([math.sin(a) for a in angle], radius, out=normals[0::2])
    np.multiply([math.cos(a) for a in angle], radius, out=normals[1::2])
    return normals
