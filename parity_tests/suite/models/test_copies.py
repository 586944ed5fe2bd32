"""A copy of whatever has been trained goes on as the original does, bit for bit."""

import copy
import hashlib
import inspect
import pickle
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import scratch as keras

X = np.random.default_rng(0).normal(size=(24, 6)).astype("float32")
Y = (np.arange(24) % 3).astype("int32")
layers, ops = keras.layers, keras.ops


# What is copied -----------------------------------------------------------------------------------


class Residual(layers.Layer):
    """Layers in a list and a dictionary, a weight of its own, a penalty."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.blocks = [layers.Dense(6, "tanh"), layers.Dense(6)]
        self.named = {"norm": layers.LayerNormalization(), "drop": layers.Dropout(0.2, seed=3)}

    def build(self, shape):
        self.scale = self.add_weight(shape=(shape[-1],), initializer="ones", name="scale")
        self.seen = self.add_weight(shape=(), initializer="zeros", trainable=False, name="seen")

    def call(self, x, training=False):
        y = x
        for block in self.blocks:
            y = block(y)
        if training:
            self.seen.assign_add(1.0)
        self.add_loss(0.01 * ops.mean(ops.square(self.scale)))
        return x + self.named["norm"](self.named["drop"](y, training=training)) * self.scale


class Subclassed(keras.Model):
    """Layers as attributes, one of them used twice."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.residual = Residual()
        self.first, self.last = layers.Dense(6, "relu"), layers.Dense(3, "softmax")

    def call(self, x, training=False):
        x = self.first(self.first(x))
        return self.last(ops.tanh(self.residual(x, training=training)))


class OwnStep(Subclassed):
    """A redefined loss, and a metric that it keeps."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seen_loss = keras.metrics.Mean(name="seen_loss")

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        loss = super().compute_loss(x, y, y_pred, sample_weight, training)
        self.seen_loss.update_state(loss)
        return loss * 2


class OfInputs(keras.Model):
    """A functional model of a class of its own."""

    def __init__(self, **kwargs):
        inputs = keras.Input((6,))
        hidden = layers.Dense(5, "tanh")(inputs)
        super().__init__(inputs, layers.Dense(3, "softmax")(hidden), **kwargs)
        self.seen = layers.Dropout(0.1)


def sequential():
    return keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(8, "relu", kernel_regularizer="l2"),
            layers.BatchNormalization(),
            layers.Dropout(0.3, seed=1),
            layers.Dense(3, "softmax", kernel_constraint="non_neg"),
        ]
    )


def deferred():
    return keras.Sequential([layers.Dense(8, "elu"), layers.GaussianNoise(0.2, seed=2),
                             layers.Dense(3, "softmax")])  # fmt: skip


def functional():
    """A shared layer, functions of ops between layers."""
    inputs = keras.Input((6,))
    shared = layers.Dense(6, "tanh", name="shared")
    x = ops.tanh(shared(inputs) * 2) + shared(shared(inputs))
    return keras.Model(inputs, layers.Dense(3, "softmax")(layers.Concatenate()([x, inputs])))


def nested():
    inner = sequential()
    inner.pop()
    inputs = keras.Input((6,))
    return keras.Model(inputs, layers.Dense(3, "softmax")(ops.sin(inner(inputs)) + inner(inputs)))


def embedded():
    """A mask from a lookup, through a wrapper."""
    inputs = keras.Input((6,))
    numbers = layers.Lambda(_rows)(inputs)
    x = layers.Embedding(4, 5, mask_zero=True)(numbers)
    x = layers.TimeDistributed(layers.Dense(4, "swish"))(x)
    return keras.Model(inputs, layers.Dense(3, "softmax")(ops.mean(x, axis=1)))


def _rows(x):
    return ops.cast(ops.greater(x, 0), "int32") + ops.cast(ops.greater(x, 1), "int32")


MODELS = [sequential, deferred, functional, nested, embedded, Subclassed, OwnStep, OfInputs]
OPTIMIZERS: dict[str, Any] = {
    name.lower(): cls
    for name, cls in vars(keras.optimizers).items()
    if inspect.isclass(cls)
    and issubclass(cls, keras.optimizers.Optimizer)
    and name not in ("Optimizer", "LossScaleOptimizer")
}
o = keras.optimizers
OPTIMIZERS |= {
    "averaged": lambda: o.Adam(use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=2),
    "accumulating": lambda: o.Adam(gradient_accumulation_steps=2),
    "scaled": lambda: o.LossScaleOptimizer(o.SGD(0.05, momentum=0.9), dynamic_growth_steps=2),
    "decaying, clipped": lambda: o.RMSprop(weight_decay=0.01, clipnorm=0.5, momentum=0.5),
    "scheduled": lambda: o.SGD(o.schedules.CosineDecay(0.1, 10), nesterov=True, momentum=0.9),
}
WAYS = {"copied": copy.deepcopy, "pickled": lambda thing: pickle.loads(pickle.dumps(thing))}


# ------------------------------------------------------------------------------- what is compared


def compiled(build, optimizer="adam"):
    keras.utils.set_random_seed(5)
    model = build()
    optimizer = OPTIMIZERS[optimizer]()
    metrics = ["accuracy", keras.metrics.SparseTopKCategoricalAccuracy(2)]
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=metrics)
    return model


def go_on(model):
    """Everything that comes of training on: logs, weights, the optimizer's state, predictions."""
    logs = [model.train_on_batch(X[k : k + 8], Y[k : k + 8]) for k in (0, 8, 16)]
    history = model.fit(X, Y, batch_size=10, epochs=2, shuffle=False, verbose=0).history
    found = [np.asarray(logs), *(np.asarray(history[name]) for name in sorted(history))]
    found += [np.asarray(v) for v in (*model.variables, *model.optimizer.variables)]
    return [*found, np.asarray(model(X)), model.predict(X, verbose=0)]


def digest(arrays):
    return hashlib.sha256(b"".join(a.tobytes() for a in arrays)).hexdigest()


def assert_equal(first, second):
    assert len(first) == len(second)
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)


def train(model, steps):
    for k in range(steps):
        model.train_on_batch(X[k : k + 9], Y[k : k + 9])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("steps", [0, 1, 3])
@pytest.mark.parametrize("build", MODELS, ids=[build.__name__ for build in MODELS])
def test_models(build, steps, way):
    model = compiled(build)
    train(model, steps)
    other = WAYS[way](model)
    twice = WAYS[way](other)
    expected = go_on(model)
    assert_equal(expected, go_on(other))
    assert_equal(expected, go_on(twice))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_optimizers(optimizer, way):
    model = compiled(functional, optimizer)
    train(model, 3)
    other = WAYS[way](model)
    expected = go_on(model)
    assert_equal(expected, go_on(other))
    assert not np.array_equal(expected[-1], compiled(functional, optimizer).predict(X, verbose=0))


@pytest.mark.parametrize("build", MODELS, ids=[build.__name__ for build in MODELS])
def test_in_the_middle_of_an_epoch(build):
    copies = {}

    class Copy(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            copies[batch] = copy.deepcopy(self.model)

    model = compiled(build)
    model.fit(X, Y, batch_size=8, shuffle=False, verbose=0, callbacks=[Copy()])
    after = [np.asarray(v) for v in (*model.variables, *model.optimizer.variables)]
    for batch in (0, 1):
        other = copies[batch]
        for k in range(8 * (batch + 1), 24, 8):
            other.train_on_batch(X[k : k + 8], Y[k : k + 8])
        found = [np.asarray(v) for v in (*other.variables, *other.optimizer.variables)]
        assert_equal(after, found)


_CHILD = """
import pickle, sys
from parity_tests.suite.models.test_copies import digest, go_on  # no model is built here before
for model in pickle.load(sys.stdin.buffer):
    print(digest(go_on(model)))
"""


def test_in_another_process():
    """Where numbers of symbols and names of layers begin anew."""
    models = [compiled(build) for build in MODELS]
    for model in models:
        train(model, 2)
    sent = pickle.dumps(models)
    command = [sys.executable, "-c", _CHILD]
    answer = subprocess.run(command, input=sent, capture_output=True, check=True).stdout
    assert answer.decode().split() == [digest(go_on(model)) for model in models]


def test_optimizers_alone():
    for name, make in OPTIMIZERS.items():
        variables = [keras.Variable(X[:4]), keras.Variable(X[0])]
        optimizer = make()
        gradients = [np.sin(X[:4]), np.cos(X[0])]
        optimizer.apply(gradients, variables)
        for way in WAYS.values():
            other = way(optimizer)
            for _ in range(2):
                other.apply(gradients)
            found = [np.asarray(v) for v in other.variables]
            again = way(optimizer)
            for _ in range(2):
                again.apply(gradients)
            assert_equal(found, [np.asarray(v) for v in again.variables])
        for _ in range(2):
            optimizer.apply(gradients)
        assert_equal(found, [np.asarray(v) for v in optimizer.variables]), name


METRICS = {
    "Mean": lambda m: m.update_state(X[:, 0]),
    "Sum": lambda m: m.update_state(X[:, 0]),
    "AUC": lambda m: m.update_state(Y % 2, 1 / (1 + np.exp(-X[:, 0]))),
    "Precision": lambda m: m.update_state(Y % 2, 1 / (1 + np.exp(-X[:, 0]))),
    "F1Score": lambda m: m.update_state(np.eye(6, dtype="float32")[Y], np.abs(X)),
    "R2Score": lambda m: m.update_state(X, X * 1.1),
    "SparseCategoricalAccuracy": lambda m: m.update_state(Y, X),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", METRICS)
def test_metrics_alone(name, way):
    metric = getattr(keras.metrics, name)()
    METRICS[name](metric)
    other = WAYS[way](metric)
    METRICS[name](metric)
    pairs = zip(metric.variables, other.variables, strict=True)
    assert not any(np.array_equal(a, b) for a, b in pairs if np.asarray(a).any())
    METRICS[name](other)
    np.testing.assert_array_equal(metric.result(), other.result())


def test_a_copy_takes_in_no_more_state():
    """Containers of a copy belong to it as those of the original do."""
    layer = Residual()
    layer(X)
    for other in (layer, copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        with pytest.raises(ValueError, match="already built"):
            other.blocks.append(layers.Dense(2))
        with pytest.raises(ValueError, match="already built"):
            other.named["more"] = layers.Dense(2)
        assert len(other.blocks) == 2
        assert len(other.weights) == len(layer.weights)
    unbuilt = copy.deepcopy(Residual())
    unbuilt.blocks.append(layers.Dense(6))
    assert len(unbuilt._layers) == 5


def test_a_copied_output_keeps_its_mask():
    model = keras.Model(
        i := keras.Input((4,), dtype="int32"), layers.Embedding(5, 3, mask_zero=True)(i)
    )
    assert copy.deepcopy(model).output.keras_mask is not None


def test_without_the_networks_of_the_original():
    """A pickle is as large as what a model holds: weights, slots, and little else."""
    model = compiled(sequential)
    before = len(pickle.dumps(model))
    train(model, 1)
    model.predict(X, verbose=0)
    assert len(pickle.dumps(model)) < 6 * before
