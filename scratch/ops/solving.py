"""Linear equations, inverses and determinants (of stacks of matrices, too).

X = A^-1 B    dB = A^-T dX        dA = -dB X^T
Y = A^-1      dA = -Y^T dY Y^T
y = det A     dA = dy y A^-T      log |det A|: dA = dy A^-T
P = A^+       dA = -P^T dP P^T + (1 - A P) dP^T P P^T + P^T P dP^T (1 - P A)
              (Golub and Pereyra 1973; where the rank does not change)
"""

from typing import Any

import numpy as np

from scratch.kernels import lapack
from scratch.ops.arithmetic import multiply
from scratch.ops.casting import convert_to_tensor
from scratch.ops.diagonals import tril, triu
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.graph.symbol import Symbol
from scratch.ops.linear_algebra import matmul
from scratch.ops.shape import expand_dims, squeeze, swapaxes, zeros_like


def transposed(x: Any) -> Any:
    """The last two axes exchanged."""
    return swapaxes(x, -1, -2)


def require_square(name: str, x: Any) -> None:
    """Checks that `x` is a square matrix, or a stack of them.

    Raises:
        ValueError: where it is known not to be.
    """
    shape = x.shape if isinstance(x, Symbol) else np.shape(convert_to_tensor(x))
    if shape is not None and len(shape) < 2:
        raise ValueError(f"{name}: expected input to have rank >= 2. Received input with {shape=}")
    if shape is not None and None not in shape[-2:] and shape[-1] != shape[-2]:
        raise ValueError(f"{name}: expected a square matrix. Received non-square {shape=}")


# Equations -----------------------------------------------------------------------------------


def solve(a: Any, b: Any) -> Any:
    """The x with a x = b; (..., n, n) and (..., n) or (..., n, m).

    Raises:
        InvalidArgumentError: for a singular `a`.
        ValueError: for shapes that do not fit.
    """
    a, b = map(convert_to_tensor, (a, b))
    require_square("solve", a)
    _require_fit("solve", a, b)
    return squeeze(_solve(a, expand_dims(b, -1)), -1) if b.ndim < a.ndim else _solve(a, b)


def _require_fit(name: str, a: Any, b: Any) -> None:
    rows = b.shape[-1 if b.ndim < a.ndim else -2]
    if b.ndim not in (a.ndim, a.ndim - 1) or (
        None not in (rows, a.shape[-1]) and rows != a.shape[-1]
    ):
        raise ValueError(
            f"{name}: incompatible shapes between `a` and `b`: expected b of shape (..., n) or "
            f"(..., n, m) for a of shape (..., n, n). "
            f"Received: a.shape={a.shape}, b.shape={b.shape}"
        )


def _solve_derivative(dy: Any, y: Any, a: Any, b: Any) -> tuple[Any, Any]:
    db = _solve(transposed(a), dy)
    return -matmul(db, transposed(y)), db


@operation(
    floating=True,
    broadcasts=False,
    derivative=_solve_derivative,
    like=lambda a, b: np.zeros_like(b),
)
def _solve(a: Tensor, b: Tensor) -> Tensor:
    return lapack.solve(a, b)


def solve_triangular(a: Any, b: Any, lower: bool = False) -> Any:
    """The same for a triangular `a`: of the other triangle nothing is read.

    Args:
        a: (..., n, n).
        b: (..., n) or (..., n, m).
        lower: which triangle it is.

    Raises:
        InvalidArgumentError: for a 0 on the diagonal.
        ValueError: for shapes that do not fit.
    """
    a, b = map(convert_to_tensor, (a, b))
    if a.shape is None:  # in a derivative, where all fits
        return _solve_triangular(a, b, lower=lower)
    require_square("solve_triangular", a)
    _require_fit("solve_triangular", a, b)
    if b.ndim == a.ndim:
        return _solve_triangular(a, b, lower=lower)
    return squeeze(_solve_triangular(a, expand_dims(b, -1), lower=lower), -1)


def _solve_triangular_derivative(dy: Any, y: Any, a: Any, b: Any, lower: bool) -> tuple[Any, Any]:
    db = _solve_triangular(transposed(a), dy, lower=not lower)
    return (tril if lower else triu)(-matmul(db, transposed(y))), db


@operation(
    floating=True,
    broadcasts=False,
    derivative=_solve_triangular_derivative,
    like=lambda a, b, lower: np.zeros_like(b),
)
def _solve_triangular(a: Tensor, b: Tensor, lower: bool = False) -> Tensor:
    if not lower:  # on which Gauss's elimination has nothing to do, and exchanges no rows
        return lapack.solve(np.triu(a), b)
    turned = np.tril(a)[..., ::-1, ::-1]
    return lapack.solve(turned, b[..., ::-1, :])[..., ::-1, :]


# Inverses ------------------------------------------------------------------------------------


def inv(x: Any) -> Any:
    """The inverse; (..., n, n).

    Raises:
        InvalidArgumentError: for a singular matrix.
        ValueError: for a matrix that is not square.
    """
    require_square("inv", x)
    return _inv(x)


def _inv_derivative(dy: Any, y: Any, x: Any) -> Any:
    return -matmul(matmul(transposed(y), dy), transposed(y))


@operation(floating=True, derivative=_inv_derivative, like=np.zeros_like)
def _inv(x: Tensor) -> Tensor:
    return lapack.inv(x)


def cholesky_inverse(x: Any, upper: bool = False) -> Any:
    """The inverse of A, of its Cholesky factor x: A = x x^T, or x^T x where it is an upper one.

    Raises:
        ValueError: for a matrix that is not square.
    """
    x = convert_to_tensor(x)
    require_square("cholesky_inverse", x)
    half = solve_triangular(x, zeros_like(x) + np.eye(x.shape[-1], dtype="bool"), lower=not upper)
    return matmul(half, transposed(half)) if upper else matmul(transposed(half), half)


def pinv(x: Any, rcond: float | None = None) -> Any:
    """The pseudo-inverse of Moore and Penrose; (..., m, n) -> (..., n, m).

    Args:
        x: of two axes or more.
        rcond: singular values up to this part of the largest count as 0; default: ten times the
            larger size, in units of the last place.

    Raises:
        ValueError: for fewer than two axes.
    """
    x = convert_to_tensor(x)
    if x.ndim < 2:
        raise ValueError(f"Input should have rank >= 2. Received: input.shape = {x.shape}")
    return _pinv(x, rcond=rcond)


def _pinv_derivative(dy: Any, y: Any, x: Any, rcond: Any) -> Any:
    dt, yt = transposed(dy), transposed(y)
    right = matmul(dt, matmul(y, yt))
    left = matmul(matmul(yt, y), dt)
    dx = -matmul(matmul(yt, dy), yt)
    dx = dx + right - matmul(matmul(x, y), right)
    return dx + left - matmul(left, matmul(y, x))


@operation(floating=True, derivative=_pinv_derivative)
def _pinv(x: Tensor, rcond: float | None = None) -> Tensor:
    if rcond is None:
        rcond = 10 * max(x.shape[-2:]) * float(np.finfo(x.dtype).eps)
    return lapack.pinv(x, rcond)


def lstsq(a: Any, b: Any, rcond: float | None = None) -> Any:
    """The shortest x of those that bring a x closest to b; (m, n) and (m,) or (m, k).

    Args:
        a, b: numbers of equations m alike.
        rcond: singular values below this part of the largest count as 0; default: the larger size,
            in units of the last place.

    Raises:
        ValueError: for shapes that do not fit.
    """
    a, b = map(convert_to_tensor, (a, b))
    if a.ndim != 2 or b.ndim not in (1, 2):
        raise ValueError(
            f"lstsq: expected a of two axes and b of one or two. Received: a.shape={a.shape}, "
            f"b.shape={b.shape}"
        )
    if a.shape[0] != b.shape[0]:
        raise ValueError(
            "Leading dimensions of input arrays must match. Received: "
            f"a.shape={a.shape}, b.shape={b.shape}"
        )
    eps = float(np.finfo(a.dtype).eps) if np.dtype(a.dtype).kind in "fc" else 0.0
    limit = eps * max(a.shape) if rcond is None else eps if rcond < 0 else rcond
    return matmul(_pinv(a, rcond=limit), b)


@operation(floating=True)
def _matrix_rank(x: Tensor, tol: float | None = None) -> Tensor:
    s = lapack.svd(x, compute_uv=False)
    eps = np.finfo(x.dtype).eps
    largest = s.max(axis=-1, keepdims=True)
    limit = largest * (eps * max(x.shape[-2:])) if tol is None else tol
    return np.sum(s > limit, axis=-1).astype("int32")


def matrix_rank(x: Any, tol: float | None = None) -> Any:
    """How many singular values are above `tol`; int32. Derivative: none.

    Args:
        x: (..., m, n).
        tol: default: the largest, times the larger size, in units of the last place.

    Raises:
        ValueError: for fewer than two axes.
    """
    if np.ndim(x) < 2:
        raise ValueError(f"Input should have rank >= 2. Received: input.shape = {np.shape(x)}")
    return _matrix_rank(x, tol=tol)


# Determinants --------------------------------------------------------------------------------


def det(x: Any) -> Any:
    """The determinant; (..., n, n) -> (...).

    Raises:
        ValueError: for a matrix that is not square.
    """
    require_square("det", x)
    return _det(x)


def _over_matrices(x: Any) -> Any:
    return expand_dims(x, (-2, -1))


def _det_derivative(dy: Any, y: Any, x: Any) -> Any:
    return multiply(_over_matrices(dy * y), transposed(_inv(x)))


@operation(floating=True, derivative=_det_derivative)
def _det(x: Tensor) -> Tensor:
    return lapack.det(x)


def slogdet(x: Any) -> tuple[Any, Any]:
    """The sign of the determinant, and the logarithm of its absolute value; (..., n, n) -> (...).

    Raises:
        ValueError: for a matrix that is not square.
    """
    require_square("slogdet", x)
    return _sign_of_det(x), _log_abs_det(x)


@operation(floating=True)
def _sign_of_det(x: Tensor) -> Tensor:
    return lapack.slogdet(x).sign


def _log_abs_det_derivative(dy: Any, y: Any, x: Any) -> Any:
    return multiply(_over_matrices(dy), transposed(_inv(x)))


@operation(floating=True, derivative=_log_abs_det_derivative)
def _log_abs_det(x: Tensor) -> Tensor:
    return lapack.slogdet(x).logabsdet
