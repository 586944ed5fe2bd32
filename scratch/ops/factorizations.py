"""Matrices as products of simpler ones, and the derivatives of those (of stacks of matrices, too).

    cholesky  A = L L^T        dA = sym(L^-T phi(L^T dL) L^-1),  phi: lower triangle, half diagonal
    eigh      A = V w V^T      dA = V (diag(dw) + F * (V^T dV)) V^T,   F_ij = 1 / (w_j - w_i)
    qr        A = Q R          dA = (dQ - Q Q^T dQ + Q tril(M - M^T)) R^-T + Q dR,
                               M = Q^T dQ + R dR^T
    svd       A = U s V^T      dA = U (diag(ds) + (F * (K - K^T)) s + s (F * (N - N^T))) V^T
                               + (1 - U U^T) dU V^T / s + U (dV^T (1 - V V^T)) / s,
                               K = U^T dU, N = V^T dV, F_ij = 1 / (s_j^2 - s_i^2)
    lu        P A = L U        dA = P^T L^-T (tril(L^T dL, -1) + triu(dU U^T)) U^-T

(Giles, "An extended collection of matrix derivative results", 2008; Townsend 2016 for the svd;
Roberts and Roberts 2020 for the qr.) Every factor is an operation of its own: the derivative is
linear in those of the factors, and `gradient` adds them up. Directions that are free (the sign of
an eigenvector) are LAPACK's.
"""

from typing import Any

import numpy as np

from scratch.kernels import lapack
from scratch.ops.arithmetic import divide, divide_no_nan, multiply, square
from scratch.ops.casting import convert_to_tensor
from scratch.ops.diagonals import diagonal, tril, triu
from scratch.ops.elementwise import log
from scratch.ops.errors import InvalidArgumentError
from scratch.ops.graph.operation import Tensor, operation
from scratch.ops.indexing import argsort
from scratch.ops.joining import concatenate
from scratch.ops.linear_algebra import matmul
from scratch.ops.reduction import sum
from scratch.ops.shape import expand_dims, zeros_like
from scratch.ops.solving import require_square, solve_triangular, transposed


def _half(x: Any) -> Any:
    """The lower triangle, and half of the diagonal."""
    return 0.5 * (tril(x) + tril(x, -1))


# Cholesky ------------------------------------------------------------------------------------


def cholesky(x: Any, upper: bool = False) -> Any:
    """The lower triangular L with x = L L^T; (..., n, n).

    Args:
        x: symmetric and positive definite; its lower triangle is read.
        upper: whether to give L^T.

    Raises:
        ValueError: for a matrix that is not positive definite, or not square.
    """
    require_square("cholesky", x)
    y = _cholesky(x)
    return transposed(y) if upper else y


def _cholesky_derivative(dy: Any, y: Any, x: Any) -> Any:
    inner = solve_triangular(transposed(y), _half(matmul(transposed(y), dy)))
    whole = transposed(solve_triangular(transposed(y), transposed(inner)))
    return 0.5 * (whole + transposed(whole))


@operation(floating=True, error=ValueError, derivative=_cholesky_derivative, like=np.zeros_like)
def _cholesky(x: Tensor) -> Tensor:
    return lapack.cholesky(x)


def logdet(x: Any) -> Any:
    """The logarithm of the determinant of a symmetric, positive definite matrix.

    Raises:
        ValueError: for a matrix that is not positive definite, or not square.
    """
    return 2.0 * sum(log(diagonal(cholesky(x), 0, -2, -1)), axis=-1)


# Eigenvalues ---------------------------------------------------------------------------------


def eigh(x: Any) -> tuple[Any, Any]:
    """Eigenvalues in rising order and eigenvectors (columns) of a symmetric matrix.

    Args:
        x: (..., n, n); its lower triangle is read, and has the derivative.

    Returns:
        (..., n) and (..., n, n).

    Raises:
        ValueError: for a matrix that is not square.
    """
    require_square("eigh", x)
    return _eigh_values(x), _eigh_vectors(x)


def _lower(g: Any) -> Any:
    """A symmetric derivative, given to the lower triangle alone."""
    return _half(g + transposed(g))


def _eigh_values_derivative(dy: Any, y: Any, x: Any) -> Any:
    v = _eigh_vectors(x)
    return _lower(matmul(multiply(v, expand_dims(dy, -2)), transposed(v)))


@operation(floating=True, derivative=_eigh_values_derivative)
def _eigh_values(x: Tensor) -> Tensor:
    return lapack.eigh(x).eigenvalues


def _eigh_vectors_derivative(dy: Any, y: Any, x: Any) -> Any:
    apart = _differences(_eigh_values(x))
    inner = divide_no_nan(matmul(transposed(y), dy), apart)
    return _lower(matmul(matmul(y, inner), transposed(y)))


def _differences(w: Any) -> Any:
    """w_j - w_i."""
    return expand_dims(w, -2) - expand_dims(w, -1)


@operation(floating=True, derivative=_eigh_vectors_derivative)
def _eigh_vectors(x: Tensor) -> Tensor:
    return lapack.eigh(x).eigenvectors


def eig(x: Any) -> tuple[Any, Any]:
    """Eigenvalues and eigenvectors (columns), complex, of any square matrix. Derivative: none.

    Raises:
        ValueError: for a matrix that is not square.
    """
    require_square("eig", x)
    return _eig(x, which="eigenvalues"), _eig(x, which="eigenvectors")


@operation(floating=True)
def _eig(x: Tensor, which: str = "eigenvalues") -> Tensor:
    y = getattr(lapack.eig(x), which)
    return y.astype(np.result_type(x.dtype, np.complex64))


# QR ------------------------------------------------------------------------------------------


def qr(x: Any, mode: str = "reduced") -> tuple[Any, Any]:
    """x = Q R with orthogonal columns in Q, and R upper triangular.

    Args:
        x: (..., m, n).
        mode: `"reduced"`: Q is (..., m, k) and R (..., k, n), with k = min(m, n); `"complete"`:
            k = m.

    Raises:
        NotImplementedError: when the derivative of a complete one is asked for, where m > n.
        ValueError: for another mode; `InvalidArgumentError` for fewer than two axes.
    """
    if mode not in ("reduced", "complete"):
        raise ValueError(
            "`mode` argument value not supported. Expected one of {'reduced', 'complete'}. "
            f"Received: mode={mode}"
        )
    x = convert_to_tensor(x)
    if x.ndim < 2:
        raise InvalidArgumentError(
            f"Input should have rank >= 2. Received: input.shape = {x.shape}"
        )
    return _q(x, mode=mode), _r(x, mode=mode)


def _qr_derivative(dq: Any, dr: Any, x: Any, mode: str) -> Any:
    m, n = x.shape[-2:]
    if mode == "complete" and m > n:
        raise NotImplementedError(
            "qr: a complete one has no derivative where there are more rows than columns: ask for "
            'mode="reduced"'
        )
    q, r = _q(x, mode=mode), _r(x, mode=mode)
    if m >= n:
        return _deep(q, r, dq, dr)
    right, square_part = dr[..., m:], dr[..., :m]
    turned = dq + matmul(x[..., m:], transposed(right))
    return concatenate([_deep(q, r[..., :m], turned, square_part), matmul(q, right)], axis=-1)


def _deep(q: Any, r: Any, dq: Any, dr: Any) -> Any:
    """As many rows as columns, or more."""
    along = matmul(transposed(q), dq)
    both = along + matmul(r, transposed(dr))
    inner = dq - matmul(q, along) + matmul(q, tril(both - transposed(both)))
    return matmul(q, dr) + transposed(solve_triangular(r, transposed(inner)))


def _q_derivative(dy: Any, y: Any, x: Any, mode: str) -> Any:
    return _qr_derivative(dy, zeros_like(_r(x, mode=mode)), x, mode)


@operation(floating=True, derivative=_q_derivative)
def _q(x: Tensor, mode: str = "reduced") -> Tensor:
    return lapack.qr(x, mode).Q


def _r_derivative(dy: Any, y: Any, x: Any, mode: str) -> Any:
    return _qr_derivative(zeros_like(_q(x, mode=mode)), dy, x, mode)


@operation(floating=True, derivative=_r_derivative)
def _r(x: Tensor, mode: str = "reduced") -> Tensor:
    return lapack.qr(x, mode).R


# Singular values -----------------------------------------------------------------------------


def svd(x: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """x = U diag(s) V^T, with the singular values s in falling order.

    Args:
        x: (..., m, n).
        full_matrices: whether U is (..., m, m) and V^T (..., n, n); else they have min(m, n)
            columns and rows.
        compute_uv: whether U and V^T are wanted.

    Returns:
        (U, s, V^T), or s.

    Raises:
        NotImplementedError: when derivatives of full U and V of a matrix that is not square are
            asked for.
        ValueError: for fewer than two axes.
    """
    x = convert_to_tensor(x)
    if x.ndim < 2:
        raise ValueError(f"Input should have rank >= 2. Received: input.shape = {x.shape}")
    s = singular_values(x)
    if not compute_uv:
        return s
    return _left(x, full=full_matrices), s, _right(x, full=full_matrices)


def _singular_values_derivative(dy: Any, y: Any, x: Any) -> Any:
    return matmul(multiply(_left(x, full=False), expand_dims(dy, -2)), _right(x, full=False))


@operation(floating=True, derivative=_singular_values_derivative)
def singular_values(x: Tensor) -> Tensor:
    """The singular values in falling order; (..., m, n) -> (..., min(m, n))."""
    return lapack.svd(x, compute_uv=False)


def _thin(x: Any, full: bool) -> tuple[Any, Any, Any]:
    m, n = x.shape[-2:]
    if full and m != n:
        raise NotImplementedError(
            "svd: the full U and V of a matrix that is not square have no derivative: ask for "
            "full_matrices=False"
        )
    return _left(x, full=False), singular_values(x), _right(x, full=False)


def _left_derivative(du: Any, y: Any, x: Any, full: bool) -> Any:
    u, s, vt = _thin(x, full)
    along = matmul(transposed(u), du)
    turning = divide_no_nan(along - transposed(along), _differences(square(s)))
    inner = matmul(u, multiply(turning, expand_dims(s, -2)))
    beyond = divide(du - matmul(u, along), expand_dims(s, -2))
    return matmul(inner + beyond, vt)


@operation(floating=True, derivative=_left_derivative)
def _left(x: Tensor, full: bool = True) -> Tensor:
    return lapack.svd(x, full_matrices=full).U


def _right_derivative(dvt: Any, y: Any, x: Any, full: bool) -> Any:
    u, s, vt = _thin(x, full)
    along = matmul(vt, transposed(dvt))
    turning = divide_no_nan(along - transposed(along), _differences(square(s)))
    inner = matmul(multiply(expand_dims(s, -1), turning), vt)
    beyond = divide(dvt - matmul(transposed(along), vt), expand_dims(s, -1))
    return matmul(u, inner + beyond)


@operation(floating=True, derivative=_right_derivative)
def _right(x: Tensor, full: bool = True) -> Tensor:
    return lapack.svd(x, full_matrices=full).Vh


# LU ------------------------------------------------------------------------------------------


def lu_factor(x: Any) -> tuple[Any, Any]:
    """x with rows exchanged = L U: both in one matrix, and where each row went, as int32.

    L has ones on its diagonal, which are not written down.

    Raises:
        InvalidArgumentError: for a singular matrix.
        ValueError: for a matrix that is not square.
    """
    require_square("lu_factor", x)
    return _lu(x), argsort(_order(x))


def _lu_derivative(dy: Any, y: Any, x: Any) -> Any:
    lower = tril(y, -1) + _one_like(y)
    upper = triu(y)
    inner = tril(matmul(transposed(lower), tril(dy, -1)), -1)
    inner = inner + triu(matmul(triu(dy), transposed(upper)))
    left = solve_triangular(transposed(lower), inner)
    whole = transposed(solve_triangular(upper, transposed(left)))
    return _rows_back(whole, _order(x))


@operation(floating=True, derivative=_lu_derivative, like=np.zeros_like)
def _lu(x: Tensor) -> Tensor:
    return np.reshape([_decomposed(one)[0] for one in _matrices(x)], x.shape).astype(x.dtype)


@operation(floating=True, like=lambda x: np.zeros(x.shape[:-1], "int32"))
def _order(x: Tensor) -> Tensor:
    return np.reshape([_decomposed(one)[1] for one in _matrices(x)], x.shape[:-1]).astype("int32")


def _matrices(x: np.ndarray) -> np.ndarray:
    return x.reshape(-1, *x.shape[-2:])


def _decomposed(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gauss's elimination; in each column the largest number left goes to the diagonal."""
    y, order = x.copy(), np.arange(len(x))
    for k in range(len(x)):
        pivot = k + int(np.argmax(np.abs(y[k:, k])))
        if y[pivot, k] == 0:
            raise np.linalg.LinAlgError("Input is not invertible")
        y[[k, pivot]], order[[k, pivot]] = y[[pivot, k]], order[[pivot, k]]
        y[k + 1 :, k] /= y[k, k]
        y[k + 1 :, k + 1 :] -= np.outer(y[k + 1 :, k], y[k, k + 1 :])
    return y, order


@operation()
def _one_like(x: Tensor) -> Tensor:
    """Unit matrices in the shape of `x`."""
    return np.broadcast_to(np.eye(x.shape[-1], dtype=x.dtype), x.shape)


def _rows_back_derivative(dy: Any, y: Any, x: Any, order: Any) -> tuple:
    return _rows_in(dy, order), None


@operation(derivative=_rows_back_derivative)
def _rows_back(x: Tensor, order: Tensor) -> Tensor:
    """Row i of `x` at the place `order[i]`."""
    return np.take_along_axis(x, np.argsort(order, axis=-1)[..., None], axis=-2)


@operation(derivative=lambda dy, y, x, order: (_rows_back(dy, order), None))
def _rows_in(x: Tensor, order: Tensor) -> Tensor:
    return np.take_along_axis(x, order[..., None], axis=-2)
