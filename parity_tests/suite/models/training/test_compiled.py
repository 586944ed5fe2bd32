"""What `compile` says, in both libraries: weights of losses, running means, configs, hooks."""

from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness.outcomes import outcome, same  # noqa: E402
from parity_tests.harness.tolerances import derivative  # noqa: E402

X = np.linspace(-1, 2, 30, dtype="float32").reshape(10, 3)
Y = [np.abs(X[:, :1]) + 1, X[:, 1:2] ** 2]
FLOAT32 = derivative("float32")


def outputs(k: Any, *names: str) -> Any:
    """A model whose outputs, called by their names, differ in size."""
    x = k.Input((3,))
    heads = [
        k.layers.Dense(1, name=name, kernel_initializer=k.initializers.Constant(i + 1.0))(x)
        for i, name in enumerate(names)
    ]
    return k.Model(x, heads[0] if len(heads) == 1 else heads)


ONE: tuple[Any, ...] = (
    None, 0.5, [0.5], (0.5,), {"a": 0.5}, [0.5, 2.0], [], {}, {"b": 0.5}, {"a": 0.5, "b": 1.0}, 2,
)  # fmt: skip
TWO: tuple[Any, ...] = (
    None, [0.5, 2.0], (0.5, 2.0), {"a": 0.5, "b": 2.0}, {"b": 2.0, "a": 0.5}, [0.5], {"a": 0.5},
    [0.5, 2.0, 1.0],
)  # fmt: skip


@pytest.mark.parametrize("loss", ["mse", ["mse"], {"a": "mse"}], ids=str)
@pytest.mark.parametrize("weights", ONE, ids=str)
def test_the_weight_of_one_loss(weights, loss):
    def call(k):
        model = outputs(k, "a")
        model.compile("sgd", loss, loss_weights=weights)
        return np.float32(model.train_on_batch(X, Y[0]))

    same(call, scratch, keras, FLOAT32)


@pytest.mark.parametrize("weights", TWO, ids=str)
def test_the_weights_of_two_losses(weights):
    def call(k):
        model = outputs(k, "a", "b")
        loss = {"a": "mse", "b": "mae"} if isinstance(weights, dict) else ["mse", "mae"]
        model.compile("sgd", loss, loss_weights=weights)
        return np.array(model.train_on_batch(X, Y), "float32")

    same(call, scratch, keras, FLOAT32)


@pytest.mark.parametrize("eagerly", [False, True])
@pytest.mark.parametrize("names", [("a",), ("a", "b")], ids=str)
def test_what_running_means_are_made_of(names, eagerly):
    """Totals and counts, over batches of four, four and two."""

    def call(k):
        model = outputs(k, *names)
        labels = Y[: len(names)]
        model.compile(k.optimizers.SGD(0.0), "mse", run_eagerly=eagerly)
        arguments = {"batch_size": 4, "shuffle": False, "verbose": 0}
        model.fit(X, labels[0] if len(names) == 1 else labels, **arguments)
        return [(metric.name, [np.array(v) for v in metric.variables]) for metric in model.metrics]

    same(call, scratch, keras, FLOAT32, may_fail=False)


@pytest.mark.parametrize("shape", [(3,), None])
def test_a_config_of_compile_builds_the_optimizer_of_a_built_model(shape):
    def call(k):
        layers = [k.layers.Dense(2)]
        model = k.Sequential([k.Input(shape), *layers] if shape else layers)
        model.compile(k.optimizers.Adam(0.25), "mse", metrics=["mae"])
        config = model.get_compile_config()
        model.compile_from_config(config)
        optimizer = model.optimizer
        return optimizer.built, len(optimizer.variables), float(np.array(optimizer.learning_rate))

    same(call, scratch, keras, may_fail=False)


def test_a_metric_of_several_numbers():
    """One for each class: an array among the logs."""

    def call(k):
        x = k.Input((3,))
        model = k.Model(x, k.layers.Dense(3, "softmax", kernel_initializer="identity")(x))
        model.compile("sgd", "categorical_crossentropy", metrics=[k.metrics.F1Score(name="f1")])
        labels = np.eye(3, dtype="float32")[np.arange(10) % 3]
        history = model.fit(X, labels, epochs=2, batch_size=4, shuffle=False, verbose=0).history
        found = model.evaluate(X, labels, return_dict=True, verbose=0)
        return np.array(history["f1"]), np.array(found["f1"])

    same(call, scratch, keras, FLOAT32, may_fail=False)


def test_nothing_to_train():
    """Both say so, and compute the loss."""

    def call(k):
        model = outputs(k, "a")
        model.trainable = False
        model.compile("sgd", "mse")
        return np.float32(model.train_on_batch(X, Y[0]))

    assert outcome(call, scratch)[2] == ["UserWarning"]
    same(call, scratch, keras, FLOAT32, may_fail=False)


def test_a_loss_that_no_weight_reaches():
    def call(k: Any) -> Any:
        class Constant(k.Sequential):
            def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
                return k.ops.convert_to_tensor(np.float32(3))

        model = Constant([k.Input((3,)), k.layers.Dense(1)])
        model.compile("sgd")
        before = [np.array(w) for w in model.weights]
        model.train_on_batch(X, Y[0])
        return [np.array(w) - b for w, b in zip(model.weights, before, strict=True)]

    same(call, scratch, keras, FLOAT32)


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0, 3.0])
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_scaled_loss(scale, wrapped):
    """The step divides by what the loss was multiplied by."""

    def call(k):
        model = outputs(k, "a")
        if wrapped:
            optimizer = k.optimizers.LossScaleOptimizer(
                k.optimizers.SGD(0.1), initial_scale=scale, dynamic_growth_steps=2
            )
        else:
            optimizer = k.optimizers.SGD(0.1, loss_scale_factor=scale)
        model.compile(optimizer, "mse")
        return [np.float32(model.train_on_batch(X, Y[0])) for _ in range(5)]

    same(call, scratch, keras, derivative("float32", terms=64), may_fail=False)


def test_metrics_computed_by_hand():
    """Outside of a step, and of predictions that no model has computed."""

    def call(k):
        model = outputs(k, "a")
        model.compile("sgd", "mse", metrics=["mae"])
        model.evaluate(X, Y[0], verbose=0)
        model.reset_metrics()
        seen = []
        for y_pred in (Y[0] + 1, Y[0] - 3):
            logs = model.compute_metrics(X, Y[0], k.ops.convert_to_tensor(y_pred))
            seen.append(np.float32(logs["mae"]))
        return seen

    same(call, scratch, keras, FLOAT32, may_fail=False)


def test_metrics_of_changed_predictions():
    def call(k: Any) -> Any:
        class Doubles(k.Model):
            def compute_metrics(self, x, y, y_pred, sample_weight=None):
                return super().compute_metrics(x, y, 2 * y_pred, sample_weight)

        x = k.Input((3,))
        y = k.layers.Dense(1, kernel_initializer="ones")(x)
        model = Doubles(x, y)
        model.compile("sgd", "mse", metrics=["mae"])
        return [np.float32(v) for v in model.evaluate(X, Y[0], verbose=0)]

    same(call, scratch, keras, FLOAT32, may_fail=False)


@pytest.mark.parametrize("how", ["fit", "evaluate", "train_on_batch", "predict"])
def test_the_first_call_says_whether_it_is_training(how):
    """The one with which a model is built."""

    def call(k: Any) -> Any:
        class Listens(k.Model):
            def __init__(self):
                super().__init__()
                self.dense = k.layers.Dense(1)
                self.told = []

            def call(self, x, training=None):
                self.told.append(training)
                return self.dense(x)

        model = Listens()
        model.compile("sgd", "mse")
        quiet = {} if how == "train_on_batch" else {"verbose": 0}
        getattr(model, how)(X, *[] if how == "predict" else [Y[0]], **quiet)
        return bool(model.told[0])

    same(call, scratch, keras, may_fail=False)


def test_a_step_that_reports_some_of_the_means():
    def call(k: Any) -> Any:
        class Quiet(k.Model):
            def train_step(self, data):
                return {"loss": super().train_step(data)["loss"]}

        x = k.Input((3,))
        model = Quiet(x, k.layers.Dense(1, kernel_initializer="ones")(x))
        model.compile("sgd", "mse", metrics=["mae"], run_eagerly=True)
        return list(model.fit(X, Y[0], epochs=2, verbose=0).history)

    assert same(call, scratch, keras, may_fail=False)[0] == ["loss"]


def test_whether_a_loss_is_asked_for_in_training():
    def call(k: Any) -> Any:
        seen = []

        class Asked(k.Model):
            def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
                seen.append(training)
                return super().compute_loss(x, y, y_pred, sample_weight, training)

        x = k.Input((3,))
        model = Asked(x, k.layers.Dense(1)(x))
        model.compile("sgd", "mse", run_eagerly=True)
        model.train_on_batch(X, Y[0])
        trained = len(seen)
        model.test_on_batch(X, Y[0])
        return set(seen[:trained]), set(seen[trained:])

    assert same(call, scratch, keras, may_fail=False)[0] == ({True}, {False})


@pytest.mark.parametrize("labels", ["numbers", "a column", "one-hot"])
def test_class_weights(labels):
    y = np.arange(10) % 3
    y = {"numbers": y, "a column": y[:, None], "one-hot": np.eye(3, dtype="float32")[y]}[labels]
    loss = "categorical_crossentropy" if labels == "one-hot" else "sparse_categorical_crossentropy"

    def call(k):
        k.utils.set_random_seed(3)
        model = k.Sequential([k.Input((3,)), k.layers.Dense(3, "softmax")])
        model.compile("sgd", loss)
        fitted = model.fit(X, y, class_weight={0: 0.5, 1: 2.0, 2: 3.0}, verbose=0)
        return np.array(fitted.history["loss"], "float32")

    same(call, scratch, keras, FLOAT32, may_fail=False)


def test_any_layer_can_be_given_what_models_can_do():
    """Keras's own tests make such layers: a `Trainer` needs no `Model`."""
    from keras.src.backend.tensorflow.trainer import TensorFlowTrainer

    from scratch.models.training.trainer import Trainer

    def call(k):
        trainer: Any = Trainer if k is scratch else TensorFlowTrainer
        dense: Any = k.layers.Dense

        class Trained(trainer, dense):
            def __init__(self):
                dense.__init__(self, 1, kernel_initializer="ones")
                trainer.__init__(self)

        layer = Trained()
        layer.compile("sgd", "mse", metrics=["mae"])
        log = layer.fit(X, Y[0], batch_size=5, epochs=2, shuffle=False, verbose=0).history
        assert layer.metrics[:2] == [layer._loss_tracker, layer._compile_metrics]
        return np.array(
            [*log["loss"], *log["mae"], layer.evaluate(X, Y[0], verbose=0)[0]], "float32"
        )

    same(call, scratch, keras, FLOAT32, may_fail=False)
