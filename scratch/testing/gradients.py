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

from scratch import ops
from scratch.models.sequential import Sequential
from scratch.ops.graph import variable_leaf

STEP = 1e-30


def by_hand(
    model: Sequential, x: Any, y: Any, sample_weight: Any = None, training: bool = False
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
    batch = model.as_batch(x, y, sample_weight)
    model.prepare(batch, training=True)
    network = model.connect(batch[1], training)
    network.want_dx()
    outputs = network.forward(batch[0], training=training)
    loss = model.forward_loss(network, batch[1], outputs, batch[2])
    dx = model.backward(network)
    gradients = [v.gradient.copy() for v in model.trainable_variables]  # type: ignore[union-attr]
    return loss, outputs.copy(), gradients, None if dx is None else dx.copy()


def by_graph(
    model: Sequential, x: Any, y: Any, sample_weight: Any = None
) -> tuple[Any, list[np.ndarray]]:
    """Loss and gradients, by the graph of the definitions; arguments as in `by_hand`."""
    batch = model.as_batch(x, y, sample_weight)
    model.prepare(batch, training=True)
    symbol = ops.Symbol.leaf("x", shape=batch[0].shape, dtype=batch[0].dtype.name)
    loss = total_loss(model, symbol, batch[1], batch[2])
    variables = model.trainable_variables
    derivatives = ops.gradient(loss, variables)
    connected = [d for d in derivatives if d is not None]
    value, *found = ops.evaluate([loss, *connected], {symbol: batch[0]})
    values = iter(found)
    return value, [
        np.zeros_like(v.value) if d is None else np.asarray(next(values))
        for v, d in zip(variables, derivatives, strict=True)
    ]


def by_complex_step(
    model: Sequential,
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
    batch = model.as_batch(x, y, sample_weight)
    model.prepare(batch, training=True)
    found = []
    for i, variable in enumerate(model.trainable_variables):
        kept = variable.value
        wanted = list(np.ndindex(kept.shape)) if entries is None else list(entries[i])
        derivatives = np.empty(len(wanted))
        try:
            for k, index in enumerate(wanted):
                variable.value = kept.astype("complex128")
                variable.value[index] += 1j * STEP
                loss = total_loss(model, batch[0], batch[1], batch[2])
                derivatives[k] = np.imag(loss) / STEP
        finally:
            variable.value = kept
        found.append(derivatives.reshape(kept.shape) if entries is None else derivatives)
    return found


def total_loss(model: Sequential, x: Any, y: Any, sample_weight: Any = None) -> Any:
    """The total loss by the definitions alone, of an array or a symbol `x`: data and penalties."""
    rows, symbolic = x.shape[0], isinstance(x, ops.Symbol)
    terms: list[Any] = []
    layer: Any
    head: Any = None
    loss, fused = model.loss_and_fused()
    for layer in model.layers:
        if not layer.passes_on(training=False):
            before, head = x, layer
        x = layer.define(x)
        if layer.activity_regularizer is not None:
            terms.append(ops.divide(layer.activity_regularizer(x), rows))
    if loss is not None:
        # A fused loss reads what the last activation reads.
        value = fused(y, head.pre_activation(before), sample_weight) if fused else loss(
            y, x, sample_weight
        )  # fmt: skip
        weight = model.loss_weight
        terms.insert(0, value if weight is None else ops.multiply(value, weight))
    for v in model.regularized:
        assert v.regularizer is not None
        terms.append(v.regularizer(variable_leaf(v) if symbolic else v))
    total = terms[0]
    for term in terms[1:]:
        total = ops.add(total, term)
    return total
