"""Invariants of training, evaluating and predicting."""

from typing import Any

import numpy as np

from parity_tests.invariants.invariant import invariant
from parity_tests.invariants.shared import config

QUIET = {"verbose": 0}
IN_ORDER = {"verbose": 0, "shuffle": False, "batch_size": 2}


def fitted(s: Any, model: Any = None, **settings: Any) -> Any:
    """A model after two epochs."""
    model = model or s.make()
    model.fit(s.x, s.y, **{**IN_ORDER, "epochs": 2, **settings})
    return model


@invariant("models", exact=True)
def predicted_twice(s: Any) -> Any:
    """Predicting changes nothing."""
    model = fitted(s)
    before = [np.array(v) for v in model.variables]
    first = model.predict(s.x, **QUIET)
    return [first, before], [model.predict(s.x, **QUIET), [np.array(v) for v in model.variables]]


@invariant("models", exact=True)
def evaluated_between(s: Any) -> Any:
    """Whether a model is evaluated and predicts between epochs changes nothing in its training."""
    model = fitted(s)
    model.evaluate(s.x, s.y, **QUIET)
    model.predict(s.x, **QUIET)
    fitted(s, model)
    return fitted(s, fitted(s)).get_weights(), model.get_weights()


@invariant("models", exact=True)
def validated(s: Any) -> Any:
    """Whether a training is validated changes nothing in it."""
    return fitted(s).get_weights(), fitted(s, validation_data=(s.x, s.y)).get_weights()


@invariant("models")
def batches_of_any_size(s: Any) -> Any:
    """Loss, metrics and predictions do not depend on the size of the batches."""
    model = fitted(s)
    ask = lambda size: [  # noqa: E731
        model.evaluate(s.x, s.y, batch_size=size, return_dict=True, **QUIET),
        model.predict(s.x, batch_size=size, **QUIET),
    ]
    return ask(len(s.x)), ask(1)


@invariant("models")
def rows_permuted(s: Any) -> Any:
    """The order of the rows within a batch changes nothing in what is trained."""
    whole = {"batch_size": len(s.x), **QUIET, "shuffle": False}
    one, other = s.make(), s.make()
    one.fit(s.x, s.y, **whole)
    other.fit(s.x[::-1], s.y[::-1], **whole)
    return one.get_weights(), other.get_weights()


@invariant("models")
def weight_0(s: Any) -> Any:
    """A row of weight 0 adds nothing to what a batch is trained on."""
    x, y = np.concatenate([s.x, s.x[:1] + 3]), np.concatenate([s.y, s.y[:1]])
    w = np.append(s.w, 0.0)
    n = len(x)
    one, other = s.make(), s.make()
    # The loss is divided by the number of rows, whatever they weigh.
    one.train_on_batch(s.x, s.y, sample_weight=s.w * len(s.x) / n)
    other.train_on_batch(x, y, sample_weight=w)
    return one.get_weights(), other.get_weights()


@invariant("models")
def weights_of_1(s: Any) -> Any:
    """No weights are weights of 1, for rows and for classes."""
    weighted = [fitted(s, sample_weight=np.ones(len(s.x))).get_weights()]
    if "crossentropy" in s.text:
        weighted.append(fitted(s, class_weight={0: 1.0, 1: 1.0}).get_weights())
    return [fitted(s).get_weights()] * len(weighted), weighted


@invariant("models", exact=True)
def epochs_one_by_one(s: Any) -> Any:
    """Two epochs are one and one."""
    model = fitted(s, epochs=1)
    fitted(s, model, epochs=2, initial_epoch=1)
    return fitted(s).get_weights(), model.get_weights()


@invariant("models", exact=True)
def trained_in_turn(s: Any) -> Any:
    """Two models in one process do not know of each other."""
    one, other = s.make(), s.make()
    for _ in range(2):
        one.fit(s.x, s.y, **IN_ORDER)
        other.fit(s.x[::-1], s.y[::-1], **IN_ORDER)
    alone = s.make()
    for _ in range(2):
        alone.fit(s.x, s.y, **IN_ORDER)
    return alone.get_weights(), one.get_weights()


@invariant("models", exact=True)
def saved_and_loaded(s: Any) -> Any:
    """A model that was saved in the middle of its training goes on as if it had not been."""
    model = fitted(s)
    model.save("model.keras")
    other = s.keras.models.load_model("model.keras")
    configs = [config(model), config(other)]
    states = []
    for each in (model, other):
        fitted(s, each)
        states.append([each.get_weights(), [np.array(v) for v in each.optimizer.variables]])
    return [configs[0], states[0]], [configs[1], states[1]]


@invariant("models", exact=True)
def compiled_again(s: Any) -> Any:
    """To be compiled anew takes no weight away."""
    model = fitted(s)
    before = model.get_weights()
    model.compile("sgd", "mse")
    return before, model.get_weights()


@invariant("models")
def told_batch_by_batch(s: Any) -> Any:
    """An epoch is its batches, one by one."""
    model = s.make()
    for start in range(0, len(s.x), 2):
        model.train_on_batch(s.x[start : start + 2], s.y[start : start + 2])
    return fitted(s, epochs=1).get_weights(), model.get_weights()


def two_headed(s: Any, names: str, **settings: Any) -> Any:
    """A model with outputs `a` and `b`, whose dictionaries are written in an order."""
    s.keras.utils.set_random_seed(2)
    x = s.keras.Input((3,))
    heads = {name: s.keras.layers.Dense(2, name=f"head_{name}")(x) for name in "ab"}
    model = s.keras.Model(x, {name: heads[name] for name in names})
    losses = {"a": "mse", "b": "mae"}
    model.compile(
        "sgd", {n: losses[n] for n in names}, loss_weights={n: 1.0 + (n == "b") for n in names},
        metrics={n: ["mse"] for n in names}, run_eagerly=True, **settings,
    )  # fmt: skip
    return model


@invariant("models")
def order_of_names(s: Any) -> Any:
    """The order in which outputs are named changes nothing."""
    found = []
    rng = np.random.default_rng(0)
    y = {name: rng.normal(size=(len(s.x), 2)) for name in "ab"}
    for names in ("ab", "ba"):
        model = two_headed(s, names)
        log = model.fit(s.x, {n: y[n] for n in names}, **IN_ORDER).history
        weights = {w.path.split("head_")[1]: np.array(w) for w in model.weights}
        found.append([log, weights, model.predict(s.x, **QUIET)])
    return tuple(found)


@invariant("models")
def a_mask(s: Any) -> Any:
    """Steps that are masked cost nothing and teach nothing."""
    x = np.concatenate([s.x[:, None], s.x[:, None] + 0.125], 1)
    masked = np.concatenate([x, np.zeros((len(x), 2, 3))], 1)
    found = []
    for given in (x, masked):
        s.keras.utils.set_random_seed(2)
        layers = s.keras.layers
        model = s.keras.Sequential([s.keras.Input((None, 3)), layers.Masking(0.0), layers.Dense(1)])
        model.compile("sgd", "mse", metrics=["mae"], weighted_metrics=["mse"], run_eagerly=True)
        y = np.full((*given.shape[:2], 1), 0.5)
        found.append([model.fit(given, y, **IN_ORDER).history, model.get_weights()])
    return tuple(found)
