"""With `steps_per_execution` hooks are told of the last of several batches, as in Keras."""

import contextlib
import io
import re

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import FEW_ROUNDINGS

keras = pytest.importorskip("tensorflow").keras

X = np.linspace(-1, 1, 28, dtype="float32").reshape(14, 2)


def recorded(library, together):
    """All calls of hooks in `fit`, `evaluate` and `predict`, their logs, and what is printed."""
    calls: list[tuple[str, int | None]] = []
    logs_of: list[float] = []

    def hook(name, numbered):
        def with_number(self, number, logs=None):
            calls.append((name, number))
            logs_of.extend(v for k, v in sorted((logs or {}).items()) if k == "loss")

        return with_number if numbered else lambda self, logs=None: calls.append((name, None))

    moments = ("begin", "end")
    hooks = {
        f"on_{what}_{moment}": hook(f"{what} {moment}", numbered)
        for what, numbered in (
            ("train", False), ("test", False), ("predict", False), ("epoch", True),
            ("train_batch", True), ("test_batch", True), ("predict_batch", True),
        )
        for moment in moments
    }  # fmt: skip
    callback = type("Recorder", (library.callbacks.Callback,), hooks)()
    model = library.Sequential(
        [library.Input((2,)), library.layers.Dense(1, kernel_initializer="ones")]
    )
    model.compile("sgd", "mse", steps_per_execution=together)
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        given = {"batch_size": 2, "callbacks": [callback]}
        history = model.fit(
            X, X[:, :1], shuffle=False, epochs=2, validation_split=0.3, verbose=2, **given
        )
        loss = model.evaluate(X, X[:, :1], verbose=0, **given)
        predicted = model.predict(X, verbose=0, **given)
    printed = re.sub(r"\d+(us|ms|s)|-?\d\.\d+(e-?\d+)?", "#", told.getvalue())
    numbers = [
        *logs_of,
        *history.history["loss"],
        *history.history["val_loss"],
        loss,
        *predicted[:, 0],
    ]
    return calls, history.epoch, printed, np.array(numbers, "float64")


@pytest.mark.parametrize("together", [2, 3])
def test_hooks_are_told_the_same(together):
    *ours, numbers = recorded(scratch, together)
    *theirs, expected = recorded(keras, together)
    assert ours == theirs
    np.testing.assert_allclose(numbers, expected, rtol=FEW_ROUNDINGS, atol=FEW_ROUNDINGS)
    ends = [number for name, number in ours[0] if name == "train_batch end"]
    assert ends == [*range(together - 1, 5 + together - 1, together)] * 2  # of 5 batches
