"""An operation on some inputs, and what inputs are drawn from."""

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Case:
    """One op on some inputs: `f(o, *arrays)` with o = scratch.ops or keras.ops.

    `sums` is the largest number of roundings that add up in one number of the result, 0 for none,
    None where nothing rounds at all: then every result is the same, bit for bit. `constants` are
    the numbers of inputs without a derivative.
    """

    name: str
    f: Any
    inputs: tuple
    sums: int | None = 0
    constants: tuple = ()
    smooth: bool = True

    def arrays(self, dtype):
        """The inputs, drawn for this case alone; nobody writes into them."""
        rng = np.random.default_rng(zlib.crc32(self.name.encode()))
        found = [make(rng) if callable(make) else np.array(make) for make in self.inputs]
        # Rounded to float32 first, so that both precisions see the same numbers.
        found = [a.astype("float32").astype(dtype) if a.dtype.kind == "f" else a for a in found]
        for a in found:
            a.setflags(write=False)
        return found

    def variables(self, arrays):
        """The numbers of the inputs that have a derivative."""
        return [i for i, a in enumerate(arrays) if a.dtype.kind == "f" and i not in self.constants]


def real(*shape):
    """Numbers of both signs, away from zero: kinks are cases of their own."""
    return lambda rng: rng.uniform(0.1, 2.0, shape) * rng.choice([-1, 1], shape)


def positive(*shape):
    """Numbers above zero."""
    return lambda rng: rng.uniform(0.1, 2.0, shape)


def unit(*shape):
    """Numbers between 0 and 1."""
    return lambda rng: rng.uniform(0.05, 0.95, shape)


def distinct(*shape):
    """No two alike, so that the largest is one."""
    return lambda rng: rng.permutation(np.prod(shape)).reshape(shape) * 0.3 - 1.7


def whole(low, high, *shape):
    """Whole numbers."""
    return lambda rng: rng.integers(low, high, shape).astype("int32")
