# ruff: noqa: D103, E501 - one line a set-up, and names that say what they make
"""Set-ups of trainings: models, optimizers, data and callbacks that have something to remember."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from parity_tests.commands.resuming import data, models
from parity_tests.commands.resuming.callbacks import Counting, Drawing, OwnState, Sampling

EPOCHS, STEPS = 4, 5

Maker = Callable[[Any], Any]


@dataclass(frozen=True)
class Setup:
    """A training.

    Attributes:
        name: what is special about it.
        optimizer: from a library to an optimizer.
        model: from a library to a model that is not compiled.
        compiled: arguments of `compile`.
        data: from a library to the arguments of `fit`.
        callbacks: from a library and a folder to callbacks.
        how: `"backup"`, or the ending of a checkpoint.
        freq: `save_freq`.
        first: whether the other callbacks come before the backup.
    """

    name: str
    optimizer: Maker = lambda k: k.optimizers.Adam(0.01)
    model: Maker = models.plain
    compiled: dict[str, Any] = field(default_factory=dict)
    data: Maker = data.arrays
    callbacks: Callable[[Any, str], list[Any]] = lambda k, folder: []
    how: str = "backup"
    freq: Any = "epoch"
    first: bool = False


def sgd(k: Any) -> Any:
    return k.optimizers.SGD(0.05, momentum=0.9)


def loss_scale(k: Any) -> Any:
    return k.optimizers.LossScaleOptimizer(
        k.optimizers.SGD(0.05), initial_scale=2.0**10, dynamic_growth_steps=7
    )


def adam(**options: Any) -> Maker:
    return lambda k: k.optimizers.Adam(0.01, **options)


def named(name: str) -> Maker:
    return lambda k: getattr(k.optimizers, name)(0.01)


def fit(**arguments: Any) -> Maker:
    return lambda k: {**data.arrays(k), **arguments}


def stopping(**options: Any) -> Callable[[Any, str], list[Any]]:
    return lambda k, folder: [
        k.callbacks.EarlyStopping("loss", min_delta=0.8, restore_best_weights=True, **options)
    ]


def reducing(**options: Any) -> Callable[[Any, str], list[Any]]:
    return lambda k, folder: [
        k.callbacks.ReduceLROnPlateau("loss", patience=1, factor=0.3, min_delta=0.8, **options)
    ]


def scheduling(k: Any, folder: str) -> list[Any]:
    return [k.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.7)]


def best(k: Any, folder: str) -> list[Any]:
    return [
        k.callbacks.ModelCheckpoint(
            folder + "/best.weights.h5",
            "loss",
            mode="max",
            save_best_only=True,
            save_weights_only=True,
        )
    ]


def table(append: bool) -> Callable[[Any, str], list[Any]]:
    return lambda k, folder: [k.callbacks.CSVLogger(folder + "/log.csv", append=append)]


def swap(on_epoch: bool) -> Callable[[Any, str], list[Any]]:
    return lambda k, folder: [k.callbacks.SwapEMAWeights(swap_on_epoch=on_epoch)]


def lambdas(k: Any, folder: str) -> list[Any]:
    def lower(epoch: int, logs: Any) -> None:
        optimizer = made.model.optimizer
        optimizer.learning_rate = float(np.asarray(optimizer.learning_rate)) * 0.9

    made = k.callbacks.LambdaCallback(on_epoch_end=lower)
    return [made]


def several(k: Any, folder: str) -> list[Any]:
    return [
        *stopping(patience=2)(k, folder),
        *reducing()(k, folder),
        *best(k, folder),
        *table(False)(k, folder),
    ]


EMA = {"use_ema": True, "ema_momentum": 0.9}
OPTIMIZERS = (
    "SGD",
    "RMSprop",
    "Adam",
    "AdamW",
    "Adadelta",
    "Adagrad",
    "Adamax",
    "Nadam",
    "Ftrl",
    "Lion",
    "Lamb",
    "Adafactor",
    "Muon",
    "ScheduleFreeAdamW",
)

# The first 32 have the names that they have elsewhere.
SETUPS = [
    Setup("sgd_momentum", sgd), Setup("adam"),
    Setup("adam_noshuffle", data=fit(shuffle=False)),
    Setup("adam_dropout", model=models.dropout), Setup("adam_dropout_noshuffle", model=models.dropout, data=fit(shuffle=False)),
    Setup("schedule", lambda k: k.optimizers.SGD(k.optimizers.schedules.CosineDecay(0.1, 40))),
    Setup("ema", adam(**EMA)), Setup("ema_overwrite", adam(ema_overwrite_frequency=7, **EMA)),
    Setup("accumulation3", adam(gradient_accumulation_steps=3)), Setup("accumulation4", adam(gradient_accumulation_steps=4)),
    Setup("loss_scale", loss_scale), Setup("batchnorm", model=models.batchnorm), Setup("noise", model=models.noise),
    Setup("freq3", freq=3), Setup("freq3_noshuffle", freq=3, data=fit(shuffle=False)), Setup("freq3_dropout", freq=3, model=models.dropout),
    Setup("freq10_noshuffle", freq=10, data=fit(shuffle=False)),
    Setup("earlystopping", callbacks=stopping(patience=2)), Setup("es_patience2", callbacks=stopping(patience=3)),
    Setup("reduce_lr", callbacks=reducing()), Setup("lr_scheduler", callbacks=scheduling), Setup("checkpoint_best", callbacks=best),
    Setup("generator", data=data.generator), Setup("pydataset", data=data.dataset),
    Setup("shuffle_no_seed_np", model=models.two_dropouts),
    Setup("ckpt_keras", how=".keras"), Setup("ckpt_keras_dropout", how=".keras", model=models.dropout),
    Setup("ckpt_weights", how=".weights.h5"), Setup("ckpt_weights_dropout", how=".weights.h5", model=models.dropout),
    Setup("ckpt_keras_accum3", adam(gradient_accumulation_steps=3), how=".keras"),
    Setup("ckpt_keras_accum4", adam(gradient_accumulation_steps=4), how=".keras"),
    Setup("ckpt_keras_lossscale", loss_scale, how=".keras"),
    # Each optimizer, in the middle of an epoch.
    *(Setup(f"{name}, every batch", named(name), freq=1) for name in OPTIMIZERS),
    Setup("ema, every 3 batches", adam(ema_overwrite_frequency=4, **EMA), freq=3),
    Setup("accumulation, every batch", adam(gradient_accumulation_steps=3), freq=1),
    Setup("loss scale, every batch", loss_scale, freq=1),
    # Each callback that remembers.
    Setup("EarlyStopping, every batch", callbacks=stopping(patience=2), freq=1),
    Setup("EarlyStopping before", callbacks=stopping(patience=2), first=True),
    Setup("ReduceLROnPlateau with cooldown", callbacks=reducing(cooldown=1), freq=3),
    Setup("LearningRateScheduler, every 3 batches", callbacks=scheduling, freq=3),
    Setup("ModelCheckpoint, every 3 batches", callbacks=best, freq=3),
    Setup("CSVLogger", callbacks=table(False)), Setup("CSVLogger that appends", callbacks=table(True), freq=3),
    Setup("TensorBoard", callbacks=lambda k, folder: [k.callbacks.TensorBoard(folder + "/board", update_freq=2)], freq=3),
    Setup("TerminateOnNaN", sgd, callbacks=lambda k, folder: [k.callbacks.TerminateOnNaN()], data=data.with_a_nan, freq=1),
    Setup("SwapEMAWeights", adam(**EMA), callbacks=swap(False), data=fit(validation_split=0.2)),
    Setup("SwapEMAWeights on epoch", adam(**EMA), callbacks=swap(True)), Setup("SwapEMAWeights on epoch, every 3 batches", adam(**EMA), callbacks=swap(True), freq=3),
    Setup("LambdaCallback", callbacks=lambdas, freq=3),
    Setup("own callback", callbacks=lambda k, folder: [Counting(k)], freq=3),
    Setup("own callback with get_state", callbacks=lambda k, folder: [OwnState(k)], freq=3),
    Setup("own callback with a generator", callbacks=lambda k, folder: [Sampling(k)], freq=3),
    Setup("own callback with Keras's generators", callbacks=lambda k, folder: [Drawing(k)], freq=3),
    Setup("several callbacks", callbacks=several, freq=3), Setup("several callbacks, .keras", callbacks=several, how=".keras"),
    Setup("several callbacks, .weights.h5, every 3 batches", callbacks=several, how=".weights.h5", freq=3),
    # Models.
    Setup("functional model", model=models.functional, freq=3), Setup("nested model", model=models.nested, freq=3),
    Setup("subclass with dropout", model=models.subclass, freq=3), Setup("own train_step", model=models.own_step, freq=3),
    Setup("global generator", model=models.global_noise, freq=3), Setup("metrics with state", compiled={"metrics": ["accuracy"], "weighted_metrics": ["accuracy", "sparse_categorical_crossentropy"]}, freq=1, data=fit(class_weight={0: 2.0, 1: 0.5})),
    Setup("two outputs", model=models.two_outputs, compiled={"loss": ["mse", "mse"], "metrics": [["mae"], ["mse"]]}, data=data.two_outputs, freq=1),
    Setup("functional model, .keras, every 3 batches", model=models.functional, how=".keras", freq=3),
    # Data.
    Setup("shuffle inside batches", data=fit(shuffle="batch"), freq=3), Setup("steps_per_epoch", data=data.long_pass, freq=3),
    Setup("steps_per_execution 2", compiled={"steps_per_execution": 2}, freq=1), Setup("steps_per_execution 3", compiled={"steps_per_execution": 3}, freq=3),
    Setup("validation data", data=fit(validation_split=0.2), callbacks=lambda k, folder: [k.callbacks.EarlyStopping("val_loss", patience=2, min_delta=0.8)], freq=3),
    Setup("validation generator", data=data.validation_generator, freq=3), Setup("validation_freq 2", data=fit(validation_split=0.2, validation_freq=2), freq=3),
    Setup("generator, every batch", data=data.generator, freq=1), Setup("generator from NumPy's state", data=data.global_generator, freq=3),
    Setup("iterable", data=data.iterable, freq=3), Setup("iterable that counts passes", data=data.counting_iterable, freq=1),
    Setup("PyDataset, shuffled", data=data.shuffled_dataset, freq=3), Setup("PyDataset that shuffles itself", data=data.shuffling_dataset, freq=3),
    Setup("PyDataset with get_state", data=data.dataset_with_state, freq=3), Setup("class_weight", data=fit(class_weight={0: 2.0, 1: 0.5}), freq=3),
    Setup("freq1", freq=1, model=models.two_dropouts), Setup("freq10", freq=10, model=models.two_dropouts),
]  # fmt: skip
