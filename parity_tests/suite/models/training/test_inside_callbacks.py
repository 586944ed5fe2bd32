"""What a callback may do with the model that calls it: everything but `compile`.

Every method of a model, called from every hook of `fit`, `evaluate` and `predict`, gives tf.keras's
numbers. Keras on JAX loses the weights in some of these (see the findings
weights_away_while_predicting and weights_lost_in_an_interrupted_predict); here they stay.
"""

import contextlib
import os
import tempfile
import threading
from typing import Any

import numpy as np
import pytest

import scratch
from parity_tests.harness.engines import HAND, TF
from parity_tests.harness.tolerances import FEW_STEPS

HERE = "parity_tests.suite.models.training.test_inside_callbacks"
X, Y = np.ones((8, 2), "float32"), np.ones((8, 1), "float32")
PASSES = {
    "fit": lambda m, c: m.fit(X, Y, batch_size=4, epochs=2, verbose=0, callbacks=c).history,
    "evaluate": lambda m, c: m.evaluate(X, Y, batch_size=4, verbose=0, callbacks=c),
    "predict": lambda m, c: m.predict(X, batch_size=4, verbose=0, callbacks=c),
}
HOOKS = [
    *("on_train_begin", "on_epoch_begin", "on_train_batch_begin", "on_train_batch_end"),
    *("on_epoch_end", "on_train_end", "on_test_begin", "on_test_batch_begin", "on_test_batch_end"),
    *("on_test_end", "on_predict_begin", "on_predict_batch_begin", "on_predict_batch_end"),
    "on_predict_end",
]


def _saved(model: Any) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        model.save(path := os.path.join(folder, "model.keras"))
        return os.path.exists(path)


INSIDE = {
    "fit": lambda m: m.fit(X, Y, batch_size=4, verbose=0).history,
    "evaluate": lambda m: m.evaluate(X, Y, batch_size=4, verbose=0),
    "predict": lambda m: m.predict(X, batch_size=4, verbose=0),
    "train_on_batch": lambda m: m.train_on_batch(X, Y),
    "test_on_batch": lambda m: m.test_on_batch(X, Y),
    "predict_on_batch": lambda m: m.predict_on_batch(X),
    "get_weights": lambda m: m.get_weights(),
    "set_weights": lambda m: m.set_weights([w * 0.9 for w in m.get_weights()]),
    "a new rate": lambda m: setattr(m.optimizer, "learning_rate", 0.02),
    "save": _saved,
}


def fresh(k: Any) -> Any:
    model = k.Sequential(
        [k.Input((2,)), k.layers.Dense(1, kernel_initializer="ones", name="dense")], name="model"
    )
    model.compile(k.optimizers.SGD(0.01, momentum=0.5), "mse", metrics=["mae"])
    return model


def listening(k: Any, does: Any, hooks: Any = HOOKS) -> Any:
    """A callback that does something in these hooks, but not where what it does calls it."""
    callback = k.callbacks.Callback()
    for hook in hooks:
        setattr(callback, hook, lambda *given, **logs: does(callback.model))
    return callback


def told(k: Any, engine: Any, outer: str, inner: str) -> list[Any]:
    """What the inner call says in every hook of the outer one, what that says, and the weights."""
    model, said = fresh(k), []
    found = PASSES[outer](model, [listening(k, lambda m: said.append(INSIDE[inner](m)))])
    leaves = k.tree.flatten([said, found, model.get_weights()])
    return [None if leaf is None else np.asarray(leaf, "float64") for leaf in leaves]


@pytest.mark.parametrize("inner", INSIDE)
@pytest.mark.parametrize("outer", PASSES)
def test_a_model_inside_its_own_callbacks(outer, inner):
    here, there = (engine.run(f"{HERE}:told", outer, inner) for engine in (HAND, TF))
    assert len(here) == len(there)
    for mine, theirs in zip(here, there, strict=True):
        assert (mine is None) == (theirs is None)
        if mine is not None:
            np.testing.assert_allclose(mine, theirs, rtol=FEW_STEPS, atol=FEW_STEPS)


@pytest.mark.parametrize("outer", PASSES)
@pytest.mark.parametrize("when", ["begin", "batch_begin", "batch_end"])
def test_compiling_meanwhile_is_refused_with_a_reason(outer, when):
    """Keras says that None is not callable; the model stays usable, and its weights the same."""
    mode = {"fit": "train", "evaluate": "test", "predict": "predict"}[outer]
    model = fresh(scratch)

    def compile_anew(m: Any) -> None:
        m.compile("sgd", "mae")

    with pytest.raises(TypeError, match=rf"called `compile\(\)` while `{outer}` was under way"):
        PASSES[outer](model, [listening(scratch, compile_anew, [f"on_{mode}_{when}"])])
    assert model.evaluate(X, Y, verbose=0) is not None
    if when != "batch_end" or outer != "fit":
        np.testing.assert_array_equal(model.get_weights()[0], np.ones((2, 1)))


@pytest.mark.parametrize("outer", PASSES)
def test_compiling_at_the_end_is_allowed(outer):
    mode = {"fit": "train", "evaluate": "test", "predict": "predict"}[outer]
    model = fresh(scratch)
    end = listening(scratch, lambda m: m.compile("sgd", "mae"), [f"on_{mode}_end"])
    PASSES[outer](model, [end])
    assert model.loss == "mae"


def refused(k: Any, engine: Any, outer: str) -> str:
    """Asks for the metrics before the first batch."""
    mode = {"fit": "train", "evaluate": "test", "predict": "predict"}[outer]
    try:
        ask = listening(k, lambda m: m.get_metrics_result(), [f"on_{mode}_begin"])
        PASSES[outer](fresh(k), [ask])
    except ValueError as error:
        return str(error)
    return "answers"


@pytest.mark.parametrize("outer", PASSES)
def test_metrics_that_are_not_built_have_no_result(outer):
    for engine in (HAND, TF):
        assert "has not yet been built" in engine.run(f"{HERE}:refused", outer)


@pytest.mark.parametrize("outer", PASSES)
def test_whatever_is_raised_leaves_the_model_as_it_was(outer):
    model = fresh(scratch)
    mode = {"fit": "train", "evaluate": "test", "predict": "predict"}[outer]

    def interrupt(m: Any) -> None:
        raise InterruptedError

    with contextlib.suppress(InterruptedError):
        PASSES[outer](model, [listening(scratch, interrupt, [f"on_{mode}_batch_begin"])])
    np.testing.assert_array_equal(model.predict(X, verbose=0), np.full((8, 1), 2))


def test_threads_that_predict_at_the_same_time():
    model = fresh(scratch)
    found: list[np.ndarray] = []
    x = np.arange(400, dtype="float32").reshape(200, 2)

    def ask() -> None:
        found.extend(model.predict(x, batch_size=4, verbose=0) for _ in range(10))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 30
    for prediction in found:
        np.testing.assert_array_equal(prediction, x.sum(axis=1, keepdims=True))
