# ruff: noqa: E501 - one line a value
"""Fits that a callback ends or turns back: patience, deltas and baselines on a rate that overshoots."""

from parity_tests.harness.case import Case, classes, normal


def _fit(name, rate=1.0, **options):
    """Noise cannot be learned: the validation loss rises soon."""
    return Case(
        f"stopped/{name}",
        lambda k: [k.layers.Dense(8, "tanh"), k.layers.Dense(4, "softmax")],
        normal(20, 5),
        classes(20, 4),
        loss="sparse_categorical_crossentropy",
        optimizer=lambda k: k.optimizers.SGD(rate),
        metrics=lambda k: ["accuracy"],
        fit=lambda x, y, w: {"epochs": 12, "batch_size": 14, "validation_split": 0.3},
        callbacks=lambda k: [k.callbacks.EarlyStopping(**options)],
        silent=("initial/dense/bias", "initial/dense_1/bias", "weights/dense/bias/step 0", "weights/dense_1/bias/step 0"),
    )  # fmt: skip


CASES = [
    _fit("no patience"),
    _fit("patience", patience=2),
    _fit("patience, best weights", patience=3, restore_best_weights=True),
    _fit("least improvement", rate=0.3, monitor="loss", min_delta=0.06, patience=1),
    _fit("accuracy", monitor="val_accuracy", patience=2),
    _fit("baseline", baseline=1.0, patience=2),
    _fit("from an epoch on", patience=1, start_from_epoch=3),
]  # fmt: skip
