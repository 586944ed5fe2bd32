"""The TF32 canary: a product of matrices that only full float32 gets right.

A GPU's tensor cores round the inputs of a float32 product to 11 bits (TF32), 13 fewer than float32
has, unless they are told not to; nothing else shows it. The sum of n products of standard normal
numbers has the size sqrt(n): in float32 its error is a few sqrt(n) 2^-24, in TF32 about
sqrt(n) 2^-11. `tolerances.canary` lies between the two.
"""

from typing import Any

import numpy as np

from parity_tests.harness import tolerances

SIZE = 256


def product_error(product: Any, size: int = SIZE) -> float:
    """The largest error of a function that multiplies two float32 matrices of normal numbers."""
    a, b = np.random.default_rng(32).standard_normal((2, size, size)).astype("float32")
    exact = a.astype("float64") @ b.astype("float64")
    return float(np.abs(np.asarray(product(a, b), "float64") - exact).max())


def sings(error: float, size: int = SIZE) -> bool:
    """Whether an error is one of full float32."""
    return error <= tolerances.canary(size)


def canary(keras: Any, engine: Any) -> float:
    """The error of the backend's own matrix product; runs in a worker."""
    return product_error(
        lambda a, b: keras.ops.convert_to_numpy(
            keras.ops.matmul(keras.ops.convert_to_tensor(a), keras.ops.convert_to_tensor(b))
        )
    )


def as_tf32(array: np.ndarray) -> np.ndarray:
    """Rounds float32 numbers to TF32's 11 bits, to the nearest, as a tensor core does."""
    bits = array.astype("float32").view("uint32")
    dropped = 13
    half = np.uint32(1 << (dropped - 1))
    kept = (bits + half) >> np.uint32(dropped) << np.uint32(dropped)
    return kept.view("float32")
