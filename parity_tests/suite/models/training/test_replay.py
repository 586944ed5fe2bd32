"""What is recorded of a plan gives the plan's digits; what cannot be recorded stays as it was."""

import ast
import importlib.util
from typing import Any

import numpy as np
import pytest

import scratch as keras
from scratch.kernels.recorded import active
from scratch.models.training import planned
from scratch.network import recording, replay
from scratch.network.plan import Plan

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("numba") is None, reason="numba is not installed (the extra [fast])"
)
layers = keras.layers


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Plans are recorded at once; the kernels that were chosen before a test are chosen after."""
    monkeypatch.setattr(replay, "WAIT", 0)
    before = keras.config.kernels()
    yield
    keras.config.set_kernels(before)


def _data(rows=200):
    draws = np.random.default_rng(0)
    x = draws.normal(size=(rows, 3)).astype("float32")
    return x, draws.integers(0, 2, (rows, 2)).astype("float32")


def _fitted(kernels, make, work):
    """All variables and what `work` tells, the model, and what was recorded."""
    keras.config.set_kernels(kernels)
    keras.utils.set_random_seed(0)
    model = make()
    told = work(model)
    arrays = [v.numpy() for v in (*model.variables, *model.optimizer.variables)]
    plan: Any = planned.of(model, "train")
    return arrays, told, plan.replay


def _fit(model, epochs=3, **options):
    return model.fit(*_data(), batch_size=10, epochs=epochs, verbose=0, **options).history


def _same(make, work=_fit):
    """Fits both ways; returns the recording."""
    expected, told, none = _fitted("numpy", make, work)
    assert none is None
    found, same, recorded = _fitted("compiled", make, work)
    assert same == told
    for a, b in zip(found, expected, strict=True):
        assert a.tobytes() == b.tobytes()
    return recorded


def _network(*hidden, optimizer="sgd", loss="binary_crossentropy", metrics=("accuracy",)):
    def make():
        model = keras.Sequential([keras.Input((3,)), *(layer() for layer in hidden)])
        model.add(layers.Dense(2, activation="sigmoid"))
        model.compile(
            optimizer() if callable(optimizer) else optimizer, loss, metrics=list(metrics)
        )
        return model

    return make


def _tanh():
    return layers.Dense(8, activation="tanh")


def _lines(recorded):
    return [line.strip() for line in recorded.text.splitlines()]


def test_a_small_network_is_loops_and_little_else():
    found = _same(_network(_tanh, _tanh, metrics=["binary_accuracy"]))
    assert not found.refusal
    lines = _lines(found)
    assert len([line for line in lines if line.startswith("play(")]) <= 4
    words = ("forward", "backward", "update", "accuracy")
    assert not [line for line in lines if any(word in line for word in words)]


OPTIMIZERS = [
    "SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "Adamax", "Ftrl", "Lion",
    "ScheduleFreeAdamW",
]  # fmt: skip


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer(name):
    assert not _same(_network(_tanh, optimizer=name)).refusal


SETTINGS = {
    "momentum": lambda: keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
    "decay": lambda: keras.optimizers.Adam(0.1, weight_decay=0.01),
    "centered": lambda: keras.optimizers.RMSprop(0.1, momentum=0.5, centered=True),
    "amsgrad": lambda: keras.optimizers.Adam(0.1, amsgrad=True),
    "clipped": lambda: keras.optimizers.SGD(0.1, clipnorm=0.1),
    "all clipped": lambda: keras.optimizers.SGD(0.1, global_clipnorm=0.1),
    "entries clipped": lambda: keras.optimizers.SGD(0.1, clipvalue=0.01),
    "schedule": lambda: keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(0.5, 40)),
}


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=list(SETTINGS))
def test_settings_of_optimizers(settings):
    assert not _same(_network(_tanh, optimizer=settings)).refusal


HIDDEN = {
    "relu": lambda: layers.Dense(5, activation="relu"),
    "elu": lambda: layers.Dense(5, activation="elu"),
    "gelu": lambda: layers.Dense(5, activation="gelu"),
    "penalty": lambda: layers.Dense(5, kernel_regularizer="l2"),
    "BatchNormalization": layers.BatchNormalization,
    "LayerNormalization": layers.LayerNormalization,
    "rarely drawn": lambda: layers.Dropout(0.001, seed=1),
    "often drawn": lambda: layers.Dropout(0.5, seed=1),
    "noise": lambda: layers.GaussianNoise(0.1, seed=1),
    "softmax": layers.Softmax,
}


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=list(HIDDEN))
def test_layers(hidden):
    assert not _same(_network(_tanh, hidden)).refusal


def test_what_is_drawn_stays_a_line():
    found = _same(_network(_tanh, lambda: layers.Dropout(0.001, seed=1)))
    assert any("dropout" in line and "forward" in line for line in _lines(found))
    assert any("dropout" in line and "backward" in line for line in _lines(found))


LOSSES = ["mse", "mae", "huber", "kl_divergence", "categorical_crossentropy", "hinge", "poisson"]


@pytest.mark.parametrize("loss", LOSSES)
def test_losses(loss):
    assert not _same(_network(_tanh, loss=loss, metrics=["mse", "mae"])).refusal


METRICS = [
    "accuracy", "categorical_accuracy", "binary_accuracy", "AUC", "Precision", "Recall", "F1Score",
    "TopKCategoricalAccuracy", "R2Score", "CosineSimilarity",
]  # fmt: skip


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_count_is_no_constant(metric, seed):
    """Labels and predictions in another order may have as many in common."""

    def work(model):
        draws = np.random.default_rng(seed)
        x, y = draws.normal(size=(200, 3)), np.eye(2)[draws.integers(0, 2, 200)]
        return model.fit(x, y, batch_size=5, epochs=3, verbose=0).history

    def make():
        options = {"average": "micro"} if metric == "F1Score" else {}
        found: Any = getattr(keras.metrics, metric, None)
        own = found(name="own", **options) if metric[0].isupper() else metric
        return _network(_tanh, lambda: layers.Dense(4, "elu"), metrics=[own])()

    assert not _same(make, work).refusal


def test_class_numbers():
    def make():
        model = keras.Sequential([keras.Input((3,)), _tanh(), layers.Dense(2, "softmax")])
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        return model

    def fit(model):
        x, y = _data()
        return model.fit(x, y[:, 0], batch_size=10, epochs=3, verbose=0).history

    assert not _same(make, fit).refusal


def test_a_loss_and_a_metric_of_ones_own():
    def own(y, p):
        return keras.ops.mean(keras.ops.square(y - p) * 2, axis=-1)

    assert not _same(_network(_tanh, loss=own, metrics=[own])).refusal


def test_a_rate_that_is_changed_counts_at_once():
    class Slower(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 11:
                self.model.optimizer.learning_rate = 0.001

    assert not _same(_network(_tanh), lambda model: _fit(model, callbacks=[Slower()])).refusal


def test_the_last_batch_is_smaller_and_others_are_tested_and_predicted():
    def work(model):
        x, y = _data()
        told = model.fit(x, y, batch_size=48, epochs=7, validation_split=0.3, verbose=0).history
        told["evaluated"] = [model.evaluate(x, y, batch_size=7, verbose=0) for _ in range(3)]
        told["predicted"] = [model.predict(x, batch_size=9, verbose=0).tolist() for _ in range(3)]
        told["called"] = [model(x[i : i + 2]).numpy().tolist() for i in range(9)]
        return told

    _same(_network(_tanh, layers.BatchNormalization), work)


def test_one_batch_again_and_again_and_then_another():
    def work(model):
        x, y = _data()
        told = [model.train_on_batch(x[:10], y[:10]) for _ in range(8)]
        return [*told, *(model.train_on_batch(x[i : i + 10], y[i : i + 10]) for i in range(20, 30))]

    _same(_network(_tanh, lambda: layers.Dropout(0.1, seed=3)), work)


def test_what_somebody_else_has_written_is_not_recorded():
    class Doubled(layers.Dense):
        def forward(self, x, node):
            return 2 * super().forward(x, node)

        def backward(self, dy, node):
            return super().backward(2 * dy, node)

    found = _same(_network(_tanh, lambda: Doubled(3)))
    assert "somebody else" in found.refusal


def test_a_wrong_label_is_told_as_ever():
    keras.config.set_kernels("compiled")
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2, "softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    x, y = _data()
    labels = y[:, 0].astype(int)
    model.fit(x, labels, batch_size=10, verbose=0)
    before = [w.copy() for w in model.get_weights()]
    with pytest.raises(keras.ops.errors.InvalidArgumentError, match="label value of"):
        model.fit(x[:10], labels[:10] + 2, batch_size=10, verbose=0)
    for a, b in zip(model.get_weights(), before, strict=True):
        assert a.tobytes() == b.tobytes()


def _lecture(optimizer="sgd", loss="sparse_categorical_crossentropy"):
    def make():
        model = keras.Sequential([keras.Input((3,)), layers.Dense(1000, "relu")])
        model.add(layers.Dense(600, "tanh"))
        model.add(layers.Dense(2, "softmax"))
        model.compile(optimizer, loss, metrics=["accuracy"])
        return model

    return make


def _fit_numbers(model):
    x, y = _data()
    return model.fit(x, y[:, 0].astype("uint8"), batch_size=20, epochs=3, verbose=0).history


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_of_a_large_network_what_is_small_is_played(optimizer):
    """Loss, accuracy and the last layer; what computes with large arrays stays a line."""
    found = _same(_lecture(optimizer), _fit_numbers)
    assert not found.refusal
    lines = _lines(found)
    assert any(line.startswith("matmul(") for line in lines)
    assert any("_update(" in line for line in lines)
    words = ("softmax", "crossentropy_forward", "crossentropy_backward", "accuracy_values =")
    assert not [line for line in lines if any(word in line for word in words)]
    assert [line for line in lines if "crossentropy_look_up" in line]


def test_a_layer_is_one_pass_forward_and_one_backward():
    lines = _lines(_same(_lecture(), _fit_numbers))
    assert [line.split("(")[0] for line in lines if "dense" in line and "(" in line][:2] == [
        "matmul", "relu_of_sum"
    ]  # fmt: skip
    for name in ("relu", "tanh"):
        assert len([line for line in lines if f"{name}_backward_and_sum(" in line]) == 1


def test_a_network_of_large_arrays_alone_is_not_recorded(monkeypatch):
    monkeypatch.setattr(recording, "MEMORY", 0)
    found = _same(_network(lambda: layers.Dense(50)))
    assert found.refusal and not found.text


@pytest.mark.parametrize("spoilt", [False, True])
def test_large_memory_that_changes_unseen_is_noticed(spoilt):
    keras.config.set_kernels("compiled")
    small, large = np.zeros(4, "float32"), np.zeros(recording.MEMORY, "uint8")

    def spoil(_):
        if spoilt and active() is None:  # not while it is written down
            large[:] += 1

    (function,) = ast.parse("def train(x):\n    spoil(add(small, x, small))\n    return x").body
    bound = {"spoil": spoil, "add": np.add, "small": small, "large": large}
    plan = Plan()
    plan.bound.update(bound)
    run = recording.Recording(function, plan, [], [np.array(2, "f")])
    run.run(set())
    assert run.plays
    _, equal = run.compared([np.array(3, "f")])
    assert equal is not spoilt
    assert small.tolist() == [5] * 4


def test_products_that_the_blas_would_share_by_itself_are_recorded(monkeypatch):
    """On one thread of the BLAS, where it is compared and where it is played."""
    monkeypatch.setattr(recording, "MEMORY", 1 << 23)
    assert _same(_network(lambda: layers.Dense(600), lambda: layers.Dense(600))).text


def test_a_short_training_is_not_recorded(monkeypatch):
    monkeypatch.setattr(replay, "WAIT", 500)
    assert not _same(_network(_tanh)).text


def test_epsilon_counts_at_once():
    class Wider(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            keras.config.set_epsilon(0.3 if batch == 11 else 1e-7)

    def probabilities(model):
        return _fit(model, callbacks=[Wider()])

    _same(_network(_tanh, loss="kl_divergence", metrics=["binary_crossentropy"]), probabilities)
