# ruff: noqa: E501 - one line a value
"""Optimizers: every option, with gradients that the clips cut and gradients that they don't."""

import numpy as np

from parity_tests.harness.case import Case, classes, given, normal, uniform

STEPS = 500


def _net(name, optimizer, **more):
    """A smooth network, 60 rows in batches of 16: the last one is ragged."""
    more.setdefault("steps", STEPS)
    return Case(
        name,
        lambda k: [k.layers.Dense(9, "tanh"), k.layers.Dense(7, "sigmoid"), k.layers.Dense(4, "softmax")],
        normal(60, 8),
        classes(60, 4),
        loss="sparse_categorical_crossentropy",
        optimizer=optimizer,
        batch_size=16,
        **more,
    )  # fmt: skip


def _rate(value):
    """An event: from now on another learning rate."""

    def change(keras, model):
        model.optimizer.learning_rate = value

    return change


def _freeze(keras, model):
    """An event: the first layer is frozen, and the model compiled again."""
    model.layers[0].trainable = False
    model.compile(
        optimizer=keras.optimizers.SGD(0.1, momentum=0.9), loss="sparse_categorical_crossentropy"
    )


def _recompile(keras, model):
    """An event: compiled again with the same optimizer: its memory lives on."""
    model.compile(optimizer=model.optimizer, loss="sparse_categorical_crossentropy")


def _set_weights(keras, model):
    """An event: the weights are overwritten."""
    model.set_weights([w * np.float32(0.5) for w in model.get_weights()])


# A clip that always cuts, one that sometimes does, one that never does.
CLIPS = {"always": 1e-3, "sometimes": 0.02, "never": 1e3}
KINDS = ("clipvalue", "clipnorm", "global_clipnorm")


def _clipped(kind, when):
    size = CLIPS[when]
    return _net(f"sgd/{kind} {when}", lambda k: k.optimizers.SGD(0.1, **{kind: size}), steps=60)


def _zero_gradients(name):
    """Every unit of the hidden layer is silent, and the output is right."""
    return Case(
        f"{name}/zero gradients",
        lambda k: [k.layers.Dense(3, "relu"), k.layers.Dense(2)],
        uniform(6, 4),
        given(np.zeros((6, 2))),
        weights=[-np.ones((4, 3)), -np.ones(3), np.ones((3, 2)), np.zeros(2)],
        optimizer=lambda k: name,
        silent=("loss", "gradient/", "weights/", "output"),
    )


def _tiny_gradients(name):
    """Gradients so small that epsilon decides."""
    return Case(
        f"{name}/tiny gradients",
        lambda k: [k.layers.Dense(2)],
        normal(6, 4),
        normal(6, 2),
        sample_weight=given(np.full(6, 3e-5)),
        optimizer=lambda k: name,
        steps=30,
    )


CASES = [
    _net("sgd/plain", lambda k: k.optimizers.SGD(0.1)),
    _net("sgd/default", lambda k: "sgd"),
    _net("sgd/momentum", lambda k: k.optimizers.SGD(0.03, momentum=0.9)),
    _net("sgd/momentum 0.5", lambda k: k.optimizers.SGD(0.05, momentum=0.5)),
    _net("sgd/nesterov", lambda k: k.optimizers.SGD(0.03, momentum=0.9, nesterov=True)),
    _net("sgd/nesterov without momentum", lambda k: k.optimizers.SGD(0.1, nesterov=True)),
    _net("sgd/weight decay", lambda k: k.optimizers.SGD(0.1, weight_decay=0.01)),
    _net("sgd/momentum, weight decay", lambda k: k.optimizers.SGD(0.03, momentum=0.9, weight_decay=0.01)),
    _net("sgd/rate changes", lambda k: k.optimizers.SGD(0.1), events={5: _rate(0.01), 9: _rate(0.2)}),
    _net("sgd/rate changes while momentum runs", lambda k: k.optimizers.SGD(0.05, momentum=0.9), events={5: _rate(0.005), 9: _rate(0.02)}),
    _net("sgd/frozen after a while", lambda k: k.optimizers.SGD(0.1), events={4: _freeze}, steps=20),
    _net("sgd/compiled again", lambda k: k.optimizers.SGD(0.03, momentum=0.9), events={4: _recompile}, steps=20),
    _net("sgd/weights set", lambda k: k.optimizers.SGD(0.03, momentum=0.9), events={4: _set_weights}, steps=20),
    *(_clipped(kind, when) for kind in KINDS for when in CLIPS),
    _net("sgd/average", lambda k: k.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.9), steps=60),
    _net("sgd/average overwrites", lambda k: k.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.8, ema_overwrite_frequency=3), steps=60),
    _net("sgd/accumulation", lambda k: k.optimizers.SGD(0.1, gradient_accumulation_steps=3), steps=20, silent=("weights/*/step 1", "weights/*/step 2")),
    _net("sgd/accumulation with momentum and clip", lambda k: k.optimizers.SGD(0.1, momentum=0.9, clipnorm=0.05, gradient_accumulation_steps=2), steps=20, silent=("weights/*/step 1",)),
    _net("sgd/loss scale", lambda k: k.optimizers.SGD(0.1, loss_scale_factor=4.0), steps=20),
    _net("rmsprop/plain", lambda k: k.optimizers.RMSprop(0.003)),
    _net("rmsprop/default", lambda k: "rmsprop", steps=60),
    _net("rmsprop/rho", lambda k: k.optimizers.RMSprop(0.003, rho=0.7, epsilon=1e-3)),
    _net("rmsprop/momentum", lambda k: k.optimizers.RMSprop(0.002, momentum=0.8)),
    _net("rmsprop/centered", lambda k: k.optimizers.RMSprop(0.002, centered=True, epsilon=1e-3)),
    _net("rmsprop/centered with momentum", lambda k: k.optimizers.RMSprop(0.001, centered=True, momentum=0.8, epsilon=1e-3)),
    _net("rmsprop/weight decay", lambda k: k.optimizers.RMSprop(0.003, weight_decay=0.01)),
    _net("rmsprop/clipnorm", lambda k: k.optimizers.RMSprop(0.003, clipnorm=0.02), steps=60),
    _net("rmsprop/rate changes", lambda k: k.optimizers.RMSprop(0.003, momentum=0.5), events={5: _rate(0.0005)}, steps=60),
    _net("adam/plain", lambda k: k.optimizers.Adam(0.003)),
    _net("adam/default", lambda k: "adam"),
    _net("adam/betas", lambda k: k.optimizers.Adam(0.003, beta_1=0.8, beta_2=0.95)),
    _net("adam/dyadic", lambda k: k.optimizers.Adam(0.003, beta_1=0.875, beta_2=1 - 2**-10, epsilon=2.0**-23)),
    _net("adam/large epsilon", lambda k: k.optimizers.Adam(0.01, epsilon=0.1)),
    _net("adam/amsgrad", lambda k: k.optimizers.Adam(0.003, beta_2=0.9, amsgrad=True)),
    _net("adam/weight decay", lambda k: k.optimizers.Adam(0.003, weight_decay=0.01)),
    _net("adam/clipvalue", lambda k: k.optimizers.Adam(0.003, clipvalue=0.005), steps=60),
    _net("adam/clipnorm", lambda k: k.optimizers.Adam(0.003, clipnorm=0.02), steps=60),
    _net("adam/global_clipnorm", lambda k: k.optimizers.Adam(0.003, global_clipnorm=0.05), steps=60),
    _net("adam/rate changes", lambda k: k.optimizers.Adam(0.003), events={5: _rate(0.0005), 9: _rate(0.01)}, steps=60),
    _net("adam/average", lambda k: k.optimizers.Adam(0.003, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=5), steps=60),
    _net("adam/accumulation", lambda k: k.optimizers.Adam(0.003, gradient_accumulation_steps=4), steps=40, silent=("weights/*/step 1", "weights/*/step 2", "weights/*/step 3")),
    _net("adam/compiled again", lambda k: k.optimizers.Adam(0.003), events={4: _recompile}, steps=20),
    _net("adam/everything", lambda k: k.optimizers.Adam(0.003, amsgrad=True, weight_decay=0.01, global_clipnorm=0.05, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=5), steps=60),
    *(_zero_gradients(name) for name in ("sgd", "rmsprop", "adam")),
    *(_tiny_gradients(name) for name in ("rmsprop", "adam")),
]  # fmt: skip
