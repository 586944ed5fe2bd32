"""Keras's own way, for every library that answers to its names: compile, fit, evaluate, predict.

Each `fit` trains the model further; what one epoch takes is seen by a callback, so that what `fit`
does once, before the first epoch, is not counted.
"""

import time
from typing import Any

import numpy as np

from parity_tests.commands.bench.stacks import Convolution, Stack
from parity_tests.commands.bench.work import RATES, Work, data, initial_weights
from parity_tests.harness import backends


class KerasLike:
    """A compiled Sequential model, in scratch or in Keras."""

    def __init__(self, work: Work, library: str, jit_compile: Any) -> None:
        keras: Any = backends.load(library)
        keras.utils.clear_session()
        keras.utils.set_random_seed(1)
        dense = keras.layers.Dense
        self.model = keras.Sequential(
            [keras.layers.Input(work.inputs), *_stacked(keras, work.stack)]
            + [dense(units, activation=work.hidden) for units in work.sizes[1:-1]]
            + [dense(work.sizes[-1], activation="sigmoid" if work.binary else "softmax")]
        )
        self.model.set_weights(initial_weights(work))
        rates = {"learning_rate": RATES[work.optimizer]}
        loss = "binary_crossentropy" if work.binary else "sparse_categorical_crossentropy"
        self.model.compile(
            optimizer=keras.optimizers.SGD(**rates)
            if work.optimizer == "sgd"
            else keras.optimizers.Adam(**rates, epsilon=work.epsilon),
            loss=_loss(keras.ops) if work.own == "loss" else loss,
            metrics=[_accuracy(keras.ops) if work.own == "metric" else "accuracy"],
            jit_compile=jit_compile,
        )
        self._work, (self._x, self._y) = work, data(work)
        self._clock = _clock(keras)

    def fit(self, epochs: int) -> list[float]:
        """Continues the training; returns the seconds of each epoch."""
        self._clock.seconds.clear()
        self.model.fit(
            self._x,
            self._y,
            batch_size=self._work.batch,
            epochs=epochs,
            shuffle=self._work.shuffle,
            callbacks=[self._clock],
            verbose=0,
        )
        return list(self._clock.seconds)

    def evaluate(self) -> Any:
        """Loss and accuracy."""
        return self.model.evaluate(self._x, self._y, batch_size=self._work.batch, verbose=0)

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Probabilities."""
        return self.model.predict(x, batch_size=self._work.batch, verbose=0)

    def call(self, x: np.ndarray) -> Any:
        """`model(x)`, which is what Keras advises for a few samples."""
        return self.model(x)


def _loss(ops: Any) -> Any:
    """Binary cross-entropy, as a user writes it."""

    def cross_entropy(y_true: Any, y_pred: Any) -> Any:
        p = ops.clip(y_pred, 1e-7, 1 - 1e-7)
        return -ops.mean(y_true * ops.log(p) + (1 - y_true) * ops.log(1 - p), axis=-1)

    return cross_entropy


def _accuracy(ops: Any) -> Any:
    """Binary accuracy, as a user writes it."""

    def share(y_true: Any, y_pred: Any) -> Any:
        right = ops.equal(ops.cast(y_true, "bool"), y_pred > 0.5)
        return ops.mean(ops.cast(right, "float32"), axis=-1)

    return share


def _stacked(keras: Any, stack: Stack | None) -> list[Any]:
    """The layers of a stack, and a Flatten."""
    if stack is None:
        return []
    layers = keras.layers
    pools = {
        "max": lambda: layers.MaxPooling2D(2),
        "average": lambda: layers.AveragePooling2D(2),
        "mean": layers.GlobalAveragePooling2D,
    }
    made = [
        layers.Conv2D(layer.filters, layer.side, activation="relu")
        if isinstance(layer, Convolution)
        else pools[layer.kind]()
        for layer in stack.layers
    ]
    return [*made, layers.Flatten()]


def _clock(keras: Any) -> Any:
    class Clock(keras.callbacks.Callback):
        """Notes how long each epoch takes."""

        def __init__(self) -> None:
            super().__init__()
            self.seconds: list[float] = []

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self._start = time.perf_counter()

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            self.seconds.append(time.perf_counter() - self._start)

    return Clock()
