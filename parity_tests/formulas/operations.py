"""Operations of `keras.ops` that are more than NumPy's, as their docstrings define them."""

import numpy as np

from parity_tests.formulas.activations import log_softmax, normal_distribution, softmax
from parity_tests.formulas.formula import Formula

rng = np.random.default_rng(10)
x = rng.normal(size=(3, 4))
NUMBERS = {
    "drawn": (x,),
    "tiny": (1e-20 * x,),
    "huge": (1e20 * x,),
    "far from zero": (1e4 + x,),
    "zeros": (0 * x,),
    "NaN": (np.where(x == x[1, 1], np.nan, x),),
    "one row": (x[:1],),
}
POSITIVE = {"drawn": (np.abs(x),), "tiny": (1e-20 * np.abs(x),), "huge": (1e20 * np.abs(x),)}
SEGMENTS = {
    "drawn": (x[:, 0], np.array([0, 0, 2])),
    "unsorted": (x[:, 0], np.array([2, 0, 0])),
    "none of them": (x[:0, 0], np.zeros(0, int)),
}
LABELS = {
    "drawn": (np.array([0, 2, 1]),),
    "of rank 2": (np.array([[0, 1], [2, 2]]),),
    "outside": (np.array([0, 3, -1]),),
}
SYMMETRIC = {"drawn": (x @ x.T + np.eye(3),)}
SIGNAL = {"drawn": (x[0], x[1]), "of one place": (x[0], x[1, :1])}


def logsumexp(x, axis=None):
    top = np.max(x, axis=axis, keepdims=True)
    total = np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True)) + top
    return np.squeeze(total, axis=axis)


def erf(x):
    return 2 * normal_distribution(x * np.sqrt(np.longdouble(2))) - 1


def one_hot(x, n=3):
    """1 at the place of the number; a number outside has none."""
    return (x[..., None] == np.arange(n)).astype(float)


def segments(x, ids, start, reduce):
    """The sum, or the largest, of the numbers of each segment; of an empty one `start`."""
    y = np.full(3, start, np.longdouble)
    for value, i in zip(x, ids, strict=True):
        y[i] = reduce(y[i], value)
    return y


def frames(x, length=3, stride=2):
    return np.stack(
        [x[..., i : i + length] for i in range(0, x.shape[-1] - length + 1, stride)], -2
    )


def moments(x):
    """Mean and variance over the rows."""
    return [np.mean(x, 0), np.mean((x - np.mean(x, 0)) ** 2, 0)]


def unit(x, order=2):
    length = np.sum(np.abs(x) ** order, -1, keepdims=True) ** (1 / np.longdouble(order))
    return x / np.where(length == 0, 1, length)


SHORT = {"tiny": "cosine_of_small_vectors"}
FORMULAS = [
    Formula("ops.logsumexp(x)", logsumexp, NUMBERS),
    Formula("ops.logsumexp(x, axis=1)", lambda x: logsumexp(x, 1), NUMBERS),
    Formula("ops.softmax(x, axis=0)", lambda x: softmax(x, 0), NUMBERS),
    Formula("ops.log_softmax(x, axis=0)", lambda x: log_softmax(x, 0), NUMBERS,
            through=lambda x: x),
    Formula("ops.erf(x)", erf, {key: NUMBERS[key] for key in ("drawn", "zeros", "NaN", "huge")},
            through=lambda x: 1),
    Formula("ops.rsqrt(x)", lambda x: 1 / np.sqrt(x), POSITIVE),
    Formula("ops.normalize(x)", unit, NUMBERS, SHORT),
    Formula("ops.normalize(x, order=1)", lambda x: unit(x, 1), NUMBERS, SHORT),
    Formula("ops.moments(x, axes=[0])", moments, NUMBERS, through=lambda x: 0 * x),
    Formula("ops.one_hot(x, 3)", one_hot, LABELS),
    Formula("ops.multi_hot(x, 3)", lambda x: np.max(one_hot(x), axis=-2), LABELS),
    Formula("ops.segment_sum(x, ids, 3)", lambda x, ids: segments(x, ids, 0, np.add), SEGMENTS),
    Formula("ops.segment_max(x, ids, 3)",
            lambda x, ids: segments(x, ids, -np.inf, np.maximum), SEGMENTS,
            {"all": "largest_of_no_segment"}),
    Formula("ops.extract_sequences(x, 3, 2)", frames, NUMBERS),
    Formula("ops.top_k(x, 2)", lambda x: [-np.sort(-x, -1)[:, :2], np.argsort(-x, -1)[:, :2]],
            {key: NUMBERS[key] for key in ("drawn", "tiny", "huge", "far from zero", "one row")}),
    Formula("ops.logdet(x)", lambda x: np.log(np.linalg.det(x.astype(float))), SYMMETRIC),
    Formula("ops.correlate(x, y)", lambda x, y: np.correlate(x, y), SIGNAL),
    Formula("ops.psnr(x, x + 0.5, 2.0)", lambda x: 10 * np.log10(2.0**2 / np.longdouble(0.25)),
            {key: NUMBERS[key] for key in ("drawn", "zeros")}),
]  # fmt: skip
