"""The derivatives of a compiled model's loss, found in three independent ways.

    by hand           the backward methods that training uses
    by graph          the definitions (`call`) as one computational graph, differentiated symbol to
                      symbol
    by complex step   Im f(w + i h) / h with h = 1e-30: no subtraction, hence no cancellation, and
                      correct to the last digits (Squire & Trapp, 1998)

All three give the derivative of the total loss: data, penalties on weights, penalties on activity.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch import ops, tree
from scratch.context import definitions
from scratch.models.model import Model
from scratch.models.training.step import as_batch
from scratch.network.masks import get_keras_mask, set_keras_mask

STEP = 1e-30


def by_hand(
    model: Model, x: Any, y: Any, sample_weight: Any = None, training: bool = False
) -> tuple[Any, np.ndarray, list[np.ndarray], np.ndarray | None]:
    """Loss, outputs, gradients and dL/dx, by the hand-derived backward methods.

    Args:
        model: compiled.
        x: a batch (n, ...).
        y: its labels.
        sample_weight: (n,) or None.
        training: whether dropout acts.

    Returns:
        `(loss, outputs, gradients in the order of model.trainable_variables, dL/dx)`.
    """
    batch = as_batch(x, y, sample_weight)
    model._step.prepare(batch, training=True)
    network = model._step.connect(batch[1], training)
    network.want_dx()
    outputs = network.forward(model.arranged(batch[0]))
    loss = model._step.forward_loss(model._step.require_compiled(), network, batch)
    dx = network.backward()
    gradients = [v.gradient.copy() for v in model.trainable_variables]  # type: ignore[union-attr]
    return loss, *_copied(outputs), gradients, *_copied(dx)


def _copied(x: Any) -> tuple[Any]:
    return (tree.map_structure(lambda a: None if a is None else a.copy(), x),)


def by_graph(
    model: Model, x: Any, y: Any, sample_weight: Any = None
) -> tuple[Any, list[np.ndarray]]:
    """Loss and gradients, by the graph of the definitions; arguments as in `by_hand`."""
    loss, feeds = _graph(model, x, y, sample_weight)
    variables = model.trainable_variables
    derivatives = ops.gradient(loss, variables)
    connected = [d for d in derivatives if d is not None]
    value, *found = ops.evaluate([loss, *connected], feeds)
    values = iter(found)
    return value, [
        np.zeros_like(v.value) if d is None else np.asarray(next(values))
        for v, d in zip(variables, derivatives, strict=True)
    ]


def by_complex_step(
    model: Model,
    x: Any,
    y: Any,
    sample_weight: Any = None,
    entries: Sequence[Sequence[tuple[int, ...]]] | None = None,
) -> list[np.ndarray]:
    """Gradients by the complex step, one evaluation of the definitions for each number.

    Args:
        model, x, y, sample_weight: as in `by_hand`; the model must be float64.
        entries: for each trainable variable the indices wanted; None for all.

    Returns:
        For each variable an array of its shape, or of the length of its `entries`.
    """
    loss, feeds = _graph(model, x, y, sample_weight)
    program = ops.Program([loss], list(feeds))
    found = []
    for i, variable in enumerate(model.trainable_variables):
        wanted = list(np.ndindex(variable.shape)) if entries is None else list(entries[i])
        derivatives = np.empty(len(wanted))
        for k, index in enumerate(wanted):
            moved = variable.value.astype("complex128")
            moved[index] += 1j * STEP
            (value,) = program(*feeds.values(), variables={variable: moved})
            derivatives[k] = np.imag(value) / STEP
        found.append(derivatives.reshape(variable.shape) if entries is None else derivatives)
    return found


def _graph(model: Model, x: Any, y: Any, sample_weight: Any) -> tuple[Any, dict[Any, np.ndarray]]:
    """The total loss as a symbol, and what to feed."""
    batch = as_batch(x, y, sample_weight)
    model._step.prepare(batch, training=True)
    symbols = tree.map_structure(
        lambda a: ops.Symbol.leaf("x", shape=a.shape, dtype=a.dtype.name), batch[0]
    )
    feeds = dict(zip(tree.flatten(symbols), tree.flatten(batch[0]), strict=True))
    return total_loss(model, symbols, batch[1], batch[2], feeds), feeds


def total_loss(model: Model, x: Any, y: Any, sample_weight: Any, feeds: dict[Any, Any]) -> Any:
    """The total loss by the definitions alone, of a symbol `x`: data and penalties.

    `feeds` says what `x` is, for masks: which steps count is known before anything is derived.
    """
    outputs = tree.flatten(model.define(x))
    parts: list[Any] = []
    for term, label, weight in model._step.loss_terms(y, sample_weight):
        p = outputs[term.number]
        mask = get_keras_mask(p)
        if isinstance(mask, ops.Symbol):
            set_keras_mask(p, np.asarray(ops.evaluate(mask, feeds)))
        value = term.loss(label, p, weight)  # of the symbol p, it finds the logits by itself
        parts.append(value if term.weight is None else ops.multiply(value, term.weight))
    parts += model.added_losses()
    with definitions.tracing.pushed(definitions.DEFINING):  # a weight is a symbol
        parts += [v.regularizer(v) for v in model.trainable_variables if v.regularizer is not None]
    total = parts[0]
    for part in parts[1:]:
        total = ops.add(total, part)
    return total
