"""The losses of a compiled model, one for every output.

    L = sum_k weight_k L_k(y_k, p_k)

Where there are several, the value of each is reported as well, without its weight.
"""

from typing import Any

import numpy as np

from scratch import quirks, tree
from scratch.losses.fusion import from_logits, is_softmax, may_read_logits
from scratch.losses.loss import Loss
from scratch.metrics.mean import Mean
from scratch.models.training.identifiers import resolve_loss
from scratch.models.training.outputs import Outputs
from scratch.network.network import Network
from scratch.network.node import Node
from scratch.network.plan import Plan
from scratch.network.uses import Last


class Term(Last):
    """The loss of one output, times its weight: a last node of every network of the model.

    It reads the output; where it may, also the logits before it; and the labels and sample weights.

    Args:
        number: of the output.
        loss: what is defined.
        label_rank: the number of axes of the labels.
        shape: of the output.
        weight: factor in the sum, or None.
        tracker: the running mean that is reported, or None.
        counts_batches: whether each batch has the same weight in it (quirk K30).

    Attributes:
        reads_logits: whether the loss may read the logits (quirk K2), in place of the output or
            besides.
        fused: the loss that reads the logits in place of the output, or None.
    """

    def __init__(
        self,
        number: int,
        loss: Loss,
        label_rank: int,
        shape: Any,
        weight: float | None,
        tracker: Mean | None,
        counts_batches: bool = True,
    ) -> None:
        self.number, self.loss, self.name = number, loss, loss.name
        self.label_rank, self.shape = label_rank, shape
        self.weight, self.tracker = weight, tracker
        self.counts_batches = counts_batches
        self.fused: Any = None
        self.reads_logits = False

    def find_logits(self, head: Node) -> None:
        """Lets the loss read what stands before the activation of `head`, the output."""
        self.reads_logits = may_read_logits(self.loss, head, self.label_rank, self.shape)
        self.fused = from_logits(self.loss, head) if self.reads_logits else None

    def node(self, network: Network, target: Node, training: bool) -> Node:
        """The node of the loss in a network.

        Args:
            network: which has the logits as a node where they are read.
            target: computes labels and sample weights.
            training: whether the node is for training.
        """
        output, logits = network.outputs[self.number], network.logits[self.number]
        reads = self.reads_logits and logits is not None
        fused = reads and self.fused is not None
        inputs = [logits if fused else output, *([logits] if reads and not fused else []), target]
        node = Node(self, inputs)  # type: ignore[arg-type]
        node.training = training
        node.saved["loss"] = self.fused if fused else self.loss
        # In graphs Keras runs an own loss once; eagerly in every batch.
        node.saved["eagerly"] = not self.counts_batches
        if fused and is_softmax(output):
            node.saved["softmax"] = output  # of the logits, which is known already
        return node

    def forward(self, given: Any, node: Node) -> Any:
        """The loss of a batch, times its weight."""
        p, *logits, (y, sample_weight) = given
        value = node.saved["loss"].forward(y, p, sample_weight, node, *logits)
        self.report(value, len(p))
        return value if self.weight is None else self._weighted(value)

    def backward(self, dL: Any, node: Node) -> list[np.ndarray | None]:
        """dL/d(input), None where there is none; of the last node, dL = 1."""
        found = node.saved["loss"].backward(node)[: len(node.inputs) - 1]
        if self.weight is None:
            return [*found, None]
        node.dvariables = {v: self._weighted(d) for v, d in node.dvariables.items()}
        return [*map(self._weighted, found), None]

    def plan_loss(self, plan: Plan, node: Node, y: str) -> str | None:
        """The lines of `forward`, and the name of the loss; None where it takes more than lines."""
        loss = node.saved["loss"]
        given = [plan.y[parent] for parent in node.inputs[:-1]]
        alone = self.weight is None and self.tracker is None
        return loss.plan_forward(plan, node, y, *given) if alone else None

    def plan_slopes(self, plan: Plan, node: Node) -> dict[Node, str]:
        """The lines of `backward`, and the names of dL/d(input), where there is one."""
        slopes = node.saved["loss"].plan_backward(plan, node)
        named = zip(node.inputs[:-1], slopes, strict=False)
        return {parent: slope for parent, slope in named if slope is not None}

    def rewind(self, node: Node, since: int) -> None:
        if "defined" in node.saved:
            node.saved["defined"].rewind(since)

    def report(self, value: Any, rows: int, eagerly: bool = False) -> None:
        """Takes the loss of a batch of so many rows into the running mean, where there is one."""
        if self.tracker is not None:
            batches = self.counts_batches and not eagerly and quirks.active("K30")
            self.tracker.add(np.mean(value), 1 if batches else rows)

    def _weighted(self, d: Any) -> Any:
        return None if d is None else d * d.dtype.type(self.weight)


class CompiledLosses:
    """The losses given to `compile`.

    Args:
        loss: a loss, or several in a list, dictionary or structure; or None.
        weights: `compile(loss_weights=...)`.
        eagerly: `compile(run_eagerly=...)`.

    Raises:
        ValueError: for unknown names, or weights that are no numbers.
    """

    def __init__(self, loss: Any, weights: Any, eagerly: bool = False) -> None:
        if weights and not isinstance(weights, list | tuple | dict | float):
            raise ValueError(
                "Expected `loss_weights` argument to be a float (single output case) or a list, "
                "tuple, or dict (multiple output case). Received instead: "
                f"loss_weights={weights} of type {type(weights)}"
            )
        for identifier in tree.flatten(loss):
            if isinstance(identifier, str):
                resolve_loss(identifier, (1, 1), (1, 1))  # a wrong name shows now, not in `fit`
        self._loss, self._weights, self._eagerly = loss, weights, eagerly
        self.terms: list[Term] = []
        self.present: list[bool] | None = None

    def build(self, labels: Any, outputs: Outputs, shapes: list[Any]) -> None:
        """Creates the terms; arguments as in `CompiledMetrics.build`."""
        losses = outputs.spread(self._loss, "loss")
        if isinstance(self._loss, dict) and len(self._loss) < outputs.number:
            missing = [outputs.key(i) for i, loss in enumerate(losses) if loss is None]
            if not isinstance(outputs.structure, dict):
                raise ValueError(
                    f"Expected keys {outputs.names} in loss dict, but found loss.keys()="
                    f"{list(self._loss)}: {missing} are missing; None stands for no loss"
                )
        weights: list[Any] = [None] * outputs.number
        if self._weights is not None:
            weights = self._spread_weights(losses, outputs)
        present = [loss is not None for loss in losses]
        arranged = outputs.arranged(labels, present)
        terms = []
        for number, identifier in enumerate(losses):
            if identifier is None:
                continue
            identifier = tree.unpack_single(identifier)
            loss = resolve_loss(identifier, np.shape(arranged[number]), shapes[number])
            tracker = None
            if sum(present) > 1:
                tracker = Mean(name=f"{outputs.key(number) or loss.name}_loss")
            rank, shape = np.ndim(arranged[number]), shapes[number]
            terms.append(
                Term(number, loss, rank, shape, weights[number], tracker, not self._eagerly)
            )
        if isinstance(outputs.structure, dict) and isinstance(self._loss, dict):
            # In the order in which they were given: so they are added up, and reported.
            numbers = tree.pack_sequence_as(outputs.structure, range(outputs.number))
            given = [n for key in self._loss for n in tree.flatten(numbers[key])]
            terms.sort(key=lambda term: given.index(term.number))
        self.terms, self.present = terms, present

    def find_logits(self, heads: list[Node]) -> None:
        """Lets the losses read what stands before the activations that give the outputs."""
        for term in self.terms:
            term.find_logits(heads[term.number])

    def _spread_weights(self, losses: list[Any], outputs: Outputs) -> list[Any]:
        given = self._weights
        by_name = isinstance(given, dict) and isinstance(self._loss, dict) and outputs.names
        if by_name and not isinstance(outputs.structure, dict):
            missing = [name for name in outputs.names if name not in given]
            if missing:
                raise KeyError(f"`loss_weights` lacks {missing}. Received: loss_weights={given}")
            return [given[name] for name in outputs.names]
        number = len(tree.flatten(given))
        if number != outputs.number and (isinstance(given, list | tuple) or outputs.number == 1):
            raise ValueError(
                f"`loss_weights` must match the number of losses, got {len(losses)} losses and "
                f"{number} weights."
            )
        return outputs.spread(given, "loss_weights")

    def reads_logits(self, number: int) -> bool:
        """Whether the loss of an output may read the logits before its activation (quirk K2)."""
        return any(term.number == number and term.reads_logits for term in self.terms)

    @property
    def metrics(self) -> list[Mean]:
        """The running means of the terms, where there are several."""
        return [term.tracker for term in self.terms if term.tracker is not None]
