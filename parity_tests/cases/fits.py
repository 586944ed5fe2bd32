# ruff: noqa: E501 - one line a value
"""Calls of fit: every option, few steps, own weights, order and masks from one seed."""

from parity_tests.harness.case import Case, binary, classes, normal, onehot, uniform

SPARSE = "sparse_categorical_crossentropy"


def _dense(keras, units, activation, **options):
    """A layer whose bias is drawn too: zeros would prove nothing."""
    return keras.layers.Dense(units, activation, bias_initializer="random_uniform", **options)


def _fit(name, fit, **more):
    """Twenty rows, five inputs, four classes."""
    settings = {
        "y": classes(20, 4),
        "loss": SPARSE,
        "optimizer": lambda k: k.optimizers.SGD(0.1),
        "metrics": lambda k: ["accuracy"],
        **more,
    }
    return Case(
        f"fit/{name}",
        settings.pop("layers", lambda k: [_dense(k, 6, "relu"), _dense(k, 4, "softmax")]),
        normal(20, 5),
        settings.pop("y"),
        fit=fit,
        **settings,
    )


WEIGHT = uniform(20, low=0.2, high=2.0)

CASES = [
    _fit("plain", lambda x, y, w: {"epochs": 3, "batch_size": 6}),
    _fit("default batch size", lambda x, y, w: {"epochs": 2}),
    _fit("one row a batch", lambda x, y, w: {"epochs": 2, "batch_size": 1}),
    _fit("larger than the data", lambda x, y, w: {"epochs": 2, "batch_size": 64}),
    _fit("not shuffled", lambda x, y, w: {"epochs": 3, "batch_size": 6, "shuffle": False}),
    _fit("shuffled in batches", lambda x, y, w: {"epochs": 3, "batch_size": 6, "shuffle": "batch"}),
    _fit("validation split", lambda x, y, w: {"epochs": 3, "batch_size": 4, "validation_split": 0.3}),
    _fit("validation split with weights", lambda x, y, w: {"epochs": 2, "batch_size": 4, "validation_split": 0.25, "sample_weight": w}, sample_weight=WEIGHT, weighted_metrics=lambda k: ["accuracy"]),
    _fit("validation data", lambda x, y, w: {"epochs": 3, "batch_size": 6, "validation_data": (x[:7], y[:7])}),
    _fit("validation data with weights", lambda x, y, w: {"epochs": 2, "batch_size": 6, "validation_data": (x[:7], y[:7], w[:7])}, sample_weight=WEIGHT, weighted_metrics=lambda k: ["accuracy"]),
    _fit("validation batch size", lambda x, y, w: {"epochs": 2, "batch_size": 6, "validation_data": (x, y), "validation_batch_size": 3}),
    _fit("validation steps", lambda x, y, w: {"epochs": 2, "batch_size": 6, "validation_data": (x, y), "validation_batch_size": 3, "validation_steps": 2}),
    _fit("validation every second epoch", lambda x, y, w: {"epochs": 5, "batch_size": 6, "validation_data": (x, y), "validation_freq": 2}),
    _fit("validation in given epochs", lambda x, y, w: {"epochs": 5, "batch_size": 6, "validation_data": (x, y), "validation_freq": [1, 4]}),
    _fit("validation data wins over split", lambda x, y, w: {"epochs": 2, "validation_data": (x[:4], y[:4]), "validation_split": 0.5}),
    _fit("sample weight", lambda x, y, w: {"epochs": 3, "batch_size": 6, "sample_weight": w}, sample_weight=WEIGHT, weighted_metrics=lambda k: ["accuracy", SPARSE]),
    _fit("class weight", lambda x, y, w: {"epochs": 3, "batch_size": 6, "class_weight": {0: 0.5, 1: 2.0, 3: 0.0}}),
    _fit("class weight of one-hot", lambda x, y, w: {"epochs": 3, "batch_size": 6, "class_weight": {0: 0.5, 1: 2.0, 2: 1.5, 3: 0.1}}, y=onehot(20, 4), loss="categorical_crossentropy"),
    _fit("initial epoch", lambda x, y, w: {"epochs": 5, "initial_epoch": 3, "batch_size": 6}),
    _fit("steps per epoch", lambda x, y, w: {"epochs": 2, "batch_size": 5, "steps_per_epoch": 2}),
    _fit("steps per epoch without batch size", lambda x, y, w: {"epochs": 2, "steps_per_epoch": 3}),
    _fit("steps per epoch, in order", lambda x, y, w: {"epochs": 2, "batch_size": 5, "steps_per_epoch": 2, "shuffle": False}),
    _fit("dropout", lambda x, y, w: {"epochs": 3, "batch_size": 6, "validation_split": 0.2}, layers=lambda k: [_dense(k, 8, "relu"), k.layers.Dropout(0.4), _dense(k, 4, "softmax")]),
    _fit("dropout, shuffled in batches", lambda x, y, w: {"epochs": 2, "batch_size": 6, "shuffle": "batch"}, layers=lambda k: [_dense(k, 8, "relu"), k.layers.Dropout(0.4), _dense(k, 4, "softmax")]),
    _fit("regularized", lambda x, y, w: {"epochs": 3, "batch_size": 6, "validation_split": 0.2}, layers=lambda k: [_dense(k, 8, "relu", kernel_regularizer="l2", activity_regularizer="l1"), _dense(k, 4, "softmax")]),
    _fit("adam", lambda x, y, w: {"epochs": 3, "batch_size": 6}, optimizer=lambda k: "adam"),
    _fit("rmsprop", lambda x, y, w: {"epochs": 3, "batch_size": 6}, optimizer=lambda k: "rmsprop"),
    _fit("momentum", lambda x, y, w: {"epochs": 3, "batch_size": 6}, optimizer=lambda k: k.optimizers.SGD(0.05, momentum=0.9)),
    _fit("average", lambda x, y, w: {"epochs": 3, "batch_size": 6}, optimizer=lambda k: k.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.8)),
    _fit("binary", lambda x, y, w: {"epochs": 3, "batch_size": 6}, y=binary(20, 1), loss="binary_crossentropy", layers=lambda k: [_dense(k, 6, "relu"), _dense(k, 1, "sigmoid")]),
    _fit("nothing to train", lambda x, y, w: {"epochs": 2, "batch_size": 6}, layers=lambda k: [_dense(k, 4, "softmax", trainable=False)], silent=("weights/",)),
    _fit("nothing to train, nor to remember", lambda x, y, w: {"epochs": 2, "batch_size": 6}, optimizer=lambda k: "nadam", layers=lambda k: [_dense(k, 4, "softmax", trainable=False)], silent=("weights/",)),
    _fit("two metrics", lambda x, y, w: {"epochs": 2, "batch_size": 6, "validation_split": 0.25}, metrics=lambda k: ["accuracy", SPARSE]),
    _fit("many metrics, in their order", lambda x, y, w: {"epochs": 2, "batch_size": 6, "validation_split": 0.25}, metrics=lambda k: [k.metrics.SparseCategoricalCrossentropy(name="zebra"), "accuracy", k.metrics.SparseCategoricalAccuracy(name="aardvark")], weighted_metrics=lambda k: ["accuracy"]),
    _fit("no metrics", lambda x, y, w: {"epochs": 3, "batch_size": 6, "validation_split": 0.25}, metrics=None),
]  # fmt: skip
