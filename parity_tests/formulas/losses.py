"""Losses, as their docstrings define them. A class takes the mean of its function over the batch.

Probabilities are not clipped in a formula unless the documentation says so: log 0 is -inf.
"""

import inspect

import numpy as np

from parity_tests.formulas.formula import Formula

rng = np.random.default_rng(1)
EPSILON = 2.0**-23  # asking.EPSILON
LOG_OF_2 = np.log(np.longdouble(2))

# Inputs ------------------------------------------------------------------------------------------

y, p = rng.normal(size=(2, 4, 3))
REGRESSION = {
    "drawn": (y, p),
    "perfect": (y, y),
    "constant targets": (np.full_like(y, 2.5), p),
    "zeros": (0 * y, 0 * p),
    "far from zero": (1e4 + y, 1e4 + p),
    "tiny": (1e-20 * y, 1e-20 * p),
    "huge": (1e20 * y, 1e20 * p),
    "one row": (y[:1], p[:1]),
    "one column": (y[:, :1], p[:, :1]),
    "rank 1": (y[0], p[0]),
    "rank 3": (y.reshape(2, 2, 3), p.reshape(2, 2, 3)),
    "NaN": (y, np.where(p == p[1, 1], np.nan, p)),
    "an infinity": (y, np.where(p == p[1, 1], np.inf, p)),
    "small errors": (y, y + 2.0**-30),
}
NO_ROW = {"no row": (y[:0], p[:0])}
POSITIVE = {
    "drawn": (np.abs(y), np.abs(p)),
    "perfect": (np.abs(y), np.abs(y)),
    "far from zero": (1e4 + y, 1e4 + p),
    "zeros": (0 * y, 0 * p),
    "tiny": (1e-20 * np.abs(y), 1e-20 * np.abs(p)),
    "huge": (1e20 * np.abs(y), 1e20 * np.abs(p)),
    "negative": (y, p),
    "rank 1": (np.abs(y[0]), np.abs(p[0])),
    "NaN": (np.abs(y), np.where(p == p[1, 1], np.nan, np.abs(p))),
}
SIGNS = np.where(y > 0, 1.0, -1.0)
MARGINS = {
    "drawn": (SIGNS, p),
    "labels 0 and 1": ((SIGNS + 1) / 2, p),
    "at the margin": (SIGNS, SIGNS),
    "beyond it": (SIGNS, 3 * SIGNS),
    "one class": (np.ones_like(y), p),
    "tiny": (SIGNS, 1e-20 * p),
    "huge": (SIGNS, 1e20 * p),
    "rank 1": (SIGNS[0], p[0]),
    "rank 3": (SIGNS.reshape(2, 2, 3), p.reshape(2, 2, 3)),
    "NaN": (SIGNS, np.where(p == p[1, 1], np.nan, p)),
}
truth = np.where(y > 0, 1.0, 0.0)
chance = rng.uniform(0.05, 0.95, (4, 3))
BINARY = {
    "drawn": (truth, chance),
    "soft labels": (chance[::-1].copy(), chance),
    "one class": (np.ones_like(truth), chance),
    "perfect": (truth, truth),
    "all wrong": (truth, 1 - truth),
    "one row": (truth[:1], chance[:1]),
    "one column": (truth[:, :1], chance[:, :1]),
    "rank 1": (truth[0], chance[0]),
    "rank 3": (truth.reshape(2, 2, 3), chance.reshape(2, 2, 3)),
    "NaN": (truth, np.where(p == p[1, 1], np.nan, chance)),
    "nearly certain": (truth, np.where(truth == 1, 1 - 2.0**-20, 2.0**-20)),
    "more certain than epsilon": (1 - truth, np.where(truth == 1, 1 - 2.0**-30, 2.0**-30)),
}
LOGITS = {
    "drawn": (truth, 3 * p),
    "zeros": (truth, 0 * p),
    "sure": (truth, 40 * p),
    "very sure": (truth, 1e4 * p),
    "huge": (truth, 1e20 * p),
    "tiny": (truth, 1e-20 * p),
    "rank 1": (truth[0], p[0]),
    "rank 3": (truth.reshape(2, 2, 3), p.reshape(2, 2, 3)),
    "NaN": (truth, np.where(p == p[1, 1], np.nan, p)),
    "an infinity": (np.ones_like(truth), np.where(p == p[1, 1], np.inf, p)),
}
OF_TWO = {label: pair for label, pair in BINARY.items() if label != "soft labels"}
numbers = np.array([0, 2, 1, 2])
one_hot = np.eye(3)[numbers]
shares = chance / chance.sum(-1, keepdims=True)
CLASSES = {
    "drawn": (one_hot, shares),
    "soft labels": (shares[::-1].copy(), shares),
    "do not sum to 1": (one_hot, chance),
    "labels do not sum to 1": (2 * one_hot, shares),
    "no class": (0 * one_hot, shares),
    "perfect": (one_hot, one_hot),
    "all wrong": (one_hot, np.roll(one_hot, 1, -1)),
    "one row": (one_hot[:1], shares[:1]),
    "one class": (np.ones((4, 1)), np.ones((4, 1))),
    "rank 1": (one_hot[0], shares[0]),
    "rank 3": (one_hot.reshape(2, 2, 3), shares.reshape(2, 2, 3)),
    "zeros": (one_hot, 0 * shares),
}
CLASS_LOGITS = {
    label: (one_hot.reshape(np.shape(logits)) if np.size(logits) > 3 else one_hot[0], logits)
    for label, (_, logits) in LOGITS.items()
    if label != "an infinity"
}
CLASS_SCORES = CLASS_LOGITS | {"one class": (np.ones((4, 1)), y[:, :1])}
SPARSE = {
    "drawn": (numbers, shares),
    "labels in a column": (numbers[:, None], shares),
    "labels as floats": (numbers.astype(float), shares),
    "do not sum to 1": (numbers, chance),
    "perfect": (numbers, one_hot),
    "all wrong": (numbers, np.roll(one_hot, 1, -1)),
    "one row": (numbers[:1], shares[:1]),
    "one class": (np.zeros(4, int), np.ones((4, 1))),
    "rank 3": (numbers.reshape(2, 2), shares.reshape(2, 2, 3)),
}
SPARSE_LOGITS = {
    "drawn": (numbers, 3 * p),
    "very sure": (numbers, 1e4 * p),
    "huge": (numbers, 1e20 * p),
    "tiny": (numbers, 1e-20 * p),
    "rank 3": (numbers.reshape(2, 2), p.reshape(2, 2, 3)),
    "NaN": (numbers, np.where(p == p[1, 1], np.nan, p)),
}
NO_SUCH_CLASS = {
    "a label too large": (np.array([0, 3, 1, 2]), shares),
    "a negative label": (np.array([0, -1, 1, 2]), shares),
}
REGIONS = {
    "drawn": (truth, chance),
    "perfect": (truth, truth),
    "all wrong": (truth, 1 - truth),
    "nothing there": (0 * truth, chance),
    "nothing found": (truth, 0 * chance),
    "neither": (0 * truth, 0 * chance),
    "tiny": (1e-20 * truth, 1e-20 * chance),
    "one row": (truth[:1], chance[:1]),
    "rank 1": (truth[0], chance[0]),
    "rank 3": (truth.reshape(2, 2, 3), chance.reshape(2, 2, 3)),
}
VECTORS = {
    "drawn": (y, p),
    "perfect": (y, y),
    "opposite": (y, -y),
    "zero vectors": (y, np.vstack([0 * p[:1], p[1:]])),
    "far from zero": (1e4 + y, 1e4 + p),
    "tiny": (1e-20 * y, 1e-20 * p),
    "huge": (1e20 * y, 1e20 * p),
    "one column": (y[:, :1], p[:, :1]),
    "rank 1": (y[0], p[0]),
    "rank 3": (y.reshape(2, 2, 3), p.reshape(2, 2, 3)),
}
units = p / np.linalg.norm(p, axis=-1, keepdims=True)
EMBEDDINGS = {
    "drawn": (np.array([0, 0, 1, 1]), units),
    "all of one class": (np.zeros(4, int), units),
    "each of its own class": (np.arange(4), units),
    "one alone": (np.array([0, 0, 0, 1]), units),
}


# Formulas ----------------------------------------------------------------------------------------


def over_batch(function):
    """The loss of a class: `sum_over_batch_size`, the mean of its function's values."""
    second = list(inspect.signature(function).parameters)[1]
    mean = lambda *given: np.mean(function(*given)) if given[0].size else 0.0  # noqa: E731
    return {"p": lambda y, p: mean(y, p), "z": lambda y, z: mean(y, z)}[second]


def mse(y, p):
    return np.mean((y - p) ** 2, axis=-1)


def mae(y, p):
    return np.mean(np.abs(y - p), axis=-1)


def mape(y, p):
    """100 mean |(y - p) / max(|y|, epsilon)|: division by zero is prevented."""
    return 100 * np.mean(np.abs((y - p) / np.maximum(np.abs(y), EPSILON)), axis=-1)


def msle(y, p):
    """Negative values and 0 are replaced with epsilon."""
    y, p = (np.where(v <= 0, EPSILON, v) for v in (y, p))
    return np.mean((np.log(y + 1) - np.log(p + 1)) ** 2, axis=-1)


def log_cosh(y, p):
    x = np.abs(p - y)  # log cosh x = |x| + log(1 + e^-2|x|) - log 2, which does not overflow
    small = np.log1p(2 * np.sinh(np.minimum(x, 1) / 2) ** 2)  # cosh x = 1 + 2 sinh^2(x/2)
    return np.mean(np.where(x < 1, small, x + np.log1p(np.exp(-2 * x)) - LOG_OF_2), -1)


def huber(y, p, delta=1.0):
    x = np.abs(y - p)
    return np.mean(np.where(x <= delta, 0.5 * x**2, delta * x - 0.5 * delta**2), axis=-1)


def poisson(y, p):
    """y_pred - y_true log(y_pred), the mean over the last axis."""
    return np.mean(p - y * np.log(p), axis=-1)


def kl(y, p):
    """Sum of y log(y / p), both clipped to [epsilon, 1] as in the example."""
    y, p = np.clip(y, EPSILON, 1), np.clip(p, EPSILON, 1)
    return np.sum(y * np.log(y / p), axis=-1)


def signed(y):
    """Labels 0 and 1 are converted to -1 and 1."""
    return 2 * y - 1 if np.all((y == 0) | (y == 1)) else y


def hinge(y, p):
    return np.mean(np.maximum(1 - signed(y) * p, 0), axis=-1)


def squared_hinge(y, p):
    return np.mean(np.maximum(1 - signed(y) * p, 0) ** 2, axis=-1)


def categorical_hinge(y, p):
    neg, pos = np.max((1 - y) * p, axis=-1), np.sum(y * p, axis=-1)
    return np.maximum(neg - pos + 1, 0)


def times_log(y, p):
    """y log p, where 0 log 0 is 0."""
    return np.where(y == 0, 0 * p, y * np.log(np.where((y == 0) & (p == 0), 1, p)))


def binary(y, p, smoothing=0.0):
    """Cross-entropy of two classes; smoothing squeezes the labels towards 0.5."""
    y = y * (1 - smoothing) + 0.5 * smoothing
    return -np.mean(times_log(y, p) + times_log(1 - y, 1 - p), axis=-1)


def binary_logits(y, z):
    """The same of sigmoid(z): -y log s(z) - (1 - y) log s(-z) = log(1 + e^z) - y z."""
    of_one, of_zero = np.logaddexp(0, -z), np.logaddexp(0, z)
    return np.mean(
        np.where(y == 1, of_one, np.where(y == 0, of_zero, y * of_one + (1 - y) * of_zero)), -1
    )


def focal(y, p, gamma=2.0, alpha=None):
    """Focal factor (1 - p)^gamma for class 1, p^gamma for class 0; weights alpha, 1 - alpha."""
    weight = 1.0 if alpha is None else np.where(y == 1, alpha, 1 - alpha)
    of_the_class = np.where(y == 1, p, 1 - p)
    return np.mean(-weight * (1 - of_the_class) ** gamma * np.log(of_the_class), axis=-1)


def focal_logits(y, z):
    t = np.where(y == 1, z, -z)
    return np.mean(np.exp(-2 * np.logaddexp(0, t)) * np.logaddexp(0, -t), axis=-1)


def categorical(y, p, smoothing=0.0, axis=-1):
    """- sum y log p; smoothed labels are (1 - s) y + s / classes."""
    y = y * (1 - smoothing) + smoothing / y.shape[axis]
    return -np.sum(times_log(y, p), axis=axis)


def log_softmax(z):
    z = z - np.max(z, axis=-1, keepdims=True)
    return z - np.log(np.sum(np.exp(z), axis=-1, keepdims=True))


def categorical_logits(y, z):
    return -np.sum(np.where(y == 0, 0 * z, y * log_softmax(z)), axis=-1)


def categorical_focal(y, p, alpha=0.25, gamma=2.0, axis=-1):
    """alpha (1 - p)^gamma times the cross-entropy of each class."""
    return -np.sum(alpha * (1 - p) ** gamma * times_log(y, p), axis=axis)


def of_numbers(y, p):
    """- log p[y]; labels may stand in a column. A label that no class has has no answer."""
    y = y.astype(int).reshape(p.shape[:-1])
    if np.any((y < 0) | (y >= p.shape[-1])):
        raise ValueError("no such class")
    return -np.log(np.take_along_axis(p, y[..., None], -1)[..., 0])


def of_numbers_logits(y, z):
    y = y.astype(int).reshape(z.shape[:-1])
    return -np.take_along_axis(log_softmax(z), y[..., None], -1)[..., 0]


def ignoring(y, p):
    """Class 2 is not considered: its samples cost nothing."""
    return np.where(y.reshape(p.shape[:-1]) == 2, 0, of_numbers(y, p))


def generalized(y, p, q=0.5):
    """(1 - p^q) / q, p the probability of the true class."""
    return (1 - np.exp(-of_numbers(y, p)) ** q) / q


def cosine(y, p, axis=-1):
    """- sum of l2_norm(y) l2_norm(p); 0 where either is a zero vector."""
    lengths = [np.sqrt(np.sum(v**2, axis=axis, keepdims=True)) for v in (y, p)]
    y, p = (v / np.where(n == 0, 1, n) for v, n in zip((y, p), lengths, strict=True))
    return -np.sum(y * p, axis=axis)


def dice(y, p, axis=None):
    """1 - 2 sum(y p) / (sum y + sum p)."""
    return 1 - 2 * np.sum(y * p, axis=axis) / (np.sum(y, axis=axis) + np.sum(p, axis=axis))


def tversky(y, p, alpha=0.5, beta=0.5, axis=None):
    """1 - S, S = |PG| / (|PG| + alpha |P - G| + beta |G - P|) (Salehi et al., 2017)."""
    both, false_positives, false_negatives = (
        np.sum(v, axis=axis) for v in (y * p, (1 - y) * p, y * (1 - p))
    )
    return 1 - both / (both + alpha * false_positives + beta * false_negatives)


def circle(y, p, gamma=80.0, margin=0.25):
    """log(1 + sum_n e^(gamma a_n (s_n - D_n)) sum_p e^(-gamma a_p (s_p - D_p)))  (Sun et al., 2020)

    a_p = max(O_p - s_p, 0), a_n = max(s_n - O_n, 0), O_p = 1 + m, O_n = -m, D_p = 1 - m, D_n = m.
    """
    similar = p @ p.T
    same = y[:, None] == y
    losses = []
    for i, row in enumerate(similar):
        others = np.arange(len(y)) != i
        sp, sn = row[same[i] & others], row[~same[i]]
        ap, an = np.maximum(1 + margin - sp, 0), np.maximum(sn + margin, 0)
        positive = np.sum(np.exp(-gamma * ap * (sp - (1 - margin))))
        negative = np.sum(np.exp(gamma * an * (sn - margin)))
        losses.append(np.log1p(positive * negative))
    return np.array(losses)


# Where the answer is another one ------------------------------------------------------------------

CLIPPED = "crossentropy_is_clipped"
CERTAIN = dict.fromkeys(("perfect", "all wrong", "more certain than epsilon"), CLIPPED)
NO_DISTRIBUTION = "the documentation takes for granted that predictions are a distribution"
OF_CLASSES = {
    "perfect": CLIPPED, "all wrong": CLIPPED, "one class": CLIPPED,
    "do not sum to 1": NO_DISTRIBUTION, "zeros": NO_DISTRIBUTION,
}  # fmt: skip
OF_NUMBERS = {key: why for key, why in OF_CLASSES.items() if key not in ("zeros", "one class")}
LOG_2 = dict.fromkeys(set(REGRESSION) - {"huge", "an infinity"}, "float64_constants")
WITH_EPSILON = dict.fromkeys(
    ("drawn", "perfect", "far from zero", "zeros", "tiny", "rank 1", "NaN"), "poisson_epsilon"
)
SMALL = {"tiny": "cosine_of_small_vectors"}
OVERLAP = dict.fromkeys(
    ("drawn", "perfect", "neither", "one row", "rank 1", "rank 3"), "dice_of_nothing"
)
MISTAKES = {label: why for label, why in CERTAIN.items() if label != "perfect"}
NO_CLASS = "generalized_no_class"
NO_ROW_IS_NO_NUMBER = {"no row": "loss_of_no_rows"}


def loss(name, function, inputs, options="", more=None, parts=None, through=None):
    """The rows of a function and of its class, of which the first gives each sample's value."""
    of_class = "".join(part.capitalize() for part in name.split("_"))
    of_class = {"KlDivergence": "KLDivergence",
                "CategoricalGeneralizedCrossEntropy": "CategoricalGeneralizedCrossEntropy"}.get(
        of_class, of_class)  # fmt: skip
    given = ", ".join(list(inspect.signature(function).parameters)[:2])
    arguments = f", {options}" if options else ""
    parts = parts or {}
    return [
        Formula(f"losses.{name}({given}{arguments})", function, inputs, parts, through=through),
        Formula(
            f"losses.{of_class}({options})({given})",
            over_batch(function),
            inputs | (more or {}),
            {label: why for label, why in parts.items() if label != "NaN"}
            | (NO_ROW_IS_NO_NUMBER if more else {}),  # a mean with a NaN is NaN for both
            through=through,
        ),
    ]


ACROSS = {
    "drawn": (np.moveaxis(np.stack([one_hot, one_hot[::-1]]), -1, 1),
              np.moveaxis(np.stack([shares, shares[::-1]]), -1, 1)),
}  # fmt: skip
ACROSS_NUMBERS = {"drawn": (np.stack([numbers, numbers[::-1]]), ACROSS["drawn"][1])}
ALONG_1 = {"drawn": (truth, chance)}

weights = np.array([0.5, 2.0, 0.0, 1.25])
WEIGHED = {
    "drawn": (y, p, weights),
    "weights of zero": (y, p, 0 * weights),
    "negative weights": (y, p, -weights),
    "weights in a column": (y, p, weights[:, None]),
    "NaN without weight": (y, np.where(np.arange(4)[:, None] == 2, np.nan, p), weights),
    "huge weights": (y, p, 1e20 * weights),
}


def weighed(y, p, w):
    """Each sample's loss times its weight."""
    return w.reshape(-1) * mse(y, p)


REDUCED = {
    "mean_with_sample_weight": {"weights of zero": "0 / 0: the mean of nothing is 0"},
    "none": {"weights in a column": "losses take the shape of their weights"},
}
REDUCTIONS = {
    "sum": lambda y, p, w: np.sum(weighed(y, p, w)),
    "sum_over_batch_size": lambda y, p, w: np.mean(weighed(y, p, w)),
    "mean": lambda y, p, w: np.mean(weighed(y, p, w)),
    "mean_with_sample_weight": lambda y, p, w: np.sum(weighed(y, p, w)) / np.sum(w),
    "none": weighed,
}

FORMULAS = [
    *(Formula(f"losses.MeanSquaredError({reduction!r})(y, p, w)", says, WEIGHED,
              REDUCED.get(reduction, {}))
      for reduction, says in REDUCTIONS.items()),
    Formula("losses.categorical_crossentropy(y, p, axis=1)", lambda y, p: categorical(y, p, 0, 1),
            ACROSS),
    Formula("losses.categorical_crossentropy(y, p, label_smoothing=0.25, axis=1)",
            lambda y, p: categorical(y, p, 0.25, 1), ACROSS,
            {"drawn": "label_smoothing_across"}),
    Formula("losses.categorical_focal_crossentropy(y, p, axis=1)",
            lambda y, p: categorical_focal(y, p, axis=1), ACROSS),
    Formula("losses.sparse_categorical_crossentropy(y, p, axis=1)",
            lambda y, p: of_numbers(y, np.moveaxis(p, 1, -1)), ACROSS_NUMBERS,
            {"drawn": "sparse_axis"}),
    Formula("losses.binary_crossentropy(y, p, axis=0)", lambda y, p: binary(y.T, p.T), ALONG_1),
    Formula("losses.binary_focal_crossentropy(y, p, axis=0)", lambda y, p: focal(y.T, p.T),
            ALONG_1),
    Formula("losses.tversky(y, p, axis=(0,))", lambda y, p: tversky(y, p, axis=0), ALONG_1,
            {"drawn": "dice_of_nothing"}),
    *loss("mean_squared_error", mse, REGRESSION, more=NO_ROW),
    *loss("mean_absolute_error", mae, REGRESSION, more=NO_ROW),
    *loss("mean_absolute_percentage_error", mape, REGRESSION, more=NO_ROW),
    *loss("mean_squared_logarithmic_error", msle, POSITIVE, through=lambda y, p: np.log1p(p)),
    Formula("losses.log_cosh(y, p)", log_cosh, REGRESSION,
            LOG_2 | {"an infinity": "float64_constants"}),
    Formula("losses.LogCosh()(y, p)", over_batch(log_cosh), REGRESSION | NO_ROW,
            {label: why for label, why in LOG_2.items() if label != "NaN"} | NO_ROW_IS_NO_NUMBER),
    *loss("huber", huber, REGRESSION, more=NO_ROW),
    *loss("huber", lambda y, p: huber(y, p, 0.25), REGRESSION, "delta=0.25"),
    *loss("poisson", poisson, POSITIVE, parts=WITH_EPSILON),
    *loss("kl_divergence", kl, CLASSES),
    *loss("hinge", hinge, MARGINS),
    *loss("squared_hinge", squared_hinge, MARGINS),
    *loss("categorical_hinge", categorical_hinge, CLASS_SCORES),
    *loss("binary_crossentropy", binary, BINARY, parts=CERTAIN),
    *loss("binary_crossentropy", lambda y, p: binary(y, p, 0.25), BINARY, "label_smoothing=0.25",
          parts=CERTAIN),
    *loss("binary_crossentropy", binary_logits, LOGITS, "from_logits=True",
          parts={"an infinity": "infinite_logits"}),
    *loss("binary_focal_crossentropy", focal, OF_TWO, parts=MISTAKES),
    *loss("binary_focal_crossentropy", lambda y, p: focal(y, p, 3.0, 0.25), OF_TWO,
          "gamma=3.0, apply_class_balancing=True", parts=MISTAKES),
    *loss("binary_focal_crossentropy", focal_logits, LOGITS, "from_logits=True",
          parts={"an infinity": "infinite_logits"}),
    *loss("categorical_crossentropy", categorical, CLASSES, parts=OF_CLASSES),
    *loss("categorical_crossentropy", lambda y, p: categorical(y, p, 0.25), CLASSES,
          "label_smoothing=0.25", parts=OF_CLASSES),
    *loss("categorical_crossentropy", categorical_logits, CLASS_LOGITS, "from_logits=True"),
    *loss("categorical_focal_crossentropy", categorical_focal, CLASSES, parts=OF_CLASSES),
    *loss("sparse_categorical_crossentropy", of_numbers, SPARSE | NO_SUCH_CLASS, parts=OF_NUMBERS),
    *loss("sparse_categorical_crossentropy", of_numbers_logits, SPARSE_LOGITS, "from_logits=True"),
    Formula("losses.sparse_categorical_crossentropy(y, p, ignore_class=2)", ignoring, SPARSE,
            OF_NUMBERS),
    Formula("losses.SparseCategoricalCrossentropy(ignore_class=2)(y, p)",
            lambda y, p: np.sum(ignoring(y, p)) / np.sum(y != 2), SPARSE, OF_NUMBERS),
    *loss("categorical_generalized_cross_entropy", generalized, SPARSE | NO_SUCH_CLASS, "q=0.5",
          parts={"labels in a column": "generalized_column", "a label too large": NO_CLASS,
                 "a negative label": NO_CLASS}),
    *loss("cosine_similarity", cosine, VECTORS, parts=SMALL),
    Formula("losses.cosine_similarity(y, p, axis=0)", lambda y, p: cosine(y, p, 0), VECTORS, SMALL),
    *loss("dice", dice, REGIONS, parts=OVERLAP),
    Formula("losses.dice(y, p, axis=(0,))", lambda y, p: dice(y, p, 0), REGIONS, OVERLAP),
    *loss("tversky", tversky, REGIONS, parts=OVERLAP),
    *loss("tversky", lambda y, p: tversky(y, p, 0.25, 0.75), REGIONS, "alpha=0.25, beta=0.75",
          parts=dict.fromkeys(OVERLAP, "tversky_alpha") | {"neither": "dice_of_nothing"}),
    Formula("losses.circle(y, p, gamma=8.0, margin=0.25)", lambda y, p: circle(y, p, 8.0),
            EMBEDDINGS),
    Formula("losses.Circle(gamma=8.0, margin=0.25)(y, p)",
            lambda y, p: np.mean(circle(y, p, 8.0)), EMBEDDINGS,
            {"one alone": "circle_of_one_alone"}),
]  # fmt: skip
