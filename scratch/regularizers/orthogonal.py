"""Orthogonal regularization: a penalty on weights that point in the same or opposite directions.

    N = the rows of w (or its columns), each divided by its norm
    P = N N^T
    R = factor / 2 * sum of |P_ij| over i != j / (number of pairs)

    dP = factor / 2 / pairs * sign(P) off the diagonal,   dN = 2 dP N
    dw = (dN - N (N . dN)) / |w|                          row by row; dN / eps where |w| <= eps

The pairs count i < j, the sum counts both i < j and i > j: so R is the factor times the mean
modulus of the cosines. One row has no pairs, and R is NaN, as in Keras.
"""

from typing import Any

import numpy as np

from scratch import config, ops
from scratch.ops.graph.promotion import constant
from scratch.regularizers.regularizers import Regularizer, validate_float_arg
from scratch.serialization.configured import configured


@configured(alone=True, values={"factor": lambda self: float(np.float32(self.factor))})
class OrthogonalRegularizer(Regularizer):
    """Keeps rows or columns at right angles (`keras.regularizers.OrthogonalRegularizer`).

    Args:
        factor: of the penalty, >= 0.
        mode: `"rows"` or `"columns"`.

    Raises:
        ValueError: for another mode, or a factor that is negative, infinite or not a number.
    """

    def __init__(self, factor: float = 0.01, mode: str = "rows") -> None:
        self.factor = validate_float_arg(factor, "factor")
        if mode not in ("rows", "columns"):
            raise ValueError(
                'Invalid value for argument `mode`. Expected one of {"rows", "columns"}. '
                f"Received: mode={mode}"
            )
        self.mode = mode

    def __call__(self, x: Any) -> Any:
        """R for a matrix, a scalar of its type.

        Raises:
            ValueError: for anything but a matrix.
        """
        if len(x.shape) != 2:
            raise ValueError(
                "Inputs to OrthogonalRegularizer must have rank 2. "
                f"Received: inputs.shape={tuple(x.shape)}"
            )
        if self.mode == "columns":
            x = ops.transpose(x)
        n = ops.normalize(x, axis=1)
        cosines = ops.matmul(n, ops.transpose(n))
        size = x.shape[0]
        others = ops.multiply(cosines, 1.0 - np.eye(size, dtype=n.dtype))
        with np.errstate(invalid="ignore"):
            total = ops.multiply(constant(self.factor, n) * 0.5, ops.sum(ops.abs(others)))
            return ops.divide(total, size * (size - 1.0) / 2.0)

    def gradient(self, w: np.ndarray) -> np.ndarray:
        """The derivative of R, of the shape of `w`."""
        x = w.T if self.mode == "columns" else w
        size = len(x)
        eps = x.dtype.type(config.epsilon())
        norm = np.sqrt(np.sum(np.square(x), axis=1, keepdims=True))
        n = x / np.maximum(norm, eps)
        signs = np.sign(n @ n.T)
        np.fill_diagonal(signs, 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            scale = constant(self.factor, x) / x.dtype.type(size * (size - 1) / 2)
            dn = scale * (signs @ n)
            along = np.where(norm > eps, np.sum(n * dn, axis=1, keepdims=True), 0)
            dx = (dn - n * along) / np.maximum(norm, eps)
        return dx.T if self.mode == "columns" else dx
