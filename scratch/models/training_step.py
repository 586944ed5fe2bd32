"""One step of training, and what `compile` says about it.

    p  = network.forward(x)              the prediction
    L  = loss(y, p) + penalties          how wrong it is
    dp = dL/dp                           network.backward(dp) fills every gradient
    optimizer.step()                     better weights

Loss and metrics are resolved when the first batch shows the shapes of labels and outputs.
"""

from typing import Any

import numpy as np

from scratch import optimizers
from scratch.batches import Batch
from scratch.flat_storage import FlatStorage
from scratch.losses.fusion import from_logits
from scratch.losses.loss import Loss
from scratch.metrics.mean import Mean
from scratch.models.compiled import CompiledMetrics, resolve_loss
from scratch.network import Network
from scratch.node import Node
from scratch.regularizers.regularizers import penalty_gradient
from scratch.variable import Variable

Logs = dict[str, float]


class TrainingStep:
    """What a compiled model can do with one batch.

    A model provides `name`, `layers`, `trainable_variables`, and `new_network()`.
    """

    name: str

    def __init__(self) -> None:
        self.compiled = False
        self.optimizer: Any = None
        self.loss: Any = None
        self.stop_training = False
        self.stop_evaluating = False
        self.stop_predicting = False
        self._loss_tracker: Mean | None = None
        self._metrics: CompiledMetrics | None = None
        self._training: Network | None = None
        self._inference: Network | None = None
        self._storage: FlatStorage | None = None
        self._loss_object: Loss | None = None
        self._fused_loss: Loss | None = None
        self.loss_weight: float | None = None
        self._loss_node = Node(None)

    # What the model provides ----------------------------------------------------------------------

    @property
    def trainable_variables(self) -> list[Variable]:
        """The weights that an optimizer may change."""
        raise NotImplementedError

    @property
    def regularized(self) -> list[Variable]:
        """The weights on which the loss puts a penalty."""
        raise NotImplementedError

    def new_network(self) -> Network:
        """A network of the model's layers, with memory of its own."""
        raise NotImplementedError

    def ensure_built(self, input_shape: tuple[int | None, ...]) -> None:
        """Builds the model where that is still to be done, and checks the shape of its input."""
        raise NotImplementedError

    # compile --------------------------------------------------------------------------------------

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        loss_weights: float | None = None,
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
            loss: a name, a function of (y_true, y_pred) in ops, or an object.
            loss_weights: a factor of the loss.
            metrics: names, functions or objects; sample weights don't count.
            weighted_metrics: the same; sample weights count.
            run_eagerly, steps_per_execution, jit_compile, auto_scale_loss: accepted because Keras
                has them; there is no graph to compile here, so they change nothing.

        Raises:
            ValueError: for unknown names.
        """
        self.optimizer = optimizers.get(optimizer)
        self._loss_object = self._fused_loss = None
        self.loss_weight = loss_weights
        if loss is not None:
            resolve_loss(loss, (1, 1), (1, 1))  # a wrong name shows now, not in `fit`
        self.loss = loss
        self._metrics = CompiledMetrics(metrics, weighted_metrics)
        self._loss_tracker = Mean(name="loss")
        self._training = self._inference = self._storage = None
        self.stop_training = False
        self.compiled = True

    def _require_compiled(self) -> None:
        if not self.compiled:
            raise ValueError(
                f"Model {self.name!r}: you must call `compile()` before using the model, e.g. "
                'model.compile(optimizer="sgd", loss="mse")'
            )

    @property
    def metrics(self) -> list[Any]:
        """The loss tracker and the compiled metrics."""
        if self._loss_tracker is None or self._metrics is None:
            return []
        return [self._loss_tracker, *self._metrics.metrics]

    @property
    def metrics_names(self) -> list[str]:
        """The names of `metrics`."""
        return [m.name for m in self.metrics]

    def reset_metrics(self) -> None:
        """Starts all running means afresh."""
        for metric in self.metrics:
            metric.reset_state()

    # One batch ------------------------------------------------------------------------------------

    def prepare(self, batch: Batch, training: bool) -> Network:
        """The network for a batch like this one: built, and with its memory where it belongs."""
        x, y, _ = batch
        self.ensure_built((None, *x.shape[1:]))
        network = self._training if training else self._inference
        if network is None or (y is not None and not self._resolved):
            network = self.connect(y, training)
            if training:
                self._training = network
            else:
                self._inference = network
        if training:
            self._adopt_weights()
        return network

    def connect(self, y: np.ndarray | None, training: bool = True) -> Network:
        """A new network of the built model; its output is joined to the loss where there is one.

        Args:
            y: labels like those to come, or None for a network that only predicts.
            training: what the network is for: a last Dropout hides the logits only then.
        """
        network = self.new_network()
        if y is not None and not self._resolved:
            self._resolve(network, y)
        network.logits = head = network.tail(training)[0]
        if head is network.tail(training=False)[0]:
            if self._fused_loss is not None:
                for node in network.tail(training):
                    node.fused = head
            head.keeps_z = self._metrics is not None and self._metrics.read_logits
        return network

    @property
    def _resolved(self) -> bool:
        """Whether `compile`'s names have become objects; there is nothing to do before it."""
        return self._metrics is None or self._metrics.built

    def _resolve(self, network: Network, y: np.ndarray) -> None:
        """Turns the names given to `compile` into objects, now that shapes are known."""
        output_shape = network.output.layer.output_shape
        head = network.tail(training=False)[0]
        if self.loss is not None:
            self._loss_object = resolve_loss(self.loss, y.shape, output_shape)
            self._fused_loss = from_logits(self._loss_object, head.layer)
            self._loss_node = Node(self._loss_object)
        assert self._metrics is not None
        self._metrics.build(y.shape, output_shape, head.layer)
        self._training = self._inference = None  # they were not joined to the loss

    def loss_and_fused(self) -> tuple[Loss | None, Loss | None]:
        """The loss, and the loss that reads logits in its place where that is possible."""
        return self._loss_object, self._fused_loss

    def _adopt_weights(self) -> None:
        """Makes sure that the weights and the optimizer live in one flat vector."""
        variables = self.trainable_variables
        if self._storage is None:
            self._storage = FlatStorage(variables)
            self.optimizer.attach(self._storage)
        elif not self._storage.at_home:
            self._storage.adopt()

    def train_step(self, batch: Batch, network: Network) -> None:
        """Forward, backward, step; updates the running means."""
        x, y, weight = batch
        p = network.forward(x, training=True)
        loss = self.forward_loss(network, y, p, weight)
        self.backward(network)
        if self._storage is not None and self._storage.variables:
            if self.optimizer.loss_scale_factor is not None:
                self._storage.gradients *= self.optimizer.loss_scale_factor  # the step divides
            self.optimizer.step()
        self._track(network, loss, y, p, weight)

    def test_step(self, batch: Batch, network: Network) -> None:
        """Forward; updates the running means."""
        x, y, weight = batch
        p = network.forward(x)
        self._track(network, self.forward_loss(network, y, p, weight), y, p, weight)

    def forward_loss(
        self, network: Network, y: np.ndarray | None, p: np.ndarray, weight: np.ndarray | None
    ) -> Any:
        """The total loss of the batch that `network` has just computed: data and penalties."""
        terms = []
        if self.loss is not None and y is None:
            raise ValueError(
                f"Model {self.name!r}: `y` is missing. The loss {self.loss!r} compares outputs "
                "with labels"
            )
        if self._loss_object is not None:
            fused = network.output.fused
            loss = self._fused_loss if fused else self._loss_object
            assert loss is not None
            if getattr(loss, "takes_softmax", False):
                self._loss_node.y = p
            value = loss.forward(y, network.logits.z if fused else p, weight, self._loss_node)  # type: ignore[arg-type]
            if self.loss_weight is not None:
                value = value * value.dtype.type(self.loss_weight)
            terms.append(value)
        terms += network.activity_losses()
        terms += [v.regularizer(v.value) for v in network.penalized]
        if not terms:
            raise ValueError("No loss to compute. Provide a `loss` argument in `compile()`.")
        if np.ndim(terms[0]) and len(terms) > 1:
            raise ValueError(
                f"Model {self.name!r}: its loss is not reduced (reduction="
                f"{self._loss_object.reduction!r}), one number for each sample, and cannot be "  # type: ignore[union-attr]
                "added to the penalties of regularizers, which are single numbers. Choose another "
                "reduction, or leave the regularizers out"
            )
        return terms[0] if len(terms) == 1 else sum(terms[1:], terms[0])

    def backward(self, network: Network) -> np.ndarray | None:
        """Fills every `variable.gradient` for the last `forward_loss`; returns dL/dx if wanted."""
        loss = self._fused_loss if network.output.fused else self._loss_object
        if loss is None:
            dy = np.zeros_like(network.output.y)
        else:
            dy = loss.backward(self._loss_node)
            if self.loss_weight is not None:
                dy = dy * dy.dtype.type(self.loss_weight)
        dx = network.backward(dy)
        for v in network.penalized:
            v.gradient += penalty_gradient(v.regularizer, v.value)
        return dx

    def _track(
        self, network: Network, loss: Any, y: Any, p: np.ndarray, weight: np.ndarray | None
    ) -> None:
        assert self._loss_tracker is not None
        assert self._metrics is not None
        self._loss_tracker.add(loss.mean() if np.ndim(loss) else loss, len(p))
        z = network.logits.z if network.logits.keeps_z else None
        self._metrics.update_state(y, p, weight, z)

    def get_metrics_result(self) -> Logs:
        """The running means: `{"loss": ..., "accuracy": ...}`."""
        assert self._loss_tracker is not None
        assert self._metrics is not None
        return {"loss": float(self._loss_tracker.result()), **self._metrics.results()}
