"""Utilities and random numbers, as their docstrings define them."""

import numpy as np

from parity_tests.formulas.formula import Formula
from parity_tests.formulas.initializers import TRUNCATED, by_chance

rng = np.random.default_rng(8)
x = rng.normal(size=(3, 4))
LISTS = {
    "drawn": ([[1], [2, 3], [4, 5, 6]],),
    "an empty one": ([[], [1]],),
    "of one length": ([[1, 2], [3, 4]],),
    "too long": ([[1, 2, 3, 4, 5, 6]],),
}
LABELS = {
    "drawn": (np.array([0, 2, 1]),),
    "in a column": (np.array([[0], [2], [1]]),),
    "of rank 2": (np.array([[0, 1], [2, 2]]),),
    "one class": (np.array([0, 0]),),
}


def padded(lists, length=None, padding="pre", truncating="pre", value=0):
    """Of one length: the longest's, or what is given; cut and filled at the ends that are named."""
    length = max(map(len, lists)) if length is None else length
    rows = []
    for one in lists:
        kept = one[max(0, len(one) - length) :] if truncating == "pre" else one[:length]
        missing = [value] * (length - len(kept))
        rows.append(missing + kept if padding == "pre" else kept + missing)
    return np.array(rows)


def one_hot(x, classes=None):
    """A last axis of size 1 is taken away first."""
    x = x[..., 0] if x.ndim > 1 and x.shape[-1] == 1 else x
    return np.eye(np.max(x) + 1 if classes is None else classes)[x]


def unit(x, order=2, axis=-1):
    length = np.sum(np.abs(x) ** order, axis, keepdims=True) ** (1 / np.longdouble(order))
    return x / np.where(length == 0, 1, length)


def kept(call, law):
    return Formula(f"kept(random.{call}, law)", lambda shape: np.ones(4), {"": ((200, 300),)},
                   jumps=True, given={"law": law})  # fmt: skip


def near(call, mean, deviation, kurtosis=3.0):
    return Formula(
        f"near(random.{call}, mean, deviation, kurtosis)", lambda shape: np.ones(2),
        {"": ((200, 300),)}, jumps=True,
        given={"mean": mean, "deviation": deviation, "kurtosis": kurtosis},
    )  # fmt: skip


N = 60_000
ROWS = {"drawn": (x,), "a zero row": (np.vstack([0 * x[:1], x[1:]]),), "huge": (1e20 * x,),
        "tiny": (1e-20 * x,), "rank 1": (x[0],)}  # fmt: skip
MATRICES = {"drawn": (x,), "square": (x[:, :3],)}
FORMULAS = [
    Formula("utils.to_categorical(x)", one_hot, LABELS),
    Formula("utils.to_categorical(x, 5)", lambda x: one_hot(x, 5), LABELS),
    Formula("utils.normalize(x)", unit, ROWS, {"rank 1": "normalize_adds_an_axis"}),
    Formula("utils.normalize(x, order=1)", lambda x: unit(x, 1), ROWS,
            {"rank 1": "normalize_adds_an_axis"}),
    Formula("utils.normalize(x, axis=0)", lambda x: unit(x, axis=0), MATRICES,
            {"all": "normalize_along_the_first_axis"}),
    Formula("utils.pad_sequences(lists)", padded, LISTS),
    Formula("utils.pad_sequences(lists, maxlen=3)", lambda lists: padded(lists, 3), LISTS),
    Formula("utils.pad_sequences(lists, 3, 'int32', 'post', 'post', 9)",
            lambda lists: padded(lists, 3, "post", "post", 9), LISTS),
    Formula("utils.img_to_array(utils.array_to_img(x, scale=False))", lambda x: x,
            {"": (np.arange(12.0).reshape(2, 2, 3),)}),
    Formula("utils.img_to_array(utils.array_to_img(x))",
            lambda x: np.floor((x - np.min(x)) / (np.max(x) - np.min(x)) * 255),
            {"": (np.arange(12.0).reshape(2, 2, 3) - 0.5,)}, jumps=True),
    kept("uniform(shape, -0.5, 0.5, seed=1)", by_chance(0.5 / np.sqrt(3), 0.5, 1.8, N)),
    kept("normal(shape, 0.0, 0.5, seed=2)", by_chance(0.5, np.inf, 3, N)),
    kept("truncated_normal(shape, 0.0, 0.5, seed=3)", by_chance(0.5 * TRUNCATED, 1.0, 2.37, N)),
    near("randint(shape, 0, 10, seed=4)", 4.5, np.sqrt(99 / 12), 1.8),
    near("gamma(shape, 4.0, seed=5)", 4.0, 2.0, 4.5),
    near("beta(shape, 2.0, 2.0, seed=6)", 0.5, np.sqrt(1 / 20), 15 / 7),
    near("binomial(shape, 10.0, 0.25, seed=7)", 2.5, np.sqrt(10 * 0.25 * 0.75), 3.0),
    near("categorical(np.log([[0.25, 0.75]]), 60_000, seed=8)", 0.75, np.sqrt(0.1875), 7 / 3),
    near("dropout(np.ones(shape), 0.25, seed=9)", 1.0, np.sqrt(0.25 / 0.75), 7 / 3),
    Formula("np.sort(ops.convert_to_numpy(random.shuffle(x, seed=10)), 0)",
            lambda x: np.sort(x, 0), {"": (np.arange(12.0),)}),
]  # fmt: skip
