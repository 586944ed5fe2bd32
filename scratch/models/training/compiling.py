"""What `compile` says about training, and what is reported of it.

Losses and metrics are resolved when the first batch shows the shapes of labels and outputs.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from scratch.losses.fusion import activation_before
from scratch.metrics.mean import Mean
from scratch.models.training.losses import CompiledLosses
from scratch.models.training.metrics import CompiledMetrics
from scratch.models.training.outputs import Outputs
from scratch.network.network import Network
from scratch.network.node import Node
from scratch.variables.flat_storage import FlatStorage
from scratch.variables.variable import Variable


class Compiled:
    """What `compile` was given, and what became of it.

    Args:
        settings: the arguments.
        before: of the last `compile`: losses, or metrics, stay where no others are given.
        add_to_metrics: see `CompiledMetrics`.
    """

    losses: CompiledLosses
    metrics: CompiledMetrics

    def __init__(
        self,
        settings: dict[str, Any],
        before: "Compiled | None",
        add_to_metrics: Callable[..., None],
    ) -> None:
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
            self.metrics = CompiledMetrics(*metrics, add_to_metrics)
        self.tracker = Mean(name="loss")
        self.outputs: Outputs | None = None  # once resolved
        self.by_hand: Outputs | None = None  # of predictions by hand, before that
        self.heads: list[Any] = []  # the activations that give the outputs, see `fusion`
        self.training: Network | None = None
        self.inference: Network | None = None
        self.storage: FlatStorage | None = None
        self.stepping: Any = None  # the optimizer that makes the steps
        self.weights: list[Variable] = []  # those that there were at the first step
        self.adaptations = 0  # how often layers had got further weights until then
        self.own_loss = self.own_metrics = False  # whether a subclass redefines them
        self.proven = False  # whether a batch went through with what was resolved

    def only(self, y: Any, weight: Any) -> tuple[Any, Any]:
        """Labels and sample weights of a model with one output."""

        def alone(given: Any) -> Any:
            if given is None or isinstance(given, np.ndarray):
                return given
            assert self.outputs is not None
            return self.outputs.arranged(given)[0]

        return alone(y), alone(weight)

    def find_logits(self, heads: list[Node]) -> None:
        """Lets losses and metrics read what stands before the activations that give the outputs.

        Args:
            heads: the nodes of the outputs.
        """
        self.losses.find_logits(heads)
        self.metrics.find_logits(heads)
        self.heads = list(map(activation_before, heads))

    def reads_logits(self, number: int) -> bool:
        """Whether a loss or a metric may read the logits before an output's activation."""
        return self.losses.reads_logits(number) or self.metrics.reads_logits(number)

    def disconnect(self) -> None:
        """Forgets what is known of a model whose layers have changed."""
        self.outputs = self.by_hand = self.training = self.inference = self.storage = None
        self.proven = False

    def __getstate__(self) -> dict[str, Any]:
        return {
            **vars(self),
            "training": None,
            "inference": None,
        }  # a copy makes its own
