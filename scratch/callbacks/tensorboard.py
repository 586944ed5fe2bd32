"""A record of the training that TensorBoard draws: see `event_file` for how it is written.

log_dir/train          epoch_loss, epoch_accuracy, epoch_learning_rate, histograms, ...
log_dir/validation     epoch_loss, ..., evaluation_loss_vs_iterations, ...
"""

import os
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from scratch.callbacks.callback import Callback, Logs
from scratch.callbacks.event_file import EventFile
from scratch.files.whole import write_whole


class TensorBoard(Callback):
    """Writes event files (`keras.callbacks.TensorBoard`).

    Args:
        log_dir: the folder.
        histogram_freq: after how many epochs the weights' histograms are written; 0 for never.
        write_graph: whether the model's layers are drawn. There is no graph of operations here.
        write_images: whether weights are written as pictures too, with the histograms.
        write_steps_per_second: whether the speed is written.
        update_freq: `"epoch"`, `"batch"`, or after how many batches losses and metrics are written.
        profile_batch: 0: there is nothing to profile here.
        embeddings_freq: after how many epochs embeddings are saved; 0 for never.
        embeddings_metadata: a file of labels for them, or from a layer's name to one.

    Raises:
        ValueError: for another `profile_batch`, or metadata for layers that there are not.
    """

    def __init__(
        self,
        log_dir: str | os.PathLike = "logs",
        histogram_freq: int = 0,
        write_graph: bool = True,
        write_images: bool = False,
        write_steps_per_second: bool = False,
        update_freq: Any = "epoch",
        profile_batch: Any = 0,
        embeddings_freq: int = 0,
        embeddings_metadata: str | Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        if profile_batch:
            raise ValueError(
                "Profiling is not available: there is no accelerator and no compiled graph here. "
                f"Received: profile_batch={profile_batch!r} (must be 0)"
            )
        self.log_dir = os.fspath(log_dir)
        self.histogram_freq = histogram_freq
        self.write_graph = write_graph
        self.write_images = write_images
        self.write_steps_per_second = write_steps_per_second
        self.update_freq = 1 if update_freq == "batch" else update_freq
        self.embeddings_freq = embeddings_freq
        self.embeddings_metadata = embeddings_metadata
        self._files: dict[str, EventFile] = {}
        self._train_batch = self._batches_before = 0

    def set_model(self, model: Any) -> None:
        """Begins with a new model: draws its layers, and describes its embeddings."""
        super().set_model(model)
        self._close()
        if self.write_graph and hasattr(model, "to_json"):
            self._train.text("keras", model.to_json(), 0, "graph_keras_model")
        if self.embeddings_freq:
            self._describe_embeddings()

    @property
    def _train(self) -> EventFile:
        return self._file("train")

    @property
    def _validation(self) -> EventFile:
        return self._file("validation")

    def _file(self, name: str) -> EventFile:
        if name not in self._files:
            self._files[name] = EventFile(os.path.join(self.log_dir, name))
        return self._files[name]

    def _close(self) -> None:
        for file in self._files.values():
            file.close()
        self._files = {}

    # Moments --------------------------------------------------------------------------------------

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Starts counting batches at 0."""
        self._train_batch = self._batches_before = 0

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Closes the files."""
        self._close()

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Counts the batch, and notes when it began."""
        self._train_batch += 1
        self._batch_start = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Writes losses and metrics every `update_freq` batches."""
        if self.update_freq == "epoch" or self._train_batch % self.update_freq:
            return
        if self.write_steps_per_second:
            speed = 1.0 / (time.perf_counter() - self._batch_start)
            self._train.scalar("batch_steps_per_second", speed, self._train_batch)
        for name, value in (logs or {}).items():
            self._train.scalar(f"batch_{name}", value, self._train_batch)

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Writes the results of an evaluation against the number of updates."""
        optimizer = self.model.optimizer
        if optimizer is not None:
            for name, value in (logs or {}).items():
                step = int(np.asarray(optimizer.iterations))
                self._validation.scalar(f"evaluation_{name}_vs_iterations", value, step)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Notes when the epoch began."""
        self._epoch_start = time.perf_counter()
        self._batches_before = self._train_batch

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Writes losses, metrics, learning rate, and what else is due."""
        self._write_metrics(epoch, logs or {})
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            self._write_weights(epoch)
        if self.embeddings_freq and epoch % self.embeddings_freq == 0:
            name = f"keras_embedding.ckpt-{epoch}.weights.h5"
            self.model.save_weights(os.path.join(self.log_dir, "train", name))

    def get_state(self) -> list[int]:
        """What an exact resume must know: how many batches were counted."""
        return [self._train_batch, self._batches_before]

    def set_state(self, state: list[int]) -> None:
        """Continues counting from what `get_state` gave.

        Raises:
            ValueError: for a state of something else.
        """
        match state:
            case [int() as batches, int() as before]:
                self._train_batch, self._batches_before = batches, before
            case _:
                raise ValueError(f"no state of a TensorBoard: {str(state)[:100]}")

    def _write_metrics(self, epoch: int, logs: Logs) -> None:
        if not logs:
            return
        optimizer = self.model.optimizer
        train = {k: v for k, v in logs.items() if not k.startswith("val_")}
        rate = getattr(optimizer, "inner_optimizer", optimizer).learning_rate
        train["learning_rate"] = float(np.asarray(rate))
        if self.write_steps_per_second:
            batches = self._train_batch - self._batches_before
            train["steps_per_second"] = batches / (time.perf_counter() - self._epoch_start)
        for name, value in train.items():
            self._train.scalar(f"epoch_{name}", value, epoch)
        for name, value in logs.items():
            if name.startswith("val_"):
                self._validation.scalar(f"epoch_{name.removeprefix('val_')}", value, epoch)

    def _write_weights(self, epoch: int) -> None:
        for layer in self.model.layers:
            for weight in layer.weights:
                name = weight.path.replace(":", "_")
                self._train.histogram(f"{name}/histogram", weight.array, epoch)
                pictures = _as_pictures(np.squeeze(weight.array))
                if self.write_images and pictures is not None:
                    self._train.images(f"{name}/image", pictures, epoch)

    def _describe_embeddings(self) -> None:
        """Writes what the projector plugin reads."""
        labels = self.embeddings_metadata
        left = {} if labels is None or isinstance(labels, str) else dict(labels)
        lines = []
        for layer in self.model.layers:
            if not hasattr(layer, "embeddings_initializer"):
                continue
            path = labels if isinstance(labels, str) else left.pop(layer.name, None)
            name = "layer_with_weights-0/embeddings/.ATTRIBUTES/VARIABLE_VALUE"
            lines += ["embeddings {", f'  tensor_name: "{name}"']
            lines += [f'  metadata_path: "{path}"'] if path else []
            lines.append("}")
        if left:
            raise ValueError(
                "Unrecognized `Embedding` layer names passed to `keras.callbacks.TensorBoard` "
                f"`embeddings_metadata` argument: {left.keys()}"
            )
        os.makedirs(self.log_dir, exist_ok=True)
        path = os.path.join(self.log_dir, "projector_config.pbtxt")
        write_whole(path, "\n".join([*lines, ""]).encode())


def _as_pictures(weight: np.ndarray) -> np.ndarray | None:
    """A weight as grey pictures (n, rows, columns, 1); None where it has no such shape."""
    if weight.ndim == 1:
        return weight[None, :, None, None]
    if weight.ndim == 2:
        wide = weight.T if weight.shape[0] > weight.shape[1] else weight
        return wide[None, :, :, None]
    if weight.ndim == 3:
        return weight.transpose(2, 0, 1)[..., None]
    return weight if weight.ndim == 4 and weight.shape[-1] in (1, 3, 4) else None
