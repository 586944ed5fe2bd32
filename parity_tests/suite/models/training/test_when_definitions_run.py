"""When a user's `call` and losses run, and so which attributes they find: as in tf.keras.

compiled     with the first batch, behind the callbacks that are told of it; then no more
eagerly      in every batch, once
"""

from typing import Any

import numpy as np
import pytest

from parity_tests.harness.engines import HAND, TAPE, TF
from parity_tests.harness.tolerances import FEW_STEPS

HERE = "parity_tests.suite.models.training.test_when_definitions_run"
X = np.linspace(-1, 1, 24).reshape(8, 3).astype("float32")
Y = (X[:, :1] * 2 + 0.3).astype("float32")
HOOKS = [
    f"on_{mode}{when}_begin" for mode in ("train", "test", "predict") for when in ("", "_batch")
]
HOOKS.insert(1, "on_epoch_begin")


def layer(k: Any):
    """x times a factor, which is an attribute; counts how often its definition runs."""

    class Times(k.layers.Layer):
        def __init__(self):
            super().__init__()
            self.factor = 1.0
            self.runs = 0

        def call(self, x):
            self.runs += 1
            return x * self.factor

    return Times()


def loss(k: Any):
    class Squares(k.losses.Loss):
        factor = 1.0

        def call(self, y, p):
            return self.factor * k.ops.mean(k.ops.square(y - p), axis=-1)

    return Squares()


def model_of(k: Any, kind, own):
    """A model that has `own`, a layer, before a Dense."""
    dropout, dense = k.layers.Dropout(0.4, seed=5), k.layers.Dense(1)
    if kind == "sequential":
        return k.Sequential([k.Input((3,)), own, dropout, dense])
    if kind == "without input":
        return k.Sequential([own, dropout, dense])
    if kind == "functional":
        x = k.Input((3,))
        return k.Model(x, dense(dropout(own(x))))

    class Subclass(k.Model):
        factor = 1.0

        def __init__(self):
            super().__init__()
            self.own, self.dropout, self.dense = own, dropout, dense

        def call(self, x, training=False):
            return self.dense(self.dropout(self.own(x)))

        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            return self.factor * super().compute_loss(x, y, y_pred, sample_weight, training)

    class OwnStep(Subclass):
        def train_step(self, data):
            return super().train_step(data)

        def test_step(self, data):
            return super().test_step(data)

        def predict_step(self, data):
            return super().predict_step(data)

    return Subclass() if kind == "subclass" else OwnStep()


KINDS = ("sequential", "without input", "functional", "subclass", "own step")


def run(k: Any, model, callback, eagerly):
    """All numbers that a fit, a test and a prediction give."""
    model.compile(k.optimizers.SGD(0.05, momentum=0.5), model.given_loss, run_eagerly=eagerly)
    options = {"verbose": 0, "batch_size": 3, "callbacks": [callback]}
    history = model.fit(X, Y, epochs=3, shuffle=False, validation_data=(X, Y), **options)
    found = [np.array(v) for v in history.history.values()]
    # As many rows in every batch: for others, tf.keras compiles its predictions anew.
    found += [np.array(model.evaluate(X, Y, **options)), model.predict(X[:6], **options)]
    return [*found, *model.get_weights()]


def changed(k: Any, engine, kind, part, hook):
    """An attribute that a callback raises at every call of one of its hooks."""
    own, own_loss = layer(k), loss(k)

    def raised(self, *args, **kwargs):
        thing = {"layer": own, "loss": own_loss, "model": model}[part]
        thing.factor = thing.factor * 1.25

    k.utils.set_random_seed(3)
    model = model_of(k, kind, own)
    model.given_loss = own_loss
    callback = type("Raises", (k.callbacks.Callback,), {hook: raised})()
    return run(k, model, callback, engine.mode == "eager")


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize(
    ("kind", "part"),
    [("sequential", "layer"), ("subclass", "layer"), ("sequential", "loss"), ("subclass", "model")],
)
@pytest.mark.parametrize("reference", [TF, TAPE], ids=["compiled", "eagerly"])
def test_attributes_that_a_callback_changes(kind, part, hook, reference):
    assert_alike(*both("changed", reference, kind, part, hook))


def counted(k: Any, engine, kind):
    """How often a definition had run when each batch began and ended."""
    seen, own = [], layer(k)

    def told(self, *args, **kwargs):
        seen.append(own.runs)

    hooks = {
        f"on_{mode}_batch_{end}": told
        for mode in ("train", "test", "predict")
        for end in ("begin", "end")
    }
    k.utils.set_random_seed(3)
    model = model_of(k, kind, own)
    model.given_loss = "mse"
    numbers = run(k, model, type("Tells", (k.callbacks.Callback,), hooks)(), engine.mode == "eager")
    for take in (
        lambda: model.train_on_batch(X, Y),
        lambda: model.test_on_batch(X, Y),
        lambda: model.predict_on_batch(X),
        lambda: model(X),
    ):
        before = own.runs
        take()
        seen.append(own.runs - before)
    return seen, numbers


@pytest.mark.parametrize("kind", KINDS)
def test_run_eagerly_a_definition_runs_once_a_batch(kind):
    (ours, numbers), (theirs, expected) = both("counted", TAPE, kind)
    assert ours == theirs
    assert_alike(numbers, expected)


def without_labels(k: Any, engine, own):
    """A model that adds its loss itself."""

    class Adds(k.Model):
        def __init__(self):
            super().__init__()
            self.dense, self.own = k.layers.Dense(1), own

        def call(self, x):
            y = self.own(self.dense(x))
            self.add_loss(k.ops.mean(k.ops.square(y)))
            return y

    return Adds(), None, None, {}


def used_twice(k: Any, engine, own):
    x = k.Input((3,))
    outputs = [k.layers.Dense(1)(own(own(x))), k.layers.Dense(3)(x)]
    options = {"loss": ["mse", "mae"], "metrics": [["mae"], ["mse"]]}
    return k.Model(x, outputs), None, [Y, X], options


def logits_behind_a_dropout(k: Any, engine, own):
    """In training the loss does not find them (quirk K2); in tests it does."""
    inner = k.Sequential([k.Input((3,)), own, k.layers.Dense(3, "softmax")])
    model = k.Sequential([k.Input((3,)), inner, k.layers.Dropout(0.3, seed=1)])
    loss = "sparse_categorical_crossentropy"
    return model, None, np.arange(8) % 3, {"loss": loss, "metrics": [loss]}


def weighted(k: Any, engine, own):
    model = k.Sequential([k.Input((3,)), own, k.layers.Dense(1, "sigmoid")])
    weights = np.linspace(0.5, 2, 8)
    options = {"loss": "binary_crossentropy", "weighted_metrics": ["binary_crossentropy"]}
    return model, weights, (Y > 0).astype("float32"), options


MODELS = (without_labels, used_twice, logits_behind_a_dropout, weighted)


def counted_in_all(k: Any, engine, name):
    """How often a definition has run after each call, and what the calls gave."""
    k.utils.set_random_seed(3)
    own = layer(k)
    model, weights, y, options = globals()[name](k, engine, own)
    model.compile(k.optimizers.SGD(0.05), run_eagerly=engine.mode == "eager", **options)
    runs = [own.runs]
    found = [model.evaluate(X, y, sample_weight=weights, verbose=0, batch_size=3)]
    runs.append(own.runs)
    for _ in range(2):
        history = model.fit(
            X, y, sample_weight=weights, epochs=2, batch_size=3, shuffle=False, verbose=0
        )
        runs.append(own.runs)
        found += history.history.values()
    found += [np.concatenate([np.ravel(p) for p in _flat(model.predict(X, verbose=0))])]
    return [*runs, own.runs], [*map(np.array, found), *model.get_weights()]


def _flat(outputs):
    return outputs if isinstance(outputs, list) else [outputs]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_run_eagerly_in_models_of_other_kinds(model):
    (ours, numbers), (theirs, expected) = both("counted_in_all", TAPE, model.__name__)
    assert ours == theirs
    assert_alike(numbers, expected)


def both(function, reference, *args):
    ours = HAND.run(f"{HERE}:{function}_here", reference.mode, *args)
    return ours, reference.run(f"{HERE}:{function}", *args)


def changed_here(k, engine, mode, *args):
    return changed(k, _Mode(mode), *args)


def counted_here(k, engine, mode, *args):
    return counted(k, _Mode(mode), *args)


def counted_in_all_here(k, engine, mode, *args):
    return counted_in_all(k, _Mode(mode), *args)


class _Mode:
    def __init__(self, mode):
        self.mode = mode


def assert_alike(ours, theirs):
    assert len(ours) == len(theirs)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=FEW_STEPS, atol=FEW_STEPS)
