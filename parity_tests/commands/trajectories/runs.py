"""The same steps, three ways: `scratch`, `scratch` with its hidden units permuted, and tf.keras.

All begin with the same weights and see the same batches in the same order, pass after pass; the
last batch of a pass is ragged. A run is asked for its weights after ever more steps.

A permutation of hidden units changes a network's weights and nothing else:

    W1[:, p], b1[p], W2[p, :][:, q], b2[q], W3[q, :]

What it computes is the same sum in another order. So a permuted *twin* of a run shows how far
rounding alone drives two correct implementations apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from keras_models import fashion_mnist
from parity_tests.commands.main_job.plain import silent_start
from parity_tests.commands.trajectories.variants import catalogue
from parity_tests.harness.engines import QUIET
from parity_tests.harness.worker import Worker

BATCH_SIZE = fashion_mnist.BATCH_SIZE
SEED = 42
# One thread each: reductions happen in one order, and other programs get their share of the cores.
ONE_THREAD = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}

Weights = list[np.ndarray]
Numbers = list[np.ndarray]  # weights, then what the optimizer remembers


@dataclass(frozen=True)
class Pictures:
    """What the network is trained on and tested with."""

    x: np.ndarray
    y: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    name: str

    @property
    def steps_per_epoch(self) -> int:
        """Batches of one pass."""
        return -(-len(self.x) // BATCH_SIZE)

    def rows(self, step: int) -> slice:
        """The rows of step 0, 1, 2, ..."""
        start = step % self.steps_per_epoch * BATCH_SIZE
        return slice(start, min(start + BATCH_SIZE, len(self.x)))


def load(samples: int | None = None, precision: str = "float64") -> Pictures:
    """The lecture's data, or their first `samples` rows."""
    data = fashion_mnist.data(announce=lambda note: None)
    x, x_test = (a[:samples].astype(precision) for a in (data.x_train, data.x_test))
    return Pictures(x, data.y_train[:samples], x_test, data.y_test[:samples], data.name)


class ScratchRun:
    """A run in this process, whose `floatx` is the data's precision meanwhile.

    Args:
        name: of the variant.
        data: what to train on.
        twin: 0 for the run itself; a twin's number chooses its permutation.
    """

    def __init__(self, name: str, data: Pictures, twin: int = 0) -> None:
        import scratch

        self._data, self._done = data, 0
        self._model = _model(scratch, name)
        initial = self._model.get_weights()
        draw = np.random.default_rng([SEED, twin])
        self._orders = [
            draw.permutation(len(bias)) if twin else np.arange(len(bias))
            for bias in initial[1:-1:2]
        ]
        self._model.set_weights(permuted(initial, self._orders))
        # As in TensorFlow's run; an optimizer that `fit` builds starts otherwise (quirk K21).
        self._model.optimizer.build(self._model.trainable_variables)

    def weights_after(self, step: int) -> Weights:
        """Trains on to `step`; the weights, their units in the original order."""
        for i in range(self._done, step):
            rows = self._data.rows(i)
            self._model.train_on_batch(self._data.x[rows], self._data.y[rows])
        self._done = step
        return permuted(self._model.get_weights(), [np.argsort(order) for order in self._orders])

    def numbers(self) -> Numbers:
        """All that the run goes on from, its units in its own order."""
        return _numbers(self._model)

    def go_on(self, step: int, numbers: Numbers) -> None:
        """Puts the run where one with these numbers was after `step`."""
        _assign(self._model, numbers)
        self._done = step


def decisions(weights: Weights, data: Pictures) -> np.ndarray:
    """The classes that a network with these weights sees in the test images."""
    import scratch

    model = _model(scratch, "sgd")
    model.set_weights(weights)
    return model.predict(data.x_test, batch_size=1000, verbose=0).argmax(axis=1)


def permuted(weights: Weights, orders: list[np.ndarray]) -> Weights:
    """The same network with the units of each hidden layer in another order."""
    changed = [w.copy() for w in weights]
    for layer, order in enumerate(orders):
        kernel, bias, following = 2 * layer, 2 * layer + 1, 2 * layer + 2
        changed[kernel] = changed[kernel][:, order]
        changed[bias] = changed[bias][order]
        changed[following] = changed[following][order]
    return changed


class TensorFlowRun:
    """A run in a worker process, which keeps the data between runs.

    Args:
        worker: see `tensorflow_worker`.
        name: of the variant.
        initial: the weights to begin with.
        samples: rows of the data that the worker is to load; None for all.
        precision: `"float32"` or `"float64"`.
    """

    def __init__(
        self,
        worker: Worker,
        name: str,
        initial: Weights,
        samples: int | None = None,
        precision: str = "float64",
    ) -> None:
        self._worker = worker
        worker.call(f"{__name__}:begin", name, initial, samples, precision)

    def weights_after(self, step: int) -> Weights:
        """Trains on to `step`; the weights."""
        return self._worker.call(f"{__name__}:advance", step)

    def numbers(self) -> Numbers:
        """The state that the run continues from: weights and optimizer."""
        return self._worker.call(f"{__name__}:running_numbers")

    def go_on(self, step: int, numbers: Numbers) -> None:
        """Puts the run where one with these numbers was after `step`."""
        self._worker.call(f"{__name__}:jump", step, numbers)


def tensorflow_worker(environment: Mapping[str, str] | None = None) -> Worker:
    """A process for TensorFlow's runs, with more settings in its environment."""
    return Worker(dict(QUIET) | ONE_THREAD | dict(environment or {}), name="tensorflow")


def _model(keras: Any, name: str) -> Any:
    """The lecture's network, drawn from the seed and compiled."""
    keras.utils.clear_session()
    keras.utils.set_random_seed(SEED)
    model = fashion_mnist.build(keras)
    model.compile(
        optimizer=catalogue()[name](keras),
        loss=fashion_mnist.compile_settings(keras)["loss"],
        jit_compile=False,
    )
    return model


def _numbers(model: Any) -> Numbers:
    return [np.array(v.numpy()) for v in (*model.weights, *model.optimizer.variables)]


def _assign(model: Any, numbers: Numbers) -> None:
    for variable, value in zip((*model.weights, *model.optimizer.variables), numbers, strict=True):
        variable.assign(value)


# In the worker ------------------------------------------------------------------------------------


class _Running:
    """tf.keras's own `train_step`, in a loop that never leaves the graph."""

    def __init__(self, name: str, initial: Weights, data: Pictures) -> None:
        with silent_start():
            import keras
            import tensorflow as tf

            tf.constant(0)  # its devices are looked for when they are first needed
        keras.config.set_floatx(str(data.x.dtype))
        self.model = _model(keras, name)
        self.model.set_weights(initial)
        self.model.optimizer.build(self.model.trainable_variables)
        self.done = 0
        x, y = tf.constant(data.x), tf.constant(data.y)
        passes, count = data.steps_per_epoch, len(data.x)

        @tf.function(autograph=False)
        def steps(first: Any, stop: Any) -> Any:
            def body(i: Any) -> Any:
                start = i % passes * BATCH_SIZE
                end = tf.minimum(start + BATCH_SIZE, count)
                self.model.train_step((x[start:end], y[start:end]))
                return (i + 1,)

            return tf.while_loop(lambda i: i < stop, body, (first,), parallel_iterations=1)

        self.steps = lambda stop: steps(tf.constant(self.done), tf.constant(stop))


_running: list[_Running] = []
_loaded: dict[tuple[int | None, str], Pictures] = {}


def begin(name: str, initial: Weights, samples: int | None, precision: str) -> None:
    """Starts a run in this process."""
    asked = (samples, precision)
    if asked not in _loaded:
        _loaded[asked] = load(samples, precision)
    _running[:] = [_Running(name, initial, _loaded[asked])]


def advance(step: int) -> Weights:
    """Trains on to `step`."""
    run = _running[0]
    run.steps(step)
    run.done = step
    return run.model.get_weights()


def running_numbers() -> Numbers:
    """The state of the run in this process."""
    return _numbers(_running[0].model)


def jump(step: int, numbers: Numbers) -> None:
    """Continues the run in this process from the given numbers."""
    _assign(_running[0].model, numbers)
    _running[0].done = step
