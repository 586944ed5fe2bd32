"""What `compile` says about training, and what is reported of it.

Losses and metrics are resolved when the first batch shows the shapes of labels and outputs.
"""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from scratch import optimizers
from scratch.flat_storage import FlatStorage
from scratch.losses.fusion import activation_before
from scratch.metrics.mean import Mean
from scratch.models.compiled_losses import CompiledLosses
from scratch.models.compiled_metrics import CompiledMetrics
from scratch.models.outputs import Outputs
from scratch.models.own_loss import OwnLoss
from scratch.network import Network
from scratch.node import Node
from scratch.serialization import deserialize_keras_object, serialize_keras_object
from scratch.variable import Variable

Logs = dict[str, Any]


class Compiled:
    """What `compile` was given, and what became of it.

    Args:
        settings: the arguments.
        before: of the last `compile`: losses, or metrics, stay where no others are given.
    """

    losses: CompiledLosses
    metrics: CompiledMetrics

    def __init__(self, settings: dict[str, Any], before: "Compiled | None" = None) -> None:
        self.settings = settings
        if settings["loss"] is None and before is not None:
            self.losses = before.losses
        else:
            self.losses = CompiledLosses(
                settings["loss"], settings["loss_weights"], settings["run_eagerly"]
            )
        metrics = settings["metrics"], settings["weighted_metrics"]
        if metrics == (None, None) and before is not None:
            self.metrics = before.metrics
        else:
            self.metrics = CompiledMetrics(*metrics)
        self.tracker = Mean(name="loss")
        self.outputs: Outputs | None = None  # once resolved
        self.by_hand: Outputs | None = None  # of predictions by hand, before that
        self.heads: list[Any] = []  # the activations that give the outputs, see `fusion`
        self.training: Network | None = None
        self.inference: Network | None = None
        self.storage: FlatStorage | None = None
        self.stepping: Any = None  # the optimizer that makes the steps
        self.own_loss: OwnLoss | None = None  # where `compute_loss` is redefined
        self.proven = False  # whether a batch went through with what was resolved

    def only(self, labels: Any) -> Any:
        """The labels (or weights) of a model with one output."""
        if labels is None or labels.__class__ is np.ndarray:  # every step passes here
            return labels
        assert self.outputs is not None
        return self.outputs.arranged(labels)[0]

    def find_logits(self, heads: list[Node]) -> None:
        """Lets losses and metrics read what stands before the activations that give the outputs.

        Args:
            heads: the nodes of the outputs.
        """
        self.losses.find_logits(heads)
        self.metrics.find_logits(heads)
        self.heads = list(map(activation_before, heads))

    def disconnect(self) -> None:
        """Forgets what is known of a model whose layers have changed."""
        self.outputs = self.by_hand = self.training = self.inference = self.storage = None
        self.own_loss = None
        self.proven = False

    def __getstate__(self) -> dict[str, Any]:
        return {
            **vars(self),
            "training": None,
            "inference": None,
            "own_loss": None,
        }  # a copy makes its own


class Compiling:
    """A model that can be compiled, and reports running means."""

    name: str
    built: bool
    trainable_variables: list[Variable]
    trainable_weights: list[Variable]
    disconnect: Callable[[], None]

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
        self._compiled: Compiled | None = None
        self._logs: Logs | None = None  # of a step that a subclass has redefined

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
                it does not compile is followed: a user's definitions run in every batch, and not
                once, and settings may change without a word (quirks K21, K30, K39).
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
            self._compiled,
        )
        self._compiled, self.optimizer = compiled, optimizer
        self.loss = self.loss if loss is None else loss
        self.run_eagerly, self.jit_compile = run_eagerly, jit_compile
        self.steps_per_execution = steps_per_execution
        self.stop_training = False
        self.compiled = True
        self.disconnect()  # what is trained, or penalized, may have changed

    def get_compile_config(self) -> dict[str, Any]:
        """The arguments of `compile`, as plain values; empty before it."""
        if self._compiled is None:
            return {}
        return serialize_keras_object(self._compiled.settings)

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compiles the model as `get_compile_config` said."""
        if type(self).compile is not Compiling.compile:
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

    def _require_compiled(self) -> Compiled:
        if self._compiled is None:
            raise ValueError(
                f"Model {self.name!r}: you must call `compile()` before using the model, e.g. "
                'model.compile(optimizer="sgd", loss="mse")'
            )
        return self._compiled

    @property
    def metrics(self) -> list[Any]:
        """The loss tracker, the compiled metrics, the trackers of several losses, and others."""
        found: list[Any] = []
        if self._compiled is not None:
            found.append(self._compiled.tracker)
            if self._compiled.metrics.wanted:
                found.append(self._compiled.metrics)
            found += self._compiled.losses.metrics
        return found + self._own_metrics()

    def _own_metrics(self) -> list[Any]:
        """The metrics that layers keep as attributes; not those of models inside the model."""
        own: Any = self
        found = list(own._metrics)
        for layer in own._layers:
            if not isinstance(layer, Compiling):
                found += layer.metrics
        return found

    @property
    def metrics_names(self) -> list[str]:
        """The names of `metrics`."""
        return [m.name for m in self.metrics]

    def reset_metrics(self) -> None:
        """Resets all running means."""
        self._logs = None
        for metric in self.metrics:
            metric.reset_state()

    # What is reported -----------------------------------------------------------------------------

    def step_logs(self) -> Logs:
        """What the last step reports: the running means, or what a redefined step says."""
        means = self.get_metrics_result()
        if self._logs is None or self._logs.keys() == means.keys():
            return means
        return {name: _number(value) for name, value in self._logs.items()}

    def get_metrics_result(self) -> Logs:
        """The running means: `{"loss": ..., "accuracy": ...}`."""
        logs: Logs = {}
        for metric in self.metrics:
            result = metric.result()
            if isinstance(result, dict):
                logs |= {name: _number(value) for name, value in result.items()}
            else:
                logs[metric.name] = _number(result)
        return logs


def _number(value: Any) -> Any:
    return float(value) if np.ndim(value) == 0 else value
