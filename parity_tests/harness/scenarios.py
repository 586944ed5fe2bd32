"""What is done with a case: the same few calls of Keras's public API, in every library.

    gradients   one batch: output, loss, every derivative
    training    a few steps of train_on_batch: losses, metrics, weights after each, slots at the end
    fitting     fit, evaluate, predict from one seed: the log, the weights, the predictions
    initial     the weights that a seed draws

Only `gradients` needs to know the library, because only there Keras has no API of its own.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from parity_tests.harness.case import Case
from parity_tests.harness.record import Record, weight_name

SEED = 1234  # of runs that draw their own weights, batches and masks


def build(keras: Any, case: Case) -> Any:
    """The case's model, built, not compiled."""
    layers = case.layers(keras)
    if not isinstance(layers, list):
        return layers
    return keras.Sequential([keras.Input(case.data()[0].shape[1:]), *layers])


def compile_model(keras: Any, case: Case, model: Any, **settings: Any) -> None:
    """Compiles the model as the case says."""
    loss = case.loss if isinstance(case.loss, str) or case.loss is None else case.loss(keras)
    model.compile(
        loss=loss,
        loss_weights=case.loss_weights,
        optimizer=case.optimizer(keras),
        metrics=case.metrics and case.metrics(keras),
        weighted_metrics=case.weighted_metrics and case.weighted_metrics(keras),
        **settings,
    )


def with_case_weights(case: Case, model: Any) -> Any:
    """Puts the case's own initial weights into the model."""
    if model.weights:
        drawn = case.initial_weights([tuple(v.shape) for v in model.weights])
        # A variance is no weight that could be anything: it stands under a root.
        spread = [v.name.endswith(("variance", "stddev")) for v in model.weights]
        model.set_weights(
            [abs(w) + 0.5 if s else w for w, s in zip(drawn, spread, strict=True)]
            if case.weights is None
            else drawn
        )
    return model


def named_weights(model: Any) -> Iterable[tuple[str, Any]]:
    """`("dense_1/kernel", variable)` for all weights, in order."""
    return [(weight_name(v.path, layer.name), v) for layer in model.layers for v in layer.weights]


def named_trainable(model: Any) -> list[str]:
    """Names of the weights that train, in order."""
    return [
        weight_name(v.path, layer.name) for layer in model.layers for v in layer.trainable_variables
    ]


def put_weights(record: Record, model: Any, step: int) -> None:
    """Adds all weights to a record."""
    for name, variable in named_weights(model):
        record[f"weights/{name}/step {step}"] = numbers(variable)


def put_slots(record: Record, model: Any) -> None:
    """Adds everything that the optimizer remembers."""
    for number, variable in enumerate(model.optimizer.variables):
        # Keras gives some slots of Adafactor the same name: the number tells them apart. Where the
        # paths begin depends on the backend (see test_optimizer_api for TensorFlow's).
        record[f"slot/{number}/{variable.name}"] = numbers(variable)


def training(
    keras: Any,
    case: Case,
    settings: dict[str, Any],
    every: tuple[int, ...] | None = None,
    limit: int | None = None,
) -> Record:
    """`case.steps` calls of `train_on_batch`, or the first `limit` of them.

    Args:
        keras: the library.
        case: the case.
        settings: more arguments of `compile`.
        every: the steps whose weights are recorded; default: all.
        limit: the last step.
    """
    keras.utils.set_random_seed(SEED)
    model = with_case_weights(case, build(keras, case))
    compile_model(keras, case, model, **settings)
    x, y, weight = case.data()
    size = case.batch_size or len(x)
    starts = range(0, len(x), size)
    record: Record = {}
    put_weights(record, model, 0)
    for step in range(1, min(case.steps, limit or case.steps) + 1):
        if step in case.events:
            model = case.events[step](keras, model) or model
        start = starts[(step - 1) % len(starts)]
        rows = slice(start, start + size)
        logs = model.train_on_batch(
            x[rows], y[rows], None if weight is None else weight[rows], return_dict=True
        )
        for name, value in logs.items():
            kind = "loss" if name == "loss" else f"metric/{name}"
            record[f"{kind}/step {step}"] = numbers(value)
        if every is None or step in every:
            put_weights(record, model, step)
    put_slots(record, model)
    record["output"] = numbers(model.predict_on_batch(x))
    return record


def fitting(keras: Any, case: Case, settings: dict[str, Any]) -> Record:
    """`fit` from a seed, then `evaluate`, `predict`, `test_on_batch`."""
    assert case.fit is not None
    keras.utils.set_random_seed(SEED)
    model = build(keras, case)
    if case.weights is not None:
        with_case_weights(case, model)
    compile_model(keras, case, model, **settings)
    x, y, weight = case.data()
    record: Record = {}
    put_weights(record, model, 0)
    record = {
        name.replace("weights/", "initial/"): array for name, array in record.items()
    } | record
    callbacks = case.callbacks and case.callbacks(keras)
    options = {"verbose": 0, "callbacks": callbacks, **case.fit(x, y, weight)}
    history = model.fit(**{"x": x, "y": y, **options})
    for name, values in history.history.items():
        record[f"log/{name}"] = np.asarray(values, "float64")
    record["order/history"] = np.array(list(history.history))
    record["order/epochs"] = np.array(history.epoch)
    steps = int(np.asarray(model.optimizer.iterations))
    put_weights(record, model, steps)
    put_slots(record, model)
    logs = model.evaluate(x, y, sample_weight=weight, batch_size=5, verbose=0, return_dict=True)
    record["order/evaluate"] = np.array(list(logs))
    for name, value in logs.items():
        record[f"evaluate/{name}"] = numbers(value)
    as_list = model.evaluate(x, y, sample_weight=weight, batch_size=5, verbose=0)
    record["evaluate/as list"] = np.asarray(as_list, "float64")
    record["evaluate/test_on_batch"] = np.asarray(
        model.test_on_batch(x, y, sample_weight=weight), "float64"
    )
    record["output"] = numbers(model.predict(x, batch_size=5, verbose=0))
    return record


def initial(keras: Any, case: Case, settings: dict[str, Any]) -> Record:
    """What a seed draws: weights, a dropout mask, the order of a fit's batches."""
    keras.utils.set_random_seed(SEED)
    model = build(keras, case)
    record: Record = {}
    for name, variable in named_weights(model):
        record[f"initial/{name}"] = numbers(variable)
    x = case.data()[0]
    for call in range(2):
        record[f"mask/call {call}"] = numbers(model(x, training=True))
    return record


def numbers(value: Any) -> np.ndarray:
    """A tensor of any library as an array of its own."""
    if hasattr(value, "detach"):  # torch's, which may remember how it came about
        value = value.detach().cpu()
    return np.array(value.numpy() if hasattr(value, "numpy") else value)
