"""Optimizers, what `fit` is given besides, and what is done after it."""

from hypothesis import strategies as st

import scratch
from parity_tests.commands.fuzz.program import Code
from parity_tests.commands.fuzz.tables.calls import OPTIONS, by_name, call, classes, one_of

OPTIMIZERS = {
    name: by_name("optimizers", cls)
    for name, cls in classes(scratch.optimizers, scratch.Optimizer).items()
    if name != "LossScaleOptimizer"
}
OPTIMIZERS["LossScaleOptimizer"] = call(
    "optimizers.LossScaleOptimizer",
    st.one_of(OPTIMIZERS["SGD"], OPTIMIZERS["Adam"]),
    initial_scale=OPTIONS["initial_scale"],
    dynamic_growth_steps=OPTIONS["dynamic_growth_steps"],
)
# What TensorFlow's functions take in float32 only (findings top_k_in_float64, ...).
FLOAT32 = (
    "TopK", "top_k", "OrthogonalRegularizer", "MaxPooling3D", "AveragePooling3D",
)  # fmt: skip
MONITORED = one_of("loss", "val_loss")
# SwapEMAWeights and what writes files have tests of their own.
CALLBACKS = {
    "EarlyStopping": call(
        "callbacks.EarlyStopping",
        MONITORED,
        patience=one_of(0, 1),
        min_delta=one_of(0.0, 0.1, 10.0),
        baseline=one_of(0.5),
        restore_best_weights=one_of(True),
        start_from_epoch=one_of(1),
    ),
    "LearningRateScheduler": one_of(
        Code("keras.callbacks.LearningRateScheduler(lambda epoch, lr: 0.5 * lr)"),
        Code("keras.callbacks.LearningRateScheduler(lambda epoch: 0.1 / (1 + epoch))"),
    ),
    "ReduceLROnPlateau": call(
        "callbacks.ReduceLROnPlateau",
        MONITORED,
        factor=one_of(0.5, 0.1),
        patience=one_of(0, 1),
        min_delta=one_of(1e-4, 10.0),
        cooldown=one_of(0, 1),
        min_lr=one_of(0.0, 0.05),
    ),
    "TerminateOnNaN": call("callbacks.TerminateOnNaN"),
}
AFTER = (
    Code("log['evaluate'] = model.evaluate(x, y, batch_size=4, verbose=0)"),
    Code("log['predict'] = model.predict(x, batch_size=4, verbose=0)"),
    Code("log['test batch'] = model.test_on_batch(x, y)"),
    Code("log['batch'] = model.train_on_batch(x, y)"),
    Code("model.optimizer.learning_rate = 0.05"),
    Code("log['more'] = model.fit(x, y, batch_size=4, shuffle=False, verbose=0).history['loss']"),
    # A function that a config holds has the module itself in its closure.
    Code(
        "log['config'] = [str(layer.get_config()).replace(repr(keras), 'keras')"
        " for layer in model.layers]"
    ),
)
