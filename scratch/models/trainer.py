"""Training: batches, epochs, validation.

    for every epoch:
        for every batch: one step (see `training_step`)
        evaluate on the validation data

What is reported for an epoch are running means: of the losses and metrics of every batch, computed
with the weights as they were before that batch's step.
"""

import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from scratch import config, quirks, structure
from scratch.batches import Batch, Batches, as_arrays, split_validation, weights_of_classes
from scratch.callbacks import CallbackList
from scratch.denormals import FlushToZero, flushed_to_zero
from scratch.epochs import Epochs
from scratch.interrupts import held
from scratch.models.compiling import Logs
from scratch.models.resuming import Training
from scratch.models.training_step import TrainingStep
from scratch.network import Network
from scratch.random.xla import compiled_by_xla
from scratch.stack import restored
from scratch.streams import Stream, data_source, unpack


class Trainer(TrainingStep):
    """What a model can do with many batches: fit, evaluate, predict."""

    history: Any
    _loaded_from: Any = None  # see `scratch.callbacks.loaded_from`

    # Many batches ---------------------------------------------------------------------------------

    @restored
    @held()
    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool | str = True,
        class_weight: Mapping[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: int | list[int] = 1,
    ) -> Any:
        """Trains the model (`keras.Model.fit`).

        Args:
            x: samples, (n, ...); for several inputs a list or a dictionary of arrays (a list of
                numbers, or of lists of them, is no array: pass `np.array(x)`, as in Keras). Or a
                generator, an iterable or a `PyDataset` that yields batches `(x, y)` or
                `(x, y, sample_weight)`; then `y` and `sample_weight` stay empty.
            y: labels, (n, ...); for several outputs a list or a dictionary of arrays.
            batch_size: rows of a batch; default 32.
            epochs: number of the last epoch.
            verbose: 0 silent, 1 progress bar, 2 a line for every epoch, `"auto"`: 1.
            callbacks: see `scratch.callbacks`.
            validation_split: the share of the data, from its end, on which the model is evaluated
                after every epoch.
            validation_data: `(x, y)` or `(x, y, sample_weight)`, or a source of batches, instead.
            shuffle: True for a new order in every epoch (but see quirk K4), `"batch"` to shuffle
                inside batches only, False for the order of the arrays.
            class_weight: from class number to weight.
            sample_weight: (n,), or one array for each output.
            initial_epoch: number of the first epoch, from 0.
            steps_per_epoch: batches of an epoch, if not all.
            validation_steps, validation_batch_size, validation_freq: as in Keras.

        Returns:
            The `History` callback: `.history` maps each name to its value after every epoch.

        Raises:
            ValueError: before `compile`, or for arrays that do not fit the model or each other.
            InvalidArgumentError: for class numbers outside the model's outputs.
        """
        self._require_compiled()
        limit = config.max_epochs()
        if limit and limit < epochs:
            warnings.warn(f"Limiting epochs to {limit}", stacklevel=2)
            epochs = limit
        if validation_split and validation_data is None:
            (x, y, sample_weight), validation_data = split_validation(
                (x, y, sample_weight), validation_split
            )
        batches = data_source(
            x, y, sample_weight, batch_size, steps_per_epoch, shuffle, class_weight
        )
        epoch_of = Epochs(batches, steps_per_epoch, self.steps_per_execution)
        callback_list = self._callback_list(
            callbacks, verbose, epoch_of.steps, epochs=epochs, add_history=True
        )
        self.stop_training = False
        training = Training(
            self,
            epoch_of,
            callback_list,
            lambda: data_source(
                *_validation(validation_data), validation_batch_size or batch_size, validation_steps
            ),
        )
        callback_list.on_train_begin()
        self._loaded_from = None  # what is trained is no longer what was loaded
        initial_epoch = self._initial_epoch or initial_epoch  # `BackupAndRestore` sets it
        for epoch in training.numbers(initial_epoch, epochs):
            self.reset_metrics()
            callback_list.on_epoch_begin(epoch)
            self._run(epoch_of, callback_list, "train")
            logs = self.step_logs()
            self._warn_of_nan(logs, batches)
            if validation_data is not None and _is_due(epoch, validation_freq):
                if type(self).evaluate is not Trainer.evaluate or "evaluate" in vars(self):
                    found = self._evaluate_redefined(
                        validation_data,
                        batch_size=validation_batch_size or batch_size,
                        steps=validation_steps,
                        callbacks=callback_list,
                    )
                else:
                    source = training.validation_source()
                    passes = Epochs(source, validation_steps, self.steps_per_execution)
                    found = self._evaluate(passes, callback_list)
                logs.update({f"val_{name}": value for name, value in found.items()})
            training.ends_epoch(logs)
            callback_list.on_epoch_end(epoch, logs)
            if self.stop_training:
                break
        if epochs > 0:
            self.optimizer.finalize_variable_values(self.trainable_weights)
        callback_list.on_train_end(training.logs)
        return self.history

    @restored
    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: Any = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """The loss and the metrics on some data (`keras.Model.evaluate`).

        Returns:
            The loss, or a list of loss and metrics, or a dictionary if `return_dict`.

        Raises:
            ValueError: as in `fit`.
        """
        self._require_compiled()
        source = data_source(x, y, sample_weight, batch_size, steps)
        epoch = Epochs(source, steps, self.steps_per_execution)
        callback_list = self._callback_list(callbacks, verbose, epoch.steps)
        logs = self._evaluate(epoch, callback_list)
        return dict(sorted(logs.items())) if return_dict else self._in_order(logs)

    def _evaluate_redefined(self, data: Any, **options: Any) -> Logs:
        x, y, weight = _validation(data)
        return self.evaluate(x=x, y=y, sample_weight=weight, return_dict=True, **options)

    def _evaluate(self, epoch: Epochs, callback_list: CallbackList) -> Logs:
        self.stop_evaluating = False
        callback_list.on_test_begin()
        self.reset_metrics()
        self._run(epoch, callback_list, "test")
        logs = self.step_logs()
        callback_list.on_test_end(logs)
        return logs

    @restored
    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: Any = "auto",
        steps: int | None = None,
        callbacks: Any = None,
    ) -> Any:
        """The outputs for samples `x`, (n, ...) (`keras.Model.predict`).

        Returns:
            An array, or arrays in the structure of the model's outputs.

        Raises:
            ValueError: for an array that does not fit the model.
        """
        source = data_source(x, batch_size=batch_size, steps=steps)
        epoch = Epochs(source, steps, self.steps_per_execution)
        callback_list = self._callback_list(callbacks, verbose, epoch.steps)
        self.stop_predicting = False
        callback_list.on_predict_begin()
        outputs: list[Any] = []
        self._run(epoch, callback_list, "predict", outputs)
        callback_list.on_predict_end()
        leaves = zip(*map(structure.flatten, outputs), strict=True)
        return structure.pack_as(outputs[0], [np.concatenate(parts) for parts in leaves])

    def _run(self, *args: Any, **kwargs: Any) -> None:
        flush = FlushToZero()
        try:
            with flush:
                self._pass(flush, *args, **kwargs)
        finally:
            flush.__exit__()  # once more: an interrupt may have come just before the first time

    def _pass(
        self,
        flush: FlushToZero,
        epoch: "Epochs",
        callback_list: CallbackList,
        mode: str,
        outputs: list[Any] | None = None,
    ) -> None:
        """One pass over the batches of an epoch. Hooks are called only if somebody listens."""
        network = None
        stop = {
            "train": "stop_training", "test": "stop_evaluating", "predict": "stop_predicting"
        }[mode]  # fmt: skip
        begin: Callable | None = None
        if callback_list.wants_batch_hooks(mode):
            begin = flush.paused(getattr(callback_list, f"on_{mode}_batch_begin"))
            end = flush.paused(getattr(callback_list, f"on_{mode}_batch_end"))
        take = self._step_of(mode)
        together = self.steps_per_execution
        step = used = epoch.first - 1
        batches = iter(epoch)
        if isinstance(epoch.batches, Stream):
            batches = flush.fetched(batches)
        for step, batch in enumerate(batches, epoch.first):
            if epoch.goes_on is not None:  # behind this batch
                self.prepare(batch, mode == "train")
                flush.paused(epoch.goes_on)()
                used = step
                if self.stop_training:
                    break
                continue
            if begin and step % together == 0:
                begin(step)
                if network is not None:
                    self.tell_changes(network)
            if network is None or self.run_eagerly:  # as late as Keras, which runs it now
                network = self.prepare(batch, mode == "train")
            found = take(batch, network)
            if outputs is not None:
                outputs.append(found)
            elif found is not None:
                self._logs = found
            if begin and (step + 1) % together == 0:
                # Handed over as a function: most of the time nobody looks.
                end(step, {"outputs": outputs[-1]} if outputs else self.step_logs)
            if getattr(self, stop):
                break
        if begin and (step + 1) % together and step > used:
            last = step + together - (step + 1) % together
            end(last, {"outputs": outputs[-1]} if outputs else self.step_logs)

    def _step_of(self, mode: str) -> Callable[[Batch, Network], Any]:
        """What is done with a batch; a redefined step returns logs, or outputs."""
        take = self._plain_step_of(mode)
        if not self.jit_compile or not quirks.active("K37"):
            return take

        def compiled(batch: Batch, network: Network) -> Any:
            with compiled_by_xla():
                return take(batch, network)

        return compiled

    def _plain_step_of(self, mode: str) -> Callable[[Batch, Network], Any]:
        if self._redefines(f"{mode}_step"):
            hook = getattr(self, f"{mode}_step")

            def redefined(batch: Batch, network: Network) -> Any:
                given = next(n for n in (3, 2, 1) if n == 1 or batch[n - 1] is not None)
                return hook(batch[:given] if given > 1 else batch[0])

            return redefined
        if mode == "predict":
            return lambda batch, network: self.predicted(batch[0], network)
        return self.train_on if mode == "train" else self.test_on

    def predicted(self, x: Any, network: Network) -> Any:
        """The outputs for a batch, in memory of their own and in the model's structure."""
        with network.lock:
            y = network.forward(x if network.takes_as_is(x) else self.arranged(x))
            leaves = [part.copy() for part in (y if network.several_outputs else [y])]
        return structure.unpack_single(structure.pack_as(network.output_structure, leaves))

    def _callback_list(
        self,
        callbacks: Any,
        verbose: Any,
        steps: int | None,
        epochs: int = 1,
        add_history: bool = False,
    ) -> CallbackList:
        if isinstance(callbacks, CallbackList):
            return callbacks
        return CallbackList(
            callbacks,
            add_history=add_history,
            add_progbar=verbose != 0,
            verbose=verbose,
            epochs=epochs,
            steps=steps,
            model=self,
        )

    def _in_order(self, logs: Logs) -> Any:
        """Loss first, then the metrics as compiled, then what is left by name."""
        names = []
        for metric in self.metrics:
            inner = getattr(metric, "metrics", None)
            names += [metric.name] if inner is None else [m.name for m in inner]
        values = [logs[name] for name in names if name in logs]
        values += [logs[name] for name in sorted(logs) if name not in names]
        return values[0] if len(values) == 1 else values

    def _warn_of_nan(self, logs: Logs, batches: Any) -> None:
        """Keras trains on NaN without a word; the digits are the same here, but not the silence."""
        if not np.isnan(logs.get("loss", 0)):
            return
        for name, array in (("x", batches.x), ("y", batches.y), ("sample_weight", batches.weight)):
            if isinstance(array, np.ndarray) and array.dtype.kind == "f" and np.isnan(array).any():
                where = tuple(int(i) for i in np.argwhere(np.isnan(array))[0])
                warnings.warn(
                    f"the loss is NaN because `{name}` holds {int(np.isnan(array).sum())} NaN "
                    f"values, the first at {name}[{', '.join(map(str, where))}]. Expected finite "
                    "numbers: remove or replace those samples",
                    RuntimeWarning,
                    stacklevel=3,
                )

    # Single batches -------------------------------------------------------------------------------

    @restored
    @flushed_to_zero
    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: Mapping[int, float] | None = None,
        return_dict: bool = False,
    ) -> Any:
        """One step on one batch; returns the loss (and metrics) from before the step."""
        self._require_compiled()
        if class_weight is not None:
            if sample_weight is not None:
                raise ValueError(
                    "Arguments `sample_weight` and `class_weight` cannot be specified at the same "
                    f"time. Received: sample_weight={sample_weight}, class_weight={class_weight}"
                )
            sample_weight = weights_of_classes(as_arrays("y", y), class_weight)
        batch = self.as_batch(x, y, _weights(sample_weight))
        network = self.prepare(batch, training=True)
        self.reset_metrics()
        self._logs = self._step_of("train")(batch, network) or self._logs
        logs = self.step_logs()
        return dict(sorted(logs.items())) if return_dict else self._in_order(logs)

    @restored
    @flushed_to_zero
    def test_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """The loss (and metrics) of one batch."""
        self._require_compiled()
        batch = self.as_batch(x, y, _weights(sample_weight))
        network = self.prepare(batch, training=False)
        self.reset_metrics()
        self._logs = self._step_of("test")(batch, network) or self._logs
        logs = self.step_logs()
        return dict(sorted(logs.items())) if return_dict else self._in_order(logs)

    @restored
    @flushed_to_zero
    def predict_on_batch(self, x: Any) -> Any:
        """The outputs of one batch."""
        batch = self.as_batch(x)
        return self._step_of("predict")(batch, self.prepare(batch, training=False))

    def as_batch(self, x: Any, y: Any = None, sample_weight: Any = None) -> Batch:
        """All samples as one batch, checked and converted as `fit` would."""
        rows = len(structure.flatten(as_arrays("x", x))[0])
        batches = Batches(x, y, sample_weight, batch_size=max(1, rows))
        return next(iter(batches))


def _validation(data: Any) -> tuple[Any, Any, Any]:
    """`(x, y, sample_weight)` of validation data; a source of batches is x alone."""
    return unpack(data) if isinstance(data, list | tuple) else (data, None, None)


def _weights(given: Any) -> Any:
    """Sample weights of a single batch, which may be a list of numbers, as in Keras."""
    numbers = isinstance(given, list) and all(isinstance(w, int | float) for w in given)
    return np.array(given, config.floatx()) if numbers else given


def _is_due(epoch: int, frequency: int | list[int]) -> bool:
    if isinstance(frequency, int):
        return (epoch + 1) % frequency == 0
    if isinstance(frequency, list):
        return epoch + 1 in frequency
    raise ValueError(
        "Expected `validation_freq` to be a list or int. Received: "
        f"validation_freq={frequency} of the type {type(frequency)}."
    )
