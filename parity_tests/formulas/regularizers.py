"""Regularizers, as their docstrings define them."""

import numpy as np

from parity_tests.formulas.formula import Formula

rng = np.random.default_rng(4)
w = rng.normal(size=(4, 3))
WEIGHTS = {
    "drawn": (w,),
    "zeros": (0 * w,),
    "rank 1": (w[0],),
    "rank 4": (w.reshape(2, 2, 3, 1),),
    "none": (w[:0],),
    "tiny": (1e-20 * w,),
    "huge": (1e20 * w,),
    "NaN": (np.where(w == w[1, 1], np.nan, w),),
    "an infinity": (np.where(w == w[1, 1], np.inf, w),),
}
MATRICES = {
    "drawn": (w,),
    "orthogonal": (np.linalg.qr(w)[0],),
    "equal rows": (np.ones((4, 3)),),
    "one row zero": (np.vstack([0 * w[:1], w[1:]]),),
    "far from zero": (1e4 + w,),
    "huge": (1e20 * w,),
    "NaN": (np.where(w == w[1, 1], np.nan, w),),
}


def orthogonal(w, factor=0.25):
    """Factor times the mean of the sizes of the products of different rows of length 1."""
    lengths = np.sqrt(np.sum(w**2, 1, keepdims=True))
    rows = w / np.where(lengths == 0, 1, lengths)
    i, j = np.triu_indices(len(w), 1)
    return factor * np.mean(np.abs(np.sum(rows[i] * rows[j], -1)))


SQUARED = {"huge": "the square of 1e20 is no float32: the length is infinite"}

FORMULAS = [
    Formula("regularizers.L1(0.25)(w)", lambda w: 0.25 * np.sum(np.abs(w)), WEIGHTS),
    Formula("regularizers.L2(0.25)(w)", lambda w: 0.25 * np.sum(w**2), WEIGHTS),
    Formula("regularizers.L1L2(0.25, 0.5)(w)",
            lambda w: 0.25 * np.sum(np.abs(w)) + 0.5 * np.sum(w**2), WEIGHTS),
    Formula("regularizers.L1L2(0.0, 0.5)(w)", lambda w: 0.5 * np.sum(w**2), WEIGHTS),
    # In float64 it is refused on TensorFlow: orthogonal_regularizer_in_float64.
    Formula("regularizers.OrthogonalRegularizer(0.25)(ops.convert_to_tensor(w))", orthogonal,
            MATRICES, SQUARED, precision="float32"),
    Formula("regularizers.OrthogonalRegularizer(0.25, 'columns')(ops.convert_to_tensor(w))",
            lambda w: orthogonal(w.T), MATRICES, SQUARED, precision="float32"),
]  # fmt: skip
