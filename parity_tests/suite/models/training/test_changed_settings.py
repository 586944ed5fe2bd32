"""Settings that are changed after the first step: here they count at once, and a warning says so.

tf.keras eagerly      counts them at once, too
tf.keras compiled     goes on with the old ones, until `compile` is called again (quirk K39)
"""

import copy
import warnings
from typing import Any

import numpy as np
import pytest

import scratch
from parity_tests.harness.engines import HAND, TAPE, TF
from parity_tests.harness.tolerances import FEW_STEPS

HERE = "parity_tests.suite.models.training.test_changed_settings"
X = np.linspace(-1, 1, 24).reshape(8, 3).astype("float32")
Y = (X[:, :1] * 2 + 0.3).astype("float32")


def halving(k: Any):
    """A constraint of a user's own, with a setting."""

    class Shrinks(k.constraints.Constraint):
        factor = 1.0

        def __init__(self):
            self.factor = 0.9

        def __call__(self, w):
            return w * self.factor

    return Shrinks()


def doubling(k: Any):
    """A metric of a user's own, with a setting."""

    class Times(k.metrics.Mean):
        def __init__(self):
            super().__init__(name="times")
            self.factor = 1.0

        def update_state(self, y, p, sample_weight=None):
            super().update_state(self.factor * p)

    return Times()


class Rate:
    """A learning rate that is asked for."""

    value = 0.1

    def __init__(self):
        self.value = 0.1

    def __call__(self):
        return self.value


# From the library to: what is changed and where it belongs, the setting, its new value.
CASES: dict[str, Any] = {
    "Dropout.rate": lambda k: ("layer", k.layers.Dropout(0.2, seed=3), "rate", 0.6),
    "GaussianNoise.stddev": lambda k: ("layer", k.layers.GaussianNoise(0.1, seed=3), "stddev", 2.0),
    "LeakyReLU.negative_slope": lambda k: ("layer", k.layers.LeakyReLU(), "negative_slope", 0.9),
    "BatchNormalization.epsilon": lambda k: (
        "layer", k.layers.BatchNormalization(), "epsilon", 1.0,
    ),
    "Dense.activation": lambda k: ("layer", k.layers.Dense(4), "activation", k.activations.tanh),
    "L2.l2": lambda k: ("kernel_regularizer", k.regularizers.L2(0.01), "l2", 1.0),
    "activity L1.l1": lambda k: ("activity_regularizer", k.regularizers.L1(0.01), "l1", 1.0),
    "MaxNorm.max_value": lambda k: (
        "kernel_constraint", k.constraints.MaxNorm(3), "max_value", 0.1,
    ),
    "own constraint": lambda k: ("kernel_constraint", halving(k), "factor", 0.5),
    "SGD.momentum": lambda k: ("optimizer", k.optimizers.SGD(0.1, momentum=0.5), "momentum", 0.1),
    "SGD.clipvalue": lambda k: (
        "optimizer", k.optimizers.SGD(0.1, clipvalue=1.0), "clipvalue", 0.001,
    ),
    "SGD.clipnorm": lambda k: ("optimizer", k.optimizers.SGD(0.1), "clipnorm", 0.01),
    "AdamW.weight_decay": lambda k: ("optimizer", k.optimizers.AdamW(0.1), "weight_decay", 1.0),
    "Adam.beta_1": lambda k: ("optimizer", k.optimizers.Adam(0.1), "beta_1", 0.1),
    "a schedule": lambda k: (
        "optimizer", k.optimizers.SGD(0.1), "learning_rate",
        k.optimizers.schedules.ExponentialDecay(0.01, 1, 0.5),
    ),
    "schedule.decay_rate": lambda k: (
        "rate", k.optimizers.schedules.ExponentialDecay(0.1, 1, 0.9), "decay_rate", 0.5,
    ),
    "a callable": lambda k: ("rate", Rate(), "value", 0.01),
    "loss.fn": lambda k: (
        "loss", k.losses.MeanSquaredError(), "fn", k.losses.mean_absolute_error,
    ),
    "loss.reduction": lambda k: ("loss", k.losses.MeanSquaredError(), "reduction", "sum"),
    "own metric": lambda k: ("metric", doubling(k), "factor", 3.0),
}  # fmt: skip
# Changed as often, and the same everywhere: variables, and what nobody reads again.
ALIKE: dict[str, Any] = {
    "learning_rate": lambda k: ("optimizer", k.optimizers.SGD(0.1), "learning_rate", 0.01),
    "Huber.delta": lambda k: ("loss", k.losses.Huber(1.0), "delta", 0.01),
    "Dense.units": lambda k: ("layer", k.layers.Dense(4), "name_of_my_own", 7),
    "Dropout from 0": lambda k: ("layer", k.layers.Dropout(0.0, seed=3), "rate", 0.5),
}


def fitted(k: Any, engine, name, how, mode=None):
    """Losses and weights of a training in the middle of which a setting is changed.

    Args:
        name: of the case.
        how: `"no"`, `"between"` two fits, `"compiled"` between them, `"epoch"`, `"batch"`: by a
            callback.
        mode: of the engine whose way to train is meant.
    """
    k.utils.set_random_seed(3)
    role, part, setting, value = (CASES | ALIKE)[name](k)

    def given(what, default=None):
        return part if role == what else default

    dense = {what: given(what) for what in ("kernel_regularizer", "kernel_constraint")}
    dense["activity_regularizer"] = given("activity_regularizer")
    layers = [k.layers.Dense(4), given("layer", k.layers.ReLU()), k.layers.Dense(1, **dense)]
    model = k.Sequential([k.Input((3,)), *layers])
    optimizer, loss = given("optimizer", k.optimizers.SGD(given("rate", 0.1))), given("loss", "mse")
    metrics = [part] if role == "metric" else None

    def compiled():
        eagerly = (mode or engine.mode) == "eager"
        model.compile(optimizer, loss, metrics=metrics, run_eagerly=eagerly)

    def change(self, number, logs=None):
        if number == 1 and how in ("epoch", "batch"):
            setattr(part, setting, value)

    hook = "on_train_batch_begin" if how == "batch" else "on_epoch_begin"
    options = {
        "batch_size": 4, "shuffle": False, "verbose": 0,
        "callbacks": [type("Changes", (k.callbacks.Callback,), {hook: change})()],
    }  # fmt: skip
    compiled()
    first = model.fit(X, Y, epochs=2, **options).history
    if how in ("between", "compiled"):
        setattr(part, setting, value)
    if how == "compiled":
        compiled()
    second = model.fit(X, Y, epochs=2, **options).history
    reported = [np.array(first[n] + second[n]) for n in first]
    return [*reported, *model.get_weights(), np.array(model.evaluate(X, Y, verbose=0))]


def run(engine, *args):
    return engine.run(f"{HERE}:fitted", *args)


def assert_alike(ours, theirs):
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=FEW_STEPS, atol=FEW_STEPS)


def apart(ours, theirs):
    return max(np.abs(a - b).max() for a, b in zip(ours, theirs, strict=True)) > 10 * FEW_STEPS


@pytest.mark.parametrize("how", ["between", "epoch", "batch"])
@pytest.mark.parametrize("name", CASES)
def test_k39_a_changed_setting_counts_at_once_and_a_warning_says_so(name, how):
    with pytest.warns(UserWarning, match=r"was changed after the model.*\(quirk K39\)") as told:
        ours = run(HAND, name, how)
    assert len(told) == 1
    assert_alike(ours, run(TAPE, name, how))
    compiled = run(TF, name, how)
    assert apart(ours[:-1], compiled[:-1])
    # All but the test at the end, which is compiled after the change.
    assert_alike(run(HAND, name, "no")[:-1], compiled[:-1])


@pytest.mark.parametrize("name", CASES)
def test_k39_compile_ends_it(name):
    assert_alike(run(HAND, name, "compiled"), run(TF, name, "compiled"))


@pytest.mark.parametrize("name", CASES)
def test_k39_run_eagerly_there_is_nothing_to_say(name):
    assert_alike(run(HAND, name, "batch", "eager"), run(TAPE, name, "batch"))


@pytest.mark.parametrize("how", ["between", "batch"])
@pytest.mark.parametrize("name", ALIKE)
def test_what_counts_alike_is_not_spoken_of(name, how):
    assert_alike(run(HAND, name, how), run(TF, name, how))


def counting(k: Any, engine):
    """A metric that counts batches in Python."""

    class Batches(k.metrics.Metric):
        def __init__(self):
            super().__init__(name="batches")
            self.seen = 0

        def update_state(self, y, p, sample_weight=None):
            self.seen += 1

        def result(self):
            return k.ops.cast(self.seen, "float32")

    model = k.Sequential([k.Input((3,)), k.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=[Batches()])
    return model.fit(X, Y, epochs=2, batch_size=2, verbose=0).history["batches"]


def test_k39_a_metric_that_counts_in_python_is_told():
    with pytest.warns(UserWarning, match="`seen` of Batches 'batches' was changed"):
        ours = HAND.run(f"{HERE}:counting")
    assert ours == [4, 8]
    theirs = TF.run(f"{HERE}:counting")
    assert theirs[0] == theirs[1] < 4


def another_optimizer(k: Any, engine, mode=None):
    k.utils.set_random_seed(3)
    model = k.Sequential([k.Input((3,)), k.layers.Dense(1)])
    model.compile(k.optimizers.SGD(0.1), "mse", run_eagerly=(mode or engine.mode) == "eager")
    model.fit(X, Y, verbose=0, shuffle=False)
    model.optimizer = k.optimizers.SGD(0.01)
    model.fit(X, Y, verbose=0, shuffle=False)
    return model.get_weights()


def test_k39_another_optimizer_in_the_place_of_the_old():
    with pytest.warns(UserWarning, match="goes on with another optimizer.*K39"):
        ours = HAND.run(f"{HERE}:another_optimizer")
    assert_alike(ours, TAPE.run(f"{HERE}:another_optimizer"))
    assert apart(ours, TF.run(f"{HERE}:another_optimizer"))
    assert_alike(HAND.run(f"{HERE}:another_optimizer", "eager"), ours)


def test_predictions_are_steps_too():
    """Here without a comparison: in tf.keras a model need not be compiled for it."""
    layer = scratch.layers.LeakyReLU(0.1)
    model = scratch.Sequential([scratch.Input((3,)), layer])
    before = model.predict(X, verbose=0)
    layer.negative_slope = 0.5
    with pytest.warns(UserWarning, match="`negative_slope` of LeakyReLU"):
        assert apart([before], [model.predict(X, verbose=0)])
    layer.negative_slope = 0.7  # said once
    model.predict(X, verbose=0)


def test_copies_and_models_that_go_on_without_it_hear_nothing():
    k: Any = scratch
    layer = k.layers.Dropout(0.5, seed=1)
    models = [k.Sequential([k.Input((3,)), layer, k.layers.Dense(1)]) for _ in range(2)]
    for model in models:
        model.compile("sgd", "mse")
    models[0].fit(X, Y, verbose=0)
    copied = copy.deepcopy(models[0])
    copied.layers[0].rate = 0.1
    copied.fit(X, Y, verbose=0)  # its step is made now
    layer.rate = 0.1
    models[1].fit(X, Y, verbose=0)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        models[0].fit(X, Y, verbose=0)
    assert len(told) == 1
