"""Complex numbers: their parts, their angle, and how they are made.

    z = x + iy      dz of a real y = f(z) is the complex number d/dx + i d/dy f

(For what a *complex step* is, see `complex_step`: there the imaginary part is a derivative.)
"""

from typing import Any

import numpy as np

from scratch.ops.arithmetic import multiply
from scratch.ops.casting import cast, cast_like, convert_to_tensor, is_inexact
from scratch.ops.comparison import where
from scratch.ops.elementwise import cos, sin
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.graph.promotion import result_type
from scratch.ops.shape import zeros_like
from scratch.ops.trigonometry import arctan2


@operation(derivative=lambda dy, y, x: cast_like(dy, x))
def real(x: Tensor) -> Tensor:
    """The real part; of real numbers themselves."""
    return np.real(x)


def _imag_derivative(dy: Any, y: Any, x: Any) -> Any:
    return _along_imaginary(dy, x)


@operation(derivative=_imag_derivative)
def imag(x: Tensor) -> Tensor:
    """The imaginary part; of real numbers 0."""
    return np.imag(x)


@operation(derivative=lambda dy, y, x, like: (imag(dy), None))
def _along_imaginary(x: Tensor, like: Tensor) -> Tensor:
    """i x, where `like` is complex; 0 where it is real."""
    return np.asarray(1j * x, like.dtype) if like.dtype.kind == "c" else np.zeros_like(x)


def _conj_derivative(dy: Any, y: Any, x: Any) -> Any:
    return conj(dy)


@operation(derivative=_conj_derivative)
def conj(x: Tensor) -> Tensor:
    """The complex conjugate `x - iy`; of real numbers themselves."""
    return np.conj(x)


def conjugate(x: Any) -> Any:
    """The same as `conj`."""
    return conj(x)


@operation()
def isreal(x: Tensor) -> Tensor:
    """Whether the imaginary part is 0."""
    return np.equal(np.imag(x), 0)


def angle(x: Any) -> Any:
    """The angle of a complex number in radians; of negative real numbers pi, of others 0."""
    x = convert_to_tensor(x)
    if not is_inexact(x):
        x = cast(x, result_type((), floating=True))
    if x.dtype is None or np.dtype(x.dtype).kind == "c":
        return arctan2(imag(x), real(x))
    return where(x < 0, np.pi, zeros_like(x))


def _complex_derivative(dy: Any, y: Any, x1: Any, x2: Any) -> tuple[Any, Any]:
    return real(dy), imag(dy)


@operation(promote=True, derivative=_complex_derivative)
def complex_of(x1: Tensor, x2: Tensor) -> Tensor:
    """`x1 + i x2`."""
    return np.asarray(x1 + 1j * x2, np.result_type(x1, np.complex64))


def polar(abs_: Any, angle: Any) -> Any:
    """The complex number of length `abs_` and angle `angle` (in radians)."""
    return complex_of(multiply(abs_, cos(angle)), multiply(abs_, sin(angle)))


def view_as_complex(x: Any) -> Any:
    """(..., 2) -> (...): complex64 numbers, of their real and imaginary parts.

    Raises:
        ValueError: where the last axis has another size than 2.
    """
    x = convert_to_tensor(x)
    if not x.ndim or x.shape[-1] != 2:
        raise ValueError(
            "Last dimension of input must be size 2 (real and imaginary). "
            f"Received shape: {x.shape}"
        )
    x = cast(x, "float32")
    return complex_of(x[..., 0], x[..., 1])


def view_as_real(x: Any) -> Any:
    """(...) -> (..., 2): the real and imaginary parts side by side."""
    return _parts(x)


@operation(derivative=lambda dy, y, x: complex_of(dy[..., 0], dy[..., 1]))
def _parts(x: Tensor) -> Tensor:
    return np.stack([np.real(x), np.imag(x)], axis=-1)
