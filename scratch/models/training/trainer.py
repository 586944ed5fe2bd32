"""Training: what Keras's models can do, `compile`, `fit`, `evaluate`, `predict` and their parts.

    for every epoch:
        for every batch: one step (see `step`)
        evaluate on the validation data

What is reported for an epoch are running means: of the losses and metrics of every batch, computed
with the weights as they were before that batch's step.
"""

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from scratch import config, ops, optimizers, tree
from scratch.callbacks import CallbackList
from scratch.callbacks.callback import Logs
from scratch.callbacks.callback_list import python_logs
from scratch.callbacks.history import History
from scratch.context.definitions import trace_under_way
from scratch.context.interrupts import held
from scratch.context.spelling import spelt
from scratch.context.stack import restored
from scratch.data.arrays import as_arrays, split_validation, weights_of_classes
from scratch.data.epochs import Epochs
from scratch.data.streams import data_source, unpack
from scratch.kernels.denormals import flushed_to_zero
from scratch.models.training.compiling import Compiled
from scratch.models.training.hooks import added_at_hand, computing, hook, redefined
from scratch.models.training.loop import (
    callback_list_of,
    evaluate_pass,
    in_order,
    is_due,
    parts_of,
    run_pass,
    step_of,
    warn_of_nan,
    weights_of,
)
from scratch.models.training.resuming import Training
from scratch.models.training.step import Step, as_batch, as_number, is_one_batch
from scratch.serialization import deserialize_keras_object, serialize_keras_object
from scratch.variables.variable import Variable


class Trainer:
    """What a model can do besides being a layer: be trained, evaluated, asked for predictions.

    What these methods share is the `Step` that the model has.
    """

    name: str
    built: bool
    trainable_variables: list[Variable]
    trainable_weights: list[Variable]
    history: Any
    _loaded_from: Any = None  # see `scratch.callbacks.loaded_from`

    def __init__(self) -> None:
        self.compiled = False
        self.optimizer: Any = None
        self.loss: Any = None
        self.stop_training = False
        self.stop_evaluating = False
        self.stop_predicting = False
        self.history: Any = None
        self.run_eagerly, self.jit_compile, self.steps_per_execution = False, False, 1
        # Where `BackupAndRestore` resumes; kept, as in Keras.
        self._initial_epoch: int | None = None
        self._step = Step(self)

    def ensure_built(self, x: Any, training: bool) -> None:
        """Builds the model for data like `x`, or checks that they may enter.

        Args:
            x: the inputs of a batch, in the model's structure.
            training: whether it is to be trained on them: the first call says so.
        """
        self._step.build_for(x, training)

    def arranged(self, x: Any) -> Any:
        """The inputs of a batch as a network takes them: an array or a flat list."""
        return tree.unpack_single(tree.flatten(x))

    @spelt
    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        loss_weights: Any = None,
        metrics: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: Any = "auto",
        auto_scale_loss: bool = True,
    ) -> None:
        """Says how to train (`keras.Model.compile`).

        Args:
            optimizer: a name or an object.
            loss: a name, a function of (y_true, y_pred) in ops, or an object; for several outputs
                a list, a dictionary by name, or a structure of those. Without one, a model that
                was compiled before keeps its losses; likewise the metrics.
            loss_weights: a factor of the loss, or one for each.
            metrics: names, functions or objects, by output like `loss`; sample weights don't count.
            weighted_metrics: the same; sample weights count.
            steps_per_execution: how many batches lie between two calls of the batch callbacks.
            run_eagerly: nothing is compiled here either way; but what Keras does differently when
                it does not compile (quirks K21, K30) is followed.
            jit_compile: True: random numbers are those that XLA makes, as in a step that Keras has
                compiled by it: other dropout masks (quirk K37). "auto" is False, as in Keras where
                there is no GPU.
            auto_scale_loss: accepted because Keras has it; it changes nothing.

        Raises:
            ValueError: for unknown names.
        """
        jit_compile = False if jit_compile == "auto" else jit_compile
        if jit_compile and run_eagerly:
            warnings.warn(
                "If `run_eagerly` is True, then `jit_compile` cannot also be True. Disabling "
                "`jit_compile`.",
                stacklevel=2,
            )
            jit_compile = False
        optimizer = optimizers.get(optimizer)
        compiled = Compiled(
            {
                "optimizer": optimizer,
                "loss": loss,
                "loss_weights": loss_weights,
                "metrics": metrics,
                "weighted_metrics": weighted_metrics,
                "run_eagerly": run_eagerly,
                "steps_per_execution": steps_per_execution,
                "jit_compile": jit_compile,
            },
            self._step.compiled,
            self._step.add_to_metrics,
        )
        self._step.compiled, self.optimizer = compiled, optimizer
        self.loss = self.loss if loss is None else loss
        self.run_eagerly, self.jit_compile = run_eagerly, jit_compile
        self.steps_per_execution = steps_per_execution
        self.stop_training = False
        self.compiled = True
        self._step.disconnect()  # what is trained, or penalized, may have changed

    def get_compile_config(self) -> dict[str, Any]:
        """The arguments of `compile`, as plain values; empty before it."""
        if self._step.compiled is None:
            return {}
        return serialize_keras_object(self._step.compiled.settings)

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compiles the model as `get_compile_config` said."""
        if type(self).compile is not Trainer.compile:
            warnings.warn(
                "`compile()` was not called as part of model loading because the model's "
                "`compile()` method is custom. All subclassed Models that have `compile()` "
                "overridden should also override `get_compile_config()` and "
                "`compile_from_config(config)`. Alternatively, you can call `compile()` manually "
                "after loading.",
                stacklevel=2,
            )
            return
        self.compile(**deserialize_keras_object(config))
        if self.built:
            self.optimizer.build(self.trainable_variables)

    # Many batches ---------------------------------------------------------------------------------

    @spelt
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
    ) -> History:
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
        self._step.require_compiled()
        for name, number in (("epochs", epochs), ("initial_epoch", initial_epoch)):
            if not isinstance(number, int | np.integer):
                raise TypeError(f"fit: `{name}` must be an integer. Received: {number!r}")
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
        epoch_of.reset()
        callback_list = callback_list_of(
            self, callbacks, verbose, epoch_of.steps, epochs=epochs, add_history=True
        )
        self.stop_training = False
        training = Training(
            self,
            epoch_of,
            callback_list,
            lambda: data_source(
                *parts_of(validation_data), validation_batch_size or batch_size, validation_steps
            ),
        )
        compiled = self._step.compiled
        callback_list.on_train_begin()
        self._loaded_from = None  # what is trained is no longer what was loaded
        initial_epoch = self._initial_epoch or initial_epoch  # `BackupAndRestore` sets it
        for epoch in training.numbers(initial_epoch, epochs):
            self.reset_metrics()
            callback_list.on_epoch_begin(epoch)
            run_pass(self, epoch_of, callback_list, "train", compiled)
            logs = self._step.reported()
            warn_of_nan(logs, batches)
            if validation_data is not None and is_due(epoch, validation_freq):
                if type(self).evaluate is not Trainer.evaluate or "evaluate" in vars(self):
                    x_val, y_val, weight_val = parts_of(validation_data)
                    found = self.evaluate(
                        x=x_val,
                        y=y_val,
                        sample_weight=weight_val,
                        return_dict=True,
                        batch_size=validation_batch_size or batch_size,
                        steps=validation_steps,
                        callbacks=callback_list,
                    )
                else:
                    source = training.validation_source()
                    passes = Epochs(source, validation_steps, self.steps_per_execution)
                    found = evaluate_pass(self, passes, callback_list, "the validation data")
                logs.update({f"val_{name}": value for name, value in found.items()})
            training.ends_epoch(logs)
            callback_list.on_epoch_end(epoch, logs)
            if self.stop_training:
                break
        if epochs > 0:
            self.optimizer.finalize_variable_values(self.trainable_weights)
        callback_list.on_train_end(training.logs)
        return self.history

    @spelt
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
        self._step.require_compiled()
        source = data_source(x, y, sample_weight, batch_size, steps)
        epoch = Epochs(source, steps, self.steps_per_execution)
        callback_list = callback_list_of(self, callbacks, verbose, epoch.steps)
        inside_fit = isinstance(callbacks, CallbackList)
        data = "the validation data" if inside_fit else "the data"
        logs = evaluate_pass(self, epoch, callback_list, data)
        return dict(sorted(logs.items())) if return_dict else in_order(self, logs)

    @spelt
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
        self.stop_predicting = False
        nobody_listens = callbacks is None and verbose == 0 and steps is None
        if nobody_listens and is_one_batch(x, batch_size) and not redefined(self, "predict_step"):
            found = self._step.predicted_at_once(x)
            if found is not None:
                return found
        source = data_source(x, batch_size=batch_size, steps=steps)
        epoch = Epochs(source, steps, self.steps_per_execution)
        callback_list = callback_list_of(self, callbacks, verbose, epoch.steps)
        compiled = self._step.compiled
        callback_list.on_predict_begin()
        outputs: list[Any] = []
        run_pass(self, epoch, callback_list, "predict", compiled, outputs)
        callback_list.on_predict_end()
        leaves = zip(*map(tree.flatten, outputs), strict=True)
        return tree.pack_sequence_as(outputs[0], [np.concatenate(parts) for parts in leaves])

    # Single batches -------------------------------------------------------------------------------

    @spelt
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
        self._step.require_compiled()
        if class_weight is not None:
            if sample_weight is not None:
                raise ValueError(
                    "Arguments `sample_weight` and `class_weight` cannot be specified at the same "
                    f"time. Received: sample_weight={sample_weight}, class_weight={class_weight}"
                )
            sample_weight = weights_of_classes(as_arrays("y", y), class_weight)
        batch = as_batch(x, y, weights_of(sample_weight))
        network = self._step.prepare(batch, training=True)
        self.reset_metrics()
        self._step.logs = step_of(self, "train")(batch, network) or self._step.logs
        logs = python_logs(self._step.reported())
        return dict(sorted(logs.items())) if return_dict else in_order(self, logs)

    @spelt
    @restored
    @flushed_to_zero
    def test_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """The loss (and metrics) of one batch."""
        self._step.require_compiled()
        batch = as_batch(x, y, weights_of(sample_weight))
        network = self._step.prepare(batch, training=False)
        self.reset_metrics()
        self._step.logs = step_of(self, "test")(batch, network) or self._step.logs
        logs = python_logs(self._step.reported())
        return dict(sorted(logs.items())) if return_dict else in_order(self, logs)

    @restored
    @flushed_to_zero
    def predict_on_batch(self, x: Any) -> Any:
        """The outputs of one batch."""
        batch = as_batch(x)
        return step_of(self, "predict")(batch, self._step.prepare(batch, training=False))

    # One step, which a subclass may redefine ------------------------------------------------------

    @hook
    def train_step(self, data: Any) -> Logs:
        """One step of training on `data`: x, (x, y) or (x, y, sample_weight); returns the logs."""
        step = self._step
        batch = as_batch(*unpack(data))
        step.logs = None  # those of the step before
        step.train_on(batch, step.prepare(batch, training=True))
        return step.reported()

    @hook
    def test_step(self, data: Any) -> Logs:
        """Takes `data`, like those of `train_step`, into account; returns the logs."""
        step = self._step
        batch = as_batch(*unpack(data))
        step.logs = None
        step.test_on(batch, step.prepare(batch, training=False))
        return step.reported()

    @hook
    def predict_step(self, data: Any) -> Any:
        """The outputs for `data`: x, or a tuple that begins with it."""
        step = self._step
        batch = as_batch(unpack(data)[0])
        return step.predicted(batch[0], step.prepare(batch, training=False))

    @property
    @hook
    def losses(self) -> list[Any]:
        """What layers add to the loss (see `Layer`); in `compute_loss`, of the batch at hand."""
        found = added_at_hand(self)
        return super().losses if found is None else found  # type: ignore[misc]

    @hook
    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """The compiled losses, and the penalties that layers add.

        Args:
            x, y, sample_weight: of the batch.
            y_pred: the outputs, arrays or symbols, in the model's structure.
            training: whether the batch is trained on.

        Raises:
            ValueError: where there is nothing to add up.
        """
        total: list[Any] = []
        by_hand = added_at_hand(self) is None
        outputs = tree.flatten(y_pred)
        for term, labels, weight in self._step.loss_terms(y, sample_weight, y_pred):
            p = outputs[term.number]
            value = term.loss(labels, p, weight)
            # Called by hand, it runs eagerly in Keras too, and counts samples (quirk K30).
            report = [value, p.shape[0], by_hand]
            tracer = trace_under_way()
            if tracer is not None and isinstance(value, ops.Symbol):
                tracer.perform(term.report, report)
            elif not isinstance(value, ops.Symbol):
                term.report(*report)
            total.append(value if term.weight is None else value * term.weight)
        total += [ops.sum(penalty) for penalty in self.losses]
        if not total:
            raise ValueError("No loss to compute. Provide a `loss` argument in `compile()`.")
        return sum(total[1:], total[0])

    @hook
    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> Logs:
        """Adds a batch to the compiled metrics; returns the logs."""
        outputs, network = tree.flatten(y_pred), computing.top
        computed = [node.y for node in network.outputs] if network is not None else []
        if computed and list(map(id, computed)) == list(map(id, outputs)):
            self._step.resolve_for(y, y_pred)
            known = network.known_logits()
            self._step.update_compiled_metrics(outputs, known, y, sample_weight)
        else:
            self._step.add_to_metrics(y, y_pred, sample_weight)
        return self.get_metrics_result()

    # What is reported -----------------------------------------------------------------------------

    @property
    def metrics(self) -> list[Any]:
        """The loss tracker, the compiled metrics, the trackers of several losses, and others."""
        found = [m for m in (self._loss_tracker, self._compile_metrics) if m is not None]
        if self._step.compiled is not None:
            found += self._step.compiled.losses.metrics
        return found + self._own_metrics()

    # Two of Keras's private names, for which `train_step`s of users reach.

    @property
    def _loss_tracker(self) -> Any:
        """The running mean of the loss; None before `compile`."""
        return None if self._step.compiled is None else self._step.compiled.tracker

    @property
    def _compile_metrics(self) -> Any:
        """The metrics given to `compile`; None where there are none."""
        compiled = self._step.compiled
        return compiled.metrics if compiled is not None and compiled.metrics.wanted else None

    def _own_metrics(self) -> list[Any]:
        """The metrics that layers keep as attributes; not those of models inside the model."""
        own: Any = self
        found = list(own._metrics)
        for layer in own._layers:
            if not isinstance(layer, Trainer):
                found += layer.metrics
        return found

    @property
    def metrics_names(self) -> list[str]:
        """The names of `metrics`."""
        return [m.name for m in self.metrics]

    def reset_metrics(self) -> None:
        """Resets all running means."""
        self._step.logs = None
        for metric in self.metrics:
            metric.reset_state()

    def get_metrics_result(self) -> Logs:
        """The running means: `{"loss": ..., "accuracy": ...}`."""
        logs: Logs = {}
        for metric in self.metrics:
            result = metric.result()
            if isinstance(result, dict):
                logs |= {name: as_number(value) for name, value in result.items()}
            else:
                logs[metric.name] = as_number(result)
        return logs
