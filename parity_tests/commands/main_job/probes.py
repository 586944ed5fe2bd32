"""What the verdict rests on: three short experiments, done alike by both engines.

batch_order      in which order `fit` feeds the samples, over two epochs
float64_stretch  `fit` in float64, where every digit but the last few is decided by mathematics
float32_stretch  steps in float32, with the ReLU masks of each: until a mask differs, the two
                 runs are still computing the same function
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from parity_tests.commands.main_job.faults import planted
from parity_tests.commands.main_job.job import Job, Setting, Weights, take_over
from parity_tests.commands.main_job.train import library, new_model, weight_names

VALIDATION_SAMPLES = 1000


@dataclass(frozen=True)
class Stretch:
    """Some steps of training.

    Attributes:
        names: of the weights.
        weights: after the steps that are the keys; 0 is before the first.
        history: what `fit` returned (float64 stretch).
        masks: for each step on which side of their bends all ReLU units are on that step's batch,
            and which place wins in each window of a maximum (float32 stretch; empty where there
            is neither).
    """

    names: list[str]
    weights: dict[int, Weights]
    history: dict[str, list[float]]
    masks: list[bytes]


def checkpoints(steps: int) -> list[int]:
    """1, 2, 5, 10, 20, 50, ... and the last step."""
    series = (mantissa * 10**power for power in range(9) for mantissa in (1, 2, 5))
    return sorted({step for step in series if step < steps} | {steps})


def batch_order(job: Job, setting: Setting) -> np.ndarray:
    """The sample numbers that `fit` feeds in two epochs, in order: the labels are the numbers."""
    keras, data = library(setting.library), take_over(job)
    with planted(job.fault if setting.library == "scratch" else None):
        model = new_model(keras, job, setting, job.precision, metrics=None, run_eagerly=True)
        numbers = np.arange(len(data.y_train)).reshape(-1, *[1] * (data.y_train.ndim - 1))
        seen: list[np.ndarray] = []

        def note(batch: Any) -> dict[str, Any]:
            seen.append(np.array(batch[1]).ravel())
            return {"loss": keras.ops.sum(batch[1])}

        model.train_step = note
        model.fit(data.x_train, numbers, epochs=2, batch_size=job.batch_size, verbose=0)
    return np.concatenate(seen)


def float64_stretch(job: Job, setting: Setting) -> Stretch:
    """`fit` in float64 for `job.float64_steps` steps, shuffled and validated as in the job."""
    keras: Any = library(setting.library)
    data = take_over(job).astype("float64")
    wanted = set(checkpoints(job.float64_steps))
    samples = min(len(data.x_train), job.float64_steps * job.batch_size)
    epochs = -(-job.float64_steps // -(-samples // job.batch_size))

    class Checkpoints(keras.callbacks.Callback):
        """Keeps the weights of the steps that are wanted."""

        def __init__(self) -> None:
            super().__init__()
            self.step = 0
            self.kept: dict[int, Weights] = {}

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            self.step += 1
            if self.step in wanted:
                self.kept[self.step] = self.model.get_weights()

    with planted(job.fault if setting.library == "scratch" else None):
        model = new_model(keras, job, setting, "float64")
        taken = Checkpoints()
        start = model.get_weights()
        history = model.fit(
            data.x_train[:samples],
            data.y_train[:samples],
            epochs=epochs,
            batch_size=job.batch_size,
            validation_data=(data.x_valid[:VALIDATION_SAMPLES], data.y_valid[:VALIDATION_SAMPLES]),
            callbacks=[taken],
            verbose=0,
        )
    log = {name: [float(v) for v in values] for name, values in history.history.items()}
    return Stretch(weight_names(model), {0: start, **taken.kept}, log, [])


def float32_stretch(job: Job, setting: Setting) -> Stretch:
    """`job.float32_steps` steps in float32 on batches in the order of the arrays."""
    keras, data = library(setting.library), take_over(job).astype("float32")
    wanted = set(checkpoints(job.float32_steps))
    with planted(job.fault if setting.library == "scratch" else None):
        model = new_model(keras, job, setting, "float32")
        kept, masks = {0: model.get_weights()}, []
        step_with_masks = _observed[setting.library](model)
        size = job.float32_rows or job.batch_size
        starts = range(0, len(data.x_train) - size + 1, size) or range(1)
        for step in range(1, job.float32_steps + 1):
            start = starts[(step - 1) % len(starts)]
            rows = slice(start, start + size)
            masks.append(step_with_masks(data.x_train[rows], data.y_train[rows]))
            if step in wanted:
                kept[step] = model.get_weights()
    return Stretch(weight_names(model), kept, {}, masks)


def _is_relu(layer: Any) -> bool:
    return getattr(getattr(layer, "activation", None), "__name__", "") == "relu"


def _is_pool(layer: Any) -> bool:
    return type(layer).__name__ == "MaxPooling2D"


def _packed(outputs: list[Any]) -> bytes:
    return b"".join(np.packbits(np.asarray(y) > 0).tobytes() for y in outputs)


def _winners(x: Any, layer: Any) -> bytes:
    """Which place of each window is the largest; x: (batch, rows, columns, channels)."""
    windows = sliding_window_view(np.asarray(x), layer.pool_size, axis=(1, 2))
    windows = windows[:, :: layer.strides[0], :: layer.strides[1]]
    return windows.reshape(*windows.shape[:-2], -1).argmax(axis=-1).astype(np.uint8).tobytes()


def _observed_scratch(model: Any) -> Callable[[Any, Any], bytes]:
    """`train_on_batch` that returns the masks: the nodes still hold what they computed."""
    seen: list[bytes] = []
    train_on = model._step.train_on

    def observed(batch: Any, network: Any) -> None:
        train_on(batch, network)
        used = [(node, node.layer) for node in network.nodes]
        seen[:] = [_packed([node.y for node, layer in used if _is_relu(layer)])]
        seen.extend(_winners(node.inputs[0].y, layer) for node, layer in used if _is_pool(layer))

    model._step.train_on = observed

    def step(x: Any, y: Any) -> bytes:
        model.train_on_batch(x, y)
        return b"".join(seen)

    return step


def _observed_tensorflow(model: Any) -> Callable[[Any, Any], bytes]:
    """`train_on_batch` that returns the masks: the graph gives what decides them, too."""
    outputs: list[Any] = []
    pooled: list[Any] = []

    def recorded(activation: Any) -> Any:
        def relu(z: Any) -> Any:
            outputs.append(activation(z))
            return outputs[-1]

        return relu

    for layer in filter(_is_relu, model.layers):
        layer.activation = recorded(layer.activation)
    pools = list(filter(_is_pool, model.layers))
    for layer in pools:
        layer.call = functools.partial(_noting, layer.call, pooled)
    train_step = model.train_step

    def observed_step(batch: Any) -> dict[str, Any]:
        outputs.clear()
        pooled.clear()
        logs = train_step(batch)
        bends = {f"relu {i}": y for i, y in enumerate(outputs)}
        return {**logs, **bends, **{f"pool {i}": x for i, x in enumerate(pooled)}}

    model.train_step = observed_step
    relus = sum(map(_is_relu, model.layers))

    def step(x: Any, y: Any) -> bytes:
        logs = model.train_on_batch(x, y, return_dict=True)
        packed = _packed([logs[f"relu {i}"] for i in range(relus)])
        return packed + b"".join(_winners(logs[f"pool {i}"], p) for i, p in enumerate(pools))

    return step


def _noting(call: Callable, inputs: list[Any], x: Any) -> Any:
    inputs.append(x)
    return call(x)


_observed = {"scratch": _observed_scratch, "tensorflow": _observed_tensorflow}
