"""Output, loss and every derivative of a case on one batch, as each library derives them.

The only place where the libraries part: Keras has no API of its own for gradients.
"""

from typing import Any

import numpy as np

from parity_tests.harness import scenarios
from parity_tests.harness.case import Case
from parity_tests.harness.record import Record

ENTRIES = 60  # of a gradient, found by complex steps: each costs a pass


def compiled(keras: Any, case: Case, settings: dict[str, Any]) -> tuple[Any, tuple]:
    """The case's model with its weights, and its data."""
    model = scenarios.with_case_weights(case, scenarios.build(keras, case))
    scenarios.compile_model(keras, case, model, **settings)
    return model, case.data()


def gradients(keras: Any, engine: Any, case: Case, settings: dict[str, Any]) -> Record:
    """The record of the scenario `gradients`."""
    model, (x, y, weight) = compiled(keras, case, settings)
    derive = {"scratch": _scratch, "tf": _tf, "jax": _jax, "torch": _torch}[engine.library]
    return derive(keras, engine, case, model, x, y, weight)


def _named(model: Any, output: Any, loss: Any, dx: Any, gradients: Any) -> Record:
    """The record; `dx` is None for whole numbers, which have no gradient."""
    names = scenarios.named_trainable(model)
    record = {"output": scenarios.numbers(output), "loss": scenarios.numbers(loss)}
    if dx is not None:
        record["gradient/x"] = scenarios.numbers(dx)
    return record | {
        f"gradient/{n}": scenarios.numbers(g) for n, g in zip(names, gradients, strict=True)
    }


def _cast(engine: Any, *arrays: Any) -> list[Any]:
    """Floats in the engine's precision; whole numbers, and None, as they are."""
    return [a if a is None or a.dtype.kind != "f" else a.astype(engine.precision) for a in arrays]


def _tf(keras: Any, engine: Any, case: Case, model: Any, x: Any, y: Any, weight: Any) -> Record:
    import tensorflow as tf

    x, weight = (None if a is None else tf.constant(a) for a in _cast(engine, x, weight))

    def derive(x: Any) -> Any:
        with tf.GradientTape() as tape:
            if x.dtype.is_floating:
                tape.watch(x)
            output = model(x, training=False)
            loss = model.compute_loss(x=x, y=y, y_pred=output, sample_weight=weight)
        unconnected = tf.UnconnectedGradients.ZERO
        variables = [v.value for v in model.trainable_variables]
        return output, loss, tape.gradient(loss, [x, *variables], unconnected_gradients=unconnected)

    if engine.mode != "eager":
        derive = tf.function(derive, jit_compile=engine.mode == "xla")
    output, loss, (dx, *gradients) = derive(x)
    gradients = [tf.convert_to_tensor(g) for g in gradients]  # of an embedding they are sparse
    return _named(model, output, loss, dx if x.dtype.is_floating else None, gradients)


def _jax(keras: Any, engine: Any, case: Case, model: Any, x: Any, y: Any, weight: Any) -> Record:
    import jax

    x, weight = _cast(engine, x, weight)

    def loss_of(x: Any, values: list[Any]) -> Any:
        mapping = list(zip(model.trainable_variables, values, strict=True))
        with keras.StatelessScope(state_mapping=mapping, collect_losses=True):
            output = model(x, training=False)
            loss = model.compute_loss(x=x, y=y, y_pred=output, sample_weight=weight)
        return loss, output

    whole = x.dtype.kind != "f"
    derive = jax.value_and_grad(loss_of, argnums=1 if whole else (0, 1), has_aux=True)
    if engine.mode == "jit":
        derive = jax.jit(derive)
    values = [v.value for v in model.trainable_variables]
    (loss, output), found = derive(keras.ops.convert_to_tensor(x), values)
    dx, gradients = (None, found) if whole else found
    return _named(model, output, loss, dx, gradients)


def _torch(keras: Any, engine: Any, case: Case, model: Any, x: Any, y: Any, weight: Any) -> Record:
    import torch

    x, weight = _cast(engine, x, weight)
    whole = x.dtype.kind != "f"
    x = keras.ops.convert_to_tensor(x)
    output = model(x if whole else x.requires_grad_(), training=False)
    loss = model.compute_loss(x=x, y=y, y_pred=output, sample_weight=weight)
    leaves = [*([] if whole else [x]), *(v.value for v in model.trainable_variables)]
    found = list(torch.autograd.grad(loss, leaves, materialize_grads=True))
    dx = None if whole else found.pop(0)
    return _named(model, output, loss, dx, found)


def _scratch(
    keras: Any, engine: Any, case: Case, model: Any, x: Any, y: Any, weight: Any
) -> Record:
    from scratch import testing

    names = scenarios.named_trainable(model)
    record: Record = {}
    if engine.mode == "hand":
        kept = [None if a is None else a.copy() for a in (x, y, weight)]
        loss, output, gradients, dx = testing.by_hand(model, x, y, weight)
        again = testing.by_hand(model, x, y, weight)
        _same_bits(
            "backward twice", [loss, output, dx, *gradients], [*again[:2], again[3], *again[2]]
        )
        _same_bits("inputs unchanged", kept, [x, y, weight])
        record |= {"output": output, "loss": np.asarray(loss)}
        if x.dtype.kind == "f":  # where nothing reaches x, its gradient is zero
            record["gradient/x"] = np.zeros_like(x) if dx is None else dx
    elif engine.mode == "graph":
        loss, gradients = testing.by_graph(model, x, y, weight)
        record["loss"] = np.asarray(loss)
    else:
        return _complex_step(model, names, x, y, weight, case)
    return record | {f"gradient/{n}": g for n, g in zip(names, gradients, strict=True)}


def _complex_step(model: Any, names: list[str], x: Any, y: Any, weight: Any, case: Case) -> Record:
    """Every entry of small gradients; of large ones a sample, marked by NaN elsewhere."""
    from scratch import testing

    draw, entries = case.generator(9), []
    for v in model.trainable_variables:
        all_of_it = list(np.ndindex(v.shape))
        few = draw.permutation(len(all_of_it))[:ENTRIES]
        entries.append([all_of_it[i] for i in sorted(few)])
    found = testing.by_complex_step(model, x, y, weight, entries=entries)
    record: Record = {}
    for name, v, where, values in zip(
        names, model.trainable_variables, entries, found, strict=True
    ):
        array = np.full(v.shape, np.nan)
        for index, value in zip(where, values, strict=True):
            array[index] = value
        record[f"gradient/{name}"] = array
    return record


def _same_bits(what: str, first: list[Any], second: list[Any]) -> None:
    for a, b in zip(first, second, strict=True):
        if a is not None and np.asarray(a).tobytes() != np.asarray(b).tobytes():
            raise AssertionError(f"{what}: not the same bits")
