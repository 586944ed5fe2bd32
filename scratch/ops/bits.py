"""Whole numbers: their bits, and what divides them. None of these has a derivative."""

from typing import Any

import numpy as np

from scratch.ops.graph.operation import Tensor, operation

# Bits ----------------------------------------------------------------------------------------


@operation(promote=True)
def bitwise_and(x: Tensor, y: Tensor) -> Tensor:
    """The bits that both have."""
    return np.bitwise_and(x, y)


@operation(promote=True)
def bitwise_or(x: Tensor, y: Tensor) -> Tensor:
    """The bits that one at least has."""
    return np.bitwise_or(x, y)


@operation(promote=True)
def bitwise_xor(x: Tensor, y: Tensor) -> Tensor:
    """The bits that exactly one has."""
    return np.bitwise_xor(x, y)


@operation()
def bitwise_invert(x: Tensor) -> Tensor:
    """The bits that `x` does not have: `-x - 1` for signed numbers."""
    return np.bitwise_not(x)


def bitwise_not(x: Any) -> Any:
    """The same as `bitwise_invert`."""
    return bitwise_invert(x)


@operation(promote=True)
def bitwise_left_shift(x: Tensor, y: Tensor) -> Tensor:
    """The bits of `x`, moved `y` places up: `x * 2 ** y`."""
    return np.left_shift(x, y)


@operation(promote=True)
def bitwise_right_shift(x: Tensor, y: Tensor) -> Tensor:
    """The bits of `x`, moved `y` places down: `x` divided by `2 ** y`, rounded down."""
    return np.right_shift(x, y)


def left_shift(x: Any, y: Any) -> Any:
    """The same as `bitwise_left_shift`."""
    return bitwise_left_shift(x, y)


def right_shift(x: Any, y: Any) -> Any:
    """The same as `bitwise_right_shift`."""
    return bitwise_right_shift(x, y)


# Divisors ------------------------------------------------------------------------------------


def _require_integers(name: str, *xs: Any) -> None:
    if any(np.asarray(x).dtype.kind not in "iu" for x in xs):
        raise TypeError(
            f"Arguments to {name} must be integers. Received: "
            f"{', '.join(str(getattr(x, 'dtype', type(x).__name__)) for x in xs)}"
        )


@operation(promote=True)
def gcd(x1: Tensor, x2: Tensor) -> Tensor:
    """The greatest common divisor.

    Raises:
        TypeError: for anything but integers.
    """
    _require_integers("gcd", x1, x2)
    return np.gcd(x1, x2)


@operation(promote=True)
def lcm(x1: Tensor, x2: Tensor) -> Tensor:
    """The least common multiple; 0 where one is 0.

    Raises:
        TypeError: for anything but integers.
    """
    _require_integers("lcm", x1, x2)
    return np.lcm(x1, x2)
