# ruff: noqa: E501 - one line a value
"""Losses: from probabilities and from logits, on the edges of every clip and margin.

Without an activation and with identity weights a loss sees x itself: so x holds probabilities at
eps, below it, at 0 and at 1. With softmax or sigmoid the loss is fused, and x holds the logits.
"""

from typing import Any

import numpy as np

from parity_tests.harness.case import Case, binary, classes, given, normal, onehot, signs, uniform

EPS = 1e-7
EDGES = [
    [0.2, 0.3, 0.5],
    [0.0, 0.0, 1.0],
    [1.0, 0.0, 0.0],
    [EPS, 1 - EPS, 0.0],
    [EPS / 2, 0.5, 0.5],
    [2 * EPS, 0.4, 0.6],
    [0.9, 0.9, 0.9],
    [1.2, -0.1, 0.3],
]
LABELS = [0, 1, 0, 2, 0, 0, 1, 2]
ONEHOT = np.eye(3)[LABELS]
SOFT = [[0.1, 0.2, 0.7], [0.3, 0.3, 0.4]] * 4
LOGITS = [[0.0, 0.0, 0.0], [30.0, -30.0, 0.0], [200.0, 0.0, -200.0], [-1.0, 2.0, 0.5]]
WEIGHT8 = uniform(8, low=0.2, high=2.0)
SPARSE, CCE, BCE = (
    "sparse_categorical_crossentropy",
    "categorical_crossentropy",
    "binary_crossentropy",
)


def _on(x, y, loss, name, activation=None, **more):
    """A case whose last layer passes x on unchanged, but for the activation."""
    rows, k = np.shape(x)[0], np.shape(x)[-1]
    more.setdefault("sample_weight", uniform(rows, low=0.2, high=2.0))
    return Case(
        name,
        lambda keras: [keras.layers.Dense(k, activation, use_bias=False)],
        given(x),
        y if callable(y) else given(y),
        weights=[np.eye(k)],
        loss=loss,
        **more,
    )


def _net(name, units, activation, y, loss, after=lambda keras: [], **more):
    """A case whose last layer with weights follows a hidden one."""
    more.setdefault("sample_weight", WEIGHT8)
    return Case(
        name,
        lambda keras: [
            keras.layers.Dense(6, "tanh"),
            keras.layers.Dense(units, activation),
            *after(keras),
        ],
        normal(8, 5),
        y,
        loss=loss,
        **more,
    )


def _labels(dtype="int64", column=False):
    return given(np.array(LABELS)[:, None] if column else LABELS, dtype)


def _plain(name, loss, **more):
    """From a linear layer, in all the ways that a loss for numbers meets."""
    return [
        _net(f"{name}/net", 3, None, normal(8, 3), loss, **more),
        _net(f"{name}/labels of one axis", 1, None, normal(8), loss, **more),
        _net(f"{name}/labels broadcast", 3, None, normal(8, 1), loss, **more),
        _on(
            [[1.0, -1.0, 2.0], [0.0, 0.5, -3.0], [1e-7, 4.0, 1.0]],
            [[1.0, 1.0, 2.0], [0.0, -0.5, 1e-7], [0.0, -1.0, 0.0]],
            loss,
            f"{name}/at the bends",
            optimizer=SMALL_STEPS,
            **more,
        ),
    ]


def _embedded(name, y, loss, **more):
    """A case whose outputs are vectors of length 1."""
    return Case(
        name,
        lambda k: [k.layers.Dense(6, "tanh"), k.layers.Dense(3, lambda z: k.ops.normalize(z))],
        normal(8, 5),
        given(y, "int64"),
        loss=loss,
        **more,
    )


def _named(name, **arguments):
    """A loss object by the name of its class."""
    return lambda k: getattr(k.losses, name)(**arguments)


def SMALL_STEPS(keras):  # noqa: N802 - a value
    """For losses that count in percent, or that magnify."""
    return keras.optimizers.SGD(1e-3)


def SLOW(keras):  # noqa: N802 - a value
    """A very small learning rate: slopes of 1e9 then move the weights by little."""
    return keras.optimizers.SGD(1e-10)


SHORT = {SPARSE: "sparse", CCE: "categorical", BCE: "binary"}

BINARY_FOCAL: dict[str, dict[str, Any]] = {
    "net": {},
    "gamma 1.5": {"gamma": 1.5},
    "gamma 1": {"gamma": 1.0},
    "balanced": {"apply_class_balancing": True, "alpha": 0.4},
    "smooth": {"label_smoothing": 0.2},
    "sum": {"reduction": "sum"},
}
CATEGORICAL_FOCAL: dict[str, dict[str, Any]] = {
    "net": {},
    "gamma 1.5": {"gamma": 1.5},
    "gamma 1": {"gamma": 1.0},
    "one alpha a class": {"alpha": [0.1, 0.2, 0.3, 0.4]},
    "smooth": {"label_smoothing": 0.2},
    "sum": {"reduction": "sum"},
}
# Of sequences: what a function's own defaults say, and axes that are not the last.
SEQUENCES: dict[str, tuple[str | None, Any]] = {
    "binary_crossentropy": ("sigmoid", binary(6, 3, 4)),
    "binary_focal_crossentropy": ("sigmoid", binary(6, 3, 4)),
    "categorical_crossentropy": ("softmax", onehot((6, 3), 4)),
    "categorical_focal_crossentropy": ("softmax", onehot((6, 3), 4)),
    "categorical_hinge": ("tanh", onehot((6, 3), 4)),
    "cosine_similarity": (None, normal(6, 3, 4)),
    "hinge": ("tanh", signs(6, 3, 4)),
    "huber": (None, normal(6, 3, 4)),
    "kl_divergence": ("softmax", uniform(6, 3, 4)),
    "log_cosh": (None, normal(6, 3, 4)),
    "mean_absolute_error": (None, normal(6, 3, 4)),
    "mean_absolute_percentage_error": (None, uniform(6, 3, 4, low=0.5, high=2.0)),
    "mean_squared_error": (None, normal(6, 3, 4)),
    "mean_squared_logarithmic_error": ("softplus", uniform(6, 3, 4)),
    "poisson": ("softplus", uniform(6, 3, 4)),
    "sparse_categorical_crossentropy": ("softmax", lambda draw: draw.integers(0, 4, (6, 3))),
    "squared_hinge": ("tanh", signs(6, 3, 4)),
}


def _steps(draw):
    """One-hot along axis 1: for each of four columns, one step of three."""
    return np.swapaxes(onehot((6, 4), 3)(draw), 1, 2)


AXES: dict[str, tuple[str, Any, Any]] = {
    "BinaryCrossentropy": ("sigmoid", binary(6, 3, 4), 1),
    "BinaryFocalCrossentropy": ("sigmoid", binary(6, 3, 4), 1),
    "CategoricalCrossentropy": ("softplus", _steps, 1),
    "CategoricalFocalCrossentropy": ("sigmoid", _steps, 1),
    "CosineSimilarity": ("tanh", normal(6, 3, 4), 1),
    "Dice": ("sigmoid", binary(6, 3, 4), (1, 2)),
    "Tversky": ("sigmoid", binary(6, 3, 4), (1, 2)),
}


def _sequences(name, activation, y, loss, **more):
    return Case(
        name,
        lambda k: [k.layers.Dense(4, activation)],
        normal(6, 3, 5),
        y,
        loss=loss,
        optimizer=SMALL_STEPS,
        **more,
    )


CASES = [
    *(
        _sequences(f"{name}/function, of sequences", activation, y, lambda k, name=name: getattr(k.losses, name), sample_weight=uniform(6, 3, low=0.2, high=2.0))
        for name, (activation, y) in SEQUENCES.items()
    ),
    *(
        _sequences(f"{name}/axis {axis}, of sequences", activation, y, _named(name, axis=axis))
        for name, (activation, y, axis) in AXES.items()
    ),
    # From probabilities
    _on(EDGES, _labels(), SPARSE, "sparse/edges of probability"),
    _on(EDGES, _labels(column=True), SPARSE, "sparse/labels in a column"),
    _on(EDGES, _labels("float32"), SPARSE, "sparse/float labels"),
    _on(EDGES, _labels("uint8"), SPARSE, "sparse/uint8 labels"),
    _on(EDGES, given(np.array(LABELS) + 0.9), SPARSE, "sparse/fractions cut off"),
    _on(EDGES, ONEHOT, CCE, "categorical/edges of probability"),
    _on(EDGES, SOFT, CCE, "categorical/soft labels"),
    _on(EDGES, ONEHOT, BCE, "binary/edges of probability"),
    _on(EDGES, SOFT, BCE, "binary/soft labels"),
    _on(EDGES, ONEHOT, lambda k: k.losses.CategoricalCrossentropy(label_smoothing=0.1), "categorical/smooth"),
    _on(EDGES, ONEHOT, lambda k: k.losses.BinaryCrossentropy(label_smoothing=0.2), "binary/smooth"),
    _on(LOGITS, given([0, 1, 0, 2], "int64"), lambda k: k.losses.SparseCategoricalCrossentropy(from_logits=True), "sparse/logits"),
    _on(LOGITS, np.eye(3)[[0, 1, 0, 2]], lambda k: k.losses.CategoricalCrossentropy(from_logits=True), "categorical/logits"),
    _on(LOGITS, np.eye(3)[[0, 1, 0, 2]], lambda k: k.losses.BinaryCrossentropy(from_logits=True), "binary/logits"),
    _on(LOGITS, np.eye(3)[[0, 1, 0, 2]], lambda k: k.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.3), "categorical/logits, smooth"),
    _on(LOGITS, np.eye(3)[[0, 1, 0, 2]], lambda k: k.losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.3), "binary/logits, smooth"),
    _on(LOGITS, [[1.0, 1, 0], [0, 0, 0], [0, 0.5, 2], [1, 0, 0]], lambda k: k.losses.CategoricalCrossentropy(from_logits=True), "categorical/labels that do not sum to one", untrue="TensorFlow's kernel returns p - y, which takes sum y = 1 for granted"),
    # Fused with the activation before: never clipped
    _on(LOGITS, given([0, 1, 2, 2], "int64"), SPARSE, "sparse/fused, saturated", "softmax"),
    _on(LOGITS, np.eye(3)[[0, 1, 2, 2]], CCE, "categorical/fused, saturated", "softmax"),
    _on(LOGITS, np.eye(3)[[0, 1, 2, 2]], BCE, "binary/fused, saturated", "sigmoid"),
    _on(LOGITS, np.eye(3)[[0, 1, 2, 2]], lambda k: k.losses.CategoricalCrossentropy(label_smoothing=0.1), "categorical/fused, smooth", "softmax"),
    _on(LOGITS, np.eye(3)[[0, 1, 2, 2]], lambda k: k.losses.BinaryCrossentropy(label_smoothing=0.1), "binary/fused, smooth", "sigmoid"),
    _on(LOGITS, np.eye(3)[[0, 1, 2, 2]], BCE, "binary/softmax is not fused", "softmax"),
    _on(LOGITS, np.eye(3)[[0, 1, 2, 2]], CCE, "categorical/sigmoid is not fused", "sigmoid"),
    _on(LOGITS, given([0, 1, 2, 2], "int64"), SPARSE, "sparse/sigmoid is not fused", "sigmoid"),
    _on(LOGITS, np.eye(3)[[0, 1, 2, 2]], "mse", "mse/softmax", "softmax"),
    _net("sparse/net", 4, "softmax", classes(8, 4), SPARSE),
    _net("sparse/net, columns", 4, "softmax", classes(8, 4, column=True), SPARSE),
    _net("categorical/net", 4, "softmax", onehot(8, 4), CCE),
    _net("binary/net", 1, "sigmoid", binary(8, 1), BCE),
    _net("binary/labels without an axis", 1, "sigmoid", binary(8), BCE),
    _net("binary/three outputs", 3, "sigmoid", binary(8, 3), BCE),
    _net("mse/net", 3, None, normal(8, 3), "mse"),
    _net("mse/labels without an axis", 1, None, normal(8), "mse"),
    _net("mse/one output", 1, None, normal(8, 1), "mean_squared_error"),
    _net("mse/labels broadcast", 3, None, normal(8, 1), "mse"),
    _net("hinge/signs", 3, "tanh", signs(8, 3), "hinge"),
    _net("hinge/zeros and ones", 3, "tanh", binary(8, 3), "hinge"),
    _net("hinge/mixed", 3, "tanh", given([[0, 1, -1], [1, 1, 0], [-1, 0, 1], [0, 0, 0]] * 2), "hinge"),
    _net("hinge/one output", 1, "tanh", signs(8), "hinge"),
    _on([[1.0, -1.0, 2.0], [0.5, -3.0, 0.0], [-1.0, 1.0, 1.0]], [[1.0, -1, 1], [1, -1, 1], [1, 1, -1]], "hinge", "hinge/at the margin"),
    _on([[2.0, -3.0], [5.0, -1.5]], [[1.0, -1.0], [1.0, -1.0]], "hinge", "hinge/beyond the margin", silent=("loss", "gradient/", "weights/")),
    # Reductions, weights
    *(
        _net(f"{SHORT[loss]}/{reduction}", 4, "softmax" if loss != BCE else "sigmoid", classes(8, 4) if loss == SPARSE else onehot(8, 4),
             lambda k, loss=loss, reduction=reduction: getattr(k.losses, "".join(p.title() for p in loss.split("_")))(reduction=reduction))
        for loss in (SPARSE, CCE, BCE)
        for reduction in ("sum", "mean", "mean_with_sample_weight")
    ),
    _net("sparse/by the name crossentropy", 4, "softmax", classes(8, 4), "crossentropy"),
    _net("categorical/by the name crossentropy", 4, "softmax", onehot(8, 4), "crossentropy"),
    _net("binary/by the name crossentropy", 1, "sigmoid", binary(8, 1), "crossentropy"),
    _net("binary/short name", 1, "sigmoid", binary(8, 1), "bce"),
    _net("mse/sum", 3, None, normal(8, 3), lambda k: k.losses.MeanSquaredError(reduction="sum")),
    _net("mse/3-D", 3, None, normal(8, 3), lambda k: k.losses.MeanSquaredError(), sample_weight=None),
    _net("hinge/sum", 3, None, signs(8, 3), lambda k: k.losses.Hinge(reduction="sum")),
    _net("sparse/ignored class", 4, "softmax", given([0, 1, 255, 3, 255, 0, 1, 2], "int64"), lambda k: k.losses.SparseCategoricalCrossentropy(ignore_class=255)),
    _net("sparse/ignored class -1", 4, "softmax", given([0, 1, -1, 3, -1, 0, 1, 2], "int64"), lambda k: k.losses.SparseCategoricalCrossentropy(ignore_class=-1), sample_weight=None),
    _net("sparse/ignored class in a column", 4, "softmax", given([[0], [1], [255], [3], [255], [0], [1], [2]], "int64"), lambda k: k.losses.SparseCategoricalCrossentropy(ignore_class=255)),
    _net("sparse/loss weight", 4, "softmax", classes(8, 4), SPARSE, loss_weights=0.3),
    _net("mse/loss weight", 3, None, normal(8, 3), "mse", loss_weights=2.5),
    _net("sparse/weights (n, 1)", 4, "softmax", classes(8, 4), SPARSE, sample_weight=uniform(8, 1, low=0.2, high=2.0)),
    _net("binary/weights (n, 1)", 3, "sigmoid", binary(8, 3), BCE, sample_weight=uniform(8, 1, low=0.2, high=2.0)),
    _net("sparse/negative weights", 4, "softmax", classes(8, 4), SPARSE, sample_weight=normal(8)),
    _net("mse/user's own in ops", 3, None, normal(8, 3), lambda k: lambda y, p: k.ops.sum(k.ops.square(y - p), axis=-1) / 2),
    _net("sparse/3-D", 4, "softmax", classes(8, 4), SPARSE),
    _net("sparse/fused through a linear layer", 4, "softmax", classes(8, 4), lambda k: k.losses.SparseCategoricalCrossentropy(), after=lambda k: [k.layers.Activation("linear", activity_regularizer="l2")]),
    _net("binary/fused through dropout that drops nothing", 3, "sigmoid", binary(8, 3), BCE, after=lambda k: [k.layers.Dropout(0.0)]),
    _net("categorical/fused through dropout while predicting", 4, "softmax", onehot(8, 4), CCE, after=lambda k: [k.layers.Dropout(0.1)]),
    Case("sparse/sequences", lambda k: [k.layers.Dense(4, "softmax")], normal(6, 3, 5), lambda draw: draw.integers(0, 4, (6, 3)), loss=SPARSE),
    Case("categorical/sequences", lambda k: [k.layers.Dense(4, "softmax")], normal(6, 3, 5), lambda draw: np.eye(4, dtype="float32")[draw.integers(0, 4, (6, 3))], loss=CCE),
    Case("binary/sequences", lambda k: [k.layers.Dense(4, "sigmoid")], normal(6, 3, 5), binary(6, 3, 4), loss=BCE),
    Case("mse/sequences", lambda k: [k.layers.Dense(4, "sigmoid")], normal(6, 3, 5), normal(6, 3, 4), loss="mse"),
    # Regression
    *(case for name in ("mean_absolute_error", "huber", "log_cosh", "mean_squared_logarithmic_error") for case in _plain(name, name)),
    _net("mean_absolute_percentage_error/net", 3, None, uniform(8, 3, low=0.5, high=2.0), "mean_absolute_percentage_error", optimizer=SMALL_STEPS),
    _on([[0.5, 2.0, -1.0], [1.0, 0.25, 3.0]], [[0.0, 1e-8, -1.0], [2.0, 0.25, -0.5]], "mape", "mean_absolute_percentage_error/labels of nearly 0", optimizer=SLOW),
    _net("huber/delta 0.3", 3, None, normal(8, 3), _named("Huber", delta=0.3)),
    _on([[50.0, -50.0], [900.0, -900.0]], [[0.0, 0.0], [0.0, 0.0]], "log_cosh", "log_cosh/large errors", optimizer=SMALL_STEPS),
    *(_net(f"{short}/by its short name", 3, None, normal(8, 3), short) for short in ("mae", "msle")),
    _net("mape/by its short name", 3, None, uniform(8, 3, low=0.5, high=2.0), "MAPE", optimizer=SMALL_STEPS),
    _net("MeanAbsolutePercentageError/sum", 3, None, uniform(8, 3, low=0.5, high=2.0), _named("MeanAbsolutePercentageError", reduction="sum"), optimizer=SMALL_STEPS),
    *(_net(f"{name}/sum", 3, None, normal(8, 3), _named(name, reduction="sum")) for name in ("MeanAbsoluteError", "MeanSquaredLogarithmicError", "LogCosh", "Huber", "CosineSimilarity")),
    # Directions
    _net("cosine_similarity/net", 3, None, normal(8, 3), "cosine_similarity"),
    _net("cosine_similarity/over the batch", 3, None, normal(8, 3), _named("CosineSimilarity", axis=0), sample_weight=None),
    _on([[0.0, 0.0, 0.0], [1e-8, 0.0, 0.0], [3.0, 4.0, 0.0]], [[1.0, 2.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 0.0]], "cosine_similarity", "cosine_similarity/short vectors"),
    # Margins
    _net("squared_hinge/signs", 3, "tanh", signs(8, 3), "squared_hinge"),
    _net("squared_hinge/zeros and ones", 3, "tanh", binary(8, 3), _named("SquaredHinge")),
    _on([[1.0, -1.0, 2.0], [0.5, -3.0, 0.0], [-1.0, 1.0, 1.0]], [[1.0, -1, 1], [1, -1, 1], [1, 1, -1]], "squared_hinge", "squared_hinge/at the margin"),
    _net("categorical_hinge/net", 4, "tanh", onehot(8, 4), "categorical_hinge"),
    _net("categorical_hinge/object", 4, None, onehot(8, 4), _named("CategoricalHinge", reduction="sum")),
    _on([[-3.0, -1.0, -2.0], [0.5, 3.0, 1.0], [2.0, 0.5, 0.25]], [[0.0, 1, 0], [0, 1, 0], [0, 0, 1]], "categorical_hinge", "categorical_hinge/right and wrong"),
    # Distributions
    _net("kl_divergence/net", 4, "softmax", onehot(8, 4), "kl_divergence"),
    _net("kl_divergence/object", 4, "softmax", uniform(8, 4), _named("KLDivergence", reduction="sum")),
    _on(EDGES, SOFT, "kld", "kl_divergence/edges of probability", optimizer=SLOW),
    _on([[0.5, 2.0, 0.25], [1.5, 0.75, 0.125]], [[0.5, 2.0, 0.0], [1.5, 0.0, 1.0]], "kl_divergence", "kl_divergence/beyond the clip"),
    _net("poisson/net", 3, "softplus", uniform(8, 3, high=4.0), "poisson"),
    _net("poisson/object", 3, "exponential", uniform(8, 3, high=4.0), _named("Poisson", reduction="sum")),
    _on([[0.0, 1.0, 2.0], [1e-7, 0.5, 3.0]], [[0.0, 1.0, 2.0], [0.0, 3.0, 1.0]], "poisson", "poisson/a rate of 0"),
    # Focal
    *(
        _net(f"binary_focal_crossentropy/{label}", 3, "sigmoid", binary(8, 3), _named("BinaryFocalCrossentropy", **arguments))
        for label, arguments in BINARY_FOCAL.items()
    ),
    _net("binary_focal_crossentropy/by name", 3, "sigmoid", binary(8, 3), "binary_focal_crossentropy"),
    _on(EDGES[:7], ONEHOT[:7], "binary_focal_crossentropy", "binary_focal_crossentropy/edges of probability", optimizer=SLOW),
    _on(LOGITS, np.eye(3)[[0, 1, 2, 2]], "binary_focal_crossentropy", "binary_focal_crossentropy/fused, saturated", "sigmoid", optimizer=SMALL_STEPS),
    _on(LOGITS, np.eye(3)[[0, 1, 0, 2]], _named("BinaryFocalCrossentropy", from_logits=True, gamma=3.0), "binary_focal_crossentropy/logits"),
    *(
        _net(f"categorical_focal_crossentropy/{label}", 4, "softmax", onehot(8, 4), _named("CategoricalFocalCrossentropy", **arguments))
        for label, arguments in CATEGORICAL_FOCAL.items()
    ),
    _net("categorical_focal_crossentropy/by name", 4, "softmax", onehot(8, 4), "categorical_focal_crossentropy"),
    _on(EDGES, ONEHOT, "categorical_focal_crossentropy", "categorical_focal_crossentropy/edges of probability", optimizer=SLOW),
    _on(LOGITS, np.eye(3)[[0, 1, 0, 2]], _named("CategoricalFocalCrossentropy", from_logits=True), "categorical_focal_crossentropy/logits"),
    _net("categorical_generalized_cross_entropy/net", 4, "softmax", classes(8, 4), _named("CategoricalGeneralizedCrossEntropy")),
    _net("categorical_generalized_cross_entropy/q 0.9", 4, "softmax", given(np.array(LABELS) + 0.9), _named("CategoricalGeneralizedCrossEntropy", q=0.9, reduction="sum")),
    # Regions
    *(
        _net(f"{name}/{label}", 3, "sigmoid", binary(8, 3), _named(name.title(), **arguments), sample_weight=weight)
        for name in ("dice", "tversky")
        for label, arguments, weight in (("net", {}, None), ("one a sample", {"axis": -1}, WEIGHT8), ("one a channel", {"axis": 0}, None), ("a list of axes", {"axis": [0, 1]}, None), ("weights of one value", {}, WEIGHT8), ("sum", {"axis": -1, "reduction": "sum"}, WEIGHT8))
    ),
    _net("dice/by name", 3, "sigmoid", binary(8, 3), "dice"),
    _net("tversky/by name", 3, "sigmoid", binary(8, 3), "tversky"),
    _net("tversky/alpha and beta", 3, "sigmoid", binary(8, 3), _named("Tversky", alpha=0.3, beta=0.9)),
    _net("tversky/labels of another rank", 8, "sigmoid", binary(8), "tversky", sample_weight=None),
    _net("dice/labels of another rank", 8, "sigmoid", uniform(8, high=0.2), "dice", sample_weight=None),
    # Softmax as a layer of its own
    *(
        _net(f"{SHORT[loss]}/fused through a softmax layer", 4, None, y, loss, after=lambda k: [k.layers.Softmax()])
        for loss, y in ((SPARSE, classes(8, 4)), (CCE, onehot(8, 4)), (BCE, binary(8, 4)))
    ),
    _net("categorical/softmax over two axes is not fused", 4, None, onehot(8, 4), CCE, after=lambda k: [k.layers.Softmax(axis=[0, 1])]),
    Case("categorical/fused, softmax over another axis", lambda k: [k.layers.Dense(4, use_bias=False), k.layers.Softmax(axis=1)], normal(6, 3, 5), given(np.eye(4)[np.arange(18).reshape(6, 3) % 4]), loss=CCE),
    Case("categorical/masked softmax is not fused", lambda k: [k.layers.Masking(), k.layers.Dense(3, use_bias=False), k.layers.Softmax()], given([[20.0, 0, -20.0], [1.0, 2.0, 3.0], [0.0, 1.0, 0.5]]), given([[0.0, 1, 0], [1, 0, 0], [0, 0, 1]]), loss=CCE),
    # Embeddings
    _embedded("circle/net", LABELS, _named("Circle", gamma=4.0), sample_weight=WEIGHT8),
    _embedded("circle/defaults", LABELS, "circle", optimizer=SMALL_STEPS),
    _embedded("circle/pairs with itself", LABELS, _named("Circle", gamma=2.0, margin=0.1, remove_diagonal=False, reduction="sum")),
    _embedded("circle/a class of one", [0, 0, 0, 0, 0, 0, 0, 1], _named("Circle", gamma=4.0), optimizer=SMALL_STEPS),
    # More reductions
    _net("mse/mean_with_sample_weight, weights (n, 1)", 3, None, normal(8, 3), _named("MeanSquaredError", reduction="mean_with_sample_weight"), sample_weight=uniform(8, 1, low=0.2, high=2.0)),
    Case("mse/sequences, weights (n, 1)", lambda k: [k.layers.Dense(4, "sigmoid")], normal(6, 3, 5), normal(6, 3, 4), uniform(6, 1, low=0.2, high=2.0), loss="mse"),
    Case("mse/sequences, mean_with_sample_weight", lambda k: [k.layers.Dense(4, "sigmoid")], normal(6, 3, 5), normal(6, 3, 4), uniform(6, 1, low=0.2, high=2.0), loss=_named("MeanSquaredError", reduction="mean_with_sample_weight")),
]  # fmt: skip
