# ruff: noqa: E501 - one line a value
"""Optimizers: every option, with gradients that the clips cut and gradients that they don't."""

import numpy as np

from parity_tests.harness.case import Allowance, Case, classes, given, normal, uniform

STEPS = 500


def net(name, optimizer, **more):
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


def lookups(name, optimizer, regularizer=None, **more):
    """Rows of an Embedding, each looked up several times in a batch, and rows that are not."""
    return Case(
        name,
        lambda k: [k.layers.Embedding(9, 3, embeddings_regularizer=regularizer), k.layers.Flatten(), k.layers.Dense(4, "softmax")],
        given(np.random.default_rng(7).integers(0, 7, (40, 4)), "int32"),
        classes(40, 4),
        loss="sparse_categorical_crossentropy",
        optimizer=optimizer,
        batch_size=16,
        steps=40,
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


def _freeze_keeping(keras, model):
    """An event: the first layer is frozen, and the optimizer goes on with the others."""
    model.layers[0].trainable = False
    recompile(keras, model)


def recompile(keras, model):
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
    return net(f"sgd/{kind} {when}", lambda k: k.optimizers.SGD(0.1, **{kind: size}), steps=60)


def _excluding(name, names=("bias",), **options):
    """An optimizer whose decay spares weights by their names, here: the biases."""

    def build(keras):
        optimizer = getattr(keras.optimizers, name)(**options)
        optimizer.exclude_from_weight_decay(var_names=list(names))
        return optimizer

    return build


def _zero_gradients(name, optimizer=None, silent=("loss", "gradient/", "weights/", "output")):
    """Every unit of the hidden layer is silent, and the output is right."""
    return Case(
        f"{name}/zero gradients",
        lambda k: [k.layers.Dense(3, "relu"), k.layers.Dense(2)],
        uniform(6, 4),
        given(np.zeros((6, 2))),
        weights=[-np.ones((4, 3)), -np.ones(3), np.ones((3, 2)), np.zeros(2)],
        optimizer=optimizer or (lambda k: name),
        silent=silent,
    )


def _tiny_gradients(name, optimizer=None):
    """Gradients so small that epsilon decides. (FTRL has none, and loses g^2 beside 0.1.)"""
    return Case(
        f"{name}/tiny gradients",
        lambda k: [k.layers.Dense(2)],
        normal(6, 4),
        normal(6, 2),
        sample_weight=given(np.full(6, 3e-5)),
        optimizer=optimizer or (lambda k: name),
        steps=30,
    )


CASES = [
    net("sgd/plain", lambda k: k.optimizers.SGD(0.1)),
    net("sgd/default", lambda k: "sgd"),
    net("sgd/momentum", lambda k: k.optimizers.SGD(0.03, momentum=0.9)),
    net("sgd/momentum 0.5", lambda k: k.optimizers.SGD(0.05, momentum=0.5)),
    net("sgd/nesterov", lambda k: k.optimizers.SGD(0.03, momentum=0.9, nesterov=True)),
    net("sgd/nesterov without momentum", lambda k: k.optimizers.SGD(0.1, nesterov=True)),
    net("sgd/weight decay", lambda k: k.optimizers.SGD(0.1, weight_decay=0.01)),
    net("sgd/momentum, weight decay", lambda k: k.optimizers.SGD(0.03, momentum=0.9, weight_decay=0.01)),
    net("sgd/rate changes", lambda k: k.optimizers.SGD(0.1), events={5: _rate(0.01), 9: _rate(0.2)}),
    net("sgd/rate changes while momentum runs", lambda k: k.optimizers.SGD(0.05, momentum=0.9), events={5: _rate(0.005), 9: _rate(0.02)}),
    net("sgd/frozen after a while", lambda k: k.optimizers.SGD(0.1), events={4: _freeze}, steps=20),
    net("sgd/compiled again", lambda k: k.optimizers.SGD(0.03, momentum=0.9), events={4: recompile}, steps=20),
    net("sgd/weights set", lambda k: k.optimizers.SGD(0.03, momentum=0.9), events={4: _set_weights}, steps=20),
    *(_clipped(kind, when) for kind in KINDS for when in CLIPS),
    net("sgd/average", lambda k: k.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.9), steps=60),
    net("sgd/average overwrites", lambda k: k.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.8, ema_overwrite_frequency=3), steps=60),
    net("sgd/accumulation", lambda k: k.optimizers.SGD(0.1, gradient_accumulation_steps=3), steps=20, silent=("weights/*/step 1", "weights/*/step 2")),
    net("sgd/accumulation with momentum and clip", lambda k: k.optimizers.SGD(0.1, momentum=0.9, clipnorm=0.05, gradient_accumulation_steps=2), steps=20, silent=("weights/*/step 1",)),
    net("sgd/loss scale", lambda k: k.optimizers.SGD(0.1, loss_scale_factor=4.0), steps=20),
    net("rmsprop/plain", lambda k: k.optimizers.RMSprop(0.003)),
    net("rmsprop/default", lambda k: "rmsprop", steps=60),
    net("rmsprop/rho", lambda k: k.optimizers.RMSprop(0.003, rho=0.7, epsilon=1e-3)),
    net("rmsprop/momentum", lambda k: k.optimizers.RMSprop(0.002, momentum=0.8)),
    net("rmsprop/centered", lambda k: k.optimizers.RMSprop(0.002, centered=True, epsilon=1e-3)),
    net("rmsprop/centered with momentum", lambda k: k.optimizers.RMSprop(0.001, centered=True, momentum=0.8, epsilon=1e-3)),
    net("rmsprop/weight decay", lambda k: k.optimizers.RMSprop(0.003, weight_decay=0.01)),
    net("rmsprop/clipnorm", lambda k: k.optimizers.RMSprop(0.003, clipnorm=0.02), steps=60),
    net("rmsprop/rate changes", lambda k: k.optimizers.RMSprop(0.003, momentum=0.5), events={5: _rate(0.0005)}, steps=60),
    net("adam/plain", lambda k: k.optimizers.Adam(0.003)),
    net("adam/default", lambda k: "adam"),
    net("adam/betas", lambda k: k.optimizers.Adam(0.003, beta_1=0.8, beta_2=0.95)),
    net("adam/dyadic", lambda k: k.optimizers.Adam(0.003, beta_1=0.875, beta_2=1 - 2**-10, epsilon=2.0**-23)),
    net("adam/large epsilon", lambda k: k.optimizers.Adam(0.01, epsilon=0.1)),
    net("adam/amsgrad", lambda k: k.optimizers.Adam(0.003, beta_2=0.9, amsgrad=True)),
    net("adam/weight decay", lambda k: k.optimizers.Adam(0.003, weight_decay=0.01)),
    net("adam/clipvalue", lambda k: k.optimizers.Adam(0.003, clipvalue=0.005), steps=60),
    net("adam/clipnorm", lambda k: k.optimizers.Adam(0.003, clipnorm=0.02), steps=60),
    net("adam/global_clipnorm", lambda k: k.optimizers.Adam(0.003, global_clipnorm=0.05), steps=60),
    net("adam/rate changes", lambda k: k.optimizers.Adam(0.003), events={5: _rate(0.0005), 9: _rate(0.01)}, steps=60),
    net("adam/average", lambda k: k.optimizers.Adam(0.003, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=5), steps=60),
    net("adam/accumulation", lambda k: k.optimizers.Adam(0.003, gradient_accumulation_steps=4), steps=40, silent=("weights/*/step 1", "weights/*/step 2", "weights/*/step 3")),
    net("adam/compiled again", lambda k: k.optimizers.Adam(0.003), events={4: recompile}, steps=20),
    net("adam/everything", lambda k: k.optimizers.Adam(0.003, amsgrad=True, weight_decay=0.01, global_clipnorm=0.05, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=5), steps=60),
    net("adam/frozen after a while", lambda k: k.optimizers.Adam(0.003), events={4: _freeze_keeping}, steps=20),
    net("lamb/frozen after a while", lambda k: k.optimizers.Lamb(0.003), events={4: _freeze_keeping}, steps=20),
    net("adamw/default", lambda k: "adamw"),
    net("adamw/weight decay", lambda k: k.optimizers.AdamW(0.003, weight_decay=0.05, beta_1=0.8)),
    net("adamw/amsgrad", lambda k: k.optimizers.AdamW(0.003, beta_2=0.9, amsgrad=True), steps=60),
    net("adamw/biases do not decay", _excluding("AdamW", learning_rate=0.003, weight_decay=0.5), steps=60),
    net("adamw/a layer does not decay", _excluding("AdamW", ["dense_1/"], learning_rate=0.003, weight_decay=0.5), steps=60),
    net("adamw/accumulation", lambda k: k.optimizers.AdamW(0.003, weight_decay=0.1, gradient_accumulation_steps=3), steps=30, silent=("weights/*/step 1", "weights/*/step 2")),
    net("adadelta/plain", lambda k: k.optimizers.Adadelta(0.5)),
    net("adadelta/rho", lambda k: k.optimizers.Adadelta(0.5, rho=0.7, epsilon=1e-3, weight_decay=0.01)),
    net("adadelta/rate changes", lambda k: k.optimizers.Adadelta(1.0), events={5: _rate(0.1)}, steps=60),
    net("adagrad/plain", lambda k: k.optimizers.Adagrad(0.01)),
    net("adagrad/default", lambda k: "adagrad", steps=60),
    net("adagrad/from zero", lambda k: k.optimizers.Adagrad(0.01, initial_accumulator_value=0.0, epsilon=1e-3)),
    net("adagrad/weight decay", lambda k: k.optimizers.Adagrad(0.01, weight_decay=0.05, clipnorm=0.02)),
    net("adamax/plain", lambda k: k.optimizers.Adamax(0.003)),
    net("adamax/default", lambda k: "adamax", steps=60),
    net("adamax/betas", lambda k: k.optimizers.Adamax(0.003, beta_1=0.7, beta_2=0.8, epsilon=1e-2, weight_decay=0.01)),
    net("adafactor/plain", lambda k: k.optimizers.Adafactor(0.01)),
    net("adafactor/default", lambda k: "adafactor", steps=60),
    net("adafactor/absolute step", lambda k: k.optimizers.Adafactor(0.05, relative_step=False), steps=60),
    net("adafactor/steps cut", lambda k: k.optimizers.Adafactor(0.02, clip_threshold=0.1, beta_2_decay=-0.5)),
    net("adafactor/steps not cut", lambda k: k.optimizers.Adafactor(0.003, clip_threshold=100.0, epsilon_1=1e-6, epsilon_2=0.5)),
    net("adafactor/everything", lambda k: k.optimizers.Adafactor(0.01, weight_decay=0.01, global_clipnorm=0.05, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=5, gradient_accumulation_steps=2), steps=60, silent=("weights/*/step 1",)),
    net("nadam/plain", lambda k: k.optimizers.Nadam(0.003)),
    net("nadam/default", lambda k: "nadam", steps=60),
    net("nadam/betas", lambda k: k.optimizers.Nadam(0.003, beta_1=0.7, beta_2=0.9, epsilon=1e-3, weight_decay=0.01)),
    net("nadam/accumulation", lambda k: k.optimizers.Nadam(0.003, gradient_accumulation_steps=3), steps=30, silent=("weights/*/step 1", "weights/*/step 2")),
    net("nadam/compiled again", lambda k: k.optimizers.Nadam(0.003), events={4: recompile}, steps=20),
    net("ftrl/plain", lambda k: k.optimizers.Ftrl(0.05)),
    net("ftrl/default", lambda k: "ftrl", steps=60, allowances=(Allowance("weights", 50.0, "KAPPA is derived for lr = 0.05; 0.3 |w| / (lr |g|) is 50 times as large for the default, 0.001"),)),
    net("ftrl/l1", lambda k: k.optimizers.Ftrl(0.05, l1_regularization_strength=0.02), steps=60),
    net("ftrl/l2", lambda k: k.optimizers.Ftrl(0.05, l2_regularization_strength=0.1, beta=0.3), steps=60),
    net("ftrl/shrinkage", lambda k: k.optimizers.Ftrl(0.05, l2_shrinkage_regularization_strength=0.1, initial_accumulator_value=0.5), steps=60),
    net("ftrl/other powers", lambda k: k.optimizers.Ftrl(0.05, learning_rate_power=-0.7, weight_decay=0.01), steps=60),
    net("ftrl/fixed rate", lambda k: k.optimizers.Ftrl(0.05, learning_rate_power=0.0), steps=60),
    net("lion/plain", lambda k: k.optimizers.Lion(0.001)),
    net("lion/default", lambda k: "lion", steps=60),
    net("lion/betas", lambda k: k.optimizers.Lion(0.001, beta_1=0.6, beta_2=0.8, weight_decay=0.05)),
    net("lamb/plain", lambda k: k.optimizers.Lamb(0.003)),
    net("lamb/betas", lambda k: k.optimizers.Lamb(0.003, beta_1=0.7, beta_2=0.9, epsilon=1e-3, weight_decay=0.01)),
    net("lamb/everything", lambda k: k.optimizers.Lamb(0.003, weight_decay=0.01, global_clipnorm=0.05, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=5, gradient_accumulation_steps=2), steps=60, silent=("weights/*/step 1",)),
    net("lamb/rate changes", lambda k: k.optimizers.Lamb(0.003), events={5: _rate(0.0005)}, steps=60),
    net("muon/plain", lambda k: k.optimizers.Muon(0.003)),
    net("muon/default", lambda k: "muon", steps=60),
    net("muon/without nesterov", lambda k: k.optimizers.Muon(0.003, nesterov=False, momentum=0.8, weight_decay=None), steps=60),
    net("muon/without scaling", lambda k: k.optimizers.Muon(0.003, rms_rate=None, adam_weight_decay=None), steps=60),
    net("muon/excluded layers", lambda k: k.optimizers.Muon(0.003, exclude_layers=["dense_1/"], adam_lr_ratio=0.3), steps=60),
    net("muon/other polynomial", lambda k: k.optimizers.Muon(0.003, muon_a=3.0, muon_b=-3.2, muon_c=1.2, ns_steps=3), steps=60),
    net("muon/biases do not decay", _excluding("Muon", learning_rate=0.003, weight_decay=0.5, adam_weight_decay=0.5), steps=60),
    net("muon/everything", lambda k: k.optimizers.Muon(0.003, global_clipnorm=0.05, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=5, gradient_accumulation_steps=2), steps=60, silent=("weights/*/step 1",)),
    net("schedulefreeadamw/plain", lambda k: k.optimizers.ScheduleFreeAdamW(0.0025)),
    net("schedulefreeadamw/default", lambda k: "schedulefreeadamw", steps=60),
    net("schedulefreeadamw/warm-up", lambda k: k.optimizers.ScheduleFreeAdamW(0.01, warmup_steps=10, weight_decay=0.01), steps=60),
    net("schedulefreeadamw/betas", lambda k: k.optimizers.ScheduleFreeAdamW(0.01, beta_1=0.7, beta_2=0.9, epsilon=1e-3), steps=60),
    net("sgd/biases do not decay", _excluding("SGD", learning_rate=0.1, momentum=0.9, weight_decay=0.5), steps=60),
    net("sgd/callable rate", lambda k: k.optimizers.SGD(lambda: 0.07, weight_decay=0.01), steps=60),
    *(lookups(f"{name}/rows looked up twice", lambda k, name=name: name) for name in ("sgd", "rmsprop", "adam", "adamw", "adagrad", "adamax", "adafactor", "nadam", "ftrl", "lion", "muon", "schedulefreeadamw")),
    lookups("lamb/rows looked up twice", lambda k: k.optimizers.Lamb(0.05)),
    lookups("rmsprop/rows looked up twice, centered", lambda k: k.optimizers.RMSprop(0.01, centered=True, momentum=0.9)),
    lookups("adam/rows looked up twice, amsgrad", lambda k: k.optimizers.Adam(0.01, amsgrad=True)),
    lookups("adadelta/rows looked up twice, fast", lambda k: k.optimizers.Adadelta(1.0)),
    lookups("ftrl/rows looked up twice, shrinkage", lambda k: k.optimizers.Ftrl(0.05, l2_shrinkage_regularization_strength=0.1)),
    *(lookups(f"sgd/rows looked up twice, {clip}", lambda k, clip=clip: k.optimizers.SGD(1.0, **{clip: 0.01})) for clip in ("clipnorm", "clipvalue", "global_clipnorm")),
    lookups("adam/rows looked up twice, clipped", lambda k: k.optimizers.Adam(0.01, clipvalue=0.01)),
    lookups("adam/rows looked up twice, accumulated", lambda k: k.optimizers.Adam(0.01, gradient_accumulation_steps=2), silent=("weights/*/step 1",)),
    lookups("adam/rows looked up twice, penalty", lambda k: k.optimizers.Adam(0.01), regularizer="l2"),
    lookups("lossscaleoptimizer/rows looked up twice", lambda k: k.optimizers.LossScaleOptimizer(k.optimizers.Adam(0.01))),
    *(_zero_gradients(name) for name in ("sgd", "rmsprop", "adam", "adadelta", "adagrad", "adamax", "adafactor", "nadam", "lion")),
    _zero_gradients("lamb", lambda k: k.optimizers.Lamb()),
    _zero_gradients("muon", lambda k: k.optimizers.Muon(weight_decay=None, adam_weight_decay=None)),
    _zero_gradients("ftrl", silent=("output", "loss", "weights/dense_1/bias")),
    *(_tiny_gradients(name) for name in ("rmsprop", "adam", "adamax", "adafactor", "nadam", "lion", "muon")),
    _tiny_gradients("adadelta", lambda k: k.optimizers.Adadelta(1.0)),
    _tiny_gradients("adagrad", lambda k: k.optimizers.Adagrad(1.0)),
]  # fmt: skip
